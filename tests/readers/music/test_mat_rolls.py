"""Piano-roll sets in .mat files, and the baselines that the field knows for two of them."""

from pathlib import Path

import numpy as np
import pytest
from scipy.io import loadmat, savemat

from seqtui.errors import BadInput
from seqtui.readers.music.baselines import frame_baselines, token_baselines
from seqtui.readers.music.mat_rolls import read_rolls

ROLLS = Path(__file__).parents[4] / "shared" / "data" / "music" / "piano-rolls"


def cell(*records: np.ndarray) -> np.ndarray:
    made = np.empty((1, len(records)), dtype=object)
    for index, record in enumerate(records):
        made[0, index] = record
    return made


def frames(steps: int) -> np.ndarray:
    return np.ones((steps, 88), np.uint8)


def test_a_set_keeps_its_splits_and_leaves_out_what_is_no_roll(tmp_path: Path) -> None:
    path = tmp_path / "set.mat"
    wrong = cell(frames(3), np.ones((3, 87)), frames(4) * 2, frames(1))
    savemat(path, {"traindata": wrong, "validdata": cell(frames(2)), "testdata": cell(frames(5))}, do_compression=True)
    splits, problems = read_rolls(path)
    assert [len(splits[name]) for name in ("train", "valid", "test")] == [1, 1, 1]
    assert splits["test"][0].name == "set.mat testdata record 1"
    assert problems == [
        "set.mat traindata record 2 is left out: its shape is (3, 87), and should be (frames, 88)",
        "set.mat traindata record 3 is left out: it holds other values than 0 and 1",
        "set.mat traindata record 4 is left out: it has 1 frame; a next frame needs at least 2",
    ]


def test_another_mat_file_is_refused_by_what_it_lacks(tmp_path: Path) -> None:
    savemat(tmp_path / "other.mat", {"traindata": cell(frames(2))})
    with pytest.raises(BadInput, match="lacks validdata, testdata"):
        read_rolls(tmp_path / "other.mat")


@pytest.mark.parametrize("data", [b"", b"not MATLAB", b"MATLAB 5.0" + bytes(200), b"MATLAB 5.0" + b"\xff" * 400])
def test_bytes_that_are_no_set_are_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "bad.mat"
    path.write_bytes(data)
    with pytest.raises(BadInput, match=r"bad\.mat"):
        read_rolls(path)


def test_a_truncated_set_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "set.mat"
    whole = {"traindata": cell(frames(9)), "validdata": cell(frames(9)), "testdata": cell(frames(9))}
    for compressed in (False, True):
        savemat(path, whole, do_compression=compressed)
        path.write_bytes(path.read_bytes()[:-30])
        with pytest.raises(BadInput, match=r"set\.mat"):
            read_rolls(path)


def test_sets_read_as_scipy_reads_them_packed_or_not(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    kinds = (np.uint8, np.float64, np.int16, np.bool_)
    records = [(rng.random((steps, 88)) < 0.1).astype(kind) for steps, kind in enumerate(kinds, start=2)]
    for compressed in (False, True):
        whole = {"other": "text", "traindata": cell(*records), "validdata": frames(4), "testdata": cell(frames(1000))}
        savemat(tmp_path / "set.mat", whole, do_compression=compressed)
        splits, problems = read_rolls(tmp_path / "set.mat")
        assert problems == []
        assert all(np.array_equal(p.values, r) for p, r in zip(splits["train"], records, strict=True))
        assert np.array_equal(splits["valid"][0].values, frames(4))
        assert np.array_equal(splits["test"][0].values, frames(1000))


def test_damage_anywhere_is_a_sentence_and_never_a_crash(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    path = tmp_path / "set.mat"
    for compressed in (False, True):
        whole = {"traindata": cell(frames(3)), "validdata": cell(frames(2)), "testdata": cell(frames(2))}
        savemat(path, whole, do_compression=compressed)
        sound = np.frombuffer(path.read_bytes(), np.uint8)
        for _ in range(150):
            hurt = sound.copy()
            hurt[rng.integers(len(hurt), size=3)] = rng.integers(256, size=3)
            path.write_bytes(hurt.tobytes())
            try:
                read_rolls(path)
            except BadInput as error:
                assert "set.mat" in str(error)


def test_a_small_file_that_unpacks_to_gigabytes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seqtui.readers.music.mat_file.MAX_UNPACKED", 10_000)
    path = tmp_path / "set.mat"
    savemat(path, {"traindata": cell(frames(500))}, do_compression=True)
    with pytest.raises(BadInput, match="unpacks to more than"):
        read_rolls(path)


@pytest.mark.skipif(not ROLLS.exists(), reason="the piano-roll sets are not here")
@pytest.mark.parametrize(
    ("name", "counts", "expected"),
    [("JSB_Chorales", [229, 76, 77], [61.0, 11.09, 10.49]), ("Nottingham", [694, 173, 170], [61.0, 10.26, 5.15])],
)
def test_trivial_predictors_score_what_the_field_knows(name: str, counts: list[int], expected: list[float]) -> None:
    splits, problems = read_rolls(ROLLS / f"{name}.mat")
    assert [len(splits[split]) for split in ("train", "valid", "test")] == counts
    assert problems == []
    refereed = loadmat(ROLLS / f"{name}.mat")["validdata"][0]
    assert all(np.array_equal(p.values, r) for p, r in zip(splits["valid"], refereed, strict=True))
    losses = frame_baselines([p.values for p in splits["train"]], [p.values for p in splits["test"]])
    assert list(losses) == ["coin flip", "marginal per key", "per-key Markov"]
    assert list(losses.values()) == pytest.approx(expected, abs=0.02)


def test_the_first_frame_of_a_record_is_never_scored() -> None:
    loud, still = np.ones((1, 88), np.uint8), np.zeros((4, 88), np.uint8)
    quiet = frame_baselines([still], [np.concatenate([still[:1], still])])
    startled = frame_baselines([still], [np.concatenate([loud, still])])
    assert startled["marginal per key"] == quiet["marginal per key"]


def test_token_baselines_rank_as_they_should_on_a_cycle() -> None:
    cycle = [np.arange(60, dtype=np.int16) % 3]
    losses = token_baselines(cycle, cycle, 5)
    assert losses["uniform"] == pytest.approx(np.log(5))
    assert losses["bigram"] < 0.4 < 1.0 < losses["unigram"] < losses["uniform"]
