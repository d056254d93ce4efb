"""Strings of words made by joining recordings of one speaker, with short pauses between: what is said is known."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from seqtui.readers.speech.recording_set import Utterance

SHORTEST_PAUSE, LONGEST_PAUSE = 0.02, 0.2  # seconds
LEAST_WORDS: Final = 2


def joined(utterances: Sequence[Utterance], most: int, *, seed: int, passes: int = 1) -> list[Utterance]:
    """Every recording once a pass, in strings of 2 … `most` of one speaker and one split; by seed.

    A recording that is left over at the end of a speaker joins the last string.
    """
    rng = np.random.Generator(np.random.PCG64([seed, most]))
    found: list[Utterance] = []
    for number in range(passes):
        for mine in _by_voice(utterances):
            order = [mine[each] for each in rng.permutation(len(mine)).tolist()]
            for string in _cut(order, most, rng):
                found.append(_string(string, number, rng))
    return found


def _by_voice(utterances: Sequence[Utterance]) -> list[list[Utterance]]:
    voices: dict[tuple[str, str], list[Utterance]] = {}
    for each in utterances:
        voices.setdefault((each.speaker, each.split or ""), []).append(each)
    return list(voices.values())


def _cut(order: list[Utterance], most: int, rng: np.random.Generator) -> list[list[Utterance]]:
    strings = []
    while order:
        count = int(rng.integers(LEAST_WORDS, most + 1))
        if len(order) - count < LEAST_WORDS:
            count = len(order)
        strings.append(order[:count])
        order = order[count:]
    return strings


def _string(parts: Sequence[Utterance], number: int, rng: np.random.Generator) -> Utterance:
    pauses = rng.uniform(SHORTEST_PAUSE, LONGEST_PAUSE, len(parts)).round(3).tolist()
    more = f" and {len(parts) - 1} more" if len(parts) > 1 else ""
    return replace(
        parts[0],
        name=f"{parts[0].name}{more}" + (f", pass {number + 1}" if number else ""),
        parts=tuple(part for each in parts for part in each.parts),
        label=None,
        text=" ".join(each.transcript or "" for each in parts),
        pauses=(0.0, *pauses[1:]),
    )
