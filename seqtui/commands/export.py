"""`seqtui export MODEL --format onnx -o FILE`: a model for other programs."""

from collections.abc import Sequence
from pathlib import Path

import click

from seqtui.commands import console
from seqtui.commands.arguments import complete_model
from seqtui.commands.finite import FiniteRange
from seqtui.commands.sample import check_output
from seqtui.errors import Usage
from seqtui.runs.durable import write_json, write_whole
from seqtui.runs.folder import open_folder
from seqtui.runs.model_seal import write_seal
from seqtui.runs.models import CARD, EXPORT_FORMATS, FACTS, ModelPlace, find_model


@click.command("export")
@click.argument("model", shell_complete=complete_model)
@click.option("--format", "form", type=click.Choice(list(EXPORT_FORMATS)), required=True, help="What to write.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="File to write.")
@click.option("--half", is_flag=True, help="Store safetensors as 16-bit numbers: half the size.")
def command(model: str, form: str, output: Path, half: bool) -> None:
    """Write MODEL (a run, or a pretrained model) for other programs; ONNX is checked against it first."""
    from seqtui.engine.export_model import export_model
    from seqtui.engine.open_model import open_model

    check_output(output, (EXPORT_FORMATS[form],))
    if half and form != "safetensors":
        raise Usage(f"{form} files hold the model as it computes, in 32 bits: leave out --half")
    place = find_model(model)
    opened = open_model(place, threads=1)
    if opened.note:
        console.warning(opened.note)
    written = export_model(opened, form, output, is_half=half)
    if form == "safetensors":
        written = (*written, *_described(place, output.parent, written, is_half=half))
    for path in written:
        console.out(str(path))


def _described(place: ModelPlace, folder: Path, files: Sequence[Path], *, is_half: bool) -> tuple[Path, ...]:
    """What makes a folder with weights a model to share: its card, and the seal by which damage is found."""
    from seqtui.commands.model_card import model_card
    from seqtui.commands.model_facts import model_facts, trained_run

    names = [path.name for path in files]
    if place.kind == "run":
        try:
            run = trained_run(open_folder(place.path))
        except Usage as error:
            console.warning(f"no {CARD}: {error}")
        else:
            name = folder.resolve().name
            write_whole(folder / CARD, model_card(run, name=name, is_half=is_half).encode())
            write_json(folder / FACTS, model_facts(run, name=name, is_half=is_half))
            names += [CARD, FACTS]
    return *(folder / name for name in names[len(files) :]), write_seal(folder, names)
