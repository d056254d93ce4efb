"""The seal of a folder with a model: sha256.json, by which damage to its files is found when the model is opened.

A shelf, a folder of such folders, has one over the files of all its models; it also finds what was added or exchanged.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from seqtui.errors import BadInput, NotFound
from seqtui.runs.durable import read_json, write_json
from seqtui.text_safety import clean

SEAL: Final = "sha256.json"


def write_seal(folder: Path, names: list[str]) -> Path:
    """Write the sha256 of these files of the folder into it; the seal's path."""
    path = folder / SEAL
    write_json(path, {name: _sha256(folder / name) for name in names})
    return path


def check_seal(folder: Path) -> None:
    """BadInput, naming the file, where one is gone or not as it was sealed. A folder without a seal is let pass."""
    path = folder / SEAL
    if path.exists():
        _check(folder, read_json(path), path, again="install the model again")


def write_shelf_seal(shelf: Path) -> Path:
    """Write the sha256 of every file of every model of a shelf into it; the seal's path."""
    path = shelf / SEAL
    files = sorted(file for seal in shelf.glob(f"*/{SEAL}") for file in seal.parent.iterdir())
    sums: dict[str, dict[str, str]] = {}
    for file in files:
        sums.setdefault(file.parent.name, {})[file.name] = _sha256(file)
    write_json(path, sums)
    return path


def check_on_shelf(folder: Path) -> None:
    """BadInput, naming the file, where a model of a shelf is not file by file what the shelf's seal says of it."""
    path, again = folder.parent / SEAL, "install seqtui again"
    try:
        sums = read_json(path).get(folder.name)
    except NotFound as error:
        raise BadInput(f"{path} is missing: {again}") from error
    if not isinstance(sums, dict):
        raise BadInput(f"{path} is damaged, or {clean(folder.name)} did not come with seqtui: {again}")
    _check(folder, sums, path, again=again)
    added = sorted({file.name for file in folder.iterdir()} - sums.keys())
    if added:
        raise BadInput(f"{folder / clean(added[0])} did not come with seqtui: remove it, or {again}")


def sealed_on(shelf: Path) -> list[str]:
    """The names of the models that a shelf's seal knows, in order; none where it cannot be read."""
    try:
        return sorted(read_json(shelf / SEAL))
    except (NotFound, BadInput):
        return []


def _check(folder: Path, sums: Mapping[str, Any], path: Path, *, again: str) -> None:
    for name, wanted in sums.items():
        if "/" in name or name.startswith("."):
            raise BadInput(f"{path} is damaged: {clean(repr(name))} is no file of this folder; {again}")
        file = folder / name
        if not file.is_file():
            raise BadInput(f"{file} is missing: {again}")
        if _sha256(file) != wanted:
            raise BadInput(f"{file} is damaged: it is not the file that was sealed; {again}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
