"""Video keeps the contract of a task: clips in, labels, roll-outs, films and tables out."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqtui.catalog import load
from seqtui.config_check import make_config
from seqtui.errors import BadInput, NotFound, Usage
from seqtui.readers.clips import made_clips
from seqtui.readers.clips.made_motion import MOTIONS
from seqtui.records import Prediction
from seqtui.shapes import Label, NextPicture, Pictures, Vectors
from seqtui.task import Corpus

VIDEO = load("video")
DATA = Path(__file__).parents[3] / "shared" / "data" / "video"


@pytest.fixture(autouse=True)
def few_clips(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough of each."""
    monkeypatch.setattr(made_clips, "CLIPS", {"motions": 160, "bouncing": 60})


def loaded(data: str | None = None, **options: Any) -> Corpus:
    config = make_config(VIDEO, {"options": options})
    return VIDEO.load(data, config.options, seed=0, progress=lambda *_: None)


def test_made_clips_come_in_three_splits_with_all_classes() -> None:
    corpus = loaded()
    assert isinstance(corpus.head, Label) and isinstance(corpus.head.inputs, Pictures)
    assert corpus.head.classes == MOTIONS
    assert len(corpus.train) + len(corpus.valid) + len(corpus.test) == 160 or len(corpus.train) > 100
    assert corpus.train.values.dtype == np.uint8 and corpus.train.values.shape[1] == 256
    assert corpus.head.inputs.mean == pytest.approx(corpus.train.values.mean() / 255)
    assert corpus.baseline_metrics["one frame alone, at best"] == {"accuracy": 0.125}
    assert loaded().fingerprint == corpus.fingerprint != loaded("motions:3").fingerprint


def test_what_goes_on_has_the_class_beside_each_picture_where_it_is_told() -> None:
    plain, told = loaded(goal="next"), loaded(goal="next", conditioned=True, predictor="convlstm")
    assert isinstance(plain.head, NextPicture) and plain.head.width == plain.train.values.shape[1] == 256
    assert isinstance(told.head, NextPicture) and told.head.predictor == "convlstm"
    assert told.train.values.shape[1] == told.head.width == 257
    assert told.train.labels is not None
    for number in range(5):
        assert (told.train.record(number)[:, -1] == told.train.labels[number] + 1).all()
    assert plain.baselines["known physics"] < plain.baselines["copy last frame"]
    json.dumps(told.encoding)


def test_openings_go_on_as_asked() -> None:
    corpus = loaded(goal="next", conditioned=True, given=3)
    rng = np.random.default_rng(0)
    own = VIDEO.prime(None, corpus.encoding, rng=rng)
    assert own.shape == (3, 257) and 1 <= own[0, -1] <= 8
    left = VIDEO.prime("left", corpus.encoding, rng=rng)
    assert (left[:, -1] == MOTIONS.index("left") + 1).all()
    with pytest.raises(NotFound, match="give CLASS, FILE or CLASS:FILE"):
        VIDEO.prime("sideways", corpus.encoding, rng=rng)


def test_a_clip_of_a_file_is_gone_on_with(tmp_path: Path) -> None:
    corpus = loaded(goal="next", given=5)
    frames = np.random.default_rng(0).integers(0, 256, (9, 16, 16)).astype(np.uint8)
    np.save(tmp_path / "own.npy", frames)
    opening = VIDEO.prime(str(tmp_path / "own.npy"), corpus.encoding, rng=np.random.default_rng(0))
    assert np.array_equal(opening, frames[:5].reshape(5, 256))
    with pytest.raises(NotFound):
        VIDEO.prime("nothing.npy", corpus.encoding, rng=np.random.default_rng(0))
    with pytest.raises(BadInput, match="address"):
        VIDEO.prime("http://example.org/a.mp4", corpus.encoding, rng=np.random.default_rng(0))


def test_a_model_that_labels_goes_on_with_nothing() -> None:
    with pytest.raises(Usage, match="ask it with seqtui predict"):
        VIDEO.prime(None, loaded().encoding, rng=np.random.default_rng(0))


def test_length_is_counted_in_frames_that_were_made() -> None:
    meter = VIDEO.is_long_enough(3, {})
    assert [meter(np.zeros(4)) for _ in range(3)] == [False, False, True]
    with pytest.raises(Usage):
        VIDEO.is_long_enough(0, {})


@pytest.mark.parametrize(("width", "height"), [(78, 20), (30, 8), (9, 3), (200, 60)])
def test_clips_are_drawn_within_their_bounds(width: int, height: int) -> None:
    corpus = loaded(goal="next", conditioned=True)
    lines = VIDEO.show(corpus.test.record(0), corpus.encoding, width=width, height=height).split("\n")
    assert 0 < len(lines) <= height and max(map(len, lines)) <= width
    assert lines[0].startswith("1·")
    assert VIDEO.spell(corpus.test.record(0)[:3], corpus.encoding) == ["1", "2", "3"]


def test_scoring_reads_other_clips_in_the_shape_of_the_model(tmp_path: Path) -> None:
    encoding = loaded().encoding
    fresh, _ = VIDEO.load_for_scoring("motions", encoding, progress=lambda *_: None)
    again, _ = VIDEO.load_for_scoring("motions:1", encoding, progress=lambda *_: None)
    assert np.array_equal(fresh.values, again.values)
    np.save(tmp_path / "large.npy", np.zeros((4, 7, 40, 30), np.uint8))
    records, _ = VIDEO.load_for_scoring(str(tmp_path / "large.npy"), encoding, progress=lambda *_: None)
    assert records.values.shape == (28, 256) and records.labels is not None and (records.labels == -1).all()
    np.save(tmp_path / "v.npy", np.zeros((4, 7, 3), np.float32))
    with pytest.raises(BadInput, match="the model reads grey pictures of 16 × 16"):
        VIDEO.load_for_scoring(str(tmp_path / "v.npy"), encoding, progress=lambda *_: None)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"predictor": "convlstm"}, "predictor=convlstm is for goal=next"),
        ({"goal": "next", "pooling": "mean"}, "pooling=mean is for goal=classify"),
        ({"goal": "next", "max_frames": 4}, "leaves nothing to go on with"),
        ({"folds": 2, "fold": 2}, "fold=2 is not there"),
        ({"size": 7}, "size"),
    ],
)
def test_options_that_cannot_be_are_told(options: dict[str, Any], says: str) -> None:
    with pytest.raises(Usage, match=says):
        make_config(VIDEO, {"options": options})


def test_a_conv_lstm_has_no_other_backbone() -> None:
    with pytest.raises(Usage, match="backbone=gru would do nothing"):
        make_config(VIDEO, {"backbone": "gru", "options": {"goal": "next", "predictor": "convlstm"}})
    assert make_config(VIDEO, {"backbone": "gru", "options": {"goal": "next"}}).backbone == "gru"


def test_copies_and_changes_are_of_vectors(tmp_path: Path) -> None:
    with pytest.raises(Usage, match="are of vectors"):
        loaded(copies=2)
    rng = np.random.default_rng(0)
    path = tmp_path / "moves.npz"
    np.savez(path, x=rng.normal(size=(60, 9, 4)), y=np.arange(60) % 3)
    plain, rich = loaded(str(path)), loaded(str(path), copies=2, changes=True)
    assert isinstance(rich.head, Label) and isinstance(rich.head.inputs, Vectors) and rich.head.inputs.width == 8
    assert len(rich.train) == 3 * len(plain.train) and len(rich.test) == len(plain.test)
    for number in range(len(rich.test)):
        record = rich.test.record(number)
        assert np.array_equal(record[:, :4], plain.test.record(number))
        assert not record[0, 4:].any()
        np.testing.assert_allclose(record[1:, 4:], np.diff(record[:, :4], axis=0), atol=1e-6)
    scored, _ = VIDEO.load_for_scoring(str(path), rich.encoding, progress=lambda *_: None)
    assert scored.values.shape == (540, 8)
    assert VIDEO.show(plain.test.record(0), plain.encoding, width=20, height=6)


def test_predictions_and_roll_outs_are_written(tmp_path: Path) -> None:
    corpus = loaded()
    said = [Prediction("a", corpus.test.record(0), (0.5, *[0.5 / 7] * 7), 0)]
    for name in ("out.csv", "out.json"):
        (path,) = VIDEO.export_predictions(iter(said), MOTIONS, corpus.encoding, tmp_path / name)
        assert "right" in path.read_text()
    films = loaded(goal="next", conditioned=True)
    (path,) = VIDEO.export_samples([films.test.record(0)], films.encoding, tmp_path / "made.npy")
    assert np.load(path).shape == (12, 16, 16)


def test_the_doctor_names_what_is_wrong(tmp_path: Path) -> None:
    frames = np.random.default_rng(0).integers(0, 256, (6, 5, 8, 8)).astype(np.uint8)
    frames[1], frames[2] = frames[0], frames[2, :1]
    np.savez(tmp_path / "clips.npz", x=frames, y=np.array([0, 1, 0, 0, 0, 0]))
    (tmp_path / "broken.npy").write_bytes(b"no")
    checkup = VIDEO.check([tmp_path / "clips.npz", tmp_path / "broken.npy"], {})
    said = " ".join(finding.text for finding in checkup.findings)
    assert "copies of others" in said and "more than one class" in said and "nothing moves" in said
    assert [finding.where for finding in checkup.findings if finding.level == "error"] == ["broken.npy"]
    assert checkup.facts["clips.npz"]["clips"] == 6
    assert checkup.facts["clips.npz"]["read as"] == "8 × 8 pixels, grey"


@pytest.mark.skipif(not DATA.exists(), reason="the shared data are not here")
def test_libras_is_split_180_to_180_with_as_many_of_each_class() -> None:
    corpus = loaded(str(DATA / "uci-libras-movement"), folds=2, valid_share=0.1)
    assert len(corpus.test) == 180 == len(corpus.train) + len(corpus.valid)
    assert corpus.test.labels is not None
    assert set(np.bincount(corpus.test.labels).tolist()) == {12}
    assert any("copies of others" in note for note in corpus.notes)


@pytest.mark.skipif(not DATA.exists(), reason="the shared data are not here")
def test_written_digits_move_one_in_each_clip() -> None:
    corpus = loaded(str(DATA / "uci-optdigits"))
    assert len(corpus.train) + len(corpus.valid) + len(corpus.test) == 1797
    assert isinstance(corpus.head, Label) and corpus.head.classes == MOTIONS


@pytest.mark.skipif(not DATA.exists(), reason="the shared data are not here")
def test_rows_of_written_digits_are_frames_where_their_width_is_said() -> None:
    corpus = loaded(str(DATA / "uci-optdigits"), per_frame=8)
    assert isinstance(corpus.head, Label) and corpus.head.classes == tuple("0123456789")
    assert corpus.train.values.shape[1] == 8 and set(corpus.train.lengths.tolist()) == {8}
