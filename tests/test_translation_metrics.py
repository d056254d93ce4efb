"""Scores of texts made of others, checked by hand and against sacrebleu's own corpus functions."""

import math
from typing import Any

import pytest
import sacrebleu

from seqtui.translation_metrics import signatures, translation_metrics

SAID = ["the cat sat on the mat .", "a dog", "K AE T"]
TRUE = [["the cat is on the mat .", "the cat sat upon the mat ."], ["a dog"], ["K AE1 T S", "K AH T"]]


def test_scores_are_those_of_sacrebleu_and_of_the_closest_reference() -> None:
    found = translation_metrics(SAID, TRUE)
    streams: list[Any] = [[texts[0] for texts in TRUE], [TRUE[0][1], None, TRUE[2][1]]]
    assert found["bleu"] == pytest.approx(sacrebleu.corpus_bleu(SAID, streams).score)
    assert found["chrf"] == pytest.approx(sacrebleu.corpus_chrf(SAID, streams).score)
    assert found["exact"] == pytest.approx(1 / 3)
    # One edit of 7 tokens in the first, none of 2, one of 3 in the last.
    assert found["token_errors"] == pytest.approx(2 / 12)


def test_what_has_no_reference_is_not_scored() -> None:
    assert translation_metrics(["x", "a b c d"], [[], ["a b c d"]])["bleu"] == pytest.approx(100)
    assert all(math.isnan(value) for value in translation_metrics(["x"], [[]]).values())
    assert all(math.isnan(value) for value in translation_metrics([], []).values())


def test_nothing_said_is_wrong_and_no_error() -> None:
    found = translation_metrics([""], [["a b"]])
    assert (found["bleu"], found["exact"], found["token_errors"]) == (0.0, 0.0, 1.0)


def test_the_signature_names_tokens_smoothing_and_version() -> None:
    found = signatures([["a"], [], ["b"]])
    assert found["bleu"] == f"nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:{sacrebleu.__version__}"
    assert found["chrf"].startswith("nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no")
    assert all("nrefs:var" in each for each in signatures([["a"], ["b", "c"]]).values())
