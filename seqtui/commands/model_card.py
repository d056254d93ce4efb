"""card.md of a model: what it is for, its data and their license, how it was made, its scores, its limits.

Made from the run folder alone; what the run did not record is not claimed.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence

from seqtui.commands.model_facts import ASKS_FOR_NOTHING, TrainedRun, data_title, license_address
from seqtui.runs.report import duration
from seqtui.runs.taste import PLAIN, Taste, options_of
from seqtui.shapes import is_causal
from seqtui.text_safety import clean

OWN = "**this model**"
UNKNOWN = "- License: unknown to seqtui; say it here before you share the model"


def model_card(run: TrainedRun, *, name: str, is_half: bool = False, taste: Taste = PLAIN) -> str:
    """Markdown. is_half: the weights are stored as 16-bit numbers; taste: its own, for samples."""
    blocks = [
        [f"# {clean(name)}", "", f"{run.task.summary} {_form(run)}", *_use(run, clean(name), taste)],
        _data(run),
        ["## Scores", "", *_scores(run)],
        _making(run, is_half=is_half),
        ["## Limits", "", *_limits(run)],
    ]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _form(run: TrainedRun) -> str:
    config = run.config
    ways = "bidirectional " if config.bidirectional else ""
    layers = f"{config.layers} layer{'s' if config.layers > 1 else ''}"
    reads = f"It reads {run.task.reads}."
    return f"{reads} Backbone: {ways}{config.backbone.upper()}, {layers} of {config.hidden_size} units."


def _use(run: TrainedRun, name: str, taste: Taste) -> list[str]:
    if is_causal(run.task.head_kind_for(run.config.options)):
        suffixes = run.task.sample_suffixes
        words = f"seqtui sample {name} -o new{suffixes[0]}" if suffixes else f"seqtui sample {name}"
    else:
        words = f"seqtui predict {name} INPUT"
    own = ["", f"It is sampled with `{' '.join(options_of(taste))}` where you do not say otherwise."]
    return ["", "```sh", words, "```", *(own if taste != PLAIN else [])]


def _data(run: TrainedRun) -> list[str]:
    data, known = run.data, run.set_named
    splits = ", ".join(f"{name} {records:,}" for name, (records, _steps) in data.splits.items())
    if known is None:
        made = run.config.data is None
        lines = ["- License: made by rule by seqtui itself, MIT"] if made else [UNKNOWN]
    else:
        lines = [f"- License: {known.license}; {known.citation}; {known.source}", _carried(known.license)]
    notes = [f"- {clean(note)}" for note in data.notes]
    return [
        "## Data", "", f"- {data_title(run)}", *lines, f"- Records: {splits}", f"- Split: {clean(data.split_rule)}",
        f"- Fingerprint: {data.fingerprint}", *notes,
    ]  # fmt: skip


def _carried(license_: str) -> str:
    """What the license of the data means for the model."""
    if license_.startswith(ASKS_FOR_NOTHING):
        return "- License of the model: its data ask for none"
    address = license_address(license_)
    alike = "; share-alike: what you make of it and give on stays under it" if "-SA-" in license_ else ""
    return f"- License of the model: that of its data, {license_}{f' ({address})' if address else ''}{alike}"


def _scores(run: TrainedRun) -> Iterator[str]:
    data, held, chosen = run.data, run.held, run.state.best
    own = {split: scored for split, scored in (("test", held), ("validation", chosen)) if scored is not None}
    names = list(dict.fromkeys(metric for scored in own.values() for metric in scored.metrics))
    yield f"| | split | {data.loss_unit} | {' | '.join(names)} |"
    yield f"|---|---|---|{'---|' * len(names)}"
    for split, scored in own.items():
        yield _row(OWN, split, scored.loss, scored.metrics, names)
    split = "test" if data.splits["test"][0] else "validation"
    others = list(dict.fromkeys([*data.baseline_metrics, *data.baselines]))
    for name in others:
        yield _row(clean(name), split, data.baselines.get(name), data.baseline_metrics.get(name, {}), names)
    yield ""
    yield _protocol(run)


def _row(name: str, split: str, loss: float | None, metrics: Mapping[str, float], names: Sequence[str]) -> str:
    numbers = [loss, *(metrics.get(each) for each in names)]
    return f"| {name} | {split} | {' | '.join('' if value is None else f'{value:.4g}' for value in numbers)} |"


def _protocol(run: TrainedRun) -> str:
    state, held = run.state, run.held
    measure = "score" if run.config.best_by == "score" else "loss"
    step = f" (step {state.best.step:,} of {state.step.step:,})" if state.best and state.step else ""
    once = f"; the test split, {held.steps:,} predictions, was scored once, after training" if held else ""
    return (
        f"The weights are those with the best validation {measure}{step}{once}. One training, seed {run.config.seed}."
    )


def _making(run: TrainedRun, *, is_half: bool) -> list[str]:
    started, ended = run.started, run.ended
    day = datetime.datetime.fromtimestamp(run.created, datetime.UTC).date()
    changes = [f"- At step {each.step:,} {clean(each.name)} was set to {each.new:g}" for each in run.edits]
    half = ["- The weights are stored as 16-bit numbers; the scores are of the 32-bit ones they were rounded from"]
    return [
        "## How it was made", "", "```sh", run.command, "```", "",
        f"- {day}, seqtui {clean(run.made_by)}, torch {clean(started.torch)}, on {started.device}  "
        f"({clean(started.cpu)}, {started.threads} of its cores used), {started.precision}",
        f"- {ended.step:,} steps, {ended.epoch} epochs, {duration(ended.seconds)}",
        f"- {started.parameters:,} parameters", *(half if is_half else []), *changes,
    ]  # fmt: skip


def _limits(run: TrainedRun) -> Iterator[str]:
    records = run.data.splits["train"][0]
    count = f"{records:,} records" if records > 1 else "one record"
    yield f"- It was trained on {count} of this one source: of other kinds of data its scores say nothing."
    yield f"- The longest record that it met has {run.data.longest:,} steps."
    if is_causal(run.task.head_kind_for(run.config.options)):
        yield "- What it writes can repeat what it was trained on."
    else:
        yield "- Its probabilities were not calibrated."
