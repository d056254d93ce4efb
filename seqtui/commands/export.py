"""`seqtui export MODEL --format onnx -o FILE`: a model for other programs."""

from collections.abc import Sequence
from pathlib import Path

import click

from seqtui.commands import console
from seqtui.commands.arguments import complete_model
from seqtui.commands.finite import FiniteRange
from seqtui.commands.sample import check_output, fitting_taste
from seqtui.errors import Usage
from seqtui.runs.durable import write_json, write_whole
from seqtui.runs.folder import open_folder
from seqtui.runs.model_seal import write_seal
from seqtui.runs.models import CARD, EXPORT_FORMATS, FACTS, ModelPlace, find_model
from seqtui.runs.taste import Taste


@click.command("export")
@click.argument("model", shell_complete=complete_model)
@click.option("--format", "form", type=click.Choice(list(EXPORT_FORMATS)), required=True, help="What to write.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="File to write.")
@click.option("--half", is_flag=True, help="Store safetensors as 16-bit numbers: half the size.")
@click.option("--temperature", type=FiniteRange(0, 100), help="Have it sampled so where nobody says otherwise.")
@click.option("--top-p", type=FiniteRange(0, 1, min_open=True), help="Have it sampled so where nobody says otherwise.")
def command(model: str, form: str, output: Path, half: bool, temperature: float | None, top_p: float | None) -> None:
    """Write MODEL (a run, or a pretrained model) for other programs; ONNX is checked against it first."""
    from seqtui.engine.export_model import export_model
    from seqtui.engine.open_model import open_model

    check_output(output, (EXPORT_FORMATS[form],))
    if half and form != "safetensors":
        raise Usage(f"{form} files hold the model as it computes, in 32 bits: leave out --half")
    is_wished = (temperature, top_p) != (None, None)
    if is_wished and form != "safetensors":
        raise Usage(f"{form} files do not say how to sample: leave out --temperature and --top-p")
    place = find_model(model)
    opened = open_model(place, threads=1)
    if opened.note:
        console.warning(opened.note)
    taste = fitting_taste(opened, temperature, None, top_p, None) if is_wished else opened.taste
    written = export_model(opened, form, output, is_half=half, taste=taste)
    if form == "safetensors":
        written = (*written, *_described(place, output.parent, written, is_half=half, taste=taste))
    for path in written:
        console.out(str(path))


def _described(
    place: ModelPlace, folder: Path, files: Sequence[Path], *, is_half: bool, taste: Taste
) -> tuple[Path, ...]:
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
            write_whole(folder / CARD, model_card(run, name=name, is_half=is_half, taste=taste).encode())
            write_json(folder / FACTS, model_facts(run, name=name, is_half=is_half, taste=taste))
            names += [CARD, FACTS]
    return *(folder / name for name in names[len(files) :]), write_seal(folder, names)
