"""Which split each file of a data folder is, by its name: train, dev or valid, test; and which files are no data.

Knows names only; what is in the files is for those who read them.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from seqtui.errors import BadInput, NotFound
from seqtui.readers.listing import listed
from seqtui.text_safety import clean

SPLITS: Final = ("train", "valid", "test")

_WORDS: Final = {
    "train": "train", "training": "train", "trn": "train",
    "valid": "valid", "validation": "valid", "val": "valid", "dev": "valid", "devel": "valid", "development": "valid",
    "test": "test", "testing": "test", "tst": "test",
    "testa": "valid", "testb": "test",  # CoNLL-2003
}  # fmt: skip
_PARTS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_ABOUT: Final = re.compile(r"[._]|(readme|licen[sc]e|copying|source|citation|changelog|notice|authors)([._-]|$)", re.I)
_NO_DATA: Final = (".md", ".rst", ".xml", ".html", ".pdf", ".py", ".sh", ".yml", ".yaml", ".sha256", ".md5", ".log")
_TOLD: Final = 3


def data_files(folder: Path) -> list[Path]:
    """Files and folders inside that may be data, by name: not those that are hidden or about the data.

    NotFound, or BadInput where the folder cannot be read.
    """
    try:
        inside = sorted(folder.iterdir())
    except FileNotFoundError as error:
        raise NotFound(f"there is no folder {clean(str(folder))}") from error
    except OSError as error:
        raise BadInput(f"{clean(str(folder))} cannot be read: {error.strerror or error}") from error
    return [path for path in inside if not _ABOUT.match(path.name) and not path.name.lower().endswith(_NO_DATA)]


def split_of(name: str) -> str | None:
    """train, valid, test or None, by a word in the name: wnut17train.conll, emerging.dev.conll, eng.testb.

    BadInput for a name with words for two splits.
    """
    found = {_WORDS[part.lower()] for part in _PARTS.findall(name) if part.lower() in _WORDS}
    if len(found) > 1:
        raise BadInput(
            f"{clean(name)} says both {' and '.join(sorted(found))}; name each file of a split set after one of train, "
            "dev and test"
        )
    return next(iter(found), None)


def splits_of(paths: Sequence[Path]) -> tuple[dict[str, Path], list[Path]]:
    """Split -> the one path that claims it, and the paths that claim none; no splits at all is one set.

    BadInput where two claim the same split, or none claims to be train.
    """
    claimed: dict[str, list[Path]] = {}
    others = []
    for path in paths:
        split = split_of(path.name)
        if split is None:
            others.append(path)
        else:
            claimed.setdefault(split, []).append(path)
    for split, claims in claimed.items():
        if len(claims) > 1:
            names = listed((clean(path.name) for path in claims), _TOLD)
            raise BadInput(
                f"{clean(str(claims[0].parent))}: {names} all claim to be the {split} split by their names; leave one, "
                "or give one file"
            )
    if claimed and "train" not in claimed:
        (path,) = next(iter(claimed.values()))
        raise BadInput(
            f"{clean(str(path.parent))} has {clean(path.name)} and no file with train in its name; name the training "
            "file so, or give one file that is split by seed"
        )
    return {split: claimed[split][0] for split in SPLITS if split in claimed}, others
