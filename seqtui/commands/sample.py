"""`seqtui sample MODEL`: new sequences from a trained model, drawn and written as a real file."""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from seqtui.commands import console
from seqtui.commands.arguments import complete_model
from seqtui.commands.finite import FiniteRange
from seqtui.errors import NotFound, Usage
from seqtui.runs.models import find_model
from seqtui.runs.taste import Taste, options_of, wished
from seqtui.shapes import NextPicture, NextToken, head_name, is_causal

if TYPE_CHECKING:
    from seqtui.engine.asking import Sample
    from seqtui.engine.open_model import OpenModel
    from seqtui.task import Task


OWN: Final = "the model's own, or {}"


@click.command("sample")
@click.argument("model", shell_complete=complete_model)
@click.option("-n", "--number", type=click.IntRange(1, 10_000), default=1, show_default=True, help="How many samples.")
@click.option("--length", type=click.IntRange(1, 100_000), help="Length in the application's unit (music: bars).")
@click.option("--temperature", type=FiniteRange(0, 100), show_default=OWN.format(1), help="0: the likeliest.")
@click.option("--top-k", type=click.IntRange(0), show_default=OWN.format(0), help="Keep the k likeliest; 0: all.")
@click.option("--top-p", type=FiniteRange(0, 1, min_open=True), show_default=OWN.format(1), help="Nucleus.")
@click.option(
    "--repetition-penalty",
    type=FiniteRange(1, 100),
    show_default=OWN.format(1),
    help="Makes symbols that were just written less likely; 1: no.",
)
@click.option("--stop", metavar="TEXT", help="End a sample where this was written.")
@click.option("--prime", metavar="FILE|TEXT", help="What to go on from.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Same seed, same bytes.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; more samples get numbers.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a sample on stdout.")
def command(
    model: str,
    number: int,
    length: int | None,
    temperature: float | None,
    top_k: int | None,
    top_p: float | None,
    repetition_penalty: float | None,
    stop: str | None,
    prime: str | None,
    seed: int,
    output: Path | None,
    as_json: bool,
) -> None:
    """Make new sequences with MODEL: a run, or a pretrained model."""
    opened = _open(model)
    task = opened.task
    taste = fitting_taste(opened, temperature, top_k, top_p, repetition_penalty)
    check_output(output, task.sample_suffixes)
    wanted = length or task.default_length
    made = _make(opened, number, wanted, taste=taste, prime=prime, seed=seed, stop=stop)
    encoding = task.primed(prime, opened.meaning.encoding)
    paths = task.export_samples([each.values for each in made], encoding, output) if output else ()
    if as_json:
        _print(opened, made, paths, taste=taste, seed=seed)
    else:
        _draw(task, made, encoding)
    if not as_json:
        steps, seconds = sum(each.new_steps for each in made), sum(each.seconds for each in made)
        speed = f"{steps / max(seconds, 1e-9):,.0f} steps/s"
        most = "up to " if stop else ""
        console.say(f"{number} × {most}{wanted} {task.length_unit} in {seconds:.2f} s, {speed}{_own(opened, taste)}")
        for path in map(str, paths):
            console.say(f"wrote {path}")


def fitting_taste(
    opened: "OpenModel", temperature: float | None, top_k: int | None, top_p: float | None, penalty: float | None
) -> Taste:
    """The model's own taste but for what is wished. Usage where the model makes nothing, or cannot choose so."""
    head = opened.meaning.head
    if not is_causal(head_name(head)):
        raise Usage(f"{opened.name} makes nothing by itself; ask it about an input: seqtui predict {opened.name} INPUT")
    taste = wished(
        opened.taste, temperature=temperature, top_k=top_k, top_p=top_p, repetition_penalty=penalty
    )  # fmt: skip
    if taste.repetition_penalty != 1 and not isinstance(head, NextToken):
        raise Usage(f"{opened.name} writes no tokens that could repeat: leave out --repetition-penalty")
    if (taste.top_k or taste.top_p != 1) and isinstance(head, NextPicture):
        raise Usage(f"{opened.name} makes pictures, of whose pixels none is left out: leave out --top-k and --top-p")
    return taste


def _own(opened: "OpenModel", taste: Taste) -> str:
    """What of the model's own taste it was sampled with."""
    words = options_of(taste) if taste == opened.taste else []
    return f", with its own {' '.join(words)}" if words else ""


def _print(opened: "OpenModel", made: "Sequence[Sample]", paths: Sequence[Path], *, taste: Taste, seed: int) -> None:
    """A JSON object a sample."""
    for place, each in enumerate(made):
        path = str(paths[min(place, len(paths) - 1)]) if paths else None
        facts = {"sample": place, "path": path, "steps": len(each.values), "new_steps": each.new_steps}
        asked = {"seconds": round(each.seconds, 4), "seed": seed, "taste": asdict(taste), "model": opened.name}
        console.json_line(facts | asked)


def _draw(task: "Task", made: "Sequence[Sample]", encoding: Mapping[str, Any]) -> None:
    """Every sample as the application shows it."""
    height = min(max(shutil.get_terminal_size().lines - 4, 12), 48)
    for each in made:
        console.out(task.show(each.values, encoding, width=min(console.width(), 160), height=height))


def _open(model: str) -> "OpenModel":
    from seqtui.engine.open_model import open_model

    opened = open_model(find_model(model), threads=1)  # a step of one sequence is faster on one thread than on two
    if opened.note:
        console.warning(opened.note)
    return opened


def _make(
    opened: "OpenModel", number: int, length: int, *, taste: Taste, prime: str | None, seed: int, stop: str | None
) -> "list[Sample]":
    from seqtui.engine import generate
    from seqtui.engine.asking import sample

    made = [
        sample(opened, number=n, length=length, taste=taste, prime=prime, seed=seed, stop=stop) for n in range(number)
    ]
    if any(each.new_steps >= generate.LONGEST for each in made):
        unit = opened.task.length_unit
        console.warning(f"a sample ends after {generate.LONGEST:,} steps, which may be short of {length:,} {unit}")
    return made


def check_output(output: Path | None, suffixes: tuple[str, ...]) -> None:
    """Refuse, before any work, a file that cannot be written in the end."""
    if output is None:
        return
    if not output.name.lower().endswith(suffixes):
        raise Usage(f"cannot write {output}: give a file that ends in {' or '.join(suffixes)}")
    if output.exists():
        raise Usage(f"{output} exists already: give another name, or remove it first")
    if not output.absolute().parent.is_dir():
        raise NotFound(f"there is no folder {output.absolute().parent} to write {output.name} into")
    if not os.access(output.absolute().parent, os.W_OK):
        raise Usage(f"the folder {output.absolute().parent} cannot be written to: give a file elsewhere")
