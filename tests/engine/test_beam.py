"""Beam search finds the best where it is wide enough, is greedy where it is one wide, and never mixes sentences up."""

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import reversing
import torch

from seqtui.engine.attention import Memory
from seqtui.engine.beam import GREEDY, Kept, Search, Vocabulary, length_penalty, search
from seqtui.engine.translation_head import TranslationHead
from seqtui.shapes import Tokens, Translation

SIZE, START, END, LONGEST = 5, 3, 4, 3  # symbols 0, 1, 2, a start and an end
VOCABULARY = Vocabulary(START, END)


def tiny(**changes: Any) -> TranslationHead:
    head = Translation(Tokens(6), SIZE, START, END, longest=LONGEST, **changes)
    model = reversing.small_model(head, "lstm").eval()
    assert isinstance(model.head, TranslationHead)
    torch.manual_seed(2)
    for parameter in model.head.parameters():
        torch.nn.init.normal_(parameter, std=0.7)
    return model.head


def memory_of(head: TranslationHead, lengths: tuple[int, ...] = (4, 2, 6)) -> Memory:
    torch.manual_seed(1)
    states = torch.randn(max(lengths), len(lengths), 7)
    mask = (torch.arange(max(lengths)).unsqueeze(1) < torch.tensor(lengths)).float()
    return head.remember(states, mask)


def one(memory: Memory, sentence: int) -> Memory:
    return memory.chosen(torch.tensor([sentence]))


def all_of_them(head: TranslationHead, memory: Memory, alpha: float) -> list[tuple[float, tuple[int, ...]]]:
    """Every sequence of at most LONGEST symbols with its score, the best first; one by one, under the teacher."""
    found = []
    for length in range(LONGEST + 1):
        for symbols in itertools.product(range(3), repeat=length):
            given, wanted = torch.tensor([[START, *symbols]]).t(), torch.tensor([*symbols, END])
            chances = head.decoder.write(given, memory)[:, 0].log_softmax(1)
            total = float(chances[torch.arange(length + 1), wanted].sum())
            found.append((total / length_penalty(length + 1, alpha), symbols))
    return sorted(found, reverse=True)


@pytest.mark.parametrize("alpha", [0.0, 0.6, 1.0, 3.0])
@pytest.mark.parametrize("kind", [{}, {"attention": "none"}, {"attention": "bahdanau", "coverage": True}], ids=str)
@torch.inference_mode()
def test_a_beam_as_wide_as_there_are_sequences_finds_the_best_of_all(kind: dict[str, Any], alpha: float) -> None:
    head = tiny(**kind)
    memory = memory_of(head)
    wide = Search(beam=SIZE**LONGEST, best=7, length_penalty=alpha, longest=LONGEST)
    for sentence, hypotheses in enumerate(search(head.decoder, memory, wide, VOCABULARY)):
        best = all_of_them(head, one(memory, sentence), alpha)[:7]
        assert [each.tokens for each in hypotheses] == [symbols for _, symbols in best]
        assert [each.score for each in hypotheses] == pytest.approx([score for score, _ in best], rel=1e-4)


@pytest.mark.parametrize("kind", [{}, {"attention": "bahdanau", "coverage": True}, {"attention": "none"}], ids=str)
@torch.inference_mode()
def test_the_search_goes_in_half_precision(kind: dict[str, Any]) -> None:
    head = tiny(**kind)
    with torch.autocast("cpu", torch.bfloat16):
        found = search(head.decoder, memory_of(head), Search(beam=2, best=2, longest=LONGEST), VOCABULARY)
    assert [len(hypotheses) for hypotheses in found] == [2, 2, 2]


@torch.inference_mode()
def test_a_beam_of_one_takes_the_likeliest_symbol_at_each_step() -> None:
    head = tiny()
    memory = memory_of(head)
    for sentence, (found,) in enumerate(search(head.decoder, memory, replace(GREEDY, longest=9), VOCABULARY)):
        alone, symbols = one(memory, sentence), [START]
        standing = head.decoder.begin(alone)
        while symbols[-1] != END and len(symbols) <= 9:
            read, standing, _ = head.decoder.step(torch.tensor(symbols[-1:]), standing, alone)
            scores = head.decoder.scores(read)[0]
            scores[START] = -torch.inf
            symbols.append(int(scores.argmax()))
        assert found.tokens == tuple(symbol for symbol in symbols[1:] if symbol != END)


@pytest.mark.parametrize("kind", [{}, {"coverage": True, "attention": "bahdanau"}], ids=str)
@torch.inference_mode()
def test_sentences_together_are_found_as_they_are_alone(kind: dict[str, Any]) -> None:
    head = tiny(**kind)
    memory, asked = memory_of(head, (4, 2, 6, 1, 5)), Search(beam=4, best=3, longest=12)
    together = search(head.decoder, memory, asked, VOCABULARY)
    for sentence, hypotheses in enumerate(together):
        alone = search(head.decoder, one(memory, sentence), asked, VOCABULARY)[0]
        for ours, theirs in zip(hypotheses, alone, strict=True):
            assert ours.tokens == theirs.tokens
            assert ours.score == pytest.approx(theirs.score, rel=1e-5)
            assert ours.attention is not None and theirs.attention is not None
            np.testing.assert_allclose(ours.attention, theirs.attention, atol=1e-6)


@torch.inference_mode()
def test_a_hypothesis_tells_its_chances_and_where_it_looked() -> None:
    head = tiny()
    memory = memory_of(head)
    for sentence, (best, *_) in enumerate(search(head.decoder, memory, Search(beam=3, longest=8), VOCABULARY)):
        alone = one(memory, sentence)
        standing, rows = head.decoder.begin(alone), []
        for symbol, chance in zip((START, *best.tokens), best.chances, strict=True):
            read, standing, weights = head.decoder.step(torch.tensor([symbol]), standing, alone)
            wanted = (*best.tokens, END)[len(rows)]
            assert float(head.decoder.scores(read).softmax(1)[0, wanted]) == pytest.approx(chance, rel=1e-4)
            assert weights is not None
            rows.append(weights[0].numpy())
        length = int((~alone.padded).sum())
        assert best.attention is not None
        np.testing.assert_allclose(best.attention, np.stack(rows)[:, :length], atol=1e-6)
        np.testing.assert_allclose(best.attention.sum(1), 1, atol=1e-5)
        assert best.log_probability == pytest.approx(float(np.log(best.chances).sum()), rel=1e-4)


@torch.inference_mode()
def test_unknown_symbols_are_copied_from_where_attention_looks() -> None:
    head = tiny()
    found = [
        best for (best,) in search(head.decoder, memory_of(head), Search(beam=2, longest=9), Vocabulary(START, END, 1))
    ]
    assert any(1 in each.tokens for each in found), "the model of this test writes the unknown symbol"
    for each in found:
        assert each.attention is not None
        looked = each.attention.argmax(1)
        assert each.copied == tuple(looked[n] if token == 1 else -1 for n, token in enumerate(each.tokens))


@torch.inference_mode()
def test_the_start_is_never_written_and_no_more_than_the_longest_is() -> None:
    head = tiny()
    with torch.no_grad():
        assert head.decoder.output is not None
        head.decoder.output.bias[START] += 50
        head.decoder.output.bias[END] -= 50
    for hypotheses in search(head.decoder, memory_of(head), Search(beam=4, best=4, longest=6), VOCABULARY):
        for each in hypotheses:
            assert START not in each.tokens
            assert len(each.tokens) <= 6
            assert len(each.chances) == len(each.tokens) + 1


@torch.inference_mode()
def test_a_watcher_sees_every_hypothesis_grow_from_the_one_it_came_of() -> None:
    head, seen = tiny(), list[Kept]()
    found = search(head.decoder, one(memory_of(head), 0), Search(beam=4, longest=7), VOCABULARY, watch=seen.append)
    assert (seen[0].parents[0] == 0).all()
    paths: list[tuple[int, ...]] = [()]
    ended = set()
    for kept in seen:
        real = kept.totals[0] > -np.inf
        paths = [
            (*paths[parent], symbol)
            for parent, symbol in zip(kept.parents[0][real], kept.symbols[0][real], strict=True)
        ]
        assert (np.diff(kept.totals[0][real]) <= 0).all(), "the best first"
        ended |= {path[:-1] for path in paths if path[-1] == END}
    assert found[0][0].tokens in ended


@torch.inference_mode()
def test_a_model_of_numbers_that_are_none_writes_nothing() -> None:
    head = tiny()
    with torch.no_grad():
        head.decoder.readout.weight.fill_(torch.nan)
    for (only,) in search(head.decoder, memory_of(head), Search(longest=5), VOCABULARY):
        assert (only.tokens, only.score) == ((), -np.inf)
