"""Span scores are conlleval's to the last digit: against a transcription of its rules, seqeval and nervaluate."""

import math
from collections import Counter
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqtui.readers.tagged.schemes import tag_set
from seqtui.readers.tagged.spans import span_scores
from seqtui.shapes import PADDING

BIO, IOBES = tag_set(["A", "B"], "bio"), tag_set(["A", "B"], "iobes")


def rows_of(tags: tuple[str, ...]) -> st.SearchStrategy[list[tuple[list[int], list[int]]]]:
    """Gold and guessed sequences of equal lengths, sound or not."""
    step = st.tuples(st.integers(0, len(tags) - 1), st.integers(0, len(tags) - 1))
    return st.lists(
        st.lists(step, min_size=1, max_size=12).map(lambda row: ([a for a, _ in row], [b for _, b in row])),
        min_size=1, max_size=6,
    )  # fmt: skip


def conlleval(gold: list[list[str]], guessed: list[list[str]]) -> tuple[dict[str, float], Counter[str], Counter[str]]:
    """conlleval.pl's loop, statement by statement (Tjong Kim Sang 2000, with E and S as in its later versions)."""
    correct, found_correct, found_guessed = Counter[str](), Counter[str](), Counter[str]()
    right_tags = all_tags = 0
    in_correct = False
    last_correct, last_guessed = ("O", ""), ("O", "")
    boundary = [("O", "O", True)]
    steps = chain.from_iterable(
        [*((one, two, False) for one, two in zip(true, guess, strict=True)), *boundary]
        for true, guess in zip(gold, guessed, strict=True)
    )
    for true, guess, is_boundary in steps:
        here_correct, here_guessed = split_tag(true), split_tag(guess)
        end_correct, end_guessed = end_of_chunk(last_correct, here_correct), end_of_chunk(last_guessed, here_guessed)
        start_correct = start_of_chunk(last_correct, here_correct)
        start_guessed = start_of_chunk(last_guessed, here_guessed)
        if in_correct:
            if end_correct and end_guessed and last_guessed[1] == last_correct[1]:
                in_correct = False
                correct[last_correct[1]] += 1
            elif end_correct != end_guessed or here_guessed[1] != here_correct[1]:
                in_correct = False
        if start_correct and start_guessed and here_guessed[1] == here_correct[1]:
            in_correct = True
        if start_correct:
            found_correct[here_correct[1]] += 1
        if start_guessed:
            found_guessed[here_guessed[1]] += 1
        if not is_boundary:
            right_tags += true == guess
            all_tags += 1
        last_correct, last_guessed = here_correct, here_guessed
    precision = correct.total() / found_guessed.total() if found_guessed else 0.0
    recall = correct.total() / found_correct.total() if found_correct else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    scores = {"f1": f1, "precision": precision, "recall": recall, "accuracy": right_tags / all_tags}
    return scores, found_correct, found_guessed


def split_tag(tag: str) -> tuple[str, str]:
    prefix, _, kind = tag.partition("-")
    return prefix, kind


def end_of_chunk(before: tuple[str, str], here: tuple[str, str]) -> bool:
    (prev_tag, prev_type), (tag, kind) = before, here
    end = False
    if prev_tag == "B" and tag == "B":
        end = True
    if prev_tag == "B" and tag == "O":
        end = True
    if prev_tag == "B" and tag == "S":
        end = True
    if prev_tag == "I" and tag == "B":
        end = True
    if prev_tag == "I" and tag == "S":
        end = True
    if prev_tag == "I" and tag == "O":
        end = True
    if prev_tag == "E":
        end = True
    if prev_tag == "S":
        end = True
    if prev_tag != "O" and prev_type != kind:
        end = True
    return end


def start_of_chunk(before: tuple[str, str], here: tuple[str, str]) -> bool:
    (prev_tag, prev_type), (tag, kind) = before, here
    start = False
    if tag == "B":
        start = True
    if tag == "S":
        start = True
    if prev_tag == "O" and tag == "I":
        start = True
    if prev_tag == "O" and tag == "E":
        start = True
    if prev_tag in ("E", "S") and tag in ("E", "I"):
        start = True
    if tag != "O" and prev_type != kind:
        start = True
    return start


@pytest.mark.parametrize("tags", [BIO, IOBES], ids=["bio", "iobes"])
def test_scores_are_those_of_conlleval_for_any_sequences_sound_or_not(tags: tuple[str, ...]) -> None:
    @given(rows_of(tags))
    def check(rows: list[tuple[list[int], list[int]]]) -> None:
        gold, guessed = [row[0] for row in rows], [row[1] for row in rows]
        wanted, true, found = conlleval(
            [[tags[each] for each in row] for row in gold], [[tags[each] for each in row] for row in guessed]
        )
        scores = span_scores(tags, gold, guessed)
        assert {name: scores[name] for name in wanted} == pytest.approx(wanted, abs=1e-12)
        for kind in ("A", "B"):
            assert math.isnan(scores[f"f1 {kind}"]) == (true[kind] == found[kind] == 0)

    check()


@settings(deadline=None)  # the first call imports the referee
@given(rows_of(BIO))
def test_scores_of_bio_are_those_of_seqeval(rows: list[tuple[list[int], list[int]]]) -> None:
    seqeval = pytest.importorskip("seqeval.metrics", reason="the referee is in the extra dev")
    gold, guessed = ([[BIO[each] for each in row[side]] for row in rows] for side in (0, 1))
    scores = span_scores(BIO, [row[0] for row in rows], [row[1] for row in rows])
    for name, metric in (("f1", "f1_score"), ("precision", "precision_score"), ("recall", "recall_score")):
        assert scores[name] == pytest.approx(getattr(seqeval, metric)(gold, guessed, zero_division=0))


@settings(deadline=None)
@given(rows_of(BIO))
def test_scores_of_sound_sequences_are_those_of_nervaluate_strict(rows: list[tuple[list[int], list[int]]]) -> None:
    from nervaluate import Evaluator

    sound = [[repaired(row[side]) for row in rows] for side in (0, 1)]
    gold, guessed = ([[BIO[each] for each in row] for row in side] for side in sound)
    judged = Evaluator(gold, guessed, tags=["A", "B"], loader="list").evaluate()["overall"]
    strict = judged["strict"]
    scores = span_scores(BIO, *sound)
    assert (scores["precision"], scores["recall"]) == pytest.approx((strict.precision, strict.recall))
    assert (scores["f1"], scores["partial_f1"]) == pytest.approx((strict.f1, judged["partial"].f1))


def repaired(row: list[int]) -> list[int]:
    """I-X that begins a span becomes B-X."""
    made: list[int] = []
    for each in row:
        goes_on = made and made[-1] in (each - 1, each)
        made.append(each - 1 if each in (2, 4) and not goes_on else each)
    return made


def test_steps_whose_tag_is_not_known_are_no_errors() -> None:
    gold, guessed = [[1, 2, PADDING, 0]], [[1, 2, 3, 0]]
    scores = span_scores(BIO, gold, guessed)
    assert (scores["f1"], scores["accuracy"]) == (1.0, 1.0)


def test_a_span_must_be_right_in_begin_end_and_type() -> None:
    scores = span_scores(BIO, [[1, 2, 0, 3], [0]], [[1, 0, 0, 3], [0]])
    assert (scores["precision"], scores["recall"], scores["accuracy"]) == (0.5, 0.5, 0.8)
    assert (scores["f1 A"], scores["f1 B"]) == (0.0, 1.0)


def test_a_span_never_goes_over_the_end_of_a_sequence() -> None:
    assert span_scores(BIO, [[1], [2]], [[1], [2]])["f1"] == 1.0
    assert span_scores(BIO, [[1, 2]], [[1, 1]])["precision"] == 0.0


def test_an_overlap_is_half_right_whatever_its_type() -> None:
    gold, guessed = [[1, 2, 0, 3, 0], [0, 1]], [[1, 0, 0, 1, 0], [1, 0]]
    assert span_scores(BIO, gold, guessed)["partial_f1"] == pytest.approx(1.5 / 3)
    assert span_scores(BIO, gold, gold)["partial_f1"] == 1.0
    assert span_scores(BIO, gold, [[0] * 5, [0, 0]])["partial_f1"] == 0.0


def test_nothing_to_find_and_nothing_found_is_zero_as_in_conlleval() -> None:
    assert span_scores(BIO, [[0, 0]], [[0, 0]])["f1"] == 0.0
