"""Utterances into train, valid and test: as the data say, by seed, or by who speaks, so that a voice is never known."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from seqtui.errors import Usage
from seqtui.readers.grouped_split import TEST, TRAIN, VALID, Indices, Plan, Split, split_as_given, split_groups
from seqtui.readers.speech.recording_set import SpeechSet, speakers_of
from seqtui.text_safety import clean

ASKED: Final = ("auto", "random", "speakers")  # or speaker:NAME
_OF_SPEAKER: Final = "speaker:"
_GIVEN: Final = {"train": TRAIN, "valid": VALID, "test": TEST, None: TRAIN}


def is_split(asked: str) -> bool:
    """Whether a split can be asked for so."""
    return asked in ASKED or (len(asked) > len(_OF_SPEAKER) and asked.startswith(_OF_SPEAKER))


def split_speech(speech: SpeechSet, groups: Indices, classes: Indices | None, asked: str, plan: Plan) -> Split:
    """groups: of equal recordings; classes: to stratify by. Usage where there is no such speaker, or none is known."""
    if asked.startswith(_OF_SPEAKER):
        return _without(asked.removeprefix(_OF_SPEAKER), speech, groups, classes, plan)
    if asked == "speakers":
        voices = _voices(speech)
        return split_groups(voices, None, plan, things="speakers", together="all that one speaker says")
    if asked == "auto" and not plan.folds and any(each.split for each in speech.utterances):
        given = np.array([_GIVEN[each.split] for each in speech.utterances], np.int64)
        return split_as_given(given, groups, classes, plan, things="recordings", by=speech.split_by)
    return split_groups(groups, classes, plan, things="recordings", together="equal recordings")


def notes_on_leaks(groups: Indices, split: Split) -> list[str]:
    """Recordings that stand in train and in another split too."""
    train = np.unique(groups[split.train])
    leaks = {name: int(np.isin(groups[part], train).sum()) for name, part in _others(split)}
    return [
        f"{count:,} recordings of the {name} split stand in train too, byte for byte: its scores are a little too good"
        for name, count in leaks.items()
        if count
    ]


def notes_on_speakers(speech: SpeechSet, split: Split) -> list[str]:
    """Whether the test split holds voices that training never heard; nothing where there is one voice in all."""
    known = speakers_of([speech.utterances[each] for each in split.train.tolist()])
    tested = speakers_of([speech.utterances[each] for each in split.test.tolist()])
    if not tested or len({*known, *tested}) < 2:
        return []
    strange = sorted(set(tested) - set(known))
    if not strange:
        return [f"all {len(tested)} speakers of the test split are heard in training too: see --split speaker:NAME"]
    return [f"of {len(tested)} speakers of the test split, {len(strange)} are never heard in training"]


def _without(name: str, speech: SpeechSet, groups: Indices, classes: Indices | None, plan: Plan) -> Split:
    known = speakers_of(speech.utterances)
    if name not in known:
        there = f"they are {', '.join(known[:10])}" if known else "the data name no speakers"
        raise Usage(f"there is no speaker {clean(name, limit=40)!r} to test on; {there}")
    given = np.array([TEST if each.speaker == name else TRAIN for each in speech.utterances], np.int64)
    plan = replace(plan, folds=0, fold=0)
    return split_as_given(given, groups, classes, plan, things="recordings", by=f"speaker: {name} is the test split")


def _voices(speech: SpeechSet) -> Indices:
    known: Sequence[str] = speakers_of(speech.utterances)
    if len(known) < 3:
        raise Usage(f"a split by speakers needs three or more, and the data name {len(known)}; leave out --split")
    number = {name: at for at, name in enumerate(known)}
    own = iter(range(len(known), len(known) + len(speech.utterances)))
    voices = np.array([number[each.speaker] if each.speaker else next(own) for each in speech.utterances], np.int64)
    return np.unique(voices, return_inverse=True)[1].astype(np.int64)


def _others(split: Split) -> tuple[tuple[str, Indices], ...]:
    return ("valid", split.valid), ("test", split.test)
