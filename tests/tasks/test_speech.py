"""The speech application: from recordings to features of words, without training."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sounds import tone, write_wav

from seqtui import catalog
from seqtui.config_check import make_config
from seqtui.errors import BadInput, Usage
from seqtui.shapes import PADDING, Label, Masks, Vectors
from seqtui.task import Corpus, Prediction

TASK = catalog.load("speech")


def quiet(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def load(data: str | Path | None = None, seed: int = 0, **options: Any) -> Corpus:
    config = make_config(TASK, {"options": options, "seed": seed})
    return TASK.load(None if data is None else str(data), config.options, seed=seed, progress=quiet)


@pytest.fixture(scope="module")
def made() -> Corpus:
    return load()


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """Two words, twelve recordings each."""
    for number in range(24):
        write_wav(
            tmp_path / ("low", "high")[number % 2] / f"{number}.wav", tone(300 + 900 * (number % 2) + number, 0.2)
        )
    return tmp_path


def inputs(corpus: Corpus) -> Vectors:
    assert isinstance(corpus.head, Label) and isinstance(corpus.head.inputs, Vectors)
    return corpus.head.inputs


def test_the_built_in_data_announce_classes_and_baselines(made: Corpus) -> None:
    assert isinstance(made.head, Label)
    assert made.head.classes[:3] == ("zero", "one", "two") and len(made.head.classes) == 10
    assert (len(made.train), len(made.valid), len(made.test)) == (1000, 240, 240)
    regression = made.baseline_metrics["logistic regression on mean and deviation"]["accuracy"]
    assert 0.7 < regression < 0.95
    assert made.baseline_metrics["majority class"]["accuracy"] == pytest.approx(0.1)
    assert json.loads(json.dumps(made.encoding)) == made.encoding
    assert made.loss_unit == "nats/word"


def test_transcripts_have_to_be_better_than_without_listening(words: Path) -> None:
    corpus = load(str(words), goal="transcript", join=3)
    assert 1 < corpus.baselines["without listening"] < 20
    assert corpus.baseline_metrics["without listening"] == {"wer": 1.0, "cer": 1.0, "exact": 0.0}
    assert corpus.baseline_metrics["most frequent text"]["wer"] > 0


def test_mean_and_deviation_are_those_of_the_training_split_alone(words: Path) -> None:
    corpus = load(words, normalise="global")
    assert corpus.train.values.dtype == np.float32
    np.testing.assert_allclose(inputs(corpus).mean, corpus.train.values.mean(0), atol=1e-4)
    np.testing.assert_allclose(inputs(corpus).deviation, corpus.train.values.std(0).clip(1e-3), rtol=1e-3)
    assert inputs(corpus).width == corpus.train.values.shape[1] == 80


def test_masks_follow_the_options_and_cepstral_coefficients_have_no_bands(words: Path) -> None:
    corpus = load(words, deltas=1, stack=3, time_masks=2, time_mask=120.0, band_mask=5)
    assert inputs(corpus).masks == Masks(2, 4, 1, 5, repeats=6)
    assert inputs(load(words, features="mfcc")).masks == Masks(1, 5, 0, 8, repeats=2)
    assert inputs(load(words, time_masks=0, band_masks=0)).masks is None


def test_a_model_hears_files_as_its_training_did(words: Path) -> None:
    corpus = load(words, sample_rate=8000)
    records, notes = TASK.load_for_scoring(str(words), json.loads(json.dumps(corpus.encoding)), progress=quiet)
    assert notes == () and len(records) == 24
    at = list(records.names).index(corpus.test.name(0))
    np.testing.assert_array_equal(records.record(at), corpus.test.record(0))
    assert records.labels is not None and corpus.test.labels is not None
    assert records.labels[at] == corpus.test.labels[0]
    alone, _ = TASK.load_for_scoring(str(words / "low" / "0.wav"), corpus.encoding, progress=quiet)
    assert alone.labels is not None and alone.labels.tolist() == [PADDING]


def test_steps_are_spelled_by_the_second_and_drawn_in_shades(words: Path) -> None:
    corpus = load(words)
    low = corpus.train.record(0)
    assert TASK.spell(low, corpus.encoding)[:3] == ["0.00", "0.02", "0.04"]
    drawing = TASK.show(low, corpus.encoding, width=12, height=8).split("\n")
    assert len(drawing) == 8 and max(map(len, drawing)) <= 12
    assert "█" in "".join(drawing)


def test_predictions_are_written_as_tables_and_json(words: Path, tmp_path: Path) -> None:
    corpus = load(words)
    assert isinstance(corpus.head, Label)
    said = [Prediction("a.wav", corpus.test.record(0), (0.25, 0.75), 1)]
    for suffix in TASK.predict_suffixes:
        (path,) = TASK.export_predictions(said, corpus.head.classes, corpus.encoding, tmp_path / f"said{suffix}")
        assert "a.wav" in path.read_text()
    with (tmp_path / "said.csv").open(newline="") as file:
        assert next(csv.DictReader(file))["label"] == corpus.head.classes[1]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"features": "mfcc", "bands": 10}, "bands=10 is fewer than the 13 coefficients"),
        ({"split": "voices"}, "split=voices is none of auto, random, speakers and speaker:NAME"),
        ({"split": "speaker:"}, "is none of"),
        ({"folds": 3}, "folds=.* needs split=random or split=speakers"),
        ({"folds": 3, "fold": 3, "split": "random"}, "fold=3 is not there"),
    ],
)
def test_options_that_cannot_be_are_refused(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Usage, match=sentence):
        make_config(TASK, {"options": options})


def test_data_that_say_nothing_are_refused_and_nothing_is_sampled(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", tone())
    with pytest.raises(BadInput, match="does not say what is spoken: give a folder a class"):
        load(tmp_path)
    with pytest.raises(Usage, match="ask it with seqtui predict"):
        TASK.prime(None, {}, rng=np.random.default_rng(0))


def test_the_doctor_answers_for_files_and_folders(words: Path) -> None:
    seen = TASK.check([words, words / "low" / "0.wav"], {})
    assert any("24 recordings" in finding.text for finding in seen.findings)
    assert any("nothing says what is spoken" in finding.text for finding in seen.findings)
