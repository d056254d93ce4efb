"""`seqtui export MODEL --format onnx -o FILE`: a model for other programs."""

from pathlib import Path

import click

from seqtui.commands import console
from seqtui.commands.arguments import complete_model
from seqtui.commands.sample import check_output
from seqtui.runs.models import EXPORT_FORMATS, find_model


@click.command("export")
@click.argument("model", shell_complete=complete_model)
@click.option("--format", "form", type=click.Choice(list(EXPORT_FORMATS)), required=True, help="What to write.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="File to write.")
def command(model: str, form: str, output: Path) -> None:
    """Write MODEL (a run, or a pretrained model) for other programs; ONNX is checked against it first."""
    from seqtui.engine.export_model import export_model
    from seqtui.engine.open_model import open_model

    check_output(output, (EXPORT_FORMATS[form],))
    opened = open_model(find_model(model), threads=1)
    if opened.note:
        console.warning(opened.note)
    for path in export_model(opened, form, output):
        console.out(str(path))
