"""The takes of this sitting: which is kept, how each was made."""

from collections.abc import Sequence
from typing import ClassVar, final

from textual.binding import Binding, BindingType
from textual.content import Content

from seqtui.text_safety import clean
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.pick_list import PickPanel, Picks, Row
from seqtui.tui.studio.takes import Take


@final
class TakeList(PickPanel):
    """One line a take, the newest first."""

    DEFAULT_CSS = "TakeList { height: 28%; min-height: 7; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick", "its settings", id="takes.settings", tooltip="Set the controls as for this take"),
    ]
    HELP = """
Every take with its seed and settings, so that anything can be had again. Space
keeps one; kept takes are exported together, and a change of the controls never
touches them. x discards. c holds one above the others, to compare.
"""

    _numbers: Sequence[str] = ()

    def put(self, takes: Sequence[Take], current: Take | None, beside: Take | None, unit: str, glyphs: Glyphs) -> None:
        """Show these; the cursor comes to the one that is looked at."""
        numbers = [str(take.number) for take in reversed(takes)]
        if current and not current.done and numbers == self._numbers:
            return  # a draft made anew is told of when it is whole: filling a list takes longer than a step
        self._numbers = numbers
        rows = [take_row(take, unit, glyphs, pinned=take is beside) for take in reversed(takes)]
        self.show(rows)
        picks = self.query_one(Picks)
        if current and str(current.number) in numbers and self.key != str(current.number):
            picks.highlighted = numbers.index(str(current.number))


def take_row(take: Take, unit: str, glyphs: Glyphs, *, pinned: bool) -> Row:
    """A take in a line."""
    recipe = take.recipe
    mark = glyphs.done if take.kept else glyphs.pointer if pinned else " "
    how = f"T {recipe.temperature:<5.2f}"
    chosen = [f"k {recipe.top_k}"] if recipe.top_k else []
    chosen += [f"p {recipe.top_p:.2f}"] if recipe.top_p < 1 else []
    chosen += [f"rep {recipe.penalty:.2f}"] if recipe.penalty > 1 else []
    chosen += [f"stop {clean(recipe.stop, limit=20)}"] if recipe.stop else []
    length = f"{recipe.length:,} {unit}"
    made = f"{take.seconds:.2f} s" if take.done else "…"
    origin = f"from {unit.removesuffix('s')} {recipe.kept + 1} of {recipe.base}" if recipe.base else ""
    origin = origin or (f"primer {clean(recipe.prime, limit=60)}" if recipe.prime else "")
    content = Content.assemble(
        Content.styled(f"{mark} ", "bold $success" if take.kept else "bold $accent"),
        Content.styled(f"{take.number:>3} ", "bold"),
        f"seed {recipe.seed:<2}  {how} {length:>10} ",  # what has it again comes first: a narrow list cuts the end
        Content.styled(f"{made:>7}  ", "$quiet"),
        Content.styled("  ".join([*chosen, glyphs.text(origin)]), "$foreground 70%"),
    )
    return Row(str(take.number), content, f"{take.number} seed {recipe.seed} {how} {origin}")


def take_title(take: Take, unit: str, glyphs: Glyphs, *, units: int, mark: int) -> Content:
    """A take as its panel's title names it. units: how long it is; mark: where the mark stands; 0: not told."""
    at = f" · mark at {unit.removesuffix('s')} {mark}" if mark else ""
    kept = f" {glyphs.done}" if take.kept else ""
    long = f" · {units} {unit}" if take.done else ""
    how = f"seed {take.recipe.seed} · T {take.recipe.temperature:g}{at}"
    return Content(glyphs.text(f"Take {take.number}{kept}{long} · {how}"))
