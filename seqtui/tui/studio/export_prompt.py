"""The question where to write what was made."""

from collections.abc import Sequence

from seqtui.tui.studio.naming import export_fault, free_name
from seqtui.tui.studio.path_prompt import PathPrompt


def export_prompt(what: str, stem: str, suffixes: Sequence[str], count: int) -> PathPrompt:
    """Asks for a file of one of these suffixes, that is not there, with a name of its own to begin with."""
    note = f"ends in {' or '.join(suffixes)}; nothing is overwritten"
    value = free_name(stem, suffixes[0], count)
    return PathPrompt(f"Export {what} to", note, value, fault=lambda text: export_fault(text, suffixes))
