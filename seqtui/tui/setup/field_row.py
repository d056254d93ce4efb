"""One line of the form and the words about it, as styled plain text."""

import re
from dataclasses import dataclass
from typing import Any, Final

from rich.cells import set_cell_size
from textual.content import Content

from seqtui.text_safety import clean
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.setup.form import NOT_SET, FormField, limits, shown

TITLE_WIDTH: Final = 21
VALUE_WIDTH: Final = 17
VALUE_AT: Final = TITLE_WIDTH + 2
OWN_DATA: Final = "built-in"
_ONLY_FOR: Final = re.compile(r"\w+ is (for [^:]+)")


@dataclass(frozen=True, slots=True)
class FieldState:
    """A field as it stands. fault: what is wrong with its value; blocked: why it cannot be otherwise."""

    field: FormField
    value: Any
    default: Any
    changed: bool
    fault: str = ""
    blocked: str = ""


def field_row(state: FieldState, glyphs: Glyphs) -> Content:
    """Mark, name, value with unit, and what is to be said beside it."""
    mark, style = _mark(state, glyphs)
    title = "$quiet" if state.blocked else "bold" if state.changed else ""
    value = "$error" if state.fault else "$quiet" if state.blocked else "bold" if state.changed else ""
    text = _value(state)
    note, note_style = _note(state)
    return Content.assemble(
        Content.styled(f"{mark} ", style),
        Content.styled(set_cell_size(state.field.title, TITLE_WIDTH), title),
        Content.styled(f"{set_cell_size(text, VALUE_WIDTH) if note else text} ", value),
        Content.styled(glyphs.text(note), note_style),
    )


def _value(state: FieldState) -> str:
    """With its unit; of a field that means nothing here, what it is for."""
    if only := _ONLY_FOR.match(state.blocked):
        return f"{clean(only[1])} only"
    if state.value is None:
        return OWN_DATA if state.field.name == "data" else NOT_SET
    unit, text = state.field.known.knob.unit, clean(shown(state.value), limit=400)
    return f"{text} {unit}" if unit and len(text) + len(unit) < VALUE_WIDTH else text


def about(state: FieldState, glyphs: Glyphs) -> Content:
    """All that is known of the field under the cursor: help, choices or bounds, default, fault."""
    field, knob = state.field, state.field.known.knob
    facts = [
        " ".join(f"[{choice}]" if choice == state.value else choice for choice in field.known.choices),
        f"{limits(field)} {knob.unit}".strip() if field.known.kind in (int, float) else "",
        knob.metavar,
        "" if state.default is None else f"default {clean(shown(state.default), limit=60)}",
        "may be left unset" if field.known.optional else "",
    ]
    title = Content.assemble((field.title, "bold $accent"), (f"  {field.known.flag}", "$quiet"))
    facts_line = Content.styled(glyphs.text(" · ".join(fact for fact in facts if fact)), "$quiet")
    return Content("\n").join([title, *_trouble(state, glyphs), Content(knob.help), facts_line, _how(field)])


def _trouble(state: FieldState, glyphs: Glyphs) -> list[Content]:
    if state.fault:
        return [Content.styled(f"{glyphs.bad} {glyphs.text(clean(state.fault))}", "$error")]
    if state.blocked:
        return [Content.styled(f"fixed: {glyphs.text(clean(state.blocked))}", "$warning")]
    return []


def _how(field: FormField) -> Content:
    if field.is_path:
        return Content.styled("Enter types a path, tab completes it", "$quiet")
    return Content.styled("Enter types a value" if field.is_typed else "Enter, left or right: another choice", "$quiet")


def _mark(state: FieldState, glyphs: Glyphs) -> tuple[str, str]:
    if state.fault:
        return glyphs.bad, "$error"
    if state.changed:
        return glyphs.living, "$edit"
    return " ", ""


def _note(state: FieldState) -> tuple[str, str]:
    if state.fault:
        return clean(state.fault), "$error"
    if state.blocked:  # why stands below, as soon as the cursor is here
        return "" if _ONLY_FOR.match(state.blocked) else "fixed", "$quiet"
    if state.changed:
        was = NOT_SET if state.default is None else clean(shown(state.default), limit=60)
        return f"default {was}", "$quiet"
    return "", ""
