"""Events as JSON objects, and back. A non-finite number is news: it travels as the string "nan", "inf" or "-inf"."""

import math
import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from operator import itemgetter
from typing import Any, Union, get_args, get_origin, get_type_hints

from seqtui.runs.events import KINDS, Event


def to_json(event: Event) -> dict[str, Any]:
    """The event as JSON values, `event` naming its kind."""
    return {"event": type(event).__name__, **_plain(event)}


def from_json(record: dict[str, Any]) -> Event | None:
    """The event in a JSON object; None for a kind this version does not know. ValueError where a field is amiss."""
    kind: Any = KINDS.get(record.get("event", ""))
    if kind is None:
        return None
    event: Event = _reader(kind)(record)
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


Reader = Callable[[Any], Any]


@cache
def _reader(hint: Any) -> Reader:
    """What makes a value of this type from JSON, or raises ValueError; put together once a type."""
    if is_dataclass(hint):
        return _dataclass_reader(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        inner = _reader(next(part for part in arguments if part is not type(None)))
        return lambda value: None if value is None else inner(value)
    if origin is list:
        return _list_reader(arguments[0])
    if origin is dict:
        item = _reader(arguments[1])
        return lambda value: {key: item(each) for key, each in value.items()}
    return float if hint is float else _plain_reader(hint)


def _dataclass_reader(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    readers = {name: _reader(hint) for name, hint in hints.items()}
    wanted = [item.name for item in fields(kind) if item.default is MISSING and item.default_factory is MISSING]
    # A log of a million steps is read in seconds, not minutes, because most records are exactly as they were meant: one
    # look at the types of all values then replaces one at each.
    values_of: Any = itemgetter(*hints) if len(hints) > 1 else None
    meant = [dict if is_dataclass(hint) else hint for hint in hints.values()]
    nested = [(place, readers[name]) for place, name in enumerate(hints) if is_dataclass(hints[name])]

    def read(record: Any) -> Any:
        try:
            values = list(values_of(record))
        except (KeyError, TypeError):
            return read_each(record)
        if list(map(type, values)) != meant:
            return read_each(record)
        for place, reader in nested:
            values[place] = reader(values[place])
        return kind(*values)

    def read_each(record: Any) -> Any:
        if not isinstance(record, dict):
            raise ValueError(f"{kind.__name__} must be an object, not {type(record).__name__}")
        missing = [name for name in wanted if name not in record]
        if missing:
            raise ValueError(f"{kind.__name__} lacks {', '.join(missing)}")
        return kind(**{name: reader(record[name]) for name, reader in readers.items() if name in record})

    return read


def _list_reader(hint: Any) -> Reader:
    item = _reader(hint)
    if hint is not int:
        return lambda value: [item(each) for each in value]

    def read(value: Any) -> Any:
        # A map of gates has thousands of numbers: they are looked at all at once, and one by one to name a fault.
        return value if isinstance(value, list) and set(map(type, value)) <= {int} else [item(each) for each in value]

    return read


def _plain_reader(hint: Any) -> Reader:
    def read(value: Any) -> Any:
        if not isinstance(value, hint):
            raise ValueError(f"{value!r} is not of type {hint.__name__}")
        return value

    return read
