"""From files to pairs in three splits that share no source, or to texts that a trained model is asked about."""

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput
from seqtui.readers.grouped_split import TEST, TRAIN, VALID, Plan, Split, split_as_given, split_groups
from seqtui.readers.pairs.copies import notes_on_leaks, notes_on_pairs
from seqtui.readers.pairs.folder import FormAsked, read_pairs
from seqtui.readers.pairs.made_phrases import make_phrases
from seqtui.readers.pairs.made_reversals import make_reversals
from seqtui.readers.pairs.pair_set import Form, PairSet, take_pairs
from seqtui.readers.pairs.table import Sides
from seqtui.readers.same_texts import group_of_texts
from seqtui.readers.unpacked_file import Progress
from seqtui.text_safety import counted

PHRASES: Final = "phrases"
REVERSALS: Final = "reversals"
MADE: Final = (PHRASES, REVERSALS)
MADE_PHRASES: Final = 8_000
MADE_SEED: Final = 0  # always the same data: the seed of a run splits them and starts its weights
FRESH_PHRASES: Final = 1_000
FRESH_SEED: Final = 1  # of made data to score a trained model on

_GIVEN: Final = {"train": TRAIN, "valid": VALID, "test": TEST}
_FEWEST: Final = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read: their form, which side is which, whether phonemes keep their stress, letters their case."""

    form: FormAsked = "auto"
    sides: Sides = field(default_factory=Sides)
    stress: bool = True
    lower: bool = False


@dataclass(frozen=True, slots=True)
class PairCorpus:
    """Pairs, all with both sides, and their splits. known: whether the best possible score is 100 %."""

    pairs: PairSet
    split: Split
    source: str
    notes: tuple[str, ...]
    fingerprint: str
    known: bool


def load_pairs(data: str | None, reading: Reading, plan: Plan, *, progress: Progress) -> PairCorpus:
    """Pairs in splits between which no source is shared, but where the data come split."""
    pairs = _cased(_read(data, reading, progress), reading.lower)
    if len(pairs) < _FEWEST:
        raise BadInput(
            f"{pairs.names[0]}: {counted(len(pairs), 'pair')}, too few to learn from; give at least {_FEWEST}"
        )
    progress("looking for duplicates", 0, 0)
    groups = group_of_texts(pairs.sources)
    split = _split(pairs, groups, plan)
    known = data in (None, *MADE)
    notes = [*pairs.notes, *notes_on_pairs(pairs, groups), *notes_on_leaks(pairs, groups, split)]
    source = f"{data or PHRASES} made by rule" if known else str(data)
    return PairCorpus(pairs, split, source, tuple(notes), _fingerprint(pairs, split), known)


def load_to_translate(data: str, reading: Reading, form: Form, *, progress: Progress) -> PairSet:
    """All texts of `data`, with what they become where that is known. form: of what the model was trained on; words
    that are spelled are in lower case.
    """
    if data == PHRASES:
        pairs = make_phrases(FRESH_PHRASES, seed=FRESH_SEED)
    elif data == REVERSALS:
        made = make_reversals(seed=FRESH_SEED)
        pairs = take_pairs(made, [at for at, split in enumerate(made.splits or ()) if split == "test"])
    else:
        spelled = form == "lexicon"
        pairs = read_pairs(
            data, reading.form, reading.sides, stress=reading.stress, strict=False, lexicons=spelled, progress=progress
        )
        if spelled:
            sources = [text.lower() for text in pairs.sources]
            pairs = PairSet(sources, pairs.targets, pairs.names, pairs.splits, pairs.notes, pairs.form)
    return _cased(pairs, reading.lower)


def _read(data: str | None, reading: Reading, progress: Progress) -> PairSet:
    if data in (None, PHRASES):
        return make_phrases(MADE_PHRASES, seed=MADE_SEED)
    if data == REVERSALS:
        return make_reversals(seed=MADE_SEED)
    return read_pairs(str(data), reading.form, reading.sides, stress=reading.stress, progress=progress)


def _cased(pairs: PairSet, lower: bool) -> PairSet:
    """Both sides in lower case, if that was asked for: references too."""
    if not lower:
        return pairs
    return PairSet(
        [text.lower() for text in pairs.sources],
        [None if text is None else text.lower() for text in pairs.targets],
        pairs.names, pairs.splits, pairs.notes, pairs.form,
    )  # fmt: skip


def _split(pairs: PairSet, groups: NDArray[np.int64], plan: Plan) -> Split:
    if pairs.splits is None:
        return split_groups(groups, None, plan, things="sources", together="equal sources")
    given = np.array([_GIVEN[name] for name in pairs.splits], np.int64)
    by = "the generator" if pairs.names[0].startswith("made by rule") else "the files' names"
    return split_as_given(given, groups, None, plan, things="sources", by=by)


def _fingerprint(pairs: PairSet, split: Split) -> str:
    """Changes when a text or the split does."""
    digest = blake2b(digest_size=16)
    for source, target in zip(pairs.sources, pairs.targets, strict=True):
        digest.update(f"{source}\t{target}\n".encode(errors="replace"))
    for part in (split.train, split.valid, split.test):
        digest.update(np.ascontiguousarray(part).data)
    return digest.hexdigest()
