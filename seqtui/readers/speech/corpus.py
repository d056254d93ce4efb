"""From speech data to features of three splits, with what is said in them; or to features to be asked of."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput
from seqtui.readers.class_names import class_numbers
from seqtui.readers.grouped_split import Plan, Split
from seqtui.readers.speech.audio_features import Recipe
from seqtui.readers.speech.layouts import read_speech
from seqtui.readers.speech.named_speech import name_of, read_named, words_of
from seqtui.readers.speech.reading import Normalise, Spoken, content_groups, read_utterances, usual_rate
from seqtui.readers.speech.recording_set import SpeechSet, Utterance
from seqtui.readers.speech.split import notes_on_leaks, notes_on_speakers, split_speech
from seqtui.readers.speech.strings import joined
from seqtui.readers.unpacked_file import Progress
from seqtui.text_safety import clean

NAMED_SEED: Final = 0  # always the same data: the seed of a run splits them and starts its weights
FRESH_SEED: Final = 1  # of such data to score a trained model on
MAX_CLASSES: Final = 1000
TRAIN_PASSES: Final = 3  # how often every training recording stands in a joined string
SPLITS: Final = ("train", "valid", "test")
_TOLD: Final = 3

Goal = Literal["word", "transcript"]


@dataclass(frozen=True, slots=True)
class Wish:
    """How speech is to be loaded. recipe.rate 0: the rate of most files. join: words of a string at most, 0: none.

    noise: dB, of data that a name stands for; longest: seconds that are read of a file; split: of speech_split.
    """

    goal: Goal
    recipe: Recipe
    normalise: Normalise
    longest: float
    split: str
    join: int
    noise: float


@dataclass(frozen=True, slots=True)
class Speech:
    """parts: train, valid and test; classes: in order, of single words; recipe: with the rate that was found."""

    parts: tuple[Spoken, Spoken, Spoken]
    classes: tuple[str, ...]
    recipe: Recipe
    source: str
    split_rule: str
    notes: tuple[str, ...]
    fingerprint: str


def load_speech(data: str | None, wish: Wish, plan: Plan, *, progress: Progress) -> Speech:
    """Features in splits; what was left out is in the notes. BadInput or NotFound where nothing can be trained on."""
    progress("looking for recordings", 0, 0)
    named = name_of(data)
    speech = read_named(named, wish.noise, seed=NAMED_SEED) if named else read_speech(Path(str(data)))
    speech, notes = _with_truth(speech, wish.goal, str(data))
    classes = classes_of(speech) if wish.goal == "word" else ()
    groups = content_groups(speech.utterances)
    labels = class_numbers([each.word for each in speech.utterances], classes) if classes else None
    split = split_speech(speech, groups, labels, wish.split, plan)
    recipe = replace(wish.recipe, rate=wish.recipe.rate or usual_rate(speech.utterances))
    parts = [
        read_utterances(
            _strings(speech, chosen, name, wish, plan.seed), recipe, longest=wish.longest, normalise=wish.normalise,
            progress=progress,
        )
        for name, chosen in zip(SPLITS, (split.train, split.valid, split.test), strict=True)
        if len(chosen)
    ]  # fmt: skip
    train, test = parts[0], parts[-1]
    valid = (
        parts[1]
        if len(split.valid)
        else replace(train, values=train.values[:0], lengths=train.lengths[:0], utterances=())
    )
    notes += [*notes_on_leaks(groups, split), *notes_on_speakers(speech, split)]
    notes += [note for part in parts for note in part.notes]
    return Speech(
        (train, valid, test), classes, recipe, _source(data, wish), split.rule,
        tuple(dict.fromkeys((*speech.notes, *notes))), _fingerprint(parts, split),
    )  # fmt: skip


def load_to_hear(data: str, wish: Wish, *, progress: Progress) -> Spoken:
    """All of `data`, with or without a truth; what a name stands for is made anew, as no model has heard it."""
    named = name_of(data)
    speech = read_named(named, wish.noise, seed=FRESH_SEED) if named else read_speech(Path(data))
    utterances: Sequence[Utterance] = speech.utterances
    if named and wish.goal == "transcript" and wish.join:
        utterances = joined(utterances, wish.join, seed=FRESH_SEED)
    found = read_utterances(
        utterances, wish.recipe, longest=wish.longest, normalise=wish.normalise, progress=progress
    )  # fmt: skip
    return replace(found, notes=(*speech.notes, *found.notes))


def classes_of(speech: SpeechSet) -> tuple[str, ...]:
    """The order of the layout, else by name. BadInput for one class, or so many that they look like texts."""
    counts = Counter(each.word for each in speech.utterances if each.word is not None)
    if len(counts) == 1:
        raise BadInput(f"all {counts.total():,} recordings are of one class, {next(iter(counts))}; give two or more")
    if len(counts) > min(MAX_CLASSES, max(counts.total() // 2, 2)):
        raise BadInput(
            f"there are {len(counts):,} different words in {counts.total():,} recordings, so they look like sentences: "
            "ask for --goal transcript"
        )
    known = [word for word in speech.order if word in counts]
    return tuple(known + sorted(set(counts) - set(known)))


def _with_truth(speech: SpeechSet, goal: Goal, data: str) -> tuple[SpeechSet, list[str]]:
    """What can be trained on, and a note of the rest."""
    kept = [each for each in speech.utterances if (each.word if goal == "word" else each.transcript)]
    lost = len(speech.utterances) - len(kept)
    if not kept:
        what = "class" if goal == "word" else "text"
        raise BadInput(
            f"{clean(data)} does not say what is spoken: give a folder a class, files named DIGIT_SPEAKER_INDEX.wav, "
            f"or a manifest with a column for the {what}"
        )
    notes = [f"{lost:,} recordings say nothing of what is spoken and were left out"] if lost else []
    return replace(speech, utterances=tuple(kept)), notes


def _strings(speech: SpeechSet, chosen: NDArray[np.int64], name: str, wish: Wish, seed: int) -> Sequence[Utterance]:
    """The recordings of one split, joined where that is wished for."""
    mine = [speech.utterances[each] for each in chosen.tolist()]
    if wish.goal == "word" or not wish.join:
        return mine
    passes = TRAIN_PASSES if name == "train" else 1
    return joined([replace(each, split=name) for each in mine], wish.join, seed=seed, passes=passes)


def _source(data: str | None, wish: Wish) -> str:
    strings = f", joined into strings of up to {wish.join} words" if wish.join and wish.goal == "transcript" else ""
    named = name_of(data)
    return f"{words_of(named, wish.noise) if named else data}{strings}"


def _fingerprint(parts: Sequence[Spoken], split: Split) -> str:
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(part.fingerprint.encode())
    for indices in (split.train, split.valid, split.test):
        digest.update(np.ascontiguousarray(indices).data)
    return digest.hexdigest()
