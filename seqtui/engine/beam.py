"""The likeliest sequences that a decoder can write: beam search over many sentences and hypotheses at once.

A beam of 1 is the greedy search. With a beam as wide as there are sequences of the longest length, what is found is the
best of all: nothing is cut off but what cannot become better than what has ended.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seqtui.engine.attention import Memory
from seqtui.engine.decoder import Decoder, Standing
from seqtui.records import Hypothesis

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Search:
    """beam: hypotheses that are kept at each step; best: how many are wanted; length_penalty: the alpha of Wu et al.
    (2016), 0 ranks by probability alone; longest: symbols before the end, at most; 0: as the model's task has it.
    """

    beam: int = 5
    best: int = 1
    length_penalty: float = 1.0
    longest: int = 0


GREEDY = Search(beam=1)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The symbols with a meaning of their own: never written is `start`; `end` is written last; unknown, -1: none, is
    copied from the source.
    """

    start: int
    end: int
    unknown: int = -1


@dataclass(frozen=True, slots=True)
class Kept:
    """What one step kept of the hypotheses of some sentences, each (sentences, beam), the best first: place in the step
    before, symbol, log-probability so far (-inf: there is none), chance of the symbol.

    sentences: their numbers; attention: (sentences, beam, time), None without.
    """

    sentences: NDArray[np.int64]
    parents: NDArray[np.int64]
    symbols: NDArray[np.int64]
    totals: Floats
    chances: Floats
    attention: Floats | None


Watcher = Callable[[Kept], None]


def length_penalty(length: int, alpha: float) -> float:
    """What a log-probability is divided by: ((5 + length) / 6) ** alpha (Wu et al. 2016, equation 14)."""
    return float(((5 + length) / 6) ** alpha)


def search(
    decoder: Decoder, memory: Memory, search: Search, vocabulary: Vocabulary, *, watch: Watcher | None = None
) -> list[tuple[Hypothesis, ...]]:
    """Of each sentence of the memory, the best hypotheses, the best first; they all have an end.

    Where `longest` symbols stand, the end is all that may follow. watch: is told each step, as it is kept.
    """
    beams = _Beams(decoder, memory, search, vocabulary)
    while len(beams.sentences):
        kept = beams.advance()
        if watch is not None:
            watch(kept)
    return [beams.hypotheses(sentence) for sentence in range(len(memory.end))]


@dataclass(slots=True)
class _Pool:
    """The hypotheses of a sentence that have ended: (score, -step, -place, log-probability), the worst on top."""

    wanted: int
    ended: int = 0
    best: list[tuple[float, int, int, float]] = field(default_factory=list)

    def add(self, score: float, step: int, place: int, total: float) -> None:
        self.ended += 1
        heapq.heappush(self.best, (score, -step, -place, total))
        if len(self.best) > self.wanted:
            heapq.heappop(self.best)

    def is_full_of_better(self, bound: float, beam: int) -> bool:
        """Whether no hypothesis of a score under `bound` is wanted any more."""
        enough = len(self.best) == self.wanted
        return bound == -np.inf or (enough and (self.ended >= beam or self.best[0][0] >= bound))


class _Beams:
    """Rows of the decoder are hypotheses, `beam` a sentence; sentences that are done leave."""

    def __init__(self, decoder: Decoder, memory: Memory, search: Search, vocabulary: Vocabulary) -> None:
        self.decoder, self.memory, self.search, self.vocabulary = decoder, memory, search, vocabulary
        count, beam, device = len(memory.end), search.beam, memory.end.device
        self.sentences = np.arange(count)
        self.standing: Standing = decoder.begin(memory).chosen(
            torch.arange(count, device=device).repeat_interleave(beam)
        )
        self.symbols = torch.full((count * beam,), vocabulary.start, device=device)
        self.totals = torch.full((count, beam), -torch.inf, device=device)
        self.totals[:, 0] = 0.0
        self.pools = [_Pool(search.best) for _ in range(count)]
        self.history: list[Kept] = []
        self.lengths = (~memory.padded).sum(1).cpu().numpy()

    def advance(self) -> Kept:
        """One step of all sentences that are not done."""
        read, standing, weights = self.decoder.step(self.symbols, self.standing, self.memory)
        chances, likeliest = self._likeliest(read)  # (sentences, beam, each)
        totals, places = (self.totals.unsqueeze(2) + chances).flatten(1).topk(self.search.beam, 1)
        parents, symbols = places // chances.shape[2], likeliest.flatten(1).gather(1, places)
        attention = None
        if weights is not None:
            looks = weights.view(*parents.shape, -1)
            looks = looks.gather(1, parents.unsqueeze(2).expand(-1, -1, looks.shape[2]))
            attention = looks.float().cpu().numpy()
        kept = Kept(
            self.sentences, parents.cpu().numpy(), symbols.cpu().numpy(), totals.cpu().numpy(),
            chances.flatten(1).gather(1, places).exp().cpu().numpy(), attention,
        )  # fmt: skip
        self.history.append(kept)
        going = self._collect(kept)
        self.totals = totals.masked_fill(symbols == self.vocabulary.end, -torch.inf)
        self._go_on(going, parents, symbols, standing)
        return kept

    def _likeliest(self, read: Tensor) -> tuple[Tensor, Tensor]:
        """Of each hypothesis the log-chances of its likeliest symbols, no more than are kept, and these symbols."""
        scores = self.decoder.scores(read).float()
        total = scores.logsumexp(1, keepdim=True)
        scores[:, self.vocabulary.start] = -torch.inf
        if len(self.history) >= self.search.longest:
            scores[:, : self.vocabulary.end] = -torch.inf
            scores[:, self.vocabulary.end + 1 :] = -torch.inf
        best, symbols = scores.topk(min(self.search.beam, scores.shape[1]), 1)
        chances = (best - total).nan_to_num(nan=-torch.inf, neginf=-torch.inf)
        return chances.view(*self.totals.shape, -1), symbols.view(*self.totals.shape, -1)

    def _collect(self, kept: Kept) -> NDArray[np.int64]:
        """Take out what has ended; places of the sentences that go on."""
        step, alpha = len(self.history) - 1, self.search.length_penalty
        real = kept.totals > -np.inf
        ended = real & (kept.symbols == self.vocabulary.end)
        penalty = length_penalty(step + 1, alpha)
        for row, place in np.argwhere(ended).tolist():
            total = float(kept.totals[row, place])
            self.pools[kept.sentences[row]].add(total / penalty, step, place, total)
        # No score can rise above that of the longest sequence with no more loss.
        bounds = np.where(real & ~ended, kept.totals, -np.inf).max(1) / length_penalty(self.search.longest + 1, alpha)
        done = [
            self.pools[sentence].is_full_of_better(bound, self.search.beam)
            for sentence, bound in zip(kept.sentences.tolist(), bounds.tolist(), strict=True)
        ]
        return np.flatnonzero(~np.array(done, bool))

    def _go_on(self, going: NDArray[np.int64], parents: Tensor, symbols: Tensor, standing: Standing) -> None:
        chosen = torch.from_numpy(going).to(parents.device)
        rows = (parents[chosen] + chosen.unsqueeze(1) * self.search.beam).flatten()
        self.standing, self.symbols, self.totals = standing.chosen(rows), symbols[chosen].flatten(), self.totals[chosen]
        if len(going) < len(self.sentences):
            self.sentences, self.memory = self.sentences[going], self.memory.chosen(chosen)

    def hypotheses(self, sentence: int) -> tuple[Hypothesis, ...]:
        """What was found of one sentence, the best first."""
        ranked = sorted(self.pools[sentence].best, reverse=True)
        if not ranked:  # a model of numbers that are none
            return (Hypothesis((), -np.inf, -np.inf, ()),)
        return tuple(self._trace(sentence, score, -step, -place, total) for score, step, place, total in ranked)

    def _trace(self, sentence: int, score: float, step: int, place: int, total: float) -> Hypothesis:
        symbols: list[int] = []
        chances: list[float] = []
        looks: list[Floats] = []
        for kept in reversed(self.history[: step + 1]):
            row = int(np.searchsorted(kept.sentences, sentence))
            symbols.append(int(kept.symbols[row, place]))
            chances.append(float(kept.chances[row, place]))
            if kept.attention is not None:
                looks.append(kept.attention[row, place, : self.lengths[sentence]])
            place = int(kept.parents[row, place])
        tokens, attention = tuple(symbols[:0:-1]), np.stack(looks[::-1]) if looks else None
        return Hypothesis(tokens, total, score, tuple(chances[::-1]), attention, self._copied(tokens, attention))

    def _copied(self, tokens: tuple[int, ...], attention: Floats | None) -> tuple[int, ...]:
        """For each token that is the unknown one, where in the source attention looks (Luong et al. 2015b)."""
        unknown = self.vocabulary.unknown
        if attention is None or unknown < 0:
            return (-1,) * len(tokens)
        looked = attention.argmax(1).tolist()
        return tuple(looked[step] if token == unknown else -1 for step, token in enumerate(tokens))
