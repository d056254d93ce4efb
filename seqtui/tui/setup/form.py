"""The fields of the form: every knob of the config and of the application, in groups, with how a value is shown and
stepped. Plain values; knows no field by name.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from seqtui.config import KnobField, RunConfig, knob_fields

if TYPE_CHECKING:
    from seqtui.task import Task

NOT_FIELDS: Final = ("app", "options")
NOT_SET: Final = "not set"
_HALVING: Final = 8
_PROBABILITY_STEP: Final = 0.05
_PATH_WORDS: Final = frozenset({"PATH", "FILE", "DIR"})
_LADDER: Final = (1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class FormField:
    """One line of the form. of_app: an option of the application, not a field of the config."""

    known: KnobField
    of_app: bool

    @property
    def name(self) -> str:
        """As in TOML."""
        return self.known.name

    @property
    def title(self) -> str:
        """As a person reads it."""
        return self.name.replace("_", " ")

    @property
    def words(self) -> str:
        """What a filter looks into."""
        return f"{self.name} {self.title} {self.known.knob.group} {self.known.knob.help} {' '.join(self.known.choices)}"

    @property
    def is_typed(self) -> bool:
        """Whether its value is typed, not chosen."""
        return not self.known.choices and self.known.kind is not bool

    @property
    def is_path(self) -> bool:
        """Whether its value is a file or a folder."""
        return bool(_PATH_WORDS.intersection(self.known.knob.metavar.split("|")))


def form_fields(task: "Task") -> tuple[FormField, ...]:
    """All fields, group by group, those of the application after those of the config."""
    found = [FormField(each, of_app=False) for each in knob_fields(RunConfig) if each.name not in NOT_FIELDS]
    found += [FormField(each, of_app=True) for each in knob_fields(task.options)]
    groups = list(dict.fromkeys(each.known.knob.group for each in found))
    return tuple(sorted(found, key=lambda each: groups.index(each.known.knob.group)))


def shown(value: Any) -> str:
    """A value as the form shows it; not cleaned."""
    if value is None:
        return NOT_SET
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def typed(field: FormField, text: str) -> Any:
    """What a text typed into a field stands for: itself, or None where the field may be left unset."""
    text = text.strip() if field.known.kind in (int, float) else text
    return None if field.known.optional and text in ("", "none", NOT_SET) else text


def limits(field: FormField) -> str:
    """The bounds of a number: '1 ≤ 16', '> 0', or ''."""
    low, high = _bound(field, "ge"), _bound(field, "le")
    above, below = _bound(field, "gt"), _bound(field, "lt")
    parts = [
        *([f"from {low:g}"] if low is not None else []),
        *([f"above {above:g}"] if above is not None else []),
        *([f"to {high:,.10g}"] if high is not None else []),
        *([f"below {below:,.10g}"] if below is not None else []),
    ]
    return " ".join(parts)


def stepped(field: FormField, value: Any, way: int) -> Any:
    """The next value up (way 1) or down (-1): the next choice, or a number a sensible step away within its bounds."""
    if field.known.kind is bool:
        return not value
    if field.known.choices:
        place = field.known.choices.index(value) if value in field.known.choices else 0
        return field.known.choices[(place + way) % len(field.known.choices)]
    if field.known.kind not in (int, float):
        return value
    number = _number(value)
    if number is None:
        found = _first(field)
    else:
        found = _step_int(int(number), way) if field.known.kind is int else _step_float(field, number, way)
    return found if is_within(field, found) else value


def is_within(field: FormField, number: float) -> bool:
    """Whether a number keeps the field's bounds."""
    ge, gt, le, lt = (_bound(field, name) for name in ("ge", "gt", "le", "lt"))
    return (
        (ge is None or number >= ge)
        and (gt is None or number > gt)
        and (le is None or number <= le)
        and (lt is None or number < lt)
    )


def other_values(field: FormField, value: Any) -> Iterator[Any]:
    """Some values that the field may have by itself, none of them `value`: to find out whether any would do."""
    known = field.known
    if known.kind is bool:
        yield not value
    elif known.choices:
        yield from (choice for choice in known.choices if choice != value)
    elif known.kind in (int, float):
        start = _number(value)
        start = _first(field) if start is None else start
        near = [start + 1, start + 2, start - 1, start / 2, _bound(field, "ge"), _bound(field, "le")]
        numbers = [known.kind(each) for each in near if each is not None]
        yield from (each for each in dict.fromkeys(numbers) if each != value and is_within(field, each))


def _first(field: FormField) -> Any:
    low = _bound(field, "ge")
    return field.known.kind(max(1, low) if low is not None else 1)


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _step_int(number: int, way: int) -> int:
    if abs(number) < _HALVING or (way < 0 and number == _HALVING):
        return number + way
    return number * 2 if way > 0 else number // 2


def _step_float(field: FormField, number: float, way: int) -> float:
    below = _bound(field, "lt")
    if below == 1 or field.known.knob.unit == "probability":
        return round(number + way * _PROBABILITY_STEP, 10)
    if number <= 0:
        return 1.0 if way > 0 else number - 1
    power = math.floor(math.log10(number) + 1e-9)
    rungs = [step * 10.0 ** (power + shift) for shift in (-1, 0, 1) for step in _LADDER]
    found = [each for each in rungs if (each > number * 1.0001 if way > 0 else each < number * 0.9999)]
    return float(f"{found[0] if way > 0 else found[-1]:.6g}")


def _bound(field: FormField, name: str) -> float | None:
    return next((limit for each in field.known.bounds if (limit := getattr(each, name, None)) is not None), None)
