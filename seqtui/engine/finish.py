"""After the last step: the test score of the best weights, once, and the file that was asked for."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from seqtui.engine.asking import predict_labels
from seqtui.engine.beam import Search
from seqtui.engine.evaluate import evaluate
from seqtui.engine.prefix_beam import GREEDY
from seqtui.engine.sampling import sample_values
from seqtui.engine.session import Session
from seqtui.engine.tagging import predict_tags
from seqtui.engine.transcribing import transcribe_all
from seqtui.engine.translating import translate_all
from seqtui.errors import SeqtuiError
from seqtui.runs.durable import read_json, write_json, write_whole
from seqtui.runs.events import Confusion, Evaluated, Event, Exported, Finished, Warned
from seqtui.shapes import Label, Tags, Transcript, Translation

RECEIPT: Final = "exported.json"  # what this run has written outside of its folder, and may write anew


def finish(session: Session, why: str) -> Iterator[Event]:
    """Score, export, and say that it is over. An interrupted run only says so: it is to be resumed."""
    state = session.state
    if why != "interrupted":
        best = session.shelf.best()
        if best is not None:
            session.trainee.model.load_state_dict(best.checkpoint.group("model."))
        if len(session.test.rows):
            yield from _test(session)
        if session.config.export is not None:
            yield _export(session, Path(session.config.export))
    yield Finished(state.step, session.epoch_number, why, state.seconds, state.best_loss, state.best_step)


def _test(session: Session) -> Iterator[Event]:
    state, started = session.state, time.monotonic()
    score = evaluate(session.trainee, session.test, asked=Search())
    seconds = time.monotonic() - started
    yield Evaluated(
        state.step, session.epoch_number, "test", score.loss, score.metrics, score.steps, seconds,
        False, state.best_loss, state.best_step,
    )  # fmt: skip
    if score.confusion is not None:
        yield Confusion(state.step, "test", session.class_names(), score.confusion)


def _write(session: Session, path: Path) -> tuple[Path, ...]:
    """A sample as a file, or what the model says of the test split."""
    task, encoding = session.task, session.corpus.encoding
    if isinstance(session.corpus.head, Label):
        predictions = predict_labels(session.trainee, session.test)
        return task.export_predictions(predictions, session.class_names(), encoding, path)
    if isinstance(session.corpus.head, Tags):
        tagged = predict_tags(session.trainee, session.test)
        return task.export_tags(tagged, session.class_names(), encoding, path)
    if isinstance(session.corpus.head, Translation):
        made = translate_all(session.trainee, session.test, Search(best=1))
        return task.export_translations(made, encoding, path)
    if isinstance(session.corpus.head, Transcript):
        heard = transcribe_all(session.trainee, session.test, GREEDY)
        return task.export_transcripts(heard, encoding, path)
    rng = np.random.Generator(np.random.PCG64([session.config.seed, 0]))
    values = sample_values(session, temperature=session.state.knobs.temperature, rng=rng)
    return task.export_samples([values], encoding, path)


def _export(session: Session, path: Path) -> Event:
    """Sample or predict in the run folder, then put the files whole where they belong; only its own are replaced."""
    receipt = session.folder.path / RECEIPT
    try:
        with tempfile.TemporaryDirectory(dir=session.folder.path) as aside:
            made = _write(session, Path(aside) / path.name)
            written = [path.parent / each.name for each in made]
            own = read_json(receipt)["paths"] if receipt.exists() else []
            taken = [each for each in written if each.exists() and str(each) not in own]
            if taken:
                return Warned(f"nothing was exported: {taken[0]} exists already")
            write_json(receipt, {"paths": [str(each) for each in written]})
            for source, target in zip(made, written, strict=True):
                write_whole(target, source.read_bytes())
    except SeqtuiError as error:
        return Warned(f"nothing was exported: {error}")
    except OSError as error:
        return Warned(f"nothing was exported: cannot write {path}: {error.strerror}")
    return Exported([str(each) for each in written])
