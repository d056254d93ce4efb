"""What a run recorded of its model, as plain values: card.json, which programs read, and what card.md is written from.

Imports pydantic (slow).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from seqtui import catalog
from seqtui.commands.command_line import command_words, quoted
from seqtui.config import RunConfig
from seqtui.data_sets.manifest import DataSet
from seqtui.data_sets.naming import named
from seqtui.errors import Usage
from seqtui.runs.events import DataSummary, Evaluated, Event, Finished, KnobChanged, Started
from seqtui.runs.folder import RunFolder
from seqtui.runs.journal import read_events
from seqtui.runs.state import RunState, fold
from seqtui.runs.taste import PLAIN, Taste
from seqtui.task import Task
from seqtui.text_safety import clean

ASKS_FOR_NOTHING: Final = "public domain"


@dataclass(frozen=True, slots=True)
class TrainedRun:
    """A run that has come to its end. held: its score on the test split, if there is one; made_by: version, commit."""

    task: Task
    config: RunConfig
    state: RunState
    started: Started
    data: DataSummary
    ended: Finished
    edits: Sequence[KnobChanged]
    made_by: str
    created: float

    @property
    def held(self) -> Evaluated | None:
        return self.state.last_evaluation("test")

    @property
    def set_named(self) -> DataSet | None:
        """The set of the catalogue that it was trained on."""
        return named(self.config.data)

    @property
    def command(self) -> str:
        """What trains it again, with no place of this machine in it."""
        shared = replace(self.config, run_dir=None, export=None, name=None)
        if shared.data is not None and self.set_named is None:
            shared = replace(shared, data="DATA")
        return quoted(command_words(self.task, shared))


def trained_run(folder: RunFolder) -> TrainedRun:
    """Usage where the run has not ended, for what it scored is not known then."""
    header = folder.read_header()
    events: list[Event | None] = [record.event for record in read_events(folder.events_file).records]
    state = fold(read_events(folder.events_file).records, config=header.config)
    if not isinstance(state.ended, Finished) or state.data is None or state.started is None:
        raise Usage(f"run {folder.id} has not come to its end, so its scores are not known: seqtui resume {folder.id}")
    edits = [event for event in events if isinstance(event, KnobChanged)]
    return TrainedRun(
        catalog.load(header.config.app), header.config, state, state.started, state.data, state.ended, edits,
        header.made_by, header.created,
    )  # fmt: skip


def model_facts(run: TrainedRun, *, name: str, is_half: bool = False, taste: Taste = PLAIN) -> dict[str, Any]:
    """What card.json holds. Scores are of the test split where there is one, else of validation; taste: its own."""
    split, own = ("test", run.held) if run.held else ("validation", run.state.best)
    others = dict.fromkeys([*run.data.baseline_metrics, *run.data.baselines])
    return {
        "name": clean(name),
        "application": run.task.name,
        "data": data_title(run),
        "license": license_of(run),
        "license_address": license_address(license_of(run)),
        "citation": run.set_named.citation if run.set_named else "",
        "source": run.set_named.source if run.set_named else "",
        "records": {each: records for each, (records, _steps) in run.data.splits.items()},
        "split": split,
        "loss_unit": run.data.loss_unit,
        "loss": own.loss if own else None,
        "metrics": dict(own.metrics) if own else {},
        "baselines": {
            clean(each): {"loss": run.data.baselines.get(each), "metrics": run.data.baseline_metrics.get(each, {})}
            for each in others
        },
        "parameters": run.started.parameters,
        "bits": 16 if is_half else 32,
        **({"taste": asdict(taste)} if taste != PLAIN else {}),
        "seed": run.config.seed,
        "seconds": round(run.ended.seconds, 1),
        "command": run.command,
        "made_by": clean(run.made_by),
    }


def data_title(run: TrainedRun) -> str:
    """What the data are called, without the folders of the machine that they were read on."""
    if run.set_named:
        return run.set_named.title
    return clean(Path(run.data.source).name if run.data.source == run.config.data else run.data.source)


def license_of(run: TrainedRun) -> str:
    """Of the data: as the catalogue says, MIT where seqtui made them, '' where it is not known."""
    if run.set_named:
        return run.set_named.license
    return "MIT" if run.config.data is None else ""


def license_address(license_: str) -> str:
    """Where the text of a Creative Commons license stands, by its SPDX name; '' for others.

    >>> license_address("CC-BY-2.0-FR")
    'https://creativecommons.org/licenses/by/2.0/fr/'
    """
    words = license_.lower().split("-")
    version = next((place for place, word in enumerate(words) if word[:1].isdigit()), 0)
    if words[0] != "cc" or not version:
        return ""
    return f"https://creativecommons.org/licenses/{'-'.join(words[1:version])}/{'/'.join(words[version:])}/"
