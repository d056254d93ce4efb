"""Which frames of a validation clip decided, at an evaluation: told with its frames in the run folder."""

import io
from collections.abc import Iterator
from typing import Final

import numpy as np

from seqtui.engine.attribution import read_telling_row
from seqtui.engine.session import Session
from seqtui.runs.durable import write_whole
from seqtui.runs.events import Event, Warned
from seqtui.runs.video_events import Watched
from seqtui.shapes import Label, Pictures

FILE: Final = "watched.npy"


def watched_event(session: Session) -> Iterator[Event]:
    """The clip that attribution_event would show, for models of pictures; within telemetry's price."""
    head, telemetry = session.corpus.head, session.telemetry
    if not isinstance(head, Label) or not isinstance(head.inputs, Pictures):
        return
    if telemetry.level != "full" or not telemetry.price.is_due("saliency"):
        return
    with telemetry.price.charged("saliency"):
        read = read_telling_row(session)
        path = session.folder.samples / FILE
        if not path.exists():
            buffer = io.BytesIO()
            np.save(buffer, read.values, allow_pickle=False)
            try:
                write_whole(path, buffer.getvalue())
            except OSError as error:
                yield Warned(f"cannot write samples/{FILE}: {error.strerror}")
                return
    shape = head.inputs
    yield Watched(
        session.state.step, read.record, f"samples/{FILE}", shape.height, shape.width, shape.channels,
        read.scores, read.truth, read.predicted, read.probability,
    )  # fmt: skip
