"""`seqtui evaluate MODEL --data PATH`: the score of a trained model on data."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from seqtui.commands import console
from seqtui.commands.arguments import complete_model
from seqtui.commands.finite import FiniteRange, plain
from seqtui.data_sets.naming import resolve
from seqtui.records import Records
from seqtui.runs.label_tables import confusion_lines
from seqtui.runs.models import find_model
from seqtui.shapes import Label, Tags, Transcript, Translation

if TYPE_CHECKING:
    from seqtui.engine.tally import Score

ANY_WIDTH = 1_000_000


@click.command("evaluate")
@click.argument("model", shell_complete=complete_model)
@click.option("--data", required=True, metavar="PATH|NAME", help="What to score; the test split of a set that has one.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--beam", type=click.IntRange(1, 1000), default=5, show_default=True, help="Of a model that translates.")
@click.option("--length-penalty", type=FiniteRange(0, 5), default=1.0, show_default=True, help="Likewise; 0 is none.")
def command(model: str, data: str, as_json: bool, beam: int, length_penalty: float) -> None:
    """Score MODEL (a run, or a pretrained model) on data; one that labels, with the confusion matrix; one that
    translates, by what it writes, with the signatures of its scores.
    """
    from seqtui.engine.asking import score_all
    from seqtui.engine.beam import Search
    from seqtui.engine.open_model import open_model

    opened = open_model(find_model(model))
    for note in filter(None, [opened.note]):
        console.warning(note)
    score, records, notes = score_all(
        opened,
        resolve(opened.task.name, data),
        progress=lambda _what, _done, _total: None,
        asked=Search(beam, length_penalty=length_penalty),
    )
    for note in notes:
        console.warning(note)
    head, unit = opened.meaning.head, opened.meaning.loss_unit
    classes = head.classes if isinstance(head, Label) else head.tags if isinstance(head, Tags) else ()
    whole = isinstance(head, Label)
    count = len(records.names) if classes else len(records)
    if as_json:
        facts = {"model": opened.name, "data": data, "records": count}
        facts |= {"sequences" if whole else "steps": score.steps, "loss": plain(score.loss), "loss_unit": unit}
        facts |= {"metrics": {name: plain(value) for name, value in score.metrics.items()}}
        facts |= {"signatures": signed} if (signed := _signatures(score, records)) else {}
        console.json_line(facts | ({"classes": classes, "confusion": score.confusion} if classes else {}))
        return
    what = "symbols of texts" if isinstance(head, Transcript | Translation) else "predicted steps"
    counted = f"{score.steps:,} sequences with a known class" if whole else f"{score.steps:,} {what}"
    console.out(f"{opened.name} on {data}: {count:,} records, {counted}")
    console.out(f"loss       {score.loss:.4f} {unit}")
    for name, value in score.metrics.items():
        console.out(f"{name:<10} {value:.4f}")
    for name, signature in _signatures(score, records).items():
        console.out(f"{name}: {signature}")
    _print_confusion(classes, score)


def _signatures(score: "Score", records: Records) -> dict[str, str]:
    if "bleu" not in score.metrics:
        return {}
    from seqtui.translation_metrics import signatures

    return signatures(records.references or ())


def _print_confusion(classes: Sequence[str], score: "Score") -> None:
    if score.confusion is None:
        return
    wide = console.width() if console.is_terminal(sys.stdout) else ANY_WIDTH
    lines = confusion_lines(classes, score.confusion, width=wide)
    if lines:
        console.out("\n".join(["", *lines]))
    else:
        console.say(f"the confusion matrix of {len(classes)} classes needs a wider terminal; --json has it")
