"""A look at data before a run: what they hold, the first records drawn, and what the data doctor finds in them.

In a child, so that the screen never waits: `python -P -m seqtui.tui.setup.look`, a request as JSON on stdin, a line of
JSON on stdout for the doctor's findings and one for what was loaded or why it could not be. Must never load Textual.
"""

import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from seqtui.catalog import load
from seqtui.data_sets.naming import resolve
from seqtui.errors import SeqtuiError
from seqtui.shapes import head_name

if TYPE_CHECKING:
    from seqtui.task import Corpus, Records, Task

MOST_FINDINGS: Final = 200
MOST_BYTES: Final = 512 * 1024 * 1024
"""Larger data are looked at by the doctor alone; they are read when the training begins."""
RECORDS: Final = 3
WIDTH: Final = 64
HEIGHT: Final = 8
PATIENCE_SECONDS: Final = 120


def look(app: str, data: str | None, options: Mapping[str, Any], seed: int) -> Iterator[dict[str, Any]]:
    """First {'checkup': …} where data are files, then {'loaded': …} or {'error': sentence}."""
    # Here, in a process of its own: torchtext is imported by those that read text, and by nobody else.
    from seqtui.engine.torchtext_tools import TorchtextTools

    task = load(app)
    task.equip(TorchtextTools())
    try:
        data = resolve(app, data) if data else data
    except SeqtuiError as error:
        yield {"error": str(error)}
        return
    path = Path(data).expanduser() if data else None
    if path and path.exists():
        yield {"checkup": _checkup(task, path, options)}
        if _bytes(path) > MOST_BYTES:
            yield {"error": f"{path} is large: it will be read when the training begins"}
            return
    try:
        corpus = task.load(data, options, seed=seed, progress=lambda _what, _done, _total: None)
    except SeqtuiError as error:
        yield {"error": str(error)}
        return
    yield {"loaded": _loaded(task, corpus)}


def _checkup(task: "Task", path: Path, options: Mapping[str, Any]) -> dict[str, Any]:
    findings = sorted(task.check([path], options).findings, key=lambda each: each.level == "info")
    return {"findings": [asdict(each) for each in findings[:MOST_FINDINGS]], "count": len(findings)}


def _loaded(task: "Task", corpus: "Corpus") -> dict[str, Any]:
    splits = {"train": corpus.train, "valid": corpus.valid, "test": corpus.test}
    classes = list(getattr(corpus.head, "classes", ()))
    return {
        "kind": head_name(corpus.head),
        "head": asdict(corpus.head),
        "splits": {name: [len(split), int(split.lengths.sum())] for name, split in splits.items()},
        "source": corpus.source,
        "split_rule": corpus.split_rule,
        "notes": list(corpus.notes),
        "classes": classes,
        "preview": [
            _drawn(task, corpus, corpus.train, index, classes) for index in range(min(RECORDS, len(corpus.train)))
        ],
    }


def _drawn(task: "Task", corpus: "Corpus", records: "Records", index: int, classes: list[str]) -> dict[str, str]:
    label = int(records.labels[index]) if records.labels is not None else -1
    drawing = task.show(records.record(index), corpus.encoding, width=WIDTH, height=HEIGHT)
    return {
        "name": records.name(index),
        "label": classes[label] if 0 <= label < len(classes) else "",
        "drawing": drawing,
    }


def _bytes(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    total = 0
    for folder, _, files in os.walk(path):
        for name in files:
            total += _size(Path(folder, name))
            if total > MOST_BYTES:
                return total
    return total


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def main() -> int:
    """One request, its answers; ends by itself when nobody can be waiting any more."""
    signal.alarm(PATIENCE_SECONDS)
    request = json.load(sys.stdin)
    for answer in look(request["app"], request["data"], request["options"], request["seed"]):
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
