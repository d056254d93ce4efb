"""Text measured in the cells of a terminal. Must not load numpy: the first screen is painted before that."""

from rich.cells import cell_len

from seqtui.text_safety import clean


def fit(text: str, width: int, *, keep_end: bool = False) -> str:
    """Text of at most `width` cells, a cut told by an ellipsis; keep_end cuts the beginning instead."""
    text = clean(text)
    if cell_len(text) <= width:
        return text
    if width < 1:
        return ""
    kept = text
    while cell_len(kept) > width - 1:
        kept = kept[1:] if keep_end else kept[:-1]
    return f"…{kept}" if keep_end else f"{kept}…"
