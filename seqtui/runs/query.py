"""The filter of `seqtui runs`: words such as  app:music backbone:gru valid_loss<=8.5 status:finished lr>=1e-3 bach.

Every word must hold. A word without an operator is looked for in the run's id, name, application and data.
"""

import difflib
import math
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from seqtui.config import RunConfig
from seqtui.errors import Usage
from seqtui.runs.summary import Summary

_TERM: Final = re.compile(r"([a-z_]+)(<=|>=|!=|<|>|:|=)(.*)", re.DOTALL)
_ORDER: Final[dict[str, Callable[[float, float], bool]]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_OF_SUMMARY: Final = (
    "id", "status", "step", "epoch", "valid_loss", "best_loss", "best_step", "test_loss", "parameters", "seconds",
    "why", "loss_unit",
)  # fmt: skip
_OF_CONFIG: Final = tuple(declared.name for declared in fields(RunConfig))


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a filter. field '' is bare text."""

    field: str
    relation: str
    value: str


def parse(words: Sequence[str]) -> list[Term]:
    """The terms of a filter; Usage, with the nearest field, where a word names none."""
    return [_term(word) for text in words for word in text.split()]


def matches(summary: Summary, terms: Sequence[Term]) -> bool:
    """Whether every term holds for a run."""
    return all(_holds(summary, term) for term in terms)


def _term(word: str) -> Term:
    match = _TERM.fullmatch(word)
    if not match:
        return Term("", ":", word.lower())
    name, relation, value = match.groups()
    known = (*_OF_SUMMARY, *_OF_CONFIG)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        raise Usage(
            f"runs have no field {name!r} to filter by"
            + (f"; did you mean {near[0]}?" if near else "; there are status, valid_loss and every option of run")
        )
    if relation in _ORDER and _as_number(value) is None:
        raise Usage(f"{word!r} compares with {value!r}, which is not a number")
    return Term(name, relation, value)


def _holds(summary: Summary, term: Term) -> bool:
    if not term.field:
        config = summary.config
        texts = (summary.id, *((config.app, config.name or "", config.data or "") if config else ()))
        return any(term.value in text.lower() for text in texts)
    value = _value(summary, term.field)
    if term.relation in _ORDER:
        limit, number = _as_number(term.value), _as_number(value)
        return None not in (limit, number) and _ORDER[term.relation](number or 0.0, limit or 0.0)
    return _is(value, term.value) != (term.relation == "!=")


def _value(summary: Summary, name: str) -> Any:
    if name in _OF_SUMMARY:
        return getattr(summary, name)
    return getattr(summary.config, name) if summary.config else None


def _is(value: Any, text: str) -> bool:
    if isinstance(value, bool):
        return text.lower() in (("true", "yes", "1", "on") if value else ("false", "no", "0", "off"))
    if isinstance(value, int | float):
        number = _as_number(text)
        return number is not None and math.isclose(number, value, rel_tol=1e-9)
    return text.lower() in ("none", "") if value is None else str(value).lower() == text.lower()


def _as_number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return None if math.isnan(number) else number
