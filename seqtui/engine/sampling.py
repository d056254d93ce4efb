"""A sample of a living run: made with random numbers of its own, so that looking changes nothing."""

import io
import time
from collections.abc import Iterator

import numpy as np

from seqtui.engine.generate import generate
from seqtui.engine.session import Session
from seqtui.runs.durable import write_whole
from seqtui.runs.events import Event, Sampled, Warned
from seqtui.runs.taste import Taste
from seqtui.shapes import head_name, is_causal
from seqtui.task import Values

DRAWING = (78, 20)  # cells by lines: whole on a terminal of 80 by 24


def sample_event(session: Session, *, temperature: float) -> Iterator[Event]:
    """Sample once, write the values to samples/, draw them."""
    if not is_causal(head_name(session.corpus.head)):
        return
    started, step, seed = time.monotonic(), session.state.step, session.config.seed
    rng = np.random.Generator(np.random.PCG64([seed, step, 2]))
    values = sample_values(session, temperature=temperature, rng=rng)
    name = f"step-{step:09d}-{temperature:g}.npy"
    buffer = io.BytesIO()
    np.save(buffer, values, allow_pickle=False)
    try:
        write_whole(session.folder.samples / name, buffer.getvalue())
    except OSError as error:
        yield Warned(f"cannot write sample {name}: {error.strerror}")
        return
    width, height = DRAWING
    drawing = session.task.show(values, session.corpus.encoding, width=width, height=height)
    yield Sampled(step, f"samples/{name}", drawing, temperature, seed, time.monotonic() - started)


def sample_values(session: Session, *, temperature: float, rng: np.random.Generator) -> Values:
    """A sample of the default length, its opening included: (steps[, features])."""
    task, encoding = session.task, session.corpus.encoding
    prime = task.prime(None, encoding, rng=rng)
    new = generate(
        session.trainee.model,
        session.corpus.head,
        prime,
        taste=Taste(temperature),
        rng=rng,
        is_enough=task.is_long_enough(task.default_length, encoding),
        unwritten=task.unwritten(encoding),
    )
    return np.concatenate([prime, np.stack(list(new)).astype(prime.dtype)])
