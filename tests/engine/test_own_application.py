"""The worked example of docs/your-own-application.md, taken from the page: it trains, predicts, tells its faults."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import seqtui.tasks

from seqtui import catalog
from seqtui.config_check import make_config
from seqtui.engine.asking import predict_all
from seqtui.engine.open_model import open_model
from seqtui.errors import BadInput
from seqtui.runs.events import DataSummary, Evaluated
from seqtui.runs.folder import RunFolder
from seqtui.runs.journal import read_events
from seqtui.runs.models import find_model
from seqtui.task import Task

PAGE = Path(__file__).parents[2] / "docs" / "your-own-application.md"


@pytest.fixture(autouse=True, scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The page's code as an application; forks inherit it."""
    folder = tmp_path_factory.mktemp("own")
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    (folder / "parity.py").write_text(code)
    seqtui.tasks.__path__.append(str(folder))
    yield
    seqtui.tasks.__path__.remove(str(folder))


@pytest.fixture
def parity() -> Task:
    return catalog.load("parity")


def trained(lab: Any, backbone: str, **changes: Any) -> RunFolder:
    config = make_config(catalog.load("parity"), {"backbone": backbone})
    used = ("hidden_size", "embedding_size", "batch_size", "lr", "epochs", "options")
    values = {name: getattr(config, name) for name in used} | {"data": None, "backbone": backbone, "seed": 0}
    folder: RunFolder = lab.golden(app="parity", **(values | changes))
    return folder


def score_on_test(folder: RunFolder) -> float:
    scores = [each.event for each in read_events(folder.events_file).records if isinstance(each.event, Evaluated)]
    assert scores[-1].split == "test"
    return scores[-1].metrics["accuracy"]


def test_a_memory_finds_what_no_single_bit_tells(lab: Any) -> None:
    folder = trained(lab, "gru")
    assert score_on_test(folder) > 0.98
    assert told_of_data(folder).baselines == {"coin": pytest.approx(0.693, abs=1e-3)}
    assert 0.4 < score_on_test(trained(lab, "dense")) < 0.6


def told_of_data(folder: RunFolder) -> DataSummary:
    records = read_events(folder.events_file).records
    return next(each.event for each in records if isinstance(each.event, DataSummary))


def test_what_has_no_memory_stands_beside_the_next_run_on_the_same_data(lab: Any) -> None:
    dense = trained(lab, "dense")
    name = f"no memory ({dense.id})"
    beside = told_of_data(trained(lab, "gru", max_steps=3))
    assert beside.baseline_metrics[name]["accuracy"] == score_on_test(dense)
    assert beside.baselines[name] == pytest.approx(0.7, abs=0.05)
    for changes in ({"seed": 1}, {"options": {"longest": 9}}):
        assert not any(
            "no memory" in each for each in told_of_data(trained(lab, "gru", max_steps=2, **changes)).baselines
        )
    assert not any("no memory" in each for each in told_of_data(trained(lab, "dense", max_steps=2)).baselines)


def test_rows_of_a_file_are_labeled(lab: Any, tmp_path: Path) -> None:
    rows = tmp_path / "rows.txt"
    rows.write_text("0110100 odd\n11\n1\n")
    model = open_model(find_model(str(trained(lab, "gru").path)), threads=1)
    said, _ = predict_all(model, str(rows), progress=lambda *_: None)
    assert [each.guess for each in said] == [1, 0, 1]


def test_a_faulty_row_is_told_with_its_place(parity: Task, tmp_path: Path) -> None:
    rows = tmp_path / "rows.txt"
    rows.write_text("01 odd\n012\n")
    with pytest.raises(BadInput, match=r"rows.txt, line 2: is no row of 0 and 1"):
        parity.load_for_scoring(str(rows), {}, progress=lambda *_: None)
    (finding,) = parity.check([rows], {}).findings
    assert finding.level == "error" and "line 2" in finding.text
