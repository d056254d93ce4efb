"""Tags and spans: schemes are recognized, converted without loss, and their faults and forbidden moves agree."""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqtui.readers.tagged.schemes import (
    Fault,
    Scheme,
    Span,
    Written,
    faults_in,
    forbidden,
    recognized,
    spans_of,
    tag_set,
    tags_of,
)

SCHEMES: tuple[Scheme, ...] = ("iob1", "bio", "iobes")


@st.composite
def tagged_spans(draw: st.DrawFn) -> tuple[list[Span], int]:
    """Spans that do not overlap, and the length of their sequence."""
    pieces = draw(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["", "PER", "creative-work", "B-cell"]))))
    spans, at = [], 0
    for size, kind in pieces:
        if kind:
            spans.append(Span(at, at + size, kind))
        at += size
    return spans, at


@given(tagged_spans(), st.sampled_from(SCHEMES))
def test_tags_of_spans_are_those_spans_again_in_every_scheme_but_io(
    made: tuple[list[Span], int], scheme: Scheme
) -> None:
    spans, length = made
    tags = tags_of(spans, length, scheme)
    assert len(tags) == length
    assert spans_of(tags) == spans
    assert not list(faults_in(tags, scheme))


@given(tagged_spans())
def test_io_loses_only_the_border_between_neighbors_of_one_type(made: tuple[list[Span], int]) -> None:
    spans, length = made
    merged: list[Span] = []
    for span in spans:
        if merged and merged[-1].end == span.begin and merged[-1].type == span.type:
            merged[-1] = Span(merged[-1].begin, span.end, span.type)
        else:
            merged.append(span)
    assert spans_of(tags_of(spans, length, "io")) == merged


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("I-A I-A O I-B", "io"),
        ("A A O B", "io"),
        ("I-A B-A O I-B", "iob1"),
        ("B-A I-A O B-B", "bio"),
        ("O O O", "bio"),
        ("B-A B-A", "bio"),
        ("B-A E-A O S-B", "iobes"),
        ("B-A I-A L-A O U-B", "iobes"),
        ("B-A M-A E-A O S-B", "iobes"),
    ],
)
def test_schemes_are_recognized_by_their_prefixes_and_where_b_and_i_stand(text: str, scheme: str) -> None:
    assert recognized([text.split(), ["O"]]) == scheme


def test_one_fault_among_many_sound_tags_does_not_make_another_scheme() -> None:
    assert recognized([["B-A", "I-A"]] * 10 + [["O", "I-A"]]) == "bio"
    assert recognized([["B-A", "I-A"]] * 10 + [["O", "E-A"], ["S-A"]]) == "bio"


def test_bilou_is_iobes_by_other_letters() -> None:
    assert (
        spans_of(["B-A", "L-A", "U-A", "O"])
        == spans_of(["B-A", "E-A", "S-A", "O"])
        == [Span(0, 2, "A"), Span(2, 3, "A")]
    )


@pytest.mark.parametrize(
    ("scheme", "text", "step", "wanted"),
    [
        ("bio", "O I-A", 1, "B-A"),
        ("bio", "B-A I-B", 1, "B-B"),
        ("bio", "B-A E-A", 1, "I-A"),
        ("bio", "O S-A", 1, "B-A"),
        ("bio", "B-A S-A", 1, "B-A"),
        ("iob1", "O B-A", 1, "I-A"),
        ("iob1", "O E-A", 1, "I-A"),
        ("iobes", "O E-A O", 1, "S-A"),
        ("iobes", "B-A O", 0, "S-A"),
        ("iobes", "B-A I-A", 1, "E-A"),
        ("iobes", "S-A I-A E-A", 1, "B-A"),
    ],
)
def test_a_fault_names_the_step_and_what_would_be_right(scheme: Scheme, text: str, step: int, wanted: str) -> None:
    faults = list(faults_in(text.split(), scheme))
    assert isinstance(faults[0], Fault)
    assert (faults[0].step, faults[0].wanted.split(",")[0]) == (step, wanted)


@pytest.mark.parametrize("scheme", ["bio", "iobes"])
def test_what_is_forbidden_is_exactly_what_has_faults(scheme: Written) -> None:
    tags = tag_set(["A", "B"], scheme)
    never = forbidden(tags, scheme)
    for row in (row for length in (1, 2, 3) for row in product(range(len(tags)), repeat=length)):
        sound = not list(faults_in([tags[each] for each in row], scheme))
        allowed = row[0] not in never.starts and row[-1] not in never.ends
        allowed &= not any(pair in never.moves for pair in pairwise(row))
        assert sound == allowed, [tags[each] for each in row]


def test_the_set_of_tags_begins_with_o_and_has_every_tag_of_every_type() -> None:
    assert tag_set(["B", "A"], "bio") == ("O", "B-A", "I-A", "B-B", "I-B")
    assert len(tag_set(["A"], "iobes")) == 5
