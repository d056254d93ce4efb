"""The data doctor for plain text: what each file holds, what is odd about it, and what a model will make of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from seqtui.errors import SeqtuiError
from seqtui.readers.language.corpus import facts_of, text_files
from seqtui.readers.language.plain_text import read_text
from seqtui.readers.split_folder import split_of
from seqtui.text_safety import clean

SHORT: Final = 50_000  # characters under which little can be learned
RARE: Final = 10  # a character that a text has less often is hardly learned

Remark = tuple[str, str, str]  # level, where, text: as in seqtui.task.Finding


def examine(paths: Sequence[Path]) -> tuple[list[Remark], dict[str, Any]]:
    """Remarks file by file, and facts by file as JSON; never raises for what is wrong inside a file."""
    remarks: list[Remark] = []
    facts: dict[str, Any] = {}
    for path in paths:
        try:
            files = text_files(path)
        except SeqtuiError as error:
            remarks.append(("error", clean(str(path)), str(error)))
            continue
        for file in files:
            facts[clean(str(file))] = _file(file, remarks)
    return remarks, facts


def _file(file: Path, remarks: list[Remark]) -> dict[str, Any]:
    where = clean(file.name)
    try:
        raw = read_text([file], "character", progress=lambda _what, _done, _total: None)
        split = split_of(file.name)
    except SeqtuiError as error:
        remarks.append(("error", where, str(error)))
        return {}
    found = facts_of(raw)
    remarks += [("warning", where, note) for note in raw.notes]
    if found["symbols"] < SHORT:
        remarks.append(
            (
                "warning",
                where,
                f"has {found['symbols']:,} characters; under {SHORT:,} a model learns little but spelling",
            )
        )
    if found["seen once"]:
        remarks.append(
            (
                "info",
                where,
                f"{found['seen once']:,} of its {found['different']:,} different characters stand there once only; "
                f"--least-count {RARE} reads rare ones as unknown",
            )
        )
    words = read_text([file], "word", progress=lambda _what, _done, _total: None)
    counts = facts_of(words)
    return {
        "split": split,
        "characters": found["symbols"],
        "different characters": found["different"],
        "characters seen once": found["seen once"],
        "words": counts["symbols"],
        "different words": counts["different"],
        "words seen once": counts["seen once"],
        "most frequent characters": {clean(name): count for name, count in found["most frequent"].items()},
        "most frequent words": {clean(name): count for name, count in counts["most frequent"].items()},
    }
