"""`seqtui predict MODEL INPUT…`: what a trained model says of a person's own input, record by record."""

import csv
import io
import json
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seqtui.commands import console
from seqtui.commands.arguments import complete_model, language_model_options
from seqtui.commands.finite import FiniteRange, plain
from seqtui.commands.predict_transcripts import Wanted, check_wanted
from seqtui.commands.sample import check_output
from seqtui.data_sets.naming import resolve
from seqtui.errors import SeqtuiError
from seqtui.readers.prediction_files import spreadsheet_safe
from seqtui.runs.models import find_model
from seqtui.shapes import Label, Tags, Transcript, Translation

if TYPE_CHECKING:
    from seqtui.engine.open_model import OpenModel

SUFFIXES = (".json", ".csv")
DEFAULT_BEAM = 5  # of a model that translates


@dataclass(frozen=True, slots=True)
class Asked:
    """How sequences are searched for, of models that write them; beam None: as is usual."""

    beam: int | None
    best: int
    length_penalty: float
    language_model: str | None
    lm_weight: float
    lm_bonus: float


@click.command("predict")
@click.argument("model", shell_complete=complete_model)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…|-")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File to write: .json, .csv, or a kind of the application's.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a record on stdout.")
@click.option(
    "--beam", type=click.IntRange(0, 1000), help="Texts kept while searching; 0 takes what is likeliest at each step."
)
@click.option("--best", type=click.IntRange(1, 1000), default=1, show_default=True, help="Translations that are told.")
@click.option(
    "--length-penalty",
    type=FiniteRange(0, 5),
    default=1.0,
    show_default=True,
    help="What a long translation is worth; 0: nothing.",
)
@language_model_options
def command(
    model: str,
    inputs: tuple[str, ...],
    output: Path | None,
    as_json: bool,
    beam: int | None,
    best: int,
    length_penalty: float,
    language_model: str | None,
    lm_weight: float,
    lm_bonus: float,
) -> None:
    """Ask MODEL about each INPUT (a file; - is stdin), record by record.

    A model that labels sequences gives the class of each, with its probability; one that tags, the tag of each step;
    one that transcribes, the text; one that translates, the other sequence. A model of the next step says how likely
    each is.
    """
    from seqtui.engine.open_model import open_model

    opened = open_model(find_model(model))
    if opened.note:
        console.warning(opened.note)
    head, task = opened.meaning.head, opened.task
    asked = isinstance(head, Label | Tags | Transcript | Translation)
    check_output(output, task.suffixes_for(opened.config.options) if asked else SUFFIXES)
    check_wanted(opened, Wanted(beam, language_model, lm_weight, lm_bonus))
    search = Asked(beam, best, length_penalty, language_model, lm_weight, lm_bonus)
    with spool_of_stdin() as spool:
        sources = ((given, on_disk(resolve(task.name, given), spool, task.sample_suffixes)) for given in inputs)
        _tell(opened, sources, search, output=output, as_json=as_json)


def _tell(
    opened: "OpenModel", sources: Iterable[tuple[str, str]], asked: Asked, *, output: Path | None, as_json: bool
) -> None:
    """What the model says of each source, as its head says it."""
    paths, head = (path for _, path in sources), opened.meaning.head
    match head:
        case Label():
            from seqtui.commands.predict_labels import predict_labels

            predict_labels(opened, head.classes, paths, output=output, as_json=as_json)
        case Tags():
            from seqtui.commands.predict_tags import predict_tags

            predict_tags(opened, head.tags, paths, output=output, as_json=as_json)
        case Transcript():
            from seqtui.commands.predict_transcripts import predict_transcripts

            heard = Wanted(asked.beam, asked.language_model, asked.lm_weight, asked.lm_bonus)
            predict_transcripts(opened, paths, heard, output=output, as_json=as_json)
        case Translation():
            from seqtui.commands.predict_translations import Search, predict_translations

            beam = DEFAULT_BEAM if asked.beam is None else max(asked.beam, 1)
            search = Search(beam, asked.best, asked.length_penalty)
            predict_translations(opened, paths, search, output=output, as_json=as_json)
        case _:
            _predict_steps(opened, sources, output=output, as_json=as_json)


@contextmanager
def spool_of_stdin() -> Iterator[Path]:
    """A folder for what comes by stdin, and the word for it in errors: stdin, and not the name of its file."""
    with tempfile.TemporaryDirectory(prefix="seqtui-") as folder:
        try:
            yield Path(folder)
        except SeqtuiError as error:
            error.args = (re.sub(rf"({re.escape(folder)}/)?\bstdin(\.\w+)?\b", "stdin", str(error)),)
            raise


def on_disk(given: str, folder: Path, suffixes: tuple[str, ...]) -> str:
    """What was given; for - a file in `folder` with all of stdin."""
    if given != "-":
        return given
    path = folder / f"stdin{suffixes[0] if suffixes else ''}"
    path.write_bytes(sys.stdin.buffer.read())
    return str(path)


def _predict_steps(
    opened: "OpenModel", sources: Iterable[tuple[str, str]], *, output: Path | None, as_json: bool
) -> None:
    """How likely each record is, for a model of the next step."""
    rows = []
    for row in _scores(opened, sources):
        rows.append(row)
        if as_json:
            console.json_line(row)
    if output is not None:
        output.write_text(_as_csv(rows) if output.suffix.lower() == ".csv" else json.dumps(rows, indent=1) + "\n")
        console.say(f"wrote {output}")
    if not as_json:
        cells = [[row["record"], f"{row['steps']:,}", f"{float(row['loss']):.4f}"] for row in rows]
        console.out(console.table(["record", "steps", opened.meaning.loss_unit], cells, right=frozenset({1, 2})))


def _scores(opened: "OpenModel", sources: Iterable[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    from seqtui.engine.asking import score_each

    for given, path in sources:
        scores, notes = score_each(opened, path, progress=lambda _what, _done, _total: None)
        for note in notes:
            console.warning(note)
        for each in scores:
            figures = {"loss": each.score.loss, **each.score.metrics}
            row: dict[str, Any] = {"record": "-" if given == "-" else each.name, "steps": each.score.steps}
            yield row | {name: plain(value) for name, value in figures.items()}


def _as_csv(rows: list[dict[str, Any]]) -> str:
    buffer = io.StringIO()
    names = list(rows[0]) if rows else ["record", "steps", "loss"]
    writer = csv.DictWriter(buffer, names, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(row | {"record": spreadsheet_safe(str(row["record"]))})
    return buffer.getvalue()
