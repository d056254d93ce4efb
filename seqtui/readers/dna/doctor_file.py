"""The data doctor's look at one nucleotide file: what it holds, letter by letter, and what the policies change."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.dna.alphabet import LETTERS
from seqtui.readers.dna.blocks import Blocks
from seqtui.readers.dna.files import format_of, survey
from seqtui.readers.dna.policy import BLANKS
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.dna.tables import reads_as_table, survey_table
from seqtui.readers.remark import Remark
from seqtui.text_safety import clean

MOST_UNKNOWN: Final = 0.05
_BINS: Final = 10
_CHUNK: Final = 2**20
# Notes on what takes nothing from the bases; all others are warnings.
_HARMLESS: Final = (
    "read as upper case",
    "read as T",
    "blanks and digits",
    "quality values",
    "comment lines",
    "byte order mark",
    "lines end in",
)

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that could be read.

    stood: how often each letter stood in the sequences, as it was written; kept: (15,) counts of LETTERS once the
    policies were applied
    """

    path: Path
    sequences: SequenceSet
    format: str
    stood: dict[str, int]
    kept: Counts

    def facts(self) -> dict[str, Any]:
        """As JSON."""
        return {"format": self.format, **facts_of([self])}


def examine_file(path: Path) -> Examined:
    """One reading of a FASTA, FASTQ or GenBank file, or of a table. BadInput or NotFound where it cannot be read."""
    if reads_as_table(path):
        sequences, tally = survey_table(path)
        return Examined(path, sequences, "table", _as_written(tally.seen), tally.letters)
    sequences, tally = survey(path)
    return Examined(path, sequences, format_of(Blocks(path)), _as_written(tally.seen), tally.letters)


def remarks_on(examined: Examined) -> list[Remark]:
    """What the file holds, in one sentence; then what the policies change, and what is odd about its letters."""
    where = clean(str(examined.path))
    said = [Remark("info", where, f"{examined.format}: {_summary(examined)}")]
    for note in examined.sequences.notes:
        said.append(Remark("info" if any(words in note for words in _HARMLESS) else "warning", where, note))
    unknown = share(examined.kept, "N")
    if unknown > MOST_UNKNOWN:
        said.append(Remark("warning", where, f"{unknown:.1%} of its bases are N, of which a model learns nothing"))
    if examined.format == "GenBank":
        said.append(Remark("info", where, "its features can be the classes, as with --label-from feature:CDS"))
    return said


def facts_of(files: Sequence[Examined]) -> dict[str, Any]:
    """Of one file, or of all of them together; lengths in bases, shares of 1."""
    lengths = np.concatenate([examined.sequences.lengths for examined in files])
    kept = np.sum([examined.kept for examined in files], axis=0)
    stood: dict[str, int] = {}
    for examined in files:
        for letter, count in examined.stood.items():
            stood[letter] = stood.get(letter, 0) + count
    return {
        "records": len(lengths),
        "bases": int(lengths.sum()),
        "length": histogram(lengths),
        "letters": _most_first(stood),
        "gc": round(gc_share(kept), 4),
        "n": round(share(kept, "N"), 4),
    }


def histogram(lengths: Counts) -> dict[str, Any]:
    """At most ten bins of equal width between the least and the most."""
    counts, edges = np.histogram(lengths, bins=min(_BINS, len(np.unique(lengths[:_CHUNK]))))
    return {
        "least": int(lengths.min()),
        "median": float(np.median(lengths)),
        "most": int(lengths.max()),
        "edges": [round(float(edge), 2) for edge in edges],
        "counts": counts.tolist(),
    }


def share(kept: Counts, letters: str) -> float:
    """Of all bases, those that are one of `letters`."""
    return float(kept[[LETTERS.index(letter) for letter in letters]].sum() / max(int(kept.sum()), 1))


def gc_share(kept: Counts) -> float:
    """G and C among A, C, G and T; 0 where there is none of them."""
    return share(kept, "GC") / (share(kept, "ACGT") or 1)


def _summary(examined: Examined) -> str:
    lengths = examined.sequences.lengths
    least, most = int(lengths.min()), int(lengths.max())
    span = f"{least:,} each" if least == most else f"{least:,} to {most:,}, median {np.median(lengths):,.0f}"
    records = "1 record" if len(lengths) == 1 else f"{len(lengths):,} records"
    return f"{records}, {int(lengths.sum()):,} bases ({span}), GC {gc_share(examined.kept):.1%}"


def _as_written(seen: Counts) -> dict[str, int]:
    counts: dict[str, int] = {}
    for byte in np.flatnonzero(seen).tolist():
        letter = "blank" if byte in BLANKS else chr(byte) if 32 < byte < 127 else f"byte {byte}"
        counts[letter] = counts.get(letter, 0) + int(seen[byte])
    return _most_first(counts)


def _most_first(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
