"""The nine panels of a run: their titles, and what of a run's state each of them takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from seqtui.runs.events import Attribution, Confusion, Heard, Step, Surprise, Tagged
from seqtui.runs.state import RunState, Status
from seqtui.runs.translation_events import Translated
from seqtui.runs.video_events import Watched
from seqtui.text_safety import clean
from seqtui.tui.charts.chart import Chart
from seqtui.tui.charts.clip_chart import ClipChart
from seqtui.tui.charts.curve_chart import CurveChart
from seqtui.tui.charts.curve_data import CurveData, edits_of, loss_data, trace_of_evaluations
from seqtui.tui.charts.gate_chart import GateChart
from seqtui.tui.charts.lag_chart import LagChart
from seqtui.tui.charts.norms_chart import NormsChart
from seqtui.tui.live.knobs import knob_now
from seqtui.tui.live.lines_chart import LogChart, RunChart
from seqtui.tui.live.run_facts import run_rows
from seqtui.tui.live.sample_chart import SampleChart
from seqtui.tui.live.scores_chart import ScoresChart
from seqtui.tui.live.scores_table import score_table
from seqtui.tui.live.seen import Glance, Seen, with_odd_steps
from seqtui.tui.live.standing import ALIVE

TITLES: Final = {
    "loss": "Loss", "gradients": "Gradients", "lags": "Lags", "clip": "Clipping", "gates": "Gates",
    "sample": "Sample", "scores": "Scores", "run": "Run", "log": "Log",
}  # fmt: skip
LOSS: Final = "loss"
_GLANCE_TITLES: Final[dict[type, str]] = {
    Attribution: "What it looked at", Tagged: "What it tags", Surprise: "What surprises it",
    Translated: "What it translates, and where it looks", Watched: "What it watched",
    Heard: "What it hears",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Now:
    """A run at one moment. curve: LOSS, or the metric that the first panel shows; printed: by the child.

    complete: whether the whole log has been read; until then `state` is a sketch.
    """

    state: RunState
    status: Status
    seen: Seen
    curve: str
    printed: Sequence[str]
    complete: bool

    @property
    def recent(self) -> tuple[Step, ...]:
        """The newest reports; none while a long log is still read, for those at hand are not the newest."""
        return self.seen.recent if self.complete else ()


def make_panels() -> list[Chart]:
    """One of each, with the panel's name as its id."""
    kinds: dict[str, type[Chart]] = {
        "loss": CurveChart, "gradients": NormsChart, "lags": LagChart, "clip": ClipChart, "gates": GateChart,
        "sample": SampleChart, "scores": ScoresChart, "run": RunChart, "log": LogChart,
    }  # fmt: skip
    return [kind(id=name, classes="panel") for name, kind in kinds.items()]


def title_of(name: str, now: Now) -> str:
    """With its number and its unit."""
    number = list(TITLES).index(name) + 1
    unit = now.state.data.loss_unit if now.state.data else ""
    looks = bool(_glances(now)) and not now.state.samples
    title = {
        "loss": f"Loss · {unit}" if now.curve == LOSS and unit else now.curve.replace("_", " ").capitalize(),
        "gradients": "Gradient norm, by tensor · log",
        "lags": "Gradient against time lag · ‖∂L/∂h(T-k)‖",
        "clip": "Clipping · norm before it",
        "sample": _GLANCE_TITLES.get(type(_glances(now)[-1]), "") if looks else "Sample",
        "scores": f"Scores · {unit}" if unit else "Scores",
    }.get(name, TITLES[name])
    return clean(f"{number} {title}")


def curves_of(state: RunState) -> list[str]:
    """What the first panel can show: the loss, and every metric of the validation."""
    valid = state.last_evaluation("valid")
    return [LOSS, *(name for name, value in (valid.metrics if valid else {}).items() if valid and value != valid.loss)]


def feed(panel: Chart, now: Now) -> None:
    """Give a panel what it shows; it paints only if that is new."""
    state, seen = now.state, now.seen
    panel.say_absent(_why_absent(panel, now))
    match panel:
        case CurveChart():
            panel.show(_curve(now))
        case NormsChart():
            panel.show(state.gradient_history)
        case LagChart():
            panel.show(state.lags)
        case ClipChart():
            norms = with_odd_steps(state.grad_norm.buckets, seen.odd_steps)
            panel.show(norms, knob_now(state, "max_grad_norm") or None, now.recent)
        case GateChart():
            panel.show(state.gates)
        case SampleChart():
            panel.show(tuple(state.samples), _glances(now))
        case ScoresChart():
            panel.show(score_table(state), _confusion(state))
        case RunChart():
            panel.show(run_rows(state, now.recent), share=state.fraction)
        case LogChart():
            panel.show(tuple(seen.lines), now.printed)


def _why_absent(panel: Chart, now: Now) -> str:
    """Why a panel stays empty, or ''. Said only where there is nothing to show."""
    level = now.state.config.telemetry if now.state.config else "full"
    unseen = {"light": (LagChart, GateChart), "off": (LagChart, GateChart, NormsChart)}.get(level, ())
    looks = level in ("light", "off") and now.state.last_evaluation("valid") is not None
    if isinstance(panel, unseen) or (looks and isinstance(panel, SampleChart)):
        return f"Not recorded: this run has --telemetry {level}. With --telemetry full it is shown here."
    if now.status in ALIVE or not now.complete:
        return ""
    if not isinstance(panel, SampleChart):
        return "The run ended before there was anything to show here."
    how = "p opens the studio, where its model can be asked." if now.state.saved else "It left no model to be asked."
    return f"The run ended before a sample was made. {how}"


def _curve(now: Now) -> CurveData:
    state = now.state
    valid = state.evaluations.get("valid", [])
    if now.curve == LOSS:
        losses = with_odd_steps(state.loss.buckets, now.seen.odd_steps)
        return loss_data(losses, valid, best=state.best, knobs=state.knobs)
    trace = trace_of_evaluations(now.curve.replace("_", " "), "validation", valid, metric=now.curve)
    return CurveData((trace,) if len(trace.x) else (), edits=edits_of(state.knobs))


def _confusion(state: RunState) -> Confusion | None:
    """Of the newest evaluation: of the test split when that has been."""
    return max(state.confusions.values(), key=lambda found: found.step, default=None)


def _glances(now: Now) -> tuple[Glance, ...]:
    """What the model saw, oldest first; while a long log is still read, the newest alone."""
    newest = (
        now.state.heard
        or now.state.attribution
        or now.state.tagged
        or now.state.translated
        or now.state.surprise
        or now.state.watched
    )
    seen = [each for each in now.seen.glances if now.state.heard is None or isinstance(each, Heard)]
    return tuple(seen) or ((newest,) if newest else ())
