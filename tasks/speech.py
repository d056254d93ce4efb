"""Speech: which word is spoken (many-to-one), or all that is said (many-to-many, unequal).

Data: with none given, 1,480 spoken digits made by rule here (seqtui.readers.speech.made_digits; MIT), of sixteen
voices in noise, and the voices of the test split are never heard in training; for transcripts they are joined into
strings. `--data captcha` varies the 36 recordings of the package captcha (extra "corpora"). Else WAV or FLAC: a folder
a class, the Free Spoken Digits, a CSV or JSON manifest. One real example: 7_jackson_32.wav, 0.5 s at 8 kHz, is "seven".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Interval

from seqtui.config import DATA, Fault, Knob, Settings
from seqtui.readers.class_names import class_numbers
from seqtui.readers.deaf_baseline import Texts, deaf_loss
from seqtui.readers.grouped_split import Plan
from seqtui.readers.prediction_files import write_predictions_csv, write_predictions_json, write_predictions_tsv
from seqtui.readers.speech.audio_features import Kind, Recipe, frames_of
from seqtui.readers.speech.baselines import WITHOUT_LISTENING, transcript_baselines, word_baselines
from seqtui.readers.speech.corpus import SPLITS, Goal, Wish, load_speech, load_to_hear
from seqtui.readers.speech.corpus import Speech as Loaded
from seqtui.readers.speech.named_speech import name_of
from seqtui.readers.speech.reading import Normalise, Spoken, moments, taken
from seqtui.readers.speech.spectrogram_text import draw_spectrogram
from seqtui.readers.speech.split import is_split
from seqtui.readers.speech.texts import Said, Unit, encode_texts, fit_symbols, plain_text, steps_needed
from seqtui.readers.speech.transcript_files import HeardText, write_heard_csv, write_heard_json, write_heard_text
from seqtui.shapes import PADDING, IOShape, Label, Masks, Pooling, Transcript, Vectors
from seqtui.task import Checkup, Corpus, Finding, Prediction, Progress, Records, Task, TranscriptPrediction, Values


# fmt: off
@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechOptions:
    """What can be chosen about speech."""

    goal: Annotated[Goal, Knob("Which word each recording is, or a transcript of it.", group=DATA)] = "word"
    unit: Annotated[Unit, Knob("What a transcript is written in.", group=DATA)] = "character"
    join: Annotated[int | None, Interval(ge=0, le=50), Knob("Recordings of a speaker are joined into strings of 2 to so many, for goal=transcript; 0 joins none. Data with a name: 5 if left out.", unit="recordings", group=DATA)] = None  # noqa: E501
    features: Annotated[Kind, Knob("What a step reads: the logarithm of the energies of mel bands, or cepstral coefficients of them.", group=DATA)] = "log-mel"  # noqa: E501
    bands: Annotated[int, Interval(ge=4, le=256), Knob("Mel bands.", unit="bands", group=DATA)] = 40
    coefficients: Annotated[int, Interval(ge=2, le=256), Knob("Coefficients of features=mfcc.", group=DATA)] = 13
    deltas: Annotated[int, Interval(ge=0, le=2), Knob("Slopes beside each number: 1, or 2 with the slopes of slopes.", group=DATA)] = 0  # noqa: E501
    stack: Annotated[int, Interval(ge=1, le=16), Knob("Frames that make one step, side by side.", unit="frames", group=DATA)] = 2  # noqa: E501
    window: Annotated[float, Interval(ge=5, le=100), Knob("Length of a frame.", unit="ms", group=DATA)] = 25.0
    hop: Annotated[float, Interval(ge=2, le=100), Knob("From one frame to the next.", unit="ms", group=DATA)] = 10.0
    sample_rate: Annotated[int, Interval(ge=0, le=48_000), Knob("Rate that all sound is resampled to; 0 is that of most files, 16,000 at most.", unit="Hz", group=DATA)] = 0  # noqa: E501
    normalise: Annotated[Normalise, Knob("Mean and deviation: of the training split, of each speaker, or the mean of each recording.", group=DATA)] = "global"  # noqa: E501
    longest: Annotated[float, Interval(ge=0.1, le=600), Knob("Longer files are read to here.", unit="s", group=DATA)] = 20.0  # noqa: E501
    pooling: Annotated[Pooling, Knob("How the states of all steps become one: the last, their mean, their maximum, or attention.", group=DATA)] = "mean"  # noqa: E501
    time_masks: Annotated[int, Interval(ge=0, le=20), Knob("Stretches of time that training hides (SpecAugment).", group=DATA)] = 1  # noqa: E501
    time_mask: Annotated[float, Interval(ge=0, le=10_000), Knob("Their length at most, and never over a fifth of a recording.", unit="ms", group=DATA)] = 100.0  # noqa: E501
    band_masks: Annotated[int, Interval(ge=0, le=20), Knob("Strips of bands that training hides (SpecAugment).", group=DATA)] = 1  # noqa: E501
    band_mask: Annotated[int, Interval(ge=0, le=256), Knob("Their width at most.", unit="bands", group=DATA)] = 8
    noise: Annotated[float, Interval(ge=-20, le=60), Knob("How much louder than the noise data with a name are: digits, captcha, captcha-digits.", unit="dB", group=DATA)] = 5.0  # noqa: E501
    split: Annotated[str, Knob("auto: as the data say, else by seed; random; speakers: the test split has voices of its own; speaker:NAME.", group=DATA, metavar="auto|random|speakers|speaker:NAME")] = "auto"  # noqa: E501
    folds: Annotated[int, Interval(ge=0, le=100_000), Knob("Folds of a cross-validation, of split=random or speakers; 0 is a single split.", group=DATA)] = 0  # noqa: E501
    fold: Annotated[int, Interval(ge=0, le=100_000), Knob("Which fold is the test split; 0 is the first.", group=DATA)] = 0  # noqa: E501
    valid_share: Annotated[float, Interval(ge=0, lt=0.9), Knob("Share of the recordings for validation, where the data do not say; 0 validates on the training recordings.", group=DATA)] = 0.1  # noqa: E501
# fmt: on


WRITERS = {".csv": write_predictions_csv, ".tsv": write_predictions_tsv, ".json": write_predictions_json}
SCRIPTS = {".csv": write_heard_csv, ".json": write_heard_json, ".txt": write_heard_text}
NAMED_JOIN = 5


class Speech(Task):
    """Recordings in; words out."""

    name: ClassVar[str] = "speech"
    title: ClassVar[str] = "Speech"
    summary: ClassVar[str] = "Recognize spoken words, from a recording or a microphone."
    reads: ClassVar[str] = "WAV, FLAC: a folder a class, DIGIT_SPEAKER_INDEX.wav, a CSV or JSON manifest"
    trains_as: ClassVar[IOShape] = IOShape.MANY_TO_ONE
    head_kind: ClassVar[str] = "label"
    length_unit: ClassVar[str] = "frames"
    predict_suffixes: ClassVar[tuple[str, ...]] = (*WRITERS, ".txt")
    options: ClassVar[type[Settings]] = SpeechOptions
    defaults: ClassVar[Mapping[str, Any]] = {
        "backbone": "gru",
        "bidirectional": True,
        "hidden_size": 64,
        "embedding_size": 64,
        "dropout": 0.2,
        "batch_size": 16,
        "lr": 2e-3,
        "schedule": "cosine",
        "epochs": 12,
    }

    def head_kind_for(self, options: Mapping[str, Any]) -> str:
        """Single words are labels."""
        return "transcript" if options.get("goal") == "transcript" else "label"

    def defaults_for(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Alignments that nobody tells take longer to find."""
        if options.get("goal") != "transcript":
            return self.defaults
        return {**self.defaults, "hidden_size": 96, "epochs": 20, "lr": 3e-3, "max_grad_norm": 5.0}

    def suffixes_for(self, options: Mapping[str, Any]) -> tuple[str, ...]:
        """Of labels or of transcripts."""
        return tuple(SCRIPTS if options.get("goal") == "transcript" else WRITERS)

    def option_faults(self, options: Mapping[str, Any]) -> list[Fault]:
        """Options that would do nothing, or cannot be together."""
        chosen = SpeechOptions(**options)
        faults = []
        if chosen.goal == "word":
            idle = [name for name in ("unit", "join") if getattr(chosen, name) != getattr(SpeechOptions(), name)]
            faults += [Fault(name, "is for goal=transcript: leave it out") for name in idle]
        elif chosen.pooling != SpeechOptions().pooling:
            faults.append(Fault("pooling", "is for goal=word: leave it out"))
        if chosen.features == "mfcc" and chosen.coefficients > chosen.bands:
            faults.append(Fault("bands", f"is fewer than the {chosen.coefficients} coefficients", other="coefficients"))
        if not is_split(chosen.split):
            faults.append(Fault("split", "is none of auto, random, speakers and speaker:NAME"))
        if chosen.folds and chosen.split not in ("random", "speakers"):
            faults.append(Fault("folds", "needs split=random or split=speakers: choose one of them", other="split"))
        if chosen.fold >= max(chosen.folds, 1):
            faults.append(Fault("fold", f"is not there: folds are counted from 0, and there are {chosen.folds}"))
        return faults

    def load(self, data: str | None, options: Mapping[str, Any], *, seed: int, progress: Progress) -> Corpus:
        """Three splits of features; mean and deviation are those of the first."""
        chosen = SpeechOptions(**options)
        plan = Plan(chosen.folds, chosen.fold, chosen.valid_share, seed)
        if chosen.join is None:
            chosen = replace(chosen, join=NAMED_JOIN if name_of(data) and chosen.goal == "transcript" else 0)
        loaded = load_speech(data, _wish(chosen, _recipe(chosen)), plan, progress=progress)
        mean, deviation = moments(loaded.parts[0].values)
        inputs = Vectors(loaded.recipe.width, mean, deviation, masks=_masks(chosen, loaded.recipe))
        progress("fitting the baselines", 0, 0)
        return (_words if chosen.goal == "word" else _transcripts)(loaded, inputs, chosen)

    def load_for_scoring(
        self, data: str, encoding: Mapping[str, Any], *, progress: Progress
    ) -> tuple[Records, tuple[str, ...]]:
        """All recordings of `data`; those whose word the model does not know can be predicted, not scored."""
        wish = _wish(SpeechOptions(**encoding["options"]), Recipe(**encoding["recipe"]))
        heard = load_to_hear(data, wish, progress=progress)
        if wish.goal == "word":
            return _records(heard, encoding["classes"]), heard.notes
        records, said = _scripted(heard, encoding["symbols"], encoding["options"]["unit"])
        return records, (*heard.notes, *said.notes)

    def check(self, paths: Sequence[Path], options: Mapping[str, Any]) -> Checkup:  # noqa: ARG002
        """The data doctor for speech."""
        from seqtui.readers.speech.doctor import examine

        seen, facts = examine(paths)
        return Checkup(tuple(Finding(remark.level, remark.where, remark.text) for remark in seen), facts)

    def show(self, values: Values, encoding: Mapping[str, Any], *, width: int, height: int) -> str:
        """A spectrogram in shades."""
        recipe = Recipe(**encoding["recipe"])
        return draw_spectrogram(frames_of(values, recipe), width=width, height=height)

    def picture(self, values: Values, encoding: Mapping[str, Any]) -> Values:
        """The bands over time, the highest above; of cepstral coefficients themselves."""
        return frames_of(values, Recipe(**encoding["recipe"])).T[::-1]

    def seconds(self, values: Values, encoding: Mapping[str, Any]) -> float:
        """Of so many steps."""
        return len(values) * Recipe(**encoding["recipe"]).seconds_a_step

    def spell(self, values: Values, encoding: Mapping[str, Any]) -> list[str]:
        """Where each step begins, in seconds."""
        step = Recipe(**encoding["recipe"]).seconds_a_step
        return [f"{number * step:.2f}" for number in range(len(values))]

    def export_predictions(
        self,
        predictions: Iterable[Prediction],
        classes: Sequence[str],
        encoding: Mapping[str, Any],  # noqa: ARG002
        path: Path,
    ) -> tuple[Path, ...]:
        """CSV, TSV or JSON."""
        WRITERS.get(path.suffix.lower(), write_predictions_csv)(predictions, classes, path)
        return (path,)

    def export_transcripts(
        self, predictions: Iterable[TranscriptPrediction], encoding: Mapping[str, Any], path: Path
    ) -> tuple[Path, ...]:
        """CSV, JSON with times, or a line of text a recording."""
        SCRIPTS.get(path.suffix.lower(), write_heard_csv)((_heard(each, encoding) for each in predictions), path)
        return (path,)


def _words(loaded: Loaded, inputs: Vectors, chosen: SpeechOptions) -> Corpus:
    train, valid, test = (_records(part, loaded.classes) for part in loaded.parts)
    scores = word_baselines(_measured(train), _measured(test), len(loaded.classes))
    return replace(
        _corpus(loaded, (train, valid, test), Label(inputs, loaded.classes, pooling=chosen.pooling), chosen),
        encoding={"options": asdict(chosen), "recipe": asdict(loaded.recipe), "classes": list(loaded.classes)},
        baselines={name: each["loss"] for name, each in scores.items()},
        baseline_metrics={name: {key: each[key] for key in each if key != "loss"} for name, each in scores.items()},
    )


def _transcripts(loaded: Loaded, inputs: Vectors, chosen: SpeechOptions) -> Corpus:
    """Symbols are those of the training texts; a training recording too short for its text is left out."""
    texts = [[plain_text(each.transcript or "") for each in part.utterances] for part in loaded.parts]
    symbols = fit_symbols(texts[0], chosen.unit)
    parts, told, notes = [], [], []
    for name, part in zip(SPLITS, loaded.parts, strict=True):
        records, said = _scripted(part, symbols, chosen.unit)
        short = np.flatnonzero(steps_needed(said) > part.lengths)
        if len(short):
            left = "left out" if name == "train" else "scored by their errors, without a loss"
            notes.append(
                f"{len(short):,} recordings of {name} have more symbols than steps and are {left}: see --stack"
            )
        if len(short) and name == "train":
            kept = np.setdiff1d(np.arange(len(part.lengths)), short).tolist()
            records, said = _scripted(taken(part, kept), symbols, chosen.unit)
        parts.append(records)
        told.append(Texts(said.targets, said.lengths, records.lengths))
        notes += [f"{name}: {note}" for note in said.notes]
    head = Transcript(inputs, symbols, chosen.unit == "word")
    corpus = _corpus(loaded, (parts[0], parts[1], parts[2]), head, chosen)
    return replace(
        corpus,
        encoding={"options": asdict(chosen), "recipe": asdict(loaded.recipe), "symbols": list(symbols)},
        notes=(*corpus.notes, *notes),
        baselines={WITHOUT_LISTENING: deaf_loss(told[0], told[2], len(symbols))},
        baseline_metrics=transcript_baselines(texts[0], texts[2]),
        loss_unit="nats/symbol",
    )


def _corpus(
    loaded: Loaded, records: tuple[Records, Records, Records], head: Label | Transcript, chosen: SpeechOptions
) -> Corpus:
    train, valid, test = records
    return Corpus(
        train, valid, test, head, {"options": asdict(chosen)}, loaded.source, loaded.split_rule, loaded.fingerprint,
        (loaded.recipe.words, *loaded.notes), loss_unit="nats/word",
    )  # fmt: skip


def _scripted(heard: Spoken, symbols: Sequence[str], unit: Unit) -> tuple[Records, Said]:
    texts = [each.transcript for each in heard.utterances]
    said = encode_texts(texts, symbols, unit)
    names = [each.name for each in heard.utterances]
    if not any(texts):
        return Records(heard.values, heard.lengths, names), said
    return Records(heard.values, heard.lengths, names, targets=said.targets, target_lengths=said.lengths), said


def _heard(said: TranscriptPrediction, encoding: Mapping[str, Any]) -> HeardText:
    symbols, step = encoding["symbols"], Recipe(**encoding["recipe"]).seconds_a_step
    glue = " " if encoding["options"]["unit"] == "word" else ""
    text, truth = (
        None if each is None else " ".join(glue.join(symbols[number] for number in each).split())
        for each in (said.symbols, said.truth)
    )
    placed = [
        (symbols[symbol], begin * step if begin >= 0 else float("nan"), chance)
        for symbol, begin, chance in zip(said.symbols, said.begins, said.chances, strict=True)
    ]
    return HeardText(said.name, text or "", truth, said.log_probability, placed)


def _recipe(chosen: SpeechOptions) -> Recipe:
    return Recipe(
        chosen.features, chosen.sample_rate, chosen.bands, chosen.coefficients, chosen.window / 1000,
        chosen.hop / 1000, chosen.deltas, chosen.stack,
    )  # fmt: skip


def _wish(chosen: SpeechOptions, recipe: Recipe) -> Wish:
    return Wish(chosen.goal, recipe, chosen.normalise, chosen.longest, chosen.split, chosen.join or 0, chosen.noise)


def _masks(chosen: SpeechOptions, recipe: Recipe) -> Masks | None:
    """Of cepstral coefficients there are no bands to hide."""
    strips = chosen.band_masks if chosen.features == "log-mel" and chosen.band_mask else 0
    stretches = chosen.time_masks if chosen.time_mask else 0
    if not strips and not stretches:
        return None
    longest = max(round(chosen.time_mask / 1000 / recipe.seconds_a_step), 1)
    return Masks(stretches, longest, strips, min(chosen.band_mask, recipe.bands), repeats=recipe.width // recipe.height)


def _records(heard: Spoken, classes: Sequence[str]) -> Records:
    labels = class_numbers([each.word for each in heard.utterances], classes)
    names = [each.name for each in heard.utterances]
    return Records(heard.values, heard.lengths, names, np.where(labels < 0, PADDING, labels))


def _measured(records: Records) -> tuple[Values, Values, Values]:
    assert records.labels is not None
    return records.values, records.lengths, records.labels
