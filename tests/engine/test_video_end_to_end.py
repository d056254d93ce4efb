"""Tiny runs of video, lived whole: what is watched, rolled out, asked, explained and exported."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqtui.catalog import load
from seqtui.config_check import make_config
from seqtui.engine.asking import predict_all, sample, score_all
from seqtui.engine.child import run_child
from seqtui.engine.explaining import explain
from seqtui.engine.export_model import export_model
from seqtui.engine.open_model import OpenModel, open_model
from seqtui.engine.studio_labels import Labeler
from seqtui.engine.studio_samples import make_sample
from seqtui.errors import Usage
from seqtui.readers.clips import made_clips
from seqtui.runs.events import Evaluated, Gates, Lags, Sampled, Watched
from seqtui.runs.folder import RunFolder, create
from seqtui.runs.journal import read_events
from seqtui.runs.models import ModelPlace
from seqtui.runs.studio_folder import StudioFolder
from seqtui.runs.studio_model import facts_of
from seqtui.runs.studio_words import Answered, AskLabel, Made, MakeSample, Salient, Substituted
from seqtui.runs.taste import Taste

SMALL = {"hidden_size": 8, "embedding_size": 6, "epochs": 1, "threads": 1, "device": "cpu", "kernel": "own"}


def silent(_what: str, _done: int, _total: int) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RunFolder]:
    """A run that labels, and two that go on."""
    lived = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(made_clips, "CLIPS", {"motions": 96, "bouncing": 40})
        wanted: dict[str, dict[str, Any]] = {
            "label": {},
            "latent": {"options": {"goal": "next", "given": 3}},
            "convlstm": {"options": {"goal": "next", "predictor": "convlstm", "conditioned": True}},
        }
        for name, given in wanted.items():
            config = make_config(load("video"), SMALL | given)
            lived[name] = create(config, parent=tmp_path_factory.mktemp(name))
            assert run_child(lived[name].path) == 0
    return lived


def events(folder: RunFolder, kind: type) -> list[Any]:
    return [record.event for record in read_events(folder.events_file).records if isinstance(record.event, kind)]


def opened(folder: RunFolder) -> OpenModel:
    return open_model(ModelPlace("run", folder.path, folder.id), threads=1)


def test_a_run_tells_what_it_watched_with_frames_in_its_folder(runs: dict[str, RunFolder]) -> None:
    (seen,) = events(runs["label"], Watched)
    frames = np.load(runs["label"].path / seen.path)
    assert frames.dtype == np.uint8 and frames.shape == (12, 256)
    assert (seen.height, seen.width, seen.channels) == (16, 16, 1)
    assert len(seen.scores) == 12 and any(seen.scores)
    assert seen.truth in seen.record


@pytest.mark.parametrize("name", ["latent", "convlstm"])
def test_a_run_that_goes_on_leaves_roll_outs_scores_and_instruments(runs: dict[str, RunFolder], name: str) -> None:
    folder = runs[name]
    made = events(folder, Sampled)[-1]
    width = 256 + (name == "convlstm")
    assert np.load(folder.path / made.path).shape == ((3 if name == "latent" else 4) + 16, width)
    assert made.drawing.startswith("1·")
    scores = events(folder, Evaluated)
    assert {each.split for each in scores} == {"valid", "test"}
    assert all(each.metrics["mse"] > 0 for each in scores)
    assert events(folder, Lags) and events(folder, Gates)


def test_a_model_is_asked_and_explained(runs: dict[str, RunFolder], tmp_path: Path) -> None:
    model = opened(runs["label"])
    clips = np.random.default_rng(0).integers(0, 256, (3, 9, 20, 20)).astype(np.uint8)
    np.save(tmp_path / "clips.npy", clips)
    said, _ = predict_all(model, str(tmp_path / "clips.npy"), progress=silent)
    assert [round(sum(each.chances), 5) for each in said] == [1, 1, 1]
    made, _ = explain(
        model, str(tmp_path / "clips.npy"), record="2", label=None, method="saliency", progress=silent
    )  # fmt: skip
    assert made.symbols == tuple(map(str, range(1, 10))) and made.numbers.shape == (9,)
    with pytest.raises(Usage, match="ask for --method saliency"):
        explain(model, str(tmp_path / "clips.npy"), record=None, label=None, method="mutagenesis", progress=silent)


def test_the_studio_labels_a_clip_and_lays_its_frames_down(runs: dict[str, RunFolder], tmp_path: Path) -> None:
    np.save(tmp_path / "clips.npy", np.random.default_rng(0).integers(0, 256, (2, 5, 16, 16)).astype(np.uint8))
    answers = list(Labeler(opened(runs["label"]), StudioFolder(tmp_path)).answer(
        AskLabel(7, "", str(tmp_path / "clips.npy"), 1)
    ))  # fmt: skip
    (said,) = [each for each in answers if isinstance(each, Answered)]
    assert said.steps == 5 and said.letters == [] and said.count == 2
    assert np.array_equal(np.load(tmp_path / "clip-7.npy"), np.load(tmp_path / "clips.npy")[1].reshape(5, 256))
    assert [len(each.scores) for each in answers if isinstance(each, Salient)] == [5]
    assert not [each for each in answers if isinstance(each, Substituted)]


def test_the_studio_rolls_out_and_goes_on_from_kept_frames(runs: dict[str, RunFolder], tmp_path: Path) -> None:
    model, folder = opened(runs["latent"]), StudioFolder(tmp_path)
    np.save(tmp_path / "opening.npy", np.zeros((6, 256), np.uint8))
    for request, first in ((MakeSample(1, 4), 3), (MakeSample(2, 4, opening="opening.npy"), 6)):
        (made,) = [each for each in make_sample(model, folder, request) if isinstance(each, Made)]
        assert (made.steps, made.new_steps) == (first + 4, 4)
    facts = facts_of(ModelPlace("run", runs["latent"].path, "x"))
    assert (facts.head, facts.size) == ("next-picture", 0)


def test_a_class_that_is_asked_for_stays_told(runs: dict[str, RunFolder]) -> None:
    model = opened(runs["convlstm"])
    made = sample(model, number=0, length=3, taste=Taste(), prime="left", seed=0)
    assert made.values.shape == (7, 257)
    assert (made.values[:, -1] == 2).all()
    score, _, _ = score_all(model, "motions:5", progress=silent)
    assert score.metrics["psnr"] > 0


def test_models_of_pictures_become_onnx_where_they_can(runs: dict[str, RunFolder], tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    for name in ("label", "latent"):
        (path,) = export_model(opened(runs[name]), "onnx", tmp_path / f"{name}.onnx")
        assert path.stat().st_size > 1000
    with pytest.raises(Usage, match="ConvLSTM"):
        export_model(opened(runs["convlstm"]), "onnx", tmp_path / "map.onnx")
