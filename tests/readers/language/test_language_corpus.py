"""Text for language models: cut where it stands, numbered by the training part, and what is said of it."""

import gzip
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from seqtui.engine.torchtext_tools import TorchtextTools
from seqtui.errors import BadInput, NotFound
from seqtui.readers import room_on_disk
from seqtui.readers.language import plain_text
from seqtui.readers.language.corpus import LanguageSet, Wish, load_language, load_language_to_score
from seqtui.readers.language.doctor import examine
from seqtui.readers.language.ngram_baselines import ngram_losses
from seqtui.readers.language.python_reference import without_copies
from seqtui.readers.language.units import Unit, cut, join

VOCABULARY = TorchtextTools().vocabulary


def silent(_what: str, _done: int, _total: int) -> None:
    """No progress."""


def load(data: Path | None, unit: Unit = "character", **wishes: object) -> LanguageSet:
    given = {"valid_share": 0.1, "test_share": 0.1, "least": 1, "most": None} | wishes
    return load_language(None if data is None else str(data), Wish(unit, **given), VOCABULARY, progress=silent)  # type: ignore[arg-type]


def text_of(loaded: LanguageSet, split: str, unit: Unit = "character") -> str:
    return join((loaded.symbols[code] for code in loaded.parts[split].codes.tolist()), unit)


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text("".join("abcde"[n % 5] for n in range(899)) + "\n" + "z" * 99 + "\n")
    return path


def test_the_splits_are_the_first_the_middle_and_the_last_part(letters: Path) -> None:
    loaded = load(letters)
    assert [len(loaded.parts[split].codes) for split in ("train", "valid", "test")] == [800, 100, 100]
    assert text_of(loaded, "train") + text_of(loaded, "valid") == letters.read_text()[:899] + "\ufffd"
    assert loaded.rule == "the first 80% of the text, then 10%, then 10%"


def test_the_vocabulary_is_of_the_training_part_and_what_is_not_in_it_is_said(letters: Path) -> None:
    loaded = load(letters)
    assert set(loaded.symbols) == {"<unk>", *"abcde"}
    assert text_of(loaded, "test") == "\ufffd" * 100
    assert any(note.startswith("100.00% of test is not in the vocabulary") for note in loaded.notes)


def test_rare_symbols_and_small_vocabularies(letters: Path) -> None:
    assert len(load(letters, most=3).symbols) == 4
    assert load(letters, least=161).symbols == ["<unk>"]


def test_a_folder_says_its_splits_and_valid_is_cut_from_train_where_there_is_none(tmp_path: Path) -> None:
    for name, text in (("train.txt", "abab" * 50), ("b.test.txt", "ba" * 30)):
        (tmp_path / name).write_text(text)
    loaded = load(tmp_path)
    assert text_of(loaded, "train") + text_of(loaded, "valid") == "abab" * 50 + "\ufffd"
    assert len(loaded.parts["valid"].codes) == 20
    assert text_of(loaded, "test") == "ba" * 30 + "\ufffd"
    part, _ = load_language_to_score(str(tmp_path), "character", loaded.symbols, progress=silent)
    assert len(part.codes) == 61
    assert "valid is the last 10% of train" in loaded.rule


def test_a_file_by_itself_is_split_or_scored_whatever_its_name_says(letters: Path) -> None:
    path = letters.rename(letters.with_name("test-of-train.txt"))
    assert [len(load(path).parts[split].codes) for split in ("train", "valid", "test")] == [800, 100, 100]
    part, _ = load_language_to_score(str(path), "character", ["<unk>", *"abcde"], progress=silent)
    assert len(part.codes) == 1000


def test_several_files_are_records_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("ab" * 40)
    with gzip.open(tmp_path / "two.txt.gz", "wt") as file:
        file.write("ba" * 60)
    loaded = load(tmp_path)
    assert loaded.parts["train"].names == ("one.txt", "two.txt.gz")
    assert loaded.parts["train"].lengths.tolist() == [81, 162 - 81]
    assert loaded.parts["test"].names == ("two.txt.gz",)


def test_words_are_cut_with_their_marks_and_put_together_again() -> None:
    text = "Don't \u201cstop\u201d (now), 3 o'clock!\nNext line."
    assert cut(text, "word") == [
        "Don't", "\u201c", "stop", "\u201d", "(", "now", ")", ",", "3", "o'clock", "!", "\n", "Next", "line", ".",
    ]  # fmt: skip
    assert join(cut(text, "word"), "word") == text
    text = "'Tis well-made--is it not?"
    assert cut(text, "word") == ["'", "Tis", "well", "-", "made", "-", "-", "is", "it", "not", "?"]
    assert join(cut(text, "word"), "word") == text


@pytest.mark.parametrize("unit", ["character", "word"])
def test_a_text_larger_than_memory_allows_is_the_same_from_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unit: Unit
) -> None:
    path = tmp_path / "text.txt"
    path.write_text("".join(f"line {n} of a long text with {n % 7} words\n" for n in range(3000)))
    in_memory = load(path, unit)
    monkeypatch.setenv("SEQTUI_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(room_on_disk, "IN_MEMORY", 1000)
    monkeypatch.setattr(plain_text, "BLOCK", 700)
    mapped = load(path, unit)
    assert isinstance(mapped.parts["train"].codes, np.memmap)
    assert mapped.fingerprint == in_memory.fingerprint
    assert not [each for each in (tmp_path / "home").rglob("*") if each.is_file()], "what was written ends with us"


def test_lines_that_stand_in_two_splits_are_found(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    line = "the same line of more than forty characters, again and again\n"
    path.write_text(line * 40)
    assert any("of the test text's long lines stand in train too" in note for note in load(path).notes)


@pytest.mark.parametrize(
    ("data", "said"),
    [("nowhere.txt", "no text file or folder"), ("short.txt", "too few to learn from"), ("empty", "no text files")],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, data: str, said: str) -> None:
    (tmp_path / "short.txt").write_text("abc")
    (tmp_path / "empty").mkdir()
    with pytest.raises((BadInput, NotFound), match=said):
        load(tmp_path / data)


def test_the_offline_text_is_long_enough_to_learn_from_and_its_parts_share_no_copies() -> None:
    loaded = load(None)
    assert len(loaded.parts["train"].codes) > 250_000
    assert "assignment" in text_of(loaded, "train")
    assert not [note for note in loaded.notes if "stand in train too" in note]


def test_rules_of_tables_are_no_copies_and_whole_lines_are(tmp_path: Path) -> None:
    said = "a line that is said once more, word for word, near the end of it all\n"
    for extra, noted in (("+" + "-" * 60 + "+\n", False), (said, True)):
        lines = [f"line {number} of many, of which each has a number of its own\n" for number in range(400)]
        (tmp_path / "text.txt").write_text("".join([extra, *lines, extra * 10]))
        notes = load(tmp_path / "text.txt").notes
        assert any("of the test text's long lines stand in train too" in note for note in notes) == noted


def chain_by_hand(train: list[int], context: list[int], value: int, symbols: int) -> float:
    """Witten-Bell, by the formula: the shortest context at the bottom."""
    lower = 1 / symbols if not context and not len(train) else None
    if lower is None:
        lower = chain_by_hand(train, context[1:], value, symbols) if context else 1 / symbols
    size = len(context)
    follow = [train[at] for at in range(size, len(train)) if train[at - size : at] == context]
    if not follow:
        return lower
    kinds = len(set(follow))
    return (follow.count(value) + kinds * lower) / (len(follow) + kinds)


def test_markov_chains_are_witten_bell_by_hand() -> None:
    rng = np.random.Generator(np.random.PCG64(0))
    train, test = (rng.integers(0, 3, size) for size in (60, 25))
    losses = ngram_losses(train, test, 3, (0, 1, 2))
    for order in (0, 1, 2):
        before = train.tolist()
        wanted = []
        for at in range(1, len(test)):
            context = (before + test.tolist())[len(before) + at - order : len(before) + at]
            wanted.append(-np.log(chain_by_hand(before, context, int(test[at]), 3)))
        assert losses[f"order {order} Markov"] == pytest.approx(np.mean(wanted), rel=0.02)


def test_every_chain_is_a_distribution() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    train = rng.integers(0, 3, 50)
    for context in product(range(3), repeat=2):
        chances = [
            np.exp(-ngram_losses(train, np.array([0, *context, value]), 3, (2,))["order 2 Markov"] * 3)
            for value in range(3)
        ]
        ratio = sum(chances)  # the chance of the context itself, times one
        alone = np.exp(-ngram_losses(train, np.array([0, *context]), 3, (2,))["order 2 Markov"] * 2)
        assert ratio == pytest.approx(alone, rel=1e-9)


def test_the_doctor_sees_short_files_odd_bytes_and_rare_characters(tmp_path: Path) -> None:
    (tmp_path / "a.train.txt").write_text("hello hello\u00e9\n" * 3)
    (tmp_path / "b.txt").write_bytes(b"caf\xe9\n")
    seen, facts = examine([tmp_path, tmp_path / "nowhere"])
    texts = " ".join(f"{level} {where}: {text}" for level, where, text in seen)
    assert "a.train.txt: has 39 characters" in texts
    assert "error b.txt: " in texts
    assert "iconv -f latin1" in texts
    assert "nowhere" in texts
    (found,) = [each for each in facts.values() if each]
    assert (found["split"], found["words"], found["different words"]) == ("train", 9, 3)


def test_a_paragraph_that_stands_in_several_topics_is_read_once() -> None:
    topics = [
        "Alpha.\n\nA note that\nall share.",
        "Beta.\n   \n   A note that\n   all share.\n\nMore.",
        "Alpha.",
        "Gamma.",
    ]
    assert list(without_copies(topics)) == ["Alpha.\n\nA note that\nall share.\n", "Beta.\n\nMore.\n", "Gamma.\n"]
