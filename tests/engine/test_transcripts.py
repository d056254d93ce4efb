"""CTC: losses and searches against sums over every path, texts that cannot be, and whole runs that hear."""

import json
import math
from collections import defaultdict
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from seqtui.config import RunConfig
from seqtui.engine.model import build_model, parameter_count
from seqtui.engine.model_file import Meaning, meaning_as_json, meaning_from
from seqtui.engine.prefix_beam import Guide, Listening, Prefix, prefix_beam
from seqtui.engine.transcribing import heard, quantised, spread_over
from seqtui.engine.transcript_head import TranscriptHead, collapsed, needed_steps
from seqtui.engine.transcript_tally import TranscriptTally
from seqtui.shapes import PADDING, Transcript, Vectors
from seqtui.sizes import sizes

SYMBOLS = ("a", "b", " ")
SAYS = Transcript(Vectors(3), SYMBOLS)
BLANK = 3


def chances(steps: int, seed: int = 0, symbols: int = 3) -> NDArray[np.float64]:
    logits = torch.randn(steps, symbols + 1, generator=torch.Generator().manual_seed(seed)).double() * 1.5
    found: NDArray[np.float64] = logits.log_softmax(1).numpy()
    return found


def by_all_paths(log_chances: NDArray[np.float64]) -> dict[Prefix, float]:
    """The log probability of every text, summed over every path."""
    steps, outputs = log_chances.shape
    sums: dict[Prefix, float] = defaultdict(float)
    for path in product(range(outputs), repeat=steps):
        text = tuple(symbol for symbol, _ in collapsed(list(path), outputs - 1))
        sums[text] += math.exp(sum(log_chances[step, each] for step, each in enumerate(path)))
    return {text: math.log(total) for text, total in sums.items()}


@pytest.mark.parametrize("seed", range(4))
def test_the_loss_of_a_text_is_that_of_all_paths_that_read_as_it(seed: int) -> None:
    wanted = by_all_paths(chances(5, seed))
    head = TranscriptHead(SAYS, 4)
    logits = torch.from_numpy(chances(5, seed)).float().unsqueeze(1)
    for text in [(0,), (0, 0), (1, 0, 1), (2, 2, 2), ()]:
        targets = torch.tensor([text], dtype=torch.long).t()
        losses, possible = head.losses(logits, targets, torch.ones(5, 1))
        assert possible.tolist() == [True]
        assert float(losses) == pytest.approx(-wanted[text], rel=1e-4)


@pytest.mark.parametrize("seed", range(6))
def test_prefix_beam_search_with_room_for_all_is_exact(seed: int) -> None:
    log_chances = chances(5, seed, symbols=2)
    wanted = by_all_paths(log_chances)
    found = prefix_beam(log_chances, beam=10_000, least=-1e9)
    assert {text.symbols for text in found} == set(wanted)
    for text in found:
        assert text.log_probability == pytest.approx(wanted[text.symbols])
    assert found[0].symbols == max(wanted, key=lambda each: wanted[each])


def test_a_narrow_beam_finds_what_the_likeliest_path_misses() -> None:
    # Each step: a 0.4, blank 0.6. The likeliest path is silence (0.36), the likeliest text is "a" (0.64).
    log_chances = np.log(np.array([[0.4, 0.6], [0.4, 0.6]]))
    greedy = heard("r", np.zeros((2, 3)), log_chances, Listening(), truth=None)
    searched = heard("r", np.zeros((2, 3)), log_chances, Listening(2), truth=None)
    assert (greedy.symbols, searched.symbols) == ((), (0,))
    assert math.exp(searched.log_probability) == pytest.approx(0.64)
    assert searched.begins == (-1,)


def test_a_guide_is_weighed_against_the_sound_for_every_text() -> None:
    def expects(prefix: Prefix) -> NDArray[np.float64]:
        return np.log(np.array([0.7, 0.2, 0.1]) if len(prefix) % 2 == 0 else np.array([0.1, 0.2, 0.7]))

    log_chances = chances(4, 3)
    sound = by_all_paths(log_chances)

    def merit(text: Prefix) -> float:
        return sum(0.8 * float(expects(text[:at])[each]) + 0.3 for at, each in enumerate(text))

    found = prefix_beam(log_chances, beam=10_000, guide=Guide(expects, 0.8, 0.3), least=-1e9)
    assert len(found) == len(sound)
    for text in found:
        assert text.score == pytest.approx(sound[text.symbols] + merit(text.symbols))
    assert found[0].symbols == max(sound, key=lambda each: sound[each] + merit(each))


def test_texts_that_no_path_can_read_are_counted_and_have_no_loss() -> None:
    head = TranscriptHead(SAYS, 4)
    targets = torch.tensor([[0, 0, 1], [0, 1, PADDING], [0, PADDING, PADDING]])  # aaa, ab, b
    assert needed_steps(targets).tolist() == [5, 2, 1]
    mask = (torch.arange(4).unsqueeze(1) < torch.tensor([4, 3, 2])).float()
    logits = torch.randn(4, 3, 4, generator=torch.Generator().manual_seed(1)).requires_grad_()
    losses, possible = head.losses(logits, targets, mask)
    assert possible.tolist() == [False, True, True]
    losses.sum().backward()
    losses = losses.detach()
    assert float(losses[0]) == 0 and (losses[1:] > 0).all()
    assert torch.isfinite(logits.grad).all()
    assert (logits.grad[:, 0] == 0).all(), "what cannot be said teaches nothing"
    assert (logits.grad[3, 1] == 0).all() and (logits.grad[2:, 2] == 0).all(), "nor does the padding"
    tally = TranscriptTally(head)
    window = type("W", (), {"targets": targets, "mask": mask})()
    tally.add(logits.detach(), window, None)  # type: ignore[arg-type]
    score = tally.score()
    assert (score.metrics["impossible"], score.steps) == (1.0, 3)
    assert score.loss == pytest.approx(float(losses[1:].sum()) / 3, rel=1e-5)
    assert set(score.metrics) == {"wer", "cer", "exact", "impossible"}


def test_padding_never_leaks_into_a_transcript() -> None:
    config = RunConfig(app="any", backbone="gru", bidirectional=True, hidden_size=6, embedding_size=4)
    model = build_model(config, SAYS).eval()
    x, lengths = torch.randn(7, 3, 3, generator=torch.Generator().manual_seed(2)), torch.tensor([7, 4, 2])
    together, _ = model(x, lengths=lengths)
    mask = (torch.arange(7).unsqueeze(1) < lengths).float()
    targets = torch.tensor([[0, 1, 0], [1, PADDING, PADDING]])
    losses, _ = model.head.losses(together, targets, mask)
    for row, length in enumerate(lengths.tolist()):
        alone, _ = model(x[:length, row : row + 1])
        torch.testing.assert_close(together[:length, row], alone[:, 0])
        own, _ = model.head.losses(alone, targets[:, row : row + 1], torch.ones(length, 1))
        torch.testing.assert_close(own[0], losses[row])


@pytest.mark.parametrize("projected", [True, False])
def test_sizes_and_the_stored_meaning_are_those_of_the_head(projected: bool) -> None:
    head = Transcript(Vectors(3, (0.0,) * 3, (1.0,) * 3, projected), SYMBOLS, spaced=True)
    config = RunConfig(app="any", backbone="lstm", hidden_size=6, embedding_size=4)
    assert sizes(config, head).total == parameter_count(build_model(config, head))
    stored = json.loads(json.dumps(meaning_as_json(Meaning(head, {}, "nats/symbol"))))
    assert meaning_from(stored, Path("model.json")).head == head
    assert head.text([0, 1]) == "a b" and SAYS.text([0, 2, 2, 1, 2]) == "a b"


def test_pictures_are_small_and_their_columns_are_those_of_the_steps() -> None:
    picture = np.linspace(0, 1, 40 * 700, dtype=np.float32).reshape(40, 700)
    drawn = quantised(picture)
    assert len(drawn) == 20 and {len(row) for row in drawn} == {120}
    assert drawn[0][0] == "0" and drawn[-1][-1] == "f"
    assert spread_over(np.array([1.0, 3.0, 5.0, 7.0]), 2) == [2.0, 6.0]
    assert spread_over(np.array([1.0, 2.0]), 4) == [1.0, 1.0, 2.0, 2.0]


@pytest.mark.parametrize("goal", ["transcript", "word"])
def test_a_run_tells_what_it_hears_and_dies_and_goes_on_as_if_it_had_not(lab: Any, goal: str, tmp_path: Path) -> None:
    from sounds import tone, write_wav

    from seqtui.runs.events import Evaluated, Heard, Saved

    for number in range(40):
        word = ("on", "off")[number % 2]
        write_wav(tmp_path / "data" / word / f"{number}.wav", tone(300 + 900 * (number % 2) + number, 0.2))
    changes = {
        "app": "speech", "data": str(tmp_path / "data"), "batch_size": 8, "epochs": 3, "dropout": 0.1,
        "hidden_size": 12, "telemetry": "full", "options": {"goal": goal},
    }  # fmt: skip
    golden = lab.golden(**changes)
    events = lab.events(golden)
    test = [event for event in events if isinstance(event, Evaluated)][-1]
    assert test.split == "test" and math.isfinite(test.loss)
    shown = [event for event in events if isinstance(event, Heard)]
    assert shown
    for each in shown[-1].utterances:
        assert each.seconds == pytest.approx(0.2, abs=0.03)
        columns = len(each.picture[0])
        assert {len(row) for row in each.picture} == {columns}
        assert each.truth in ("on", "off")
        assert len(each.blank if goal == "transcript" else each.speaks) == columns
        assert all(0 <= spike.column < columns for spike in each.spikes)
    folder = lab.folder(**changes)
    kept = []

    def keep(event: Any) -> bool:
        if isinstance(event, Saved):
            kept.append(lab.copy(folder))
        return False

    lab.live(folder, until=keep)
    assert lab.child(kept[0]) == 0
    lab.assert_same_end(kept[0], golden)
