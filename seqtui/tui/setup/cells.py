"""One cell of each backbone: drawn, and as the equations that the engine computes, in both notations.

Γ: gates, c̃: the candidate. The library's letters are those of torch.nn: its z is 1 − Γu, its n is the GRU's candidate.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Cell:
    """drawing: five lines. equations: (what it is, in Γ notation, in the library's)."""

    title: str
    says: str
    drawing: tuple[str, ...]
    equations: tuple[tuple[str, str, str], ...]


CELLS: Final = {
    "rnn": Cell(
        "RNN",
        "one state, no gates; forgets within tens of steps",
        (
            "",
            "hₜ₋₁ ──▸ Wh ──┐",
            "              + ──▸ tanh ──┬──▸ hₜ",
            "xₜ ────▸ Wx ──┘            └──▸ the next step",
            "",
        ),
        (("state", "hₜ = tanh(W [hₜ₋₁, xₜ] + b)", "h′ = tanh(W_ih x + b_ih + W_hh h + b_hh)"),),
    ),
    "gru": Cell(
        "GRU",
        "two gates, one state; three quarters of an LSTM",
        (
            "hₜ₋₁ ─┬──────────▸ × ────────▸ + ───▸ hₜ",
            "      │          1−Γu          │",
            "      ├──────────▸ Γu ───────▸ ×",
            "      │                        │",
            "xₜ ───┴──▸ Γr ──▸ c̃ ───────────┘",
        ),
        (
            ("update", "Γu = σ(Wu [hₜ₋₁, xₜ] + bu)", "z = σ(W_iz x + b_iz + W_hz h + b_hz) = 1 − Γu"),
            ("reset", "Γr = σ(Wr [hₜ₋₁, xₜ] + br)", "r = σ(W_ir x + b_ir + W_hr h + b_hr)"),
            (
                "candidate",
                "c̃  = tanh(Wx xₜ + bx + Γr ∘ (Wh hₜ₋₁ + bh))",
                "n = tanh(W_in x + b_in + r ∘ (W_hn h + b_hn))",
            ),
            ("state", "hₜ = Γu ∘ c̃ + (1 − Γu) ∘ hₜ₋₁", "h′ = (1 − z) ∘ n + z ∘ h"),
        ),
    ),
    "lstm": Cell(
        "LSTM",
        "three gates, a cell state c beside h",
        (
            "cₜ₋₁ ──▸ × ──────────▸ + ────────┬───▸ cₜ",
            "         │        × ───┘       tanh",
            "        Γf    Γu ─┴─ c̃     Γo ─▸ × ───▸ hₜ",
            "         │    │      │     │",
            "hₜ₋₁ xₜ ─┴────┴──────┴─────┘",
        ),
        (
            ("forget", "Γf = σ(Wf [hₜ₋₁, xₜ] + bf)", "f = σ(W_if x + b_if + W_hf h + b_hf)"),
            ("update", "Γu = σ(Wu [hₜ₋₁, xₜ] + bu)", "i = σ(W_ii x + b_ii + W_hi h + b_hi)"),
            ("output", "Γo = σ(Wo [hₜ₋₁, xₜ] + bo)", "o = σ(W_io x + b_io + W_ho h + b_ho)"),
            ("candidate", "c̃  = tanh(Wc [hₜ₋₁, xₜ] + bc)", "g = tanh(W_ig x + b_ig + W_hg h + b_hg)"),
            ("cell", "cₜ = Γf ∘ cₜ₋₁ + Γu ∘ c̃", "c′ = f ∘ c + i ∘ g"),
            ("state", "hₜ = Γo ∘ tanh(cₜ)", "h′ = o ∘ tanh(c′)"),
        ),
    ),
    "dense": Cell(
        "dense",
        "no memory: the baseline that shows what recurrence is worth",
        (
            "",
            "hₜ₋₁      nothing is carried from step to step",
            "",
            "xₜ ────▸ W ──▸ tanh ──▸ hₜ",
            "",
        ),
        (("output", "hₜ = tanh(W xₜ + b)", "h = tanh(W x + b)"),),
    ),
}  # fmt: skip

_ASCII: Final = {
    **{ord(one): other for one, other in zip("─│┌┐└┘├┤┬┴▸×∘−′ₜΓ", "-|++++++++>x*-'tG", strict=True)},
    ord("σ"): "sigm",
    ord("\u0303"): "~",
}


def plain_math(text: str) -> str:
    """Drawings and equations for a terminal that has only ASCII; the columns of drawings keep their places."""
    if "─" in text or "│" in text:
        text = text.replace("c\u0303 ", "c\u0303")  # which takes two cells
    return text.replace("ₜ₋₁", "t-1").translate(_ASCII)
