"""`python -P -m seqtui.engine.studio FOLDER`: keeps a model open and answers a screen, request by request.

A newer request ends the one at hand between two steps; an export is served between them. It ends when it is told to,
and when the process that started it has died; it writes to its folder, and to files that somebody asked for.
"""

import os
import shutil
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Final, final

from seqtui.engine.open_model import OpenModel, open_model
from seqtui.engine.studio_labels import Labeler
from seqtui.engine.studio_samples import make_sample, write_samples
from seqtui.engine.studio_speech import Listener
from seqtui.engine.studio_tags import Tagger
from seqtui.engine.studio_translation import Translator
from seqtui.engine.studio_writing import Writer
from seqtui.errors import SeqtuiError
from seqtui.runs.speech_words import AskSpeech
from seqtui.runs.studio_folder import LineReader, StudioFolder, append
from seqtui.runs.studio_words import (
    Answer,
    AskLabel,
    Cancel,
    Dropped,
    Failed,
    MakeSample,
    Opened,
    Quit,
    Refused,
    Request,
    WritePredictions,
    WriteSamples,
    request_from,
    to_line,
)
from seqtui.runs.tagging_words import AskTags
from seqtui.runs.translation_words import AskTranslation
from seqtui.runs.writing_words import AskNext, AskSurprise, WriteOn
from seqtui.shapes import Tags, Transcript, Translation

WATCH_SECONDS: Final = 0.5  # between two looks whether the parent lives
NAP_SECONDS: Final = 0.004
LONG_NAP_SECONDS: Final = 0.02
FRESH_SECONDS: Final = 5.0  # after the last request: short naps
FLEETING: Final = (  # not begun where a newer one waits
    MakeSample, AskLabel, AskTags, AskTranslation, AskSpeech, AskNext, WriteOn, AskSurprise,
)  # fmt: skip


class _Superseded(Exception):
    """Somebody asks for something else."""


@final
class Studio:
    """One open model, its requests and its answers."""

    def __init__(self, opened: OpenModel, folder: StudioFolder, *, parent: int) -> None:
        self._opened = opened
        self._folder = folder
        self._parent = parent
        self._labeler = Labeler(opened, folder, self._end_if_superseded)
        self._tagger = Tagger(opened, folder, self._end_if_superseded)
        self._translator = Translator(opened, folder, self._end_if_superseded)
        self._listener = Listener(opened, folder, self._end_if_superseded)
        self._writer = Writer(opened)
        self._requests = LineReader(folder.requests)
        self._waiting: deque[Request] = deque()
        self._watched = self._looked = 0.0

    def serve(self) -> None:
        """Until told to leave, or left alone."""
        last = time.monotonic()
        while self._is_wanted():
            self._listen()
            if not self._waiting:
                time.sleep(NAP_SECONDS if time.monotonic() - last < FRESH_SECONDS else LONG_NAP_SECONDS)
                continue
            request = self._waiting.popleft()
            if isinstance(request, Quit):
                return
            if isinstance(request, FLEETING) and self._is_superseded():
                self._say(Dropped(request.id))  # a slider that is held asks faster than anything can be begun
            else:
                self._carry_out(request)
            last = time.monotonic()

    def _carry_out(self, request: Request) -> None:
        work = self._work(request)
        number = getattr(request, "id", 0)
        try:
            for answer in work:
                if answer is not None:
                    self._say(answer)
                if self._is_superseded():
                    self._say(Dropped(number))
                    return
        except _Superseded:
            self._say(Dropped(number))
        except SeqtuiError as error:
            self._say(Refused(number, str(error)))
        except OSError as error:
            self._say(Refused(number, f"the disk refused: {error.strerror or error}"))

    def _work(self, request: Request) -> Iterator[Answer | None]:
        match request:
            case MakeSample():
                return make_sample(self._opened, self._folder, request)
            case AskLabel():
                return self._labeler.answer(request)
            case WriteSamples():
                return write_samples(self._opened, self._folder, request)
            case WritePredictions():
                return self._writer_of_predictions().write(request)
            case AskTags():
                return self._tagger.answer(request)
            case AskTranslation():
                return self._translator.answer(request)
            case AskSpeech():
                return self._listener.answer(request)
            case AskNext():
                return self._writer.next(request)
            case WriteOn():
                return self._writer.write_on(request)
            case AskSurprise():
                return self._writer.surprise(request)
            case Cancel() | Quit():
                return iter(())

    def _writer_of_predictions(self) -> Labeler | Tagger | Translator | Listener:
        match self._opened.meaning.head:
            case Tags():
                return self._tagger
            case Translation():
                return self._translator
            case Transcript():
                return self._listener
        return self._labeler

    def _end_if_superseded(self, _what: str, _done: int, _total: int) -> None:
        """Called while records are read, which may take long."""
        now = time.monotonic()
        if now - self._looked > LONG_NAP_SECONDS:
            self._looked = now
            if self._is_superseded():
                raise _Superseded

    def _is_superseded(self) -> bool:
        """Whether the work at hand is to end; what can be served beside it is served."""
        self._listen()
        aside = [each for each in self._waiting if isinstance(each, WriteSamples | WritePredictions)]
        for request in aside:
            self._waiting.remove(request)
            self._carry_out(request)
        return bool(self._waiting) or not self._is_wanted()

    def _listen(self) -> None:
        for line in self._requests.poll():
            found = request_from(line)
            if isinstance(found, Refused):
                self._say(found)
            else:
                self._waiting.append(found)

    def _is_wanted(self) -> bool:
        now = time.monotonic()
        if now - self._watched < WATCH_SECONDS:
            return True
        self._watched = now
        return os.getppid() == self._parent

    def _say(self, answer: Answer) -> None:
        append(self._folder.answers, to_line(answer))


def main(arguments: list[str]) -> int:
    """The exit code."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -P -m seqtui.engine.studio FOLDER\n")
        return 2
    folder, started = StudioFolder(Path(arguments[0])), time.monotonic()
    try:
        place, parent = folder.read_place()
        opened = open_model(place, threads=1)
    except SeqtuiError as error:
        append(folder.answers, to_line(Failed(str(error))))
        return error.exit_code
    append(folder.answers, to_line(Opened(opened.name, opened.note, time.monotonic() - started)))
    Studio(opened, folder, parent=parent).serve()
    if os.getppid() != parent:
        shutil.rmtree(folder.path, ignore_errors=True)  # nobody else is left to do it
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
