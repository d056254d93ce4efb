"""Words of unlike widths in lines of cells."""

from collections.abc import Collection, Sequence


def lay_out(
    widths: Sequence[int], room: int, *, gap: int, breaks: Collection[int] = ()
) -> list[tuple[int, int]]:  # fmt: skip
    """Cell and line of each word, from left to right in lines of `room` cells; words in `breaks` begin a line."""
    x = line = 0
    found = []
    for place, width in enumerate(widths):
        if x and (x + width > room or place in breaks):
            x, line = 0, line + 1
        found.append((x, line))
        x += width + gap
    return found
