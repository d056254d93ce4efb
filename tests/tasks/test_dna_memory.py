"""Data larger than memory: a folder of files, both strands, and what is learned to write stay on the disk."""

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from seqtui.tasks.dna import Dna

from seqtui.readers import room_on_disk
from seqtui.readers.dna import corpus
from seqtui.task import Corpus

FILES, RECORDS, BASES = 8, 20, 200_000  # 32 million bases in all
MOST = 24 * 2**20  # bytes in memory at once, of which a file and the reading of it are 16 million


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEQTUI_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(room_on_disk, "IN_MEMORY", 2**20)
    monkeypatch.setattr(corpus, "MOST_COUNTED", 0)
    letters = np.random.default_rng(0).choice(np.frombuffer(b"ACGT", np.uint8), (RECORDS, BASES))
    made = tmp_path / "data"
    made.mkdir()
    for number in range(FILES):
        rows = np.roll(letters, number, axis=1)
        (made / f"{number}.fa").write_bytes(
            b"".join(b">r%d-%d class=%d\n%b\n" % (number, at, at % 2, row) for at, row in enumerate(rows))
        )
    return made


def load(folder: Path, **options: Any) -> tuple[Corpus, int]:
    """What is loaded, and the most bytes that were in memory meanwhile; what is mapped from a file is not."""
    tracemalloc.start()
    try:
        loaded = Dna().load(str(folder), options, seed=0, progress=lambda *_: None)
        return loaded, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_both_strands_of_a_folder_are_read_in_the_memory_of_one_file(folder: Path) -> None:
    loaded, most = load(folder, label_from="header", reverse_complement=True, window=5_000)
    assert most < MOST
    assert isinstance(loaded.train.values, np.memmap)
    assert loaded.train.values is loaded.test.values
    assert len(loaded.train.values) == 2 * FILES * RECORDS * BASES
    assert loaded.train.name(0).startswith("r")


def test_what_is_learned_to_write_is_read_in_the_memory_of_one_file(folder: Path) -> None:
    loaded, most = load(folder, goal="generate", reverse_complement=True)
    assert most < MOST
    assert all(isinstance(part.values, np.memmap) for part in (loaded.train, loaded.valid, loaded.test))
    assert len(loaded.test.values) == len(loaded.test) * (BASES + 2)


def test_the_doctor_of_a_folder_has_one_file_in_memory(folder: Path) -> None:
    tracemalloc.start()
    found = Dna().check([folder], {})
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < MOST
    assert found.facts["bases"] == FILES * RECORDS * BASES
    assert found.facts["duplicates"]["sequences"] == 0
