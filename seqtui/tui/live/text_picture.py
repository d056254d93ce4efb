"""Words and letters as a model sees them: what speaks for a class, which tag each word has, what was not expected.

A color never says what a mark does not say too: signs behind words, tags under them, bars under letters.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from rich.cells import cell_len
from rich.color import Color
from rich.style import Style

from seqtui.commands.explain_surprise import BARS, FULL, PLAIN_BARS
from seqtui.runs.events import Attribution, Surprise, Tagged, TaggedSequence
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.look import RAMP_STEPS, Look
from seqtui.tui.drawing.numbers import percent

STRONG: Final = 0.35  # share of the strongest score from which on a sign stands behind a word
LONGEST: Final = 24  # cells of a word
NEWLINE: Final = "\u21b5"

Cell = tuple[str, str, Style, Style]
"""A symbol and what stands under it, each in its style."""


def is_of_words(found: Attribution) -> bool:
    """Whether steps are words, which do not fit into a cell each."""
    return any(len(symbol) > 1 for symbol in found.symbols)


def draw_weighed_words(canvas: Canvas, box: Box, found: Attribution) -> None:
    """One line on what the model says, then the words, those that speak for it or against it on a ground of color."""
    roles = canvas.look.roles
    right = found.truth == found.predicted
    x = canvas.write(box.x, box.y, "✓ " if right else "✕ ", roles.best if right else roles.warning)
    said = f"says {fit(found.predicted, 16)} {percent(found.probability).strip()}"
    x = canvas.write(x, box.y, said, roles.value) + 2
    if found.truth and not right:
        x = canvas.write(x, box.y, f"is {fit(found.truth, 16)}", roles.warning) + 2
    canvas.write(x, box.y, fit(found.record, max(box.x + box.width - x, 0)), roles.axis)
    top = max((abs(score) for score in found.scores if math.isfinite(score)), default=0.0) or 1.0
    cells = [
        (symbol + sign(score / top, canvas.look), "", ground(score / top, canvas.look), roles.axis)
        for symbol, score in zip(found.symbols, found.scores, strict=False)
    ]
    _flow(canvas, Box(box.x, box.y + 2, box.width, box.height - 2), cells, gap=1, under=False)


def draw_tagged(canvas: Canvas, box: Box, found: Tagged) -> None:
    """Sequences one under another: words, and under each its tag; where the truth is another, that too."""
    y = box.y
    for sequence in found.sequences:
        if y >= box.y + box.height - 1:
            return
        cells = list(_tagged_cells(sequence, canvas.look))
        y = _flow(canvas, Box(box.x, y, box.width, box.y + box.height - y), cells, gap=1, under=True) + 1


def draw_surprise(canvas: Canvas, box: Box, found: Surprise) -> None:
    """The text; under each line of it bars, as high as each symbol was surprising, and brighter the higher."""
    look, nats = canvas.look, [0.0, *found.nats]
    mean = sum(found.nats) / max(len(found.nats), 1)
    bits = mean / math.log(2)
    words = f"{mean:.2f} nats a symbol, {bits:.2f} bits · bars: −log p, full at {FULL:g} nats · {found.record}"
    canvas.write(box.x, box.y, fit(words, box.width), look.roles.axis)
    gap = int(any(len(symbol) > 1 for symbol in found.symbols))
    cells = [
        (symbol, bar(each, look) * cell_len(symbol), heat(each, look), look.roles.axis)
        for symbol, each, before in zip(found.symbols, nats, [NEWLINE, *found.symbols], strict=False)
        if (symbol, before) != (NEWLINE, NEWLINE)  # empty lines say little and take the room of others
    ]
    _flow(canvas, Box(box.x, box.y + 1, box.width, box.height - 1), cells, gap=gap, under=True, breaks=True)


def _flow(
    canvas: Canvas, box: Box, cells: Sequence[Cell], *, gap: int, under: bool, breaks: bool = False
) -> int:  # fmt: skip
    """Cells from left to right in lines; the line after the last one. under: with a line beneath each."""
    x, y, tall = box.x, box.y, 2 if under else 1
    for text, below, style, style_below in cells:
        shown = fit(text, LONGEST)
        width = max(cell_len(shown), cell_len(below))
        if x > box.x and x + width > box.x + box.width:
            x, y = box.x, y + tall
        if y + tall > box.y + box.height:
            return y
        canvas.write(x, y, shown, style)
        if under and below:
            canvas.write(x, y + 1, below, style_below)
        x += width + gap
        if breaks and text == NEWLINE:
            x, y = box.x, y + tall
    return y + tall if x > box.x else y


def _tagged_cells(sequence: TaggedSequence, look: Look) -> Iterator[Cell]:
    roles = look.roles
    truths = sequence.truth or [""] * len(sequence.guess)
    mark: Callable[[str], str] = lambda tag: "-" if look.ascii else "─"  # noqa: E731, ARG005
    before = "O"
    for symbol, truth, guess in zip(sequence.symbols, truths, sequence.guess, strict=False):
        wrong = bool(truth) and truth != guess
        said = "" if guess == "O" else guess
        if guess[:2] in ("I-", "E-") and before[2:] == guess[2:] and not wrong:
            said = mark(guess) * min(cell_len(symbol), LONGEST)
        elif guess != "O":
            said = guess[2:] or guess
        below = f"{said or 'O'}≠{truth[2:] or truth}" if wrong and not look.ascii else said
        if wrong and look.ascii:
            below = f"{said or 'O'}!{truth[2:] or truth}"
        style = roles.warning if wrong else roles.best if guess != "O" else roles.label
        yield symbol, below, style, roles.warning if wrong else roles.axis
        before = guess


def sign(share: float, look: Look) -> str:
    """What says the same as the ground, where it is strong."""
    if not math.isfinite(share):
        return look.marks.nan
    return "+" if share > STRONG else "-" if share < -STRONG else ""


def ground(share: float, look: Look) -> Style:
    """The style of a word whose score is this share of the strongest."""
    if not math.isfinite(share):
        return look.roles.nonfinite
    if look.depth != "full":
        strong = abs(share) > STRONG
        return look.roles.label if not strong else look.roles.validation if share > 0 else look.roles.train
    level = min(max(round((share + 1) / 2 * (RAMP_STEPS - 1)), 0), RAMP_STEPS - 1)
    red, green, blue = look.diverging[level]
    return Style(color=readable_on(red, green, blue), bgcolor=Color.from_rgb(red, green, blue))


def heat(nats: float, look: Look) -> Style:
    """The style of a symbol that was so surprising."""
    if not math.isfinite(nats):
        return look.roles.nonfinite
    if look.depth != "full":
        return look.roles.warning if nats > FULL / 2 else look.roles.value
    level = min(int(nats / FULL * (RAMP_STEPS - 1)), RAMP_STEPS - 1)
    red, green, blue = look.ramp[level]
    return Style(color=readable_on(red, green, blue), bgcolor=Color.from_rgb(red, green, blue))


def bar(nats: float, look: Look) -> str:
    """A bar of one cell, full at FULL nats."""
    bars = PLAIN_BARS if look.ascii else BARS
    if not math.isfinite(nats):
        return look.marks.nan
    return bars[min(math.ceil(nats / FULL * (len(bars) - 1)), len(bars) - 1)]


def readable_on(red: int, green: int, blue: int) -> str:
    """Black or white, whichever is seen on a color."""
    return "#000000" if 0.299 * red + 0.587 * green + 0.114 * blue > 128 else "#ffffff"
