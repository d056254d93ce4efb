"""Translation: one sequence made of another, of any length (many-to-many, unaligned): sentences, spellings to sounds.

Data: with none given, 8,000 English sentences and their French made by rule here (seqtui.readers.pairs.made_phrases;
MIT), of which the best possible score is known: all exactly right. Else two columns (Anki, Tatoeba), two files side
by side (Moses), or a pronouncing dictionary (CMUdict).
One real example: "The black mouse does not see her." becomes "La souris noire ne la voit pas."
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Interval

from seqtui.config import DATA, Fault, Knob, Settings
from seqtui.errors import BadInput, Usage
from seqtui.readers.grouped_split import Plan
from seqtui.readers.pairs.arrays import LaidPairs, cut_numbers, lay
from seqtui.readers.pairs.baselines import pair_baselines, unigram_loss
from seqtui.readers.pairs.copies import once_each, too_long
from seqtui.readers.pairs.corpus import PairCorpus, Reading, load_pairs, load_to_translate
from seqtui.readers.pairs.folder import FormAsked
from seqtui.readers.pairs.pair_set import PairSet
from seqtui.readers.pairs.table import Sides
from seqtui.readers.pairs.translation_files import WRITERS, Translated, draw_translated, found
from seqtui.readers.pairs.units import SPECIALS, Numbers, PairUnit, Side, encode_side, fit_side, side_from
from seqtui.shapes import IOShape, Tokens, Translation
from seqtui.task import Checkup, Corpus, Finding, Progress, Records, Task, TranslationPrediction, Values

UnitAsked = Literal["auto", "word", "whitespace", "subword", "character"]


# fmt: off
@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationOptions:
    """What can be chosen about translation."""

    form: Annotated[FormAsked, Knob("Two columns, two files side by side, or a pronouncing dictionary; found by looking if auto.", group=DATA)] = "auto"  # noqa: E501
    source_side: Annotated[str | None, Knob("What is read: a column's name or number, or a file's ending such as en.", group=DATA, metavar="NAME|NUMBER")] = None  # noqa: E501
    target_side: Annotated[str | None, Knob("What is made of it, said likewise.", group=DATA, metavar="NAME|NUMBER")] = None  # noqa: E501
    stress: Annotated[bool, Knob("Phonemes of a pronouncing dictionary keep their figure of stress.", group=DATA)] = True  # noqa: E501
    lower: Annotated[bool, Knob("Both sides in lower case, references too.", group=DATA)] = False
    source_unit: Annotated[UnitAsked, Knob("A step that is read: a word with marks apart, what stands between spaces, a piece of a word, or a character; auto is by the data's form.", group=DATA)] = "auto"  # noqa: E501
    target_unit: Annotated[UnitAsked, Knob("A step that is written, likewise.", group=DATA)] = "auto"
    shared: Annotated[bool, Knob("One vocabulary for both sides.", group=DATA)] = False
    vocabulary: Annotated[int, Interval(ge=10, le=1_000_000), Knob("Different units of a side at most; all others are unknown.", unit="units", group=DATA)] = 10_000  # noqa: E501
    least_count: Annotated[int, Interval(ge=1, le=1000), Knob("How often a word must stand in the training split to be known.", unit="times", group=DATA)] = 2  # noqa: E501
    max_length: Annotated[int, Interval(ge=1, le=10_000), Knob("Pairs with a longer side are left out, of every split.", unit="units", group=DATA)] = 50  # noqa: E501
    valid_share: Annotated[float, Interval(ge=0, lt=0.9), Knob("Share of the pairs for validation; 0 validates on the training pairs.", group=DATA)] = 0.1  # noqa: E501
    word_dropout: Annotated[float, Interval(ge=0, lt=1), Knob("Share of the units read that training makes unknown.", group=DATA)] = 0.0  # noqa: E501
    attention: Annotated[Literal["none", "bahdanau", "luong"], Knob("How the decoder looks back: additive, multiplicative, or at the last states alone.", group=DATA)] = "bahdanau"  # noqa: E501
    input_feeding: Annotated[bool, Knob("Each step of the decoder reads what the step before made of its look back.", group=DATA)] = True  # noqa: E501
    coverage: Annotated[bool, Knob("What has been looked at already counts in where to look.", group=DATA)] = False
    tied: Annotated[Literal["none", "output", "all"], Knob("The decoder's output shares its embedding's weights, or both embeddings do too.", group=DATA)] = "none"  # noqa: E501
    label_smoothing: Annotated[float, Interval(ge=0, lt=1), Knob("Share of the truth that is spread over all units in training.", group=DATA)] = 0.0  # noqa: E501
    teacher_end: Annotated[float, Interval(ge=0, le=1), Knob("Share of true units that the decoder reads at the end of training; it begins at 1 (scheduled sampling).", group=DATA)] = 1.0  # noqa: E501
    copy_unknown: Annotated[bool, Knob("Unknown units that are written are copied from where attention looks.", group=DATA)] = True  # noqa: E501
    scored_by: Annotated[Literal["auto", "text", "exact"], Knob("BLEU and chrF of texts, or the share exactly right and the errors; auto is by the data's form.", group=DATA)] = "auto"  # noqa: E501
# fmt: on


class TranslationTask(Task):
    """Pairs of texts in; the other side of any text out."""

    name: ClassVar[str] = "translation"
    title: ClassVar[str] = "Translation"
    summary: ClassVar[str] = "Turn one sequence into another: a sentence into another language, spelling into sounds."
    reads: ClassVar[str] = (
        "TSV of two columns (Anki, Tatoeba), train.en beside train.fr, CMUdict (each also .gz), a folder of splits"
    )
    trains_as: ClassVar[IOShape] = IOShape.MANY_TO_MANY_UNALIGNED
    head_kind: ClassVar[str] = "translation"
    length_unit: ClassVar[str] = "words"
    predict_suffixes: ClassVar[tuple[str, ...]] = tuple(WRITERS)
    options: ClassVar[type[Settings]] = TranslationOptions
    check_options: ClassVar[tuple[str, ...]] = ("form", "source_side", "target_side")
    defaults: ClassVar[Mapping[str, Any]] = {
        "backbone": "gru",
        "bidirectional": True,
        "hidden_size": 96,
        "embedding_size": 64,
        "dropout": 0.1,
        "batch_size": 32,
        "lr": 6e-3,
        "schedule": "cosine",
        "max_grad_norm": 5.0,
        "epochs": 6,
        "best_by": "score",
    }

    def option_faults(self, options: Mapping[str, Any]) -> list[Fault]:
        """Options that would do nothing, or cannot be together."""
        chosen = TranslationOptions(**options)
        faults = []
        if chosen.tied == "all" and not chosen.shared:
            faults.append(Fault("tied", "needs one vocabulary for both sides, so give shared too", other="shared"))
        if chosen.shared and chosen.source_unit != chosen.target_unit:
            faults.append(
                Fault("shared", "is of one vocabulary for both sides: give the same source_unit and target_unit")
            )
        if chosen.attention == "none" and chosen.coverage:
            faults.append(Fault("coverage", "needs attention=bahdanau or luong: leave it out"))
        if chosen.source_side is not None and chosen.source_side == chosen.target_side:
            faults.append(Fault("source_side", "is the target side too: choose two", other="target_side"))
        return faults

    def load(self, data: str | None, options: Mapping[str, Any], *, seed: int, progress: Progress) -> Corpus:
        """Three splits; vocabularies, sub-words and baselines are fitted on the first."""
        chosen = TranslationOptions(**options)
        loaded = load_pairs(data, _reading(chosen), Plan(0, 0, chosen.valid_share, seed), progress=progress)
        progress("fitting the vocabularies", 0, 0)
        pairs, split = loaded.pairs, loaded.split
        sides = self._fit(pairs, split.train.tolist(), chosen)
        texts = (pairs.sources, [str(text) for text in pairs.targets])
        read = [encode_side(each, side, tools=self.text_tools) for each, side in zip(texts, sides, strict=True)]
        long = too_long([each.lengths() for each in read], chosen.max_length)
        train, *others = (part[~long[part]] for part in (split.train, split.valid, split.test))
        if not (len(train) and len(others[-1])):
            raise BadInput(f"{loaded.source}: too few pairs have at most {chosen.max_length} units: see --max-length")
        taught = lay(pairs, read[0], read[1], train.tolist(), [(texts[1][at],) for at in train.tolist()])
        laid = [taught, *(lay(pairs, read[0], read[1], *once_each(pairs, part)) for part in others)]
        progress("fitting the baselines", 0, 0)
        notes = _on_reading(laid[-1], sides, int(long.sum()), chosen.max_length)
        return _corpus(loaded, laid, sides, chosen, notes)

    def load_for_scoring(
        self, data: str, encoding: Mapping[str, Any], *, progress: Progress
    ) -> tuple[Records, tuple[str, ...]]:
        """All sources of `data`, once each; those whose target is not known can be translated, not scored."""
        chosen, sides = TranslationOptions(**encoding["options"]), _sides(encoding)
        pairs = load_to_translate(data, _reading(chosen), encoding["form"], progress=progress)
        kept, references = once_each(pairs, np.arange(len(pairs)))
        sources = encode_side(pairs.sources, sides[0], tools=self.text_tools)
        sources, lost = cut_numbers(sources, chosen.max_length)
        targets = encode_side((text or "" for text in pairs.targets), sides[1], tools=self.text_tools)
        rows = [row if text is not None else row[:0] for row, text in zip(targets.rows, pairs.targets, strict=True)]
        laid = lay(pairs, sources, Numbers(rows, targets.places), kept, references)
        cut = [f"{lost:,} texts are longer than {chosen.max_length:,} units and were cut there"] if lost else []
        return _records(laid), (*pairs.notes, *cut)

    def check(self, paths: Sequence[Path], options: Mapping[str, Any]) -> Checkup:
        """The data doctor for pairs."""
        from seqtui.readers.pairs.doctor import examine

        seen, facts = examine(paths, _reading(TranslationOptions(**options)))
        return Checkup(tuple(Finding(remark.level, remark.where, remark.text) for remark in seen), facts)

    def prime(self, source: str | None, encoding: Mapping[str, Any], *, rng: np.random.Generator) -> Values:  # noqa: ARG002
        """Nothing is sampled."""
        raise Usage("translation makes one text of another: ask a model with seqtui predict")

    def is_long_enough(self, length: int, encoding: Mapping[str, Any]) -> Callable[[Values], bool]:  # noqa: ARG002
        """Nothing is sampled."""
        raise Usage("translation makes one text of another: ask a model with seqtui predict")

    def export_samples(self, samples: Sequence[Values], encoding: Mapping[str, Any], path: Path) -> tuple[Path, ...]:  # noqa: ARG002
        """Nothing is sampled."""
        raise Usage("translation makes one text of another: ask a model with seqtui predict")

    def show(self, values: Values, encoding: Mapping[str, Any], *, width: int, height: int) -> str:
        """The source, as far as its numbers tell."""
        text = _sides(encoding)[0].joined(self.spell(values, encoding))
        return draw_translated(Translated("", text, (), (), ()), width=width, height=min(height, 1))

    def spell(self, values: Values, encoding: Mapping[str, Any]) -> list[str]:
        """A word, piece or character a step of the source."""
        return _sides(encoding)[0].spell(values.tolist())

    def spell_target(self, values: Values, encoding: Mapping[str, Any]) -> list[str]:
        """A word, piece or character a step of the target."""
        return _sides(encoding)[1].spell(values.tolist())

    def target_text(self, tokens: Sequence[str], encoding: Mapping[str, Any]) -> str:
        """Tokens of the target, as references are written."""
        return _sides(encoding)[1].joined(tokens)

    def show_translation(
        self, prediction: TranslationPrediction, encoding: Mapping[str, Any], *, width: int, height: int
    ) -> str:
        """Source, output and reference, a line each."""
        return draw_translated(_said(prediction, _sides(encoding)), width=width, height=height)

    def export_translations(
        self, predictions: Iterable[TranslationPrediction], encoding: Mapping[str, Any], path: Path
    ) -> tuple[Path, ...]:
        """TSV or JSON with all hypotheses, or the best ones, a line each."""
        sides = _sides(encoding)
        said: Iterator[Translated] = (_said(each, sides) for each in predictions)
        WRITERS.get(path.suffix.lower(), WRITERS[".tsv"])(said, path)
        return (path,)

    def _fit(self, pairs: PairSet, train: Sequence[int], chosen: TranslationOptions) -> tuple[Side, Side]:
        units = _units(pairs, chosen)
        texts = [[pairs.sources[at] for at in train], [str(pairs.targets[at]) for at in train]]
        if chosen.shared:
            texts = [texts[0] + texts[1]]
        fitted = [
            fit_side(unit, side, most=chosen.vocabulary, least=chosen.least_count, tools=self.text_tools)
            for unit, side in zip(units, texts, strict=False)
        ]
        return fitted[0], fitted[-1]


def _reading(chosen: TranslationOptions) -> Reading:
    return Reading(chosen.form, Sides(chosen.source_side, chosen.target_side), chosen.stress, chosen.lower)


def _units(pairs: PairSet, chosen: TranslationOptions) -> tuple[PairUnit, PairUnit]:
    """As asked for, or by the data's form: letters become phonemes, words become words."""
    usual: tuple[PairUnit, PairUnit] = ("character", "whitespace") if pairs.form == "lexicon" else ("word", "word")
    source = usual[0] if chosen.source_unit == "auto" else chosen.source_unit
    target = usual[1] if chosen.target_unit == "auto" else chosen.target_unit
    if chosen.shared and source != target:
        raise Usage(f"shared is of one vocabulary for both sides, and these data are read as {source} and {target}")
    return source, target


def _sides(encoding: Mapping[str, Any]) -> tuple[Side, Side]:
    return side_from(encoding["source"]), side_from(encoding["target"])


def _records(laid: LaidPairs) -> Records:
    return Records(
        laid.values, laid.lengths, laid.names, targets=laid.targets, target_lengths=laid.target_lengths,
        texts=laid.texts, spans=laid.places, references=laid.references,
    )  # fmt: skip


def _said(prediction: TranslationPrediction, sides: tuple[Side, Side]) -> Translated:
    spelled = sides[0].spell(prediction.values.tolist())
    read_from = prediction.read_from
    tokens = spelled if read_from is None else read_from.words()
    source = sides[0].joined(spelled) if read_from is None else read_from.text
    made = [found(each, tokens, sides[1]) for each in prediction.hypotheses]
    return Translated(prediction.name, source, tokens, prediction.references, made)


def _on_reading(test: LaidPairs, sides: tuple[Side, Side], long: int, longest: int) -> list[str]:
    """What was left out, and how much of the test split is unknown."""
    said = []
    if long:
        said.append(f"{long:,} pairs have a side of over {longest:,} units and were left out of all splits")
    for name, side, values in (("source", sides[0], test.values), ("target", sides[1], test.targets)):
        share = float((values == 0).mean()) if len(values) else 0.0
        if share > 0.005:
            said.append(f"{share:.1%} of the {side.plural} of the test split's {name} side are not in its vocabulary")
    return said


def _corpus(
    loaded: PairCorpus,
    laid: Sequence[LaidPairs],
    sides: tuple[Side, Side],
    chosen: TranslationOptions,
    notes: Sequence[str],
) -> Corpus:
    train, valid, test = laid
    head = _head(loaded.pairs, chosen, len(sides[0].tokens), len(sides[1].tokens))
    scores = pair_baselines(train, test, sides, head.scored_by, is_known=loaded.known)
    return Corpus(
        train=_records(train),
        valid=_records(valid),
        test=_records(test),
        head=head,
        encoding={
            "options": asdict(chosen),
            "form": loaded.pairs.form,
            "source": sides[0].as_json(),
            "target": sides[1].as_json(),
        },
        source=loaded.source,
        split_rule=loaded.split.rule,
        fingerprint=loaded.fingerprint,
        notes=(*loaded.notes, *notes),
        baselines={"token frequency": unigram_loss(train, test, len(sides[1].tokens))},
        baseline_metrics=scores,
        loss_unit="nats/token",
    )


def _head(pairs: PairSet, chosen: TranslationOptions, sources: int, targets: int) -> Translation:
    exact = chosen.scored_by == "exact" or (chosen.scored_by == "auto" and pairs.form == "lexicon")
    return Translation(
        Tokens(sources, 0, chosen.word_dropout),
        targets,
        start=SPECIALS.index("<start>"),
        end=SPECIALS.index("<end>"),
        unknown=0 if chosen.copy_unknown and chosen.attention != "none" else -1,
        attention=chosen.attention,
        input_feeding=chosen.input_feeding and chosen.attention != "none",
        coverage=chosen.coverage,
        tied=chosen.tied,
        label_smoothing=chosen.label_smoothing,
        teacher_end=chosen.teacher_end,
        scored_by="exact" if exact else "text",
        longest=chosen.max_length,
    )
