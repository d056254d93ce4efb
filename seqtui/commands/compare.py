"""`seqtui compare RUN RUN…`: runs beside each other, and their curves as data or as a picture."""

import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import click

from seqtui.commands import console
from seqtui.commands.arguments import complete_run
from seqtui.errors import NotFound, Usage
from seqtui.runs.comparison import (
    AGAINST,
    CURVES,
    LETTERS,
    Against,
    CurveName,
    CurveReader,
    Difference,
    RunCurves,
    differences,
    remarks,
)
from seqtui.runs.curve_files import curves_csv, svg, write_new
from seqtui.runs.finding import find
from seqtui.runs.index import RunIndex, index_file
from seqtui.runs.report import duration, sparkline
from seqtui.runs.summary import Summary, as_json

HEADINGS = ("", "RUN", "STATUS", "BEST", "TEST", "STEP", "TIME", "VALIDATION LOSS", "NAME")
CURVE_CELLS = 20
LINES_AT_ONCE = 1000


@click.command()
@click.argument("runs", nargs=-1, required=True, metavar="RUN RUN…", shell_complete=complete_run)
@click.option("--json", "json_wanted", is_flag=True, help="One JSON object: runs, differences, remarks.")
@click.option("--csv", "csv_wanted", is_flag=True, help="All points of all curves on stdout.")
@click.option("--svg", "picture", type=click.Path(path_type=Path), metavar="FILE", help="Draw one curve of all runs.")
@click.option("--curve", type=click.Choice(list(CURVES)), default="validation", help="Which curve --svg draws.")
@click.option("--against", type=click.Choice(AGAINST), default="steps", help="What --svg draws it over.")
@click.option("--log", is_flag=True, help="A logarithmic axis in the picture.")
def command(
    runs: Sequence[str], json_wanted: bool, csv_wanted: bool, picture: Path | None, curve: str, against: str, log: bool
) -> None:
    """Set runs beside each other: results, what differs in their configurations, and what to know first."""
    if picture and picture.suffix.lower() != ".svg":
        raise Usage(f"cannot write {picture}: give a file that ends in .svg")
    if sum((json_wanted, csv_wanted, picture is not None)) > 1:
        raise Usage("--json, --csv and --svg exclude each other: give one of them")
    found, curves = _read(runs)
    if picture:
        labels = [_label(run) for run in found]
        kind, axis = cast(CurveName, curve), cast(Against, against)
        write_new(picture, svg(curves, labels, curve=kind, against=axis, log=log))
        console.out(str(picture))
    elif csv_wanted:
        for part in _parts(curves_csv(curves)):
            console.out(part)
    else:
        different = differences([run.config for run in found if run.config])
        tell = _tell_json if json_wanted else _tell
        tell(found, curves, different, remarks(found, curves))


def _parts(text: str) -> Iterator[str]:
    """Lines, many at a time: what is printed at once has a limit."""
    lines = text.splitlines()
    for begin in range(0, len(lines), LINES_AT_ONCE):
        yield "\n".join(lines[begin : begin + LINES_AT_ONCE])


def _read(texts: Sequence[str]) -> tuple[list[Summary], list[RunCurves]]:
    folders = list(dict.fromkeys(find(text) for text in texts))
    if len(folders) < 2:
        raise Usage("compare needs two runs or more; `seqtui runs` lists them")
    if len(folders) > len(LETTERS):
        raise Usage(f"compare takes at most {len(LETTERS)} runs, not {len(folders)}")
    index = RunIndex(index_file())
    found = [index.look(folder) for folder in folders]
    for run in found:
        if run.config is None:
            raise NotFound(f"run {run.id} cannot be compared: {run.trouble}")
    return found, [CurveReader(folder).read() for folder in folders]


def _tell(
    found: Sequence[Summary], curves: Sequence[RunCurves], different: Sequence[Difference], remarked: Sequence[str]
) -> None:
    console.out(console.table(HEADINGS, map(_row, LETTERS, found, curves), right=frozenset({3, 4, 5, 6})))
    if different:
        rows = [(each.field, *each.values) for each in different]
        console.out("\n" + console.table(("DIFFERS", *LETTERS[: len(found)]), rows))
    else:
        console.out("\nthe configurations do not differ")
    if remarked:
        console.out("\n" + "\n".join(remarked))


def _tell_json(
    found: Sequence[Summary], curves: Sequence[RunCurves], different: Sequence[Difference], remarked: Sequence[str]
) -> None:
    console.json_line(
        {
            "runs": [
                {**as_json(run), "data_fingerprint": read.data, "letter": letter}
                for letter, run, read in zip(LETTERS, found, curves, strict=False)
            ],
            "differences": [{"field": each.field, "values": list(each.values)} for each in different],
            "remarks": list(remarked),
        }
    )


def _row(letter: str, run: Summary, read: RunCurves) -> tuple[str, ...]:
    losses = [point.value for point in read.curves["validation"]]
    curve = sparkline(losses, width=CURVE_CELLS, plain=console.is_plain(sys.stdout)) if len(losses) > 1 else ""
    name = run.config.name or "" if run.config else ""
    best, test = ("" if math.isnan(loss) else f"{loss:.4g}" for loss in (run.best_loss, run.test_loss))
    return letter, run.id, run.status, best, test, f"{run.step:,}", duration(run.seconds), curve, name


def _label(run: Summary) -> str:
    name = f" · {run.config.name}" if run.config and run.config.name else ""
    best = "" if math.isnan(run.best_loss) else f" · best {run.best_loss:.4g}"
    return f"{run.id}{name}{best}"
