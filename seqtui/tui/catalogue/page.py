"""What the catalogue says of a data set: a line in the list, and a page with its license and how it is cited."""

import textwrap
from typing import Final

from textual.content import Content

from seqtui.data_sets.manifest import DataSet
from seqtui.data_sets.store import place_of
from seqtui.text_safety import clean
from seqtui.tui.catalogue.fetcher import Report
from seqtui.tui.drawing.bars import bar_text
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.pick_list import Row

_LABEL: Final = 9
_LEAST_WIDTH: Final = 16
_MOST_WIDTH: Final = 96
_BAR: Final = 30


def set_row(data_set: DataSet, glyphs: Glyphs, *, here: bool, report: Report | None) -> Row:
    """A line: whether it is here, or how much of it; its name; its size."""
    if report and not report.ended:
        share = report.done / report.total if report.total else 0.0
        mark, style, size = glyphs.waiting, "$warning", f"{share:.0%}"
    else:
        mark, style = (glyphs.done, "$success") if here else (glyphs.dot, "$quiet")
        size = megabytes(data_set.size)
    content = Content.assemble((f"{mark} ", style), (f"{data_set.name:<20}", "bold"), (f"{size:>9}", "$quiet"))
    words = (data_set.name, data_set.application, data_set.title, data_set.about, data_set.license)
    return Row(data_set.name, content, " ".join(words))


def set_page(data_set: DataSet, glyphs: Glyphs, *, here: bool, report: Report | None, width: int) -> Content:
    """All about a set in `width` cells."""
    width = min(max(width, _LEAST_WIDTH), _MOST_WIDTH)
    facts = {
        "for": data_set.application,
        "files": f"{data_set.files:,}, {megabytes(data_set.size)} to fetch",
        "license": data_set.license,
        "cite": data_set.citation,
        "split": data_set.split,
        "from": data_set.source,
        "options": ", ".join(f"{name}={value}" for name, value in data_set.options.items()),
        "here": clean(str(place_of(data_set))) if here else "no",
    }
    lines = [Content(line) for line in textwrap.wrap(glyphs.text(data_set.about), width)]
    # Before the facts: what the keys do is seen in a low terminal too.
    lines += [Content(""), *_state(glyphs, here=here, report=report, width=width), Content("")]
    for label, text in facts.items():
        wrapped = textwrap.wrap(glyphs.text(text), width - _LABEL, break_on_hyphens=False)
        lines += [
            Content.assemble((f"{'' if index else label:<{_LABEL}}", "$quiet"), line)
            for index, line in enumerate(wrapped)
        ]
    return Content("\n").join(lines)


def megabytes(size: int) -> str:
    """Bytes for people."""
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"


def _state(glyphs: Glyphs, *, here: bool, report: Report | None, width: int) -> list[Content]:
    """How a fetch stands, or what the keys would do."""
    if report and not report.ended:
        share = report.done / report.total if report.total else 0.0
        bar = bar_text(share, min(_BAR, width - 6), ascii_only=glyphs.to_ascii)
        told = f"{report.what}: {megabytes(report.done)} of {megabytes(report.total)}"
        return [Content.assemble((bar, "$accent on $panel"), f" {share:.0%}"), Content.styled(clean(told), "$quiet")]
    lines = []
    if report and report.error:
        sentence = glyphs.text(f"{glyphs.bad} {clean(report.error)}")
        lines += [Content.styled(line, "$error") for line in textwrap.wrap(sentence, width)]
    key = "bold $footer-key-foreground"
    if here:
        text = "  set up a run with it"
    else:
        text = "  fetch it" + (", going on where it broke off" if report and report.error else "")
    return [*lines, Content.assemble(("Enter", key), text)]
