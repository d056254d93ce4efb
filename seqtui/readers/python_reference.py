"""The text that a language model learns where none is given: the Python language reference (PSF license).

Every Python carries it for its `help()`, some 460 thousand characters of technical English with examples; versions of
Python differ in it.
"""

from seqtui.errors import NotFound
from seqtui.readers.language_units import Unit
from seqtui.readers.plain_text import RawText, raw_text


def reference_text(unit: Unit) -> RawText:
    """All topics, in the order of their names."""
    try:
        from pydoc_data.topics import topics
    except ImportError as error:
        raise NotFound(
            "this Python came without its language reference (pydoc_data); give a text with --data"
        ) from error
    text = "\n".join(topics[name].strip() + "\n" for name in sorted(topics))
    return raw_text(text, unit, "language reference")
