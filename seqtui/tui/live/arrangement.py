"""Where the panels of a run stand: which are seen at a size, and their boxes. Pure; the widget is panel_grid.

A person's order and hidden panels are remembered. Nothing here may depend on data: panels never move by themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self

PANELS: Final = ("loss", "gradients", "lags", "clip", "gates", "sample", "scores", "run", "log")
"""In the order of their number keys, from 1."""

_FIRST_TO_SHOW: Final = ("loss", "sample", "scores", "gradients", "lags", "clip", "gates", "run", "log")
_WEIGHTS: Final = {
    "loss": 1.25, "gradients": 1.1, "lags": 1.25, "clip": 1.0, "gates": 0.9, "sample": 1.6, "scores": 1.0, "run": 0.7,
    "log": 1.1,
}  # fmt: skip
_LEAST_WIDTH: Final = 26


@dataclass(frozen=True, slots=True)
class Place:
    """A panel's box in cells."""

    name: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Arrangement:
    """order: all panels; hidden: never shown of themselves; guest: shown for now, in place of the last one seen.

    maximized: shown alone, or ''.
    """

    order: tuple[str, ...] = PANELS
    hidden: frozenset[str] = frozenset()
    guest: str = ""
    maximized: str = ""

    @classmethod
    def remembered(cls, found: Any) -> Self:
        """What was stored, as far as it makes sense: an unknown panel is left out, a missing one comes last."""
        if not isinstance(found, dict):
            return cls()
        stored = [found.get(name) for name in ("order", "hidden")]
        order, hidden = (list(dict.fromkeys(_known(names))) for names in stored)
        rest = [name for name in PANELS if name not in order]
        return cls((*order, *rest), frozenset(hidden) if len(hidden) < len(PANELS) else frozenset())

    def to_remember(self) -> dict[str, list[str]]:
        """A JSON value that `remembered` takes."""
        return {"order": list(self.order), "hidden": sorted(self.hidden)}

    def seen(self, width: int, height: int) -> tuple[str, ...]:
        """The panels that stand on an area of this size, in the order in which they stand."""
        return tuple(place.name for place in self.places(width, height))

    def places(self, width: int, height: int) -> tuple[Place, ...]:
        """A box for every panel that is seen; together they fill the area. A guest takes the largest after the first,
        and moves nothing else.
        """
        if self.maximized:
            return (Place(self.maximized, 0, 0, width, height),)
        places = self._own_places(width, height)
        if not self.guest or any(place.name == self.guest for place in places):
            return places
        host = max(places[1:] or places, key=lambda place: place.width * place.height)
        return tuple(replace(place, name=self.guest) if place is host else place for place in places)

    def _own_places(self, width: int, height: int) -> tuple[Place, ...]:
        room = sum(_rows_for(width, height))
        wanted = [name for name in _by_need(self.order) if name not in self.hidden][:room]
        names = [name for name in self.order if name in wanted]
        counts = _fitted(_rows_for(width, height), len(names))
        edges = _edges([1.0] * len(counts), height)
        places: list[Place] = []
        for row, count in enumerate(counts):
            part = names[len(places) : len(places) + count]
            columns = _edges([_WEIGHTS[name] for name in part], width, least=min(_LEAST_WIDTH, width // count))
            for place, name in enumerate(part):
                left, right = columns[place], columns[place + 1]
                places.append(Place(name, left, edges[row], right - left, edges[row + 1] - edges[row]))
        return tuple(places)

    def called(self, name: str, width: int, height: int) -> Self:
        """A person asked for a panel: it is seen from now on."""
        if self.maximized:
            return replace(self, maximized=name, hidden=self.hidden - {name})
        shown = replace(self, hidden=self.hidden - {name})
        return shown if name in shown.seen(width, height) else replace(shown, guest=name)

    def moved(self, name: str, step: int, width: int, height: int) -> Self:
        """Swapped with its neighbor among those seen: the next for 1, the one before for -1."""
        seen = self.seen(width, height)
        place = seen.index(name) + step if name in seen else -1
        if not 0 <= place < len(seen):
            return self
        swap = {name: seen[place], seen[place]: name}
        return replace(self, order=tuple(swap.get(each, each) for each in self.order))

    def moved_down(self, name: str, step: int, width: int, height: int) -> Self:
        """Swapped with the panel below for 1, above for -1: the one nearest to its middle."""
        places = {place.name: place for place in self.places(width, height)}
        if name not in places:
            return self
        mine = places[name]
        rows = sorted({place.y for place in places.values()})
        row = rows.index(mine.y) + step
        if not 0 <= row < len(rows):
            return self
        middle = mine.x + mine.width / 2
        there = [place for place in places.values() if place.y == rows[row]]
        other = min(there, key=lambda place: abs(place.x + place.width / 2 - middle)).name
        swap = {name: other, other: name}
        return replace(self, order=tuple(swap.get(each, each) for each in self.order))

    def without(self, name: str) -> Self:
        """Hidden, unless it is the last one."""
        if len(self.hidden) + 1 >= len(PANELS):
            return self
        return replace(self, hidden=self.hidden | {name}, guest="" if self.guest == name else self.guest, maximized="")


def _known(names: Any) -> list[str]:
    return [name for name in names if name in PANELS] if isinstance(names, list) else []


def _by_need(order: Sequence[str]) -> list[str]:
    """Panels, the most needed first; where a person has moved panels, what stands first is needed most."""
    return list(_FIRST_TO_SHOW if tuple(order) == PANELS else sorted(PANELS, key=order.index))


def _rows_for(width: int, height: int) -> list[int]:
    """Panels in each row, from the top, at most."""
    if height < 28:
        return [1, 2] if width < 100 else [2, 2] if width < 130 else [2, 3]
    if width < 100:
        return [1, 2, 2] if height < 44 else [1, 2, 2, 2]
    if height < 64 or width >= 150:
        return [2, 3, 2] if width < 130 else [3, 3, 3]
    return [2, 3, 2, 2]


def _fitted(rows: list[int], count: int) -> list[int]:
    """The rows for so many panels: full from the top, no row empty, the last as full as can be."""
    rows = list(rows)
    while sum(rows) > count:
        fullest = max(range(len(rows)), key=lambda row: (rows[row], row))
        rows[fullest] -= 1
        rows = [size for size in rows if size]
    return rows


def _edges(weights: Sequence[float], size: int, *, least: int = 0) -> list[int]:
    """The cuts of `size` cells into parts by weight, each of at least `least` where there is room."""
    parts = [max(weight * size / sum(weights), float(least)) for weight in weights]
    spare = sum(parts) - size
    if spare > 0:
        above = [part - least for part in parts]
        total = sum(above) or 1.0
        parts = [part - spare * over / total for part, over in zip(parts, above, strict=True)]
    edges = [0.0]
    for part in parts:
        edges.append(edges[-1] + part)
    return [*(round(edge) for edge in edges[:-1]), size]
