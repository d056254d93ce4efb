"""From the files as fetched to those that an application opens: kept, unpacked, a part of them, or with a heading."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from seqtui.data_sets.manifest import UNPACKED, RemoteFile
from seqtui.data_sets.store import DATA
from seqtui.readers.archive import unpack


def is_verified(file: RemoteFile, path: Path) -> bool:
    """Whether the file of a listing is at `path`, byte for byte."""
    if not path.is_file() or path.stat().st_size != file.size:
        return False
    digest = hashlib.sha256()
    with path.open("rb") as opened:
        while block := opened.read(2**20):
            digest.update(block)
    return digest.hexdigest() == file.sha256


def make(files: Iterable[RemoteFile], raw: Path, made: Path) -> None:
    """Make the folder `made`, which must not exist, with the data in it; the raw files are moved or read.

    BadInput where an archive is not as it should be.
    """
    data = made / DATA
    data.mkdir(parents=True)
    # What can fail goes first, so that nothing verified is lost with it.
    for file in sorted(files, key=lambda each: not each.step):
        source, target = raw / file.path, data / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        if file.step in UNPACKED:
            _unpack_beside(source, target.parent)
        elif file.step.startswith("bytes:"):
            first, last = map(int, file.step.removeprefix("bytes:").split(":"))
            target.write_bytes(source.read_bytes()[first:last])
        elif file.step.startswith("heading:"):
            target.write_bytes(file.step.removeprefix("heading:").encode() + b"\n" + source.read_bytes())
        else:
            source.rename(target)


def _unpack_beside(archive: Path, folder: Path) -> None:
    unpacked = folder / f".{archive.name}"
    unpack(archive, unpacked)
    for path in sorted(unpacked.iterdir()):
        path.rename(folder / path.name)
    unpacked.rmdir()
