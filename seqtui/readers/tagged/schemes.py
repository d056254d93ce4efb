"""Tags that mark spans: IO, IOB1, BIO, IOBES and BILOU, recognized, read as conlleval reads them, and written.

A tag is O, or PREFIX-TYPE; a tag without a prefix is a type, as in IO. Where a scheme is broken (I-X after O), a span
begins or ends there, as in conlleval; what is broken can be listed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Scheme = Literal["io", "iob1", "bio", "iobes"]
Written = Literal["bio", "iobes"]

OUTSIDE: Final = "O"
_PREFIXES: Final = "BIESLUM"
_AS_IOBES: Final = {"L": "E", "U": "S", "M": "I"}


@dataclass(frozen=True, slots=True)
class Span:
    """Steps `begin` to `end` (exclusive) of a sequence are one thing of a type."""

    begin: int
    end: int
    type: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A tag at a step of a sequence that the scheme does not allow there; wanted: what would be right."""

    step: int
    tag: str
    wanted: str


def parted(tag: str) -> tuple[str, str]:
    """Prefix (B, I, E or S; O outside) and type. A bare type is I; BILOU's L and U are E and S, BMES' M is I."""
    if tag == OUTSIDE:
        return OUTSIDE, ""
    if is_prefixed(tag):
        return _AS_IOBES.get(tag[0], tag[0]), tag[2:]
    return "I", tag


def is_prefixed(tag: str) -> bool:
    """Whether the tag says where in its span it stands; O says nothing."""
    return len(tag) > 2 and tag[1] == "-" and tag[0] in _PREFIXES


def lacks_type(tag: str) -> bool:
    """Whether the tag is a prefix and nothing behind it."""
    return len(tag) == 2 and tag[1] == "-" and tag[0] in _PREFIXES


def begins_span(before: tuple[str, str], here: tuple[str, str]) -> bool:
    """conlleval's start_of_chunk: whether a span begins at a step, from the parted tags of the step before and its own.

    Tjong Kim Sang's conlleval.pl, CoNLL-2000 shared task, with the E and S that its later versions read.
    """
    if here[0] == OUTSIDE:
        return False
    return here[0] in "BS" or before[0] in "OES" or before[1] != here[1]


def ends_span(before: tuple[str, str], here: tuple[str, str]) -> bool:
    """conlleval's end_of_chunk: whether a span ended at the step before."""
    if before[0] == OUTSIDE:
        return False
    return before[0] in "ES" or here[0] in "BSO" or before[1] != here[1]


def spans_of(tags: Sequence[str]) -> list[Span]:
    """The spans of one sequence, by conlleval's rules; the same for every scheme."""
    found = []
    begin, before = 0, (OUTSIDE, "")
    for step, here in enumerate((*map(parted, tags), (OUTSIDE, ""))):
        if ends_span(before, here):
            found.append(Span(begin, step, before[1]))
        if begins_span(before, here):
            begin = step
        before = here
    return found


def tags_of(spans: Iterable[Span], length: int, scheme: Scheme) -> list[str]:
    """Tags of `length` steps; spans must not overlap. IO loses the border between neighbors of one type."""
    tags = [OUTSIDE] * length
    for span in sorted(spans, key=lambda each: each.begin):
        tags[span.begin : span.end] = [f"I-{span.type}"] * (span.end - span.begin)
        if scheme == "iobes":
            tags[span.begin], tags[span.end - 1] = f"B-{span.type}", f"E-{span.type}"
            if span.end - span.begin == 1:
                tags[span.begin] = f"S-{span.type}"
        elif scheme == "bio" or (scheme == "iob1" and span.begin and _is_of(tags[span.begin - 1], span.type)):
            tags[span.begin] = f"B-{span.type}"
    return tags


def recognized(sequences: Iterable[Sequence[str]]) -> Scheme:
    """The scheme that tags are written in, from the prefixes there are and, for B and I, from what breaks fewest rules.

    BIO and IOB1 differ where I begins a span, or B does behind another type; where nothing tells them apart, BIO. A
    stray E or S in a file of B and I is a fault of its own, and no reason to call all others wrong.
    """
    prefixes: set[str] = set()
    against = {"bio": 0, "iob1": 0, "iobes": 0}
    for tags in sequences:
        against["iobes"] += sum(1 for _ in faults_in(tags, "iobes"))
        before = (OUTSIDE, "")
        for here in map(parted, tags):
            prefixes.add(here[0])
            ends = here[0] in "ES"
            against["bio"] += ends or (here[0] == "I" and before[1] != here[1])
            against["iob1"] += ends or (here[0] == "B" and before[1] != here[1])
            before = here
    if prefixes & {"E", "S"} and against["iobes"] <= min(against["bio"], against["iob1"]):
        return "iobes"
    if "B" not in prefixes:
        return "io" if "I" in prefixes else "bio"
    return "bio" if against["bio"] <= against["iob1"] else "iob1"


def faults_in(tags: Sequence[str], scheme: Scheme) -> Iterator[Fault]:
    """Every place of one sequence where its tags break their scheme; in IO nothing can."""
    if scheme == "io":
        return
    before = (OUTSIDE, "")
    for step, (tag, here) in enumerate(zip((*tags, ""), (*map(parted, tags), (OUTSIDE, "")), strict=True)):
        if scheme == "iobes" and before[0] in "BI" and (here[0] not in "IE" or here[1] != before[1]):
            last = "S" if before[0] == "B" else "E"
            yield Fault(step - 1, tags[step - 1], f"{last}-{before[1]}, as the span ends there")
        elif scheme == "iobes" and here[0] in "IE" and (before[0] not in "BI" or here[1] != before[1]):
            yield Fault(step, tag, f"{'B' if here[0] == 'I' else 'S'}-{here[1]}, as the span begins there")
        elif scheme in ("bio", "iob1") and here[0] in "ES":
            goes_on = before[1] == here[1] and here[0] == "E"
            wanted = "I" if goes_on or scheme == "iob1" else "B"
            yield Fault(step, tag, f"{wanted}-{here[1]}, as the other tags have no {tag[0]}")
        elif scheme == "bio" and here[0] == "I" and here[1] != before[1]:
            yield Fault(step, tag, f"B-{here[1]}, as the span begins there")
        elif scheme == "iob1" and here[0] == "B" and here[1] != before[1]:
            yield Fault(step, tag, f"I-{here[1]}, as no span of {here[1]} ends before it")
        before = here


def tag_set(types: Iterable[str], scheme: Written) -> tuple[str, ...]:
    """O, then every tag that the scheme has for the types, sorted."""
    prefixes = "BI" if scheme == "bio" else "BIES"
    return (OUTSIDE, *(f"{prefix}-{type}" for type in sorted(types) for prefix in prefixes))


@dataclass(frozen=True, slots=True)
class Forbidden:
    """What no sound sequence has: tags it begins or ends with, and pairs of a tag and the next, as numbers of tags."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    moves: tuple[tuple[int, int], ...]


def forbidden(tags: Sequence[str], scheme: Written) -> Forbidden:
    """What breaks the scheme, among all ways to begin, end and go on with these tags: what faults_in names."""

    def is_sound(pair: tuple[tuple[str, str], tuple[str, str]]) -> bool:
        before, here = pair
        goes_on = here[0] in "IE"
        same = before[0] in "BI" and before[1] == here[1]
        if scheme == "bio":
            return here[0] != "I" or same
        return same if goes_on else before[0] not in "BI"

    known, outside = [parted(tag) for tag in tags], (OUTSIDE, "")
    numbers = range(len(tags))
    return Forbidden(
        tuple(each for each in numbers if not is_sound((outside, known[each]))),
        tuple(each for each in numbers if not is_sound((known[each], outside))),
        tuple((one, two) for one in numbers for two in numbers if not is_sound((known[one], known[two]))),
    )


def _is_of(tag: str, type: str) -> bool:
    return parted(tag)[1] == type and tag != OUTSIDE
