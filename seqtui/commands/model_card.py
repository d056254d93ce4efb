"""card.md of a model: what it is for, its data and their license, how it was made, its scores, its limits.

Made from the run folder alone; what the run did not record is not claimed. Imports pydantic (slow).
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from seqtui import catalog
from seqtui.commands.command_line import command_words, quoted
from seqtui.config import RunConfig
from seqtui.data_sets.naming import named
from seqtui.errors import Usage
from seqtui.runs.events import DataSummary, Evaluated, Finished, KnobChanged, Started
from seqtui.runs.folder import RunFolder
from seqtui.runs.journal import read_events
from seqtui.runs.report import duration
from seqtui.runs.state import RunState, fold
from seqtui.shapes import is_causal
from seqtui.task import Task
from seqtui.text_safety import clean

OWN = "**this model**"


def model_card(folder: RunFolder, *, name: str) -> str:
    """Markdown. Usage where the run has not ended, for what it scored is not known then."""
    header = folder.read_header()
    records = read_events(folder.events_file).records
    state = fold(records, config=header.config)
    if not isinstance(state.ended, Finished) or state.data is None or state.started is None:
        raise Usage(f"run {folder.id} has not come to its end, so its scores are not known: seqtui resume {folder.id}")
    task, config = catalog.load(header.config.app), header.config
    edits = [record.event for record in records if isinstance(record.event, KnobChanged)]
    blocks = [
        [f"# {clean(name)}", "", f"{task.summary} {_form(task, config)}"],
        _data(state.data, config),
        ["## Scores", "", *_scores(state, state.data)],
        _making(task, config, state.started, state.ended, made_by=header.made_by, created=header.created, edits=edits),
        ["## Limits", "", *_limits(task, config, state.data)],
    ]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _form(task: Task, config: RunConfig) -> str:
    ways = "bidirectional " if config.bidirectional else ""
    layers = f"{config.layers} layer{'s' if config.layers > 1 else ''}"
    return f"It reads {task.reads}. Backbone: {ways}{config.backbone.upper()}, {layers} of {config.hidden_size} units."


def _data(data: DataSummary, config: RunConfig) -> list[str]:
    known = named(config.data)
    splits = ", ".join(f"{name} {records:,}" for name, (records, _steps) in data.splits.items())
    license_ = f"{known.license}; {known.citation}; {known.source}" if known else _license_of_unnamed(config)
    lines = [f"- {known.title if known else _source(data, config)}", f"- License: {license_}", f"- Records: {splits}"]
    notes = [f"- {clean(note)}" for note in data.notes]
    return ["## Data", "", *lines, f"- Split: {clean(data.split_rule)}", f"- Fingerprint: {data.fingerprint}", *notes]


def _source(data: DataSummary, config: RunConfig) -> str:
    """Without the folders of the machine that it was read on."""
    return clean(Path(data.source).name if data.source == config.data else data.source)


def _license_of_unnamed(config: RunConfig) -> str:
    if config.data is None:
        return "made by rule by seqtui itself, MIT"
    return "unknown to seqtui; say it here before you share the model"


def _scores(state: RunState, data: DataSummary) -> Iterator[str]:
    held = state.last_evaluation("test")
    chosen = state.best
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
    yield _protocol(state, held)


def _row(name: str, split: str, loss: float | None, metrics: Mapping[str, float], names: Sequence[str]) -> str:
    numbers = [loss, *(metrics.get(each) for each in names)]
    return f"| {name} | {split} | {' | '.join('' if value is None else f'{value:.4g}' for value in numbers)} |"


def _protocol(state: RunState, held: Evaluated | None) -> str:
    assert state.config is not None
    measure = "score" if state.config.best_by == "score" else "loss"
    step = f" (step {state.best.step:,} of {state.step.step:,})" if state.best and state.step else ""
    once = f"; the test split, {held.steps:,} predictions, was scored once, after training" if held else ""
    return (
        f"The weights are those with the best validation {measure}{step}{once}. One training, seed {state.config.seed}."
    )


def _making(
    task: Task, config: RunConfig, started: Started, ended: Finished, *, made_by: str, created: float,
    edits: Sequence[KnobChanged],
) -> list[str]:  # fmt: skip
    shared = replace(config, run_dir=None, export=None, name=None)
    if shared.data is not None and named(shared.data) is None:
        shared = replace(shared, data="DATA")
    day = datetime.datetime.fromtimestamp(created, datetime.UTC).date()
    changes = "".join(f"\n- At step {each.step:,} {clean(each.name)} was set to {each.new:g}" for each in edits)
    return [
        "## How it was made", "", "```sh", quoted(command_words(task, shared)), "```", "",
        f"- {day}, seqtui {clean(made_by)}, torch {clean(started.torch)}, on {started.device}  "
        f"({clean(started.cpu)}, {started.threads} of its cores used), {started.precision}",
        f"- {ended.step:,} steps, {ended.epoch} epochs, {duration(ended.seconds)}",
        f"- {started.parameters:,} parameters{changes}",
    ]  # fmt: skip


def _limits(task: Task, config: RunConfig, data: DataSummary) -> Iterator[str]:
    records = data.splits["train"][0]
    count = f"{records:,} records" if records > 1 else "one record"
    yield f"- It was trained on {count} of this one source: of other kinds of data its scores say nothing."
    yield f"- The longest record that it met has {data.longest:,} {task.length_unit}."
    if is_causal(task.head_kind_for(config.options)):
        yield "- What it writes can repeat what it was trained on."
    else:
        yield "- Its probabilities were not calibrated."
