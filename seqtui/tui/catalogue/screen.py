"""The catalogue of data sets as a place: look, fetch, and set up a run with one."""

from typing import ClassVar, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from seqtui.catalog import names
from seqtui.tui.catalogue.catalogue import Catalogue, SetsPanel
from seqtui.tui.header import HeaderLine
from seqtui.tui.pick_list import Picks
from seqtui.tui.place import PlaceScreen
from seqtui.tui.places import Go, Target


@final
class DataScreen(PlaceScreen):
    """target.app: the application whose sets the cursor begins at."""

    PLACE = "data"
    HELP = "Open data sets by name: what each is, its license, whether it is here. Enter fetches one, or sets up a run."
    KEYED = (SetsPanel, Catalogue)  # the list itself is among those of the first page
    DEFAULT_CSS = """
    DataScreen Catalogue { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket,right_square_bracket", "app.focus_next", "next panel", id="data.next", show=False),
    ]

    def compose_body(self) -> ComposeResult:
        """One widget."""
        yield Catalogue(self.services.glyphs, first=self.target.app)

    def on_mount(self) -> None:
        """Begin in the list."""
        self.query_one(HeaderLine).show(Content.styled("Data sets", "bold $accent"), Content(""))
        self.query_one(Picks).focus()

    def on_catalogue_chosen(self, message: Catalogue.Chosen) -> None:
        """A run with it."""
        message.stop()
        app = message.data_set.application
        if app in names():
            self.post_message(Go("setup", Target(app=app, data=message.data_set.name)))
        else:
            self.notify(f"the application {app} is not installed", severity="warning", markup=False)
