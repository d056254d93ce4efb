"""Splits that share no source, sources with several targets, phrases of two languages, baselines, and the doctor."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from seqtui.errors import BadInput
from seqtui.readers.grouped_split import Plan
from seqtui.readers.pairs.arrays import cut_numbers, lay
from seqtui.readers.pairs.baselines import dictionary, pair_baselines, unigram_loss
from seqtui.readers.pairs.copies import once_each, too_long
from seqtui.readers.pairs.corpus import FRESH_PHRASES, Reading, load_pairs, load_to_translate
from seqtui.readers.pairs.doctor import examine
from seqtui.readers.pairs.made_phrases import make_phrases
from seqtui.readers.pairs.made_reversals import LONGEST, SIZES, SYMBOLS, make_reversals
from seqtui.readers.pairs.pair_set import PairSet
from seqtui.readers.pairs.translation_files import WRITERS, Found, Translated, draw_translated, found
from seqtui.readers.pairs.units import SPECIALS, Numbers, Side

PLAN = Plan(0, 0, 0.1, seed=3)


def quiet(_what: str, _done: int, _total: int) -> None:
    """No progress."""


def some(folder: Path, count: int = 40, extra: str = "") -> Path:
    path = folder / "pairs.tsv"
    path.write_text("".join(f"say {at}\tdis {at}\n" for at in range(count)) + extra)
    return path


def test_sources_that_are_equal_but_for_case_and_space_never_part(tmp_path: Path) -> None:
    extra = "".join(f"SAY  {at}\tparle {at}\n" for at in range(0, 40, 2))
    for seed in range(5):
        loaded = load_pairs(str(some(tmp_path, extra=extra)), Reading(), Plan(0, 0, 0.1, seed), progress=quiet)
        parts = loaded.split.train, loaded.split.valid, loaded.split.test
        sources = [{loaded.pairs.sources[at].lower() for at in part.tolist()} for part in parts]
        assert not (sources[0] & sources[1] or sources[0] & sources[2] or sources[1] & sources[2])
        assert sum(map(len, parts)) == 60 and loaded.split.rule.endswith("equal sources stay in one split")
    (note,) = [note for note in loaded.notes if "stand more than once" in note]
    assert note.startswith("20 of 40 different sources stand more than once (up to 2 times)")


def test_the_same_seed_is_the_same_split_and_changed_texts_are_another_fingerprint(tmp_path: Path) -> None:
    path = str(some(tmp_path))
    first, again = (load_pairs(path, Reading(), PLAN, progress=quiet) for _ in range(2))
    assert first.fingerprint == again.fingerprint
    assert load_pairs(path, Reading(), Plan(0, 0, 0.1, 4), progress=quiet).fingerprint != first.fingerprint
    assert load_pairs(path, Reading(lower=True), PLAN, progress=quiet).fingerprint == first.fingerprint
    other = str(some(tmp_path, extra="one\tmore\n"))
    assert load_pairs(other, Reading(), PLAN, progress=quiet).fingerprint != first.fingerprint


def test_what_given_splits_share_is_said(tmp_path: Path) -> None:
    for split, first in (("train", 0), ("dev", 30), ("test", 29)):
        lines = "".join(f"w {at}\tm {at % 7}\n" for at in range(first, first + 30 if split == "train" else first + 3))
        (tmp_path / f"{split}.tsv").write_text(lines)
    loaded = load_pairs(str(tmp_path), Reading(), PLAN, progress=quiet)
    assert [len(part) for part in (loaded.split.train, loaded.split.valid, loaded.split.test)] == [30, 3, 3]
    said = " ".join(loaded.notes)
    assert "1 of 3 pairs of the test split have a source that stands in train too, such as test.tsv, line 1" in said
    assert "3 of 3 targets of the test split (100.0%) stand in train, of other sources" in said


def test_too_few_pairs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="2 pairs, too few to learn from"):
        load_pairs(str(some(tmp_path, 2)), Reading(), PLAN, progress=quiet)


def test_a_source_is_scored_once_against_all_its_targets_and_unknown_ones_stay() -> None:
    pairs = PairSet(["a", "b", "a", "c", "c", "a"], ["x", "y", "z", None, None, "x"], list("123456"))
    kept, references = once_each(pairs, np.arange(6))
    assert kept == [0, 1, 3, 4]
    assert references == [("x", "z"), ("y",), (), ()]


def test_words_to_be_spelled_are_asked_in_lower_case_and_only_by_models_of_dictionaries(tmp_path: Path) -> None:
    path = tmp_path / "asked.txt"
    path.write_text("Cat\nDOG\nA B\nC D\n")
    spelled = load_to_translate(str(path), Reading(), "lexicon", progress=quiet)
    assert list(spelled.sources) == ["cat", "dog", "a b", "c d"] and spelled.form == "text"
    assert load_to_translate(str(path), Reading(), "text", progress=quiet).sources[0] == "Cat"


def test_every_made_phrase_has_one_translation_and_french_bends_as_it_should() -> None:
    pairs = make_phrases(3000, seed=0)
    again = make_phrases(3000, seed=0)
    assert list(pairs.targets) == list(again.targets) and len(set(pairs.sources)) == 3000
    french = " ".join(str(target) for target in pairs.targets)
    # No article before a vowel, no `de le`, no elision before huit and onze.
    assert not re.search(r"\b(?:le|la|ne|de|que|ce) (?!huit|onze)[aeiouéêâh]", french, re.I)
    assert not re.search(r"\bde les? |qu'(?:huit|onze)|\bma [aeiouéâœ]|\bbeau [aeioœ]|priss", french)
    english = " ".join(pairs.sources)
    assert not re.search(r"\ba [aeiou]|\ban [^aeiou]", english, re.I)
    lengths = [len(source.split()) for source in pairs.sources]
    assert min(lengths) >= 3 and max(lengths) <= 24 and len({len(str(each).split()) for each in pairs.targets}) > 8


@pytest.mark.parametrize(
    ("english", "french"),
    [
        (r"(?:does|do|did|will) not see (?:a|an|some) ", r"(?:voi|verr|a pas vu|ont pas vu).*\bd[e'] ?"),
        (r"^The .* forgot her\.$", r"l'(?:a|ont) oubliée\.$"),
        (r"take them\b.*\.$", r"\bles "),
        (r"^Does ", r"^Est-ce qu.* \?$"),
    ],
)
def test_what_a_dictionary_cannot_do_is_in_the_phrases(english: str, french: str) -> None:
    pairs = make_phrases(6000, seed=0)
    found = [(s, str(t)) for s, t in zip(pairs.sources, pairs.targets, strict=True) if re.search(english, s)]
    assert found and all(re.search(french, target) for _, target in found), found[:3]


def test_fresh_phrases_are_none_of_those_that_were_trained_on() -> None:
    fresh = load_to_translate("phrases", Reading(), "text", progress=quiet)
    known = set(load_pairs(None, Reading(), PLAN, progress=quiet).pairs.sources)
    assert len(fresh) == FRESH_PHRASES and len(known & set(fresh.sources)) < FRESH_PHRASES / 20


def test_reversals_are_those_of_joeynmt_in_number_length_and_symbols() -> None:
    pairs = make_reversals(seed=0)
    assert [list(pairs.splits or ()).count(split) for split in SIZES] == [50_000, 1_000, 1_000]
    assert len(set(pairs.sources)) == 52_000
    for source, target in list(zip(pairs.sources, pairs.targets, strict=True))[::5000]:
        assert source.split() == str(target).split()[::-1]
    lengths = [len(source.split()) for source in pairs.sources]
    assert (min(lengths), max(lengths)) == (1, LONGEST)
    assert {int(word) for source in pairs.sources[:2000] for word in source.split()} == set(range(SYMBOLS))


def side(words: str) -> Side:
    return Side("whitespace", (*SPECIALS, *words.split()))


def numbers(rows: list[list[int]]) -> Numbers:
    return Numbers([np.array(row, np.int32) for row in rows], [np.zeros((len(row), 2), np.int32) for row in rows])


def test_pairs_are_laid_end_to_end_in_order() -> None:
    pairs = PairSet(["a b", "c", "d"], ["x", "y z", None], ["1", "2", "3"])
    laid = lay(pairs, numbers([[3, 4], [5], [6]]), numbers([[7], [8, 9], []]), [2, 1], [(), ("y z",)])
    assert laid.values.tolist() == [6, 5] and laid.targets.tolist() == [8, 9]
    assert laid.target_lengths.tolist() == [0, 2] and list(laid.texts) == ["d", "c"]
    assert [row.tolist() for row in laid.target_rows()] == [[], [8, 9]]
    cut, lost = cut_numbers(numbers([[1, 2, 3], [1]]), 2)
    assert lost == 1 and [len(row) for row in cut.rows] == [2, 1] and len(cut.places[0]) == 2
    assert too_long([np.array([1, 9]), np.array([5, 1])], 4).tolist() == [True, True]


def test_the_dictionary_is_that_of_dice_and_baselines_are_what_they_say() -> None:
    rows = [np.array(row) for row in ([3, 4], [3], [4])], [np.array(row) for row in ([6, 5], [6], [5])]
    assert dictionary(*rows, 5, 7).tolist() == [0, 0, 0, 6, 5]
    pairs = PairSet(["a b", "a", "b"], ["y x", "y", "x"], ["1", "2", "3"])
    train = lay(pairs, numbers([[3, 4], [3], [4]]), numbers([[4, 3], [4], [3]]), [0, 1, 2], [("y x",), ("y",), ("x",)])
    scores = pair_baselines(train, train, (side("a b"), side("x y")), "exact", is_known=True)
    assert scores["word for word"] == {"exact": 1.0, "token_errors": 0.0} == scores["Bayes optimum"]
    assert scores["copy of the source"]["exact"] == 0 and scores["most frequent target"]["exact"] > 0
    # Counts: x and y twice, the end thrice, one more of each of five.
    wanted = -(4 * np.log(3 / 12) + 3 * np.log(4 / 12)) / 7
    assert unigram_loss(train, train, 5) == pytest.approx(wanted)


def test_the_doctor_tells_lengths_scripts_copies_and_what_a_run_would_leave_out(tmp_path: Path) -> None:
    extra = "say 1\tdis 1\nsame\tsame\n" + "long " * 60 + "\tcourt\n" + "Привет\tпривет\nx\ta b c d e f g h i j k\n"
    checked = some(tmp_path, extra=extra)
    broken = tmp_path / "broken.tsv"
    broken.write_text("a\tb\nc\n")
    remarks, facts = examine([checked, broken, tmp_path / "none"], Reading())
    texts = [(each.level, each.text) for each in remarks]
    assert ("error", "broken.tsv, line 2: has 1 columns, and the first row has 2; a TAB parts columns: mend the line, "
            "or take TABs out of its texts") in texts  # fmt: skip
    assert any(level == "error" and "there is no file" in text for level, text in texts)
    told = " ".join(text for _, text in texts)
    for part in (
        "45 pairs, 1 to 60 words", "1 pairs are exact copies", "1 pairs have equal sides, the first pairs.tsv, line 42",
        "1 pairs have a side of over 50 units, the first pairs.tsv, line 43", "2 pairs have over 9 times as many units",
        "45 pairs are few to learn",
    ):  # fmt: skip
        assert part in told, part
    own = facts[str(checked)]
    assert own["source"]["lengths"] == {"least": 1, "median": 2.0, "most": 60}
    assert own["source"]["histogram"]["51–100"] == 1 and sum(own["target"]["histogram"].values()) == 45
    assert own["source"]["scripts"]["cyrillic"] == 6 and own["copies"] == 1 and own["sources"] == 44
    assert json.loads(json.dumps(facts)) == facts


def translated() -> list[Translated]:
    best = Found("=a\tb", ["=a", "b"], -0.25, -0.5, [[0.25, 0.75], [1.0, 0.0], [0.5, 0.5]])
    other = Found("c", ["c"], float("-inf"), float("-inf"))
    return [
        Translated("f, line 1", "x y", ["x", "y"], ("c", "d"), [best, other]),
        Translated("f, line 2", "z", ["z"], (), [Found("", [], -1.0, -1.0)]),
    ]


def test_files_have_every_translation_scores_references_and_attention(tmp_path: Path) -> None:
    for suffix, write in WRITERS.items():
        write(iter(translated()), tmp_path / f"out{suffix}")
    rows = [line.split("\t") for line in (tmp_path / "out.tsv").read_text().splitlines()]
    assert rows[0] == ["record", "source", "translation", "reference", "score", "exact", "rank"]
    assert rows[1] == ["f, line 1", "x y", "'=a b", "c", "-0.25", "0", "1"]
    assert rows[2][4:] == ["-inf", "1", "2"] and rows[3] == ["f, line 2", "z", "", "", "-1", "", "1"]
    found_rows = json.loads((tmp_path / "out.json").read_text())
    assert found_rows[0]["translations"][0]["attention"][0] == [0.25, 0.75]
    assert found_rows[0]["translations"][1]["score"] == "-inf" and "attention" not in found_rows[0]["translations"][1]
    assert found_rows[0]["references"] == ["c", "d"]
    assert (tmp_path / "out.txt").read_text() == "=a b\n\n"
    assert draw_translated(translated()[0], width=14, height=2) == "source    x y\noutput    =a b"
    assert draw_translated(translated()[0], width=12, height=9).count("\n") == 3


def test_copied_words_stand_for_unknown_ones() -> None:
    class Guess:
        tokens = (0, 3)
        copied: tuple[int, ...] = (1, -1)
        score = log_probability = -1.0
        attention = None

    assert found(Guess(), ["the", "Zyx"], side("a b")).text == "Zyx a"
    Guess.copied = ()
    assert found(Guess(), ["the", "Zyx"], side("a b")).tokens == ["<unk>", "a"]
