"""Runs as files for other programs: their results and their curves as CSV, an overlay of curves as SVG.

Names come from anywhere: in SVG they are escaped, in CSV no cell begins as a formula. Nothing is ever overwritten.
"""

import csv
import io
import math
import re
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from seqtui.errors import NotFound, RunFailed, Usage
from seqtui.runs.comparison import CURVES, LETTERS, Against, CurveName, Point, RunCurves
from seqtui.runs.notes import read_note
from seqtui.runs.summary import Summary
from seqtui.text_safety import clean

WIDTH: Final = 960
HEIGHT: Final = 540
_LEFT, _RIGHT, _TOP, _BOTTOM = 78, 40, 56, 52
_LEGEND_ROW: Final = 20
# Okabe and Ito (2008), without their yellow, which white paper swallows.
_COLORS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000")
_DASHES: Final = ("", "9 4", "2 3", "9 3 2 3")
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TABLE: Final = (
    "run", "name", "note", "status", "app", "backbone", "bidirectional", "layers", "hidden_size", "parameters", "seed",
    "best_loss", "best_step", "last_loss", "test_loss", "loss_unit", "step", "epoch", "seconds", "created",
)  # fmt: skip
_UNIT: Final = {"steps": "optimizer steps", "epochs": "epochs", "seconds": "seconds of training"}


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet. Usage where it is, NotFound where its folder is not, RunFailed otherwise."""
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            try:
                file.write(text)
            except OSError:
                path.unlink(missing_ok=True)
                raise
    except FileExistsError as error:
        raise Usage(f"{path} exists already; choose another name") from error
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound(f"there is no folder {path.parent}; make it, or choose another") from error
    except (OSError, ValueError) as error:
        raise RunFailed(f"cannot write {path}: {getattr(error, 'strerror', None) or error}") from error


def table_csv(runs: Iterable[Summary]) -> str:
    """A line a run: what it is and how good it became. Times are UTC; what is unknown is empty."""
    return _csv(_TABLE, (_table_row(run) for run in runs))


def curves_csv(runs: Iterable[RunCurves]) -> str:
    """A line a point of every curve: run, curve, step, epoch, seconds, value, low, high."""
    rows = (
        (run.id, name, f"{each.step:g}", f"{each.epoch:.6g}", f"{each.seconds:.6g}",
         *(repr(value) for value in (each.value, each.low, each.high)))
        for run in runs for name, points in run.curves.items() for each in points
    )  # fmt: skip
    return _csv(("run", "curve", "step", "epoch", "seconds", "value", "low", "high"), rows)


def smoothed(points: Sequence[Point], weight: float) -> list[tuple[Point, float]]:
    """Each point with its moving average s_t = w·s_{t-1} + (1 - w)·y_t, without the bias of its start."""
    found: list[tuple[Point, float]] = []
    total, left = 0.0, 1.0
    for point in points:
        if not math.isfinite(point.value):
            found.append((point, math.nan))
            continue
        total, left = weight * total + (1 - weight) * point.value, left * weight
        found.append((point, total / (1 - left)))
    return found


def svg(
    runs: Sequence[RunCurves],
    labels: Sequence[str],
    *,
    curve: CurveName,
    against: Against,
    log: bool = False,
    smoothing: float = 0.0,
) -> str:
    """One curve of every run on the same axes. labels: what the legend calls each run.

    What is not finite is a gap. Lines differ in color, dashes and a letter at their end.
    """
    lines = [
        [
            (each.at(against), value)
            for each, value in smoothed(run.curves[curve], smoothing)
            if not log or value > 0 or math.isnan(value)
        ]
        for run in runs
    ]
    height = HEIGHT + _LEGEND_ROW * (len(runs) + 1)
    known = [(x, y) for line in lines for x, y in line if math.isfinite(y)] or [(0.0, 1.0)]
    x_axis = _Axis(0.0, max(max(x for x, _ in known), 1e-9), _LEFT, WIDTH - _RIGHT)
    low, high = min(y for _, y in known), max(y for _, y in known)
    y_axis = _Axis(*_padded(low, high, log=log), HEIGHT - _BOTTOM, _TOP, log=log)
    units = {run.loss_unit for run in runs if run.loss_unit}
    unit = f" · {units.pop()}" if len(units) == 1 and curve != "gradient" else ""
    title = f"{CURVES[curve].capitalize()}{unit}{' · log' if log else ''}"
    title += f" · smoothed {smoothing:g}" if smoothing else ""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        ' font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#333">',
        f'<title>{_text(title)}</title><rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="{_LEFT}" y="30" font-size="17" font-weight="bold">{_text(title)}</text>',
        *_frame(x_axis, y_axis, _UNIT[against]),
    ]
    for place, (line, label) in enumerate(zip(lines, labels, strict=True)):
        parts += _series(place, line, label, x_axis, y_axis)
    return "\n".join([*parts, "</svg>", ""])


class _Axis:
    """Values low … high on pixels begin … end."""

    def __init__(self, low: float, high: float, begin: float, end: float, *, log: bool = False) -> None:
        self.low, self.high, self.begin, self.end, self.log = low, high, begin, end, log

    def at(self, value: float) -> float:
        """The pixel of a value."""
        low, high = (math.log10(self.low), math.log10(self.high)) if self.log else (self.low, self.high)
        value = math.log10(value) if self.log else value
        return self.begin + (value - low) / (high - low) * (self.end - self.begin)

    def ticks(self) -> list[float]:
        """Round values; powers of ten where a log axis spans some."""
        if self.log and self.high / self.low >= 100:
            powers = range(math.ceil(math.log10(self.low)), math.floor(math.log10(self.high)) + 1)
            return [10.0**power for power in powers if power % max(len(powers) // 8, 1) == 0]
        rough = (self.high - self.low) / 6
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [place * step for place in range(first, last + 1)]


def _padded(low: float, high: float, *, log: bool) -> tuple[float, float]:
    if log:
        return (low / 1.1, high * 1.1)
    pad = (high - low) * 0.05 or abs(high) * 0.1 or 1.0
    return low - pad, high + pad


def _frame(x_axis: _Axis, y_axis: _Axis, unit: str) -> list[str]:
    left, right, bottom, top = x_axis.begin, x_axis.end, y_axis.begin, y_axis.end
    parts = []
    for tick in y_axis.ticks():
        y = y_axis.at(tick)
        parts.append(f'<line x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="#e4e4e4"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:.6g}</text>')
    for tick in x_axis.ticks():
        x = x_axis.at(tick)
        parts.append(f'<line x1="{x:.1f}" y1="{bottom}" x2="{x:.1f}" y2="{bottom + 5}" stroke="#888"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 20}" text-anchor="middle">{tick:,.6g}</text>')
    parts.append(f'<path d="M{left} {top}V{bottom}H{right}" fill="none" stroke="#888"/>')
    parts.append(f'<text x="{(left + right) / 2}" y="{bottom + 40}" text-anchor="middle">{unit}</text>')
    return parts


def _series(place: int, line: Sequence[tuple[float, float]], label: str, x_axis: _Axis, y_axis: _Axis) -> list[str]:
    color, letter = _COLORS[place % len(_COLORS)], LETTERS[place % len(LETTERS)]
    dash = f' stroke-dasharray="{found}"' if (found := _DASHES[place % len(_DASHES)]) else ""
    stroke = f'fill="none" stroke="{color}" stroke-width="1.8" stroke-linejoin="round"{dash}'
    path, pen_is_up, end = "", True, None
    for x, y in line:
        if math.isfinite(y):
            end = (x_axis.at(x), y_axis.at(y))
            path += f"{'M' if pen_is_up else 'L'}{end[0]:.1f} {end[1]:.1f}"
        pen_is_up = not math.isfinite(y)
    legend = HEIGHT + _LEGEND_ROW * place + 16
    parts = [f'<path d="{path}" {stroke}/>'] if path else []
    if end:
        parts.append(
            f'<text x="{end[0] + 6:.1f}" y="{end[1] + 4:.1f}" fill="{color}" font-weight="bold">{letter}</text>'
        )
    parts.append(f'<path d="M{_LEFT} {legend}h40" {stroke}/>')
    return [*parts, f'<text x="{_LEFT + 50}" y="{legend + 4}">{_text(f"{letter}  {label}")}</text>']


def _text(text: str) -> str:
    """Text between tags: controls made visible, what XML cannot hold replaced, markup escaped."""
    return escape(_NOT_XML.sub("\ufffd", clean(text, limit=300)), {'"': "&quot;"})


def _csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return out.getvalue()


def _table_row(run: Summary) -> tuple[str, ...]:
    config = run.config
    losses = (run.best_loss, float(run.best_step), run.valid_loss, run.test_loss)
    best, best_step, last, test = ("" if math.isnan(value) else f"{value:.10g}" for value in losses)
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(run.created)) if run.created else ""
    own = [] if config is None else [config.app, config.backbone, str(config.bidirectional).lower()]
    own += [] if config is None else [str(config.layers), str(config.hidden_size)]
    return (
        _cell(run.id), _cell(config.name or "" if config else ""), _cell(read_note(run.folder).text), run.status,
        *(map(_cell, own) if own else [""] * 5), str(run.parameters), str(config.seed if config else ""),
        best, best_step, last, test, _cell(run.loss_unit), str(run.step), str(run.epoch), f"{run.seconds:.3f}", created,
    )  # fmt: skip


def _cell(text: str) -> str:
    """Somebody's text, which a spreadsheet must not take for a formula."""
    text = clean(text)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
