"""`seqtui sample MODEL`: new sequences from a trained model, drawn and written as a real file."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from seqtui.commands import console
from seqtui.commands.arguments import complete_model
from seqtui.errors import NotFound, Usage
from seqtui.runs.models import find_model


@click.command("sample")
@click.argument("model", shell_complete=complete_model)
@click.option("-n", "--number", type=click.IntRange(1, 10_000), default=1, show_default=True, help="How many samples.")
@click.option("--length", type=click.IntRange(1, 100_000), help="Length in the application's unit (music: bars).")
@click.option("--temperature", type=click.FloatRange(0, 100), default=1.0, show_default=True, help="0: the likeliest.")
@click.option("--top-k", type=click.IntRange(0), default=0, show_default=True, help="Keep the k likeliest; 0: all.")
@click.option("--top-p", type=click.FloatRange(0, 1, min_open=True), default=1.0, show_default=True, help="Nucleus.")
@click.option("--prime", metavar="FILE|TEXT", help="What to go on from.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Same seed, same bytes.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; more samples get numbers.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a sample on stdout.")
def command(
    model: str,
    number: int,
    length: int | None,
    temperature: float,
    top_k: int,
    top_p: float,
    prime: str | None,
    seed: int,
    output: Path | None,
    as_json: bool,
) -> None:
    """Make new sequences with MODEL: a run, or a pretrained model."""
    from seqtui.engine.asking import sample
    from seqtui.engine.generate import Taste
    from seqtui.engine.open_model import open_model

    opened = open_model(find_model(model), threads=1)
    if opened.note:
        console.warning(opened.note)
    task, encoding = opened.task, opened.meaning.encoding
    if task.samples_as is None:
        raise Usage(f"{task.name} does not sample; ask it with: seqtui predict {model} INPUT")
    check_output(output, task.sample_suffixes)
    taste = Taste(temperature, top_k, top_p)
    wanted = length or task.default_length
    made = [sample(opened, number=n, length=wanted, taste=taste, prime=prime, seed=seed) for n in range(number)]
    paths = task.export_samples([each.values for each in made], encoding, output) if output else ()
    for place, each in enumerate(made):
        facts: dict[str, Any] = {
            "sample": place,
            "path": str(paths[min(place, len(paths) - 1)]) if paths else None,
            "steps": len(each.values),
            "new_steps": each.new_steps,
            "seconds": round(each.seconds, 4),
            "seed": seed,
            "taste": asdict(taste),
            "model": opened.name,
        }
        if as_json:
            console.json_line(facts)
        else:
            console.out(task.show(each.values, encoding, width=min(console.width(), 160), height=40))
    if not as_json:
        steps, seconds = sum(each.new_steps for each in made), sum(each.seconds for each in made)
        console.say(
            f"{number} × {wanted} {task.length_unit} in {seconds:.2f} s, {steps / max(seconds, 1e-9):,.0f} steps/s"
        )
        for path in paths:
            console.say(f"wrote {path}")


def check_output(output: Path | None, suffixes: tuple[str, ...]) -> None:
    """Refuse, before any work, a file that cannot be written in the end."""
    if output is None:
        return
    if output.suffix.lower() not in suffixes:
        raise Usage(f"cannot write {output}: give a file that ends in {' or '.join(suffixes)}")
    if output.exists():
        raise Usage(f"{output} exists already: give another name, or remove it first")
    if not output.absolute().parent.is_dir():
        raise NotFound(f"there is no folder {output.absolute().parent} to write {output.name} into")
