"""From files, or rules, to clips in three splits, with the scores to beat; or to clips to be scored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput
from seqtui.readers.class_names import class_numbers, in_order
from seqtui.readers.clips.baselines import Scores, label_baselines, next_frame_baselines
from seqtui.readers.clips.clip_set import ClipSet, take
from seqtui.readers.clips.files import plain_path
from seqtui.readers.clips.made_clips import FRESH_CLIPS, FRESH_SEED, find_digits, made_name, make_clips, read_digits
from seqtui.readers.clips.made_motion import MOTIONS
from seqtui.readers.clips.pieces import in_pieces
from seqtui.readers.clips.sources import Reading, read_clips
from seqtui.readers.grouped_split import TEST, TRAIN, VALID, Plan, Split, group_numbers, split_as_given, split_groups
from seqtui.readers.listing import listed
from seqtui.shapes import Pictures

MOST_CLASSES: Final = 1000
MOST_TOLD: Final = 255  # classes that fit beside a picture, as one more byte
_GIVEN: Final = {"train": TRAIN, "valid": VALID, "test": TEST}
_TOLD: Final = 5

Progress = Callable[[str, int, int], None]
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LoadedClips:
    """clips; classes: names in the order of their numbers, none where there are none; labels: (clips,) their numbers,
    -1 for none. scores: name of a predictor -> metrics on the test split, `loss` (nats) among them.
    """

    clips: ClipSet
    classes: tuple[str, ...]
    labels: Labels
    split: Split
    source: str
    scores: Scores
    notes: tuple[str, ...]
    fingerprint: str


def load_classes(data: str | None, reading: Reading, plan: Plan, *, progress: Progress) -> LoadedClips:
    """Clips with a class each; of a set without a name, the eight motions."""
    clips, source = _read(data or "motions", reading, fresh=False, progress=progress)
    clips = _with_classes(clips)
    classes = classes_of(clips)
    labels = class_numbers(clips.labels, classes)
    split, notes = _split(clips, labels, plan)
    progress("fitting the baselines", 0, 0)
    scores = label_baselines(clips, labels, split.train, split.test, len(classes))
    if set(classes) == set(MOTIONS) and made_name(data or "motions"):
        scores["one frame alone, at best"] = {"loss": float(np.log(len(classes))), "accuracy": 1 / len(classes)}
    mark = fingerprint(clips, labels, split)
    return LoadedClips(clips, classes, labels, split, source, scores, (*clips.notes, *notes), mark)


def load_films(
    data: str | None, reading: Reading, plan: Plan, *, conditioned: bool, given: int, progress: Progress
) -> LoadedClips:
    """Clips whose next frame is to be predicted; conditioned: each with its class, of which there must be some."""
    clips, source = _read(data or ("motions" if conditioned else "bouncing"), reading, fresh=False, progress=progress)
    if clips.shape is None:
        raise BadInput(f"{source} holds vectors and no pictures: goal=next predicts pictures; ask for goal=classify")
    short = int((clips.lengths < 2).sum())
    if short:
        kept = np.flatnonzero(clips.lengths >= 2)
        clips = take(clips, kept, f"{short:,} clips of a single frame have no next one and were left out")
    if not len(clips):
        raise BadInput(f"{source} holds no clip of two frames or more")
    clips = in_pieces(clips)
    if conditioned:
        clips = _with_classes(clips)
    classes = classes_of(clips) if conditioned else ()
    if len(classes) > MOST_TOLD:
        raise BadInput(
            f"{source} has {len(classes)} classes, and at most {MOST_TOLD} can be told: leave out --conditioned"
        )
    labels = class_numbers(clips.labels, classes)
    split, notes = _split(clips, labels if conditioned else None, plan)
    progress("measuring the baselines", 0, 0)
    scores = next_frame_baselines(clips, split.train, split.test, given=given)
    if data and not made_name(data) and find_digits(plain_path(data)) is None:
        del scores["known physics"]  # of films nobody knows it
    mark = fingerprint(clips, labels, split)
    return LoadedClips(clips, classes, labels, split, source, scores, (*clips.notes, *notes), mark)


def load_to_score(
    data: str, reading: Reading, classes: Sequence[str], *, shape: Pictures | None, width: int, progress: Progress
) -> tuple[ClipSet, Labels, tuple[str, ...]]:
    """All clips of `data`, or its test split where it names one, and each one's class: -1 for none that is known.

    shape, width: of what the model reads: pictures, or else so many numbers a frame.
    """
    if shape is not None and made_name(data):
        reading = replace(reading, size=shape.height)
    clips, _ = _read(data, replace(reading, target=shape), fresh=True, progress=progress)
    if (clips.shape, clips.values.shape[1]) != (shape, width if shape is None else shape.pixels):
        raise BadInput(
            f"{data} holds {_said(clips.shape, clips.values.shape[1])}; the model reads {_said(shape, width)}"
        )
    if clips.splits is not None and "test" in clips.splits:
        kept = [index for index, split in enumerate(clips.splits) if split == "test"]
        clips = take(clips, kept, f"{data} names its splits; its test split is what is read")
    labels = class_numbers(clips.labels, classes)
    strange = sorted({str(label) for label in clips.labels if label is not None} - set(classes))
    more = [f"classes that the model does not know: {listed(strange, _TOLD)}"] if classes and strange else []
    return clips, labels, (*clips.notes, *more)


def _read(data: str, reading: Reading, *, fresh: bool, progress: Progress) -> tuple[ClipSet, str]:
    """fresh: made clips are not those that a model was trained on."""
    name = made_name(data)
    if name is not None:
        progress("making clips by rule", 0, 0)
        seed = name[1] if name[1] is not None else (FRESH_SEED if fresh else 0)
        made = make_clips(
            name[0], seed=seed, size=reading.size, length=reading.max_frames, clips=FRESH_CLIPS if fresh else 0
        )
        return made, f"{len(made):,} clips made by rule ({name[0]}, seed {seed})"
    path = plain_path(data)
    digits = find_digits(path)
    if digits is not None and reading.per_frame is None:  # else its rows are the frames, as in any other table
        sprites, _ = read_digits(digits)
        seed = FRESH_SEED if fresh else 0
        made = make_clips("motions", seed=seed, size=reading.size, length=reading.max_frames, sprites=sprites)
        return replace(made, notes=(f"each of the {len(made):,} written digits moves in one clip",)), str(path)
    clips = read_clips(path, reading, progress=progress)
    return clips, data


def _said(shape: Pictures | None, width: int) -> str:
    if shape is None:
        return f"vectors of {width} numbers a frame"
    return f"{'grey' if shape.channels == 1 else 'colored'} pictures of {shape.width} × {shape.height}"


def _with_classes(clips: ClipSet) -> ClipSet:
    """The clips that have a class, and a note of the others; BadInput where there are too few classes, or too many."""
    kept = [index for index, label in enumerate(clips.labels) if label is not None]
    found = {clips.labels[index] for index in kept}
    where = clips.names[0] if len(clips) else "the data"
    if not kept:
        raise BadInput(
            f"{where} brings no class: give a folder a class, a manifest with a column of labels, or labels y in .npz; "
            "goal=next needs none"
        )
    if len(found) == 1:
        raise BadInput(f"{where}: all {len(kept):,} clips are of one class, {found.pop()}; give clips of two or more")
    if len(found) > MOST_CLASSES or len(found) > max(len(kept) // 2, 2):
        raise BadInput(f"{where}: {len(found):,} different classes of {len(kept):,} clips look like no classes")
    if len(kept) == len(clips):
        return clips
    first = next(index for index, label in enumerate(clips.labels) if label is None)
    left = len(clips) - len(kept)
    return take(
        clips, kept, f"{left:,} of {len(clips):,} clips have no class and were left out, the first {clips.names[first]}"
    )


def classes_of(clips: ClipSet) -> tuple[str, ...]:
    """All classes in order: motions as they are named, numbers by size, else by name."""
    found = in_order(clips.labels)
    return MOTIONS if set(found) == set(MOTIONS) else found


def fingerprint(clips: ClipSet, labels: Labels, split: Split) -> str:
    """Changes when a pixel, a label or the split does."""
    digest = blake2b(digest_size=16)
    for part in (clips.values, clips.lengths, labels, split.train, split.valid, split.test):
        digest.update(np.ascontiguousarray(part).data)
    return digest.hexdigest()


def _split(clips: ClipSet, labels: Labels | None, plan: Plan) -> tuple[Split, list[str]]:
    groups = group_numbers(clips.digests())
    copies = len(clips) - int(groups.max(initial=-1)) - 1
    notes = []
    if copies:
        first = clips.names[int(np.flatnonzero(np.bincount(groups)[groups] > 1)[0])]
        notes.append(f"{copies:,} clips are copies of others, frame by frame (such as {first}), and stay in one split")
    if clips.splits is None:
        return split_groups(groups, labels, plan, things="clips", together="equal clips"), notes
    given = np.array([_GIVEN[split] for split in clips.splits], np.int64)
    split = split_as_given(given, groups, labels, plan, things="clips", by="the data's own names")
    return split, notes
