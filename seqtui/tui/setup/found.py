"""What was asked of data, and what was found in them."""

from collections.abc import Mapping
from dataclasses import dataclass

from seqtui.shapes import Head


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be looked at. options: JSON, so that questions can be compared."""

    app: str
    data: str | None
    options: str
    seed: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a doctor saw: (level, where, text) each, of `count`; a loaded corpus in a few words; or why there is none.

    splits: name -> (records, real time steps). preview: (name, class or '', drawing) each.
    """

    findings: tuple[tuple[str, str, str], ...] = ()
    count: int = 0
    head: Head | None = None
    splits: Mapping[str, tuple[int, int]] | None = None
    source: str = ""
    split_rule: str = ""
    notes: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    preview: tuple[tuple[str, str, str], ...] = ()
    error: str = ""
