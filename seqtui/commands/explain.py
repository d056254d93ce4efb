"""`seqtui explain MODEL INPUT`: what in one record speaks for a class, drawn as a sequence logo, or as numbers."""

import io
import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import click
import numpy as np

from seqtui.commands import console
from seqtui.commands.arguments import complete_model
from seqtui.commands.explain_frames import draw_frames, is_of_frames
from seqtui.commands.finite import plain
from seqtui.commands.predict import on_disk, spool_of_stdin
from seqtui.commands.sample import check_output
from seqtui.data_sets.naming import resolve
from seqtui.errors import Usage
from seqtui.runs.models import find_model
from seqtui.shapes import NextToken
from seqtui.text_safety import clean

if TYPE_CHECKING:
    from seqtui.engine.explaining import Explanation
    from seqtui.engine.open_model import OpenModel

SUFFIXES = (".csv", ".json")
BASES: Final = tuple("ACGT")
NO_BREAK: Final = "\u00a0"
MOST_DRAWN: Final = 600  # steps
STRONGEST: Final = 8  # steps or substitutions that are named
MARKS: Final = (0.15, 0.5)  # shares of the strongest score from which on a word has one mark, and two


@click.command("explain")
@click.argument("model", shell_complete=complete_model)
@click.argument("given", metavar="INPUT|-")
@click.option("--record", metavar="NAME|NUMBER", help="Which record; numbers count from 1.  [default: the first]")
@click.option(
    "--method",
    type=click.Choice(["saliency", "mutagenesis"]),
    default="saliency",
    show_default=True,
    help="Gradient times input, or the change by every single substitution; of words, by leaving each out.",
)
@click.option("--class", "label", metavar="NAME", help="What class to explain.  [default: the predicted one]")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write: .csv or .json.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(
    model: str,
    given: str,
    record: str | None,
    method: Literal["saliency", "mutagenesis"],
    label: str | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Show what in a record of INPUT (a file; - is stdin) speaks for the class that MODEL gives it.

    Numbers are of the log-odds of the class, in nats: positive speaks for it, negative against it. With mutagenesis
    they are the change when one symbol is replaced by another; of words, when it is left out (the unknown word).

    A model of the next token tells instead how much each step surprised it: −log p of what came, and what it expected.
    """
    from seqtui.engine.explaining import explain
    from seqtui.engine.open_model import open_model

    check_output(output, SUFFIXES)
    opened = open_model(find_model(model))
    with spool_of_stdin() as spool:
        data = on_disk(resolve(opened.task.name, given), spool, opened.task.sample_suffixes)
        if isinstance(opened.meaning.head, NextToken):
            if label is not None or method != "saliency":
                raise Usage(f"{opened.name} predicts the next step and no class: leave out --class and --method")
            _explain_text(opened, data, record, output, as_json=as_json)
            return
        made, notes = explain(
            opened, data, record=record, label=label, method=method, progress=lambda _what, _done, _total: None
        )
    for note in filter(None, [opened.note, *notes]):
        console.warning(note)
    if as_json:
        console.json_line(_facts(opened.name, made, method))
    else:
        console.out("\n".join([*_heading(made, method), *_drawing(made)]))
    if output is not None:
        _write(_facts(opened.name, made, method), made, output)
        console.say(f"wrote {output}")


def _explain_text(
    opened: "OpenModel", data: str, record: str | None, output: Path | None, *, as_json: bool
) -> None:  # fmt: skip
    """Of a model of the next token there are no classes to explain, but what it did not expect."""
    from seqtui.commands.explain_surprise import tell
    from seqtui.engine.surprise import read_surprised

    read, notes = read_surprised(opened, data, record, progress=lambda _what, _done, _total: None)
    for note in filter(None, [opened.note, *notes]):
        console.warning(note)
    tell(opened.name, read, output, as_json=as_json)


def _facts(model: str, made: "Explanation", method: str) -> dict[str, Any]:
    chances = [plain(chance) for chance in made.chances]
    return {
        "model": model,
        "record": made.record,
        "method": method,
        "class": made.label,
        "predicted": made.predicted,
        "probabilities": dict(zip(made.classes, chances, strict=True)),
        "truth": made.truth or None,
        "positions": list(_positions(made)),
    }


def _positions(made: "Explanation") -> Iterator[dict[str, Any]]:
    """One object a step: position (from 1), symbol, and its score or its change by each letter."""
    for position, (symbol, numbers) in enumerate(zip(made.symbols, made.numbers.tolist(), strict=True), 1):
        told = (
            {"changes": dict(zip(made.letters, map(plain, numbers), strict=True))}
            if made.letters
            else {"score": plain(numbers)}
        )
        yield {"position": position, "symbol": symbol} | told


def _write(facts: dict[str, Any], made: "Explanation", output: Path) -> None:
    from seqtui.readers.prediction_files import write_whole_text

    is_table = output.suffix.lower() == ".csv"
    write_whole_text(output, [_as_csv(made) if is_table else json.dumps(facts, indent=1) + "\n"])


def _as_csv(made: "Explanation") -> str:
    import csv

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["position", "symbol", *(made.letters or ["score"])])
    for position, (symbol, numbers) in enumerate(zip(made.symbols, np.atleast_2d(made.numbers.T).T, strict=True), 1):
        writer.writerow([position, symbol, *(f"{number:.9g}" for number in numbers)])
    return buffer.getvalue()


def _heading(made: "Explanation", method: str) -> list[str]:
    chance = made.chances[made.classes.index(made.label)]
    others = f" (predicted: {made.predicted})" if made.label != made.predicted else ""
    truth = f", truth: {made.truth}" if made.truth else ""
    what = "gradient times input" if method == "saliency" else "change by substitution"
    if made.is_of_words and made.letters:
        what = "change by leaving a word out"
    return [f"{made.record}: p {chance:.4f} of {made.label}{others}{truth}", f"{what}, nats of its log-odds", ""]


def _drawing(made: "Explanation") -> list[str]:
    """The record, or where it is long the stretch in which most is, in letters; and the strongest numbers by name."""
    from seqtui.readers.dna.sequence_logo import draw_mutagenesis, draw_saliency

    if is_of_frames(made):
        return draw_frames(made)
    if made.is_of_words:
        return [*_marked_words(made), "", *_strongest(made)]
    if made.letters not in ((), BASES) or any(len(symbol) != 1 for symbol in made.symbols):
        return _strongest(made)
    begin, end = _strongest_stretch(made)
    letters, numbers = "".join(made.symbols[begin:end]), made.numbers[begin:end]
    draw = draw_mutagenesis if made.letters else draw_saliency
    lines = [draw(letters, numbers, width=console.width()), ""]
    if end - begin < len(made.symbols):
        lines.append(f"drawn is where most is: position {begin + 1:,}, here 1, to {end:,} of {len(made.symbols):,}")
    return [*lines, *_strongest(made)]


def _marked_words(made: "Explanation") -> list[str]:
    """The words in lines; behind those that matter + where they speak for the class, and - where against it."""
    speaks = made.speaks()
    top = float(np.abs(speaks[np.isfinite(speaks)]).max(initial=0)) or 1.0
    begin, end = _strongest_stretch(made)
    words = []
    for symbol, score in zip(made.symbols[begin:end], (speaks[begin:end] / top).tolist(), strict=True):
        strength = sum(abs(score) > least for least in MARKS)
        words.append(clean(symbol).replace(" ", NO_BREAK) + ("+" if score > 0 else "-") * strength)
    lines = textwrap.wrap(" ".join(words), console.width(), break_on_hyphens=False)
    legend = [f"+ behind what speaks for {clean(made.label)}, - behind what speaks against it; twice: strongly"]
    if end - begin < len(made.symbols):
        legend.append(f"written is where most is: word {begin + 1:,} to {end:,} of {len(made.symbols):,}")
    return [*(line.replace(NO_BREAK, " ") for line in lines), *legend]


def _strongest_stretch(made: "Explanation") -> tuple[int, int]:
    size = np.abs(made.numbers).reshape(len(made.symbols), -1).max(1)  # (steps,)
    if len(size) <= MOST_DRAWN:
        return 0, len(size)
    sums = np.concatenate([[0.0], np.cumsum(np.nan_to_num(size))])
    # By tens, so that the last digits under the drawing are those of the record.
    begin = 10 * int((sums[MOST_DRAWN:] - sums[:-MOST_DRAWN])[::10].argmax())
    return begin, begin + MOST_DRAWN


def _strongest(made: "Explanation") -> list[str]:
    """T31 is the T at position 31 and, as geneticists write it, T31C a C in its place; words stand before theirs."""
    order = np.argsort(-np.abs(made.numbers), axis=None, kind="stable")[:STRONGEST]
    named = []
    if made.is_of_words:
        numbers = made.numbers.reshape(-1)
        named = [f"{clean(made.symbols[at], limit=40)}{NO_BREAK}({at + 1}){NO_BREAK}{numbers[at]:+.3g}" for at in order]
        order = order[:0]
    for step, *letter in zip(*np.unravel_index(order, made.numbers.shape), strict=True):
        news = "".join(made.letters[each] for each in letter)
        named.append(f"{made.symbols[step]}{step + 1}{news}{NO_BREAK}{made.numbers[(step, *letter)]:+.3g}")
    lines = textwrap.wrap(f"strongest: {', '.join(named)}", console.width(), break_on_hyphens=False)
    return [line.replace(NO_BREAK, " ") for line in lines]
