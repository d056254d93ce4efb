"""`seqtui compare`: runs beside each other, as text, JSON, CSV and SVG."""

import csv
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from seqtui.config import RunConfig
from seqtui.runs.events import DataSummary, Evaluated, Finished, Span, Step
from seqtui.runs.folder import RunFolder, create
from seqtui.runs.journal import EventWriter

Call = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def runs(tmp_path: Path) -> list[RunFolder]:
    """Two runs with another learning rate."""
    found = []
    for lr in (0.001, 0.002):
        folder = create(RunConfig(app="music", lr=lr, name=f"at {lr}"), parent=tmp_path / "home" / "runs")
        writer = EventWriter(folder.events_file)
        writer.append(DataSummary("x", "", {}, 1, "", "nats/frame", {}, [], "f"))
        for n in range(1, 6):
            span = Span(9 - n, 9.5 - n, 10 - n)
            writer.append(Step(n, 1, n, 5, 1, span, span, lr, 0.0, 10, 0.1, n / 10, 0.0, 1.0))
        writer.append(Evaluated(5, 1, "valid", 4 + lr, {}, 10, 0.1, True, 4 + lr, 5))
        writer.append(Finished(5, 1, "epochs", 0.5, 4 + lr, 5))
        writer.close()
        found.append(folder)
    return found


def test_it_tells_results_differences_and_seeds(seqtui: Call, runs: list[RunFolder]) -> None:
    done = seqtui("compare", runs[0].id, runs[1].id)
    assert done.returncode == 0 and done.stderr == ""
    assert "a  " + runs[0].id in done.stdout and "4.001" in done.stdout
    assert "lr       0.001  0.002" in done.stdout
    assert "All have the same seed, 0" in done.stdout


def test_json_is_one_object(seqtui: Call, runs: list[RunFolder]) -> None:
    found = json.loads(seqtui("compare", "--json", runs[0].id, str(runs[1].path)).stdout)
    assert [run["id"] for run in found["runs"]] == [folder.id for folder in runs]
    assert found["differences"] == [{"field": "lr", "values": ["0.001", "0.002"]}]
    assert len(found["remarks"]) == 1


def test_csv_has_every_point_on_stdout(seqtui: Call, runs: list[RunFolder]) -> None:
    rows = list(csv.DictReader(io.StringIO(seqtui("compare", "--csv", *(folder.id for folder in runs)).stdout)))
    assert len(rows) == 2 * (5 + 5 + 1)
    assert {row["run"] for row in rows} == {folder.id for folder in runs}


def test_svg_is_written_once(seqtui: Call, runs: list[RunFolder], tmp_path: Path) -> None:
    arguments = ["compare", *(folder.id for folder in runs), "--svg", str(tmp_path / "x.svg"), "--curve", "training"]
    assert seqtui(*arguments).stdout.strip() == str(tmp_path / "x.svg")
    text = (tmp_path / "x.svg").read_text()
    assert "Training loss · nats/frame" in text
    again = seqtui(*arguments)
    assert again.returncode == 2 and "exists already" in again.stderr
    assert (tmp_path / "x.svg").read_text() == text


def test_mistakes_are_told(seqtui: Call, runs: list[RunFolder]) -> None:
    one = seqtui("compare", runs[0].id)
    assert one.returncode == 2 and "two runs or more" in one.stderr
    assert seqtui("compare", runs[0].id, runs[0].id).returncode == 2
    assert seqtui("compare", runs[0].id, "nothing").returncode == 4
    picture = seqtui("compare", runs[0].id, runs[1].id, "--svg", "x.png")
    assert picture.returncode == 2 and "ends in .svg" in picture.stderr
    for two in (("--csv", "--json"), ("--json", "--csv"), ("--csv", "--svg", "x.svg")):
        both = seqtui("compare", runs[0].id, runs[1].id, *two)
        assert both.returncode == 2 and "exclude each other" in both.stderr and not both.stdout
