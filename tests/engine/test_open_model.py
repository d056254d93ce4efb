"""Opening a trained model: the best weights or the reason for others, and a sentence for all that can be amiss."""

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from seqtui.engine.asking import sample, score_all, score_each
from seqtui.engine.export_model import export_model
from seqtui.engine.model_file import meaning_as_json, meaning_from, read_meaning
from seqtui.engine.open_model import OpenModel, open_model
from seqtui.engine.shelf import Shelf
from seqtui.errors import BadInput, CheckpointDamaged, NotFound
from seqtui.runs.folder import RunFolder
from seqtui.runs.models import find_model
from seqtui.runs.taste import Taste
from seqtui.shapes import Mixtures, Tokens

RUN = {"max_steps": 6, "eval_every": 2, "hidden_size": 9, "backbone": "lstm", "layers": 2}
EVENTS = {"options": {"representation": "events"}, "max_steps": 3, "name": "events"}


def silent(_what: str, _done: int, _total: int) -> None:
    pass


def opened(path: Path) -> OpenModel:
    return open_model(find_model(str(path)), threads=1)


def pointed(folder: RunFolder, pointer: str) -> Path:
    return folder.checkpoints / json.loads((folder.checkpoints / pointer).read_text())["name"]


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-5] ^= 16
    path.write_bytes(data)


def edit(path: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    values = json.loads(path.read_text())
    change(values)
    path.write_text(json.dumps(values))


@pytest.fixture
def run(lab) -> RunFolder:
    """A copy of a finished run, to damage."""
    return lab.copy(lab.golden(**RUN))


def two_checkpoints(folder: RunFolder) -> tuple[Path, Path]:
    """The best, which is made an older one, and the latest."""
    shelf = Shelf(folder.checkpoints)
    best, latest = shelf.files()[-1], shelf.files()[0]
    assert best != latest
    shelf.point("BEST.json", best, step=1)
    return best, latest


def test_the_weights_are_those_of_the_best_checkpoint_ready_to_ask(run: RunFolder) -> None:
    best, _ = two_checkpoints(run)
    model = opened(run.path)
    assert (model.note, model.name) == ("", run.path.name)
    assert not model.model.training
    assert {layer.kernel for layer in model.model.backbone.recurrent_layers} == {"stock"}
    found = Shelf(run.checkpoints).best()
    assert found.path == best
    for name, tensor in found.checkpoint.group("model.").items():
        assert torch.equal(model.model.state_dict()[name], tensor)


def test_a_damaged_best_gives_way_to_the_latest_and_says_so(run: RunFolder) -> None:
    best, latest = two_checkpoints(run)
    flip(best)
    model = opened(run.path)
    assert best.name in model.note
    assert f"using {latest.name} instead" in model.note
    wanted = Shelf(run.checkpoints).latest().checkpoint.group("model.")
    assert all(torch.equal(tensor, wanted[name]) for name, tensor in model.model.state_dict().items())


def test_a_damaged_pointer_is_as_good_as_none(run: RunFolder) -> None:
    (run.checkpoints / "BEST.json").write_text("{")
    assert opened(run.path).note == ""


def test_a_run_whose_checkpoints_are_all_damaged_says_which(run: RunFolder) -> None:
    for path in run.checkpoints.glob("*.safetensors"):
        flip(path)
    with pytest.raises(CheckpointDamaged, match=r"is damaged.*no other checkpoint .* verifies"):
        opened(run.path)


def test_a_run_without_a_checkpoint_has_no_model(run: RunFolder) -> None:
    place = find_model(str(run.path))
    shutil.rmtree(run.checkpoints)
    run.checkpoints.mkdir()
    with pytest.raises(NotFound, match="has no model yet: it has saved no checkpoint"):
        opened(run.path)
    with pytest.raises(NotFound, match="train on with: seqtui resume"):
        open_model(place, threads=1)


def damaged_head(**head: Any) -> Callable[[dict[str, Any]], None]:
    return lambda values: values.update(head=head)


@pytest.mark.parametrize(
    "change",
    [
        lambda values: values.pop("head"),
        lambda values: values.pop("loss_unit"),
        lambda values: values.update(encoding=7),
        lambda values: values.update(head="next-frame"),
        damaged_head(kind="next-dance", keys=88),
        damaged_head(kind="next-frame"),
        damaged_head(kind="next-frame", keys="88"),
        damaged_head(kind="next-frame", keys=-1),
        damaged_head(kind="next-frame", keys=8.5),
        damaged_head(kind=["next-frame"], keys=88),
    ],
)
def test_a_damaged_model_json_is_told(run: RunFolder, change: Callable[[dict[str, Any]], Any]) -> None:
    edit(run.model_file, change)
    with pytest.raises(BadInput, match=r"model\.json is damaged: it does not say what the model predicts"):
        opened(run.path)


TOKENS = {"kind": "tokens", "size": 4, "unknown": 0, "word_dropout": 0.0, "frozen": False}
BASES = {"kind": "mixtures", "table": [[1, 0], [0.5, 0.5]], "context": 3, "pairs": True}
SOUND = {"inputs": TOKENS, "classes": ["a", "b"], "weights": [], "pooling": "last", "positions": 0}
UNSOUND: list[dict[str, Any]] = [
    {"inputs": None}, {"inputs": 4}, {"inputs": {}}, {"inputs": TOKENS | {"size": 0}},
    {"inputs": TOKENS | {"kind": "mixtures"}}, {"inputs": BASES | {"kind": "tokens"}},
    {"inputs": BASES | {"table": []}}, {"inputs": BASES | {"table": [[], []]}},
    {"inputs": BASES | {"table": [[1, 0], [1]]}}, {"inputs": BASES | {"table": [[1, 0], [0.5, 0.6]]}},
    {"inputs": BASES | {"table": [[1, 0], [1.5, -0.5]]}}, {"inputs": BASES | {"table": [[1, math.nan]]}},
    {"inputs": BASES | {"context": 2}}, {"inputs": BASES | {"context": 0}}, {"inputs": BASES | {"context": "3"}},
    {"inputs": BASES | {"pairs": 1}},
    {"classes": []}, {"classes": "ab"}, {"classes": [1, 2]}, {"classes": None},
    {"weights": [1.0]}, {"weights": [1, 2, 3]}, {"weights": [1, 0]}, {"weights": [1, -1]}, {"weights": [1, math.inf]},
    {"pooling": "first"}, {"pooling": None}, {"positions": -1}, {"positions": 1.5}, {"positions": True}, {"colors": 3},
]  # fmt: skip


@pytest.mark.parametrize("change", UNSOUND, ids=str)
def test_a_damaged_head_that_labels_is_told(tmp_path: Path, change: dict[str, Any]) -> None:
    path = tmp_path / "model.json"
    head = {"kind": "label", **SOUND, **change}
    path.write_text(json.dumps({"format": 1, "head": head, "encoding": {}, "loss_unit": "nats"}))
    with pytest.raises(BadInput, match=r"model\.json is damaged: it does not say what the model predicts"):
        read_meaning(path)


@pytest.mark.parametrize("lacking", ["inputs", "classes"])
def test_a_head_that_lacks_what_it_labels_is_told(tmp_path: Path, lacking: str) -> None:
    head = {"kind": "label", **SOUND}
    del head[lacking]
    with pytest.raises(BadInput, match="is damaged"):
        meaning_from({"head": head, "encoding": {}, "loss_unit": "nats"}, tmp_path)


@pytest.mark.parametrize("change", [{}, {"inputs": BASES, "weights": [1, 2.5], "pooling": "attention", "positions": 9}])
def test_a_sound_head_that_labels_is_read_as_it_was_written(tmp_path: Path, change: dict[str, Any]) -> None:
    values = {"format": 1, "head": {"kind": "label", **SOUND, **change}, "encoding": {"n": 1}, "loss_unit": "nats"}
    meaning = meaning_from(values, tmp_path)
    assert json.loads(json.dumps(meaning_as_json(meaning))) == values
    assert type(meaning.head.inputs) is (Mixtures if change else Tokens)


@pytest.mark.parametrize("text", ["", "{", "[]", "\xff\x00"])
def test_a_model_json_that_is_no_json_object_is_told(run: RunFolder, text: str) -> None:
    run.model_file.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadInput, match=r"model\.json is damaged"):
        opened(run.path)


def test_weights_of_another_shape_are_told(run: RunFolder) -> None:
    edit(run.model_file, damaged_head(kind="next-frame", keys=87))
    with pytest.raises(BadInput, match="do not fit its own config"):
        opened(run.path)


FAULTS = [{"hidden_size": 0}, {"hidden_size": "9"}, {"backbone": "transformer"}, {"embedding_size": -3}]
MISFITS = [{"hidden_size": 8}, {"layers": 3}, {"layers": 1}, {"bidirectional": True}, {"backbone": "gru"}]


@pytest.mark.parametrize(
    ("fields", "sentence"), [(f, r"config\.json is damaged") for f in FAULTS] + [(f, "do not fit") for f in MISFITS]
)
def test_a_config_that_was_changed_is_told(run: RunFolder, fields: dict[str, Any], sentence: str) -> None:
    edit(run.config_file, lambda values: values["config"].update(fields))
    with pytest.raises(BadInput, match=sentence):
        opened(run.path)


@pytest.fixture
def exported(run: RunFolder, tmp_path: Path) -> Path:
    """The run as a folder with model.safetensors and config.json."""
    place = tmp_path / "model"
    place.mkdir()
    export_model(opened(run.path), "safetensors", place / "model.safetensors")
    return place


def drawn(model: OpenModel, number: int = 0, *, length: int = 3, seed: int = 5) -> bytes:
    made = sample(model, number=number, length=length, taste=Taste(0.9, 20, 0.999), prime=None, seed=seed)
    assert made.new_steps == len(made.values) - len(
        model.task.prime(None, model.meaning.encoding, rng=first(seed, number))
    )
    return made.values.tobytes()


def first(seed: int, number: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64([seed, number]))


def test_an_exported_folder_samples_the_very_bytes_of_the_run(run: RunFolder, exported: Path) -> None:
    there, here = opened(exported), opened(run.path)
    assert there.meaning == here.meaning
    assert [drawn(there, n) for n in range(2)] == [drawn(here, n) for n in range(2)]
    assert there.name == "model"


def test_a_sample_is_the_same_whatever_was_drawn_before_it(run: RunFolder) -> None:
    model = opened(run.path)
    alone = drawn(model, 2)
    several = [drawn(model, n) for n in range(4)]
    assert several[2] == alone
    assert len(set(several)) == 4
    assert drawn(model, 2, seed=6) != alone


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:200])


@pytest.mark.parametrize(
    "spoil", [truncated, lambda path: path.write_bytes(b""), lambda path: path.write_bytes(b"x" * 999)]
)
def test_damaged_weights_of_a_model_folder_are_told(exported: Path, spoil: Callable[[Path], Any]) -> None:
    spoil(exported / "model.safetensors")
    with pytest.raises(BadInput, match=r"cannot read the weights in .*model\.safetensors"):
        opened(exported)


@pytest.mark.parametrize(
    "change", [lambda v: v.pop("config"), lambda v: v["config"].update(colour=1), lambda v: v.pop("head"), dict.clear]
)
def test_a_damaged_card_of_a_model_folder_is_told(exported: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    edit(exported / "config.json", change)
    with pytest.raises(BadInput, match=r"config\.json is damaged"):
        opened(exported)


def test_a_model_folder_without_its_card_is_told(exported: Path) -> None:
    (exported / "config.json").unlink()
    with pytest.raises(NotFound, match=r"there is no file .*config\.json"):
        opened(exported)


@pytest.mark.parametrize("changes", [RUN, EVENTS], ids=["frames", "events"])
def test_the_scores_of_all_records_make_up_the_score_of_the_whole(lab, changes: dict[str, Any]) -> None:
    data = str(lab.midi)
    model = opened(lab.golden(**changes, data=data).path)
    whole, records, notes = score_all(model, data, progress=silent)
    each, same_notes = score_each(model, data, progress=silent)
    rows = list(each)
    assert [row.name for row in rows] == list(records.names)
    assert notes == same_notes
    assert sum(row.score.steps for row in rows) == whole.steps == int((records.lengths - 1).sum())
    mean = sum(row.score.loss * row.score.steps for row in rows) / whole.steps
    assert mean == pytest.approx(whole.loss, rel=1e-5)


def test_data_with_nothing_to_predict_are_refused_by_both(run: RunFolder, tmp_path: Path) -> None:
    mido = pytest.importorskip("mido")
    file = mido.MidiFile(
        tracks=[mido.MidiTrack([mido.Message("note_on", note=60), mido.Message("note_off", note=60, time=1)])]
    )
    file.save(tmp_path / "short.mid")
    for ask in (score_all, score_each):
        with pytest.raises(BadInput, match="needs at least 2"):
            ask(opened(run.path), str(tmp_path / "short.mid"), progress=silent)
