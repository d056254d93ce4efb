"""Writing together with a model of the next token: what may come next, a word or a line more, what surprises it.

It keeps the states it has been in, so that a symbol more, or one taken back, costs no more than that symbol.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final, final

import numpy as np
import torch

from seqtui.engine.generate import RECENT, choose, discourage, finite, nucleus
from seqtui.engine.open_model import OpenModel
from seqtui.engine.recurrent.cells import State
from seqtui.engine.surprise import named_tokens
from seqtui.errors import Usage
from seqtui.runs.studio_words import Answer, Told
from seqtui.runs.taste import Taste, taste_of
from seqtui.runs.writing_words import AskNext, AskSurprise, Continued, Followed, Surprised, WriteOn

EXPECTED: Final = 5  # guesses that are named at each symbol
AT_ONCE: Final = 256  # tokens that are read between two looks whether the answer is still wanted
MOST_KEPT: Final = 400  # states
LONGEST_PIECE: Final = 400  # tokens of a line
WORD_WITHOUT_SPACES: Final = 3  # tokens: a codon
LINE_WITHOUT_BREAKS: Final = 60  # tokens: a line of FASTA
NEWLINE: Final = "\n"


@final
class Writer:
    """One open model and the text that is being written with it."""

    def __init__(self, opened: OpenModel) -> None:
        self._opened = opened
        self._names = named_tokens(opened.task, opened.meaning.head, opened.meaning.encoding)
        self._unwritten = opened.task.unwritten(opened.meaning.encoding)
        self._tokens: list[int] = []  # those that have been read
        self._kept: list[tuple[int, torch.Tensor, list[State]]] = []  # after so many tokens: logits (1, size), state

    def next(self, request: AskNext) -> Iterator[Answer | None]:
        """Followed."""
        yield from self._read(request.tokens)
        order, chances = self._likeliest(self._logits(), request.tokens, taste_of(request))
        count = min(request.count, len(order))
        bits = float(-(chances * np.log2(np.maximum(chances, 1e-300))).sum())
        said = [round(float(chance), 6) for chance in chances[:count]]
        yield Followed(request.id, order[:count].tolist(), said, max(0.0, bits))

    def write_on(self, request: WriteOn) -> Iterator[Answer | None]:
        """Continued."""
        yield from self._read(request.tokens)
        rng = np.random.Generator(np.random.PCG64([request.seed, len(request.tokens)]))
        taste, head, model = taste_of(request), self._opened.meaning.head, self._opened.model
        _, row, state = self._kept[-1]
        recent, made = deque(request.tokens[-RECENT:], maxlen=RECENT), list[int]()
        is_whole = _end_of(request.piece, self._names, self._opened)
        while True:
            scores = discourage(row[0].double().cpu().numpy(), recent, taste.repetition_penalty, self._unwritten)
            token = int(choose(scores, head, taste=taste, rng=rng))
            made.append(token)
            recent.append(token)
            if is_whole(made) or len(made) >= LONGEST_PIECE:
                break
            with torch.inference_mode():
                row, state = model.step(torch.tensor([token], device=row.device), state)
            yield None
        yield Continued(request.id, made)

    def surprise(self, request: AskSurprise) -> Iterator[Answer | None]:
        """Surprised …, Told."""
        self._check(request.tokens)
        model, state = self._opened.model, None
        values = torch.tensor(request.tokens, device=next(model.parameters()).device)
        for first in range(1, len(values), AT_ONCE):
            told = values[first : first + AT_ONCE]
            with torch.inference_mode():
                logits, state = model(values[first - 1 : first - 1 + len(told)].unsqueeze(1), state)
                scores = logits[:, 0].double().log_softmax(1)  # (steps, size)
                nats = -scores.gather(1, told.unsqueeze(1)).squeeze(1)
                chances, expected = scores.exp().topk(min(EXPECTED, scores.shape[1]), dim=1)
            shares = [_rounded(row) for row in chances.tolist()]
            yield Surprised(request.id, first, _rounded(nats.tolist()), expected.tolist(), shares)
        yield Told(request.id)

    def _read(self, tokens: Sequence[int]) -> Iterator[None]:
        """Have the model stand after these tokens, from the last state that is on their way."""
        self._check(tokens)
        common = next((at for at, (old, new) in enumerate(zip(self._tokens, tokens, strict=False)) if old != new), None)
        same = min(len(self._tokens), len(tokens)) if common is None else common
        del self._kept[bisect_right([count for count, _, _ in self._kept], same) :]
        self._tokens = list(tokens)
        at, _, state = self._kept[-1] if self._kept else (0, None, None)
        device = next(self._opened.model.parameters()).device
        while at < len(tokens):
            part = torch.tensor(tokens[at : at + AT_ONCE], device=device)
            with torch.inference_mode():
                logits, state = self._opened.model(part.unsqueeze(1), state)
            at += len(part)
            self._kept.append((at, logits[-1], state))
            yield None
        del self._kept[1 : max(len(self._kept) - MOST_KEPT, 1)]

    def _logits(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        row: np.ndarray[tuple[int], np.dtype[np.float64]] = self._kept[-1][1][0].double().cpu().numpy()
        return row

    def _likeliest(
        self, logits: np.ndarray[tuple[int], np.dtype[np.float64]], tokens: Sequence[int], taste: Taste
    ) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], np.ndarray[tuple[int], np.dtype[np.float64]]]:
        scores = finite(discourage(logits, tokens[-RECENT:], taste.repetition_penalty, self._unwritten))
        order, chances = nucleus(scores, taste)
        is_written = ~np.isin(order, self._unwritten)
        order, chances = order[is_written], chances[is_written]
        return order, chances / chances.sum()

    def _check(self, tokens: Sequence[int]) -> None:
        if not self._names:
            raise Usage(f"{self._opened.name} writes no symbols that could be chosen one by one")
        if max(tokens) >= len(self._names):
            raise Usage(f"{self._opened.name} has no token {max(tokens)}: they end at {len(self._names) - 1}")


def _end_of(piece: str, names: Sequence[str], opened: OpenModel) -> Callable[[Sequence[int]], bool]:
    """Whether tokens are a whole word or line.

    A word is one token where tokens are words, else it ends with the space after it; where there are no spaces, it is
    WORD_WITHOUT_SPACES tokens, and a line LINE_WITHOUT_BREAKS.
    """
    texts = opened.task.parts(np.arange(len(names)), opened.meaning.encoding)
    if piece == "line":
        if NEWLINE in texts:
            return lambda made: texts[made[-1]] == NEWLINE
        return lambda made: len(made) >= LINE_WITHOUT_BREAKS
    if any(len(name) > 1 and not name.startswith("<") for name in names):
        return lambda _made: True
    if not any(text.isspace() for text in texts):
        return lambda made: len(made) >= WORD_WITHOUT_SPACES
    return lambda made: texts[made[-1]].isspace() and any(not texts[token].isspace() for token in made)


def _rounded(numbers: Sequence[float]) -> list[float]:
    return [round(number, 5) for number in numbers]
