"""A line of a journal as one of the words that are known: a frozen dataclass, each field checked against its type."""

import json
import types
from collections.abc import Mapping
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

LONGEST_LINE: Final = 4 * 1024 * 1024


def word_from(kinds: Mapping[str, type], line: bytes) -> Any:
    """The word, its fields of the types they say; ValueError, in a sentence, where it is of none of these kinds."""
    if len(line) > LONGEST_LINE:
        raise ValueError(f"a line of {len(line)} bytes is too long")
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError("a line is not JSON") from error
    kind = kinds.get(str(found.get("kind"))) if isinstance(found, dict) else None
    if kind is None:
        raise ValueError(f"a line is no word of the studio; there are {', '.join(kinds)}")
    del found["kind"]
    hints = get_type_hints(kind)
    strange = [name for name, value in found.items() if name not in hints or not _fits(hints[name], value)]
    if strange:
        raise ValueError(f"{kind.__name__} takes {', '.join(map(str, hints))}: {strange[0][:40]!r} is amiss")
    try:
        return kind(**found)
    except TypeError as error:
        raise ValueError(f"{kind.__name__} needs more than was given") from error


def _fits(hint: Any, value: Any) -> bool:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return any(_fits(part, value) for part in arguments)
    if origin is list:
        return isinstance(value, list) and all(_fits(arguments[0], item) for item in value)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is hint
