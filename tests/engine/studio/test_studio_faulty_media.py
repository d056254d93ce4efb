"""Sounds and clips that cannot be read: each refused in one sentence that names it, and the next one answered."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sounds import tone, write_wav

from seqtui.engine.open_model import open_model
from seqtui.engine.studio_labels import Labeler
from seqtui.engine.studio_speech import Listener
from seqtui.errors import SeqtuiError
from seqtui.readers.clips.write import gif_bytes
from seqtui.runs.models import pretrained
from seqtui.runs.speech_words import AskSpeech
from seqtui.runs.studio_folder import StudioFolder
from seqtui.runs.studio_words import Answered, AskLabel, SpeechHeard, Told

pytest.importorskip("av")
NAMES = {"listen": "spoken-digits", "watch": "motions"}
SHIPPED = {place.name: place for place in pretrained()}
pytestmark = pytest.mark.skipif(not set(NAMES.values()) <= SHIPPED.keys(), reason="these models do not ship")

Ask = Callable[[Path], list[Any]]


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Ask]]:
    """What answers about a path, of each desk."""
    threads = torch.get_num_threads()
    folder = StudioFolder(tmp_path_factory.mktemp("studio"))
    listener = Listener(open_model(SHIPPED[NAMES["listen"]], threads=1), folder)
    labeler = Labeler(open_model(SHIPPED[NAMES["watch"]], threads=1), folder)
    yield {
        "listen": lambda path: list(listener.answer(AskSpeech(1, str(path)))),
        "watch": lambda path: list(labeler.answer(AskLabel(1, "", str(path)))),
    }
    torch.set_num_threads(threads)


def sound(folder: Path, name: str) -> Path:
    return write_wav(folder / name, tone(300, 0.3))


def film(folder: Path, name: str) -> Path:
    planes = np.random.default_rng(0).integers(0, 255, (8, 16, 16, 1)).astype(np.uint8)
    (folder / name).write_bytes(gif_bytes(planes, 10))
    return folder / name


def cut(path: Path, size: int) -> Path:
    path.write_bytes(path.read_bytes()[:size])
    return path


def filled(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def folder_of(path: Path) -> Path:
    path.mkdir()
    return path


def pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def array(path: Path, values: Any) -> Path:
    np.save(path, values, allow_pickle=True)
    return path


FAULTS: list[tuple[str, Callable[[Path], Path], str]] = [
    ("listen", lambda at: cut(sound(at, "a.wav"), 30), "its format has 10 bytes"),
    ("listen", lambda at: cut(sound(at, "a.wav"), 44), "holds no samples"),
    ("listen", lambda at: filled(at / "a.wav", b""), "a.wav is no WAV file"),
    ("listen", lambda at: filled(at / "a.wav", b"a letter, not a sound\n"), "a.wav is no WAV file"),
    ("listen", lambda at: filled(at / "a.flac", b"fLaC" + bytes(range(256))), "a.flac is a damaged FLAC file"),
    ("listen", lambda at: filled(at / "a.txt", b"words"), "a.txt is neither sound nor a manifest"),
    ("listen", lambda at: filled(at / "a.csv", b"path,text\nnone.wav,one\n"), "a.csv, line 2: there is no file"),
    ("listen", lambda at: filled(at / "a.json", b"{"), "a.json, line 1 is no JSON"),
    ("listen", lambda at: folder_of(at / "a.wav"), "a.wav holds no sound"),
    ("listen", lambda at: pipe(at / "a.wav"), "a.wav is no regular file"),
    ("listen", lambda at: at / "gone.wav", "there is no file or folder"),
    ("watch", lambda at: cut(film(at, "a.gif"), 60), "a.gif cannot be decoded"),
    ("watch", lambda at: filled(at / "a.mp4", b""), "a.mp4 is empty"),
    ("watch", lambda at: filled(at / "a.mp4", b"a letter, not a film"), "a.mp4 cannot be decoded"),
    ("watch", lambda at: filled(at / "a.wav", b"RIFF"), "a.wav is of no kind that is read here"),
    ("watch", lambda at: folder_of(at / "a.mp4"), "a.mp4 holds no clip"),
    ("watch", lambda at: pipe(at / "a.mp4"), "a.mp4 is not a regular file"),
    ("watch", lambda at: at / "gone.mp4", "there is no file, folder or data set"),
    ("watch", lambda at: array(at / "a.npy", np.zeros((0, 4, 8, 8), np.uint8)), "a.npy holds no clip"),
    ("watch", lambda at: array(at / "a.npy", np.zeros((2, 0, 8, 8), np.uint8)), "a.npy holds no clip"),
    ("watch", lambda at: array(at / "a.npy", np.array([{}], object)), "a.npy holds Python objects"),
    ("watch", lambda at: array(at / "a.npy", np.full((2, 4, 8, 8), np.nan)), "not finite numbers"),
    ("watch", lambda at: cut(array(at / "a.npy", np.zeros((9, 4, 8, 8))), 300), "more than the file has room for"),
    ("watch", lambda at: filled(at / "a.npz", b"PK\3\4"), "a.npz is damaged"),
    ("watch", lambda at: filled(at / "a.png", b"\x89PNG"), "a.png is a single picture"),
]


@pytest.mark.parametrize(("desk", "make", "sentence"), FAULTS, ids=lambda each: each if isinstance(each, str) else "")
def test_what_cannot_be_read_is_refused_in_a_sentence(
    desks: dict[str, Ask], tmp_path: Path, desk: str, make: Callable[[Path], Path], sentence: str
) -> None:
    with pytest.raises(SeqtuiError) as caught:
        desks[desk](make(tmp_path))
    said = str(caught.value)
    assert sentence in said and "\n" not in said and "Traceback" not in said and len(said) < 400


def test_what_is_removed_while_it_is_open_is_missed_and_the_next_is_answered(
    desks: dict[str, Ask], tmp_path: Path
) -> None:
    for desk, make in (("listen", sound), ("watch", film)):
        path = make(tmp_path, "a.wav" if desk == "listen" else "a.gif")
        assert isinstance(desks[desk](path)[-1], Told)
        path.unlink()
        with pytest.raises(SeqtuiError, match="there is no file"):
            desks[desk](path)
        first, *_ = desks[desk](make(tmp_path, path.name))
        assert isinstance(first, SpeechHeard | Answered)
