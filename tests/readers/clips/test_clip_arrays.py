"""Clips in .npy and .npz: every form, and every lie a header can tell; nothing is ever unpickled."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from seqtui.errors import BadInput
from seqtui.readers.clips.sources import Reading, read_clips
from seqtui.readers.unpacked_file import silent
from seqtui.shapes import Pictures

RNG = np.random.default_rng(0)
GREY = RNG.integers(0, 256, (5, 7, 9, 12)).astype(np.uint8)  # clips, frames, height, width


def saved(folder: Path, values: np.ndarray, name: str = "clips.npy") -> Path:
    np.save(folder / name, values, allow_pickle=values.dtype == object)
    return folder / name


def test_grey_clips_are_read_as_they_are(tmp_path: Path) -> None:
    clips = read_clips(saved(tmp_path, GREY), Reading(), progress=silent)
    assert clips.shape == Pictures(9, 12)
    assert clips.lengths.tolist() == [7] * 5
    assert np.array_equal(clips.values.reshape(GREY.shape), GREY)
    assert clips.names[1] == "clips.npy clip 2"


def test_a_single_clip_a_color_clip_and_reals_of_0_to_1(tmp_path: Path) -> None:
    one = read_clips(saved(tmp_path, GREY[0]), Reading(), progress=silent)
    assert len(one) == 1 and one.shape == Pictures(9, 12)
    color = RNG.integers(0, 256, (4, 9, 12, 3)).astype(np.uint8)
    kept = read_clips(saved(tmp_path, color), Reading(color=True), progress=silent)
    assert kept.shape == Pictures(9, 12, 3) and np.array_equal(kept.values.reshape(color.shape), color)
    grey = read_clips(saved(tmp_path, color), Reading(), progress=silent)
    wanted = color.astype(float) @ [0.299, 0.587, 0.114]
    assert np.abs(grey.values.reshape(4, 9, 12) - wanted).max() <= 0.5
    reals = read_clips(saved(tmp_path, GREY / np.float32(255)), Reading(), progress=silent)
    assert np.array_equal(reals.values.reshape(GREY.shape), GREY)


def test_a_smaller_size_is_the_mean_of_what_falls_on_each_pixel(tmp_path: Path) -> None:
    wide = RNG.integers(0, 256, (2, 16, 24)).astype(np.uint8)
    clips = read_clips(saved(tmp_path, wide), Reading(size=8), progress=silent)
    assert clips.shape == Pictures(8, 8)
    wanted = wide.reshape(2, 8, 2, 8, 3).mean((2, 4))
    assert np.abs(clips.values.reshape(2, 8, 8) - wanted).max() <= 0.5


def test_time_comes_first_in_moving_mnist(tmp_path: Path) -> None:
    time_first = RNG.integers(0, 256, (6, 100, 8, 8)).astype(np.uint8)
    clips = read_clips(saved(tmp_path, time_first), Reading(), progress=silent)
    assert len(clips) == 100 and clips.lengths[0] == 6
    assert "time comes first" in clips.notes[0]
    assert np.array_equal(clips.clip(3).reshape(6, 8, 8), time_first[:, 3])


def test_labels_and_splits_of_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "set.npz"
    np.savez(path, x_train=GREY, y_train=np.array([1, 0, 1, 0, 2]), x_test=GREY[:2], y_test=np.array(["1", "0"]))
    clips = read_clips(path, Reading(), progress=silent)
    assert list(clips.labels) == ["1", "0", "1", "0", "2", "1", "0"]
    assert clips.splits == ["train"] * 5 + ["test"] * 2
    vectors = RNG.normal(size=(4, 11, 3))
    np.savez(path, X=vectors, y=np.arange(4))
    read = read_clips(path, Reading(), progress=silent)
    assert read.shape is None and read.values.shape == (44, 3)
    np.testing.assert_allclose(read.clip(2), vectors[2], rtol=1e-6)


class Trap:
    """Leaves a file behind where it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return (open, (str(self.mark), "w"))


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_objects_are_refused_and_never_unpickled(tmp_path: Path, suffix: str) -> None:
    path, mark = tmp_path / f"trap{suffix}", tmp_path / "sprung"
    objects = np.array([Trap(mark)], object)
    if suffix == ".npy":
        np.save(path, objects, allow_pickle=True)
    else:
        np.savez(path, x=objects)
    with pytest.raises(BadInput, match="could run code"):
        read_clips(path, Reading(), progress=silent)
    assert not mark.exists()


def header(shape: str, descr: str = "|u1") -> bytes:
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


@pytest.mark.parametrize("shape", ["(1000000000, 64, 64)", "(4294967296, 4294967296)", "(3, 64, 64)", "(-1, 4, 4)"])
def test_a_header_that_lies_about_its_size_is_refused(tmp_path: Path, shape: str) -> None:
    path = tmp_path / "lie.npy"
    path.write_bytes(header(shape) + b"\0" * 100)
    with pytest.raises(BadInput, match=r"more than the file has room for|cut short|damaged"):
        read_clips(path, Reading(), progress=silent)


def test_an_archive_that_would_unpack_to_a_monster_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", header("(3000000000,)") + b"\0" * 10)
    with pytest.raises(BadInput, match="more than the file has room for"):
        read_clips(path, Reading(), progress=silent)


@pytest.mark.parametrize(
    "data",
    [b"", b"junk", b"\x93NUMPY\x01\x00", b"PK\x03\x04junk", header("(2, 4, 4)")[:40]],
)
@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_damaged_files_get_a_sentence(tmp_path: Path, data: bytes, suffix: str) -> None:
    path = tmp_path / f"bad{suffix}"
    path.write_bytes(data)
    with pytest.raises(BadInput, match="bad"):
        read_clips(path, Reading(), progress=silent)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (np.zeros((2, 3, 2, 2), np.uint8), "ask for another --size"),
        (np.full((2, 8, 8), np.nan, np.float32)[None, ..., None], "not finite"),
        (np.full((1, 2, 8, 8), 300), "brightness"),
        (np.zeros((1, 2, 8, 8, 5), np.uint8), "numbers a pixel"),
        (np.zeros(7, np.uint8), "axes"),
        (np.zeros((2, 3, 8, 8), complex), "no plain numbers"),
    ],
)
def test_arrays_that_are_no_clips_get_a_sentence(tmp_path: Path, values: np.ndarray, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        read_clips(saved(tmp_path, values), Reading(), progress=silent)


def test_too_few_labels_are_told(tmp_path: Path) -> None:
    np.savez(tmp_path / "few.npz", x=GREY, y=np.arange(3))
    with pytest.raises(BadInput, match="5 clips and 3 labels"):
        read_clips(tmp_path / "few.npz", Reading(), progress=silent)


def test_fortran_order_is_read(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.asfortranarray(GREY))
    (tmp_path / "f.npy").write_bytes(buffer.getvalue())
    assert np.array_equal(read_clips(tmp_path / "f.npy", Reading(), progress=silent).values.reshape(GREY.shape), GREY)


def test_vectors_in_a_folder_of_clips_are_told_what_would_be_a_clip(tmp_path: Path) -> None:
    for label in ("a", "b"):
        (tmp_path / label).mkdir()
        saved(tmp_path / label, np.zeros((6, 8, 8), np.float32))
    with pytest.raises(BadInput, match=r"^none of the 2 clips .*; the first: a/clips\.npy is not one clip of pictures"):
        read_clips(tmp_path, Reading(), progress=silent)
