"""Seals pretrained/ and writes what is made from its cards: python docs/make_pretrained.py

pretrained/sha256.json over every file, pretrained/LICENSES.md, and the table in docs/pretrained.md.
tests/shipped/test_shelf.py fails where they and the models disagree.
"""

import json
from pathlib import Path
from typing import Any, Final

from seqtui.catalog import load
from seqtui.runs.model_seal import write_shelf_seal
from seqtui.runs.models import FACTS, WEIGHTS
from seqtui.runs.report import duration

SHELF: Final = Path(__file__).parents[1] / "pretrained"
PAGE: Final = Path(__file__).with_name("pretrained.md")
LICENSES: Final = SHELF / "LICENSES.md"
BEGIN, END = "<!-- made by docs/make_pretrained.py -->", "<!-- to here -->"
OPENING: Final = """\
# Licenses of the models

Made by `python docs/make_pretrained.py` from the cards; do not edit. seqtui itself is under the MIT license. Each model
here, its weights, vocabulary and configuration, was made from one set of data and is given on under the license of that
set; where data ask for nothing, under MIT as seqtui.

"""


def cards() -> list[dict[str, Any]]:
    """What the cards say, by application and name."""
    found = [json.loads(path.read_text()) for path in SHELF.glob(f"*/{FACTS}")]
    return sorted(found, key=lambda card: (card["application"], card["name"]))


def licenses() -> str:
    """The page of licenses."""
    return OPENING + "\n".join(_license(card) for card in cards())


def table() -> str:
    """A row a model: what it does, how well, beside the best of the predictors that learn no sequence."""
    rows = ["| model | application | trained on | scores | best baseline | made in | size |"]
    rows += ["|---|---|---|---|---|---|---|"]
    return "\n".join([*rows, *map(_row, cards())])


def page(text: str) -> str:
    """docs/pretrained.md with the table as the cards have it."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{rest.partition(END)[2]}"


def _license(card: dict[str, Any]) -> str:
    where = f" ({card['license_address']})" if card["license_address"] else ""
    alike = (
        " Share-alike: what you make of the model and give on stays under this license."
        if "-SA-" in card["license"]
        else ""
    )
    source = f" {card['citation']}. {card['source']}" if card["citation"] else ""
    return f"- **{card['name']}**: {card['license']}{where}. {card['data']}.{source}{alike}\n"


def _row(card: dict[str, Any]) -> str:
    name, size = card["name"], (SHELF / card["name"] / WEIGHTS).stat().st_size / 1e6
    own = _scores(card["loss"], card["metrics"], card)
    baseline, other = _best(card)
    best = f"{baseline}: {_scores(other['loss'], other['metrics'], card)}" if baseline else ""
    made = f"{duration(card['seconds'])}, {card['parameters']:,} parameters"
    shown = f"[{name}](../pretrained/{name}/card.md)"
    return f"| {shown} | {load(card['application']).title} | {card['data']}, {card['license']} | {own} on {card['split']} | {best} | {made} | {size:.1f} MB |"  # noqa: E501


def _scores(loss: float | None, metrics: dict[str, float], card: dict[str, Any]) -> str:
    shown = [f"{loss:.4g} {card['loss_unit']}"] if loss is not None else []
    first = next(iter(card["metrics"]), None)
    if first is not None and first in metrics and first != "bits":
        shown.insert(0, f"{first} {metrics[first]:.4g}")
    return ", ".join(shown)


def _best(card: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The baseline with the lowest loss, or with the best first metric where none has a loss."""
    with_loss = {name: each for name, each in card["baselines"].items() if each["loss"] is not None}
    if with_loss:
        name = min(with_loss, key=lambda each: with_loss[each]["loss"])
        return name, with_loss[name]
    first = next(iter(card["metrics"]), "")
    others = card["baselines"]
    name = max(others, key=lambda each: others[each]["metrics"].get(first, 0.0), default="")
    return name, others.get(name, {})


if __name__ == "__main__":
    write_shelf_seal(SHELF)
    LICENSES.write_text(licenses())
    PAGE.write_text(page(PAGE.read_text()))
