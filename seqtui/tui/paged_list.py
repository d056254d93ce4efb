"""A list in which one also moves by pages, seen or not."""

from textual.widgets import OptionList


class PagedList(OptionList, inherit_bindings=False):
    """Subclass it to give its keys ids."""

    # Below the smallest terminal a list has no lines, and Textual would look for the line of the cursor among them.

    def action_page_up(self) -> None:
        """A page up, where there is one."""
        if self.scrollable_content_region:
            super().action_page_up()  # type: ignore[no-untyped-call]

    def action_page_down(self) -> None:
        """A page down, where there is one."""
        if self.scrollable_content_region:
            super().action_page_down()  # type: ignore[no-untyped-call]
