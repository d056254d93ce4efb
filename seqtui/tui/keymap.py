"""Keys as people read them, and the check of the keys that a person set. Every binding has an id, `place.what`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from seqtui.text_safety import clean
from seqtui.tui.places import PLACES, screen_class
from seqtui.tui.settings import nearest

_NAMES: Final = {
    "question_mark": "?", "slash": "/", "left_square_bracket": "[", "right_square_bracket": "]", "enter": "Enter",
    "escape": "Esc", "space": "space", "full_stop": ".", "plus": "+", "minus": "-", "comma": ",", "up": "↑",
    "down": "↓", "left": "←", "right": "→", "pageup": "PgUp", "pagedown": "PgDn", "home": "Home", "end": "End",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A key as the line of keys and the help show it. node: what the key belongs to."""

    key: str
    shown: str
    text: str
    tooltip: str
    enabled: bool
    visible: bool
    node: DOMNode
    action: str

    @property
    def width(self) -> int:
        """Cells in the line of keys."""
        return len(self.shown) + len(self.text) + bool(self.text)


def key_name(key: str) -> str:
    """`question_mark` as `?`, `ctrl+p` as it is."""
    *modifiers, last = key.split("+")
    if last.startswith("upper_"):
        last = last.removeprefix("upper_").upper()
    shown = _NAMES.get(last, last if len(last) < 2 or modifiers else last.replace("_", " "))
    return clean("+".join([*modifiers, shown]), limit=40)  # a person's settings may name any key


def active_keys(screen: Screen[Any]) -> list[Shown]:
    """Every binding of ours that works here with a text, one entry an action: its first key. Textual's have no id."""
    found: dict[str, Shown] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if binding.id and binding.description and not binding.system and binding.action not in found:
            found[binding.action] = Shown(
                key, key_name(key), binding.description, binding.tooltip, active.enabled, binding.show, active.node,
                binding.action,
            )  # fmt: skip
    return list(found.values())


def shown_keys(screen: Screen[Any]) -> list[Shown]:
    """Those that the line of keys shows."""
    return [entry for entry in active_keys(screen) if entry.visible]


def known_ids(classes: Iterable[type[DOMNode]]) -> list[str]:
    """The ids of all bindings of some classes."""
    found = []
    for kind in classes:
        for binding in kind.BINDINGS:
            if isinstance(binding, Binding) and binding.id and binding.id not in found:
                found.append(binding.id)
    return found


def faults(keys: Mapping[str, str], classes: Iterable[type[DOMNode]]) -> list[str]:
    """A notice for every key that a person set for something that does not exist. Imports every place."""
    places = [screen_class(name) for name in PLACES]
    widgets = [kind for place in places for kind in place.KEYED]
    known = known_ids([*classes, *places, *widgets])
    return [f"keys: there is no {name}{nearest(name, known)}" for name in keys if name not in known]
