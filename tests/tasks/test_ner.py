"""The application of named entities: from tagged files to numbers, and from tags back to files, without training."""

import json
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqtui import catalog
from seqtui.config_check import make_config
from seqtui.engine.torchtext_tools import TorchtextTools
from seqtui.errors import BadInput, Usage
from seqtui.readers.tagged.schemes import spans_of
from seqtui.readers.tagged.word_features import CASINGS, casing_of, shape_of
from seqtui.shapes import PADDING, Tags, Words
from seqtui.task import Corpus, Records, TagPrediction

NER = Path(__file__).parents[3] / "shared" / "data" / "ner"
TASK = catalog.load("ner")
TASK.equip(TorchtextTools())


def quiet(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def load(data: Path | None = None, seed: int = 0, **options: Any) -> Corpus:
    config = make_config(TASK, {"options": options, "seed": seed})
    return TASK.load(None if data is None else str(data), config.options, seed=seed, progress=quiet)


@cache
def made() -> Corpus:
    """The built-in sentences."""
    return load()


def columns(path: Path, rows: Sequence[str]) -> Path:
    """`word/TAG word/TAG`, a sentence each."""
    path.write_text("".join("".join(f"{pair.replace('/', ' ')}\n" for pair in row.split()) + "\n" for row in rows))
    return path


def predicted(records: Records, index: int, *, known: bool = True) -> TagPrediction:
    """A model that is always right."""
    start = int(records.begins()[index])
    assert records.tags is not None
    tags = tuple(records.tags[start : start + int(records.lengths[index])].tolist())
    sure = (0.5,) * len(tags)
    return TagPrediction(
        records.names[index], records.record(index), tags, sure, tags if known else None, records.text_of(index)
    )  # fmt: skip


def test_the_built_in_sentences_announce_head_ceiling_and_baselines() -> None:
    head = made().head
    assert isinstance(head, Tags) and isinstance(head.inputs, Words)
    TASK.check_head(head, {})
    assert len(head.tags) == 1 + 4 * 4 and head.tags[0] == "O"
    assert made().loss_unit == "nats/token"
    scores = {name: found["f1"] for name, found in made().baseline_metrics.items()}
    assert scores["most frequent tag"] < scores["most frequent tag of each word"] < 0.5 < 0.95 < scores["Bayes optimum"]
    assert made().baselines.keys() == made().baseline_metrics.keys()
    assert json.loads(json.dumps(made().encoding)) == made().encoding


def test_the_same_seed_gives_the_same_corpus_and_another_splits_anew() -> None:
    again, other = load(), load(seed=1)
    assert again.fingerprint == made().fingerprint != other.fingerprint
    assert np.array_equal(again.train.values, made().train.values)
    assert (len(made().train), len(made().valid), len(made().test)) == (2400, 300, 300)


def test_records_fit_their_head() -> None:
    inputs = made().head.inputs  # type: ignore[union-attr]
    assert isinstance(inputs, Words)
    for records in (made().train, made().valid, made().test):
        width = 2 + inputs.letters + len(inputs.pieces)
        assert records.values.shape == (records.lengths.sum(), width) and records.values.dtype == np.int32
        assert records.tags is not None and len(records.tags) == len(records.values) and records.tags.min() >= 0
        assert records.values[:, 0].max() < inputs.size
        assert records.values[:, 1].max() < inputs.casings == len(CASINGS)
        assert records.values[:, 2 : 2 + inputs.letters].max() < inputs.characters
        assert (records.values[:, 2 + inputs.letters :].max(0) < inputs.pieces).all()
    assert made().train.values[:, 0].min() > 0, "every word of train is known"
    assert (made().test.values[:, 0] == 0).any(), "the test holds new words"


def test_what_a_text_was_comes_back_from_its_offsets() -> None:
    said = made().test.text_of(3)
    assert said is not None
    assert said.words() == said.text.split(" ")
    spelled = TASK.spell(made().test.record(3), made().encoding)
    assert spelled == said.words()


@pytest.mark.parametrize(
    ("token", "casing"),
    [
        ("word", "lower"), ("NATO", "UPPER"), ("Paris", "Title"), ("A", "Title"), ("McDonald", "mixEd"),
        ("iPad", "mixEd"), ("1984", "figures"), ("B2B", "some figures"), ("3,000", "some figures"), ("...", "marks"),
        ("O'Neill", "mixEd"), ("Jean-luc", "Title"), ("東京", "mixEd"),
    ],
)  # fmt: skip
def test_casings_tell_how_a_word_is_written(token: str, casing: str) -> None:
    assert CASINGS[casing_of(token)] == casing


def test_words_are_spelled_from_what_the_numbers_tell(tmp_path: Path) -> None:
    rows = [f"Paris/B-LOC is/O internationalization/O Room{n}/O NATO/B-ORG" for n in range(10)]
    rows += [f"Ünal/B-PER {'o' * 30}/O w{n}/O" for n in range(5)]
    data = columns(tmp_path / "x.conll", rows)
    corpus = load(data, letters=8)
    records, _ = TASK.load_for_scoring(str(columns(tmp_path / "y.conll", [*rows[:1], "Zürich/O жжжжжжжжжжжж/O"])),
                                       corpus.encoding, progress=quiet)  # fmt: skip
    assert TASK.spell(records.record(0), corpus.encoding) == ["Paris", "is", "internationalization", "Room0", "NATO"]
    assert TASK.spell(records.record(1), corpus.encoding)[1] == "········…"
    bare = load(data, characters="none", affixes=0)
    assert bare.train.values.shape[1] == 2
    records, _ = TASK.load_for_scoring(str(tmp_path / "y.conll"), bare.encoding, progress=quiet)
    assert TASK.spell(records.record(0), bare.encoding)[::4] == ["Paris", "NATO"]
    assert TASK.spell(records.record(1), bare.encoding)[0] == "<unknown>"


def test_case_figures_and_rare_words_are_as_the_options_say(tmp_path: Path) -> None:
    data = columns(tmp_path / "x.conll", [f"The/O the/O A{n}/B-X a{n}/O" for n in range(100, 130)])
    usual, kept, common = load(data), load(data, lower=False, zeros=False), load(data, least_count=40)
    assert usual.encoding["words"] == ["<unknown>", "a000", "the"]
    assert "The" in kept.encoding["words"] and "A105" in kept.encoding["words"]
    assert common.encoding["words"] == ["<unknown>", "a000", "the"], "sixty-odd times each, in train alone"
    assert load(data, least_count=1000).encoding["words"] == ["<unknown>"]


def test_beginning_end_and_shape_are_known_of_words_that_are_not(tmp_path: Path) -> None:
    data = columns(tmp_path / "x.conll", [f"Unbarely/B-X w{n}/O Undearly/B-X" for n in range(10)])
    corpus = load(data, lower=False)
    beginnings, endings, shapes = corpus.encoding["pieces"]
    assert beginnings == ["<unknown>", "unb", "und"] and "rly" not in beginnings
    assert set(endings) == {"<unknown>", "ely", "rly"} and set(shapes) == {"<unknown>", "x0", "Xxx"}
    other = columns(tmp_path / "y.conll", ["Unbearably/O scarcely/O XX/O"])
    records, _ = TASK.load_for_scoring(str(other), corpus.encoding, progress=quiet)
    assert records.values[:, 0].tolist() == [0, 0, 0]
    assert records.values[:, -3:].tolist() == [[1, 0, 1], [0, 1, 0], [0, 0, 0]]
    assert TASK.spell(records.record(0), corpus.encoding)[0].startswith("Unb")
    assert load(data, affixes=0).encoding["pieces"] == []


@pytest.mark.parametrize(
    ("token", "shape"),
    [
        ("McDonald's", "XxXxx'x"), ("NATO", "XX"), ("2,500", "0,00"), ("Ünal", "Xxx"), ("東京都", "xx"), ("...", ".."),
        ("", ""),
    ],
)  # fmt: skip
def test_shapes_tell_capitals_letters_figures_and_marks(token: str, shape: str) -> None:
    assert shape_of(token) == shape


def test_a_model_from_before_there_were_pieces_still_reads_words() -> None:
    encoding = {name: value for name, value in load(affixes=0).encoding.items() if name != "pieces"}
    options = {name: value for name, value in encoding["options"].items() if name != "affixes"}
    records, _ = TASK.load_for_scoring("names", encoding | {"options": options}, progress=quiet)
    assert records.values.shape[1] == 2 + options["letters"]


def test_rare_words_are_forgotten_more_often_than_common_ones() -> None:
    corpus = load(rare_dropout=3.0)
    assert corpus.forgetting is not None and load(rare_dropout=0).forgetting is None
    times = Counter(corpus.train.values[:, 0].tolist())
    for word in (1, len(corpus.encoding["words"]) // 2, len(corpus.encoding["words"]) - 1):
        assert corpus.forgetting[word] == pytest.approx(3 / (3 + times[word]))
    assert corpus.forgetting[1] < 0.01 < 0.5 < corpus.forgetting[-1] < 1, "the most frequent word, and a rare one"


@pytest.mark.parametrize("scheme", ["bio", "iobes"])
def test_forbidden_moves_allow_every_true_path(scheme: str) -> None:
    corpus = load(scheme=scheme)
    head = corpus.head
    assert isinstance(head, Tags) and head.forbidden_moves
    never = set(head.forbidden_moves)
    for index in range(len(corpus.train)):
        path = predicted(corpus.train, index).tags
        assert path[0] not in head.forbidden_starts and path[-1] not in head.forbidden_ends
        assert not never & set(pairwise(path))


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"characters": "none", "letters": 9}, "letters=.* is for characters=cnn or lstm"),
        ({"freeze_vectors": True}, "would freeze random numbers"),
        ({"folds": 5, "fold": 5}, "fold=5 is not there"),
        ({"tag_column": "here"}, "give last, a number from 1"),
        ({"scheme": "io"}, "scheme"),
    ],
)
def test_options_that_cannot_be_are_refused_with_a_sentence(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(Usage, match=complaint):
        make_config(TASK, options)


def test_vectors_begin_the_embedding_and_the_missing_share_is_told(tmp_path: Path) -> None:
    data = columns(tmp_path / "x.conll", [f"Paris/B-X w{n}x/O" for n in "abcdefghijklmnopqrst"])
    (tmp_path / "v.txt").write_text("paris 1 2 3\nelsewhere 0 0 1\n")
    corpus = load(data, vectors=str(tmp_path / "v.txt"), freeze_vectors=True)
    assert corpus.vectors is not None and corpus.vectors.shape == (len(corpus.encoding["words"]), 3)
    assert corpus.vectors[corpus.encoding["words"].index("paris")].tolist() == [1, 2, 3]
    assert corpus.head.inputs.frozen  # type: ignore[union-attr]
    assert any(note.startswith("v.txt: 94.1% of the 17 words") for note in corpus.notes), corpus.notes
    assert make_config(TASK, {"vectors": str(tmp_path / "v.txt")}).embedding_size == 3


def test_data_are_scored_in_the_model_s_own_encoding(tmp_path: Path) -> None:
    again, notes = TASK.load_for_scoring("names", made().encoding, progress=quiet)
    assert again.tags is not None and again.tags.min() >= 0 and not notes
    data = columns(tmp_path / "x.conll", ["Zed/B-PER ran/O", "Bo/B-Robot sat/O"])
    records, notes = TASK.load_for_scoring(str(data), made().encoding, progress=quiet)
    assert records.tags is not None and records.tags[:2].min() >= 0 and records.tags[2] == PADDING
    assert notes == ("tags in BIO were read as IOBES", "types that the model does not know: Robot; sentences with them "
                     "are not scored")  # fmt: skip


def test_raw_text_is_tagged_and_written_with_offsets_into_it(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text("Ünal 🦊 left. Ann's in New York.\n")
    records, _ = TASK.load_for_scoring(str(tmp_path / "story.txt"), made().encoding, progress=quiet)
    assert records.tags is not None and (records.tags == PADDING).all()
    number = {tag: place for place, tag in enumerate(made().encoding["tags"])}
    rows = [["S-PER", "O", "O", "O"], ["S-PER", "O", "O", "B-LOC", "E-LOC", "O"]]
    said = [
        TagPrediction(records.names[at], records.record(at), tuple(number[tag] for tag in row), (0.9,) * len(row),
                      None, records.text_of(at))
        for at, row in enumerate(rows)
    ]  # fmt: skip
    assert TASK.show_tags(said[1], made().encoding["tags"], made().encoding, width=80, height=3) == (
        "[Ann]PER 's in [New York]LOC ."
    )
    (path,) = TASK.export_tags(said, made().encoding["tags"], made().encoding, tmp_path / "out.json")
    (found,) = json.loads(path.read_text())
    assert [found["text"][each["start"] : each["end"]] for each in found["entities"]] == ["Ünal", "Ann", "New York"]


@pytest.mark.parametrize("suffix", TASK.predict_suffixes)
def test_every_promised_suffix_is_written(tmp_path: Path, suffix: str) -> None:
    said = [predicted(made().test, each) for each in range(20)]
    (path,) = TASK.export_tags(said, made().encoding["tags"], made().encoding, tmp_path / f"out{suffix}")
    assert path.read_text()
    if suffix == ".conll":
        records, _ = TASK.load_for_scoring(str(path), made().encoding, progress=quiet)
        assert [records.text_of(each).text for each in range(20)] == [made().test.texts[each] for each in range(20)]  # type: ignore[union-attr, index]
        assert np.array_equal(records.tags, made().test.tags[: len(records.tags)])  # type: ignore[arg-type, index]


def test_predictions_whose_text_was_not_kept_are_spelled() -> None:
    whole = predicted(made().test, 0, known=False)
    bare = TagPrediction(whole.name, whole.values, whole.tags, whole.chances)
    shown = [
        TASK.show_tags(each, made().encoding["tags"], made().encoding, width=200, height=1) for each in (whole, bare)
    ]
    assert shown[0] == shown[1] and "[" in shown[0]


def test_nothing_can_be_sampled() -> None:
    with pytest.raises(Usage, match="tags texts and writes none"):
        TASK.prime(None, made().encoding, rng=np.random.default_rng(0))


def test_data_without_tags_are_refused_for_training(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text("Anna left. She came back.\n")
    with pytest.raises(BadInput, match="has 2 sentences and no tags to learn"):
        load(tmp_path / "story.txt")


@pytest.mark.skipif(not NER.exists(), reason="the shared data are not here")
@pytest.mark.parametrize(("name", "train", "entities"), [("wnut17", 3394, 1079), ("ncbi-disease", 5432, 960)])
def test_real_folders_load_with_their_own_splits(name: str, train: int, entities: int) -> None:
    corpus = load(NER / name)
    head = corpus.head
    assert isinstance(head, Tags)
    assert len(corpus.train) == train and corpus.split_rule == "train and valid and test by the files' names"
    found = [[head.tags[each] for each in predicted(corpus.test, at).tags] for at in range(len(corpus.test))]
    assert sum(len(spans_of(row)) for row in found) == entities
    assert 0 < corpus.baseline_metrics["most frequent tag of each word"]["f1"] < 0.6
