"""The seal of a folder with a model: sha256.json, by which damage to its files is found when the model is opened."""

import hashlib
from pathlib import Path
from typing import Final

from seqtui.errors import BadInput
from seqtui.runs.durable import read_json, write_json

SEAL: Final = "sha256.json"


def write_seal(folder: Path, names: list[str]) -> Path:
    """Write the sha256 of these files of the folder into it; the seal's path."""
    path = folder / SEAL
    write_json(path, {name: _sha256(folder / name) for name in names})
    return path


def check_seal(folder: Path) -> None:
    """BadInput, naming the file, where one is gone or not as it was sealed. A folder without a seal is let pass."""
    path = folder / SEAL
    if not path.exists():
        return
    for name, wanted in read_json(path).items():
        if "/" in name or name.startswith("."):
            raise BadInput(f"{path} is damaged: {name!r} is no file of this folder; install the model again")
        file = folder / name
        if not file.is_file():
            raise BadInput(f"{file} is missing: install the model again")
        if _sha256(file) != wanted:
            raise BadInput(f"{file} is damaged: it is not the file that was sealed; install the model again")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
