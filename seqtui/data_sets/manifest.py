"""The data sets that are known by name: sets.toml says what each is, files/NAME.txt which bytes it is made of.

A sha256 stands there of bytes that somebody has seen. Nothing here touches the network or the disk outside the package.
"""

import difflib
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from seqtui.errors import NotFound

UNPACKED: Final = ("zip", "tar", "gz")


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file as it is fetched. path: in the set's folder; source: beneath an address; size in bytes.

    step: '' to keep it as it is, one of UNPACKED, 'bytes:FROM:TO' to keep
    those, or 'heading:TEXT' to have a line of text before it.
    """

    sha256: str
    size: int
    path: str
    source: str
    step: str = ""

    def at(self, address: str) -> str:
        """Where it is under an address of its set: a folder's, or a pattern with {sha256}."""
        if "{sha256}" in address:
            return address.replace("{sha256}", self.sha256)
        return address + quote(self.source)


@dataclass(frozen=True, slots=True)
class DataSet:
    """One set. size: bytes to fetch, files: how many; entry: what of it an application opens, '' for its folder.

    listing: what it is made of; addresses: of the same files, tried in turn; archive: of a tar.gz that holds them in
    one folder, of about archive_size bytes; '' where there is none. options: of the application, for these data.
    """

    name: str
    application: str
    title: str
    about: str
    license: str
    citation: str
    source: str
    size: int
    files: int
    split: str
    listing: Traversable
    addresses: tuple[str, ...]
    entry: str = ""
    archive: str = ""
    archive_size: int = 0
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@cache
def known() -> Mapping[str, DataSet]:
    """All sets by name, in the order of the manifest."""
    table = tomllib.loads((files("seqtui.data_sets") / "sets.toml").read_text(encoding="utf-8"))
    return {name: _data_set(name, facts) for name, facts in table.items()}


def find(name: str) -> DataSet:
    """The set of this name; NotFound, with the nearest name, where there is none."""
    if name in known():
        return known()[name]
    near = difflib.get_close_matches(name, known(), n=1)
    hint = f"did you mean {near[0]}?" if near else "`seqtui data list` names them"
    raise NotFound(f"there is no data set {name!r}; {hint}")


def files_of(data_set: DataSet) -> tuple[RemoteFile, ...]:
    """What it is made of."""
    return tuple(remote_file(line) for line in data_set.listing.read_text(encoding="utf-8").splitlines())


def digest_of(data_set: DataSet) -> str:
    """Changes when the files of the set, or what is made of them, change."""
    return hashlib.sha256(data_set.listing.read_bytes()).hexdigest()


def remote_file(line: str) -> RemoteFile:
    """One line of a listing: sha256, size, path and, where they are not the usual, source and step; tabs between."""
    sha256, size, path, *rest = line.split("\t")
    source, step = (*rest, "", "")[:2]
    return RemoteFile(sha256, int(size), path, source or path, step)


def _data_set(name: str, facts: dict[str, Any]) -> DataSet:
    options = MappingProxyType(facts.pop("options", {}))
    addresses = tuple(facts.pop("addresses"))
    listing = files("seqtui.data_sets") / "files" / f"{name}.txt"
    return DataSet(name=name, addresses=addresses, options=options, listing=listing, **facts)
