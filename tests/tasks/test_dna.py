"""The DNA application: from files to classes and sequences, without training."""

import csv
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from Bio.SeqIO.FastaIO import SimpleFastaParser

from seqtui import catalog
from seqtui.config_check import make_config
from seqtui.errors import BadInput, NotFound, Usage
from seqtui.readers.dna.alphabet import decode, reverse_complement
from seqtui.readers.dna.markov import END
from seqtui.readers.dna.sources import load_set
from seqtui.readers.dna.split import group_of, split_records, straddling
from seqtui.shapes import Label, NextToken
from seqtui.task import Corpus, Prediction, Records

DNA = Path(__file__).parents[3] / "shared" / "data" / "dna"
TASK = catalog.load("dna")


def quiet(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def load(data: str | None = None, seed: int = 0, **options: Any) -> Corpus:
    config = make_config(TASK, {"options": options, "seed": seed})
    return TASK.load(data, config.options, seed=seed, progress=quiet)


@cache
def classes() -> Corpus:
    """The built-in data, to be labeled."""
    return load()


@cache
def texts() -> Corpus:
    """The same, to be written."""
    return load(goal="generate")


def sequences_of(records: Records) -> set[str]:
    return {decode(records.whole(number)) for number in range(len(records.names))}


def fasta(path: Path, records: Mapping[str, str]) -> str:
    path.write_text("".join(f">{title}\n{letters}\n" for title, letters in records.items()))
    return str(path)


def read_back(path: Path) -> list[tuple[str, str]]:
    with path.open() as file:
        return list(SimpleFastaParser(file))


def random_records(count: int, length: int, seed: int = 0) -> dict[str, str]:
    rng = np.random.default_rng(seed)
    return {f"r{n}|{'ab'[n % 2]}": "".join(rng.choice(list("ACGT"), length)) for n in range(count)}


def test_the_built_in_data_announce_classes_ceiling_and_baselines() -> None:
    head = classes().head
    assert isinstance(head, Label)
    assert head.classes == ("background", "promoter"), "the class with something in it is the positive one"
    assert (
        classes().baselines["Bayes optimum"]
        < classes().baselines["k-mer logistic"]
        < classes().baselines["majority class"]
    )
    ceiling = classes().baseline_metrics["Bayes optimum"]["accuracy"]
    assert 0.9 < ceiling < 0.98
    assert all(
        scores["accuracy"] < ceiling for name, scores in classes().baseline_metrics.items() if "Bayes" not in name
    )
    assert classes().loss_unit == "nats/sequence"
    assert json.loads(json.dumps(classes().encoding)) == classes().encoding


def test_the_same_seed_gives_the_same_corpus_and_another_splits_the_same_data_anew() -> None:
    again, other = load(), load(seed=1)
    assert again.fingerprint == classes().fingerprint != other.fingerprint
    whole = [
        sequences_of(each.train) | sequences_of(each.valid) | sequences_of(each.test) for each in (classes(), other)
    ]
    assert whole[0] == whole[1]


def test_no_sequence_is_in_two_splits_on_either_strand() -> None:
    parts = [sequences_of(records) for records in (classes().train, classes().valid, classes().test)]
    both = [part | {decode(reverse_complement(_codes(each))) for each in part} for part in parts]
    assert not (both[0] & both[1] or both[0] & both[2] or both[1] & both[2])


def _codes(letters: str) -> np.ndarray:
    return np.array(["ACGTRYSWKMBDHVN".index(letter) for letter in letters], np.uint8)


def test_texts_begin_and_end_and_are_the_positive_class_alone() -> None:
    assert texts().head == NextToken(6)
    record = texts().train.record(0)
    assert (record[0], record[-1]) == (END, END) and not (record[1:-1] == END).any()
    assert len(texts().train) + len(texts().valid) + len(texts().test) == 4800
    assert list(texts().baselines) == [f"order {order} Markov" for order in range(6)]
    assert texts().baseline_metrics["order 0 Markov"]["bits"] > 1.9


def test_long_records_are_cut_into_windows_that_cover_them_and_share_one_name(tmp_path: Path) -> None:
    data = fasta(tmp_path / "long.fasta", random_records(40, 95))
    corpus = load(data, window=40, stride=30)
    train = corpus.train
    assert len(train) == 3 * len(train.names)
    assert set(train.lengths.tolist()) == {40}
    for parent in range(len(train.names)):
        own = np.flatnonzero(train.parents == parent)
        begin, end = train.wholes[parent]
        covered = np.zeros(95, bool)
        for window in own:
            at = int(train.begins()[window] - begin)
            covered[at : at + 40] = True
        assert covered.all() and end - begin == 95
        assert len({int(train.labels[window]) for window in own}) == 1


def test_both_strands_are_read_where_that_is_asked_for(tmp_path: Path) -> None:
    data = fasta(tmp_path / "two.fasta", random_records(30, 50))
    corpus = load(data, reverse_complement=True, window=20, stride=15)
    records, half = corpus.test, len(corpus.test) // 2
    for index in range(half):
        other = reverse_complement(records.record(half + index))
        assert np.array_equal(records.record(index), other)
        assert records.parents[index] == records.parents[half + index]


def test_a_writer_learns_both_strands_and_is_scored_on_the_one_that_is_given(tmp_path: Path) -> None:
    corpus = load(fasta(tmp_path / "two.fasta", random_records(30, 50)), goal="generate", reverse_complement=True)
    train = [corpus.train.record(number)[1:-1].astype(np.uint8) for number in range(len(corpus.train))]
    assert len(train) == 48 and len(corpus.test) == 3
    for given, other in zip(train[::2], train[1::2], strict=True):
        assert np.array_equal(reverse_complement(given), other) and not np.array_equal(given, other)


def test_balanced_classes_weigh_the_same_and_one_on_average(tmp_path: Path) -> None:
    corpus = load(fasta(tmp_path / "x.fasta", _relabel(random_records(120, 30))), class_weights="balanced")
    head = corpus.head
    assert isinstance(head, Label)
    labels = corpus.train.labels
    totals = [float(np.sum(np.array(head.weights)[labels[labels == each]])) for each in range(2)]
    assert totals[0] == pytest.approx(totals[1])
    assert sum(totals) == pytest.approx(len(labels))
    assert corpus.loss_unit == "nats/sequence, classes weighted" and not corpus.baselines


def _relabel(records: Mapping[str, str]) -> dict[str, str]:
    return {
        f"{title.split('|')[0]}|{'rare' if n % 5 == 0 else 'common'}": letters
        for n, (title, letters) in enumerate(records.items())
    }


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"context": 4}, "context=4 has no center"),
        ({"goal": "generate", "pooling": "mean"}, "pooling=mean is for goal=classify"),
        ({"pooling": "sites"}, "add positions"),
        ({"goal": "generate", "pairs": True}, "pairs=true is for goal=classify"),
        ({"goal": "generate", "window": 50}, "window=50 is for goal=classify"),
        ({"window": 20, "stride": 30}, "stride=30 would leave bases out"),
        ({"folds": 5, "fold": 5}, "fold=5 is not there"),
        ({"fold": 1}, "fold=1 is not there"),
        ({"positions": True, "bptt": 20}, "predicts from whole sequences here, which must not be cut"),
        ({"goal": "generate", "bidirectional": True}, "a bidirectional backbone cannot serve dna"),
    ],
)
def test_options_that_cannot_be_are_refused_with_a_sentence(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(Usage, match=complaint):
        make_config(TASK, options)


def test_a_generator_has_defaults_of_its_own() -> None:
    config = make_config(TASK, {"goal": "generate"})
    assert not config.bidirectional and config.bptt > 0
    assert TASK.suffixes_for(config.options) == TASK.sample_suffixes
    assert ".csv" in TASK.suffixes_for(make_config(TASK, {}).options)


def test_scoring_reads_classes_that_the_model_knows_and_leaves_the_others_open(tmp_path: Path) -> None:
    data = fasta(tmp_path / "new.fasta", {"x|promoter": "ACGT" * 9, "y|enhancer": "GGCC" * 9, "z|background": "AT" * 9})
    records, notes = TASK.load_for_scoring(data, classes().encoding, progress=quiet)
    assert records.labels.tolist() == [1, -1, 0]
    assert any("enhancer" in note for note in notes)
    bare, _ = TASK.load_for_scoring(
        fasta(tmp_path / "bare.fa", {"one": "ACGTACGT"}), classes().encoding, progress=quiet
    )
    assert bare.labels.tolist() == [-1]


def test_a_pattern_that_fits_nothing_does_not_keep_one_from_predicting(tmp_path: Path) -> None:
    encoding = {**classes().encoding, "options": {**classes().encoding["options"], "label_from": "header:kind=(\\w+)"}}
    records, _ = TASK.load_for_scoring(fasta(tmp_path / "bare.fa", {"one": "ACGTACGT"}), encoding, progress=quiet)
    assert records.labels.tolist() == [-1]


def test_made_data_can_be_scored_and_are_fresh() -> None:
    records, _ = TASK.load_for_scoring("promoters", classes().encoding, progress=quiet)
    assert len(records.names) == 4800
    assert not sequences_of(records) & sequences_of(classes().train)


def test_samples_are_begun_from_bases_or_a_file_and_end_where_the_model_or_the_length_says(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    assert TASK.prime(None, texts().encoding, rng=rng).tolist() == [END]
    assert TASK.prime("acg un\n", texts().encoding, rng=rng).tolist() == [END, 0, 1, 2, 3, 4]
    assert TASK.prime(fasta(tmp_path / "p.fa", {"p": "TTGACA"}), texts().encoding, rng=rng).tolist()[1:] == [
        3,
        3,
        2,
        0,
        1,
        0,
    ]
    with pytest.raises(BadInput, match="neither a file nor bases"):
        TASK.prime("HELLO", texts().encoding, rng=rng)
    with pytest.raises(NotFound, match="there is no file"):
        TASK.prime("nothing.fasta", texts().encoding, rng=rng)
    is_enough = TASK.is_long_enough(3, texts().encoding)
    assert [is_enough(np.asarray(base)) for base in (0, 1, 2)] == [False, False, True]
    assert TASK.is_long_enough(3, texts().encoding)(np.asarray(END))


def test_samples_are_written_as_fasta_that_biopython_reads_back(tmp_path: Path) -> None:
    made = [np.array([END, 0, 1, 2, 3, 4, END], np.uint8), np.array([END, *[3] * 130], np.uint8)]
    (path,) = TASK.export_samples(made, texts().encoding, tmp_path / "out.fasta")
    assert read_back(path) == [("sample-1", "ACGTN"), ("sample-2", "T" * 130)]


@pytest.mark.parametrize("suffix", [".fasta", ".csv", ".json"])
def test_predictions_are_written_with_class_and_chance(tmp_path: Path, suffix: str) -> None:
    told = [Prediction("first", _codes("ACGTN"), (0.25, 0.75), 1), Prediction("second", _codes("GG"), (0.5, 0.5), None)]
    (path,) = TASK.export_predictions(
        iter(told), ("background", "promoter"), classes().encoding, tmp_path / f"out{suffix}"
    )
    if suffix == ".fasta":
        (title, letters), second = read_back(path)
        assert title.split()[0] == "first" and "promoter" in title and "0.75" in title
        assert letters == "ACGTN" and second[1] == "GG"
    elif suffix == ".csv":
        with path.open() as file:
            rows = list(csv.DictReader(file))
        assert [row["label"] for row in rows] == ["promoter", "background"]
        assert float(rows[0]["probability"]) == 0.75 and rows[1]["truth"] == ""
    else:
        assert [each["label"] for each in json.loads(path.read_text())] == ["promoter", "background"]


def test_bases_are_drawn_within_the_space_there_is() -> None:
    values = np.array([END, *([0, 1, 2, 3] * 100), END], np.uint8)
    drawing = TASK.show(values, texts().encoding, width=40, height=5)
    lines = drawing.splitlines()
    assert len(lines) == 5 and all(len(line) <= 40 for line in lines)
    assert lines[0].split() == ["1", "ACGTACGTAC", "GTACGTACGT", "ACGTACGTAC"]
    assert lines[-1].split()[1:] == ["280", "more", "bases"]


@pytest.mark.skipif(not DNA.exists(), reason="the shared data are not here")
def test_splice_junctions_come_whole_in_ten_folds() -> None:
    path = str(DNA / "uci-splice-junction" / "splice.data")
    corpus = load(path, folds=10, fold=3, positions=True)
    head = corpus.head
    assert isinstance(head, Label)
    assert head.classes == ("EI", "IE", "N") and head.positions == 60
    assert not sequences_of(corpus.train) & sequences_of(corpus.test)
    found = load_set(path, None, seed=0, progress=lambda *_: None)
    groups, tested = group_of(found), 0
    for fold in range(10):
        split = split_records(found, groups, folds=10, fold=fold, valid_share=0.1, seed=0)
        assert straddling(found, split) == 0
        tested += len(split.test)
        assert fold != 3 or len(split.test) == len(corpus.test)
    assert tested == 3190
