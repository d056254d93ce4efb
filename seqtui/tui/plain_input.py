"""A line to type into that holds nothing a terminal would obey, whoever put it there."""

from typing import Final

from textual.widgets import Input

from seqtui.text_safety import typed

LONGEST: Final = 4096


class PlainInput(Input):
    """An Input for names, notes, paths and filters: what is typed, what is pasted, and what a file held before."""

    def validate_value(self, value: str) -> str:
        """Only what can be seen."""
        return typed(value[:LONGEST])
