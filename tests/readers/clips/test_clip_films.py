"""Films, folders of frames and manifests: decoded in a process of its own, each broken file costing itself alone."""

import os
import textwrap
from pathlib import Path

import numpy as np
import pytest

from seqtui.errors import BadInput, NotFound
from seqtui.readers.clips.decoder import decode_films
from seqtui.readers.clips.files import plain_path
from seqtui.readers.clips.folder import places_in
from seqtui.readers.clips.sources import Reading, read_clips
from seqtui.readers.clips.write import gif_bytes, mp4_bytes, write_clips
from seqtui.readers.unpacked_file import silent
from seqtui.shapes import Pictures

av = pytest.importorskip("av")
Image = pytest.importorskip("PIL.Image")

SHAPE = Pictures(16, 16)


def moving(frames: int = 8) -> np.ndarray:
    """A bright block that goes to the right: (frames, 16, 16, 1)."""
    planes = np.zeros((frames, 16, 16, 1), np.uint8)
    for number in range(frames):
        planes[number, 6:10, number : number + 4] = 255
    return planes


def film(path: Path, *, rate: float = 10) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    large = moving().repeat(4, 1).repeat(4, 2)
    path.write_bytes(gif_bytes(large, rate) if path.suffix == ".gif" else mp4_bytes(large, rate))
    return path


def decoded(films: list[Path], **settings: object) -> tuple[list[np.ndarray | None], list[str]]:
    wanted = {"max_frames": 100, "frame_rate": None, "progress": silent} | settings
    found, problems = decode_films([(path.name, path) for path in films], SHAPE, **wanted)  # type: ignore[arg-type]
    return [None if each is None else each.frames for each in found], problems


@pytest.mark.parametrize("suffix", [".gif", ".mp4"])
def test_a_film_comes_back_as_it_was_written(tmp_path: Path, suffix: str) -> None:
    (frames,), problems = decoded([film(tmp_path / f"a{suffix}")])
    assert problems == []
    assert frames is not None and frames.shape == (8, 256)
    assert np.abs(frames.astype(int) - moving().reshape(8, 256)).mean() < 4


def test_fewer_frames_a_second_and_fewer_frames(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4")
    (half,), _ = decoded([path], frame_rate=5.0)
    (whole,), _ = decoded([path])
    (first,), _ = decoded([path], max_frames=3)
    assert half is not None and whole is not None and first is not None
    assert np.array_equal(half, whole[::2])
    assert np.array_equal(first, whole[:3])


def test_a_broken_film_is_left_out_by_its_name(tmp_path: Path) -> None:
    good, cut, junk = film(tmp_path / "good.mp4"), tmp_path / "cut.mp4", tmp_path / "junk.avi"
    cut.write_bytes(good.read_bytes()[:300])
    junk.write_bytes(b"RIFF\xff\xff\xff\xffAVI LIST" + os.urandom(500))
    (tmp_path / "empty.gif").touch()
    found, problems = decoded([cut, good, junk, tmp_path / "empty.gif"])
    assert [each is None for each in found] == [True, False, True, True]
    assert [problem.split(" ")[0] for problem in problems] == ["cut.mp4", "junk.avi", "empty.gif"]


STUB = """
import os, signal, sys, time
here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
del sys.modules["av"]
import av
real = av.open
def strange(file, *more, **known):
    name = os.path.basename(getattr(file, "name", ""))
    if name.startswith("dies"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if name.startswith("hangs"):
        time.sleep(1000)
    return real(file, *more, **known)
av.open = strange
sys.modules["av"] = av
"""


def test_a_decoder_that_dies_or_hangs_costs_one_film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub = tmp_path / "stub" / "av"
    stub.mkdir(parents=True)
    (stub / "__init__.py").write_text(textwrap.dedent(STUB))
    monkeypatch.setenv("PYTHONPATH", str(stub.parent))
    films = [film(tmp_path / name) for name in ("a.mp4", "dies.mp4", "b.mp4", "hangs.gif", "c.gif")]
    found, problems = decoded(films, seconds=6)
    assert [each is None for each in found] == [False, True, False, True, False]
    assert problems[0] == "dies.mp4 was left out: the decoder died of it (SIGSEGV)"
    assert problems[1] == "hangs.gif was left out: it took longer than 6 seconds"


@pytest.mark.parametrize(
    "data", ["http://x/a.mp4", "rtsp://camera", "concat:a.mp4|b.mp4", "file:a.mp4", "pipe:0", "subfile,,start,0:a"]
)
def test_addresses_are_refused(data: str) -> None:
    with pytest.raises((BadInput, NotFound)):
        plain_path(data)


def test_a_digit_is_no_camera() -> None:
    with pytest.raises(NotFound, match="camera"):
        plain_path("0")


def test_a_pipe_in_a_films_place_is_no_film(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.mp4")
    with pytest.raises(BadInput, match=r"^a\.mp4 is not a regular file"):
        read_clips(tmp_path / "a.mp4", Reading(), progress=silent)


def test_a_folder_a_class_and_a_folder_a_split(tmp_path: Path) -> None:
    for split in ("train", "test"):
        for label in ("walk", "run"):
            film(tmp_path / split / label / "1.gif")
    clips = read_clips(tmp_path, Reading(size=8), progress=silent)
    assert clips.splits == ["train", "train", "test", "test"]
    assert list(clips.labels) == ["run", "walk"] * 2
    assert clips.shape == Pictures(8, 8) and clips.rate == pytest.approx(10, abs=0.5)
    assert clips.names[0] == "train/run/1.gif"


def test_folders_of_frames_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for label in ("left", "right"):
        for number, plane in enumerate(moving(12)):
            path = tmp_path / label / "clip1" / f"f{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(plane[..., 0]).save(path)
    clips = read_clips(tmp_path, Reading(size=16), progress=silent)
    assert list(clips.labels) == ["left", "right"]
    assert np.array_equal(clips.clip(0), moving(12).reshape(12, 256))
    alone = read_clips(tmp_path / "left" / "clip1", Reading(size=16), progress=silent)
    assert len(alone) == 1 and alone.labels == [None]
    (tmp_path / "left" / "clip1" / "f3.png").write_bytes(b"no picture")
    again = read_clips(tmp_path, Reading(size=16), progress=silent)
    assert list(again.labels) == ["right"]
    assert "clip1/f3.png is no picture" in again.notes[0]


def test_a_manifest_names_clips_classes_and_splits(tmp_path: Path) -> None:
    film(tmp_path / "films" / "a.gif")
    np.save(tmp_path / "b.npy", moving()[..., 0])
    (tmp_path / "clips.csv").write_text("path,label,split\nfilms/a.gif,one,train\nb.npy,two,test\n")
    clips = read_clips(tmp_path, Reading(size=16), progress=silent)
    assert (list(clips.labels), clips.splits, list(clips.names)) == (
        ["one", "two"],
        ["train", "test"],
        ["films/a.gif", "b.npy"],
    )
    for row, says in (
        ("../x.gif,one,train", "not within"),
        ("no.gif,one,train", "there is no"),
        ("b.npy,two,odd", "no split"),
    ):
        (tmp_path / "clips.csv").write_text(f"path,label,split\n{row}\n")
        with pytest.raises(BadInput, match=says):
            places_in(tmp_path)


@pytest.mark.parametrize("suffix", [".gif", ".mp4", ".npy"])
def test_made_clips_are_written_and_numbered(tmp_path: Path, suffix: str) -> None:
    frames = moving().reshape(8, 256)
    paths = write_clips([frames, frames], SHAPE, tmp_path / f"made{suffix}", rate=10)
    assert [path.name for path in paths] == [f"made-1{suffix}", f"made-2{suffix}"]
    read = read_clips(paths[0], Reading(target=SHAPE), progress=silent)
    assert read.values.shape == (8, 256)
    assert np.abs(read.values.astype(int) - frames).mean() < 4
