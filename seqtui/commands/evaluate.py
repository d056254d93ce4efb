"""`seqtui evaluate MODEL --data PATH`: the score of a trained model on data."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from seqtui.commands import console
from seqtui.commands.arguments import complete_model, language_model_options
from seqtui.commands.finite import FiniteRange, plain
from seqtui.commands.predict import DEFAULT_BEAM
from seqtui.commands.predict_transcripts import Wanted, check_wanted, listening
from seqtui.data_sets.naming import resolve
from seqtui.records import Records
from seqtui.runs.label_tables import TITLES, confusion_lines
from seqtui.runs.models import find_model
from seqtui.shapes import Label, Tags, Transcript, Translation
from seqtui.text_safety import clean, counted

if TYPE_CHECKING:
    from seqtui.engine.open_model import OpenModel
    from seqtui.engine.prefix_beam import Listening
    from seqtui.engine.tally import Score

ANY_WIDTH = 1_000_000


@click.command("evaluate")
@click.argument("model", shell_complete=complete_model)
@click.option("--data", required=True, metavar="PATH|NAME", help="What to score; the test split of a set that has one.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option(
    "--beam",
    type=click.IntRange(0, 1000),
    help="Texts kept while searching: 5 if left out; of a model that transcribes the likeliest path, which is 0.",
)
@click.option(
    "--length-penalty",
    type=FiniteRange(0, 5),
    default=1.0,
    show_default=True,
    help="Of a model that translates; 0 is none.",
)
@language_model_options
def command(
    model: str,
    data: str,
    as_json: bool,
    beam: int | None,
    length_penalty: float,
    language_model: str | None,
    lm_weight: float,
    lm_bonus: float,
) -> None:
    """Score MODEL (a run, or a pretrained model) on data; one that labels, with the confusion matrix; one that
    translates, by what it writes, with the signatures of its scores; one that transcribes, by what it hears.
    """
    from seqtui.engine.asking import score_all
    from seqtui.engine.beam import Search
    from seqtui.engine.open_model import open_model

    opened = open_model(find_model(model))
    for note in filter(None, [opened.note]):
        console.warning(note)
    wanted = Wanted(beam, language_model, lm_weight, lm_bonus)
    check_wanted(opened, wanted)
    search = Search(DEFAULT_BEAM if beam is None else max(beam, 1), length_penalty=length_penalty)
    score, records, notes = score_all(
        opened,
        resolve(opened.task.name, data),
        progress=lambda _what, _done, _total: None,
        asked=_listening(opened, wanted) if isinstance(opened.meaning.head, Transcript) else search,
    )
    for note in notes:
        console.warning(note)
    _tell(opened, data, score, records, as_json=as_json)


def _tell(opened: "OpenModel", data: str, score: "Score", records: Records, *, as_json: bool) -> None:
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
    steps = f"{score.steps:,} sequences with a known class" if whole else f"{score.steps:,} {what}"
    console.out(f"{opened.name} on {data}: {counted(count, 'record')}, {steps}")
    console.out(f"loss       {score.loss:.4f} {unit}")
    for name, value in score.metrics.items():
        console.out(f"{TITLES.get(name, clean(name).replace('f1 ', 'F1 ', 1)):<10} {value:.4f}")
    for name, signature in _signatures(score, records).items():
        console.out(f"{name}: {signature}")
    _print_confusion(classes, score)


def _listening(opened: "OpenModel", wanted: Wanted) -> "Listening":
    """Along the likeliest path, as scores are taken while a model trains, where no search is asked for."""
    is_usual = wanted.beam is None and wanted.language_model is None
    return listening(opened, replace(wanted, beam=0) if is_usual else wanted)


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
