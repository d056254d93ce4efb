"""Runs beside each other: curves on three axes, differences, what to know first, and all of it as CSV and SVG."""

import csv
import io
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from seqtui.config import RunConfig
from seqtui.errors import NotFound, Usage
from seqtui.runs.comparison import CurveReader, Point, RunCurves, differences, remarks
from seqtui.runs.curve_files import curves_csv, smoothed, svg, table_csv, write_new
from seqtui.runs.events import Event, Span, Started, Step
from seqtui.runs.folder import RunFolder
from seqtui.runs.journal import EventWriter
from seqtui.runs.notes import Note, write_note
from seqtui.runs.summary import Summary, summarize

HOSTILE = "\x1b]0;PWNED\x07</text><script>x</script>&[/b]漢\u202e\ufffe"
SVG = "{http://www.w3.org/2000/svg}"


def append(folder: RunFolder, *events: Event, seq: int) -> None:
    """More lines at the end of a log."""
    writer = EventWriter(folder.events_file, offset=1 << 40, seq=seq)
    for event in events:
        writer.append(event)
    writer.close()


def points(*values: float) -> tuple[Point, ...]:
    """One a step, two steps an epoch, ten a second."""
    return tuple(Point(n, n / 2, n / 10, value, value, value) for n, value in enumerate(values, 1))


def curves(name: str = "a", *values: float, unit: str = "nats", data: str = "f") -> RunCurves:
    """A run with one curve."""
    return RunCurves(name, unit, data, {"validation": points(*values), "training": (), "gradient": ()})


def test_a_point_is_told_in_steps_epochs_and_seconds(make_run: Callable[..., RunFolder]) -> None:
    found = CurveReader(make_run(steps=7)).read()
    assert (found.loss_unit, found.data) == ("nats/frame", "f")
    third = found.curves["training"][2]
    assert (third.at("steps"), third.at("epochs"), third.at("seconds")) == (3, pytest.approx(3 / 7), pytest.approx(0.3))
    assert (third.low, third.value, third.high) == pytest.approx((8.2, 8.7, 9.2))
    assert [point.value for point in found.curves["gradient"]] == [2.0] * 7
    assert found.curves["validation"] == (Point(7, 1.0, pytest.approx(0.7), 8.0, 8.0, 8.0),)


def test_the_next_look_reads_what_is_new_and_sees_a_log_that_was_cut(
    make_run: Callable[..., RunFolder], one_step: Callable[..., Step]
) -> None:
    folder = make_run(steps=7)
    reader = CurveReader(folder)
    assert reader.read() is reader.read()
    append(folder, one_step(8, 5.0), seq=100)
    assert [point.step for point in reader.read().curves["training"]] == [1, 2, 3, 4, 5, 6, 7, 8]
    lines = folder.events_file.read_bytes().split(b"\n")
    folder.events_file.write_bytes(b"\n".join(lines[:5]) + b"\n")
    started = Started("r", "music", 1, "cpu", 2, "", "own", "fp32", 1, "2", "x", resumed_from=2)
    append(folder, started, *(one_step(n, 4.0) for n in range(3, 40)), seq=5)
    assert len(reader.read().curves["training"]) == 39
    folder.events_file.unlink()
    assert reader.read().curves["training"] == ()


def test_what_is_not_finite_is_kept(make_run: Callable[..., RunFolder], one_step: Callable[..., Step]) -> None:
    folder = make_run()
    append(folder, replace(one_step(8), loss=Span(math.inf, math.inf, math.inf)), seq=100)
    found = CurveReader(folder).read()
    assert math.isnan(found.curves["training"][-1].value)
    assert ",nan,nan,nan\n" in curves_csv([found])


def test_only_fields_that_differ_are_told_and_never_names() -> None:
    one = RunConfig(app="music", name="x", lr=1e-3, run_dir="/a", options={"k": 6})
    other = RunConfig(app="music", name="y", lr=2e-3, run_dir="/b", options={"k": 7}, bidirectional=True)
    rows = {each.field: each.values for each in differences([one, other])}
    assert rows == {"lr": ("0.001", "0.002"), "options.k": ("6", "7"), "bidirectional": ("no", "yes")}
    assert differences([one, replace(one, name="z")]) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ([{"seed": 1}, {"seed": 2}], ["a and b differ in the seed alone: best loss 8 ± 0."]),
        ([{}, {}], ["a and b have the same configuration and seed and gave the same loss."]),
        ([{"lr": 0.5}, {}], ["All have the same seed, 0: differences do not come from another seed."]),
        (
            [{"seed": 3}, {"seed": 3, "lr": 0.5}, {"seed": 4}],
            ["a and c differ in the seed alone: best loss 8 ± 0.", "The same seed: a and b seed 3."],
        ),
        ([{"seed": 3, "lr": 0.5}, {"seed": 4}], []),
    ],
)
def test_seeds_are_spoken_of(
    make_run: Callable[..., RunFolder], changes: list[dict[str, int]], told: list[str]
) -> None:
    runs = [summarize(make_run(RunConfig(app="music", **change))) for change in changes]  # type: ignore[arg-type]
    assert remarks(runs, [curves() for _ in runs]) == told


def test_losses_of_other_units_or_data_are_not_compared() -> None:
    runs = [Summary(RunFolder(Path(name)), 0.0, None, "damaged") for name in "ab"]
    assert "different units (bits, nats)" in remarks(runs, [curves(), curves(unit="bits")])[0]
    assert "same data" in remarks(runs, [curves(), curves(data="g")])[0]
    assert remarks(runs, [curves(), curves()]) == []


def test_the_table_as_csv_has_no_formula_and_no_control(make_run: Callable[..., RunFolder]) -> None:
    folder = make_run(RunConfig(app="music", name="=cmd()"))
    write_note(folder, Note(text=f'+1, "{HOSTILE}"\nline'))
    rows = list(csv.DictReader(io.StringIO(table_csv([summarize(folder)]))))
    assert rows[0]["run"] == folder.id and rows[0]["best_loss"] == "8" and rows[0]["created"].endswith("Z")
    assert rows[0]["name"] == "'=cmd()" and rows[0]["note"].startswith("'+1, ")
    assert not {"\x1b", "\x07", "\n"} & set(rows[0]["note"])


def test_curves_as_csv_come_back_to_the_digit(make_run: Callable[..., RunFolder]) -> None:
    found = CurveReader(make_run()).read()
    rows = list(csv.DictReader(io.StringIO(curves_csv([found]))))
    back = [float(row["value"]) for row in rows if row["curve"] == "training"]
    assert back == [point.value for point in found.curves["training"]]


def test_smoothing_has_no_bias_and_steps_over_what_is_not_finite() -> None:
    values = [value for _, value in smoothed(points(4.0, 4.0, math.nan, 4.0), 0.9)]
    assert values[:2] + values[3:] == pytest.approx([4.0, 4.0, 4.0]) and math.isnan(values[2])
    assert [value for _, value in smoothed(points(1.0, 2.0), 0.0)] == [1.0, 2.0]


def test_the_picture_is_well_formed_whatever_the_names_are() -> None:
    text = svg([curves(HOSTILE, 3, 2), curves("b", 5, 1)], [HOSTILE, "b & c"], curve="validation", against="steps")
    root = ElementTree.fromstring(text)
    words = [each.text or "" for each in root.iter(f"{SVG}text")]
    assert not list(root.iter("script")) and not list(root.iter(f"{SVG}script"))
    assert any("<script>x</script>&[/b]漢" in word for word in words)
    assert "b  b & c" in words and "Validation loss · nats" in words
    drawn = [each for each in root.iter(f"{SVG}path") if "L" in each.get("d", "")]
    assert len({(each.get("stroke"), each.get("stroke-dasharray")) for each in drawn}) == 2


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("values", [(), (1.0,), (0.0, 0.0), (math.nan, math.inf), (1e-300, 1e300), (-5.0, 3.0, 0.0)])
def test_any_values_make_a_picture(values: tuple[float, ...], log: bool) -> None:
    text = svg([curves("a", *values)], ["a"], curve="validation", against="epochs", log=log)
    ElementTree.fromstring(text)
    assert "nan" not in text and "inf" not in text


def test_a_gap_is_a_gap() -> None:
    text = svg([curves("a", 3, 2, math.nan, 2, 1)], ["a"], curve="validation", against="steps")
    line = next(
        each.get("d", "") for each in ElementTree.fromstring(text).iter(f"{SVG}path") if "L" in each.get("d", "")
    )
    assert line.count("M") == 2


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    write_new(tmp_path / "new.csv", "a\n")
    with pytest.raises(Usage, match="exists already"):
        write_new(tmp_path / "new.csv", "b\n")
    assert (tmp_path / "new.csv").read_text() == "a\n"
    with pytest.raises(NotFound, match="there is no folder"):
        write_new(tmp_path / "none" / "new.csv", "b\n")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Usage):
        write_new(tmp_path / "link", "b\n")
