"""Predictions as CSV and JSON, and files that are whole or not there."""

import csv
import gzip
import json
import math
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from seqtui.errors import BadInput
from seqtui.readers.prediction_files import (
    spreadsheet_safe,
    write_predictions_csv,
    write_predictions_json,
    write_whole_text,
)
from seqtui.task import Prediction

CLASSES = ("exon", "intron")


def said(name: str = "a", first: float = 0.75, truth: int | None = None) -> Prediction:
    return Prediction(name, np.zeros(3, np.uint8), (first, 1 - first), truth)


def csv_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_csv_has_a_row_a_record_and_a_column_a_class(tmp_path: Path) -> None:
    path = tmp_path / "said.csv"
    write_predictions_csv([said("a"), said("b", 0.25, truth=0)], CLASSES, path)
    assert path.read_text() == (
        "record,label,probability,truth,p_exon,p_intron\na,exon,0.75,,0.75,0.25\nb,intron,0.75,exon,0.25,0.75\n"
    )


def test_json_has_an_object_a_record(tmp_path: Path) -> None:
    path = tmp_path / "said.json"
    write_predictions_json([said("a"), said("b", 0.25, truth=0)], CLASSES, path)
    first, second = json.loads(path.read_text())
    assert first == {
        "record": "a",
        "label": "exon",
        "probability": 0.75,
        "truth": None,
        "probabilities": {"exon": 0.75, "intron": 0.25},
    }
    assert (second["label"], second["truth"]) == ("intron", "exon")


def test_no_prediction_is_an_empty_file_of_its_kind(tmp_path: Path) -> None:
    write_predictions_csv([], CLASSES, tmp_path / "none.csv")
    write_predictions_json([], CLASSES, tmp_path / "none.json")
    assert csv_of(tmp_path / "none.csv") == []
    assert json.loads((tmp_path / "none.json").read_text()) == []


def test_a_chance_that_is_not_finite_stays_valid_json(tmp_path: Path) -> None:
    path = tmp_path / "said.json"
    write_predictions_json([said(first=math.nan), said(first=math.inf)], CLASSES, path)
    nothing, infinite = json.loads(path.read_text(), parse_constant=lambda name: pytest.fail(name))
    assert nothing["probabilities"]["exon"] == "nan"
    assert infinite["probabilities"] == {"exon": "inf", "intron": "-inf"}


def test_csv_tells_all_float32_apart(tmp_path: Path) -> None:
    chances = [float(np.float32(0.1)), float(np.nextafter(np.float32(0.1), np.float32(1)))]
    write_predictions_csv([said(first=chance) for chance in chances], CLASSES, tmp_path / "said.csv")
    assert [np.float32(row["p_exon"]) for row in csv_of(tmp_path / "said.csv")] == [np.float32(c) for c in chances]


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"), ("-2+3", "'-2+3"), ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"), ("+", "+"), ("-", "-"), ("-1", "-1"), ("+1.5e-3", "+1.5e-3"), ("S10", "S10"), ("", ""),
        ("+\n=x", "'+\n=x"),
    ],
)  # fmt: skip
def test_a_spreadsheet_runs_nothing(text: str, safe: str) -> None:
    assert spreadsheet_safe(text) == safe


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(names=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=20), max_size=5))
def test_any_name_comes_back(tmp_path: Path, names: list[str]) -> None:
    path = tmp_path / "said.csv"
    write_predictions_csv([said(name) for name in names], CLASSES, path)
    assert [row["record"] for row in csv_of(path)] == [spreadsheet_safe(name) for name in names]
    write_predictions_json([said(name) for name in names], CLASSES, path)
    assert [row["record"] for row in json.loads(path.read_text())] == names


@dataclass(frozen=True, slots=True)
class Big:
    """A prediction whose values are made when it is asked for."""

    name: str
    chances: tuple[float, ...] = (0.5, 0.5)
    truth: int | None = None
    guess: int = 0

    @property
    def values(self) -> NDArray[np.uint8]:
        return np.zeros(0, np.uint8)


def test_records_are_written_as_they_come(tmp_path: Path) -> None:
    tracemalloc.start()
    write_predictions_json((Big(f"{index}:" + "x" * 10_000) for index in range(1000)), CLASSES, tmp_path / "big.json")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (tmp_path / "big.json").stat().st_size > 10_000_000
    assert most < 1_000_000


def test_what_fails_on_the_way_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "said.csv"
    path.write_text("old")

    def broken() -> Iterator[Prediction]:
        yield said()
        raise OSError("the weights are on a disk that went away")

    with pytest.raises(OSError, match="weights"):
        write_predictions_csv(broken(), CLASSES, path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_refuses_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(BadInput, match=r"said\.csv cannot be written: "):
        write_predictions_csv([said()], CLASSES, tmp_path / "file" / "said.csv")
    with pytest.raises(BadInput, match="folder cannot be written: "):
        write_predictions_csv([said()], CLASSES, tmp_path / "folder")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "folder"]


def test_gzip_by_suffix_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    write_whole_text(tmp_path / "a.gz", ["one\n", "two\n"])
    write_whole_text(tmp_path / "b.gz", ["one\ntwo\n"])
    assert gzip.decompress((tmp_path / "a.gz").read_bytes()) == b"one\ntwo\n"
    again = (tmp_path / "b.gz").read_bytes()
    write_whole_text(tmp_path / "b.gz", ["one\ntwo\n"])
    assert (tmp_path / "b.gz").read_bytes() == again


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("real")
    write_whole_text(tmp_path / "link", ["x"])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "x"
