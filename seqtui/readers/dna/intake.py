"""Records of any nucleotide format, letters as they stand in the file, into a store: the one place of the policies."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput
from seqtui.readers.dna.names import shown_name
from seqtui.readers.dna.policy import (
    CONTROLS,
    FOREIGN,
    HOLE,
    LEFT_OUT,
    MARK,
    MARK_CODE,
    TO_CODE,
    UNKNOWN,
    UNKNOWN_CODE,
    UNKNOWN_SHARE,
    UNKNOWN_TO_N,
    Tally,
    count_of,
    histogram,
    unknown_letters,
)
from seqtui.readers.dna.repeats import copy_numbers
from seqtui.readers.dna.store import Store
from seqtui.readers.dna.titles import Titles, name_hashes, titles_of

_CONTROL: Final = re.compile(b"[" + re.escape(CONTROLS) + b"]")
_UNKNOWN: Final = re.compile(b"[" + re.escape(UNKNOWN) + b"]")

Numbers = NDArray[np.int64]


@dataclass(slots=True)
class _Open:
    """The record whose end has not been seen."""

    title: bytes
    line: int
    length: int = 0
    unknown: int = 0


class Intake:
    """Takes records batch by batch, and parts of long ones."""

    def __init__(self, store: Store, place: Callable[[int], str]) -> None:
        """place: of a line, for sentences."""
        self.comments = self.qualities = 0
        self.remarks: tuple[str, ...] = ()
        self._store, self._place = store, place
        self._seen = np.zeros(256, np.int64)
        self._open: _Open | None = None
        self._records = self._empty = self._bases = self._titles_size = 0
        self._first_unknown = self._first_empty = ""

    @property
    def begun(self) -> bool:
        """Whether there has been a record."""
        return self._open is not None or self._records + self._empty > 0

    @property
    def so_far(self) -> str:
        """What was read, for the sentence about a file that is cut off."""
        return f"{self._records + (self._open is not None):,} records with {self._bases:,} letters"

    def add(self, bodies: Sequence[bytes], titles: Sequence[bytes], lines: Numbers) -> None:
        """Whole records: the letters of each, its title and its line. Errors as `take`."""
        letters = MARK.join([b"", *bodies])
        if letters.count(MARK) != len(bodies):
            letters = MARK.join([b"", *(body.replace(MARK, FOREIGN) for body in bodies)])
        self.take_whole(letters, titles_of(titles), lines)

    def take_whole(self, letters: bytes, titles: Titles, lines: Numbers) -> None:
        """As `take`, where a record is its MARK, which stands for its first line, and then its letters."""

        def line_of(place: int) -> int:
            begin = letters.rindex(MARK, 0, place)
            return int(lines[letters.count(MARK, 0, begin)]) + letters.count(b"\n", begin, place)

        self.take(letters, titles, lines, line_of)

    def take(self, letters: bytes, titles: Titles, lines: Numbers, line_of: Callable[[int], int]) -> None:
        """letters: those with which the open record goes on, then of each new record a MARK and its own.

        titles, lines: of the new records; line_of: of a place in letters. BadInput for control characters and protein.
        """
        seen = histogram(letters)
        if count_of(seen, CONTROLS):
            raise self._not_text(self._place(line_of(_first(_CONTROL, letters))))
        coded = letters.translate(TO_CODE, LEFT_OUT)
        codes = np.frombuffer(coded, np.uint8)
        marks = np.flatnonzero(codes == MARK_CODE) if len(titles) else np.zeros(0, np.int64)
        lengths = np.diff(marks, prepend=-1, append=len(codes)) - 1
        unknown = np.zeros(len(lengths), np.int64)
        if count_of(seen, UNKNOWN):
            at = np.flatnonzero(codes == UNKNOWN_CODE)
            unknown = np.bincount(np.searchsorted(marks, at), minlength=len(lengths))
            self._first_unknown = self._first_unknown or self._place(line_of(_first(_UNKNOWN, letters)))
        if len(titles) or unknown.any():
            coded = coded.translate(UNKNOWN_TO_N, bytes([MARK_CODE]))
        seen[list(HOLE + MARK + b"\r\n")] = 0
        self._seen += seen
        self._bases += len(coded)
        self._store.write("codes", coded)
        self._shift(titles, lines, lengths, unknown)

    def close(self) -> None:
        """The open record has ended."""
        if self._open:
            last, self._open = self._open, None
            self._keep(
                titles_of([last.title]), np.array([last.line]), np.array([last.length]), np.array([last.unknown])
            )

    def tally(self) -> Tally:
        """After the last record: names that are repeated are numbered, and all is counted."""
        renamed, first = self._number_copies()
        return Tally(
            seen=self._seen,
            records=self._records,
            empty=self._empty,
            renamed=renamed,
            comments=self.comments,
            qualities=self.qualities,
            first_unknown=self._first_unknown,
            first_empty=self._first_empty,
            first_renamed=first,
            remarks=self.remarks,
        )

    def _shift(self, titles: Titles, lines: Numbers, lengths: Numbers, unknown: Numbers) -> None:
        """Closes every record but the last."""
        if self._open:
            self._open.length += int(lengths[0])
            self._open.unknown += int(unknown[0])
        if last := len(titles):
            self.close()
            self._keep(titles.before(last - 1), lines[:-1], lengths[1:-1], unknown[1:-1])
            self._open = _Open(titles.at(last - 1), int(lines[-1]), int(lengths[-1]), int(unknown[-1]))

    def _keep(self, titles: Titles, lines: Numbers, lengths: Numbers, unknown: Numbers) -> None:
        foreign = np.flatnonzero(unknown * UNKNOWN_SHARE > lengths)
        if len(foreign):
            raise self._protein(titles.at(foreign[0]), int(lines[foreign[0]]))
        full = np.flatnonzero(lengths)
        if len(full) < len(lengths):
            self._first_empty = self._first_empty or self._place(int(lines[np.argmin(lengths)]))
            self._empty += len(lengths) - len(full)
            titles = titles_of([titles.at(index) for index in full.tolist()])
            lines, lengths = lines[full], lengths[full]
        if not len(titles):
            return
        self._store.write("lengths", lengths.astype(np.int64).tobytes())
        self._store.write("titles", titles.text)
        self._store.write("title_ends", (self._titles_size + titles.ends).tobytes())
        self._store.write("lines", lines.astype(np.int64).tobytes())
        self._store.write("hashes", name_hashes(titles, self._records + 1).tobytes())
        self._titles_size += len(titles.text)
        self._records += len(titles)

    def _number_copies(self) -> tuple[int, str]:
        """Writes the copies column, if there is a repeated name. How many there are, and the place of the first."""
        hashes, lines = self._store.hashes, self._store.columns["lines"]
        start = renamed = 0
        first = ""
        for copies in copy_numbers((np.frombuffer(part, np.int64) for part in hashes.parts()), self._records):
            repeated = np.flatnonzero(copies > 1)
            if len(repeated) and not first:
                first = self._place(lines.number_at(start + int(repeated[0])))
            self._store.write("copies", copies.tobytes())
            start, renamed = start + len(copies), renamed + len(repeated)
        return renamed, first

    def _protein(self, title: bytes, line: int) -> BadInput:
        return BadInput(
            f"{self._place(line)}, record {shown_name(title, self._records + 1)}: more than a tenth of its letters are "
            f"no nucleotide codes ({unknown_letters(self._seen)}), so it looks like protein; give DNA or RNA, and "
            "write unknown bases as N"
        )

    def _not_text(self, place: str) -> BadInput:
        return BadInput(
            f"{place}: a control character among the letters, so it is no text; give FASTA, FASTQ or GenBank"
        )


def _first(pattern: re.Pattern[bytes], letters: bytes) -> int:
    """Where the first letter is that the histogram saw."""
    found = pattern.search(letters)
    assert found, "a letter that was counted is there"
    return found.start()
