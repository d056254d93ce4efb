"""Clips in .npy and .npz: never a pickle, and nothing larger than it says or than fits in memory.

Pictures are (frames, height, width), with 1 or 3 channels (…, channels), with clips before them (clips, frames, …);
real numbers in three axes are vectors, (clips, frames, numbers). In .npz labels are called y or labels, and splits end
in _train, _valid and _test.
"""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput
from seqtui.readers.clips.clip_set import MOST_BYTES
from seqtui.readers.clips.files import check_regular
from seqtui.text_safety import clean

MOST_ARRAYS: Final = 64
_CLIPS: Final = ("x", "clips", "frames", "videos", "video", "data", "arr_0")
_LABELS: Final = ("y", "labels", "label", "classes", "targets")
_SPLITS: Final = ("train", "valid", "val", "test")
_MOVING_MNIST: Final = 64  # frames at most of a set whose first axis is time and not clips

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class ArrayClips:
    """values: (clips, frames, height, width, channels) pictures, or (clips, frames, numbers) vectors; labels: one a
    clip; split: of all of them.
    """

    values: Array
    labels: list[str] | None
    split: str | None
    notes: tuple[str, ...] = ()

    @property
    def are_pictures(self) -> bool:
        """Whether each step is a picture."""
        return self.values.ndim == 5


def read_arrays(path: Path) -> list[ArrayClips]:
    """The clips of a file, one entry a split. BadInput where it is damaged, holds objects or no clips."""
    name = clean(path.name)
    check_regular(path, at_most=MOST_BYTES)
    if path.suffix.lower() == ".npy":
        with path.open("rb") as file:
            return [_clips(_read(file, name, path.stat().st_size), None, None, name)]
    arrays = _read_npz(path, name)
    return [_of_split(arrays, split, name) for split in _splits_in(arrays)]


def _read_npz(path: Path, name: str) -> dict[str, Array]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if each.filename.endswith(".npy")]
            if len(members) > MOST_ARRAYS:
                raise BadInput(f"{name} holds {len(members):,} arrays; at most {MOST_ARRAYS} are read")
            if sum(each.file_size for each in members) > MOST_BYTES:
                raise BadInput(f"{name} would unpack to more than {MOST_BYTES >> 30} GiB, which is not read")
            found = {}
            for each in members:
                with archive.open(each) as file:
                    found[each.filename.removesuffix(".npy")] = _read(
                        file, f"{name}, {clean(each.filename)}", each.file_size
                    )
            return found
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadInput(f"{name} is damaged, or no .npz: {clean(str(error))}") from error


def _read(file: IO[bytes], name: str, size: int) -> Array:
    """One array whose header does not lie about its size."""
    try:
        version = np.lib.format.read_magic(file)
        read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = read_header(file)
    except (ValueError, EOFError) as error:
        raise BadInput(f"{name} is damaged, or no NumPy array: {clean(str(error), limit=120)}") from error
    if dtype.hasobject:
        raise BadInput(
            f"{name} holds Python objects, which would have to be unpickled and so could run code: save numbers"
        )
    if dtype.kind not in "buifU":
        raise BadInput(f"{name} holds {dtype}, and no plain numbers")
    count = 1
    for side in shape:  # Python's own whole numbers do not run over
        count *= int(side)
    if min(shape, default=0) < 0 or count * dtype.itemsize > min(MOST_BYTES, size):
        raise BadInput(f"{name} says that it holds {count:,} values of {dtype}, more than the file has room for")
    data = file.read(count * dtype.itemsize)
    if len(data) < count * dtype.itemsize:
        raise BadInput(f"{name} is cut short")
    return np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C")


def _splits_in(arrays: Mapping[str, Array]) -> list[str | None]:
    endings = [split for split in _SPLITS if any(key.lower().endswith(f"_{split}") for key in arrays)]
    return list(endings) if "train" in endings else [None]


def _of_split(arrays: Mapping[str, Array], split: str | None, name: str) -> ArrayClips:
    ending = "" if split is None else f"_{split}"
    own = {key.lower().removesuffix(ending): value for key, value in arrays.items() if key.lower().endswith(ending)}
    data = next((own[key] for key in _CLIPS if key in own), None)
    if data is None:
        data = max((each for each in own.values() if each.dtype.kind != "U"), key=lambda each: each.ndim, default=None)
    if data is None:
        raise BadInput(f"{name} holds no array of clips; call it x, and the labels y")
    labels = next((own[key] for key in _LABELS if key in own), None)
    return _clips(data, labels, "valid" if split == "val" else split, name)


def _clips(data: Array, labels: Array | None, split: str | None, name: str) -> ArrayClips:
    said = None if labels is None else [clean(str(each)) for each in labels.reshape(-1).tolist()]
    if data.dtype.kind == "U":
        raise BadInput(f"{name} holds text and no clips")
    values, notes = _axes(data, said, name)
    if said is not None and len(said) != len(values):
        raise BadInput(f"{name} holds {len(values):,} clips and {len(said):,} labels; give one label a clip")
    return ArrayClips(values, said, split, notes)


def _axes(data: Array, labels: list[str] | None, name: str) -> tuple[Array, tuple[str, ...]]:
    """What each axis is, from how many there are: see the module."""
    real = data.dtype.kind == "f"
    match data.ndim:
        case 5:
            pass
        case 4 if data.shape[3] in (1, 3) and (labels is None or len(labels) == 1):
            data = data[None]
        case 4 if (
            labels is None and data.shape[0] <= _MOVING_MNIST < data.shape[1] and data.shape[0] * 8 < data.shape[1]
        ):
            frames, clips = data.shape[:2]
            note = f"{name} was read as {frames} frames of {clips:,} clips, as Moving MNIST has them: time comes first"
            return data.swapaxes(0, 1)[..., None], (note,)
        case 4:
            data = data[..., None]
        case 3 if real or labels is not None:
            note = f"{name} was read as {len(data):,} clips of {data.shape[1]} frames, {data.shape[2]} numbers each"
            return data, (note,)
        case 3:
            data = data[None, ..., None]
        case 2 if real:
            return data[None], ()
        case _:
            raise BadInput(f"{name} has {data.ndim} axes; give (clips, frames, height, width) or see docs/video.md")
    if data.shape[4] not in (1, 3):
        raise BadInput(f"{name} has {data.shape[4]} numbers a pixel; give 1 (grey) or 3 (red, green, blue)")
    return data, ()
