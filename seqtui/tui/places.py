"""The places one can go to. Adding a screen is one line in PLACES; a key that leads to a place not listed here is not
shown. A screen is imported when it is first opened.
"""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual.message import Message

from seqtui.runs.folder import RunFolder
from seqtui.runs.models import ModelPlace

if TYPE_CHECKING:
    from seqtui.tui.place import PlaceScreen, Services


@dataclass(frozen=True, slots=True)
class Target:
    """What a place is opened for. Each place says which of these it needs; all may be left out."""

    app: str = ""
    run: RunFolder | None = None
    model: ModelPlace | None = None
    paths: tuple[Path, ...] = ()
    data: str = ""


@dataclass(frozen=True, slots=True)
class PlaceKind:
    """title: in header and palette; where: module:class, a PlaceScreen; tab: in the header, reached from anywhere."""

    title: str
    where: str
    tab: bool = False


PLACES: Final[dict[str, PlaceKind]] = {
    "home": PlaceKind("Applications", "seqtui.tui.home.screen:HomeScreen", tab=True),
    "runs": PlaceKind("Runs", "seqtui.tui.runs.screen:RunsScreen", tab=True),
    "setup": PlaceKind("Set up", "seqtui.tui.setup.screen:SetupScreen"),
    "data": PlaceKind("Data sets", "seqtui.tui.catalogue.screen:DataScreen"),
    "live": PlaceKind("Live", "seqtui.tui.live.screen:LiveScreen"),
    "studio": PlaceKind("Sample studio", "seqtui.tui.studio.screen:StudioScreen"),
}


class Go(Message):
    """Ask the app to open a place over the present one."""

    def __init__(self, place: str, target: Target | None = None) -> None:
        super().__init__()
        self.place = place
        self.target = target or Target()


class Train(Message):
    """Ask the app to train an application on its built-in data, now, and to show it."""

    def __init__(self, app: str) -> None:
        super().__init__()
        self.app = app


def screen_class(name: str) -> "type[PlaceScreen]":
    """The class of a place."""
    module, _, kind = PLACES[name].where.partition(":")
    found: type[PlaceScreen] = getattr(import_module(module), kind)
    return found


def build(name: str, target: Target, services: "Services") -> "PlaceScreen":
    """A new screen of a place."""
    return screen_class(name)(target, services)
