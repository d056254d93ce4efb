"""Beam search over sentences and hypotheses at once, against one sentence and one hypothesis at a time.

    python benchmarks/beam.py [--threads 1] [--sentences 64] [--hidden 256] [--words 8000]

Both search the same LSTM encoder–decoder (Luong attention, input feeding, random weights) to sequences of 20 symbols,
an end being unlikely, and must find the same. The naive loop keeps a Python list of hypotheses, each with a state.
Seconds are of the process's own CPU time, so that what else runs has little say; with one thread they are seconds.
"""

import argparse
import time
from dataclasses import dataclass

import torch
from torch import Tensor

from seqtui.config import RunConfig
from seqtui.engine.attention import Memory
from seqtui.engine.beam import Search, length_penalty, search
from seqtui.engine.decoder import Decoder, Standing
from seqtui.engine.model import build_model
from seqtui.engine.translation_head import TranslationHead
from seqtui.shapes import Tokens, Translation

START, END, SOURCE, LONGEST = 0, 1, 20, 20


@dataclass(frozen=True, slots=True)
class Path:
    """One hypothesis."""

    symbols: tuple[int, ...]
    total: float
    standing: Standing


def naive(decoder: Decoder, memory: Memory, asked: Search) -> tuple[int, ...]:
    """The best of one sentence, by the same rules."""
    paths, ended = [Path((START,), 0.0, decoder.begin(memory))], []
    for step in range(asked.longest + 1):
        found = []
        for path in paths:
            read, standing, _ = decoder.step(torch.tensor(path.symbols[-1:]), path.standing, memory)
            chances = decoder.scores(read)[0].log_softmax(0)
            chances[START] = -torch.inf
            if step == asked.longest:
                chances[END + 1 :] = -torch.inf
            best, symbols = chances.topk(asked.beam)
            for chance, symbol in zip(best.tolist(), symbols.tolist(), strict=True):
                found.append(Path((*path.symbols, symbol), path.total + chance, standing))
        found = sorted(found, key=lambda path: -path.total)[: asked.beam]
        penalty = length_penalty(step + 1, asked.length_penalty)
        ended += [(path.total / penalty, path.symbols[1:-1]) for path in found if path.symbols[-1] == END]
        paths = [path for path in found if path.symbols[-1] != END and path.total > -torch.inf]
        if len(ended) >= asked.beam or not paths:
            break
    return max(ended)[1]


def per_second(head: TranslationHead, states: Tensor, asked: Search, *, at_once: int) -> tuple[float, float]:
    """Sentences a second, at once and one by one."""
    count = states.shape[1]
    start = time.process_time()
    ours = []
    for first in range(0, count, at_once):
        memory = _memory(head, states[:, first : first + at_once])
        ours += [best.tokens for (best,) in search(head.decoder, memory, asked, head.vocabulary)]
    middle = time.process_time()
    few = max(count // 8, 1)  # the naive loop takes so long that an eighth must do
    theirs = [naive(head.decoder, _memory(head, states[:, place : place + 1]), asked) for place in range(few)]
    end = time.process_time()
    same = sum(one == other for one, other in zip(ours, theirs, strict=False))
    assert same >= 0.95 * few, f"only {same} of {few} are the same; rounding may turn one"
    return count / (middle - start), few / (end - middle)


def _memory(head: TranslationHead, states: Tensor) -> Memory:
    return head.remember(states, torch.ones(states.shape[:2]))


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("threads", 1), ("sentences", 64), ("hidden", 256), ("words", 8000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    said = Translation(Tokens(given.words), given.words, START, END, longest=LONGEST)
    config = RunConfig(app="translation", backbone="lstm", hidden_size=given.hidden, embedding_size=given.hidden)
    head = build_model(config, said).eval().head
    assert isinstance(head, TranslationHead) and head.decoder.output is not None
    head.decoder.output.weight.mul_(20)  # chances as uneven as those of a trained model
    states = torch.randn(SOURCE, given.sentences, given.hidden)
    print("| beam | sentences at once | at once, sentences/s | one by one, sentences/s | ratio |\n|--|--|--|--|--|")
    for beam in (1, 5, 10):
        asked = Search(beam, longest=LONGEST)
        fast, slow = per_second(head, states, asked, at_once=64)
        print(f"| {beam} | 64 | {fast:.1f} | {slow:.1f} | **{fast / slow:.1f}** |")


if __name__ == "__main__":
    main()
