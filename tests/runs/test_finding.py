"""Runs and models are found by what a person types; lists and filters."""

import os

import pytest

from seqtui.config import RunConfig
from seqtui.errors import NotFound, Usage
from seqtui.runs.events import GateMap, Gates
from seqtui.runs.finding import find, newest_first, remember
from seqtui.runs.folder import create
from seqtui.runs.journal import EventWriter
from seqtui.runs.lock import hold
from seqtui.runs.models import find_model, pretrained, trained
from seqtui.runs.query import matches, parse
from seqtui.runs.summary import as_json, summarize


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SEQTUI_HOME", str(tmp_path))
    return tmp_path


def test_a_run_is_found_by_folder_id_prefix_name_and_last(make_run) -> None:
    first = make_run(RunConfig(app="music", name="bach"))
    second = make_run(RunConfig(app="dna", backbone="gru"))
    assert find(str(first.path)) == find(first.id) == find("bach") == find("music") == first
    assert find("last") == find("dna-g") == second
    assert newest_first() == [second, first]


def test_a_run_that_is_not_there_is_told_with_what_is_near(make_run) -> None:
    with pytest.raises(NotFound, match="no run yet"):
        find("last")
    run = make_run(RunConfig(app="music", name=""))
    with pytest.raises(NotFound, match="no run ''"):
        find("")
    with pytest.raises(NotFound, match=f"did you mean {run.id}"):
        find(run.id[:-1] + "_")
    make_run()
    with pytest.raises(NotFound, match="fits 2 runs"):
        find("music")
    with pytest.raises(NotFound, match="no run folder"):
        find("./nowhere")


def test_a_run_that_lies_elsewhere_is_found_by_its_id(tmp_path) -> None:
    folder = create(RunConfig(app="music"), parent=tmp_path / "elsewhere")
    remember(folder)
    assert find(folder.id) == find("last") == folder


def test_a_summary_reads_the_two_ends_of_a_long_log(make_run) -> None:
    folder = make_run(steps=500)
    writer = EventWriter(folder.events_file, offset=folder.events_file.stat().st_size, seq=1000)
    writer.append(Gates(7, "a", [GateMap(0, "forward", "forget", [[1] * 300] * 200, 0.1, 0.1)]))
    writer.close()
    summary = summarize(folder)
    assert (summary.status, summary.step, summary.best_loss, summary.test_loss) == ("finished", 500, 8.0, 8.1)
    assert (summary.parameters, summary.loss_unit, summary.why) == (1234, "nats/frame", "epochs")
    assert as_json(summary)["valid_loss"] == 8.0


def test_a_summary_tells_living_from_dead_and_damaged(make_run) -> None:
    folder = make_run()
    lines = folder.events_file.read_bytes().splitlines(keepends=True)
    folder.events_file.write_bytes(b"".join(lines[:5]))
    with hold(folder):
        assert summarize(folder).status == "training"
    assert summarize(folder).status == "dead"
    folder.config_file.write_text("{")
    assert summarize(folder).status == "damaged"
    assert "damaged" in summarize(folder).trouble


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("app:music backbone:lstm valid_loss<=8.5 status:finished lr>=1e-3", True),
        ("valid_loss<8", False),
        ("lr=0.002", True),
        ("lr!=0.002", False),
        ("bidirectional:no", True),
        ("max_steps:none", True),
        ("BACH", True),
        ("mozart", False),
        ("", True),
    ],
)
def test_a_filter_keeps_what_fits_every_word(make_run, words: str, fits: bool) -> None:
    summary = summarize(make_run(RunConfig(app="music", name="bach chorales")))
    assert matches(summary, parse([words])) == fits


def test_a_filter_that_names_no_field_is_told() -> None:
    with pytest.raises(Usage, match="did you mean valid_loss"):
        parse(["vlid_loss<8"])
    with pytest.raises(Usage, match="not a number"):
        parse(["lr<fast"])


def test_a_run_is_a_model_when_it_has_a_checkpoint(make_run) -> None:
    folder = make_run()
    with pytest.raises(NotFound, match="no checkpoint"):
        find_model("last")
    folder.model_file.write_text("{}")
    (folder.checkpoints / "ckpt-7.safetensors").touch()
    assert find_model("last").path == folder.path
    assert [place.name for place in trained()] == [folder.id]
    assert find_model("last").kind == "run"
    for place in pretrained():
        assert find_model(place.name) == place


def test_many_runs_are_listed_quickly(make_run) -> None:
    import time

    folder = make_run(steps=300)
    for number in range(200):
        copy = folder.path.with_name(f"copy-{number}")
        copy.mkdir()
        for name in ("config.json", "events.jsonl"):
            os.link(folder.path / name, copy / name)
    began = time.perf_counter()
    assert len([summarize(found) for found in newest_first()]) == 201
    assert time.perf_counter() - began < 1.5, "a fifth of a thousand runs took over 1.5 s"
