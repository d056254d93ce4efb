"""Random messy FASTA: the block scanner against a slow reading line by line, and against Biopython."""

import io
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqtui.errors import BadInput
from seqtui.readers.dna.alphabet import LETTERS, decode
from seqtui.readers.dna.blocks import Blocks
from seqtui.readers.dna.fasta import read_fasta
from seqtui.readers.dna.files import fill, sequence_set
from seqtui.readers.dna.intake import Intake
from seqtui.readers.dna.policy import Tally, histogram
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.dna.store import Store


def read_in_blocks(path: Path, block: int) -> tuple[SequenceSet, Tally]:
    """As `survey` reads FASTA, but in blocks of a few bytes."""
    blocks = Blocks(path, block=block)
    with Store(blocks) as store:
        intake = Intake(store, lambda line: f"line {line}")
        stored = store.finish(fill(blocks, intake, lambda: read_fasta(blocks, intake)))
    place = "line {}".format
    return sequence_set(stored, place, labels=None, notes=(), definitions_only=False), stored.tally


@dataclass
class Slow:
    """What a reading line by line, letter by letter, finds."""

    records: list[tuple[str, int, str]] = field(default_factory=list)
    lower: int = 0
    unknown: int = 0
    left_out: int = 0
    first_unknown: str = ""

    def letters(self, line: str, number: int) -> str:
        kept = ""
        for letter in line:
            self.lower += letter.isascii() and letter.islower()
            if letter in "-.* \t0123456789":
                self.left_out += 1
                continue
            upper = letter.upper().replace("U", "T")
            if upper not in LETTERS:
                self.unknown += 1
                self.first_unknown = self.first_unknown or f"line {number}"
                upper = "!"
            kept += upper
        return kept


def read_slowly(text: str) -> Slow | None:
    """None where a record must be refused."""
    slow = Slow()
    for number, line in enumerate(re.split("\r\n|\r|\n", text), 1):
        if line.startswith(">"):
            slow.records.append((line[1:].strip(), number, ""))
        elif not line.startswith(";") and slow.records:
            title, at, letters = slow.records[-1]
            slow.records[-1] = (title, at, letters + slow.letters(line, number))
    if any(10 * letters.count("!") > len(letters) for _, _, letters in slow.records):
        return None
    slow.records = [(title, at, letters.replace("!", "N")) for title, at, letters in slow.records if letters]
    return slow


clean_lines = st.text(alphabet="ACGT", max_size=30)
messy_lines = st.text(alphabet="ACGTacgtNnRyUu-.* \t19", max_size=40)
odd_lines = st.text(alphabet="ACGT" * 8 + "X?>;E@~", max_size=40)
titles = st.text(alphabet="ab1 >;|\t", max_size=4).map(lambda text: ">" + text)
comments = st.text(alphabet="aA >;", max_size=4).map(lambda text: ";" + text)
lines = st.one_of(clean_lines, clean_lines, messy_lines, odd_lines, titles, comments)
newlines = st.sampled_from(["\n"] * 8 + ["\r\n", "\r"])
texts = st.builds(
    lambda rows, end: ">first\n" + "".join(line + newline for line, newline in rows) + end,
    st.lists(st.tuples(lines, newlines), max_size=25),
    st.sampled_from(["", "A", ">last", ";end", "\r"]),
)


@settings(max_examples=300, deadline=None)
@given(text=texts, block=st.integers(1, 60), marked=st.booleans())
def test_messy_fasta_reads_as_it_does_line_by_line(
    text: str, block: int, marked: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "messy.fa"
    block = max(block, 3) if marked else block
    path.write_bytes((b"\xef\xbb\xbf" if marked else b"") + text.encode())
    slow = read_slowly(text)
    if slow is None:
        with pytest.raises(BadInput, match="looks like protein"):
            read_in_blocks(path, block)
        return
    read, tally = read_in_blocks(path, block)
    found = [decode(part) for part in np.split(read.codes, np.cumsum(read.lengths))[:-1]]
    assert list(zip(read.headers, read.places, found, strict=True)) == [
        (title, f"line {at}", letters) for title, at, letters in slow.records
    ]
    assert (tally.lower_case, tally.unknown) == (slow.lower, slow.unknown)
    assert tally.gaps + tally.stops + tally.blanks + tally.digits == slow.left_out
    assert tally.first_unknown == slow.first_unknown
    assert tally.byte_order_mark == marked
    assert tally.letters.tolist() == np.bincount(read.codes, minlength=15).tolist()
    assert len(set(read.names)) == len(read) == tally.records
    assert tally.renamed == sum(name.endswith(")") for name in read.names)


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(st.one_of(clean_lines, titles), max_size=20), block=st.integers(1, 60))
def test_biopython_reads_the_same_records(
    rows: list[str], block: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from Bio.SeqIO.FastaIO import SimpleFastaParser

    text = "\n".join([">first", "ACGT", *rows])
    path = tmp_path_factory.getbasetemp() / "referee.fa"
    path.write_text(text)
    expected = [(title.strip(), letters) for title, letters in SimpleFastaParser(io.StringIO(text)) if letters]
    read, _ = read_in_blocks(path, block)
    found = [decode(part) for part in np.split(read.codes, np.cumsum(read.lengths))[:-1]]
    assert list(zip(read.headers, found, strict=True)) == expected


@given(letters=st.binary(max_size=200))
def test_the_histogram_counts_every_byte(letters: bytes) -> None:
    assert histogram(letters).tolist() == np.bincount(np.frombuffer(letters, np.uint8), minlength=256).tolist()
