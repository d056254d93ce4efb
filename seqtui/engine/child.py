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
from seqtui.engine.past import Past, look_back, refuse_old_commands
from seqtui.engine.prepare import prepare
from seqtui.engine.session import Interruption, Session
from seqtui.engine.shelf import Shelf
from seqtui.errors import ExitCode, RunFailed, SeqtuiError
from seqtui.runs.durable import remove_stale_temps
from seqtui.runs.events import DataSummary, Event, Failed, Finished, Phase, Started, Warned
from seqtui.runs.folder import RunFolder, open_folder
from seqtui.runs.journal import EventWriter, read_events
from seqtui.runs.lock import hold
from seqtui.runs.without_memory import without_memory
from seqtui.shapes import head_name


class _Interrupted(Exception):
    """The user interrupted before training began."""


def run_child(path: Path) -> ExitCode:
    """Hold the run in a folder and live it."""
    folder = open_folder(path)
    with hold(folder):
        return live(folder)


def live(folder: RunFolder) -> ExitCode:
    """Train a run that this process holds, from where it stands to its end."""
    interruption = Interruption()

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        interruption.asked = True

    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    try:
        for place in (folder.path, folder.checkpoints, folder.samples):
            remove_stale_temps(place)
        return _run(folder, interruption)
    except OSError as error:
        raise _disk_failure(error) from error


def _run(folder: RunFolder, interruption: Interruption) -> ExitCode:
    shelf = Shelf(folder.checkpoints)
    try:
        past = look_back(folder, shelf)
    except SeqtuiError as error:
        _tell_at_the_end(folder, error)
        raise
    if past.is_over:
        return ExitCode.DONE
    writer = EventWriter(folder.events_file, offset=past.offset, seq=past.seq)
    step, last = int(past.state.get("step", 0)), None
    try:
        for event in _events(folder, shelf, past, writer=writer, interruption=interruption):
            step, last = getattr(event, "step", step), event
            writer.append(event)
    except _Interrupted:
        last = _interrupted_before_training(past)
        writer.append(last)
    except (SeqtuiError, MemoryError, RuntimeError, OSError) as error:
        failure = _as_failure(error)
        writer.append(_failed(folder, failure, step=step))
        if isinstance(error, RuntimeError) and not isinstance(error, torch.OutOfMemoryError):
            raise
        return failure.exit_code
    finally:
        writer.sync()
        writer.close()
    return ExitCode.INTERRUPTED if isinstance(last, Finished) and last.why == "interrupted" else ExitCode.DONE


def _events(
    folder: RunFolder, shelf: Shelf, past: Past, *, writer: EventWriter, interruption: Interruption
) -> Iterator[Event]:
    """All events of this child, in order; those of the preparation are appended as they come."""

    def on_phase(phase: Phase) -> None:
        if interruption.asked:
            raise _Interrupted
        writer.append(phase)

    session = prepare(folder, shelf, past, writer=writer, interruption=interruption, on_phase=on_phase)
    yield _started(session)
    yield _summary(session)
    for text in filter(
        None, [session.resume_note, session.not_bit_exact and f"not bit-exact: {session.not_bit_exact}"]
    ):
        yield Warned(text)
    if session.valid is session.train:
        yield Warned("there are no validation sequences: validation scores are on the training data")
    yield from refuse_old_commands(folder, past)
    why = yield from train(session)
    yield from finish(session, why)


def _interrupted_before_training(past: Past) -> Finished:
    state = past.state
    return Finished(
        int(state.get("step", 0)), int(state.get("epoch", 0)) + (state.get("unit", 0) > 0), "interrupted",
        float(state.get("seconds", 0.0)), float(state.get("best_loss", "inf")), int(state.get("best_step", 0)),
    )  # fmt: skip


def _failed(folder: RunFolder, failure: SeqtuiError, *, step: int) -> Failed:
    return Failed(step, str(failure), int(failure.exit_code), f"seqtui resume {folder.id}")


def _tell_at_the_end(folder: RunFolder, error: SeqtuiError) -> None:
    """Add the failure to a log of which nothing may be cut: without a checkpoint it is all that is left of the run."""
    reading = read_events(folder.events_file)
    seq = reading.records[-1].seq + 1 if reading.records else 0
    step = max((getattr(record.event, "step", 0) for record in reading.records), default=0)
    writer = EventWriter(folder.events_file, offset=reading.offset, seq=seq)
    writer.append(_failed(folder, error, step=step))
    writer.sync()
    writer.close()


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
    counts = {name: [len(records.names), int(records.lengths.sum())] for name, records in splits.items()}
    longest = max(int(records.lengths.max(initial=0)) for records in splits.values())
    told = DataSummary(
        corpus.source, corpus.split_rule, counts, longest, head_name(corpus.head), corpus.loss_unit,
        dict(corpus.baselines), list(corpus.notes), corpus.fingerprint,
        {name: dict(metrics) for name, metrics in corpus.baseline_metrics.items()},
        session.class_names(),
    )  # fmt: skip
    twin = without_memory(session.folder, session.config, told)
    if twin is not None:
        name, scored = twin
        told.baselines[name], told.baseline_metrics[name] = scored.loss, scored.metrics
    return told


def _as_failure(error: SeqtuiError | MemoryError | RuntimeError | OSError) -> SeqtuiError:
    if isinstance(error, SeqtuiError):
        return error
    if isinstance(error, OSError):
        return _disk_failure(error)
    if isinstance(error, MemoryError | torch.OutOfMemoryError) or "allocate memory" in str(error):
        return RunFailed("out of memory: use a smaller --batch-size, --hidden-size or --bptt")
    return RunFailed(
        f"seqtui made a mistake ({type(error).__name__}: {error}); stderr.log in the run folder has the details"
    )


def _disk_failure(error: OSError) -> RunFailed:
    place = f" {error.filename}" if error.filename else ""
    return RunFailed(f"cannot read or write{place}: {error.strerror or error}; mend that and resume the run")
