"""The lines of the form, with keys that have ids."""

from typing import ClassVar, final

from textual.binding import Binding, BindingType

from seqtui.tui.paged_list import PagedList


@final
class FieldList(PagedList, inherit_bindings=False):
    """A list in which one moves as everywhere."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "cursor_down", "down", id="fields.down", show=False),
        Binding("up,k", "cursor_up", "up", id="fields.up", show=False),
        Binding("home", "first", "first", id="fields.first", show=False),
        Binding("end", "last", "last", id="fields.last", show=False),
        Binding("pagedown", "page_down", "page down", id="fields.page_down", show=False),
        Binding("pageup", "page_up", "page up", id="fields.page_up", show=False),
    ]
