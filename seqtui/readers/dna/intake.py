"""Records of any nucleotide format, letters as they stand in the file, into a store: the one place of the policies."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput
from seqtui.readers.dna.names import copy_numbers, name_hashes, shown_name
from seqtui.readers.dna.policy import (
    CONTROLS,
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
from seqtui.readers.dna.store import Store

_CONTROL: Final = re.compile(b"[" + re.escape(CONTROLS + MARK) + b"]")
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

    def __init__(self, store: Store, place: Callable[[int], str], *, title_lines: int) -> None:
        """place: of a line, for sentences; title_lines: how many lines of a record come before its letters, 0 or 1."""
        self.comments = self.qualities = 0
        self.remarks: tuple[str, ...] = ()
        self._store, self._place, self._title_lines = store, place, title_lines
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

    def add(self, bodies: Sequence[bytes], titles: Sequence[bytes], lines: Numbers, *, goes_on_at: int) -> None:
        """bodies: the letters with which the open record goes on from line goes_on_at, and those of each new record.

        titles, lines: of the new records, one fewer than bodies. BadInput for control characters and for protein.
        """
        joined = MARK.join(bodies)
        seen = histogram(joined)
        starts = np.insert(lines + self._title_lines, 0, goes_on_at)
        if seen[MARK[0]] != len(titles) or count_of(seen, CONTROLS):
            raise self._not_text(bodies, starts)
        coded = joined.translate(TO_CODE, LEFT_OUT)
        codes = np.frombuffer(coded, np.uint8)
        marks = np.flatnonzero(codes == MARK_CODE) if titles else np.zeros(0, np.int64)
        lengths = np.diff(marks, prepend=-1, append=len(codes)) - 1
        unknown = np.zeros(len(bodies), np.int64)
        if count_of(seen, UNKNOWN):
            at = np.flatnonzero(codes == UNKNOWN_CODE)
            unknown = np.bincount(np.searchsorted(marks, at), minlength=len(bodies))
            self._first_unknown = self._first_unknown or self._place(_line_of(_UNKNOWN, bodies, starts))
        if titles or unknown.any():
            coded = coded.translate(UNKNOWN_TO_N, bytes([MARK_CODE]))
        self._seen += seen
        self._seen[list(MARK + b"\r\n")] = 0
        self._bases += len(coded)
        self._store.write("codes", coded)
        self._shift(titles, lines, lengths, unknown)

    def close(self) -> None:
        """The open record has ended."""
        if self._open:
            last, self._open = self._open, None
            self._keep([last.title], np.array([last.line]), np.array([last.length]), np.array([last.unknown]))

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

    def _shift(self, titles: Sequence[bytes], lines: Numbers, lengths: Numbers, unknown: Numbers) -> None:
        """Closes every record but the last."""
        if self._open:
            self._open.length += int(lengths[0])
            self._open.unknown += int(unknown[0])
        if titles:
            self.close()
            self._keep(titles[:-1], lines[:-1], lengths[1:-1], unknown[1:-1])
            self._open = _Open(titles[-1], int(lines[-1]), int(lengths[-1]), int(unknown[-1]))

    def _keep(self, titles: Sequence[bytes], lines: Numbers, lengths: Numbers, unknown: Numbers) -> None:
        foreign = np.flatnonzero(unknown * UNKNOWN_SHARE > lengths).tolist()
        if foreign:
            raise self._protein(titles[foreign[0]], int(lines[foreign[0]]))
        full = np.flatnonzero(lengths).tolist()
        if len(full) < len(lengths):
            self._first_empty = self._first_empty or self._place(int(lines[np.argmin(lengths)]))
            self._empty += len(lengths) - len(full)
            titles, lines, lengths = [titles[index] for index in full], lines[full], lengths[full]
        if not titles:
            return
        ends = self._titles_size + np.cumsum(np.fromiter(map(len, titles), np.int64, len(titles)))
        self._titles_size = int(ends[-1])
        self._store.write("lengths", lengths.astype(np.int64).tobytes())
        self._store.write("titles", b"".join(titles))
        self._store.write("title_ends", ends.tobytes())
        self._store.write("lines", lines.astype(np.int64).tobytes())
        self._store.write("hashes", name_hashes(titles, self._records + 1).tobytes())
        self._records += len(titles)

    def _number_copies(self) -> tuple[int, str]:
        """Writes the copies column, if there is a repeated name. How many there are, and the place of the first."""
        hashes, copies = self._store.hashes, np.zeros(0, np.int32)
        renamed = 0
        for index, copy in copy_numbers(
            lambda: (np.frombuffer(part, np.int64) for part in hashes.parts()), self._records
        ):
            if len(index) and not len(copies):
                copies = np.ones(self._records, np.int32)
            copies[index] = copy
            renamed += len(index)
        self._store.write("copies", copies.tobytes())
        if not renamed:
            return 0, ""
        lines = self._store.columns["lines"]
        first = int(np.argmax(copies > 1))
        return renamed, self._place(lines.number_at(first))

    def _protein(self, title: bytes, line: int) -> BadInput:
        return BadInput(
            f"{self._place(line)}, record {shown_name(title, self._records + 1)}: more than a tenth of its letters are "
            f"no nucleotide codes ({unknown_letters(self._seen)}), so it looks like protein; give DNA or RNA, and "
            "write unknown bases as N"
        )

    def _not_text(self, bodies: Sequence[bytes], starts: Numbers) -> BadInput:
        place = self._place(_line_of(_CONTROL, bodies, starts))
        return BadInput(
            f"{place}: a control character among the letters, so it is no text; give FASTA, FASTQ or GenBank"
        )


def _line_of(pattern: re.Pattern[bytes], bodies: Sequence[bytes], starts: Numbers) -> int:
    """The line of the first match in `bodies`, which begin on the lines `starts`."""
    for body, start in zip(bodies, starts.tolist(), strict=True):
        if found := pattern.search(body):
            return int(start) + body.count(b"\n", 0, found.start())
    raise AssertionError("the histogram saw a letter that is not there")
