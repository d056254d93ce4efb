"""English-like sentences with names, made by rule, so that the best possible F1 is known.

A frame says what type a name in its gap is, by a word that may stand far from it and on either side; a few frames say
it only by chance. The best possible guess weighs the frame against the name itself.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.tagged.made_names import TYPES, listed, name_tables
from seqtui.readers.tagged.schemes import Span, tags_of
from seqtui.readers.tagged.tagged_set import Sentence

# {X} is a gap of a type, {ANY} of one by chance; <x> is one of the words below.
_FRAMES: Final = """
{PER} arrived in {LOC} on <day> .
On <day> , {PER} went back to {LOC} with {PER} .
{PER} , a <job> from {LOC} , <said> nothing .
The <job> <said> that {PER} had left {LOC} <when> .
{LOC} , a town of <number> people , was quiet <when> .
It rained in {LOC} for <number> days .
Trains between {LOC} and {LOC} were late <when> .
She grew up near {LOC} , where her father was a <job> .
Of all the towns that they saw , {LOC} was the <most> .
The mayor of {LOC} met the <job> <when> .
{ORG} will close <number> factories , a spokesman <said> .
Shares of {ORG} fell by <number> percent on <day> .
After <number> years at {ORG} , {PER} became a <job> .
{PER} was hired by {ORG} as a <job> .
{ORG} , which makes <thing> , was bought by {ORG} .
The board of {ORG} met in {LOC} <when> .
Lawyers for {ORG} <said> nothing about the <thing> .
Nobody who works for {ORG} can buy its <thing> <when> .
{PER} wrote {WORK} in {LOC} <when> .
Everybody should read {WORK} at least <number> times .
The film {WORK} won <number> prizes on <day> .
{WORK} , a novel by {PER} , sold <number> copies .
We watched {WORK} <when> and it was <most> .
The last chapter of {WORK} is the <most> one .
{WORK} was sung <number> times in {LOC} .
When {PER} was young , {WORK} was the <most> book in {LOC} .
The <job> told {PER} to wait until <day> .
{PER} and {PER} were married in {LOC} .
My neighbor {PER} sells <thing> <when> .
Her sister , {PER} , is the <most> <job> that I know .
He asked {PER} for <number> <thing> and got none .
{PER} 's mother was born in {LOC} .
{ORG} 's profit rose by <number> percent .
{LOC} 's streets were empty <when> .
{WORK} 's author was a <job> in {LOC} .
They sailed past {LOC} <when> , <number> miles from land .
A <job> at {ORG} <said> that the <thing> were <most> .
The critics called {WORK} the <most> play in <number> years .
Nobody had heard of {ANY} before <day> .
They talked about {ANY} <when> .
{ANY} is what people remember .
I think that {ANY} was the <most> .
We knew {ANY} well .
What happened to {ANY} <when> ?
The silent river was cold <when> .
Hope is all that the <job> had .
May was warm , and the garden was the <most> .
Will the <job> sell <thing> on <day> ?
Rose gardens need <number> days of rain .
The last letter came on <day> .
There were <number> <thing> in the hidden house .
New <thing> were <most> <when> .
"""
_WORDS: Final = {
    "day": listed("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    "job": listed("teacher doctor farmer writer painter lawyer singer baker pilot nurse"),
    "said": listed("said wrote replied knew remembered admitted"),
    "when": ["yesterday", "last year", "in the morning", "for a while", "again", "every winter", "by chance"],
    "number": listed("2 3 5 12 40 70 100 250 1,000 two three seven twenty many"),
    "most": ["best", "oldest", "strangest", "most beautiful", "worst", "most expensive", "smallest"],
    "thing": listed("shoes lamps cars books tools engines flowers tickets chairs clocks"),
}
_ANY: Final = {"LOC": 0.2, "ORG": 0.25, "PER": 0.35, "WORK": 0.2}
_GAP: Final = re.compile(r"\{(\w+)\}|<(\w+)>")


@dataclass(frozen=True, slots=True, eq=False)
class KnownSentences:
    """Sentences made by rule, with BIO tags, and what nobody can do better.

    best: the tags of the likeliest types, a list a sentence; surprise: (sentences,) nats, -log of the chance that the
    best possible model gives to a sentence's true tags.
    """

    sentences: list[Sentence]
    best: list[list[str]]
    surprise: NDArray[np.float64]


def make_sentences(count: int, *, seed: int) -> KnownSentences:
    """Frames are drawn evenly. Only raw uniform numbers of PCG64 are used: a seed makes the same text everywhere."""
    rng = np.random.Generator(np.random.PCG64(seed))
    made = [_filled(frame, rng, number) for number, frame in enumerate(_drawn_frames(count, rng), 1)]
    return KnownSentences(
        [sentence for sentence, _, _ in made], [best for _, best, _ in made], np.array([cost for _, _, cost in made])
    )  # fmt: skip


def likeliest(name: tuple[str, ...], gap: str) -> tuple[str, dict[str, float]]:
    """The likeliest type of a name in a gap of a frame, and the chance of each type, by Bayes' rule."""
    prior = _ANY if gap == "ANY" else {gap: 1.0}
    tables = name_tables()
    joint = {kind: prior.get(kind, 0.0) * tables[kind].chances.get(name, 0.0) for kind in TYPES}
    total = sum(joint.values())
    chances = {kind: each / total for kind, each in joint.items()}
    return max(TYPES, key=lambda kind: chances[kind]), chances


@cache
def _frames() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(line.split()) for line in _FRAMES.strip().splitlines())


def _drawn_frames(count: int, rng: np.random.Generator) -> list[tuple[str, ...]]:
    frames = _frames()
    return [frames[int(each * len(frames))] for each in rng.random(count)]


def _filled(frame: tuple[str, ...], rng: np.random.Generator, number: int) -> tuple[Sentence, list[str], float]:
    """A sentence, its best tags, and its surprise."""
    tokens: list[str] = []
    true, best, surprise = [], [], 0.0
    for part in frame:
        match = _GAP.fullmatch(part)
        if match is None:
            tokens.append(part)
        elif match[2]:
            words = _WORDS[match[2]]
            tokens += words[int(rng.random() * len(words))].split()
        else:
            kind = _kind(match[1], rng.random())
            name = name_tables()[kind].at(rng.random())
            guess, chances = likeliest(name, match[1])
            true.append(Span(len(tokens), len(tokens) + len(name), kind))
            best.append(Span(len(tokens), len(tokens) + len(name), guess))
            surprise -= float(np.log(chances[kind]))
            tokens += name
    tags = tags_of(true, len(tokens), "bio")
    place = f"made by rule, sentence {number}"
    return Sentence(place, tokens, tags, [number] * len(tokens)), tags_of(best, len(tokens), "bio"), surprise


def _kind(gap: str, uniform: float) -> str:
    if gap != "ANY":
        return gap
    bounds = np.cumsum([_ANY[kind] for kind in TYPES])
    return TYPES[min(int(np.searchsorted(bounds, uniform, side="right")), len(TYPES) - 1)]
