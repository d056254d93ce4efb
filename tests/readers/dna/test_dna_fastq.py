"""Random FASTQ, sound and odd, in random blocks: Biopython is the referee of records, places and refusals."""

import io
from pathlib import Path

import numpy as np
import pytest
from Bio.SeqIO.QualityIO import FastqGeneralIterator
from hypothesis import given, settings
from hypothesis import strategies as st

from seqtui.errors import BadInput
from seqtui.readers.dna.alphabet import decode
from seqtui.readers.dna.blocks import Blocks
from seqtui.readers.dna.fastq import read_fastq
from seqtui.readers.dna.files import fill, sequence_set
from seqtui.readers.dna.intake import Intake
from seqtui.readers.dna.policy import Tally
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.dna.store import Store


def read_in_blocks(path: Path, block: int) -> tuple[SequenceSet, Tally]:
    blocks = Blocks(path, block=block)
    with Store(blocks) as store:
        intake = Intake(store, lambda line: f"line {line}")
        stored = store.finish(fill(blocks, intake, lambda: read_fastq(blocks, intake)))
    return sequence_set(stored, "line {}".format, labels=None, notes=(), definitions_only=False), stored.tally


def a_record(title: str, letters: str, second: str, quality: str, odd: str) -> str:
    qualities = (quality * len(letters))[: len(letters)]
    match odd:
        case "wrapped":
            half = len(letters) // 2
            return f"@{title}\n{letters[:half]}\n{letters[half:]}\n+\n{qualities[:half]}\n{qualities[half:]}\n"
        case "blank line":
            return f"@{title}\n{letters}\n+\n{qualities}\n\n"
        case "short":
            return f"@{title}\n{letters}\n+\n{qualities[1:]}\n"
        case "spaced":
            return f"@{title}\n{letters} \n+\n{qualities} \n"
    return f"@{title}\n{letters}\n+{title * (second == 'same') + 'x' * (second == 'other')}\n{qualities}\n"


records = st.builds(
    a_record,
    st.text(alphabet="ab1 \té@+", max_size=5),
    st.text(alphabet="ACGTN", max_size=9) | st.sampled_from(["+ACGTACGTACGT", "@ACGTACGTACGT", "A\x01C", "A C"]),
    st.sampled_from(["none"] * 3 + ["same"] * 3 + ["other"]),
    st.text(alphabet="I@+#", min_size=1, max_size=3) | st.just("é"),
    st.sampled_from(["none"] * 12 + ["wrapped", "blank line", "short", "spaced"]),
)
plain = st.builds(
    a_record, st.text(alphabet="ab1 ", min_size=1, max_size=5), st.text(alphabet="ACGT", min_size=1, max_size=9),
    st.sampled_from(["none", "same"]), st.text(alphabet="I@+", min_size=1, max_size=3), st.just("none"),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    first=st.lists(plain, max_size=8), then=st.lists(records, max_size=4), block=st.integers(1, 200), cut=st.booleans()
)
def test_fastq_reads_as_biopython_reads_it(
    first: list[str], then: list[str], block: int, cut: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = "@r\nACGT\n+\nIIII\n" + "".join([*first, *then])[: -1 if cut else None]
    path = tmp_path_factory.getbasetemp() / "some.fq"
    path.write_text(text)
    try:
        expected = list(FastqGeneralIterator(io.StringIO(text)))
    except ValueError:
        with pytest.raises(BadInput, match=r"line \d+"):
            read_in_blocks(path, block)
        return
    if "\x01" in text:
        with pytest.raises(BadInput, match="a control character"):
            read_in_blocks(path, block)
        return
    read, tally = read_in_blocks(path, block)
    found = [decode(part) for part in np.split(read.codes, np.cumsum(read.lengths))[:-1]]
    full = [(title.strip(), letters.replace("+", "N").replace("@", "N")) for title, letters, _ in expected if letters]
    assert list(zip(read.headers, found, strict=True)) == full
    assert (tally.qualities, tally.empty) == (sum(len(each[2]) for each in expected), len(expected) - len(full))


def test_lines_are_counted_through_plain_and_odd_records(tmp_path: Path) -> None:
    path = tmp_path / "a.fq"
    plain = "".join(f"@r{number} x\nACGT\n+r{number} x\n@@@@\n" for number in range(20))
    path.write_text(plain + "@odd\nAC\nGT\n+\n@@\n@@\n@last\nAXACGTACGTACGT\n+\nIIIIIIIIIIIIII\n")
    read, tally = read_in_blocks(path, 100)
    assert list(read.places) == [f"line {1 + 4 * number}" for number in range(20)] + ["line 81", "line 87"]
    assert list(read.headers) == [f"r{number} x" for number in range(20)] + ["odd", "last"]
    assert tally.first_unknown == "line 88"
    path.write_text(plain + "@bad\nAC\x07GT\n+\nIIIII\n" + plain)
    with pytest.raises(BadInput, match="line 82: a control character"):
        read_in_blocks(path, 2000)
