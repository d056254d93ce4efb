"""The text that a language model learns where none is given: the Python language reference (PSF license).

Every Python carries it for its `help()`, some 370 thousand characters of technical English with examples; versions of
Python differ in it.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from seqtui.errors import NotFound
from seqtui.readers.language.plain_text import RawText, raw_text
from seqtui.readers.language.units import Unit

_BLANK_LINES: Final = re.compile(r"\n[ \t]*\n")


def reference_text(unit: Unit) -> RawText:
    """All topics, in the order of their names."""
    try:
        from pydoc_data.topics import topics
    except ImportError as error:
        raise NotFound(
            "this Python came without its language reference (pydoc_data); give a text with --data"
        ) from error
    text = "\n".join(without_copies(topics[name].strip() for name in sorted(topics)))
    return raw_text(text, unit, "language reference")


def without_copies(texts: Iterable[str]) -> Iterator[str]:
    """The texts, each paragraph where it stands first; a text without any of its own is left out.

    A fifth of the reference stands in several topics, word for word: with it the test part would be known by heart, and
    a table of the last six characters would seem to read better than it does.
    """
    known: set[str] = set()
    for text in texts:
        paragraphs = dict.fromkeys(paragraph.strip("\n") for paragraph in _BLANK_LINES.split(text))
        fresh = [paragraph for paragraph in paragraphs if " ".join(paragraph.split()) not in known]
        known.update(" ".join(paragraph.split()) for paragraph in fresh)
        if fresh:
            yield "\n\n".join(fresh) + "\n"
