"""Gradient against time lag, for every layer and direction: how far back the loss can be heard."""

import math
from typing import Final, Literal, final

import numpy as np

from seqtui.runs.events import LagProfile, Lags
from seqtui.tui.charts.chart import Chart
from seqtui.tui.drawing.axes import Axis, Floats, settle
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.curves import LEFT, Figure, Line, draw_curves, plot_box
from seqtui.tui.drawing.grid import draw_grid, draw_legend, scale_of
from seqtui.tui.drawing.strokes import Pattern, rows_of

HEARD: Final = 0.01  # of the norm at lag 0: under it a step is not heard any more
_CURVES_FROM: Final = 6  # lines left over from which curves stand over the colored rows
_BESIDE: Final = 16
_BESIDE_FROM: Final = 36
_PATTERNS: Final[tuple[Pattern, ...]] = ("solid", "dashed", "dotted")
_MOST_CURVES: Final = 3
Words = Literal["below", "beside", "together"]
_EXPLODES: Final = 10.0


@final
class LagChart(Chart):
    """Takes the newest Lags."""

    HELP = (
        "‖∂L(T)/∂h(T-k)‖ for k = 0, 1, 2 …: what the loss at the last step says to the state k steps before it.\n"
        "Horizon: the first k under 1 % of k = 0; what lies before is hardly learned. Ratio: largest over k = 0.\n"
        "Good: a slow slope, with a horizon past the memory that the task needs. By the chain rule the norm is a\n"
        "product of k Jacobians ∂h(t)/∂h(t-1): under 1 it vanishes, over 1 it explodes, lstm and gru included.\n"
        "Bad: a cliff, 0 (exact zero: nothing arrives), × (not finite), a ratio over 10.\n"
        "Do: forget bias 1 … 3, gru or lstm for rnn, shorter sequences; clip what explodes."
    )
    EMPTY = "Gradient against time lag appears here with the first probe, at the first evaluation or before."

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lags: Lags | None = None
        self._axis: Axis | None = None
        self._curves = False

    def show(self, lags: Lags | None) -> None:
        """Draw this from now on; None: no probe yet."""
        if lags is self._lags or lags == self._lags:
            return
        self._lags = lags
        self.changed()

    def has_nothing(self) -> bool:
        return not (self._lags and any(profile.norms for profile in self._lags.profiles))

    def state_text(self) -> str:
        return f"log · probe at step {self._lags.step:,}" if self._lags else "log"

    def draw(self, canvas: Canvas) -> None:
        assert self._lags is not None
        profiles = [profile for profile in self._lags.profiles if profile.norms]
        longest = max(len(profile.norms) for profile in profiles)
        rows = len(profiles)
        # Words stand below each row; of two rows together, where only that leaves room for curves; else beside.
        words: Words = "below" if canvas.height >= 2 * rows else "beside"
        if rows == 2 and 2 * rows > canvas.height - _CURVES_FROM >= rows + 1:
            words = "together"
        left = canvas.height - (2 * rows if words == "below" else rows + (words == "together"))
        curves = (left - 1 if left > _CURVES_FROM else left) if left >= _CURVES_FROM else 0
        self._curves = curves > 0
        if curves:
            self._draw_curves(canvas, Box(0, 0, canvas.width, curves), profiles, longest)
        self._draw_rows(canvas, Box(0, curves, canvas.width, canvas.height - curves), profiles, longest, words)

    def _draw_curves(self, canvas: Canvas, box: Box, profiles: list[LagProfile], longest: int) -> None:
        """The profiles as lines over their logs; where there are many, those of the first and the last layers."""
        roles = canvas.look.roles
        styles = (roles.train, roles.validation, roles.third)
        chosen = _chosen(profiles)
        lags = np.arange(longest, dtype=np.float64)
        lines = [
            Line(_name(profile), lags[: len(profile.norms)], _norms(profile), style, pattern)
            for profile, style, pattern in zip(chosen, styles, _PATTERNS, strict=False)
        ]
        values = np.concatenate([line.y for line in lines])
        known = values[np.isfinite(values) & (values > 0)]
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.1, 1.0)
        first = float(lines[0].y[0])
        threshold = HEARD * first if math.isfinite(first) and first > 0 else None
        if threshold:
            low = min(low, threshold / 2)
        self._axis = settle(self._axis, max(low, 1e-30), high, log=True)
        x_axis = Axis(0.0, float(max(longest - 1, 1)))
        draw_curves(canvas, box, Figure(lines, x_axis, self._axis, threshold=threshold, newest=False))
        if threshold:
            plot = plot_box(box, newest=False)
            row = int(rows_of(np.array([threshold]), self._axis, plot.height)[0])
            if 0 <= row < plot.height:
                canvas.write(plot.x + plot.width - 5, plot.y + row, " 1 % ", roles.threshold)

    def _draw_rows(
        self, canvas: Canvas, box: Box, profiles: list[LagProfile], longest: int, words: Words
    ) -> None:  # fmt: skip
        """Each profile as colors over the lags, and what it says in words."""
        roles = canvas.look.roles
        table = np.full((len(profiles), longest), np.nan)
        for row, profile in enumerate(profiles):
            table[row, : len(profile.norms)] = profile.norms
        known = np.concatenate([_norms(profile) for profile in profiles])
        scale = scale_of(known, log=True, zeros=True)
        tall = 2 if words == "below" else 1
        beside = _BESIDE if words == "beside" and box.width >= _BESIDE_FROM else 0
        width = box.width - LEFT - beside
        for row, profile in enumerate(profiles):
            y = box.y + row * tall
            if row == box.height - 1 and row < len(profiles) - 1:
                canvas.write(box.x, y, f"… {len(profiles) - row} more", roles.axis, width=box.width)
                return
            self._draw_name(canvas, box.x, y, profile, profiles)
            own = table[row : row + 1, : len(profile.norms)]
            cells = max(width * len(profile.norms) // longest, 1)
            draw_grid(canvas, Box(box.x + LEFT, y, cells, 1), own, scale, pool="max")
            style = roles.label if _is_sound(profile) else roles.warning
            if words == "below":
                canvas.write(box.x + LEFT, y + 1, fit(words_of(profile), width), style)
            elif beside:
                back = "all" if profile.horizon is None else str(profile.horizon)
                canvas.write(
                    box.x + box.width - beside + 1, y, f"{back:>4} back ×{profile.exploding:<5.3g}"[:15], style
                )
        bottom = box.y + len(profiles) * tall
        if words == "together":
            style = roles.label if all(_is_sound(profile) for profile in profiles) else roles.warning
            said = " · ".join(f"{_name(profile)[-1]} {words_of(profile)}" for profile in profiles)
            canvas.write(box.x + LEFT, bottom, fit(said, box.width - LEFT), style)
            bottom += 1
        if bottom < box.y + box.height:
            draw_legend(canvas, box.x + LEFT, bottom, box.width, scale)

    def _draw_name(self, canvas: Canvas, x: int, y: int, profile: LagProfile, profiles: list[LagProfile]) -> None:
        """A row's name; where it is one of the curves, with a sample of that line."""
        roles, chosen = canvas.look.roles, _chosen(profiles)
        style = roles.label
        place = next((number for number, one in enumerate(chosen) if one is profile), None)
        if place is not None and self._curves:
            style = (roles.train, roles.validation, roles.third)[place]
            canvas.write(x, y, canvas.look.marks.samples[place], style)
        canvas.write(x + 2, y, fit(_name(profile), LEFT - 3), style)


def _chosen(profiles: list[LagProfile]) -> list[LagProfile]:
    return profiles if len(profiles) <= _MOST_CURVES else [*profiles[:2], profiles[-1]]


def words_of(profile: LagProfile) -> str:
    """What a profile says: horizon, exploding ratio, exact zeros, values that are not finite."""
    norms = _norms(profile)
    zeros, odd = int((norms == 0).sum()), int((~np.isfinite(norms)).sum())
    steps = "step" if profile.horizon == 1 else "steps"
    heard = f"hears {profile.horizon} {steps} back" if profile.horizon is not None else f"hears all {len(norms)} lags"
    if not math.isfinite(profile.exploding) or norms[0] == 0:
        heard = "no horizon: nothing at lag 0" if norms[0] == 0 else "no horizon: not finite"
    ratio = f"ratio {profile.exploding:.3g}" + (" explodes" if profile.exploding > _EXPLODES else "")
    parts = [heard, ratio, f"{zeros} exact zero" if zeros else "", f"{odd} not finite" if odd else ""]
    return " · ".join(part for part in parts if part)


def _is_sound(profile: LagProfile) -> bool:
    return math.isfinite(profile.exploding) and profile.exploding <= _EXPLODES


def _norms(profile: LagProfile) -> Floats:
    return np.array(profile.norms, np.float64)


def _name(profile: LagProfile) -> str:
    return f"l{profile.layer} {'←' if profile.direction == 'backward' else '→'}"
