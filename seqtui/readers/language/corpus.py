"""Text for a language model: read, cut into train, valid and test where it stands, and numbered by a vocabulary.

The splits of one text are its first, middle and last part, for neighboring sentences must not be spread over splits.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput, NotFound
from seqtui.readers.language.ngram_baselines import COUNTED, JUDGED, ngram_losses
from seqtui.readers.language.plain_text import BLOCK, Numbers, RawText, encode, read_text
from seqtui.readers.language.units import UNKNOWN, UNKNOWN_NAME, Unit
from seqtui.readers.split_folder import SPLITS, data_files, splits_of
from seqtui.readers.unpacked_file import Progress
from seqtui.text_safety import clean

FEWEST: Final = 100  # symbols of a text that can be split
ORDERS: Final[dict[Unit, tuple[int, ...]]] = {"character": (0, 1, 2, 3, 4, 5, 6), "word": (0, 1, 2, 3)}


class Vocabulary(Protocol):
    """Chooses the symbols of a vocabulary from their counts: seqtui.text_tools.TextTools.vocabulary."""

    def __call__(
        self, counts: dict[str, int], *, specials: Sequence[str], most: int | None = None, least: int = 1
    ) -> list[str]:
        """The specials, then the others, the most frequent first."""


@dataclass(frozen=True, slots=True)
class Part:
    """One split: codes (total,) places in the vocabulary; lengths (pieces,) and names of the files it is made of."""

    codes: Numbers
    lengths: NDArray[np.int64]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LanguageSet:
    """symbols: the vocabulary, the first of which stands for all others; losses: of Markov chains on test or, without
    one, on valid.
    """

    parts: dict[str, Part]
    symbols: list[str]
    source: str
    rule: str
    notes: tuple[str, ...]
    losses: dict[str, float]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Wish:
    """How a text is to be read. shares: of valid and of test, where files do not say; most: words of a vocabulary."""

    unit: Unit
    valid_share: float
    test_share: float
    least: int
    most: int | None


def load_language(data: str | None, wish: Wish, vocabulary: Vocabulary, *, progress: Progress) -> LanguageSet:
    """Read `data` (None: the Python language reference). NotFound or BadInput with the culprit."""
    if data is None:
        from seqtui.readers.language.python_reference import reference_text

        raws, rule = _cut(reference_text(wish.unit), wish)
        source = "the Python language reference, as this Python has it"
    else:
        source = clean(Path(data).name)
        raws, rule = _read_splits(Path(data), wish, progress)
    progress("counting symbols", 0, 0)
    symbols = vocabulary(_counts(raws["train"]), specials=[UNKNOWN_NAME], most=wish.most, least=wish.least)
    parts = {split: _part(raw, symbols) for split, raw in raws.items()}
    judged = parts["test"] if len(parts["test"].codes) > 1 else parts["valid"]
    progress("counting for the baselines", 0, 0)
    losses = ngram_losses(parts["train"].codes, judged.codes, len(symbols), ORDERS[wish.unit])
    notes = [*dict.fromkeys(note for raw in raws.values() for note in raw.notes), *_remarks(parts, symbols, raws)]
    if len(parts["train"].codes) > COUNTED or len(judged.codes) > JUDGED:
        notes.append(f"Markov chains count {COUNTED:,} symbols of train at most, and are judged by {JUDGED:,} at most")
    return LanguageSet(parts, symbols, source, rule, tuple(notes), losses, _fingerprint(parts, symbols))


def load_language_to_score(
    data: str, unit: Unit, symbols: Sequence[str], *, progress: Progress
) -> tuple[Part, tuple[str, ...]]:
    """All of `data` under a vocabulary; of a folder with splits, its test split."""
    splits, others = _named(Path(data))
    raw = read_text([splits["test"]] if "test" in splits else [*splits.values(), *others], unit, progress=progress)
    part = _part(raw, symbols)
    return part, (*raw.notes, *_unknown("the text", part))


def text_files(path: Path) -> list[Path]:
    """The files that `path` stands for. NotFound, or BadInput for a folder without any."""
    return _texts(path)


def _texts(path: Path) -> list[Path]:
    if path.is_dir():
        found = [each for each in data_files(path) if each.is_file()]
        if not found:
            raise BadInput(f"{clean(str(path))} holds no text files; give a file, or a folder with some")
        return found
    if not path.exists():
        raise NotFound(f"there is no text file or folder {clean(str(path))}")
    return [path]


def _named(path: Path) -> tuple[dict[str, Path], list[Path]]:
    """The files of a folder that say their split, and the others; a file by itself is one of these, however named."""
    files = _texts(path)
    return splits_of(files) if path.is_dir() else ({}, files)


def _read_splits(path: Path, wish: Wish, progress: Progress) -> tuple[dict[str, RawText], str]:
    splits, others = _named(path)
    if not splits:
        return _cut(read_text(others, wish.unit, progress=progress), wish)
    # Words are numbered as they come, so all files are read into one row.
    whole = read_text([splits[split] for split in SPLITS if split in splits], wish.unit, progress=progress)
    begins = [0, *whole.ends[:-1]]
    named = [split for split in SPLITS if split in splits]
    raws = {
        split: _slice(whole, begin, end) for split, begin, end in zip(named, begins, whole.ends, strict=True)
    }  # fmt: skip
    for raw in list(raws.values())[1:]:
        raw.notes = []
    rule = "the files' own: " + ", ".join(f"{split} {clean(splits[split].name)}" for split in named)
    if "valid" not in raws:
        train = raws["train"]
        edge = len(train.codes) - int(len(train.codes) * wish.valid_share)
        raws["train"], raws["valid"] = _slice(train, 0, edge), _slice(train, edge, len(train.codes))
        rule += f"; valid is the last {wish.valid_share:.0%} of train"
    raws.setdefault("test", _slice(whole, 0, 0))
    return {split: raws[split] for split in SPLITS}, rule


def _cut(whole: RawText, wish: Wish) -> tuple[dict[str, RawText], str]:
    total = len(whole.codes)
    if total < FEWEST:
        raise BadInput(f"{whole.names[0]} has {total} symbols, too few to learn from; give a longer text")
    last = total - int(total * wish.test_share)
    edge = last - int(total * wish.valid_share)
    first = 1 - wish.valid_share - wish.test_share
    rule = f"the first {first:.0%} of the text, then {wish.valid_share:.0%}, then {wish.test_share:.0%}"
    edges = {"train": (0, edge), "valid": (edge, last), "test": (last, total)}
    return {split: _slice(whole, begin, end) for split, (begin, end) in edges.items()}, rule


def _slice(whole: RawText, begin: int, end: int) -> RawText:
    """Part of a text, with the files that it is made of."""
    begins = [0, *whole.ends[:-1]]
    inside = [
        (name, min(last, end) - begin)
        for name, first, last in zip(whole.names, begins, whole.ends, strict=True)
        if first < end and last > begin
    ]
    codes = whole.codes[begin:end]
    return RawText(codes, [each for _, each in inside], [name for name, _ in inside], whole.words, whole.notes)


def _counts(raw: RawText) -> dict[str, int]:
    counts: Counter[int] = Counter()
    for begin in range(0, len(raw.codes), BLOCK):
        codes, seen = np.unique(raw.codes[begin : begin + BLOCK], return_counts=True)
        counts.update(dict(zip(codes.tolist(), seen.tolist(), strict=True)))
    codes = np.array(list(counts), np.int32)
    return dict(zip(raw.symbols(codes), counts.values(), strict=True))


def _part(raw: RawText, symbols: Sequence[str]) -> Part:
    ends = np.array(raw.ends, np.int64)
    return Part(encode(raw, symbols, UNKNOWN), np.diff(ends, prepend=0), tuple(raw.names))


def _remarks(parts: dict[str, Part], symbols: Sequence[str], raws: dict[str, RawText]) -> list[str]:
    notes = [f"the vocabulary has {len(symbols) - 1:,} symbols of the training text, and one for all others"]
    for split in ("train", "valid", "test"):
        notes += _unknown(split, parts[split])
    for split in ("valid", "test"):
        shared = _copied(raws["train"], raws[split])
        if shared >= 0.01:
            notes.append(f"{shared:.0%} of the {split} text's long lines stand in train too")
    return notes


def _unknown(name: str, part: Part) -> list[str]:
    share = float(np.mean(part.codes[: 50 * BLOCK] == UNKNOWN)) if len(part.codes) else 0.0
    return [f"{share:.2%} of {name} is not in the vocabulary and read as unknown"] if share > 0 else []


def _copied(train: RawText, other: RawText) -> float:
    """The share of lines of 40 characters (8 words) or more that stand in train; of the first 50 million symbols.

    Lines of up to three different symbols, as the rules of tables are, are not counted.
    """
    newline = train.words.index("\n") if "\n" in train.words else ord("\n")
    shortest = 8 if train.words else 40
    known = set(_lines(train.codes, newline, shortest))
    found = [line in known for line in _lines(other.codes, newline, shortest)]
    return sum(found) / max(len(found), 1)


def _lines(codes: Numbers, newline: int, shortest: int) -> Iterator[bytes]:
    codes = codes[: 50 * BLOCK]
    ends = np.append(np.flatnonzero(codes == newline), len(codes))
    begins = np.append(0, ends[:-1] + 1)
    is_long = ends - begins >= shortest
    for begin, end in zip(begins[is_long].tolist(), ends[is_long].tolist(), strict=True):
        line = codes[begin:end]
        if len(set(line.tolist())) > 3:
            yield blake2b(line.tobytes(), digest_size=8).digest()


def _fingerprint(parts: dict[str, Part], symbols: Sequence[str]) -> str:
    digest = blake2b(repr(list(symbols)).encode(errors="surrogatepass"), digest_size=16)
    for part in parts.values():
        digest.update(part.lengths.tobytes())
        for begin in range(0, len(part.codes), BLOCK):
            digest.update(np.ascontiguousarray(part.codes[begin : begin + BLOCK]).tobytes())
    return digest.hexdigest()


def facts_of(raw: RawText) -> dict[str, Any]:
    """Counts by name, for the data doctor."""
    counts = _counts(raw)
    often = sorted(counts, key=lambda symbol: (-counts[symbol], symbol))
    return {
        "symbols": len(raw.codes),
        "different": len(counts),
        "most frequent": {symbol: counts[symbol] for symbol in often[:20]},
        "seen once": sum(count == 1 for count in counts.values()),
    }
