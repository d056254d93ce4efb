"""Named entities: which words of a sentence name a person, a place, a disease (many-to-many, aligned).

Data: with none given, 3,000 English-like sentences made by rule here (seqtui.readers.tagged.made_sentences; MIT), of
which the best possible F1 is known: about 98 %. Else CoNLL columns, CoNLL-U, or JSON lines with spans.
One real example: `Jordan met a lawyer in Jordan .` is a person, then a place; only the words around them tell.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from seqtui.config import DATA, Fault, Knob, Settings
from seqtui.errors import Usage
from seqtui.readers.grouped_split import Plan
from seqtui.readers.tagged.corpus import TaggedCorpus, load_tagged, load_to_tag
from seqtui.readers.tagged.files import WRITERS, Tagged, draw_tagged
from seqtui.readers.tagged.schemes import forbidden
from seqtui.readers.tagged.tagged_files import TAG_COLUMNS, is_tag_column
from seqtui.readers.tagged.tagged_set import Sentence
from seqtui.readers.tagged.word_features import (
    CASINGS,
    NO_CHARACTER,
    UNKNOWN,
    Lookup,
    Spelling,
    character_counts,
    encode,
    known_pieces,
    spell_rows,
    word_counts,
)
from seqtui.readers.word_vectors import coverage_note, vector_size
from seqtui.shapes import PADDING, IOShape, Tags, Words
from seqtui.task import Checkup, Corpus, Finding, Progress, Records, TagPrediction, Task, Values
from seqtui.text_safety import clean


# fmt: off
@dataclass(frozen=True, slots=True, kw_only=True)
class NerOptions:
    """What can be chosen about named entities."""

    scheme: Annotated[Literal["bio", "iobes"], Knob("The tags that are learned; data in any scheme are converted.", group=DATA)] = "iobes"  # noqa: E501
    decoder: Annotated[Literal["crf", "softmax"], Knob("All tags of a sentence together (conditional random field), or each by itself.", group=DATA)] = "crf"  # noqa: E501
    characters: Annotated[Literal["none", "cnn", "lstm"], Knob("What reads the characters of each word: a convolution, an LSTM, or nothing.", group=DATA)] = "cnn"  # noqa: E501
    character_size: Annotated[int, Interval(ge=2, le=1024), Knob("Numbers that a word's characters become.", unit="units", group=DATA)] = 30  # noqa: E501
    letters: Annotated[int, Interval(ge=1, le=200), Knob("Characters of a word that are looked at, from its beginning.", unit="characters", group=DATA)] = 24  # noqa: E501
    casing: Annotated[bool, Knob("Tell the model how each word is capitalized.", group=DATA)] = True
    affixes: Annotated[int, Interval(ge=0, le=8), Knob("Letters at the beginning and the end of a word that have vectors of their own, as has its shape (Xxx-00); 0: none.", unit="letters", group=DATA)] = 3  # noqa: E501
    lower: Annotated[bool, Knob("Words that differ in case alone are one word; casing and characters still tell them apart.", group=DATA)] = True  # noqa: E501
    zeros: Annotated[bool, Knob("All figures in words are 0, so that numbers share a word.", group=DATA)] = True
    least_count: Annotated[int, Interval(ge=1, le=1000), Knob("How often a word must stand in the training split to be known.", unit="times", group=DATA)] = 1  # noqa: E501
    word_dropout: Annotated[float, Interval(ge=0, lt=1), Knob("Share of words made unknown in training, so that unknown ones are learned.", unit="probability", group=DATA)] = 0.0  # noqa: E501
    rare_dropout: Annotated[float, Interval(ge=0, le=1000), Knob("In training, a word that stands there n times is made unknown with the chance A / (A + n); 0 never.", group=DATA, metavar="A")] = 1.0  # noqa: E501
    missed_cost: Annotated[float, Interval(ge=0, le=20), Knob("In training, what a missed word of an entity costs beside a wrong one: more is found, and more is wrong.", unit="nats", group=DATA)] = 0.0  # noqa: E501
    vectors: Annotated[str | None, Knob("Word vectors to begin with: a text file, a word and its numbers a line.", group=DATA, metavar="FILE")] = None  # noqa: E501
    freeze_vectors: Annotated[bool, Knob("Leave the word vectors as they are in the file.", group=DATA)] = False
    tag_column: Annotated[str | None, Knob("Where the tag stands; the last column, or found in CoNLL-U, if left out.", group=DATA, metavar="last|NUMBER|xpos|upos|misc:KEY")] = None  # noqa: E501
    folds: Annotated[int, Interval(ge=0, le=100_000), Knob("Folds of a cross-validation, by document where these are marked; 0 is a single split.", group=DATA)] = 0  # noqa: E501
    fold: Annotated[int, Interval(ge=0, le=100_000), Knob("Which fold is the test split; 0 is the first.", group=DATA)] = 0  # noqa: E501
    valid_share: Annotated[float, Interval(ge=0, lt=0.9), Knob("Share of the sentences for validation, where no file is; 0 validates on the training sentences.", group=DATA)] = 0.1  # noqa: E501
# fmt: on


class Ner(Task):
    """Tagged sentences in; the entities of any text out."""

    name: ClassVar[str] = "ner"
    title: ClassVar[str] = "Named entities"
    summary: ClassVar[str] = "Find the names in a text, and what they are names of."
    reads: ClassVar[str] = (
        "CoNLL columns, CoNLL-U, JSON lines with spans (each also .gz), a folder of splits; text to tag"
    )
    trains_as: ClassVar[IOShape] = IOShape.MANY_TO_MANY_ALIGNED
    head_kind: ClassVar[str] = "tags"
    length_unit: ClassVar[str] = "words"
    predict_suffixes: ClassVar[tuple[str, ...]] = (".conll", ".json", ".jsonl", ".csv")
    options: ClassVar[type[Settings]] = NerOptions
    check_options: ClassVar[tuple[str, ...]] = ("tag_column",)
    defaults: ClassVar[Mapping[str, Any]] = {
        "backbone": "lstm",
        "bidirectional": True,
        "hidden_size": 100,
        "embedding_size": 50,
        "dropout": 0.4,
        "batch_size": 16,
        "lr": 2e-3,
        "epochs": 12,
        "best_by": "score",
    }

    def defaults_for(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """The embedding is as large as the word vectors it begins with."""
        size = vector_size(options["vectors"]) if options.get("vectors") else None
        return self.defaults if size is None else {**self.defaults, "embedding_size": size}

    def option_faults(self, options: Mapping[str, Any]) -> list[Fault]:
        """Options that would do nothing, or cannot be together."""
        chosen, usual = NerOptions(**options), NerOptions()
        faults = []
        if chosen.characters == "none":
            idle = [name for name in ("character_size", "letters") if getattr(chosen, name) != getattr(usual, name)]
            faults += [Fault(name, "is for characters=cnn or lstm: leave it out") for name in idle]
        if chosen.freeze_vectors and chosen.vectors is None:
            faults.append(
                Fault("freeze_vectors", "without vectors would freeze random numbers: give a file of vectors")
            )
        if chosen.fold >= max(chosen.folds, 1):
            faults.append(Fault("fold", f"is not there: folds are counted from 0, and there are {chosen.folds}"))
        if not is_tag_column(chosen.tag_column):
            faults.append(Fault("tag_column", f"is none: give {TAG_COLUMNS}"))
        return faults

    def load(self, data: str | None, options: Mapping[str, Any], *, seed: int, progress: Progress) -> Corpus:
        """Three splits; words and characters are those of the training split."""
        chosen = NerOptions(**options)
        plan = Plan(chosen.folds, chosen.fold, chosen.valid_share, seed)
        loaded = load_tagged(data, chosen.tag_column, chosen.scheme, plan, progress=progress)
        train = [loaded.sentences[at] for at in loaded.split.train.tolist()]
        encoding = self._encoding(train, loaded, chosen)
        train_records, valid, test = (
            _records([loaded.sentences[at] for at in part.tolist()], encoding)
            for part in (loaded.split.train, loaded.split.valid, loaded.split.test)
        )
        vectors, notes = None, loaded.notes
        if chosen.vectors is not None:
            progress("reading word vectors", 0, 0)
            found = self.text_tools.vectors(Path(chosen.vectors), encoding["words"])
            vectors = found.matrix
            numbers = train_records.values[:, 0]
            notes = (*notes, coverage_note(chosen.vectors, found.known, numbers, encoding["words"]))
        return Corpus(
            train=train_records,
            valid=valid,
            test=test,
            head=_head(loaded, chosen, encoding),
            encoding=encoding,
            source=loaded.source,
            split_rule=loaded.split.rule,
            fingerprint=loaded.fingerprint,
            notes=notes,
            baselines={name: scores["loss"] for name, scores in loaded.scores.items()},
            baseline_metrics={name: _metrics(scores) for name, scores in loaded.scores.items()},
            loss_unit="nats/token",
            vectors=vectors,
            forgetting=_forgetting(train_records, len(encoding["words"]), chosen.rare_dropout),
        )

    def load_for_scoring(
        self, data: str, encoding: Mapping[str, Any], *, progress: Progress
    ) -> tuple[Records, tuple[str, ...]]:
        """All sentences of `data`; those without tags, and raw text, can be tagged, not scored."""
        chosen = NerOptions(**encoding["options"])
        sentences, notes = load_to_tag(data, chosen.tag_column, encoding["habit"], chosen.scheme, progress=progress)
        known = set(encoding["tags"])
        strange = sorted({tag for sentence in sentences for tag in sentence.tags or ()} - known)
        if strange:
            types = ", ".join(sorted({tag.partition("-")[2] for tag in strange})[:5])
            notes = (*notes, f"types that the model does not know: {types}; sentences with them are not scored")
        return _records(sentences, encoding), notes

    def check(self, paths: Sequence[Path], options: Mapping[str, Any]) -> Checkup:
        """The data doctor for tagged sentences."""
        from seqtui.readers.tagged.doctor import examine

        seen, facts = examine(paths, NerOptions(**options).tag_column)
        return Checkup(tuple(Finding(remark.level, remark.where, remark.text) for remark in seen), facts)

    def prime(self, source: str | None, encoding: Mapping[str, Any], *, rng: np.random.Generator) -> Values:  # noqa: ARG002
        """Nothing is sampled."""
        raise Usage("ner tags texts and writes none: ask a model with seqtui predict")

    def is_long_enough(self, length: int, encoding: Mapping[str, Any]) -> Callable[[Values], bool]:  # noqa: ARG002
        """Nothing is sampled."""
        raise Usage("ner tags texts and writes none: ask a model with seqtui predict")

    def export_samples(self, samples: Sequence[Values], encoding: Mapping[str, Any], path: Path) -> tuple[Path, ...]:  # noqa: ARG002
        """Nothing is sampled."""
        raise Usage("ner tags texts and writes none: ask a model with seqtui predict")

    def show(self, values: Values, encoding: Mapping[str, Any], *, width: int, height: int) -> str:
        """The words, without tags."""
        words = self.spell(values, encoding)
        return draw_tagged(_tagged("", words, ["O"] * len(words), [1.0] * len(words)), width=width, height=height)

    def spell(self, values: Values, encoding: Mapping[str, Any]) -> list[str]:
        """The words as far as their numbers tell: an unknown character is ·, what was not looked at is …"""
        kinds = len(encoding.get("pieces", ()))
        return [clean(word) for word in spell_rows(values, encoding["words"], encoding["characters"], kinds)]

    def show_tags(
        self, prediction: TagPrediction, tags: Sequence[str], encoding: Mapping[str, Any], *, width: int, height: int
    ) -> str:
        """[Paris Smith]PER met nobody ."""
        return draw_tagged(self._said(prediction, tags, encoding), width=width, height=height)

    def export_tags(
        self, predictions: Iterable[TagPrediction], tags: Sequence[str], encoding: Mapping[str, Any], path: Path
    ) -> tuple[Path, ...]:
        """CoNLL columns, JSON or JSON lines with offsets in characters, or CSV with a row an entity."""
        said: Iterator[Tagged] = (self._said(each, tags, encoding) for each in predictions)
        WRITERS.get(path.suffix.lower(), WRITERS[".conll"])(said, path)
        return (path,)

    def _encoding(self, train: Sequence[Sentence], loaded: TaggedCorpus, chosen: NerOptions) -> dict[str, Any]:
        spelling = Spelling(chosen.lower, chosen.zeros)
        counts = word_counts(train, spelling)
        characters: list[str] = []
        if chosen.characters != "none":
            characters = self.text_tools.vocabulary(character_counts(train), specials=(NO_CHARACTER, UNKNOWN))
        return {
            "options": asdict(chosen),
            "tags": list(loaded.tags),
            "words": self.text_tools.vocabulary(counts, specials=(UNKNOWN,), least=chosen.least_count),
            "characters": characters,
            "pieces": known_pieces(train, chosen.affixes) if chosen.affixes else [],
            "habit": loaded.habit,
        }

    def _said(self, prediction: TagPrediction, tags: Sequence[str], encoding: Mapping[str, Any]) -> Tagged:
        truth = prediction.truth
        true = None if truth is None or PADDING in truth else [tags[each] for each in truth]
        found, read_from = [tags[each] for each in prediction.tags], prediction.read_from
        if read_from is None:
            return _tagged(prediction.name, self.spell(prediction.values, encoding), found, prediction.chances, true)
        spans: list[tuple[int, int]] = [(begin, end) for begin, end in read_from.spans.tolist()]
        return Tagged(prediction.name, read_from.text, spans, found, prediction.chances, true)


def _head(loaded: TaggedCorpus, chosen: NerOptions, encoding: Mapping[str, Any]) -> Tags:
    characters = len(encoding["characters"])
    inputs = Words(
        len(encoding["words"]),
        characters=characters,
        letters=chosen.letters if characters else 0,
        casings=len(CASINGS) if chosen.casing else 0,
        character_model=chosen.characters,
        character_size=chosen.character_size,
        word_dropout=chosen.word_dropout,
        frozen=chosen.freeze_vectors,
        pieces=tuple(len(kind) for kind in encoding["pieces"]),
    )
    never = forbidden(loaded.tags, chosen.scheme)
    return Tags(inputs, loaded.tags, chosen.decoder, never.starts, never.ends, never.moves, chosen.missed_cost)


def _forgetting(train: Records, words: int, dropout: float) -> NDArray[np.float32] | None:
    """(words,) the chance of each word to be made unknown: dropout / (dropout + times in train)."""
    if not dropout:
        return None
    return (dropout / (dropout + np.bincount(train.values[:, 0], minlength=words))).astype(np.float32)


def _metrics(scores: Mapping[str, float]) -> dict[str, float]:
    return {metric: value for metric, value in scores.items() if metric != "loss"}


def _records(sentences: Sequence[Sentence], encoding: Mapping[str, Any]) -> Records:
    chosen = NerOptions(**encoding["options"])
    words, characters, tags = (
        {each: number for number, each in enumerate(encoding[kind])} for kind in ("words", "characters", "tags")
    )
    pieces = [{piece: number for number, piece in enumerate(kind)} for kind in encoding.get("pieces", ())]
    spelling, letters = Spelling(chosen.lower, chosen.zeros), chosen.letters if characters else 0
    lookup = Lookup(spelling, words, characters, letters, chosen.affixes, pieces)
    found = encode(sentences, lookup)
    numbers = [
        tags.get(tag, PADDING) for each in sentences for tag in (each.tags or [""] * len(each.tokens))
    ]  # fmt: skip
    names = [sentence.name for sentence in sentences]
    return Records(
        found.values, found.lengths, names, tags=np.array(numbers, np.int64), texts=found.texts, spans=found.spans
    )  # fmt: skip


def _tagged(
    name: str, words: Sequence[str], tags: Sequence[str], chances: Sequence[float], truth: Sequence[str] | None = None
) -> Tagged:
    """Of words whose text is not kept."""
    text, offsets = Sentence(name, words, None, ()).placed()
    return Tagged(name, text, offsets, tags, chances, truth)
