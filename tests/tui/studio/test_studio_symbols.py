"""Symbols in lines of cells, texts that are written by two, and surprises that come in pieces."""

from itertools import count

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from seqtui.runs.writing_words import Surprised
from seqtui.tui.studio.surprises import Surprises
from seqtui.tui.studio.symbol_flow import LONGEST, Flow, visible
from seqtui.tui.studio.writing_asks import WritingAsks
from seqtui.tui.studio.written import Written

PARTS = st.lists(st.sampled_from(["a", "b", " ", " word", "\n", "漢", "\u0301", "\x1b", "\u202e", ",", "x" * 40, "\t"]))


@given(PARTS, st.integers(4, 40), st.integers(0, 30))
def test_every_symbol_has_a_place_of_its_own_and_a_text_may_grow(parts: list[str], width: int, cut: int) -> None:
    flow, grown = Flow(width), Flow(width)
    flow.extend(parts)
    grown.extend(parts[:cut])
    grown.extend(parts[cut:])
    assert (flow.texts, flow.lines, flow.columns) == (grown.texts, grown.lines, grown.columns)
    assert len(flow.texts) == len(parts)
    for line, first in enumerate(flow.starts):
        column = 0
        for place in range(first, flow.last(line)):
            assert (flow.lines[place], flow.columns[place]) == (line, column)
            assert flow.at(line, column) == place
            column += cell_len(flow.texts[place])
            assert cell_len(flow.texts[place]) >= 1
        assert column <= max(width, LONGEST), "only one symbol alone may stand out"


def test_lines_break_at_spaces_and_at_line_ends() -> None:
    flow = Flow(12)
    flow.extend("one two three\nfour")
    lines = ["".join(flow.texts[flow.starts[line] : flow.last(line)]) for line in range(len(flow.starts))]
    assert lines == ["one two ", "three↵", "four"]
    words = Flow(12)
    words.extend(["one", " two", " three", ",", "\n", "four"])
    assert words.lines == [0, 0, 1, 1, 1, 2]
    assert words.texts[2] == "three", "no space where a line begins"


@pytest.mark.parametrize("part", ["\u0301", "\u200d", "\x1b", "\u202e", "\x00", "\ud800", "x" * 999, "漢" * 99])
def test_what_cannot_be_seen_has_a_mark(part: str) -> None:
    assert 1 <= cell_len(visible(part)) <= LONGEST
    assert visible(part).isprintable()


@given(st.lists(st.sampled_from(["own", "model", "back", "undo"]), max_size=30))
def test_undo_leads_back_through_every_act(acts: list[str]) -> None:
    text, before = Written(), [([], [])]  # type: ignore[var-annotated]
    numbers = count()
    for act in acts:
        match act:
            case "undo":
                assert text.undo() == (len(before) > 1)
                before = before[:-1] or before
            case "back":
                if text.take_back():
                    before.append((list(text.tokens), list(text.made)))
            case _:
                text.add([next(numbers), next(numbers)], by_model=act == "model")
                before.append((list(text.tokens), list(text.made)))
        assert (text.tokens, text.made) == before[-1]


def test_surprises_come_in_order_and_never_less_than_what_is_shown() -> None:
    asks = WritingAsks(count(1))
    asks.recipe = asks.recipe
    first = asks.surprise([1, 2, 3])
    told = asks.surprised(Surprised(first.id, 1, [0.5, 1.5], [[2], [3]], [[0.6], [0.2]]), None)
    assert told is not None
    assert (told.of(0), told.of(1), told.of(2), told.of(3)) == (None, 0.5, 1.5, None)
    assert told.mean(3) == 1.0
    longer = asks.surprise([1, 2, 3, 4])
    assert asks.surprised(Surprised(longer.id, 1, [0.5], [[2]], [[0.6]]), told) is told, "less is known of the new one"
    whole = asks.surprised(Surprised(longer.id, 2, [1.5, 2.5], [[3], [4]], [[0.2], [0.1]]), told)
    assert whole is not None
    assert whole.of(3) == 2.5
    assert asks.surprised(Surprised(first.id, 3, [9.0], [[1]], [[1.0]]), whole) is whole, "an old piece"
    assert Surprises(1, [1, 2]).are_of([1, 2, 9])
    assert not Surprises(1, [1, 2]).are_of([1, 3])
    assert np.isnan(Surprises(1, [1]).mean(1))


def test_of_answers_only_those_that_are_waited_for_count_and_once() -> None:
    asks = WritingAsks(count(1))
    old, new = asks.next_after([1]).id, asks.next_after([1, 2]).id
    assert asks.is_waiting
    assert [asks.is_next(old), asks.is_next(new), asks.is_next(new)] == [False, True, False]
    seeds = {asks.more([1], "word").seed for _ in range(5)}
    assert len(seeds) == 5, "who undoes a word does not want it again"
    assert asks.is_writing
    assert asks.is_lost(asks.number() - 1)
    assert not asks.is_waiting
