"""What a model hears in a recording, for the studio: texts, spikes, spectrogram and waveform.

Texts are those of `seqtui predict` with the same beam.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, final

import numpy as np
import torch

from seqtui.engine.batches import FlatData, rows_of
from seqtui.engine.open_model import OpenModel
from seqtui.engine.prefix_beam import Listening, prefix_beam
from seqtui.engine.studio_records import AskedRecords, part_of
from seqtui.engine.studio_samples import check_target
from seqtui.engine.transcribing import listen, log_chances_of, transcribe_all
from seqtui.errors import NotFound, SeqtuiError, Usage
from seqtui.readers.unpacked_file import silent
from seqtui.runs.speech_words import AskSpeech, SpeechHeard
from seqtui.runs.studio_folder import StudioFolder
from seqtui.runs.studio_words import Answer, Told, WritePredictions, Wrote
from seqtui.shapes import Label, Transcript
from seqtui.task import Progress

STRETCHES: Final = 240  # of a waveform
LONGEST: Final = 60.0  # seconds of a waveform
TEXTS: Final = 5
USUAL_BEAM: Final = 8
CPU: Final = torch.device("cpu")


@final
class Listener:
    """Keeps the records of the last file."""

    def __init__(self, opened: OpenModel, folder: StudioFolder, progress: Progress = silent) -> None:
        self._opened = opened
        self._asked = AskedRecords(opened, folder, progress)

    def answer(self, request: AskSpeech) -> Iterator[Answer | None]:
        """SpeechHeard, Told. Errors in one sentence, as `seqtui predict` has them."""
        head = self._head()
        records, notes = self._asked.read("", request.path)
        count = len(records.names)
        if request.record >= count:
            raise NotFound(f"there is no record {request.record + 1}: there are {count:,}")
        some = part_of(records, request.record, request.record + 1)
        data = FlatData(some, rows_of(some, batch_size=1, bptt=0, ahead=0), CPU)
        classes = head.classes if isinstance(head, Label) else ()
        heard = listen(self._opened, self._opened.task, self._opened.meaning.encoding, data, 0, classes)
        low, high = waveform(Path(request.path).expanduser(), some.names[0])
        texts, scores = self._texts(head, data, request.beam)
        yield SpeechHeard(
            request.id, request.record, count, heard.name, heard.seconds, heard.picture, heard.text, heard.truth,
            heard.chance, [each.column for each in heard.spikes], [each.text for each in heard.spikes],
            [each.chance for each in heard.spikes], heard.blank, heard.speaks, low, high, texts, scores,
            isinstance(head, Label), list(notes),
        )  # fmt: skip
        yield Told(request.id)

    def write(self, request: WritePredictions) -> Iterator[Answer | None]:
        """Wrote. Nothing is overwritten."""
        path, task = Path(request.path), self._opened.task
        check_target(path, task.suffixes_for(self._opened.config.options))
        records, _ = self._asked.read("", request.source)
        data = FlatData(records, rows_of(records, batch_size=1, bptt=0, ahead=0), CPU)
        said = transcribe_all(self._opened, data, Listening(USUAL_BEAM))
        written = task.export_transcripts(said, self._opened.meaning.encoding, path)
        yield Wrote(request.id, [str(each) for each in written])

    def _head(self) -> Label | Transcript:
        head = self._opened.meaning.head
        if not isinstance(head, Label | Transcript):
            raise Usage(f"{self._opened.name} hears nothing: only a model of speech can be asked about sound")
        return head

    def _texts(self, head: Label | Transcript, data: FlatData, beam: int) -> tuple[list[str], list[float]]:
        """The best few and their scores."""
        if isinstance(head, Transcript):
            found = prefix_beam(log_chances_of(self._opened, data, np.arange(1))[0][:, 0].double().numpy(), beam=beam)
            return [head.text(each.symbols) for each in found[:TEXTS]], [round(each.score, 3) for each in found[:TEXTS]]
        with torch.inference_mode():
            values = torch.from_numpy(np.array(data.records.record(0), np.float32))
            chances = self._opened.model(values.unsqueeze(1))[0][0].double().softmax(0)
        order = chances.argsort(descending=True)[:TEXTS].tolist()
        return [head.classes[each] for each in order], [round(float(chances[each]), 4) for each in order]


def waveform(path: Path, record: str) -> tuple[list[float], list[float]]:
    """Lowest and highest sample of each of at most STRETCHES stretches; two empty lists where it cannot be told."""
    from seqtui.readers.speech.audio_file import mixed_down, read_sound
    from seqtui.readers.speech.layouts import read_speech
    from seqtui.readers.speech.recording_set import hear

    try:
        if path.is_file() and read_speech(path).utterances[0].parts == (path,):
            samples = mixed_down(read_sound(path, longest=LONGEST)).samples
        else:
            chosen = next(each for each in read_speech(path).utterances if each.name == record)
            samples = hear(chosen, 8000, longest=LONGEST).wave.samples
    except (SeqtuiError, StopIteration):
        return [], []
    parts = np.array_split(samples, min(STRETCHES, len(samples)))
    return [round(float(part.min()), 3) for part in parts], [round(float(part.max()), 3) for part in parts]
