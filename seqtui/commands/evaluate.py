"""`seqtui evaluate MODEL --data PATH`: the score of a trained model on data."""

import click

from seqtui.commands import console
from seqtui.commands.arguments import complete_model
from seqtui.commands.predict import plain
from seqtui.runs.models import find_model


@click.command("evaluate")
@click.argument("model", shell_complete=complete_model)
@click.option("--data", required=True, metavar="PATH|NAME", help="What to score; the test split of a set that has one.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(model: str, data: str, as_json: bool) -> None:
    """Score MODEL (a run, or a pretrained model) on data."""
    from seqtui.engine.asking import score_all
    from seqtui.engine.open_model import open_model

    opened = open_model(find_model(model))
    for note in filter(None, [opened.note]):
        console.warning(note)
    score, records, notes = score_all(opened, data, progress=lambda _what, _done, _total: None)
    for note in notes:
        console.warning(note)
    if as_json:
        console.json_line(
            {
                "model": opened.name,
                "data": data,
                "records": len(records),
                "steps": score.steps,
                "loss": plain(score.loss),
                "loss_unit": opened.meaning.loss_unit,
                "metrics": {name: plain(value) for name, value in score.metrics.items()},
            }
        )
        return
    console.out(f"{opened.name} on {data}: {len(records):,} records, {score.steps:,} predicted steps")
    console.out(f"loss       {score.loss:.4f} {opened.meaning.loss_unit}")
    for name, value in score.metrics.items():
        console.out(f"{name:<10} {value:.4f}")
