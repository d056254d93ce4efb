"""One long film becomes pieces that hold every frame once; what can be split as it is stays as it is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqtui.readers.clips.clip_set import ClipSet
from seqtui.readers.clips.corpus import load_films
from seqtui.readers.clips.pieces import FEWEST, SHORTEST, in_pieces
from seqtui.readers.clips.sources import Reading
from seqtui.readers.grouped_split import Plan
from seqtui.shapes import Pictures


def films(*lengths: int, splits: list[str] | None = None) -> ClipSet:
    """Clips of 2 × 2 random pixels."""
    values = np.random.default_rng(0).integers(0, 256, (sum(lengths), 4)).astype(np.uint8)
    names = [f"film{number}" for number in range(len(lengths))]
    labels = [name[-1] for name in names]
    return ClipSet(values, np.array(lengths, np.int64), names, labels, Pictures(2, 2), splits)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(2, 900), min_size=1, max_size=FEWEST - 1))
def test_every_frame_stands_in_one_piece_of_its_film(lengths: list[int]) -> None:
    whole = films(*lengths)
    cut = in_pieces(whole)
    assert cut.values is whole.values
    assert cut.lengths.sum() == sum(lengths)
    assert cut.lengths.min() >= min(SHORTEST, *lengths)
    found: dict[str, int] = {}
    for name, label, length in zip(cut.names, cut.labels, cut.lengths.tolist(), strict=True):
        film, _, region = name.partition(":")
        begin, end = map(int, region.split("-")) if region else (1, length)
        assert (begin, end - begin + 1, film[-1]) == (found.get(film, 0) + 1, length, label)
        found[film] = end
    assert list(found.values()) == lengths


@pytest.mark.parametrize(("lengths", "splits"), [((100,), None), ((90,) * FEWEST, None), ((500,), ["train"])])
def test_what_is_too_little_or_enough_stays_whole(lengths: tuple[int, ...], splits: list[str] | None) -> None:
    whole = films(*lengths, splits=splits)
    assert in_pieces(whole) is whole


def test_one_film_has_pieces_for_each_split(tmp_path) -> None:
    frames = np.random.default_rng(1).integers(0, 256, (190, 16, 16)).astype(np.uint8)
    np.save(tmp_path / "film.npy", frames)
    loaded = load_films(
        str(tmp_path / "film.npy"), Reading(16, False, None, None, None), Plan(0, 0, 0.1, 1),
        conditioned=False, given=4, progress=lambda *_: None,
    )  # fmt: skip
    assert len(loaded.clips) == 21
    assert min(map(len, (loaded.split.train, loaded.split.valid, loaded.split.test))) >= 1
    assert "one film was cut into 21 pieces of 9 frames" in " ".join(loaded.notes)
    assert set(loaded.scores) == {"copy last frame", "linear extrapolation", "mean frame"}
