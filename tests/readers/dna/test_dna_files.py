"""Nucleotide files, sound and messy: what is read, what is said about it, what is refused."""

import gzip
import io
import lzma
import os
import tarfile
from pathlib import Path

import numpy as np
import pytest

from seqtui.errors import BadInput, NotFound
from seqtui.readers.dna.alphabet import decode
from seqtui.readers.dna.doctor_file import examine_file
from seqtui.readers.dna.files import SUFFIXES, read_sequences, survey
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.dna.sources import load_unlabelled
from seqtui.readers.unpacked_file import BLOCK, silent

DNA = Path(__file__).parents[4] / "shared" / "data" / "dna"


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQTUI_HOME", str(tmp_path / "home"))


def written(folder: Path, data: bytes, name: str = "a.fa") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def tar_of(data: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        member = tarfile.TarInfo("a.fa")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return made.getvalue()


def sequences(read: SequenceSet) -> list[str]:
    return [decode(part) for part in np.split(read.codes, read.starts[1:])] if len(read) else []


def test_records_have_names_headers_places_and_letters(tmp_path: Path) -> None:
    read = read_sequences(written(tmp_path, b"\n>one first  of all\nACGT\nRYSW\n\n> two\nKMBDHVN\n"))
    assert sequences(read) == ["ACGTRYSW", "KMBDHVN"]
    assert list(read.names) == ["one", "two"]
    assert list(read.headers) == ["one first  of all", "two"]
    assert list(read.places) == ["a.fa, line 2", "a.fa, line 6"]
    assert read.lengths.tolist() == [8, 7]
    assert (read.labels, read.notes) == (None, ())


def test_every_policy_is_counted_and_said(tmp_path: Path) -> None:
    data = b">a\nacgtNNNNNNNN\n>b\nUU-.*1 2\tAu\nACGTACGTACGTACXA\n>c\n\n>a\nAC\n>a\nG\n;no\n"
    read, tally = survey(written(tmp_path, data))
    assert sequences(read) == ["ACGTNNNNNNNN", "TTATACGTACGTACGTACNA", "AC", "G"]
    assert list(read.names) == ["a", "b", "a (2)", "a (3)"]
    assert (tally.lower_case, tally.uracil, tally.gaps, tally.stops) == (5, 3, 2, 1)
    assert (tally.digits, tally.blanks, tally.unknown) == (2, 2, 1)
    assert (tally.records, tally.empty, tally.renamed, tally.comments) == (4, 1, 2, 1)
    assert tally.letters.sum() == len(read.codes)
    assert tally.letters[14] == 9
    assert read.notes == (
        "5 lower-case letters (soft-masked: mostly repeats) were read as upper case; the masking is not kept",
        "3 letters U were read as T",
        "2 gaps (- and .) were removed",
        "1 stops (*) were removed",
        "4 blanks and digits inside sequence lines were removed",
        "1 letters that are no nucleotide codes (X 1) were read as N, the first in a.fa, line 5",
        "1 records without a letter were left out, the first at a.fa, line 6",
        "2 records have the name of an earlier one and got a number, as in 'name (2)', the first at a.fa, line 8",
        "1 comment lines (;) were left out",
    )


@pytest.mark.parametrize(
    ("data", "counts"),
    [
        (b">a\r\nAC\r\nGT\r\n>b\r\nT\r\n", (False, 5, 0)),
        (b">a\rAC\rGT\r>b\rT\r", (False, 0, 5)),
        (b"\xef\xbb\xbf>a\nAC\nGT\n>b\nT", (True, 0, 0)),
    ],
)
def test_windows_and_mac_newlines_and_a_byte_order_mark_are_read_and_noted(
    data: bytes, counts: tuple[bool, int, int], tmp_path: Path
) -> None:
    read, tally = survey(written(tmp_path, data))
    assert sequences(read) == ["ACGT", "T"]
    assert list(read.places) == ["a.fa, line 1", "a.fa, line 4"]
    assert (tally.byte_order_mark, tally.windows_newlines, tally.old_mac_newlines) == counts
    assert len(read.notes) == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "a.fa is empty"),
        (b"\n;only\n\n", "a.fa holds no FASTA record"),
        (b"\n; x\n ACGT\n>a\nA\n", r"a\.fa, line 3: a FASTA file begins with a title line \('>name'\), .* 'ACGT'"),
        (b">a\n\n>b\n-\n", r"a\.fa has titles but no letters, the first at a\.fa, line 1"),
        (b">a\nACGT\n>p x\nMEEPQ\nSDPLV\n", r"a\.fa, line 3, record p: .* \(E 2, P 2, L 1, Q 1\).* looks like protein"),
        (b">a\nACGT\nAC\x07GT\n", r"a\.fa, line 3: a control character"),
        (b">a\nACGT\nAC\x01GT\n>b\nA\n", r"a\.fa, line 3: a control character"),
        (">a\nAC\n".encode("utf-16"), r"a\.fa is UTF-16"),
        (">a\nAC\n".encode("utf-16-le"), r"a\.fa is not text: byte 1 is zero"),
        (b"\x89PNG\r\n\x1a\n\xff", r"a\.fa, line 1: a FASTA file begins with"),
        (b">" + b"x" * 2**21 + b"\nA\n", r"a\.fa, line 1: a title of more than 1,048,576 bytes"),
        (lzma.compress(b">a\nACGT\n"), "packed with xz"),
        (gzip.compress(gzip.compress(b">a\nACGT\n")), r"a\.fa holds gzip inside its gzip; unpack it"),
        (gzip.compress(tar_of(b">a\nACGT\n")), r"a\.fa holds tar inside its gzip; unpack it"),
    ],
)
def test_what_is_no_nucleotide_file_is_refused_with_a_sentence(data: bytes, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=sentence):
        read_sequences(written(tmp_path, data))


def test_a_tenth_of_unknown_letters_is_read_and_more_is_not(tmp_path: Path) -> None:
    assert sequences(read_sequences(written(tmp_path, b">a\nACGTACGTAX\n"))) == ["ACGTACGTAN"]
    with pytest.raises(BadInput, match="looks like protein"):
        read_sequences(written(tmp_path, b">a\nACGTACGTX\n"))


def test_names_are_unique_and_safe_whatever_the_titles_hold(tmp_path: Path) -> None:
    titles = ["a\x1b[31m", "a\x1b[31m z", "é", "\u200b", "", "x" * 300 + "1", "x" * 300 + "2", "a\u2028(2)", "a", "a"]
    read = read_sequences(written(tmp_path, "".join(f">{title}\nAC\n" for title in titles).encode()))
    names = list(read.names)
    assert len(set(names)) == len(titles)
    assert names[:5] == ["a␛[31m", "a␛[31m (2)", "é", "record 4", "record 5"]
    assert names[7:] == ["a_(2)", "a", "a (2)"]
    assert read.names[-1] == "a (2)"
    with pytest.raises(IndexError):
        read.names[len(titles)]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_suffix_is_read(suffix: str, tmp_path: Path) -> None:
    kind = suffix.removesuffix(".gz")
    if kind in (".fq", ".fastq"):
        text = b"@a\nACGTT\n+\nIIIII\n"
    elif kind in (".gb", ".gbk", ".gbff", ".genbank"):
        text = b"LOCUS       a   5 bp    DNA     linear   UNK\nDEFINITION  d.\nORIGIN\n        1 acgtt\n//\n"
    else:
        text = b">a\nACGTT\n"
    for name in (f"x{suffix}", f"X{suffix.upper()}", "unknown"):
        data = gzip.compress(text) if suffix.endswith(".gz") else text
        assert sequences(read_sequences(written(tmp_path, data, name))) == ["ACGTT"]


def test_what_begins_as_another_format_is_read_as_that(tmp_path: Path) -> None:
    """Reads saved as .fasta, and whatever comes by stdin."""
    assert sequences(read_sequences(written(tmp_path, b"@a\nACGTT\n+\n@IIII\n"))) == ["ACGTT"]
    assert sequences(read_sequences(written(tmp_path, b">a\nACGTT\n", "a.fastq.gz"))) == ["ACGTT"]
    assert sequences(load_unlabelled(str(written(tmp_path, b"x,a,ACGTT\n")), progress=silent)) == ["ACGTT"]
    assert examine_file(written(tmp_path, b"seq;label\nACGTT;x\n")).format == "table"


def test_lower_case_without_upper_case_masks_nothing(tmp_path: Path) -> None:
    read, _ = survey(written(tmp_path, b">a\nacgt\n>b\nac-gu\n"))
    assert read.notes[0] == "8 letters, all there are, stand in lower case and were read as upper case"


def test_a_file_of_unknown_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"x\.txt is not FASTA .*: it begins with 'hello'"):
        read_sequences(written(tmp_path, b"hello", "x.txt"))
    with pytest.raises(NotFound, match="there is no file"):
        read_sequences(tmp_path / "none.fa")
    with pytest.raises(BadInput, match="not a regular file"):
        read_sequences(tmp_path)
    os.mkfifo(tmp_path / "pipe.fa")
    with pytest.raises(BadInput, match="not a regular file"):
        read_sequences(tmp_path / "pipe.fa")


def test_gzip_of_several_members_is_one_file(tmp_path: Path) -> None:
    data = gzip.compress(b">a\nAC") + gzip.compress(b"GT\n>b") + gzip.compress(b"\nTT\n") + b"\0" * 100
    assert sequences(read_sequences(written(tmp_path, data, "a.fa.gz"))) == ["ACGT", "TT"]


def test_cut_off_gzip_is_refused_with_what_was_read(tmp_path: Path) -> None:
    letters = np.random.default_rng(0).choice(list(b"ACGT"), 30_000).astype(np.uint8).tobytes()
    whole = gzip.compress(b">a\n" + letters[:10_000] + b"\n>b\n" + letters[10_000:])
    with pytest.raises(BadInput, match=r"a\.fa\.gz is cut off: .* after 2 records with 2\d,\d\d\d letters"):
        read_sequences(written(tmp_path, whole[:-500], "a.fa.gz"))
    damaged = whole[:-6] + bytes([whole[-6] ^ 255]) + whole[-5:]
    with pytest.raises(BadInput, match=r"a\.fa\.gz is damaged near byte"):
        read_sequences(written(tmp_path, damaged, "a.fa.gz"))


def test_fastq_keeps_letters_and_counts_qualities(tmp_path: Path) -> None:
    data = b"@r1 x\r\nACG\r\nTn\r\n+\r\n@@@\r\n@@\r\n@r1\r\nAU\r\n+r1\r\n+@\r\n@e\r\n\r\n+\r\n\r\n"
    read, tally = survey(written(tmp_path, data, "a.fq"))
    assert sequences(read) == ["ACGTN", "AT"]
    assert list(read.names) == ["r1", "r1 (2)"]
    assert list(read.places) == ["a.fq, line 1", "a.fq, line 7"]
    assert (tally.qualities, tally.empty, tally.first_empty) == (7, 1, "a.fq, line 11")
    assert "7 quality values were ignored" in read.notes


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"@a\nACGT\n+\nIIII\n@b\nACGT\n+\nII\n", r"a\.fq, line 8, in the record of line 5: Lengths of sequence"),
        (b"@a\nACGT\n", r"a\.fq, line 2, in the record of line 1: End of file"),
        (b"a\nACGT\n", r"a\.fq, line 1, .*should start with '@'"),
        (b"@p\nMEEPQSDPLV\n+\nIIIIIIIIII\n", r"a\.fq, line 1, record p: .*looks like protein"),
    ],
)
def test_broken_fastq_is_refused_with_its_line(data: bytes, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=sentence):
        read_sequences(written(tmp_path, data, "a.fq"))


def test_progress_is_told_with_the_bytes_of_the_file(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    path = written(tmp_path, b">a\n" + b"ACGT" * 300_000)
    read_sequences(path, progress=lambda *news: told.append(news))
    size = path.stat().st_size
    assert [what for what, _, _ in told] == ["reading a.fa"] * 3
    assert [done for _, done, _ in told] == [BLOCK, 2 * BLOCK, size]
    assert {total for _, _, total in told} == {size}


@pytest.mark.skipif(not DNA.exists(), reason="the shared data are not here")
@pytest.mark.parametrize("name", ["uci-promoters/promoters.fasta", "uci-splice-junction/splice.fasta"])
def test_the_published_sets_are_what_biopython_reads(name: str) -> None:
    from Bio.SeqIO.FastaIO import SimpleFastaParser

    with (DNA / name).open() as file:
        expected = list(SimpleFastaParser(file))
    read = read_sequences(DNA / name)
    assert list(read.headers) == [title for title, _ in expected]
    assert sequences(read) == [letters.upper() for _, letters in expected]
    assert len(set(read.names)) == len(read)
