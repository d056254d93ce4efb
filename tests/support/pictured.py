"""Pictures of a screen that can be read and compared: every cell's glyph and its look in two themes.

A picture is a text file: the lines of the screen, then for each line its looks as runs (a12 b3: twelve cells of look a,
three of b), then what each letter looks like, dark and light. SEQTUI_SNAPSHOTS=write makes them anew.
"""

import os
import string
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, groupby, product
from pathlib import Path

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

PICTURES = Path(__file__).parents[1] / "tui" / "pictures"
_RULE = "-" * 8


@dataclass(frozen=True, slots=True)
class Picture:
    """lines: the text; looks: of every cell, as `fore on back marks | fore on back marks`."""

    lines: tuple[str, ...]
    looks: tuple[tuple[str, ...], ...]


def picture_of(dark: Sequence[Strip], light: Sequence[Strip]) -> Picture:
    """One screen in two themes. The text must be the same."""
    assert [strip.text for strip in dark] == [strip.text for strip in light], "a theme changed the text"
    looks = [
        tuple(f"{one} | {other}" for one, other in zip(_looks(left), _looks(right), strict=True))
        for left, right in zip(dark, light, strict=True)
    ]
    return Picture(tuple(strip.text.rstrip() for strip in dark), tuple(looks))


def written(picture: Picture) -> str:
    """The picture as its file."""
    names: dict[str, str] = {}
    fresh = ("".join(letters) for size in count(1) for letters in product(string.ascii_letters, repeat=size))
    rows = []
    for looks in picture.looks:
        for look in looks:
            if look not in names:
                names[look] = next(fresh)
        rows.append(" ".join(f"{names[look]}{len(list(run))}" for look, run in groupby(looks)))
    legend = [f"{name}  {look}" for look, name in names.items()]
    return "\n".join([*picture.lines, _RULE, *rows, _RULE, *legend]) + "\n"


def read(text: str) -> Picture:
    """The picture of a file."""
    lines, rows, legend = (part.split("\n") for part in text.rstrip("\n").split(f"\n{_RULE}\n"))
    looks = dict(line.split("  ", 1) for line in legend)
    return Picture(
        tuple(lines),
        tuple(
            tuple(
                look
                for run in row.split()
                for look in [looks[run.rstrip(string.digits)]] * int(run.lstrip(string.ascii_letters))
            )
            for row in rows
        ),
    )


def differences(old: Picture, new: Picture) -> list[str]:
    """What has changed, line by line, in words."""
    if len(old.lines) != len(new.lines):
        return [f"{len(old.lines)} lines have become {len(new.lines)}"]
    found = []
    for number, (was, now) in enumerate(zip(old.lines, new.lines, strict=True), start=1):
        if was != now:
            found += [f"line {number} was  {was}", f"line {number} is   {now}"]
    for number, (was, now) in enumerate(zip(old.looks, new.looks, strict=True), start=1):
        changed = [place for place, (one, other) in enumerate(zip(was, now, strict=False)) if one != other]
        if changed:
            first = changed[0]
            text = new.lines[number - 1][first : changed[-1] + 1].strip()[:30]
            found.append(
                f"line {number}, cells {first + 1} to {changed[-1] + 1} ({text!r}): {was[first]}  ->  {now[first]}"
            )
    return found


def compare(name: str, picture: Picture, *, drawing: str, place: Path) -> None:
    """With the file of that name. drawing: the screen as SVG, left in `place` where they differ."""
    path = PICTURES / f"{name}.txt"
    if os.environ.get("SEQTUI_SNAPSHOTS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(written(picture))
    found = differences(read(path.read_text()), picture) if path.exists() else ["there is no such picture yet"]
    if found:
        shown = place / f"{name}.svg"
        shown.write_text(drawing)
        raise AssertionError("\n".join([f"{name} looks otherwise; it is drawn in {shown}", *found[:40]]))


def _looks(strip: Strip) -> list[str]:
    return [look for text, style, _ in strip for look in [_look(style or Style.null())] * cell_len(text)]


def _look(style: Style) -> str:
    colors = " on ".join(color.name if color else "none" for color in (style.color, style.bgcolor))
    marks = [name for name in ("bold", "dim", "italic", "underline", "reverse") if getattr(style, name)]
    return " ".join([colors, *marks])
