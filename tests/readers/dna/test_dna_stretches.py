"""A genome becomes stretches that cover every base once; what can be split as it is stays as it is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqtui.readers.dna.corpus import load_texts
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.dna.stretches import FEWEST, LONGEST, SHORTEST, in_stretches
from seqtui.readers.grouped_split import Plan


def records(*lengths: int) -> SequenceSet:
    """Records of random bases."""
    names = [f"r{number}" for number in range(len(lengths))]
    codes = np.random.default_rng(0).integers(0, 4, sum(lengths)).astype(np.uint8)
    return SequenceSet(codes, np.array(lengths, np.int64), names, names, names, None)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 60_000), min_size=1, max_size=FEWEST - 1))
def test_every_base_stands_in_one_stretch_of_its_record(lengths: list[int]) -> None:
    whole = records(*lengths)
    cut = in_stretches(whole)
    assert cut.lengths.sum() == len(whole.codes)
    assert (cut.codes == whole.codes).all()
    found: dict[str, int] = {}
    for name, length in zip(cut.names, cut.lengths.tolist(), strict=True):
        record, _, region = name.partition(":")
        begin, end = map(int, region.split("-")) if region else (1, length)
        assert begin == found.get(record, 0) + 1
        assert end - begin + 1 == length < 2 * LONGEST
        found[record] = end
    assert {name: length for name, length in found.items() if length} == {
        name: length for name, length in zip(whole.names, lengths, strict=True) if length
    }


def test_a_genome_has_stretches_for_each_split(tmp_path) -> None:
    genome = tmp_path / "phage.fa"
    bases = "".join(np.random.default_rng(1).choice(list("ACGT"), 48_502))
    genome.write_text(f">lambda\n{bases}\n")
    loaded = load_texts(str(genome), Plan(0, 0, 0.1, 1), progress=lambda *_: None)
    assert len(loaded.sequences) == 40
    assert min(map(len, (loaded.split.train, loaded.split.valid, loaded.split.test))) >= 4
    assert "1 record cut into 40 stretches of about 1,212 bases" in loaded.notes[-1]
    assert loaded.sequences.lengths.min() >= SHORTEST


@pytest.mark.parametrize("lengths", [(3000,), (400,) * FEWEST, (90_000,) * FEWEST])
def test_what_is_too_little_or_enough_stays_whole(lengths: tuple[int, ...]) -> None:
    whole = records(*lengths)
    assert in_stretches(whole) is whole
