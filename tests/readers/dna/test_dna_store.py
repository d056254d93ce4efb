"""Large readings: mapped from a cache, in little memory, and read anew where the cache cannot be trusted."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from seqtui.errors import BadInput, SeqtuiError
from seqtui.readers.dna import repeats
from seqtui.readers.dna.blocks import Blocks
from seqtui.readers.dna.fasta import read_fasta
from seqtui.readers.dna.files import fill, survey
from seqtui.readers.dna.intake import Intake
from seqtui.readers.dna.names import shown_name
from seqtui.readers.dna.policy import Tally
from seqtui.readers.dna.repeats import copy_numbers
from seqtui.readers.dna.store import COLUMNS, Store, Stored, reopen
from seqtui.readers.dna.titles import name_hashes, titles_of


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEQTUI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def fasta(tmp_path: Path) -> Path:
    path = tmp_path / "some.fa"
    path.write_text("".join(f">r{number % 90} x\n{'ACGT' * (number % 5)}\n" for number in range(100)))
    return path


def read_to_disk(path: Path) -> Stored:
    """As `survey` reads, but to files from the first hundred bytes on."""
    blocks = Blocks(path)
    with Store(blocks, in_memory=100) as store:
        intake = Intake(store, str)
        return store.finish(fill(blocks, intake, lambda: read_fasta(blocks, intake)))


def same(one: Stored, other: Stored) -> bool:
    return all(np.array_equal(one.columns[name], other.columns[name]) for name in COLUMNS)


def cache_of(home: Path) -> Path:
    (folder,) = (home / "data" / "dna").iterdir()
    return folder


def test_a_reading_is_mapped_and_opened_again_as_it_was(home: Path, fasta: Path) -> None:
    stored = read_to_disk(fasta)
    assert all(isinstance(column, np.memmap) for column in stored.columns.values())
    assert stored.tally.renamed == 8
    told: list[str] = []
    again = reopen(Blocks(fasta), progress=lambda what, _done, _total: told.append(what))
    assert again is not None and same(stored, again)
    assert set(told) == {"checking some.fa"}
    for name in Tally.__slots__:
        assert np.array_equal(getattr(again.tally, name), getattr(stored.tally, name))
    assert sorted(path.name for path in cache_of(home).iterdir()) == sorted([*COLUMNS, "facts.json"])


@pytest.mark.parametrize("name", ["codes", "lengths", "copies", "facts.json"])
@pytest.mark.parametrize("harm", ["cut", "flip", "remove", "empty"])
def test_a_damaged_cache_is_not_used_and_is_made_anew(name: str, harm: str, home: Path, fasta: Path) -> None:
    stored = read_to_disk(fasta)
    intact = {name: np.array(column) for name, column in stored.columns.items()}
    path = cache_of(home) / name
    data = path.read_bytes()
    path.unlink()
    if harm != "remove":
        middle = len(data) // 2
        flipped = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
        path.write_bytes({"cut": data[:-1], "flip": flipped, "empty": b""}[harm])
    if (name, harm) != ("facts.json", "flip"):
        assert reopen(Blocks(fasta), progress=lambda *_: None) is None
    assert same(read_to_disk(fasta), Stored(intact, stored.tally))
    assert reopen(Blocks(fasta), progress=lambda *_: None) is not None


def test_facts_that_are_json_of_something_else_are_not_trusted(home: Path, fasta: Path) -> None:
    read_to_disk(fasta)
    path = cache_of(home) / "facts.json"
    facts = json.loads(path.read_text())
    for wrong in ([], {}, {**facts, "columns": {}}, {**facts, "tally": {"seen": []}}, {**facts, "tally": 3}):
        path.write_text(json.dumps(wrong))
        assert reopen(Blocks(fasta), progress=lambda *_: None) is None


def test_a_changed_file_is_read_anew_and_takes_the_place_of_the_old(home: Path, fasta: Path) -> None:
    read_to_disk(fasta)
    facts = fasta.stat()
    os.utime(fasta, ns=(facts.st_atime_ns, facts.st_mtime_ns + 1))
    assert reopen(Blocks(fasta), progress=lambda *_: None) is None
    read_to_disk(fasta)
    assert cache_of(home).is_dir()


def test_a_refused_file_leaves_nothing_behind(home: Path, fasta: Path) -> None:
    fasta.write_text(fasta.read_text() + ">p\nMEEPQSDPLV\n")
    with pytest.raises(BadInput, match="looks like protein"):
        read_to_disk(fasta)
    assert list((home / "data" / "dna").iterdir()) == []


def test_a_cache_folder_that_cannot_be_written_is_told(home: Path, fasta: Path) -> None:
    home.write_text("a file where the folder should be")
    with pytest.raises(SeqtuiError, match=r"some\.fa cannot be kept in the cache folder .*SEQTUI_HOME"):
        read_to_disk(fasta)


def test_a_file_that_grows_while_it_is_read_is_refused(home: Path, fasta: Path) -> None:
    del home

    def append(_what: str, _done: int, _total: int) -> None:
        with fasta.open("a") as file:
            file.write("\n")

    with pytest.raises(BadInput, match="changed while it was read"):
        survey(fasta, progress=append)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from Linux")
@pytest.mark.parametrize("packed", [False, True])
def test_a_long_line_is_read_in_little_memory(packed: bool, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "long.fa"
    with gzip.open(path, "wb", 1) if packed else path.open("wb") as file:
        file.write(b">long\n")
        for _ in range(100):
            file.write(b"ACGTTGCA" * 200_000)
    code = """
import re, sys
from pathlib import Path
from seqtui.readers.dna.files import read_sequences
read = read_sequences(Path(sys.argv[1]))
# not ru_maxrss, which a child has from its parent
print(int(read.lengths[0]), read.codes[-1], re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
"""
    environment = {**os.environ, "SEQTUI_HOME": str(home)}
    command = [sys.executable, "-P", "-c", code, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=environment)
    length, last, kibibytes = map(int, done.stdout.split())
    assert (length, last) == (160_000_000, 0)
    assert kibibytes < 150 * 1024


@pytest.mark.parametrize("different", [1, 3, 2_000, 10**18])
def test_repeated_names_are_found_in_groups_as_at_once(
    different: int, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "AT_A_TIME", 50)
    hashes = np.random.default_rng(3).integers(-different, different, 3_001)
    order = np.argsort(hashes, kind="stable")
    first = np.searchsorted(hashes[order], hashes[order])
    expected = np.empty(len(hashes), np.int64)
    expected[order] = np.arange(len(hashes)) - first + 1
    found = [*copy_numbers(np.array_split(hashes, 7), len(hashes))]
    assert len(found) == (64 if different < 10**18 else 0)
    assert np.array_equal(np.concatenate([*found, np.ones(0, np.int32)]), expected if found else [])
    assert list((home / "data").iterdir()) == []


def test_what_is_read_to_find_repeated_names_grows_as_the_records_do(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del home
    monkeypatch.setattr(repeats, "AT_A_TIME", 50)
    asked = 0

    def parts() -> Iterator[NDArray[np.int64]]:
        nonlocal asked
        for begin in range(0, 4_000, 100):
            asked += 1
            yield np.arange(begin, begin + 100)

    assert [*copy_numbers(parts(), 4_000)] == []
    assert asked == 40


names = st.text(alphabet="ab1|\t .", max_size=30).map(str.encode) | st.binary(max_size=12).map(
    lambda data: data.replace(b"\0", b"?").replace(b"\n", b"?")
)


@given(titles=st.lists(names | st.sampled_from([b"x" * 199, b"x" * 200, b"x" * 201, b"abcdefgh"]), max_size=8))
def test_two_titles_have_one_hash_where_they_show_one_name(titles: list[bytes]) -> None:
    shown = [shown_name(title, index + 1) for index, title in enumerate(titles)]
    together = name_hashes(titles_of(titles), 1).tolist()
    assert together == [int(name_hashes(titles_of([title]), index + 1)[0]) for index, title in enumerate(titles)]
    assert len(set(together)) == len(set(shown))
    assert all(
        (one == other) == (a == b)
        for one, a in zip(together, shown, strict=True)
        for other, b in zip(together, shown, strict=True)
    )
