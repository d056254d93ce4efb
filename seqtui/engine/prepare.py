"""From a run folder to a session: load the data, choose the machine, build the model, restore the checkpoint."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from seqtui import catalog
from seqtui.config import RunConfig
from seqtui.data_sets.naming import notes_of, resolve
from seqtui.engine import machine as machines
from seqtui.engine.batches import FlatData, epoch_units, rows_of
from seqtui.engine.checkpoint import restore
from seqtui.engine.inputs import start_from
from seqtui.engine.known_options import check_options
from seqtui.engine.model import SequenceModel, build_model
from seqtui.engine.model_file import write_meaning
from seqtui.engine.past import MACHINE, Past
from seqtui.engine.recurrent.layer import Kernel
from seqtui.engine.session import Interruption, Session
from seqtui.engine.shelf import BEST, Found, Shelf
from seqtui.engine.state import fresh_state, state_from_facts
from seqtui.engine.step import build_trainee, unit_loss
from seqtui.engine.telemetry import Telemetry
from seqtui.engine.torchtext_tools import TorchtextTools
from seqtui.engine.word_input import WordInput
from seqtui.engine.wording import Wording
from seqtui.errors import BadInput, Usage
from seqtui.runs.control import ControlReader
from seqtui.runs.events import Phase
from seqtui.runs.folder import RunFolder
from seqtui.runs.journal import EventWriter
from seqtui.shapes import ends_predicted, is_causal, steps_ahead
from seqtui.task import Corpus, Records, Task

PROBE_STEPS = 64  # time steps of the batch that measures threads and kernels


def prepare(
    folder: RunFolder,
    shelf: Shelf,
    past: Past,
    *,
    writer: EventWriter,
    interruption: Interruption,
    on_phase: Callable[[Phase], None],
) -> Session:
    """The session of a fresh run, or of the checkpoint that an earlier child left."""
    config = folder.read_config()
    task = catalog.load(config.app)
    check_options(task, config.options, folder.path)
    task.equip(TorchtextTools())
    if config.bidirectional and is_causal(task.head_kind_for(config.options)):
        raise Usage(
            f"a bidirectional backbone cannot serve {task.name}, which predicts the next step from earlier ones"
        )
    device = machines.choose_device(config.device)
    if machines.recall(folder.path / MACHINE) is None:
        # What cannot be had is refused before the data are read.
        machines.choose_precision(config.precision, device)
        machines.refuse_too_many(config.threads)
    corpus = load_corpus(task, config, on_phase)
    write_meaning(corpus, folder.model_file)
    session = _assemble(folder, shelf, past, task, corpus, writer=writer, interruption=interruption, on_phase=on_phase)
    if past.found is not None:
        _go_on(session, past.found)
    session.state.control_offset = past.answered
    return session


def _assemble(
    folder: RunFolder,
    shelf: Shelf,
    past: Past,
    task: Task,
    corpus: Corpus,
    *,
    writer: EventWriter,
    interruption: Interruption,
    on_phase: Callable[[Phase], None],
) -> Session:
    """A session that stands at the first step."""
    config = folder.read_config()
    device = machines.choose_device(config.device)
    train, valid, test = _splits(config, device, corpus, Wording(task, corpus.encoding))
    on_phase(Phase("measuring threads and kernels"))
    machine = _machine(folder.path / MACHINE, config, corpus, train)
    torch.set_num_threads(machine.threads)
    on_phase(Phase("building the model"))
    model = _fresh_model(config, corpus).to(device)
    model.use_kernel(machine.kernel)
    return Session(
        config, task, corpus, folder, machine, build_trainee(config, model, machine.precision),
        train=train,
        valid=valid,
        test=test,
        state=fresh_state(config),
        shelf=shelf,
        control=ControlReader(folder.control_file, past.answered),
        telemetry=Telemetry(config.telemetry, valid),
        interruption=interruption,
        log_position=writer.position,
        sync_log=writer.sync,
        edits=list(past.edits),
        not_bit_exact=machines.why_not_bit_exact(machine),
    )  # fmt: skip


def _fresh_model(config: RunConfig, corpus: Corpus) -> SequenceModel:
    """Random weights by the seed, and an embedding that begins at the task's vectors where it has some."""
    model = build_model(config, corpus.head)
    if corpus.vectors is not None:
        if corpus.vectors.shape[1] != config.embedding_size:
            raise BadInput(
                f"the word vectors have {corpus.vectors.shape[1]} numbers each, which --embedding-size "
                f"{config.embedding_size} does not fit; leave it out"
            )
        start_from(model.embed, torch.from_numpy(corpus.vectors))
    if corpus.forgetting is not None:
        assert isinstance(model.embed, WordInput), "only words are forgotten each by its own chance"
        model.embed.words.forget(torch.from_numpy(corpus.forgetting))
    return model


def load_corpus(task: Task, config: RunConfig, on_phase: Callable[[Phase], None]) -> Corpus:
    """The task's data, with progress told at most five times a second."""
    last = 0.0

    def progress(what: str, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= 0.2:
            last = time.monotonic()
            on_phase(Phase(what, done, total))

    on_phase(Phase("reading data"))
    data = resolve(task.name, config.data) if config.data else config.data
    corpus = task.load(data, config.options, seed=config.seed, progress=progress)
    task.check_head(corpus.head, config.options)
    return replace(corpus, notes=(*notes_of(config.data, config.options), *corpus.notes))


def _splits(
    config: RunConfig, device: torch.device, corpus: Corpus, wording: Wording
) -> tuple[FlatData, FlatData, FlatData]:
    """Training, validation and test data; where there is nothing to validate on, the training data are."""
    train, valid, test = (
        _flat(part, config, device, corpus, wording) for part in (corpus.train, corpus.valid, corpus.test)
    )
    if not len(train.rows):
        raise BadInput(f"{corpus.source} holds no sequence of {1 + train.rows.ahead} steps or more to train on")
    return train, valid if len(valid.rows) else train, test


def _flat(records: Records, config: RunConfig, device: torch.device, corpus: Corpus, wording: Wording) -> FlatData:
    ahead, ends = steps_ahead(corpus.head), ends_predicted(corpus.head)
    rows = rows_of(records, batch_size=config.batch_size, bptt=config.bptt, ahead=ahead, ends=ends)
    return FlatData(records, rows, device, wording)


def _machine(path: Path, config: RunConfig, corpus: Corpus, train: FlatData) -> machines.Machine:
    """The choice that the run was made with; for a new run, measured now on its own model and data, and stored."""
    known = machines.recall(path)
    if known is not None:
        return known
    device = train.values.device
    precision = machines.choose_precision(config.precision, device)
    step = _probe_step(config, build_model(config, corpus.head).to(device), train, precision)
    threads, kernel, milliseconds = machines.measure(config, device, step)
    machine = machines.Machine(
        str(device), precision, threads, machines.wait_policy(), kernel, torch.__version__,
        machines.cpu_capability(), milliseconds,
    )  # fmt: skip
    machines.store(machine, path)
    return machine


def _probe_step(config: RunConfig, model: SequenceModel, train: FlatData, precision: str) -> Callable[[Kernel], None]:
    trainee = build_trainee(config, model, precision)
    units = epoch_units(
        train.rows, batch_size=config.batch_size, bptt=min(config.bptt or PROBE_STEPS, PROBE_STEPS), seed=0, epoch=0
    )
    fullest = max(units, key=lambda unit: unit.real_steps)

    def step(kernel: Kernel) -> None:
        model.use_kernel(kernel)
        loss, _ = unit_loss(trainee, train, fullest, None)
        torch.autograd.backward(loss)

    return step


def _go_on(session: Session, found: Found) -> None:
    """Put the session where the checkpoint stands."""
    facts = found.checkpoint.facts
    session.state = state_from_facts(facts["state"])
    session.trainee.scaler.load_state_dict(facts["scaler"])
    try:
        session.carry = restore(session.trainee, found.checkpoint)
    except RuntimeError as error:  # load_state_dict, where a vocabulary has grown or shrunk
        raise BadInput(f"the weights of {found.path} do not fit {session.corpus.source}: {error}") from error
    session.resumed_from = session.saved_step = session.state.step
    session.resume_note = found.note
    if 0 < session.state.best_step == session.state.step:
        session.shelf.point(BEST, found.path, step=session.state.step)
    if facts["fingerprint"] != session.corpus.fingerprint:
        # The position and the carried state belong to batches that are no more.
        session.state.unit, session.carry = 0, None
        changed = "the data have changed since the checkpoint was made; its epoch begins anew"
        session.not_bit_exact = "; ".join(filter(None, [session.not_bit_exact, changed]))
