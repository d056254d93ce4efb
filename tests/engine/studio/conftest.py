"""The studio's process as a screen has it: open models to talk to."""

import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from warm import WarmPopen

from seqtui.engine.open_model import OpenModel, open_model
from seqtui.runs.folder import RunFolder
from seqtui.runs.models import ModelPlace
from seqtui.runs.studio_helper import StudioHelper
from seqtui.runs.studio_words import Began, Opened

PATIENCE = 60.0
LABELS: dict[str, Any] = {"app": "dna", "data": None, "max_steps": 12, "batch_size": 32, "epochs": 1}


class Talk:
    """A helper, and every answer it has given. popen: what starts its process."""

    def __init__(self, folder: RunFolder, *, popen: type[subprocess.Popen[Any]] = WarmPopen) -> None:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(subprocess, "Popen", popen)
            self.helper = StudioHelper(ModelPlace("run", folder.path, folder.id))
        self.heard: list[Any] = []

    def until(self, kind: type, number: int = 0) -> Any:
        """The first answer of a kind (and request) from now on; what came before it is in `heard`."""
        seen = len(self.heard)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.heard += self.helper.poll()
            for answer in self.heard[seen:]:
                if isinstance(answer, kind) and number in (0, getattr(answer, "id", 0)):
                    return answer
            assert not self.helper.death(), self.helper.death()
            time.sleep(0.002)
        raise AssertionError(self.heard)

    def ask(self, request: Any, kind: type) -> Any:
        """Ask, and wait for an answer of a kind."""
        self.helper.send(request)
        return self.until(kind, getattr(request, "id", 0))

    def of(self, kind: type, number: int) -> list[Any]:
        """Answers of a kind to a request."""
        return [answer for answer in self.heard if isinstance(answer, kind) and answer.id == number]

    def values(self, number: int) -> Any:
        """What stands in the file of a sample."""
        (began,) = self.of(Began, number)
        raw = np.fromfile(self.helper.folder.path / began.file, np.dtype(began.dtype))
        return raw.reshape(-1, *began.shape)

    @property
    def model(self) -> str:
        """Where its model lies, for a command."""
        return str(self.helper.folder.read_place()[0].path)


@pytest.fixture(scope="session")
def for_one_test() -> Callable[[Talk, Any, type], Iterator[Talk]]:
    """Lends a process that several tests share to one of them: at its end all answers have come, and are forgotten.

    last: a request with a number of its own, answered by `kind` after all that was asked before.
    """

    def lend(talk: Talk, last: Any, kind: type) -> Iterator[Talk]:
        yield talk
        talk.ask(last, kind)
        talk.heard.clear()

    return lend


@pytest.fixture
def talk() -> Iterator[Callable[[RunFolder], Talk]]:
    """Starts a process for a run's model as the app does, cold, and leaves none behind."""
    started: list[Talk] = []

    def start(folder: RunFolder) -> Talk:
        started.append(Talk(folder, popen=subprocess.Popen))
        return started[-1]

    yield start
    for each in started:
        each.helper.close(patient=False)


@pytest.fixture(scope="module")
def talk_of() -> Iterator[Callable[[RunFolder], Talk]]:
    """Starts a process for a run's model, for all tests of a file."""
    started: list[Talk] = []

    def start(folder: RunFolder) -> Talk:
        started.append(Talk(folder))
        started[-1].until(Opened)
        return started[-1]

    yield start
    for each in started:
        each.helper.close()


@pytest.fixture(scope="module")
def music(lab: Any) -> Iterator[Talk]:
    """A music model, open."""
    talk = Talk(lab.golden())
    talk.until(Opened)
    yield talk
    talk.helper.close()


@pytest.fixture(scope="module")
def labels(lab: Any) -> Iterator[Talk]:
    """A model that labels DNA, open."""
    talk = Talk(lab.golden(**LABELS))
    talk.until(Opened)
    yield talk
    talk.helper.close()


@pytest.fixture(scope="module")
def opened(lab: Any) -> OpenModel:
    """The same model, in this process."""
    folder = lab.golden(**LABELS)
    return open_model(ModelPlace("run", folder.path, folder.id), threads=1)
