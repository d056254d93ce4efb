"""Every rule of the verdict on a state made for it; none speaks on a healthy one; and every sentence is shown whole."""

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
from recorded_run import RECORDINGS, Recording

from seqtui.config import RunConfig
from seqtui.runs.events import (
    DataSummary,
    Evaluated,
    Event,
    Failed,
    Finished,
    LagProfile,
    Lags,
    NonFinite,
    Phase,
    Saved,
    Span,
    Step,
)
from seqtui.runs.journal import read_events
from seqtui.runs.state import RunState, Status, fold
from seqtui.tui.glyphs import ASCII, FULL, Glyphs
from seqtui.tui.live import verdict as rules
from seqtui.tui.live.verdict import Verdict, judge
from seqtui.tui.live.verdict_line import MOST_LINES, counted, verdict_lines


def step(number: int, loss: float = 1.0, *, clipped: float = 0.0) -> Step:
    return Step(
        number, 1, number, 1000, 1, Span(loss, loss, loss), Span(1.0, 1.0, 1.0), 1e-3, clipped, 10, 0.1, number / 10,
        0.001, 100.0,
    )  # fmt: skip


def evaluated(number: int, loss: float, best: float, best_step: int) -> Evaluated:
    return Evaluated(number, 1, "valid", loss, {}, 10, 0.1, loss == best, best, best_step)


def trained(losses: list[float], *, train: list[float] | None = None) -> list[Event]:
    """100 steps an evaluation; train: the training loss of each hundred, the validation's own if not given."""
    events: list[Event] = []
    best, best_step = math.inf, 0
    for place, loss in enumerate(losses, start=1):
        own = train[place - 1] if train else loss
        events += [step(100 * place - 100 + part, own) for part in range(10, 101, 10)]
        if loss < best:
            best, best_step = loss, 100 * place
        events.append(evaluated(100 * place, loss, best, best_step))
    return events


def state_of(events: list[Event], *, backbone: str = "lstm") -> RunState:
    state = RunState(RunConfig(app="dna", backbone=backbone, optimizer="sgd"))
    for event in events:
        state.take(event)
    return state


def said(events: list[Event], status: Status = Status.TRAINING, *, backbone: str = "lstm") -> Verdict:
    recent = [event for event in events if isinstance(event, Step)]
    return judge(state_of(events, backbone=backbone), status, recent)


def lags(norms: list[float], *, horizon: int | None = None, exploding: float = 1.0) -> Lags:
    return Lags(100, [LagProfile(0, "forward", norms, horizon, exploding)])


FALLING = [2.0, 1.5, 1.2, 1.0]


def test_a_falling_validation_is_healthy_and_set_beside_the_best_trivial_predictor() -> None:
    data = DataSummary(
        "d", "", {}, 9, "label", "nats", {"coin": 3.0, "majority": 1.4, "Bayes optimum": 0.1}, [], ""
    )  # fmt: skip
    verdict = said([data, *trained(FALLING)])
    assert (verdict.mood, verdict.what) == ("good", "Healthy")
    assert "under 'majority' (1.4)" in verdict.why
    assert not verdict.try_


def test_a_model_worse_than_the_trivial_predictor_is_told() -> None:
    data = DataSummary("d", "", {}, 9, "label", "nats", {"majority": 0.5}, [], "")
    assert "not yet under 'majority'" in said([data, *trained(FALLING)]).why


def test_under_two_evaluations_it_is_too_early() -> None:
    verdict = said([step(1, 3.0), step(2, 2.0)])
    assert verdict.what == "Too early to say"
    assert "3 → 2" in verdict.why


def test_before_the_first_step_the_phase_is_told() -> None:
    assert said([Phase("reading data")], Status.PREPARING) == Verdict("note", "Preparing", "reading data")


def test_overfitting_since_the_best_step() -> None:
    verdict = said(trained([2.0, 1.0, 1.2, 1.4], train=[2.0, 1.0, 0.6, 0.3]))
    assert verdict.what == "Overfitting since step 200"
    assert "1 → 1.4" in verdict.why


def test_validation_that_rises_with_training_is_not_overfitting() -> None:
    assert "Overfitting" not in said(trained([2.0, 1.0, 1.2, 1.4], train=[2.0, 1.0, 1.3, 1.6])).what


def test_one_bad_evaluation_is_not_overfitting() -> None:
    assert "Overfitting" not in said(trained([2.0, 1.0, 1.2], train=[2.0, 1.0, 0.6])).what


def test_clipped_in_most_steps() -> None:
    events = [*trained(FALLING), *(step(400 + number, clipped=0.9) for number in range(1, 100))]
    assert said(events).what == "Clipped in most steps"
    state = state_of(events)
    state.config = RunConfig(app="dna", optimizer="adam")  # divides by the gradient's size anyway
    recent = [event for event in events if isinstance(event, Step)]
    assert judge(state, Status.TRAINING, recent).what != "Clipped in most steps"
    assert said(trained(FALLING)).what == "Healthy"


def test_a_gradient_of_exactly_zero_has_vanished() -> None:
    verdict = said([*trained(FALLING), lags([1.0, 0.1, 0.0, 0.0], horizon=2)])
    assert verdict.what == "Vanished gradient"
    assert "exactly zero from 2 steps back" in verdict.why
    assert "forget-bias" in verdict.try_
    assert "lstm or gru" in said([*trained(FALLING), lags([1.0, 0.0])], backbone="rnn").try_


@pytest.mark.parametrize("ratio", [50.0, math.inf, math.nan])
def test_an_exploding_gradient(ratio: float) -> None:
    assert said([*trained(FALLING), lags([1.0, 2.0], exploding=ratio)]).what == "Exploding gradient"


def test_a_short_horizon_is_told_beside_the_healthy_verdict() -> None:
    verdict = said([*trained(FALLING), lags([1.0, 0.5, 0.009, *[0.001] * 20], horizon=2)])
    assert verdict.what == "Healthy"
    assert "layer 0 hears 2 steps back" in verdict.try_


def odd(number: int, in_a_row: int = 1) -> NonFinite:
    return NonFinite(number, "gradient", 1.0, math.nan, "head.weight", "", None, ["r"], in_a_row, [])


def test_a_step_that_was_not_finite_is_the_gravest_news_for_a_while() -> None:
    events = [*trained(FALLING), odd(400, 3), step(401)]
    verdict = said(events)
    assert (verdict.mood, verdict.what) == ("bad", "Not finite")
    assert "head.weight" in verdict.why
    assert "3 in a row" in verdict.why
    assert said([*events, step(600)]).what != "Not finite"


def test_a_plateau() -> None:
    assert said(trained([2.0, 1.5, 1.2, 1.0, 1.0, 1.0, *[1.0] * 6])).what == "Plateau"
    assert said(trained([2.0 - 0.1 * place for place in range(12)])).what == "Healthy"


def test_an_ended_run_has_the_verdict_of_the_report_and_how_to_go_on() -> None:
    ended = Finished(400, 4, "stopped", 9.0, 1.0, 400)
    verdict = said([*trained(FALLING), Saved(400, "c", 9, 0.1, "stop", True), ended], Status.STOPPED)
    assert verdict.what == "Stopped"
    assert "space goes on from step 400" in verdict.try_


def test_a_failed_run_tells_its_sentence() -> None:
    verdict = said([*trained(FALLING), Failed(400, "5 steps in a row were not finite", 1)], Status.FAILED)
    assert (verdict.mood, verdict.why) == ("bad", "5 steps in a row were not finite")
    assert verdict.try_ == "9 shows what it printed last; there is no checkpoint to go on from"


def test_a_dead_run_claims_no_cause_that_was_not_seen() -> None:
    verdict = said(trained(FALLING), Status.DEAD)
    assert verdict.what == "Its process is gone"
    assert "killed, out of memory (it had used 100 MB), or the machine stopped" in verdict.why


LONG_NAME = "most frequent tag of each word"
DATA = DataSummary("d", "", {}, 9, "label", "nats", {LONG_NAME: 0.004321}, [], "")
SAVED = Saved(1_234_567, "c", 9, 0.1, "stop", True)
ENDED = Finished(1_234_567, 4, "stopped", 9.0, 1.0, 400)


def far(events: list[Event], by: int = 1_234_000) -> list[Event]:
    """As after a million steps more."""
    moved = []
    for event in events:
        best = {"best_step": event.best_step + by} if hasattr(event, "best_step") else {}
        moved.append(replace(event, step=event.step + by, **best) if hasattr(event, "step") else event)
    return moved


def far_lags(*norms: float, horizon: int | None = None, exploding: float = 1.0) -> Lags:
    return Lags(1_234_500, [LagProfile(11, "backward", list(norms), horizon, exploding)])


CASES: dict[str, tuple[Callable[..., Verdict | None], list[Event], Status]] = {
    "finished": (rules._ended, [DATA, *far(trained(FALLING)), SAVED, ENDED], Status.FINISHED),
    "stopped": (rules._ended, [DATA, *far(trained(FALLING)), SAVED, ENDED], Status.STOPPED),
    "never evaluated": (rules._ended, [step(1), ENDED], Status.STOPPED),
    "gone": (rules._ended, [*far(trained(FALLING)), SAVED], Status.DEAD),
    "failed": (rules._ended, [*far(trained(FALLING)), Failed(1_234_567, "5 steps in a row were not finite", 1)],
               Status.FAILED),
    "preparing": (rules._preparing, [Phase("measuring threads and kernels")], Status.PREPARING),
    "starting": (rules._preparing, [], Status.PREPARING),
    "not finite": (rules._not_finite, [*far(trained(FALLING)), *far([
        NonFinite(400, "gradient", 1.0, math.nan, "backbone.weight_hh_l11_reverse", "", None, ["r"], 12, [])])],
        Status.TRAINING),
    "exploding": (rules._exploding, [*far(trained(FALLING)), far_lags(1.0, 2.0, exploding=1.234e30)], Status.TRAINING),
    "not finite on its way": (rules._exploding, [*far(trained(FALLING)), far_lags(1.0, exploding=math.nan)],
                              Status.TRAINING),
    "vanished": (rules._vanished, [*far(trained(FALLING)), far_lags(*[1.0] * 123, 0.0)], Status.TRAINING),
    "clipped": (rules._clipped, far([step(number, clipped=1.0) for number in range(1, 12_345)]), Status.TRAINING),
    "overfitting": (rules._overfitting,
                    far(trained([2.345, 1.234, 1.456, 1.567], train=[2.345, 1.234, 0.6543, 0.3456])), Status.TRAINING),
    "plateau": (rules._plateau, far(trained([2.0, 1.5, 1.2, 1.1, 1.05, 1.012, *[1.012] * 6])), Status.TRAINING),
    "too early": (rules._too_early, [step(1, 3.456), step(123_456, 2.345)], Status.TRAINING),
}  # fmt: skip
LONGEST_LIVING = [DATA, *far(trained(FALLING)), far_lags(*[0.001] * 400, horizon=123)]


def shown(verdict: Verdict, width: int, glyphs: Glyphs = FULL) -> list[str]:
    """The lines in a terminal of so many cells."""
    return [line.plain for line in verdict_lines(verdict, glyphs, width - 2)]


def words(verdict: Verdict) -> list[str]:
    return f"{verdict.what}: {verdict.why} {verdict.try_ and f'Try: {verdict.try_}'}".split()


def assert_whole(verdict: Verdict, width: int, most: int) -> None:
    lines = shown(verdict, width)
    assert len(lines) <= most, lines
    assert all(len(line) <= width - 2 for line in lines)
    assert " ".join(lines).split()[1:] == words(verdict)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("width", "most"), [(60, 5), (72, 4), (80, 3), (120, 2), (150, 2), (200, 2)])
def test_every_rule_is_told_whole(name: str, width: int, most: int) -> None:
    _, events, status = CASES[name]
    assert_whole(said(events, status), width, most)


def test_a_long_failure_is_told_whole_where_the_terminal_is_high() -> None:
    verdict = Verdict("bad", "Failed at step 0", "a reason of many words " * 20 + "end", "space goes on")
    low, high = (verdict_lines(verdict, FULL, 58, most) for most in (MOST_LINES, 12))
    assert len(low) == MOST_LINES and "…" in low[-2].plain
    assert " ".join(line.plain for line in high).split()[1:] == words(verdict)


def test_the_seconds_before_a_training_process_speaks_are_counted() -> None:
    starts, reads = said([], Status.PREPARING), said([Phase("reading data")], Status.PREPARING)
    assert "its libraries take a few seconds" in starts.why
    assert counted(starts, 4.2).why == f"{starts.why} (4 s so far)"
    assert counted(starts, 0.3) == counted(starts, 1e9) == starts  # a clock that was set, a config that does not say
    assert counted(reads, 4.2) == reads


def test_these_are_all_rules_and_each_case_is_that_of_its_rule() -> None:
    assert {rule for rule, _, _ in CASES.values()} == set(rules._RULES)
    for rule, events, status in CASES.values():
        recent = [event for event in events if event.__class__.__name__ == "Step"]
        assert rule(state_of(events), status, recent) == said(events, status)


def test_the_healthy_verdict_is_told_whole_with_the_longest_advice() -> None:
    verdict = said(LONGEST_LIVING)
    assert verdict.what == "Healthy" and "123 steps back" in verdict.try_
    assert_whole(verdict, 80, 4)
    assert_whole(verdict, 120, 2)


@pytest.mark.parametrize("name", sorted(file.name.split(".")[0] for file in RECORDINGS.glob("*.gz")))
def test_the_end_of_every_recorded_run_is_told_whole(name: str, recording: Callable[[str], Recording]) -> None:
    state = fold(read_events(recording(name).folder.events_file).records)
    verdict = judge(state, state.status(alive=False))
    for width, most in ((80, 5), (120, 3), (200, 2)):
        assert_whole(verdict, width, most)


def test_a_sentence_that_is_longer_still_loses_its_end_and_never_the_advice() -> None:
    lines = shown(Verdict("bad", "Failed", "why " * 200, "space goes on from step 400"), 60)
    assert len(lines) == MOST_LINES
    assert lines[-2].endswith("…") and lines[-1].strip() == "Try: space goes on from step 400"
    assert shown(Verdict("bad", "Failed", "家 " * 300, "x"), 60, ASCII)[-2].endswith("...")
