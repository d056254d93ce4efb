"""The end of a run in plain lines: what was trained, how well beside trivial predictors, where it lies, what next."""

import math
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from seqtui.runs.events import Evaluated, Failed, Finished
from seqtui.runs.folder import RunFolder
from seqtui.runs.label_tables import clipped, confusion_lines, is_ceiling, scoreboard
from seqtui.runs.state import RunState
from seqtui.text_safety import clean, counted

BLOCKS: Final = "▁▂▃▄▅▆▇█"
ASCII_BLOCKS: Final = "_.-=+*%#"
LINE: Final = 80  # cells of a line that is printed again and again
DIVERGED: Final = 2  # times the loss of the worst baseline: worse than knowing nothing
LEAST_LABEL: Final = 20  # cells that are left for what a loss is of, also where there is no room
NO_BETTER: Final = ", no better than"
BETTER: Final = " against"
OF_TYPE: Final = "f1 "  # what the name of a type's own F1 begins with
HEADLINES: Final = {"f1": "F1", "bleu": "BLEU", "exact": "exactly right"}
WRITING: Final = ("translation", "transcript")  # heads whose models are asked, and have no classes
MOST_CLASSES: Final = 10  # whose confusion matrix is printed

_WHY: Final = {
    "epochs": "all epochs done",
    "max_steps": "reached --max-steps",
    "max_seconds": "reached --max-seconds",
    "patience": "stopped early: no improvement any more",
    "stopped": "stopped by command",
    "interrupted": "interrupted, saved",
}


def summary(state: RunState, *, folder: RunFolder, width: int = 80, plain: bool = False) -> list[str]:
    """The lines of the end summary, each at most `width` cells but for paths and commands, which stay whole."""
    lines = [*_what(state), *_losses(state, width=width, plain=plain), "", verdict(state)]
    shown = [part for line in lines for part in textwrap.wrap(clean(line), width, subsequent_indent="    ") or [""]]
    return [*shown, *(clean(line) for line in _places(state, folder=folder))]


def verdict(state: RunState) -> str:
    """One sentence: did it learn?"""
    match state.ended:
        case Failed(sentence=sentence):
            return f"Verdict: failed: {sentence}"
        case None:
            return "Verdict: the run has not ended."
    held = state.last_evaluation("test") or state.last_evaluation("valid") or state.best
    if held is None:
        return "Verdict: too short to judge: the model was never evaluated."
    if not math.isfinite(held.loss):
        is_clipped = state.config is None or state.config.max_grad_norm > 0
        clip = "or --max-grad-norm" if is_clipped else "or clip with --max-grad-norm 1"
        return f"Verdict: the {held.split} loss is {held.loss}: lower --lr {clip}."
    beside = _beside_accuracies(state, held)
    known = state.data.baselines if state.data else {}
    baselines = {name: loss for name, loss in known.items() if not is_ceiling(name)}
    if not baselines:
        said = beside or "; there is no baseline to compare it with"
        return f"Verdict: {held.split} loss {_number(held.loss)}{said}."
    name, best = min(baselines.items(), key=lambda item: item[1])
    if held.loss >= best:
        losses = f"{_number(held.loss)} against {_number(best)}"
        if BETTER in beside:
            return f"Verdict: mixed: the {held.split} loss is no better than that of '{name}' ({losses}){beside}."
        advice = "lower --lr" if held.loss > DIVERGED * max(baselines.values()) else "train longer"
        return f"Verdict: no better than the baseline '{name}' ({losses}): {advice}{beside}."
    gain = (best - held.loss) / abs(best) if best else math.inf
    how = "mixed" if NO_BETTER in beside else "healthy"
    return f"Verdict: {how}: {held.split} loss {gain:.0%} under the best baseline, '{name}'{beside}{_overfit(state)}."


def sparkline(values: Sequence[float], *, width: int, plain: bool = False) -> str:
    """A curve in one line, `!` where a value is not finite; the later value wins where there is no room."""
    blocks = ASCII_BLOCKS if plain else BLOCKS
    if len(values) > width:
        values = [values[(index + 1) * len(values) // width - 1] for index in range(width)]
    finite = [value for value in values if math.isfinite(value)]
    low, span = (min(finite), max(finite) - min(finite)) if finite else (0.0, 0.0)
    return "".join(
        blocks[round((value - low) / span * 7) if span > 0 else 0] if math.isfinite(value) else "!" for value in values
    )


def duration(seconds: float) -> str:
    """A time span as people say it: 42 s, 3 min 05 s, 2 h 10 min."""
    whole = max(round(seconds), 0)
    if whole < 60:
        return f"{max(seconds, 0):.1f} s" if seconds < 10 else f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def evaluation_line(event: Evaluated, *, unit: str) -> str:
    """An evaluation in one line of at most 80 cells, as `run` prints it: the unit goes first, then the last metrics."""
    head = f"step {event.step:,} epoch {event.epoch}: {event.split} loss {_number(event.loss)}"
    best = " (best)" if event.best else ""
    metrics = [f", {name} {_number(value)}" for name, value in _beside_loss(event)]
    line = clean(f"{head} {unit}{best}{''.join(metrics)}")
    for left in range(len(metrics), -1, -1):
        if len(line) <= LINE:
            break
        line = clean(f"{head}{best}{''.join(metrics[:left])}")
    return line


def _what(state: RunState) -> list[str]:
    lines = []
    config, started, data = state.config, state.started, state.data
    if config and started:
        backbone = f"{config.backbone}, {config.layers} × {config.hidden_size} units"
        lines.append(f"{config.app}: {backbone}, {started.parameters:,} parameters, on {started.device}")
    if data:
        is_whole = all(sizes[0] <= 1 for sizes in data.splits.values() if sizes)  # of one text: how much of it
        splits = ", ".join(f"{name} {sizes[is_whole]:,}" for name, sizes in data.splits.items() if sizes)
        lines.append(f"data: {data.source} ({splits} {_counted(state) if is_whole else 'records'})")
    match state.ended:
        case Finished() as end:
            why = _WHY.get(end.why, end.why)
            lines.append(f"{counted(end.step, 'step')} in {duration(end.seconds)}: {why}")
        case Failed() as end:
            lines.append(f"failed at step {end.step:,}")
    return lines


def _losses(state: RunState, *, width: int, plain: bool) -> list[str]:
    unit = state.data.loss_unit if state.data else ""
    rows: list[tuple[str, float, str]] = []
    valid, test = state.last_evaluation("valid"), state.last_evaluation("test")
    held_out = "training" if state.data and not state.data.splits.get("valid", [1])[0] else "validation"
    if valid:
        is_by_score = state.config is not None and state.config.best_by == "score"
        chosen = f"{held_out} loss at best score" if is_by_score else f"best {held_out} loss"
        if valid.best_step:
            rows.append((chosen, valid.best_loss, f"at step {valid.best_step:,}"))
        rows.append((f"last {held_out} loss", valid.loss, ""))
    if test:
        rows.append(("test loss", test.loss, ""))
    for name, loss in sorted((state.data.baselines if state.data else {}).items(), key=lambda item: item[1]):
        rows.append((f"{'ceiling' if is_ceiling(name) else 'baseline'}: {name}", loss, f"on {_judged(state)}"))
    if not rows:
        return []
    beside = max(len(f"{_column(loss):>9} {unit}  {note}".rstrip()) for _, loss, note in rows)
    wide = min(max(len(label) for label, _, _ in rows), max(width - 4 - beside, LEAST_LABEL))
    lines = [
        f"  {clipped(label, wide):<{wide}}  {_column(loss):>9} {unit}  {note}".rstrip() for label, loss, note in rows
    ]
    history = [found.loss for found in state.evaluations.get("valid", [])]
    if len(history) > 1:
        curve = sparkline(history, width=max(min(width - wide - 6, 60), 8), plain=plain)
        lines.append(f"  {f'{held_out} loss':<{wide}}  {curve}")
    return ["", *lines, *(_test_metrics(state, test, width=width) if test else [])]


def _judged(state: RunState) -> str:
    """The split that baselines are scored on: test, or validation where the data have none."""
    steps = state.data.splits.get("test", [0, 0]) if state.data else [0, 0]
    return "test" if steps[1] > 1 else "validation"


def _test_metrics(state: RunState, test: Evaluated, *, width: int) -> list[str]:
    """Beside other predictors where their metrics are known; and the mistakes of a model that labels."""
    table = scoreboard(test.metrics, state.data.baseline_metrics if state.data else {}, width=width)
    if table:
        lines = ["", f"  on the test split, {test.steps:,} {_counted(state)}:", *table, *_by_type(test, width=width)]
    else:
        metrics = "test: " + ", ".join(f"{name} {_number(got)}" for name, got in _beside_loss(test))
        wrapped = textwrap.wrap(metrics, width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
        lines = wrapped if _beside_loss(test) else []
    confusion = state.confusions.get("test")
    if confusion and len(confusion.classes) <= MOST_CLASSES:
        lines += ["", *confusion_lines(confusion.classes, confusion.counts, width=width)]
    return lines


def _counted(state: RunState) -> str:
    """What a loss is of one of, in the plural: sequences, texts, tokens."""
    unit = state.data.loss_unit if state.data else ""
    return f"{unit.partition('/')[2].partition(',')[0] or 'step'}s"


def _by_type(test: Evaluated, *, width: int) -> list[str]:
    """The F1 of each type of spans, of a model that tags."""
    kinds = [(name, value) for name, value in test.metrics.items() if name.startswith(OF_TYPE)]
    said = ", ".join(f"{clean(name.removeprefix(OF_TYPE))} {value:.4f}" for name, value in kinds)
    lines = textwrap.wrap(f"F1 by type: {said}", width - 2, subsequent_indent="  ", break_on_hyphens=False)
    return [f"  {line}" for line in lines] if kinds else []


def _places(state: RunState, *, folder: RunFolder) -> list[str]:
    lines = [f"run: {folder.path}"]
    lines += [f"wrote: {path}" for path in state.exports]
    if state.nonfinite_count:
        lines.append(f"note: {state.nonfinite_count} steps were not finite and were not applied")
    if isinstance(state.ended, Failed):
        command = state.ended.command or f"seqtui resume {folder.id}"
        return [*lines, f"next: {command}"]
    if isinstance(state.ended, Finished) and state.ended.why in ("stopped", "interrupted"):
        lines.append(f"next: seqtui resume {folder.id}")
    if state.saved and state.data and (state.data.classes or _is_written(state)):
        lines.append(f"next: seqtui predict {folder.id} FILE")
    elif state.saved:
        output = f" -o sample{Path(state.exports[0]).suffix}" if state.exports else ""
        lines.append(f"next: seqtui sample {folder.id}{output}")
    return lines


def _beside_accuracies(state: RunState, held: Evaluated) -> str:
    """The accuracy of a model that labels, the F1 of one that tags, the BLEU or exactness of one that writes, beside
    the best trivial predictor and the best possible one, or ''.
    """
    metric = next((name for name in ("f1", "bleu", "exact") if name in held.metrics), "accuracy")
    own, data = held.metrics.get(metric), state.data
    if own is None or data is None or not (data.classes or _is_written(state)) or held.split != "test":
        return ""
    others = {name: scores.get(metric, math.nan) for name, scores in data.baseline_metrics.items()}
    others = {name: value for name, value in others.items() if math.isfinite(value)}
    trivial = [(value, name) for name, value in others.items() if not is_ceiling(name)]
    most = 100 if metric == "bleu" else 1
    told: Callable[[float], str] = lambda value: f"{value:.1f}" if metric == "bleu" else f"{value:.1%}"  # noqa: E731
    said = f"; {HEADLINES.get(metric, metric)} {told(own)}" if others else ""
    if trivial:
        best, name = max(trivial)
        said += f"{NO_BETTER if own <= best < most else BETTER} {told(best)} of '{name}'"
    for name, value in others.items():
        if is_ceiling(name):
            gap = 100 * (value - own) / most
            luck = ", which takes luck, or test data in the training data" if gap < 0 else ""
            said += f", {abs(gap):.1f} points {'over' if gap < 0 else 'under'} the {name} of {told(value)}{luck}"
    return said


def _is_written(state: RunState) -> bool:
    """Whether its model makes other sequences of those that it reads."""
    return state.data is not None and state.data.head in WRITING


def _overfit(state: RunState) -> str:
    valid = state.last_evaluation("valid")
    if valid and math.isfinite(valid.best_loss) and valid.loss > valid.best_loss * 1.05:
        return f"; it overfits since step {valid.best_step:,}, and the best weights are kept"
    return ""


def _beside_loss(event: Evaluated) -> list[tuple[str, float]]:
    """The metrics that do not say again what the loss has said (an NLL mostly does)."""
    return [(name, value) for name, value in event.metrics.items() if value != event.loss]


def _number(value: float) -> str:
    return f"{value + 0.0:.4g}" if math.isfinite(value) else str(value)  # no minus before nothing


def _column(value: float) -> str:
    """As `_number`, with the zeros at its end: numbers below each other have as many digits."""
    return f"{value + 0.0:#.4g}".rstrip(".") if math.isfinite(value) else str(value)
