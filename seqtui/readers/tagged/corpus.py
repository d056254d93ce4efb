"""From files of tagged sentences to three splits in one scheme, with the scores to beat; or to sentences to tag."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput, NotFound
from seqtui.readers.grouped_split import TEST, TRAIN, VALID, Plan, Split, group_numbers, split_as_given, split_groups
from seqtui.readers.listing import listed
from seqtui.readers.split_folder import data_files, splits_of
from seqtui.readers.tagged.baselines import known_scores, tag_baselines
from seqtui.readers.tagged.made_sentences import KnownSentences, make_sentences
from seqtui.readers.tagged.schemes import Written, spans_of, tag_set, tags_of
from seqtui.readers.tagged.tagged_files import SCHEME_NAMES, TaggedFile, read_tagged_file
from seqtui.readers.tagged.tagged_set import MOST_TYPES, Sentence
from seqtui.readers.tokens import Habit, habit_of
from seqtui.text_safety import clean

MADE: Final = "names"  # what `data` calls the sentences made by rule
MADE_COUNT: Final = 3000
MADE_SEED: Final = 0  # always the same text: the seed of a run splits it and starts its weights
FRESH_SEED: Final = 1  # of made sentences to score a trained model on
FEWEST_DOCUMENTS: Final = 3  # one for each split; where fewer are marked, sentences are split
_GIVEN: Final = {"train": TRAIN, "valid": VALID, "test": TEST}
_NAMED: Final = ("train", "valid", "test")

Progress = Callable[[str, int, int], None]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class TaggedCorpus:
    """sentences: their tags written in one scheme; tags: O first, then all that the scheme has for the types.

    habit: how the sentences' own tokens are made; scores: name of a predictor -> metrics on the test split, `loss`
    (nats a token) among them.
    """

    sentences: list[Sentence]
    tags: tuple[str, ...]
    split: Split
    habit: Habit
    source: str
    scores: dict[str, dict[str, float]]
    notes: tuple[str, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """The files of a set in order, and which split each is (of Split's constants); None where no name says so."""

    files: list[TaggedFile]
    given: list[int] | None
    notes: tuple[str, ...] = ()

    def sentences(self) -> list[Sentence]:
        """All of them; documents are counted through all files."""
        found: list[Sentence] = []
        for file in self.files:
            first = found[-1].document + 1 if found else 0
            found += [replace(each, document=first + each.document) for each in file.sentences]
        return found


def load_tagged(
    data: str | None, tag_column: str | None, scheme: Written, plan: Plan, *, progress: Progress
) -> TaggedCorpus:
    """Sentences with their tags, split by the files' names, or else by document or sentence and seed.

    BadInput where there are no tags or too few sentences; NotFound; Usage for folds of what is split already.
    """
    known = make_sentences(MADE_COUNT, seed=MADE_SEED) if data is None or data == MADE else None
    sources = _made(known) if known else read_sources(str(data), tag_column, progress)
    everything = sources.sentences()
    sentences = [_written(sentence, scheme) for sentence in everything if sentence.tags is not None]
    types = sorted({span.type for sentence in sentences for span in spans_of(sentence.tags or ())})
    _refuse_untagged(str(data), everything, sentences, types)
    tags = tag_set(types, scheme)
    progress("looking for duplicates", 0, 0)
    split = _split(sentences, _given(sources), plan)
    progress("fitting the baselines", 0, 0)
    train, test = ([sentences[at] for at in part.tolist()] for part in (split.train, split.test))
    scores = tag_baselines(train, test, tags)
    if known:
        scores |= known_scores(known, split.test, tags)
    notes = [*sources.notes, *notes_on(sources.files, scheme), *_notes(sentences, everything, split, types)]
    habit = habit_of(token for sentence in train for token in sentence.tokens)
    source = "sentences with names, made by rule" if known else str(data)
    return TaggedCorpus(sentences, tags, split, habit, source, scores, tuple(notes), _fingerprint(sentences, split))


def load_to_tag(
    data: str, tag_column: str | None, habit: Habit, scheme: Written, *, progress: Progress
) -> tuple[list[Sentence], tuple[str, ...]]:
    """All sentences of files or raw text, with their tags in `scheme` where they have some; and notes."""
    if data == MADE:
        sources = _made(make_sentences(MADE_COUNT, seed=FRESH_SEED))
    else:
        sources = read_sources(data, tag_column, progress, habit=habit)
    found = [each if each.tags is None else _written(each, scheme) for each in sources.sentences()]
    return found, (*sources.notes, *notes_on(sources.files, scheme))


def read_sources(data: str, tag_column: str | None, progress: Progress, *, habit: Habit = "clitics") -> Sources:
    """A file, or the files of a folder; where some are named after splits, these alone."""
    path = Path(data)
    try:
        is_folder = path.is_dir()
        if not is_folder and not path.exists():
            raise NotFound(f"there is no file or folder {clean(data)}; give CoNLL columns, CoNLL-U or JSON lines")
    except (OSError, ValueError) as error:
        raise BadInput(f"{clean(data)} cannot be read: {error}") from error
    inside = [each for each in data_files(path) if each.is_file()] if is_folder else [path]
    claimed, others = splits_of(inside) if is_folder else ({}, inside)
    if not inside:
        raise BadInput(f"{clean(data)} holds no file with data")
    paths = list(claimed.values()) or others
    files = [read_tagged_file(each, tag_column=tag_column, habit=habit, progress=progress) for each in paths]
    left_out = f"not read, as their names say no split: {', '.join(clean(each.name) for each in others)}"
    notes = (left_out,) if claimed and others else ()
    return Sources(files, [_GIVEN[name] for name in claimed] if claimed else None, notes)


def notes_on(files: Sequence[TaggedFile], scheme: Written) -> list[str]:
    """What was done to each file's text and tags."""
    others = sorted({SCHEME_NAMES[file.scheme] for file in files if file.scheme not in (None, scheme)})
    notes = [f"tags in {' and '.join(others)} were read as {SCHEME_NAMES[scheme]}"] if others else []
    for file in files:
        notes += file.notes
        faults = list(file.faults())
        if faults:
            _, line, text = faults[0]
            notes.append(
                f"{file.name}: {len(faults):,} tags break their scheme, the first in line {line:,} ({text}); they were "
                "read as conlleval reads them"
            )
    return notes


def digest_of(sentences: Iterable[Sentence]) -> bytes:
    """Of tokens alone: equal texts, equal digests."""
    digest = blake2b(digest_size=16)
    for sentence in sentences:
        digest.update("\0".join(sentence.tokens).encode(errors="surrogatepass") + b"\1")
    return digest.digest()


def shared_with_train(sentences: Sequence[Sentence], split: Split) -> dict[str, list[int]]:
    """For valid and test, the numbers of their sentences that stand, token by token, in train too."""
    train = {digest_of([sentences[at]]) for at in split.train.tolist()}
    parts = {"valid": split.valid, "test": split.test}
    return {name: [at for at in part.tolist() if digest_of([sentences[at]]) in train] for name, part in parts.items()}


def _made(known: KnownSentences) -> Sources:
    return Sources([TaggedFile(MADE, "columns", known.sentences, None, ())], None)


def _written(sentence: Sentence, scheme: Written) -> Sentence:
    tags = sentence.tags or ()
    return replace(sentence, tags=tags_of(spans_of(tags), len(tags), scheme))


def _given(sources: Sources) -> Integers | None:
    """(tagged sentences,) the split of each, where the files' names say it."""
    if sources.given is None:
        return None
    counts = [sum(sentence.tags is not None for sentence in file.sentences) for file in sources.files]
    return np.repeat(np.array(sources.given, np.int64), counts)


def _split(sentences: list[Sentence], given: Integers | None, plan: Plan) -> Split:
    if _parts_are_documents(sentences, given):
        documents: dict[int, list[Sentence]] = {}
        for sentence in sentences:
            documents.setdefault(sentence.document, []).append(sentence)
        digests = {number: digest_of(inside) for number, inside in documents.items()}
        groups = group_numbers(digests[sentence.document] for sentence in sentences)
        things, together = "documents", "documents"
    else:
        groups = group_numbers(digest_of([sentence]) for sentence in sentences)
        things, together = "sentences", "equal sentences"
    if given is not None:
        return split_as_given(given, groups, None, plan, things=things, by="the files' names")
    return split_groups(groups, None, plan, things=things, together=together)


def _parts_are_documents(sentences: list[Sentence], given: Integers | None) -> bool:
    """Whether what is to be split, all or the training part, has documents enough to be split by them."""
    at = range(len(sentences)) if given is None else np.flatnonzero(given == TRAIN).tolist()
    return FEWEST_DOCUMENTS <= len({sentences[each].document for each in at}) < len(at)


def _refuse_untagged(data: str, everything: list[Sentence], tagged: list[Sentence], types: list[str]) -> None:
    if not tagged:
        raise BadInput(
            f"{clean(data)} has {len(everything):,} sentences and no tags to learn; give CoNLL columns (token and "
            "tag), CoNLL-U or JSON lines with entities"
        )
    if not types:
        raise BadInput(f"{clean(data)}: in {len(tagged):,} sentences every tag is O; is this the column of tags?")
    if len(types) > MOST_TYPES:
        raise BadInput(
            f"{clean(data)} has {len(types):,} types of spans, as in {listed(types, 3)}; at most {MOST_TYPES} can "
            "be told apart: is this the column of tags?"
        )


def _notes(sentences: list[Sentence], everything: list[Sentence], split: Split, types: list[str]) -> list[str]:
    notes = []
    if len(everything) > len(sentences):
        notes.append(f"{len(everything) - len(sentences):,} sentences have no tags and were left out")
    for name, shared in shared_with_train(sentences, split).items():
        if shared:
            total = len(split.valid if name == "valid" else split.test)
            notes.append(
                f"{len(shared):,} of {total:,} {name} sentences stand in train too, the first at "
                f"{sentences[shared[0]].name}"
            )
    trained = {span.type for at in split.train.tolist() for span in spans_of(sentences[at].tags or ())}
    if strange := sorted(set(types) - trained):
        notes.append(f"types that are not in train, so that they cannot be learned: {listed(strange, 5)}")
    return notes


def _fingerprint(sentences: list[Sentence], split: Split) -> str:
    digest = blake2b(digest_size=16)
    for sentence in sentences:
        digest.update(digest_of([sentence]) + "\0".join(sentence.tags or ()).encode(errors="surrogatepass"))
    for part in (split.train, split.valid, split.test):
        digest.update(np.ascontiguousarray(part).data)
    return digest.hexdigest()
