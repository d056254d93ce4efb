"""`seqtui export MODEL --format onnx -o FILE`: a model for other programs."""

from collections.abc import Sequence
from pathlib import Path

import click

from seqtui.commands import console
from seqtui.commands.arguments import complete_model
from seqtui.commands.sample import check_output
from seqtui.errors import Usage
from seqtui.runs.durable import write_whole
from seqtui.runs.folder import open_folder
from seqtui.runs.model_seal import write_seal
from seqtui.runs.models import CARD, EXPORT_FORMATS, ModelPlace, find_model


@click.command("export")
@click.argument("model", shell_complete=complete_model)
@click.option("--format", "form", type=click.Choice(list(EXPORT_FORMATS)), required=True, help="What to write.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="File to write.")
def command(model: str, form: str, output: Path) -> None:
    """Write MODEL (a run, or a pretrained model) for other programs; ONNX is checked against it first."""
    from seqtui.engine.export_model import export_model
    from seqtui.engine.open_model import open_model

    check_output(output, (EXPORT_FORMATS[form],))
    place = find_model(model)
    opened = open_model(place, threads=1)
    if opened.note:
        console.warning(opened.note)
    written = export_model(opened, form, output)
    if form == "safetensors":
        written = (*written, *_described(place, output.parent, written))
    for path in written:
        console.out(str(path))


def _described(place: ModelPlace, folder: Path, files: Sequence[Path]) -> tuple[Path, ...]:
    """What makes a folder with weights a model to share: its card, and the seal by which damage is found."""
    from seqtui.commands.model_card import model_card

    names = [path.name for path in files]
    if place.kind == "run":
        try:
            card = model_card(open_folder(place.path), name=folder.resolve().name)
        except Usage as error:
            console.warning(f"no card.md: {error}")
        else:
            write_whole(folder / CARD, card.encode())
            names.append(CARD)
    return *(folder / name for name in names[len(files) :]), write_seal(folder, names)
