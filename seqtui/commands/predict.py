"""`seqtui predict MODEL INPUT…`: what a trained model says of a person's own input, record by record."""

import csv
import io
import json
import math
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from seqtui.commands import console
from seqtui.commands.arguments import complete_model
from seqtui.commands.sample import check_output
from seqtui.runs.models import find_model

SUFFIXES = (".json", ".csv")


@click.command("predict")
@click.argument("model", shell_complete=complete_model)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…|-")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write: .json or .csv.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a record on stdout.")
def command(model: str, inputs: tuple[str, ...], output: Path | None, as_json: bool) -> None:
    """Ask MODEL about each INPUT (a file; - is stdin). A model of the next step says how likely each record is."""
    from seqtui.engine.asking import score_each
    from seqtui.engine.open_model import open_model

    check_output(output, SUFFIXES)
    opened = open_model(find_model(model))
    if opened.note:
        console.warning(opened.note)
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="seqtui-") as spool:
        for given in inputs:
            source = _spooled(Path(spool), opened.task.sample_suffixes) if given == "-" else given
            scores, notes = score_each(opened, source, progress=lambda _what, _done, _total: None)
            for note in notes:
                console.warning(note)
            for each in scores:
                figures = {"loss": each.score.loss, **each.score.metrics}
                row: dict[str, Any] = {"record": "-" if given == "-" else each.name, "steps": each.score.steps}
                row |= {name: plain(value) for name, value in figures.items()}
                rows.append(row)
                if as_json:
                    console.json_line(row)
    if output is not None:
        output.write_text(_as_csv(rows) if output.suffix.lower() == ".csv" else json.dumps(rows, indent=1) + "\n")
        console.say(f"wrote {output}")
    if not as_json:
        cells = [[row["record"], f"{row['steps']:,}", f"{float(row['loss']):.4f}"] for row in rows]
        console.out(console.table(["record", "steps", opened.meaning.loss_unit], cells, right=frozenset({1, 2})))


def plain(value: float) -> float | str:
    """A number as JSON can hold it: one that is not finite as a string."""
    return value if math.isfinite(value) else str(value)


def _spooled(folder: Path, suffixes: tuple[str, ...]) -> str:
    path = folder / f"stdin{suffixes[0] if suffixes else ''}"
    path.write_bytes(sys.stdin.buffer.read())
    return str(path)


def _as_csv(rows: list[dict[str, Any]]) -> str:
    buffer = io.StringIO()
    names = list(rows[0]) if rows else ["record", "steps", "loss"]
    writer = csv.DictWriter(buffer, names, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        record = str(row["record"])
        # A spreadsheet would run a cell that begins so.
        writer.writerow(row | {"record": f"'{record}" if record[:1] in "=+-@" and record != "-" else record})
    return buffer.getvalue()
