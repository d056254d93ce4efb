"""sample, predict, evaluate and export of one tiny trained run, as a person and as a script have them."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from chorales import ENCODING, chorales
from safetensors.torch import load, save

from seqtui import catalog, cli
from seqtui.engine import generate
from seqtui.readers.music.midi import read_midi
from seqtui.readers.music.midi_events import SIZE
from seqtui.readers.music.midi_write import midi_bytes
from seqtui.runs.model_seal import SEAL

TINY = (
    "--max-steps", "4", "--hidden-size", "8", "--embedding-size", "6", "--batch-size", "4", "--backbone", "gru",
    "--threads", "1", "--telemetry", "off", "--no-export", "--quiet",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind: exit code, stdout, stderr."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Studio:
    """A home with two trained runs, and the pieces that they were trained on."""

    home: Path
    pieces: Path
    frames: str
    events: str

    def process(self, *arguments: str, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """A real process, as a shell starts it."""
        command = [sys.executable, "-P", "-m", "seqtui", *arguments]
        environment = {**os.environ, "SEQTUI_HOME": str(self.home), "COLUMNS": "80"}
        return subprocess.run(
            command, cwd=cwd, env=environment, input=stdin, capture_output=True, timeout=100, check=False
        )


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """Trained once for all tests: one run of frames, one of events."""
    root = tmp_path_factory.mktemp("studio")
    pieces = chorales(root / "pieces")
    made = Studio(root / "home", pieces, "", "")
    runs = []
    for extra in (("--name", "frames"), ("--name", "events", "--representation", "events")):
        done = made.process("run", "music", "--data", str(pieces), *TINY, *extra, cwd=root)
        assert done.returncode == 0, done.stderr.decode()
        runs += [path.name for path in (made.home / "runs").iterdir() if path.name not in runs]
    return Studio(made.home, pieces, *runs)


@pytest.fixture
def ask(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Done]]:
    """Calls the command line in this process, in an empty folder; gives the number of threads back."""
    threads = torch.get_num_threads()
    monkeypatch.setenv("SEQTUI_HOME", str(studio.home))
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["seqtui", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = cli._call()
        captured = capfd.readouterr()
        return Done(int(code), captured.out, captured.err)

    yield call
    torch.set_num_threads(threads)


def lines(done: Done) -> list[dict]:
    """stdout as JSON lines, with nothing else on it."""
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def refused(done: Done, code: int, *parts: str) -> None:
    """One sentence on stderr, nothing on stdout."""
    assert (done.code, done.out) == (code, ""), done
    assert done.err.startswith("seqtui: error: ")
    assert done.err.count("\n") == 1
    for part in parts:
        assert part in done.err


def test_samples_are_drawn_on_stdout_and_written_as_midi(ask, studio, tmp_path) -> None:
    done = ask("sample", studio.frames, "-n", 2, "--length", 2, "-o", "x.mid")
    assert done.code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x-1.mid", "x-2.mid"]
    assert done.out.count("└") == 2
    assert "wrote" not in done.out
    assert [line for line in done.err.splitlines() if line.startswith("wrote")] == ["wrote x-1.mid", "wrote x-2.mid"]
    assert "2 × 2 bars" in done.err
    assert len(read_midi(tmp_path / "x-1.mid").notes) > 0


def test_the_same_seed_gives_the_same_bytes_in_any_process_and_another_seed_others(ask, studio, tmp_path) -> None:
    for seed, name in ((7, "a.mid"), (8, "b.mid")):
        assert ask("sample", studio.frames, "--length", 2, "--seed", seed, "-o", name).code == 0
    ask("sample", studio.frames, "-n", 3, "--length", 2, "--seed", 7, "-o", "c.mid")
    done = studio.process("sample", studio.frames, "--length", "2", "--seed", "7", "-o", "d.mid", cwd=tmp_path)
    assert done.returncode == 0
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made["a.mid"] == made["c-1.mid"] == made["d.mid"]
    assert len({made["a.mid"], made["b.mid"], made["c-2.mid"], made["c-3.mid"]}) == 4


def test_json_of_samples_is_one_object_a_sample(ask, studio) -> None:
    first, second = lines(ask("sample", studio.frames, "-n", 2, "--length", 3, "--temperature", 0, "--json"))
    assert (first["sample"], second["sample"], first["path"]) == (0, 1, None)
    assert (first["new_steps"], first["steps"]) == (24, 32)
    assert first["taste"] == {"temperature": 0.0, "top_k": 0, "top_p": 1.0, "repetition_penalty": 1.0}
    (written,) = lines(ask("sample", studio.frames, "--length", 1, "--json", "-o", "x.mid"))
    assert written["path"] == "x.mid"


def test_a_sample_that_is_cut_short_says_so(ask, studio, monkeypatch) -> None:
    monkeypatch.setattr(generate, "LONGEST", 9)  # or the test would take as long as a hundred thousand steps do
    done = ask("sample", studio.frames, "--length", 2, "--json")
    assert lines(done)[0]["new_steps"] == 9
    assert done.err == "seqtui: warning: a sample ends after 9 steps, which may be short of 2 bars\n"


def test_a_primer_is_where_a_sample_begins_and_what_it_is_played_as(ask, studio, tmp_path) -> None:
    primer, piece = tmp_path / "waltz.mid", read_midi(studio.pieces / "chorale-03.mid")
    primer.write_bytes(midi_bytes(replace(piece, tempos=((0, 400_000),), meters=((0, 3, 4),))))
    (made,) = lines(ask("sample", studio.frames, "--length", 1, "--prime", primer, "--json", "-o", "x.mid"))
    assert (made["steps"], made["new_steps"]) == (19 + 6, 6)
    music, encoding = catalog.load("music"), ENCODING
    opening, all_of_it = (music.prime(str(path), encoding, rng=np.random.default_rng()) for path in (primer, "x.mid"))
    assert (all_of_it[:19] == opening).all()
    written = read_midi(tmp_path / "x.mid")
    assert (written.tempo, written.meter) == (400_000, (3, 4))


def test_files_that_cannot_be_written_and_files_of_another_kind_are_refused(ask, studio, tmp_path, monkeypatch) -> None:
    (tmp_path / "x.mid").touch()
    (tmp_path / "y-2.mid").touch()
    refused(ask("sample", studio.frames, "-o", "x.mid"), 2, "x.mid exists already")
    refused(ask("sample", studio.frames, "-n", 2, "--length", 1, "-o", "y.mid"), 2, "y-2.mid exists already")
    refused(ask("sample", studio.frames, "-o", "x.wav"), 2, "cannot write x.wav", ".mid")
    refused(ask("sample", studio.frames, "-o", "nowhere/x.mid"), 4, "there is no folder")
    monkeypatch.setattr(os, "access", lambda path, mode: not (Path(path) == tmp_path and mode == os.W_OK))
    refused(ask("sample", studio.frames, "-o", "z.mid"), 2, f"the folder {tmp_path} cannot be written to")
    refused(ask("predict", studio.frames, "x.mid", "-o", "p.txt"), 2, "cannot write p.txt", ".json or .csv")
    refused(ask("export", studio.frames, "--format", "onnx", "-o", "m.safetensors"), 2, "ends in .onnx")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.mid", "y-2.mid"]


@pytest.mark.parametrize("command", ["sample", "predict", "evaluate", "export"])
def test_a_model_that_is_not_there_is_not_found(ask, command: str) -> None:
    rest = {"predict": ["x.mid"], "evaluate": ["--data", "x"], "export": ["--format", "onnx", "-o", "m.onnx"]}
    refused(ask(command, "nobody", *rest.get(command, [])), 4, "there is no run 'nobody'")


def test_damaged_and_absent_midi_is_told_with_its_name(ask, studio, tmp_path) -> None:
    (tmp_path / "bad.mid").write_bytes(b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0\xff")
    for call in (("predict", studio.frames, "bad.mid"), ("evaluate", studio.frames, "--data", "bad.mid")):
        refused(ask(*call), 3, "bad.mid")
    refused(ask("sample", studio.frames, "--prime", "bad.mid"), 3, "bad.mid")
    refused(ask("predict", studio.frames, "-", stdin=b"no music"), 3, "stdin")
    refused(ask("predict", studio.frames, "gone.mid"), 4, "gone.mid")
    refused(ask("sample", studio.frames, "--prime", "gone.mid"), 4, "gone.mid")


def test_predict_scores_files_folders_and_stdin_alike(ask, studio) -> None:
    one, two = studio.pieces / "chorale-00.mid", studio.pieces / "chorale-05.mid"
    both = lines(ask("predict", studio.frames, one, two, "--json"))
    assert [row["record"] for row in both] == ["chorale-00.mid", "chorale-05.mid"]
    assert [row["steps"] for row in both] == [15, 20]
    assert both[0].keys() >= {"loss", "accuracy", "precision", "recall"}
    (piped,) = lines(ask("predict", studio.frames, "-", "--json", stdin=one.read_bytes()))
    assert piped == {**both[0], "record": "-"}
    assert len(lines(ask("predict", studio.frames, studio.pieces, "--json"))) == 12


def test_predict_draws_a_table_and_writes_json_and_csv(ask, studio, tmp_path) -> None:
    piece = studio.pieces / "chorale-00.mid"
    done = ask("predict", studio.frames, piece, "-o", "p.json")
    heading, row = done.out.splitlines()
    assert heading.split() == ["record", "steps", "nats/frame"]
    assert row.split()[:2] == ["chorale-00.mid", "15"]
    assert done.err == "wrote p.json\n"
    (wanted,) = json.loads((tmp_path / "p.json").read_text())
    assert f"{wanted['loss']:.4f}" == row.split()[2]
    assert lines(ask("predict", studio.frames, piece, "--json", "-o", "P.CSV")) == [wanted]
    (cells,) = csv.DictReader(io.StringIO((tmp_path / "P.CSV").read_text()))
    assert cells == {name: str(value) for name, value in wanted.items()}


def test_predict_through_a_real_pipe_has_nothing_but_data_on_stdout(studio, tmp_path) -> None:
    piece = (studio.pieces / "chorale-00.mid").read_bytes()
    done = studio.process("predict", "last", "-", "--json", cwd=tmp_path, stdin=piece)
    assert done.returncode == 0
    assert done.stderr == b""
    assert json.loads(done.stdout)["record"] == "-"


def test_a_damaged_file_in_a_folder_is_told_and_passed_over(ask, studio, tmp_path) -> None:
    folder = tmp_path / "some"
    folder.mkdir()
    (folder / "good.mid").write_bytes((studio.pieces / "chorale-00.mid").read_bytes())
    (folder / "bad.mid").write_bytes(b"no music")
    for call in (("predict", studio.frames, folder), ("evaluate", studio.frames, "--data", folder)):
        done = ask(*call, "--json")
        assert len(lines(done)) == 1
        assert done.err.startswith("seqtui: warning: ")
        assert "bad.mid" in done.err


@pytest.mark.parametrize(("kind", "unit"), [("frames", "nats/frame"), ("events", "nats/token")])
def test_evaluate_is_the_mean_of_predict(ask, studio, kind: str, unit: str) -> None:
    run = getattr(studio, kind)
    (whole,) = lines(ask("evaluate", run, "--data", studio.pieces, "--json"))
    rows = lines(ask("predict", run, studio.pieces, "--json"))
    assert (whole["model"], whole["records"], whole["loss_unit"]) == (run, 12, unit)
    assert whole["steps"] == sum(row["steps"] for row in rows)
    assert whole["loss"] == pytest.approx(sum(row["loss"] * row["steps"] for row in rows) / whole["steps"], rel=1e-5)
    told = ask("evaluate", run, "--data", studio.pieces).out
    assert f"loss       {whole['loss']:.4f} {unit}" in told


def test_an_exported_folder_is_a_model_for_every_command(ask, studio, tmp_path) -> None:
    (tmp_path / "shelf").mkdir()
    done = ask("export", studio.frames, "--format", "safetensors", "-o", "shelf/model.safetensors")
    assert (done.code, done.out) == (
        0,
        "shelf/model.safetensors\nshelf/config.json\nshelf/card.md\nshelf/card.json\nshelf/sha256.json\n",
    )
    ask("sample", "./shelf", "--length", 2, "-o", "a.mid")
    ask("sample", studio.frames, "--length", 2, "-o", "b.mid")
    assert (tmp_path / "a.mid").read_bytes() == (tmp_path / "b.mid").read_bytes()
    scores = [lines(ask("evaluate", model, "--data", studio.pieces, "--json"))[0] for model in ("shelf", studio.frames)]
    assert scores[0] == {**scores[1], "model": "shelf"}


def test_a_damaged_folder_is_told_by_its_file(ask, studio, tmp_path) -> None:
    (tmp_path / "shelf").mkdir()
    ask("export", studio.frames, "--format", "safetensors", "-o", "shelf/model.safetensors")
    for name in ("config.json", "card.md", "model.safetensors"):
        file = tmp_path / "shelf" / name
        whole = file.read_bytes()
        file.write_bytes(whole[:-9] + b"x" + whole[-8:])
        refused(ask("sample", "./shelf", "--length", 2, "-o", "a.mid"), 3, f"{name} is damaged", "install the model")
        file.unlink()
        refused(ask("sample", "./shelf", "--length", 2, "-o", "a.mid"), 3, f"{name} is missing")
        file.write_bytes(whole)
    assert ask("sample", "./shelf", "--length", 2, "-o", "a.mid").code == 0


def test_what_is_not_finite_is_told_in_words(ask, studio, tmp_path) -> None:
    ask("export", studio.frames, "--format", "safetensors", "-o", "model.safetensors")
    weights = tmp_path / "model.safetensors"
    (tmp_path / SEAL).unlink()
    weights.write_bytes(save({name: tensor * torch.nan for name, tensor in load(weights.read_bytes()).items()}))
    piece = studio.pieces / "chorale-00.mid"
    (whole,) = lines(ask("evaluate", ".", "--data", piece, "--json"))
    (row,) = lines(ask("predict", ".", piece, "--json"))
    assert whole["loss"] == row["loss"] == "nan"
    assert ask("sample", ".", "--length", 1, "-o", "x.mid").code == 0


@pytest.mark.parametrize("kind", ["frames", "events"])
def test_an_onnx_file_is_written_and_nothing_but_its_name_on_stdout(ask, studio, tmp_path, kind: str) -> None:
    done = ask("export", getattr(studio, kind), "--format", "onnx", "-o", "model.onnx")
    assert (done.code, done.out, done.err) == (0, "model.onnx\n", "")
    assert [path.name for path in tmp_path.iterdir()] == ["model.onnx"]


def test_a_model_of_events_plays_and_is_read_back(ask, studio, tmp_path) -> None:
    (made,) = lines(ask("sample", studio.events, "--length", 4, "--seed", 3, "--json", "-o", "x.mid"))
    assert made["new_steps"] > 1
    assert len(read_midi(tmp_path / "x.mid").notes) > 0
    assert lines(ask("predict", studio.events, "x.mid", "--json"))[0]["loss"] == pytest.approx(np.log(SIZE), rel=0.2)
    primer = studio.pieces / "chorale-02.mid"
    (played_on,) = lines(ask("sample", studio.events, "--length", 1, "--prime", primer, "--json", "-o", "y.mid"))
    assert played_on["steps"] > played_on["new_steps"] > 0
    assert len(read_midi(tmp_path / "y.mid").notes) > len(read_midi(primer).notes)
