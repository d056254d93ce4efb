"""Windows over long sequences: every base covered, none outside its record."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqtui.errors import Usage
from seqtui.readers.dna.windows import cut_windows


def test_a_record_of_ten_in_windows_of_four_ends_with_a_window_flush_with_its_end() -> None:
    windows = cut_windows(np.array([10]), window=4, stride=4)
    assert windows.starts.tolist() == [0, 4, 6]
    assert windows.lengths.tolist() == [4, 4, 4]


def test_starts_count_from_the_beginning_of_the_set() -> None:
    windows = cut_windows(np.array([3, 5, 7]), window=5, stride=2)
    assert windows.starts.tolist() == [0, 3, 8, 10]
    assert windows.lengths.tolist() == [3, 5, 5, 5]
    assert windows.parents.tolist() == [0, 1, 2, 2]


def test_an_empty_record_has_no_window() -> None:
    assert cut_windows(np.array([0, 2, 0]), window=3, stride=1).parents.tolist() == [1]


def test_no_records_are_no_windows() -> None:
    assert len(cut_windows(np.array([], np.int64), window=3, stride=1)) == 0


@given(
    st.lists(st.integers(0, 60), max_size=8),
    st.integers(1, 20).flatmap(lambda window: st.tuples(st.just(window), st.integers(1, window))),
)
def test_every_base_is_covered_within_its_record_and_no_window_comes_twice(
    lengths: list[int], sizes: tuple[int, int]
) -> None:
    window, stride = sizes
    windows = cut_windows(np.array(lengths, np.int64), window=window, stride=stride)
    owners = np.repeat(np.arange(len(lengths)), lengths)
    covered = np.zeros(len(owners), bool)
    for start, length, parent in zip(windows.starts, windows.lengths, windows.parents, strict=True):
        assert 0 <= start <= start + length <= len(owners)
        assert set(owners[start : start + length].tolist()) == {parent}
        assert length == min(window, lengths[parent])
        covered[start : start + length] = True
    assert covered.all()
    assert len(set(windows.starts.tolist())) == len(windows)
    assert (np.diff(windows.parents) >= 0).all()


def test_a_genome_is_cut_without_a_loop_over_its_bases() -> None:
    windows = cut_windows(np.array([3_000_000_000]), window=1000, stride=1000)
    assert len(windows) == 3_000_000
    assert int(windows.starts[-1]) == 2_999_999_000


@pytest.mark.parametrize(("window", "stride"), [(0, 1), (4, 0), (4, 5)])
def test_sizes_that_would_leave_bases_out_are_refused(window: int, stride: int) -> None:
    with pytest.raises(Usage, match="must"):
        cut_windows(np.array([10]), window=window, stride=stride)
