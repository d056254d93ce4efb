"""Events as JSON objects, and back. A non-finite number is news: it travels as the string "nan", "inf" or "-inf"."""

import math
import types
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

from seqtui.runs.events import KINDS, Event


def to_json(event: Event) -> dict[str, Any]:
    """The event as JSON values, `event` naming its kind."""
    return {"event": type(event).__name__, **_plain(event)}


def from_json(record: dict[str, Any]) -> Event | None:
    """The event in a JSON object; None for a kind this version does not know. ValueError where a field is amiss."""
    kind = KINDS.get(record.get("event", ""))
    if kind is None:
        return None
    event: Event = _build(kind, record)
    return event


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if is_dataclass(value):
        return {declared.name: _plain(getattr(value, declared.name)) for declared in fields(value)}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


_HINTS: dict[type, dict[str, Any]] = {}


def _build(kind: Any, record: Any) -> Any:
    if not isinstance(record, dict):
        raise ValueError(f"{kind.__name__} must be an object, not {type(record).__name__}")
    hints = _HINTS.get(kind) or _HINTS.setdefault(kind, get_type_hints(kind))
    wanted = (item for item in fields(kind) if item.default is MISSING and item.default_factory is MISSING)
    missing = [item.name for item in wanted if item.name not in record]
    if missing:
        raise ValueError(f"{kind.__name__} lacks {', '.join(missing)}")
    return kind(**{name: _typed(hint, record[name]) for name, hint in hints.items() if name in record})


def _typed(hint: Any, value: Any) -> Any:
    if hint is float:
        return float(value)
    if is_dataclass(hint):
        return _build(hint, value)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return None if value is None else _typed(next(part for part in arguments if part is not type(None)), value)
    if origin is list:
        return [_typed(arguments[0], item) for item in value]
    if origin is dict:
        return {key: _typed(arguments[1], item) for key, item in value.items()}
    if not isinstance(value, hint):
        raise ValueError(f"{value!r} is not of type {hint.__name__}")
    return value
