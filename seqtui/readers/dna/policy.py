"""What is done to the letters of nucleotide files, and the tally of it: every change is counted, none is silent.

Lower case is upper case, U is T; gaps (- and .), stops (*), blanks and digits go; IUPAC codes stay; any other letter
becomes N, and a record with more than a tenth of such letters is refused as protein.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.dna.alphabet import LETTERS
from seqtui.readers.listing import listed

UNKNOWN_SHARE: Final = 10  # one in so many letters may be unknown
MARK: Final = b"\x01"  # stands before the letters of a record, and may not be in a file
HOLE: Final = b"\0"  # stands where a title was, and is in no file that is read
UNKNOWN_CODE: Final = 15
MARK_CODE: Final = 16

GAPS: Final = b"-."
STOPS: Final = b"*"
BLANKS: Final = b" \t\v\f"
DIGITS: Final = b"0123456789"
_NEWLINES: Final = b"\r\n"
_LOWER: Final = b"abcdefghijklmnopqrstuvwxyz"


def _table() -> bytes:
    table = bytearray([UNKNOWN_CODE] * 256)
    for code, letter in enumerate(LETTERS):
        table[ord(letter)] = table[ord(letter.lower())] = code
    table[ord("U")] = table[ord("u")] = LETTERS.index("T")
    table[MARK[0]] = MARK_CODE
    return bytes(table)


TO_CODE: Final = _table()
LEFT_OUT: Final = GAPS + STOPS + BLANKS + DIGITS + _NEWLINES + HOLE
# The second translation: unknown letters become N, marks are left out with it.
UNKNOWN_TO_N: Final = bytes(LETTERS.index("N") if code == UNKNOWN_CODE else code for code in range(256))
CONTROLS: Final = bytes(code for code in (*range(32), 127) if code not in LEFT_OUT + MARK)
FOREIGN: Final = CONTROLS[:1]  # what a MARK in a file is read as
UNKNOWN: Final = bytes(code for code in range(256) if TO_CODE[code] == UNKNOWN_CODE and code not in LEFT_OUT + CONTROLS)

_PAIRS: Final = 2**18  # numpy widens what it counts to 8 bytes each: this many stay in the processor's cache


def histogram(letters: bytes) -> NDArray[np.int64]:
    """(256,) how often each byte stands in `letters`; by pairs of bytes, which is twice as fast as one by one."""
    even = len(letters) & ~1
    pairs = np.frombuffer(letters, np.uint16, count=even // 2)
    counts = np.zeros(2**16, np.int64)
    for start in range(0, len(pairs), _PAIRS):
        counts += np.bincount(pairs[start : start + _PAIRS], minlength=2**16)
    square = counts.reshape(256, 256)
    seen: NDArray[np.int64] = square.sum(0) + square.sum(1)
    if even < len(letters):
        seen[letters[-1]] += 1
    return seen


def count_of(seen: NDArray[np.int64], letters: bytes) -> int:
    """How many of the bytes counted in `seen` (256,) are one of `letters`."""
    return int(seen[list(letters)].sum())


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """What was seen in a file and what was done about it.

    seen: (256,) int64, how often each byte stood in sequence lines (newlines are not counted)
    records: sequences kept; empty: records without a letter, left out; renamed: records whose name another had before
    comments: lines that begin with ';'; qualities: FASTQ quality values, ignored
    first_unknown, first_empty, first_renamed: the place of the first one, "" where there is none
    remarks: what Biopython warned of, a sentence each
    """

    seen: NDArray[np.int64]
    records: int = 0
    empty: int = 0
    renamed: int = 0
    comments: int = 0
    qualities: int = 0
    byte_order_mark: bool = False
    windows_newlines: int = 0
    old_mac_newlines: int = 0
    first_unknown: str = ""
    first_empty: str = ""
    first_renamed: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def letters(self) -> NDArray[np.int64]:
        """(15,) how often each letter of LETTERS was kept, once the policies were applied."""
        kept = np.zeros(MARK_CODE, np.int64)
        counted = [byte for byte in range(256) if byte not in LEFT_OUT + CONTROLS + MARK]
        np.add.at(kept, [TO_CODE[byte] for byte in counted], self.seen[counted])
        kept[LETTERS.index("N")] += kept[UNKNOWN_CODE]
        return kept[: len(LETTERS)]

    @property
    def lower_case(self) -> int:
        return count_of(self.seen, _LOWER)

    @property
    def uracil(self) -> int:
        return count_of(self.seen, b"Uu")

    @property
    def gaps(self) -> int:
        return count_of(self.seen, GAPS)

    @property
    def stops(self) -> int:
        return count_of(self.seen, STOPS)

    @property
    def blanks(self) -> int:
        return count_of(self.seen, BLANKS)

    @property
    def digits(self) -> int:
        return count_of(self.seen, DIGITS)

    @property
    def unknown(self) -> int:
        return count_of(self.seen, UNKNOWN)


def unknown_letters(seen: NDArray[np.int64]) -> str:
    """The unknown letters counted in `seen`, most frequent first, at most six: 'X 30, E 2'."""
    found = sorted((-int(seen[byte]), byte) for byte in UNKNOWN if seen[byte])
    shown = [f"{chr(byte) if byte < 127 else f'byte {byte}'} {-count:,}" for count, byte in found]
    return listed(shown, 6)


def _on_lower_case(tally: Tally) -> str:
    """Lower case means something only beside upper case: repeats, soft-masked. GenBank and old tables have no other."""
    if tally.lower_case == count_of(tally.seen, _LOWER + _LOWER.upper()):
        return "letters, all there are, stand in lower case and were read as upper case"
    return "lower-case letters (soft-masked: mostly repeats) were read as upper case; the masking is not kept"


def notes_of(tally: Tally) -> tuple[str, ...]:
    """A sentence for each policy that had something to do."""
    said = (
        (tally.lower_case, _on_lower_case(tally)),
        (tally.uracil, "letters U were read as T"),
        (tally.gaps, "gaps (- and .) were removed"),
        (tally.stops, "stops (*) were removed"),
        (tally.blanks + tally.digits, "blanks and digits inside sequence lines were removed"),
        (
            tally.unknown,
            f"letters that are no nucleotide codes ({unknown_letters(tally.seen)}) were read as N, the first in "
            f"{tally.first_unknown}",
        ),
        (tally.empty, f"records without a letter were left out, the first at {tally.first_empty}"),
        (
            tally.renamed,
            f"records have the name of an earlier one and got a number, as in 'name (2)', the first at "
            f"{tally.first_renamed}",
        ),
        (tally.qualities, "quality values were ignored"),
        (tally.comments, "comment lines (;) were left out"),
        (tally.byte_order_mark, "byte order mark (UTF-8) at the start was skipped"),
        (tally.windows_newlines, "lines end in CR LF (Windows) and were read as lines"),
        (tally.old_mac_newlines, "lines end in a lone CR (old Mac) and were read as lines"),
    )
    return (*(f"{int(count):,} {what}" for count, what in said if count), *tally.remarks)
