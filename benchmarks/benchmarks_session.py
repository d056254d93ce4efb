"""A training session on records made in memory: what the benchmarks time, without reading any data."""

from pathlib import Path
from typing import Any

import torch

from seqtui import catalog
from seqtui.config import RunConfig
from seqtui.engine import machine as machines
from seqtui.engine.batches import FlatData, Unit, rows_of
from seqtui.engine.model import build_model
from seqtui.engine.recurrent.layer import Kernel
from seqtui.engine.session import Interruption, Session
from seqtui.engine.shelf import Shelf
from seqtui.engine.state import fresh_state
from seqtui.engine.step import build_trainee, unit_loss
from seqtui.engine.telemetry import Telemetry
from seqtui.runs import folder as folders
from seqtui.runs.control import ControlReader
from seqtui.runs.journal import EventWriter
from seqtui.shapes import NextToken
from seqtui.task import Corpus, Records

FOREVER = 1_000_000


def memory_session(parent: Path, records: Records, vocabulary: int, settings: dict[str, Any]) -> Session:
    """Endless training of next tokens on `records`, full telemetry, no evaluation; the kernel is measured as always."""
    config = RunConfig(app="music", epochs=FOREVER, eval_every=10**9, checkpoint_seconds=1e9, **settings)
    head = NextToken(vocabulary)
    corpus = Corpus(records, records, records, head, {}, "made", "none", "made")
    folder = folders.create(config, parent=parent)
    writer = EventWriter(folder.events_file)
    device = torch.device("cpu")
    rows = rows_of(records, batch_size=config.batch_size, bptt=config.bptt)
    data = FlatData(records, rows, device)
    model = build_model(config, head)
    trainee = build_trainee(config, model, "fp32")
    longest = int(rows.steps.argmax())
    unit = Unit(rows.records[longest : longest + 1].repeat(config.batch_size), 0, int(rows.steps[longest]), 1, 1)

    def step(kernel: Kernel) -> None:
        model.backbone.use_kernel(kernel)
        torch.autograd.backward(unit_loss(trainee, data, unit, None)[0])

    threads, kernel, figures = machines.measure(config, device, step)
    torch.set_num_threads(threads)
    model.backbone.use_kernel(kernel)
    machine = machines.Machine(
        "cpu", "fp32", threads, "", kernel, torch.__version__, machines.cpu_capability(), figures
    )
    return Session(
        config, catalog.load("music"), corpus, folder, machine, trainee,
        train=data, valid=data, test=data, state=fresh_state(config), shelf=Shelf(folder.checkpoints),
        control=ControlReader(folder.control_file), telemetry=Telemetry("full", data), interruption=Interruption(),
        log_position=writer.position, sync_log=writer.sync,
    )  # fmt: skip
