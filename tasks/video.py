"""Video: which class a clip is of (many-to-one), or how it goes on, frame by frame (one-to-many).

Data: with none given, clips made by rule here (seqtui.readers.clips.made_motion; MIT): shapes and digits that move on
a small screen in eight ways, which no single frame tells apart; for goal=next, things that bounce off the walls,
whose exact next frame is known. Else folders of clips or of frames, arrays, tables of vectors a frame.
One real example: a 7 that goes to the right and comes back at the left is `right`; its film run backwards is `left`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Interval

from seqtui.config import DATA, Fault, Knob, Settings
from seqtui.errors import Usage
from seqtui.readers.clips.clip_set import ClipSet, joined, take
from seqtui.readers.clips.corpus import LoadedClips, load_classes, load_films, load_to_score
from seqtui.readers.clips.movement import draw_movement, moved_copies, with_changes
from seqtui.readers.clips.openings import store_openings
from seqtui.readers.clips.prime import opening_of
from seqtui.readers.clips.sources import Reading
from seqtui.readers.clips.text import draw_strip
from seqtui.readers.clips.write import SUFFIXES, write_clips
from seqtui.readers.grouped_split import Plan
from seqtui.readers.label_baselines import balanced_weights
from seqtui.readers.prediction_files import write_predictions_csv, write_predictions_json
from seqtui.shapes import IOShape, Label, NextPicture, Pictures, Pooling, Vectors
from seqtui.task import Checkup, Corpus, Finding, Prediction, Progress, Records, Task, Values


# fmt: off
@dataclass(frozen=True, slots=True, kw_only=True)
class VideoOptions:
    """What can be chosen about video."""

    goal: Annotated[Literal["classify", "next"], Knob("Tell classes of clips apart, or learn to go on with the next frames.", group=DATA)] = "classify"  # noqa: E501
    size: Annotated[int | None, Interval(ge=8, le=256), Knob("Each frame is squeezed to so many pixels by as many; 16 made, 32 of files, arrays as they are if left out.", unit="pixels", group=DATA)] = None  # noqa: E501
    color: Annotated[bool, Knob("Keep colors; grey otherwise.", group=DATA)] = False
    max_frames: Annotated[int | None, Interval(ge=2, le=100_000), Knob("Frames of a clip at most: its beginning is kept. 12 or 20 made, 200 of files if left out.", unit="frames", group=DATA)] = None  # noqa: E501
    frame_rate: Annotated[float | None, Interval(gt=0, le=1000), Knob("Frames a second to keep of films; all if left out.", unit="frames/s", group=DATA)] = None  # noqa: E501
    per_frame: Annotated[int | None, Interval(ge=1, le=10_000), Knob("Numbers a frame, in tables with a clip a row; found if left out.", group=DATA)] = None  # noqa: E501
    pooling: Annotated[Pooling, Knob("How the states of all frames become one: the last, their mean, their maximum, or attention.", group=DATA)] = "last"  # noqa: E501
    changes: Annotated[bool, Knob("Of vectors: read beside each the change from the frame before.", group=DATA)] = False
    copies: Annotated[int, Interval(ge=0, le=100), Knob("Of vectors: train also on so many copies of each clip, turned, stretched and hurried a little.", group=DATA)] = 0  # noqa: E501
    class_weights: Annotated[Literal["none", "balanced"], Knob("Weigh every class the same in the loss, however rare it is.", group=DATA)] = "none"  # noqa: E501
    predictor: Annotated[Literal["latent", "convlstm"], Knob("What goes on: a vector a frame through the backbone, or a convolutional LSTM.", group=DATA)] = "latent"  # noqa: E501
    conditioned: Annotated[bool, Knob("Tell the class of each clip, so that one can be asked for.", group=DATA)] = False
    given: Annotated[int, Interval(ge=1, le=1000), Knob("First frames that a roll-out is given.", unit="frames", group=DATA)] = 4  # noqa: E501
    folds: Annotated[int, Interval(ge=0, le=100_000), Knob("Folds of a cross-validation; 0 is a single split.", group=DATA)] = 0  # noqa: E501
    fold: Annotated[int, Interval(ge=0, le=100_000), Knob("Which fold is the test split; 0 is the first.", group=DATA)] = 0  # noqa: E501
    valid_share: Annotated[float, Interval(ge=0, lt=0.9), Knob("Share of the clips for validation; 0 validates on the training clips.", group=DATA)] = 0.1  # noqa: E501
# fmt: on


LABELS_ONLY = ("pooling", "changes", "copies", "class_weights")
NEXT_ONLY = ("predictor", "conditioned", "given")


class Video(Task):
    """Clips in; classes with their chances out, or how a clip goes on, as GIF or MP4."""

    name: ClassVar[str] = "video"
    title: ClassVar[str] = "Video"
    summary: ClassVar[str] = "Tell what moves in a clip, and how; or let a clip go on by itself."
    reads: ClassVar[str] = "folders of clips (MP4, AVI, GIF) or of frames (PNG, JPEG), .npy, .npz, CSV of vectors"
    trains_as: ClassVar[IOShape] = IOShape.MANY_TO_ONE
    samples_as: ClassVar[IOShape | None] = IOShape.ONE_TO_MANY
    head_kind: ClassVar[str] = "label"
    length_unit: ClassVar[str] = "frames"
    default_length: ClassVar[int] = 16
    sample_suffixes: ClassVar[tuple[str, ...]] = SUFFIXES
    predict_suffixes: ClassVar[tuple[str, ...]] = (".csv", ".json")
    options: ClassVar[type[Settings]] = VideoOptions
    defaults: ClassVar[Mapping[str, Any]] = {
        "backbone": "lstm",
        "forget_bias": 1.0,
        "hidden_size": 64,
        "embedding_size": 48,
        "batch_size": 32,
        "lr": 3e-3,
        "schedule": "cosine",
        "epochs": 10,
        "dropout": 0.1,
    }

    def head_kind_for(self, options: Mapping[str, Any]) -> str:
        """A label, or the next picture."""
        return "label" if options.get("goal", "classify") == "classify" else "next-picture"

    def defaults_for(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """One that goes on needs room for where everything is; of a ConvLSTM the sizes are channels."""
        if self.head_kind_for(options) == "label":
            return self.defaults
        if options.get("predictor") == "convlstm":
            return {**self.defaults, "hidden_size": 24, "embedding_size": 12, "batch_size": 8, "epochs": 6}
        return {**self.defaults, "hidden_size": 160, "embedding_size": 96, "batch_size": 16, "epochs": 20}

    def option_faults(self, options: Mapping[str, Any]) -> list[Fault]:
        """Options that would do nothing, or cannot be together."""
        chosen, usual = VideoOptions(**options), VideoOptions()
        idle, goal = (LABELS_ONLY, "classify") if chosen.goal == "next" else (NEXT_ONLY, "next")
        given = [name for name in idle if getattr(chosen, name) != getattr(usual, name)]
        faults = [Fault(name, f"is for goal={goal}: leave it out, or ask for that goal") for name in given]
        if chosen.max_frames is not None and chosen.goal == "next" and chosen.given >= chosen.max_frames:
            why = f"leaves nothing to go on with in {chosen.max_frames} frames: give less"
            faults.append(Fault("given", why, other="max_frames"))
        if chosen.fold >= max(chosen.folds, 1):
            faults.append(Fault("fold", f"is not there: folds are counted from 0, and there are {chosen.folds}"))
        return faults

    def load(self, data: str | None, options: Mapping[str, Any], *, seed: int, progress: Progress) -> Corpus:
        """Three splits between which no clip is shared."""
        chosen = VideoOptions(**options)
        plan = Plan(chosen.folds, chosen.fold, chosen.valid_share, seed)
        if chosen.goal == "classify":
            return _labels(load_classes(data, _reading(chosen), plan, progress=progress), chosen, seed)
        reading, conditioned = _reading(chosen), chosen.conditioned
        loaded = load_films(data, reading, plan, conditioned=conditioned, given=chosen.given, progress=progress)
        return _films(loaded, chosen)

    def load_for_scoring(
        self, data: str, encoding: Mapping[str, Any], *, progress: Progress
    ) -> tuple[Records, tuple[str, ...]]:
        """All clips of `data`; those without a class that the model knows can be predicted, not scored."""
        chosen, shape = VideoOptions(**encoding["options"]), _shape(encoding)
        clips, labels, notes = load_to_score(
            data, _reading(chosen), encoding["classes"], shape=shape, width=encoding["width"], progress=progress
        )
        if chosen.changes and shape is None:
            clips = with_changes(clips)
        told = labels if chosen.conditioned else None
        return _records(clips, labels, np.arange(len(clips)), told), notes

    def check(self, paths: Sequence[Path], options: Mapping[str, Any]) -> Checkup:  # noqa: ARG002
        """The data doctor for clips."""
        from seqtui.readers.clips.doctor import examine

        seen, facts = examine(paths)
        return Checkup(tuple(Finding(remark.level, remark.where, remark.text) for remark in seen), facts)

    def prime(self, source: str | None, encoding: Mapping[str, Any], *, rng: np.random.Generator) -> Values:
        """First frames: of a clip in a file, or of one that the model keeps; conditioned, also the name of a class."""
        chosen, shape = VideoOptions(**encoding["options"]), _shape(encoding)
        if chosen.goal != "next" or shape is None:
            raise Usage("this model labels clips and goes on with none: ask it with seqtui predict")
        return opening_of(
            source, encoding, shape, _reading(chosen), given=chosen.given, conditioned=chosen.conditioned, rng=rng
        )

    def is_long_enough(self, length: int, encoding: Mapping[str, Any]) -> Callable[[Values], bool]:  # noqa: ARG002
        """When so many frames are made."""
        if length < 1:
            raise Usage(f"{length} frames are none: give at least 1")
        made = 0

        def is_enough(_value: Values) -> bool:
            nonlocal made
            made += 1
            return made >= length

        return is_enough

    def show(self, values: Values, encoding: Mapping[str, Any], *, width: int, height: int) -> str:
        """A film strip in half blocks, the frames that were given marked; of vectors, where the first point goes."""
        shape, chosen = _shape(encoding), VideoOptions(**encoding["options"])
        if shape is None:
            return draw_movement(values, width=width, height=height)
        given = chosen.given if chosen.goal == "next" else 0
        return draw_strip(values, shape, width=width, height=height, given=given)

    def spell(self, values: Values, encoding: Mapping[str, Any]) -> list[str]:  # noqa: ARG002
        """The number of each frame."""
        return [str(number) for number in range(1, len(values) + 1)]

    def export_samples(self, samples: Sequence[Values], encoding: Mapping[str, Any], path: Path) -> tuple[Path, ...]:
        """GIF or MP4, numbered where there are more; or .npy."""
        shape = _shape(encoding)
        assert shape is not None, "vectors are not sampled"
        return write_clips([each[:, : shape.pixels] for each in samples], shape, path, rate=encoding["rate"])

    def export_predictions(
        self,
        predictions: Iterable[Prediction],
        classes: Sequence[str],
        encoding: Mapping[str, Any],  # noqa: ARG002
        path: Path,
    ) -> tuple[Path, ...]:
        """CSV or JSON."""
        is_json = path.suffix.lower() == ".json"
        (write_predictions_json if is_json else write_predictions_csv)(predictions, classes, path)
        return (path,)


def _reading(chosen: VideoOptions) -> Reading:
    return Reading(chosen.size, chosen.color, chosen.max_frames, chosen.frame_rate, chosen.per_frame)


def _shape(encoding: Mapping[str, Any]) -> Pictures | None:
    stored = encoding["shape"]
    return None if stored is None else Pictures(stored["height"], stored["width"], stored["channels"])


def _labels(loaded: LoadedClips, chosen: VideoOptions, seed: int) -> Corpus:
    clips, split, labels = loaded.clips, loaded.split, loaded.labels
    if clips.shape is not None and (chosen.changes or chosen.copies):
        raise Usage(f"changes and copies are of vectors, and {loaded.source} holds pictures: leave them out")
    trained = split.train
    if chosen.copies:
        extra, own = moved_copies(clips, trained, chosen.copies, seed=seed)
        trained = np.concatenate([trained, len(clips) + np.arange(len(extra))])
        clips, labels = joined(clips, extra), np.concatenate([labels, labels[own]])
    clips = with_changes(clips) if chosen.changes else clips
    train = _records(clips, labels, trained)
    weighted = chosen.class_weights == "balanced"
    weights = balanced_weights(labels[split.train], len(loaded.classes)) if weighted else ()
    return Corpus(
        train=train,
        valid=_records(clips, labels, split.valid),
        test=_records(clips, labels, split.test),
        head=Label(
            _pictures(clips.shape, train) if clips.shape else _vectors(train), loaded.classes, weights, chosen.pooling
        ),
        encoding=_encoding(clips, loaded.classes, chosen),
        source=loaded.source,
        split_rule=split.rule,
        fingerprint=loaded.fingerprint,
        notes=loaded.notes,
        # Baselines are fitted without weights, so under weights their losses are another thing.
        baselines={} if weighted else {name: scores["loss"] for name, scores in loaded.scores.items()},
        baseline_metrics=_metrics(loaded),
        loss_unit="nats/clip, classes weighted" if weighted else "nats/clip",
    )


def _films(loaded: LoadedClips, chosen: VideoOptions) -> Corpus:
    clips, split = loaded.clips, loaded.split
    assert clips.shape is not None, "films are pictures"
    told = loaded.labels if chosen.conditioned else None
    train, valid, test = (
        _records(clips, loaded.labels, part, told) for part in (split.train, split.valid, split.test)
    )  # fmt: skip
    openings = split.valid if len(split.valid) else split.train
    encoding = _encoding(clips, loaded.classes, chosen)
    encoding["openings"] = store_openings(clips, openings.tolist(), chosen.given)
    return Corpus(
        train=train,
        valid=valid,
        test=test,
        head=NextPicture(_pictures(clips.shape, train), loaded.classes, chosen.predictor, chosen.given),
        encoding=encoding,
        source=loaded.source,
        split_rule=split.rule,
        fingerprint=loaded.fingerprint,
        notes=loaded.notes,
        baselines={name: scores["loss"] for name, scores in loaded.scores.items()},
        baseline_metrics=_metrics(loaded),
        loss_unit="nats/pixel",
    )


def _encoding(clips: ClipSet, classes: Sequence[str], chosen: VideoOptions) -> dict[str, Any]:
    shape = clips.shape
    plain = None if shape is None else {"height": shape.height, "width": shape.width, "channels": shape.channels}
    width = clips.values.shape[1] // (1 + chosen.changes)  # as it is read, before changes stand beside it
    facts = {"classes": list(classes), "shape": plain, "width": width, "rate": clips.rate or 12.0}
    return {"options": asdict(chosen), **facts}


def _records(clips: ClipSet, labels: Values, part: Values, told: Values | None = None) -> Records:
    """told: the class that stands beside each picture, -1 for none."""
    own = take(clips, part)
    values = own.values
    if told is not None:
        values = np.concatenate([values, np.repeat(told[part] + 1, own.lengths)[:, None].astype(np.uint8)], 1)
    return Records(values, own.lengths, own.names, labels[part])


def _pictures(shape: Pictures, train: Records) -> Pictures:
    """Normalised as the training split is."""
    pixels = train.values[:, : shape.pixels]
    deviation = float(pixels.std(dtype=np.float32)) / 255
    return replace(shape, mean=float(pixels.mean(dtype=np.float64)) / 255, deviation=deviation or 1.0)


def _vectors(train: Records) -> Vectors:
    """Normalised as the training split is."""
    mean, deviation = train.values.mean(0, np.float64), train.values.std(0, dtype=np.float64)
    safe = np.where(deviation > 0, deviation, 1.0)
    return Vectors(train.values.shape[1], tuple(mean.tolist()), tuple(safe.tolist()))


def _metrics(loaded: LoadedClips) -> dict[str, dict[str, float]]:
    return {
        name: {metric: value for metric, value in scores.items() if metric != "loss"}
        for name, scores in loaded.scores.items()
    }
