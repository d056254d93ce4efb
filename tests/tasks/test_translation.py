"""The translation application: from files to pairs of numbers, without training; torchtext is the real one."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqtui import catalog
from seqtui.config_check import make_config
from seqtui.engine.torchtext_tools import TorchtextTools
from seqtui.errors import BadInput, Usage
from seqtui.readers.pairs.units import SPECIALS
from seqtui.shapes import Translation
from seqtui.task import Corpus, Hypothesis, TextOf, TranslationPrediction

SHARED = Path(__file__).parents[3] / "shared" / "data" / "translation"
TASK = catalog.load("translation")
TASK.equip(TorchtextTools())


def quiet(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def load(data: str | Path | None = None, seed: int = 0, **options: Any) -> Corpus:
    config = make_config(TASK, {"options": options, "seed": seed})
    return TASK.load(None if data is None else str(data), config.options, seed=seed, progress=quiet)


def head_of(corpus: Corpus) -> Translation:
    assert isinstance(corpus.head, Translation)
    return corpus.head


def words_of(corpus: Corpus, side: str) -> list[str]:
    tokens: list[str] = corpus.encoding[side]["tokens"]
    return tokens


@pytest.fixture(scope="module")
def made() -> Corpus:
    return load()


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Sixty sources, each with two targets."""
    path = tmp_path / "few.tsv"
    rows = [f"It's day {n}.\tC'est le jour {n}.\nIt's day {n}.\tOn est le {n}." for n in range(60)]
    path.write_text("\n".join(rows) + "\n")
    return path


def test_the_built_in_data_announce_splits_ceiling_and_baselines(made: Corpus) -> None:
    assert (len(made.train), len(made.valid), len(made.test)) == (6400, 800, 800)
    ranked = made.baseline_metrics
    assert ranked["Bayes optimum"] == {"bleu": 100.0, "chrf": 100.0, "exact": 1.0}
    assert 5 < ranked["word for word"]["bleu"] < 25 and ranked["word for word"]["exact"] < 0.05
    assert ranked["copy of the source"]["bleu"] < 1 > ranked["most frequent target"]["bleu"]
    assert made.loss_unit == "nats/token" and 4 < made.baselines["token frequency"] < 6
    head = head_of(made)
    assert (head.start, head.end, head.unknown, head.scored_by, head.longest) == (1, 2, 0, "text", 50)
    assert head.size == len(words_of(made, "target")) and head.inputs.size == len(words_of(made, "source"))
    assert json.loads(json.dumps(made.encoding)) == made.encoding


def test_the_same_seed_gives_the_same_corpus_to_the_byte(made: Corpus) -> None:
    again, other = load(), load(seed=1)
    assert again.fingerprint == made.fingerprint != other.fingerprint
    assert again.encoding == made.encoding and np.array_equal(again.train.values, made.train.values)
    assert again.train.targets is not None and made.train.targets is not None
    assert np.array_equal(again.train.targets, made.train.targets)


def test_targets_are_spelled_and_joined_to_their_references(made: Corpus) -> None:
    assert made.test.references is not None
    for index in range(0, 200, 20):
        spelled = TASK.spell_target(made.test.target(index), made.encoding)
        assert TASK.target_text(spelled, made.encoding) in made.test.references[index]
        read = made.test.text_of(index)
        assert read is not None and TASK.show(made.test.record(index), made.encoding, width=99, height=1).endswith(
            read.text
        )
        assert [
            word.removeprefix("\uffed") for word in TASK.spell(made.test.record(index), made.encoding)
        ] == read.words()


def test_a_source_is_trained_with_each_target_and_scored_once_against_all(few: Path) -> None:
    corpus = load(few, least_count=1)
    assert (len(corpus.train), len(corpus.valid), len(corpus.test)) == (96, 6, 6)
    assert corpus.train.references is not None and corpus.test.references is not None
    assert all(len(each) == 1 for each in corpus.train.references)
    assert all(len(each) == 2 for each in corpus.test.references)
    assert corpus.baseline_metrics["word for word"]["bleu"] > 0
    trained = {corpus.train.texts[at] for at in range(96)} if corpus.train.texts else set()
    assert len(trained) == 48 and not trained & set(corpus.test.texts or ())


def test_vocabularies_are_of_the_training_split_alone(few: Path) -> None:
    corpus = load(few, least_count=1)
    numbers = {word for word in words_of(corpus, "source") if word.isdigit()}
    assert len(numbers) == 48
    rare = load(few, least_count=3)
    assert words_of(rare, "source")[len(SPECIALS):] == ["It", "day", "\uffed's", "\uffed."]  # fmt: skip
    assert "of the words of the test split's source side are not in its vocabulary" in " ".join(rare.notes)
    assert len(words_of(load(few, vocabulary=10), "target")) <= 13


@pytest.mark.parametrize("unit", ["word", "whitespace", "character", "subword"])
def test_every_unit_gives_the_text_back(few: Path, unit: str) -> None:
    corpus = load(few, source_unit=unit, target_unit=unit, vocabulary=60, least_count=1)
    assert corpus.test.references is not None
    spelled = TASK.spell_target(corpus.train.target(0), corpus.encoding)
    assert corpus.train.references is not None
    assert TASK.target_text(spelled, corpus.encoding) == corpus.train.references[0][0]
    read = corpus.train.text_of(0)
    assert read is not None and "".join("".join(read.words()).split()) == "".join(read.text.split())


def test_one_vocabulary_can_serve_both_sides(few: Path) -> None:
    corpus = load(few, shared=True, tied="all", least_count=1)
    assert words_of(corpus, "source") == words_of(corpus, "target")
    assert head_of(corpus).size == head_of(corpus).inputs.size and head_of(corpus).tied == "all"
    dictionary = few.with_name("w.dict")
    dictionary.write_text("".join(f"a{letter}b AH0 {letter.upper()}\n" for letter in "bcdefghijklmnop"))
    with pytest.raises(Usage, match="are read as character and whitespace"):
        load(dictionary, shared=True)


def test_letters_become_phonemes_and_are_scored_exactly(tmp_path: Path) -> None:
    path = tmp_path / "w.dict"
    path.write_text(
        "".join(
            f"a{letter}e AH0 {letter.upper()}\na{letter}e(2) EY1 {letter.upper()}\n" for letter in "bcdfghjklmnpqrst"
        )
    )
    corpus = load(path, stress=False)
    assert head_of(corpus).scored_by == "exact"
    assert set(corpus.baseline_metrics["word for word"]) == {"exact", "token_errors"}
    assert TASK.spell(corpus.test.record(0), corpus.encoding)[0] == "a"
    assert corpus.test.references is not None and len(corpus.test.references[0]) == 2
    assert {word for word in words_of(corpus, "target") if len(word) > 1} == {*SPECIALS, "AH", "EY"}
    asked = tmp_path / "asked.txt"
    asked.write_text("ABE\nzzz\n")
    records, _ = TASK.load_for_scoring(str(asked), corpus.encoding, progress=quiet)
    assert TASK.spell(records.record(0), corpus.encoding)[0] == "a"
    assert not records.record(1).any() and records.references == [(), ()]
    assert records.target_lengths is not None and records.target_lengths.tolist() == [0, 0]


def test_pairs_with_a_long_side_are_left_out_of_every_split_and_texts_that_are_asked_are_cut(few: Path) -> None:
    with few.open("a") as file:
        file.write("".join(f"{'so ' * 9}{n}\tx\n" for n in range(20)))
    corpus = load(few, max_length=8)
    assert corpus.train.lengths.max() <= 8 and "20 pairs have a side of over 8 units" in " ".join(corpus.notes)
    assert head_of(corpus).longest == 8
    asked = few.with_name("asked.txt")
    asked.write_text("so so so so so so so so so so\nIt's day 3.\n")
    records, notes = TASK.load_for_scoring(str(asked), corpus.encoding, progress=quiet)
    assert records.lengths.tolist() == [8, 5] and notes == ("1 texts are longer than 8 units and were cut there",)
    with pytest.raises(BadInput, match="too few pairs have at most 1 units"):
        load(few, max_length=1)


def test_lower_case_is_of_references_too(few: Path) -> None:
    corpus = load(few, lower=True)
    assert corpus.test.references is not None and corpus.test.references[0][0].startswith(("c'est", "on est"))
    records, _ = TASK.load_for_scoring(str(few), corpus.encoding, progress=quiet)
    assert len(records) == 60 and records.texts is not None and records.texts[0] == "it's day 0."


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"tied": "all"}, "tied=all needs one vocabulary for both sides"),
        ({"shared": True, "source_unit": "word"}, "give the same source_unit and target_unit"),
        ({"attention": "none", "coverage": True}, "coverage=true needs attention"),
        ({"source_side": "en", "target_side": "en"}, "source_side=en is the target side too"),
        ({"attention": "self"}, "attention=self is not allowed"),
        ({"label_smoothing": 1.0}, "label_smoothing=1.0 is not allowed"),
        ({"max_length": 0}, "max_length=0 is not allowed"),
    ],
)
def test_options_that_cannot_be_are_refused_with_a_sentence(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(Usage, match=complaint):
        make_config(TASK, {"options": options})


def test_without_attention_nothing_is_copied_or_fed(few: Path) -> None:
    head = head_of(load(few, attention="none"))
    assert (head.attention, head.input_feeding, head.unknown) == ("none", False, -1)
    assert head_of(load(few, copy_unknown=False)).unknown == -1


@pytest.mark.parametrize("suffix", TASK.predict_suffixes)
def test_translations_are_shown_and_written_with_what_was_copied(tmp_path: Path, made: Corpus, suffix: str) -> None:
    words = words_of(made, "target")
    tokens = tuple(words.index(each) for each in ("Le", "chat", "\uffed."))
    spans = np.array([[0, 3], [4, 10], [10, 11]], np.int32)
    best = Hypothesis(
        (tokens[0], 0, tokens[2]), -0.5, -0.3, (0.9,) * 4, np.full((4, 3), 1 / 3, np.float32), (-1, 1, -1)
    )
    said = TranslationPrediction(
        "asked, line 1", np.array([0, 0, 0]), (best, Hypothesis(tokens, -2.0, -1.2, (0.5,) * 4)), None,
        ("Le Zyxxer.",), TextOf("The Zyxxer.", spans),
    )  # fmt: skip
    drawn = TASK.show_translation(said, made.encoding, width=60, height=4)
    assert drawn == "source    The Zyxxer.\noutput    Le Zyxxer.\nreference Le Zyxxer."
    (path,) = TASK.export_translations(iter([said]), made.encoding, tmp_path / f"out{suffix}")
    text = path.read_text()
    assert "Le Zyxxer." in text and ("Le chat." in text) == (suffix != ".txt")


def test_nothing_is_sampled(made: Corpus) -> None:
    with pytest.raises(Usage, match="makes one text of another"):
        TASK.prime(None, made.encoding, rng=np.random.default_rng(0))


def test_the_doctor_is_asked_through_the_task(few: Path) -> None:
    checkup = TASK.check([few], {})
    assert checkup.facts["pairs"] == 120 and checkup.facts["sources"] == 60
    assert checkup.findings[0].text.startswith("120 pairs, 3 to 3 words (median 3) → 4 to 4 words")


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not here")
def test_cmudict_comes_as_it_is() -> None:
    corpus = load(SHARED / "cmudict-g2p", stress=False)
    assert len(corpus.train) + len(corpus.valid) + len(corpus.test) > 130_000
    assert head_of(corpus).inputs.size == 29 + 3 and head_of(corpus).size == 39 + 3
