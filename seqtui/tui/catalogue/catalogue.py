"""The data sets that are known by name, beside all about the one under the cursor; fetches them."""

from typing import ClassVar, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from seqtui.data_sets.manifest import DataSet, known
from seqtui.data_sets.store import is_here
from seqtui.tui.catalogue.fetcher import Fetcher, Report
from seqtui.tui.catalogue.page import set_page, set_row
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.pick_list import PickPanel, Row


@final
class SetsPanel(PickPanel):
    """The sets."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick", "use", id="sets.use", tooltip="Use this data set; fetch it first if it is not here"),
    ]
    HELP = """
Open data sets by name, by application. A tick marks those that are here.
Enter uses one, or fetches it: nothing is fetched unless you ask.
"""


@final
class Catalogue(Horizontal):
    """app: of which application, or of all; first: the application where the cursor begins."""

    HELP = """
What a set is, its license, how it is cited, where it comes from and where it
lies. A fetch is verified file by file; one that was cancelled, or broke off,
goes on where it was.
"""
    DEFAULT_CSS = """
    Catalogue > SetsPanel { width: 36; }
    Catalogue > #set { width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "fetch", "fetch", id="sets.fetch", tooltip="Fetch this data set, or go on with it"),
        Binding("x", "cancel", "cancel", id="sets.cancel", tooltip="End the fetch; what came is kept"),
        Binding("slash", "filter", "filter", id="sets.filter", tooltip="Only the sets with these words"),
    ]

    class Chosen(Message):
        """A set that is here is wanted."""

        def __init__(self, data_set: DataSet) -> None:
            super().__init__()
            self.data_set = data_set

    class Told(Message):
        """The child that fetches said something."""

        def __init__(self, report: Report) -> None:
            super().__init__()
            self.report = report

    def __init__(self, glyphs: Glyphs, *, app: str = "", first: str = "") -> None:
        super().__init__()
        self._glyphs = glyphs
        self._sets = [each for each in known().values() if app in ("", each.application)]
        self._first = next((each.name for each in self._sets if each.application == first), "")
        self._here: set[str] = set()
        self._reports: dict[str, Report] = {}
        self._fetcher = Fetcher(self._hear)

    def compose(self) -> ComposeResult:
        """The list, and the page."""
        yield SetsPanel("Data sets", id="sets", empty="There is no set for this application yet.")
        with VerticalScroll(id="set", classes="panel"):
            yield Static(id="set-page")

    def on_mount(self) -> None:
        """What is here is looked up after the first paint."""
        self._show()
        self.query_one(SetsPanel).point_at(self._first)
        self.call_after_refresh(self._look)

    def on_unmount(self) -> None:
        """Leave no child behind."""
        self._fetcher.stop()

    def on_resize(self) -> None:
        """The page is wrapped anew."""
        self.call_after_refresh(self._show_page)

    def on_pick_panel_looked(self, message: PickPanel.Looked) -> None:
        """The page follows the cursor."""
        message.stop()
        self._show_page()
        self.refresh_bindings()

    def on_pick_panel_picked(self, message: PickPanel.Picked) -> None:
        """Use it, or fetch it."""
        message.stop()
        if message.key in self._here:
            self.post_message(self.Chosen(known()[message.key]))
        else:
            self.action_fetch()

    def on_catalogue_told(self, message: "Catalogue.Told") -> None:
        """Keep it, show it."""
        message.stop()
        self._reports[message.report.name] = message.report
        if message.report.ended:
            self._look()
            self.refresh_bindings()
        else:
            self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual's
        """There is something to fetch, or to cancel."""
        if action == "fetch":
            return None if self._fetcher.is_busy or self._key in self._here else True
        return action != "cancel" or self._fetcher.is_busy

    def action_fetch(self) -> None:
        """Fetch the set under the cursor, unless another is on its way."""
        if self._key and self._key not in self._here and not self._fetcher.is_busy:
            self._reports[self._key] = Report(self._key)
            self._fetcher.start(self._key)
            self._show()
            self.refresh_bindings()

    def action_cancel(self) -> None:
        """End the fetch."""
        self._fetcher.stop()
        for name, report in self._reports.items():
            if not report.ended:
                self._reports[name] = Report(name, ended=True, error="cancelled; what came is kept")
        self._show()
        self.refresh_bindings()

    def action_filter(self) -> None:
        """Type words."""
        self.query_one(SetsPanel).action_filter()

    @property
    def _key(self) -> str:
        return next((panel.key for panel in self.query(SetsPanel)), "")

    def _hear(self, report: Report) -> None:
        self.post_message(self.Told(report))

    def _look(self) -> None:
        """Which sets are here."""
        self._here = {each.name for each in self._sets if is_here(each)}
        self._show()

    def _show(self) -> None:
        rows: list[Row] = []
        heading = ""
        for each in self._sets:
            if each.application != heading:
                heading = each.application
                rows.append(Row("", Content.styled(heading, "$accent"), heading, heading=True))
            report = self._reports.get(each.name)
            rows.append(set_row(each, self._glyphs, here=each.name in self._here, report=report))
        for panel in self.query(SetsPanel):
            panel.show(rows)
        self._show_page()

    def _show_page(self) -> None:
        found = known().get(self._key)
        if found is None or not self.query("#set-page"):
            return
        panel = self.query_one("#set", VerticalScroll)
        width = panel.scrollable_content_region.width - 1
        title = Content(self._glyphs.text(found.title))
        panel.border_title = title.truncate(max(width - 2, 8), ellipsis=not self._glyphs.to_ascii)
        here, report = found.name in self._here, self._reports.get(found.name)
        self.query_one("#set-page", Static).update(set_page(found, self._glyphs, here=here, report=report, width=width))
