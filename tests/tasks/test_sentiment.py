"""The sentiment application: from files to classes of texts, without training; torchtext is the real one."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqtui import catalog
from seqtui.commands.run_config import gather
from seqtui.config_check import make_config
from seqtui.engine.torchtext_tools import TorchtextTools
from seqtui.errors import BadInput, NotFound, Usage
from seqtui.readers.labeled.units import UNKNOWN
from seqtui.shapes import Label, Tokens
from seqtui.task import Corpus, Prediction

SENTIMENT = Path(__file__).parents[3] / "shared" / "data" / "sentiment"
TASK = catalog.load("sentiment")
TASK.equip(TorchtextTools())


def quiet(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def load(data: str | Path | None = None, seed: int = 0, **options: Any) -> Corpus:
    config = make_config(TASK, {"options": options, "seed": seed})
    return TASK.load(None if data is None else str(data), config.options, seed=seed, progress=quiet)


@pytest.fixture(scope="module")
def made() -> Corpus:
    return load()


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Sixty texts, good and bad; the last words stand in few of them."""
    path = tmp_path / "few.tsv"
    rows = [f"It was {'GOOD' if n % 2 else 'bad'}, day {n % 7}!\t{'ny'[n % 2]}" for n in range(58)]
    path.write_text("\n".join(["text\tlabel", *rows, "Brilliant stuff\ty", "Dire\u0085stuff\tn"]) + "\n")
    return path


def inputs(corpus: Corpus) -> Tokens:
    assert isinstance(corpus.head, Label) and isinstance(corpus.head.inputs, Tokens)
    return corpus.head.inputs


def words_of(corpus: Corpus) -> list[str]:
    tokens: list[str] = corpus.encoding["units"]["tokens"]
    return tokens


def test_the_built_in_data_announce_classes_ceiling_and_baselines(made: Corpus) -> None:
    assert isinstance(made.head, Label) and made.head.classes == ("negative", "positive")
    assert made.baselines["Bayes optimum"] < made.baselines["bag of words and pairs"] < made.baselines["majority class"]
    assert made.baseline_metrics["Bayes optimum"]["accuracy"] > 0.92 > 0.8
    assert made.baseline_metrics["bag of words"]["accuracy"] < 0.75
    assert (len(made.train), len(made.valid), len(made.test)) == (3200, 400, 400)
    assert made.loss_unit == "nats/text" and "loss" not in made.baseline_metrics["bag of words"]
    assert json.loads(json.dumps(made.encoding)) == made.encoding


def test_the_same_seed_gives_the_same_corpus_to_the_byte(made: Corpus) -> None:
    again, other = load(), load(seed=1)
    assert again.fingerprint == made.fingerprint != other.fingerprint
    assert again.encoding == made.encoding and np.array_equal(again.train.values, made.train.values)
    assert list(again.test.names) == list(made.test.names)


def test_steps_are_words_in_lower_case_with_marks_apart(made: Corpus) -> None:
    assert TASK.spell(made.test.record(0), made.encoding)[-1] in (".", "!")
    assert all(word == word.lower() for word in words_of(made))
    assert TASK.show(made.train.record(0), made.encoding, width=30, height=4).count("\n") <= 3


def test_the_vocabulary_is_fitted_on_training_texts_alone(few: Path) -> None:
    corpus = load(few, least_count=1)
    training = {
        word for index in range(len(corpus.train)) for word in TASK.spell(corpus.train.record(index), corpus.encoding)
    }
    assert training == set(words_of(corpus)) - {UNKNOWN}
    assert inputs(corpus) == Tokens(len(words_of(corpus)), 0, 0.05)
    rare = load(few, least_count=9)
    assert "brilliant" not in words_of(rare) and "good" in words_of(rare)
    assert len(words_of(load(few, vocabulary=10))) == 11


@pytest.mark.parametrize(
    ("unit", "first"),
    [
        ("word", ["it", "was", "good", ",", "day"]),
        ("whitespace", ["It", "was", "GOOD,", "day"]),
        ("character", ["I", "t", " ", "w", "a", "s"]),
    ],
)
def test_units_are_words_what_stands_between_spaces_or_characters(few: Path, unit: str, first: list[str]) -> None:
    corpus = load(few, unit=unit, least_count=1)
    text = few.with_name("one.txt")
    text.write_text("It was GOOD, day 1!\n")
    records, _ = TASK.load_for_scoring(str(text), corpus.encoding, progress=quiet)
    assert TASK.spell(records.record(0), corpus.encoding)[: len(first)] == first


def test_subwords_are_learned_stored_and_joined_again(few: Path) -> None:
    corpus = load(few, unit="subword", vocabulary=40, least_count=1)
    stored = json.loads(json.dumps(corpus.encoding))
    text = few.with_name("one.txt")
    text.write_text("It was bad, day 3!\n")
    records, _ = TASK.load_for_scoring(str(text), stored, progress=quiet)
    assert TASK.show(records.record(0), stored, width=80, height=1) == "It was bad, day 3!"
    assert len(records.record(0)) > 5
    with pytest.raises(BadInput, match="no sub-words could be learned"):
        load(few, unit="subword", vocabulary=10)


def test_long_texts_are_cut_and_counted(few: Path) -> None:
    corpus = load(few, max_length=4)
    assert corpus.train.lengths.max() == 4
    assert any(note.startswith("58 of 60 texts are longer than 4 words and were cut") for note in corpus.notes)


def test_a_text_without_a_token_is_one_unknown_and_strange_words_are_counted(few: Path) -> None:
    corpus = load(few)
    asked = few.with_name("asked.txt")
    asked.write_text('"\nxyzzy plugh quux\n')
    records, notes = TASK.load_for_scoring(str(asked), corpus.encoding, progress=quiet)
    assert records.lengths.tolist() == [1, 3] and not records.values.any()
    assert list(records.names) == ["asked.txt, line 1", "asked.txt, line 2"]
    assert records.labels is not None and records.labels.tolist() == [-1, -1]
    assert "100.0% of the words of what was read are not in the vocabulary" in notes


def test_balanced_classes_weigh_the_same_and_have_no_losses_to_beat(few: Path) -> None:
    corpus = load(few, class_weights="balanced")
    assert isinstance(corpus.head, Label) and len(corpus.head.weights) == 2
    assert corpus.loss_unit == "nats/text, classes weighted" and not corpus.baselines


def vectors_file(folder: Path, words: str, size: int = 5) -> Path:
    path = folder / "vectors.txt"
    lines = [
        f"{word} {' '.join(str(at + number / 10) for at in range(size))}"
        for number, word in enumerate(words.split(), 1)
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_word_vectors_begin_the_embedding_and_what_they_lack_is_said(few: Path) -> None:
    path = vectors_file(few.parent, "good bad it was elsewhere")
    corpus = load(few, vectors=str(path), freeze_vectors=True, least_count=1)
    assert corpus.vectors is not None and corpus.vectors.shape == (len(words_of(corpus)), 5)
    assert np.allclose(corpus.vectors[words_of(corpus).index("bad")], np.arange(5) + 0.2)
    assert not corpus.vectors[words_of(corpus).index("day")].any()
    assert inputs(corpus).frozen
    (note,) = [note for note in corpus.notes if note.startswith("vectors.txt")]
    total = int(corpus.train.lengths.sum())
    known = sum(
        int((corpus.train.values == words_of(corpus).index(word)).sum()) for word in ["good", "bad", "it", "was"]
    )
    assert (
        f"{1 - 4 / (len(words_of(corpus)) - 1):.1%} of the" in note
        and f"{1 - known / total:.1%} of the training" in note
    )


def test_the_embedding_is_as_large_as_the_vectors(few: Path) -> None:
    head = few.with_name("fast.vec")
    head.write_text("2 3\ngood 1 2 3\nbad 1 2 3\n")
    for path, size in ((vectors_file(few.parent, "good"), 5), (head, 3)):
        assert make_config(TASK, {"vectors": str(path)}).embedding_size == size
    assert make_config(TASK, {}).embedding_size == TASK.defaults["embedding_size"]
    with pytest.raises(NotFound, match="no file of word vectors"):
        load(few, vectors=str(few.with_name("none.txt")))


def test_files_among_the_options_are_named_absolutely(few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors_file(few.parent, "good")
    monkeypatch.chdir(few.parent)
    config = gather(TASK, typed={"vectors": "vectors.txt", "data": "few.tsv"}, config_file=None)
    assert config.options["vectors"] == str(few.parent / "vectors.txt")
    assert config.options["text_column"] is None and config.embedding_size == 5


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"folds": 5, "fold": 5}, "fold=5 is not there"),
        ({"fold": 1}, "fold=1 is not there"),
        ({"freeze_vectors": True}, "freeze_vectors=true without vectors"),
        ({"vectors": "v.txt", "unit": "character"}, "vectors=.* is of words, not of unit=character"),
        ({"bptt": 20}, "bptt=20 is not allowed"),
        ({"unit": "letters"}, "unit=letters is not allowed"),
        ({"word_dropout": 1.0}, "word_dropout=1.0 is not allowed"),
    ],
)
def test_options_that_cannot_be_are_refused_with_a_sentence(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(Usage, match=complaint):
        make_config(TASK, options)


def test_columns_that_were_asked_for_are_asked_of_other_data_too(few: Path) -> None:
    table = few.with_name("b.csv")
    table.write_text("what,verdict,text\n" + "\n".join(f"day {n} was {'bg'[n % 2]},{n % 2},none" for n in range(40)))
    corpus = load(table, text_column="what", label_column="verdict")
    records, _ = TASK.load_for_scoring(str(table), corpus.encoding, progress=quiet)
    assert records.labels is not None and records.labels.tolist() == [n % 2 for n in range(40)]
    assert TASK.spell(records.record(0), corpus.encoding)[-1] == "b"


def test_nothing_can_be_sampled(made: Corpus) -> None:
    with pytest.raises(Usage, match="sentiment makes no sequences"):
        TASK.prime(None, made.encoding, rng=np.random.default_rng(0))


@pytest.mark.parametrize("suffix", TASK.predict_suffixes)
def test_predictions_are_written_with_class_and_chance(tmp_path: Path, made: Corpus, suffix: str) -> None:
    values = made.test.record(0)
    told = [Prediction("a\tb, line 1", values, (0.25, 0.75), 1), Prediction("=cmd()", values, (0.5, 0.5), None)]
    (path,) = TASK.export_predictions(iter(told), ("neg", "pos"), made.encoding, tmp_path / f"out{suffix}")
    if suffix == ".json":
        rows = json.loads(path.read_text())
    else:
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t" if suffix == ".tsv" else ","))
    assert [row["label"] for row in rows] == ["pos", "neg"] and float(rows[0]["probability"]) == 0.75
    assert rows[0]["record"] == "a\tb, line 1" and rows[1]["truth"] in ("", None)


def test_the_doctor_names_places_and_never_raises(tmp_path: Path, few: Path) -> None:
    with few.open("a") as file:
        file.write("IT WAS  bad, day 0!\ty\nsolo\tz\n\x1b]0;x\x07\tz\n")
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"text,label\ncaf\xe9,a\n")
    checkup = TASK.check([few, broken, tmp_path / "none.txt"], {})
    said = {(finding.level, finding.where): finding.text for finding in checkup.findings}
    texts = [finding.text for finding in checkup.findings]
    assert "line 2: byte 14 (0xe9) is not UTF-8" in said["error", str(broken)]
    assert "there is no file" in said["error", str(tmp_path / "none.txt")]
    assert any("under two classes or more" in text for text in texts)
    assert any(text.startswith("3 of 3 classes have fewer than 50") for text in texts)
    assert not any("\x1b" in text for text in texts)
    assert checkup.facts[str(few)]["classes"] == {"n": 30, "y": 31, "z": 2}
    assert checkup.facts[str(few)]["copies_across_classes"] == 1


def test_the_doctor_tells_of_texts_without_a_class(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("text,label\nfirst,\n" + "".join(f"text {n},{'yn'[n % 2]}\n" for n in range(20)))
    texts = [finding.text for finding in TASK.check([path], {}).findings if finding.level == "warning"]
    assert "1 of 21 texts have no class and were left out, the first few.csv, line 2" in texts


@pytest.mark.skipif(not SENTIMENT.exists(), reason="the shared data are not here")
def test_the_uci_sentences_come_whole_in_folds() -> None:
    corpus = load(SENTIMENT / "uci-sentiment-labelled-sentences", folds=10, fold=9)
    assert isinstance(corpus.head, Label) and corpus.head.classes == ("0", "1")
    assert len(corpus.train) + len(corpus.valid) + len(corpus.test) == 3000
    assert 295 <= len(corpus.test) <= 305
    assert 0.7 < corpus.baseline_metrics["bag of words"]["accuracy"] < 0.9
