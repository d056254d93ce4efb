"""The catalogue over the set-up screen: choose a data set for its application."""

from typing import ClassVar, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from seqtui.tui.catalogue.catalogue import Catalogue
from seqtui.tui.dialog import Dialog
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.pick_list import Picks


@final
class CatalogueDialog(Dialog[str | None]):
    """Answers with the name of a set that is here."""

    DEFAULT_CSS = """
    CatalogueDialog > #catalogue { width: 110; height: 26; padding: 0 1; }
    CatalogueDialog Catalogue { height: 1fr; }
    CatalogueDialog .panel { background: $surface; }
    CatalogueDialog Picks { background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "leave", "close", id="sets.leave")]

    def __init__(self, glyphs: Glyphs, app: str) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._of = app

    def compose(self) -> ComposeResult:
        """One widget."""
        with Vertical(id="catalogue", classes="dialog") as box:
            box.border_title = f"Data sets for {self._of}"
            box.border_subtitle = "Enter uses or fetches, x cancels, Esc leaves"
            yield Catalogue(self._glyphs, app=self._of)

    def on_mount(self) -> None:
        """Begin in the list."""
        self.query_one(Picks).focus()

    def action_leave(self) -> None:
        """None of them."""
        self.dismiss(None)

    def on_catalogue_chosen(self, message: Catalogue.Chosen) -> None:
        """This one."""
        message.stop()
        self.dismiss(message.data_set.name)
