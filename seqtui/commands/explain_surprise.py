"""What `seqtui explain` tells of a model of the next token: how much each step of a text surprised it."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from seqtui.commands import console
from seqtui.commands.finite import plain
from seqtui.text_safety import clean

if TYPE_CHECKING:
    from seqtui.engine.surprise import ReadText

BARS: Final = " ▁▂▃▄▅▆▇█"
PLAIN_BARS: Final = " .:-=+*#@"
FULL: Final = 8.0  # nats of a full bar
MOST_DRAWN: Final = 2_000  # steps
STRONGEST: Final = 10  # steps that are named


def tell(model: str, read: "ReadText", output: Path | None, *, as_json: bool) -> None:
    """On stdout, drawn or as JSON; and as a file."""
    facts = _facts(model, read)
    if as_json:
        console.json_line(facts)
    else:
        console.out("\n".join([*_heading(read), *_drawing(read), *_strongest(read)]))
    if output is not None:
        from seqtui.readers.prediction_files import write_whole_text

        is_table = output.suffix.lower() == ".csv"
        write_whole_text(output, [_as_csv(facts) if is_table else json.dumps(facts, indent=1) + "\n"])
        console.say(f"wrote {output}")


def _facts(model: str, read: "ReadText") -> dict[str, Any]:
    nats = read.found.nats
    return {
        "model": model,
        "record": read.record,
        "method": "surprise",
        "steps": len(nats),
        "nats": plain(float(nats.mean())),
        "positions": list(_positions(read)),
    }


def _positions(read: "ReadText") -> Iterator[dict[str, Any]]:
    """One object a step: position (from 1; of the first nothing was expected), symbol, −log p, and the likeliest."""
    yield {"position": 1, "symbol": read.symbols[0], "nats": None, "expected": []}
    rows = zip(read.symbols[1:], read.found.nats, read.found.expected, read.found.chances, strict=True)
    for position, (symbol, nats, expected, chances) in enumerate(rows, 2):
        said = [{"symbol": read.names[each], "p": plain(float(p))} for each, p in zip(expected, chances, strict=True)]
        yield {"position": position, "symbol": symbol, "nats": plain(float(nats)), "expected": said}


def _as_csv(facts: dict[str, Any]) -> str:
    import csv

    from seqtui.readers.prediction_files import spreadsheet_safe

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["position", "symbol", "nats", "expected", "p"])
    for row in facts["positions"]:
        first = row["expected"][0] if row["expected"] else {"symbol": "", "p": ""}
        nats = "" if row["nats"] is None else row["nats"]
        writer.writerow(
            [row["position"], spreadsheet_safe(row["symbol"]), nats, spreadsheet_safe(first["symbol"]), first["p"]]
        )
    return buffer.getvalue()


def _heading(read: "ReadText") -> list[str]:
    mean = float(read.found.nats.mean())
    return [
        f"{read.record}: {mean:.3f} nats a step, {mean / np.log(2):.3f} bits; bars are −log p, full at {FULL:g} nats",
        "",
    ]


def _drawing(read: "ReadText") -> list[str]:
    """The text, and under each line of it a line of bars, as high as each symbol is surprising."""
    bars = PLAIN_BARS if console.is_plain(sys.stdout) else BARS
    heights = np.clip(np.ceil(read.found.nats / FULL * (len(bars) - 1)), 0, len(bars) - 1).astype(int)
    marks = " " + "".join(bars[height] for height in heights)
    words = any(len(symbol) > 1 for symbol in read.symbols)
    lines, above, below = [], "", ""
    for symbol, mark in list(zip(read.symbols, marks, strict=True))[:MOST_DRAWN]:
        text = clean(symbol) + (" " if words else "")
        if len(above) + len(text) > console.width():
            lines += [above, below.rstrip()]
            above, below = "", ""
        above += text
        below += (mark * len(clean(symbol))).ljust(len(text))
    lines += [above, below.rstrip(), ""]
    if len(read.symbols) > MOST_DRAWN:
        lines.append(f"… and {len(read.symbols) - MOST_DRAWN:,} more steps: -o FILE or --json has them all")
    return lines


def _strongest(read: "ReadText") -> list[str]:
    order = np.argsort(-read.found.nats, kind="stable")[:STRONGEST]
    rows = [
        [
            f"{step + 2:,}",
            clean("".join(read.symbols[max(step - 11, 0) : step + 1])[-24:]),
            clean(read.symbols[step + 1]),
            f"{read.found.nats[step]:.2f}",
            clean(read.names[read.found.expected[step, 0]]),
            f"{read.found.chances[step, 0]:.2f}",
        ]
        for step in order.tolist()
    ]
    heading = ["position", "after", "came", "nats", "expected", "p"]
    return [console.table(heading, rows, right=frozenset({0, 3, 5}))]
