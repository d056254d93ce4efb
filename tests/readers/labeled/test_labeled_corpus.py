"""From files to three splits of texts: classes, copies, splits that come with the data, scores to beat."""

from pathlib import Path

import numpy as np
import pytest

from seqtui.errors import BadInput, Usage
from seqtui.readers.grouped_split import Plan
from seqtui.readers.labeled.columns import Columns
from seqtui.readers.labeled.copies import find_copies
from seqtui.readers.labeled.corpus import LabeledTexts, classes_of, load_labeled, load_to_score
from seqtui.readers.labeled.text_set import TextSet
from seqtui.readers.same_texts import group_of_texts, normalized
from seqtui.readers.unpacked_file import silent

PLAN = Plan(0, 0, 0.1, 0)


def load(data: Path, plan: Plan = PLAN) -> LabeledTexts:
    return load_labeled(str(data), Columns(), plan, progress=silent)


def rows(count: int, *, classes: int = 2) -> list[str]:
    return [
        f"text number {index} is {['good', 'bad', 'odd'][index % classes]}\t{index % classes}" for index in range(count)
    ]


def written(path: Path, lines: list[str]) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    return path


def test_copies_are_texts_that_differ_in_case_and_space_alone() -> None:
    assert normalized("  Très\tBIEN  dit ") == normalized("tre\u0300s bien DIT")
    assert normalized("not good") != normalized("not, good")
    texts = TextSet(["A b", "c", "a  B", "C", "d"], ["x", "x", "y", "x", None], ["1", "2", "3", "4", "5"])
    groups = group_of_texts(texts.texts)
    assert groups.tolist() == [0, 1, 0, 1, 2]
    assert [(each.records, each.labels) for each in find_copies(texts, groups)] == [
        ((0, 2), ("x", "y")),
        ((1, 3), ("x",)),
    ]


def test_copies_stay_in_one_split_and_are_told_of(tmp_path: Path) -> None:
    lines = rows(60)
    loaded = load(written(tmp_path / "a.txt", [*lines, lines[0].upper(), lines[1].replace("\t1", "\t0")]))
    groups = group_of_texts(loaded.texts.texts)
    for part, other in ((loaded.split.train, loaded.split.test), (loaded.split.train, loaded.split.valid)):
        assert not set(groups[part].tolist()) & set(groups[other].tolist())
    assert loaded.notes == (
        "2 texts are copies of earlier ones (but for case and white space) and were kept: a.txt, line 1 = a.txt, line "
        "61; a.txt, line 2 = a.txt, line 62",
        "1 text stands under two classes or more, which no model can learn: a.txt, line 2 = a.txt, line 62",
    )


def test_classes_that_are_numbers_are_in_their_order() -> None:
    def classes(*labels: str) -> tuple[str, ...]:
        return classes_of(TextSet([""] * len(labels), labels, [""] * len(labels)))

    assert classes("10", "9", "-1") == ("-1", "9", "10")
    assert classes("pos", "neg") == ("neg", "pos")
    assert classes("nan", "2", "10", "-1") == ("-1", "10", "2", "nan")


def test_splits_that_come_with_the_data_are_kept_and_texts_that_stand_in_two_are_counted(tmp_path: Path) -> None:
    folder, lines = tmp_path / "set", rows(100)
    written(folder / "train.txt", lines)
    written(folder / "test.txt", [lines[0], lines[1], "something new\t0"])
    loaded = load(folder)
    assert (len(loaded.split.train), len(loaded.split.valid), len(loaded.split.test)) == (90, 10, 3)
    assert loaded.split.rule == (
        "train and test by the files' names; valid is 10% of train by seed 0, stratified by label"
    )
    assert any(note.startswith("2 of 3 texts of the test split stand in train too") for note in loaded.notes)
    with pytest.raises(Usage, match="split already"):
        load(folder, Plan(5, 0, 0.1, 0))


def test_texts_without_a_class_are_left_out_and_rare_classes_told_of(tmp_path: Path) -> None:
    loaded = load(written(tmp_path / "a.txt", [*rows(40), "who knows\t", "only one\t7"]))
    assert len(loaded.texts) == 41 and loaded.classes == ("0", "1", "7")
    assert "1 of 42 texts have no class and were left out, the first a.txt, line 41" in loaded.notes
    assert "classes with fewer than 3 texts cannot be in all splits: 7 1" in loaded.notes


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["one", "two"], "a.txt brings no classes: give a table with a column of classes"),
        (["one\ta", "two\ta"], "a.txt: 2 texts of one class, a; give texts of two or more"),
        (["text\tlabel", *(f"text {index}\t{index}x" for index in range(30))], "30 different classes in 30 texts"),
        (["one\ta", "two\tb"], "too few different texts for train, valid and test \\(2\\)"),
    ],
)
def test_classes_that_cannot_be_learned_are_refused(tmp_path: Path, lines: list[str], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        load(written(tmp_path / "a.txt", lines))


def test_scores_to_beat_are_fitted_on_training_texts_and_read_no_order(tmp_path: Path) -> None:
    scores = load(written(tmp_path / "a.txt", rows(300, classes=3))).scores
    assert list(scores) == ["majority class", "bag of words", "bag of words and pairs"]
    assert scores["bag of words"]["accuracy"] == 1.0 > scores["majority class"]["accuracy"]
    assert scores["majority class"]["loss"] == pytest.approx(np.log(3), abs=0.01)


def test_texts_without_words_have_the_majority_to_beat(tmp_path: Path) -> None:
    lines = ["\u200b" * (index + 1) + f"\t{index % 2}" for index in range(30)]
    assert "majority class" in load(written(tmp_path / "a.txt", lines)).scores


def test_a_change_of_text_label_or_seed_changes_the_fingerprint(tmp_path: Path) -> None:
    lines = rows(50)
    first = load(written(tmp_path / "a.txt", lines)).fingerprint
    assert load(written(tmp_path / "b.txt", lines)).fingerprint == first
    assert load(tmp_path / "a.txt", Plan(0, 0, 0.1, 1)).fingerprint != first
    assert load(written(tmp_path / "b.txt", [lines[0].replace("good", "Good"), *lines[1:]])).fingerprint != first
    assert load(written(tmp_path / "b.txt", [lines[0][:-1] + "1", *lines[1:]])).fingerprint != first


def test_scoring_knows_the_classes_of_the_model_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", ["one\tpos", "two\tneg", "three\tmixed"])
    texts, labels, notes = load_to_score(str(path), Columns(), ("neg", "pos"), progress=silent)
    assert labels.tolist() == [1, 0, -1] and len(texts) == 3
    assert notes == ("classes that the model does not know: mixed",)
    fresh, labels, _ = load_to_score("opinions", Columns(), ("negative", "positive"), progress=silent)
    assert len(fresh) == 4000 and set(labels.tolist()) == {0, 1}
