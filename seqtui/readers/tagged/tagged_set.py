"""Sentences of tokens, with or without tags, as every reader of them hands them on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from seqtui.errors import BadInput
from seqtui.readers.tagged.schemes import OUTSIDE, is_prefixed, lacks_type
from seqtui.text_safety import clean

MOST_TOKENS: Final = 1000  # a longer sentence is no sentence, and all of its states are held at once
MOST_TYPES: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """name: file and line of the first token; lines: of each token.

    tags: one a token, in whatever scheme; None where they are not known. document: counted through the file. text and
    offsets: what was written, and where in it each token stands; where text is None, tokens with blanks between them.
    """

    name: str
    tokens: Sequence[str]
    tags: Sequence[str] | None
    lines: Sequence[int]
    document: int = 0
    text: str | None = None
    offsets: Sequence[tuple[int, int]] = ()

    def placed(self) -> tuple[str, Sequence[tuple[int, int]]]:
        """The text and the offsets, made where they were not kept."""
        if self.text is not None:
            return self.text, self.offsets
        offsets, at = [], 0
        for token in self.tokens:
            offsets.append((at, at + len(token)))
            at += len(token) + 1
        return " ".join(self.tokens), offsets


@dataclass(slots=True)
class Cutting:
    """Cuts sentences that are too long, and counts them."""

    cut: int = 0
    first: str = ""

    def pieces(self, sentence: Sentence) -> Iterator[Sentence]:
        """The sentence itself, or parts of at most MOST_TOKENS, cut before a token outside of spans if there is one."""
        if len(sentence.tokens) <= MOST_TOKENS:
            yield sentence
            return
        self.cut += 1
        self.first = self.first or sentence.name
        begin = 0
        while begin < len(sentence.tokens):
            end = self._end(sentence, begin)
            place = f"{sentence.name}, token {begin + 1:,}" if begin else sentence.name
            yield replace(
                sentence, name=place, tokens=sentence.tokens[begin:end], lines=sentence.lines[begin:end],
                tags=sentence.tags and sentence.tags[begin:end], offsets=sentence.offsets[begin:end],
            )  # fmt: skip
            begin = end

    def notes(self) -> list[str]:
        """A sentence for those that were cut."""
        if not self.cut:
            return []
        were = "sentence of over {:,} tokens was" if self.cut == 1 else "sentences of over {:,} tokens were"
        return [f"{self.cut:,} {were.format(MOST_TOKENS)} cut, the first at {self.first}"]

    def _end(self, sentence: Sentence, begin: int) -> int:
        end = min(begin + MOST_TOKENS, len(sentence.tokens))
        if sentence.tags is None or end == len(sentence.tokens):
            return end
        outside = [step for step in range(begin + 1, end + 1) if sentence.tags[step] == OUTSIDE]
        return outside[-1] if outside else end


class TagCheck:
    """Refuses tags that cannot be: some with B- or I- and some without, or too many types for a set of tags."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._prefixed: tuple[bool, str] | None = None

    def checked(self, tag: str, where: str) -> str:
        """The tag, safe to show; where: file and line."""
        known = self._known.get(tag)
        return known if known is not None else self._new(tag, where)

    def _new(self, tag: str, where: str) -> str:
        shown = clean(tag, limit=80)
        if lacks_type(tag):
            raise BadInput(
                f"{where}: the tag {shown!r} has no type behind its prefix; write {shown}PER or the like, or O"
            )
        if tag != OUTSIDE:
            here = (is_prefixed(tag), where)
            self._prefixed = self._prefixed or here
            if self._prefixed[0] != here[0]:
                one, other = ("none", "one") if self._prefixed[0] else ("one", "none")
                raise BadInput(
                    f"{where}: the tag {shown!r} has {one} of B-, I-, E-, S- before its type, and the tag in "
                    f"{self._prefixed[1]} has {other}; is this the column of tags?"
                )
        if len(self._known) > 4 * MOST_TYPES:
            raise BadInput(
                f"{where}: {shown!r} is the {len(self._known) + 1:,}th different tag; is this the column of tags? say "
                "--tag-column"
            )
        self._known[tag] = shown
        return shown
