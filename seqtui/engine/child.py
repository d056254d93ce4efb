"""The process of a run: takes the lock, trains, appends events. `python -P -m seqtui.engine RUN_FOLDER`."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import torch

from seqtui.engine.finish import finish
from seqtui.engine.loop import train
from seqtui.engine.machine import cpu_capability
from seqtui.engine.model import parameter_count
from seqtui.engine.prepare import prepare
from seqtui.engine.session import Interruption, Session
from seqtui.engine.shelf import Found, Shelf
from seqtui.errors import ExitCode, RunFailed, SeqtuiError
from seqtui.runs.durable import remove_stale_temps
from seqtui.runs.events import DataSummary, Event, Failed, Finished, KnobChanged, Phase, Started, Warned
from seqtui.runs.folder import RunFolder, open_folder
from seqtui.runs.journal import EventWriter, read_events
from seqtui.runs.lock import hold
from seqtui.shapes import head_name

FINAL = ("epochs", "max_steps", "max_seconds", "patience")


class _Interrupted(Exception):
    """The user interrupted before training began."""


def run_child(path: Path) -> ExitCode:
    """Train the run in a folder from where it stands, to its end. Raises WaitDisturbed: see machine.measure."""
    interruption = Interruption()

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        interruption.asked = True

    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    folder = open_folder(path)
    with hold(folder):
        remove_stale_temps(folder.checkpoints)
        remove_stale_temps(folder.path)
        return _run(folder, interruption)


def _run(folder: RunFolder, interruption: Interruption) -> ExitCode:
    shelf = Shelf(folder.checkpoints)
    found = shelf.latest()
    offset = int(found.checkpoint.facts["events_offset"]) if found else 0
    seq = int(found.checkpoint.facts["events_seq"]) if found else 0
    tail = [record.event for record in read_events(folder.events_file, offset=offset).records]
    if any(isinstance(event, Finished) and event.why in FINAL for event in tail):
        return ExitCode.DONE
    edits = [event for event in tail if isinstance(event, KnobChanged)]
    writer = EventWriter(folder.events_file, offset=offset, seq=seq)
    step = 0
    try:
        for event in _events(folder, shelf, found, writer=writer, interruption=interruption, edits=edits):
            step = getattr(event, "step", step)
            writer.append(event)
    except _Interrupted:
        writer.append(Finished(step, 0, "interrupted", 0.0, float("inf"), 0))
    except (SeqtuiError, MemoryError, RuntimeError) as error:
        failure = _as_failure(error)
        writer.append(Failed(step, str(failure), int(failure.exit_code), f"seqtui resume {folder.id}"))
        if not isinstance(error, SeqtuiError):
            raise
        return failure.exit_code
    finally:
        writer.sync()
        writer.close()
    return ExitCode.INTERRUPTED if interruption.asked else ExitCode.DONE


def _events(
    folder: RunFolder,
    shelf: Shelf,
    found: Found | None,
    *,
    writer: EventWriter,
    interruption: Interruption,
    edits: list[KnobChanged],
) -> Iterator[Event]:
    """All events of this child, in order; those of the preparation are appended as they come."""

    def on_phase(phase: Phase) -> None:
        if interruption.asked:
            raise _Interrupted
        writer.append(phase)

    session = prepare(folder, shelf, found, writer=writer, interruption=interruption, edits=edits, on_phase=on_phase)
    yield _started(session)
    yield _summary(session)
    for text in filter(
        None, [session.resume_note, session.not_bit_exact and f"not bit-exact: {session.not_bit_exact}"]
    ):
        yield Warned(text)
    if session.valid is session.train:
        yield Warned("there are no validation sequences: validation scores are on the training data")
    why = yield from train(session)
    yield from finish(session, why)


def _started(session: Session) -> Started:
    machine = session.machine
    return Started(
        session.folder.id, session.config.app, os.getpid(), machine.device, machine.threads, machine.wait_policy,
        machine.kernel, machine.precision, parameter_count(session.trainee.model), torch.__version__,
        cpu_capability(), session.resumed_from, session.not_bit_exact,
    )  # fmt: skip


def _summary(session: Session) -> DataSummary:
    corpus = session.corpus
    splits = {"train": corpus.train, "valid": corpus.valid, "test": corpus.test}
    counts = {name: [len(records), int(records.lengths.sum())] for name, records in splits.items()}
    longest = max(int(records.lengths.max(initial=0)) for records in splits.values())
    return DataSummary(
        corpus.source, corpus.split_rule, counts, longest, head_name(corpus.head), corpus.loss_unit,
        dict(corpus.baselines), list(corpus.notes), corpus.fingerprint,
    )  # fmt: skip


def _as_failure(error: SeqtuiError | MemoryError | RuntimeError) -> SeqtuiError:
    if isinstance(error, SeqtuiError):
        return error
    if isinstance(error, MemoryError | torch.OutOfMemoryError) or "allocate memory" in str(error):
        return RunFailed("out of memory: use a smaller --batch-size, --hidden-size or --bptt")
    return RunFailed(
        f"seqtui made a mistake ({type(error).__name__}: {error}); stderr.log in the run folder has the details"
    )
