"""The controls of sampling: sliders, what to go on from, and the command that makes the same again."""

import shlex
from dataclasses import replace
from typing import ClassVar, Final, final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from seqtui.text_safety import clean
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.studio.slider import Knob, Slider
from seqtui.tui.studio.takes import MOST_SEED, Recipe

LONGEST: Final = 100_000


def knobs(unit: str, length: int, size: int) -> tuple[Knob, ...]:
    """The sliders of a model with `size` outputs whose samples are measured in `unit`."""
    return (
        Knob("temperature", 0, 2, 0.05, 1, 100, words=((0, "likeliest"),),
             tooltip="How daring: below 1 keeps to the likely, above 1 strays; 0 always takes the likeliest"),
        Knob("top-k", 0, size, 1, 0, size, whole=True, words=((0, "all"),),
             tooltip="Only the k likeliest at every step"),
        Knob("top-p", 0.05, 1, 0.05, 1, 1, words=((1, "all"),),
             tooltip="Only the likeliest that together hold this share; of a frame's keys, those over 1 - p"),
        Knob(unit, 1, 4 * length, 1 if length < 50 else 10, length, LONGEST, whole=True, tooltip="How long"),
        Knob("seed", 0, MOST_SEED, 1, 0, MOST_SEED, whole=True, track=False,
             tooltip="The same seed and settings make the same sample"),
    )  # fmt: skip


@final
class PrimerRow(Widget, can_focus=True):
    """What to go on from; Enter asks for another."""

    DEFAULT_CSS = "PrimerRow { height: 1; } PrimerRow:focus { background: $panel; }"
    HELP = """
What the model goes on from: a file, or text. Left empty, the application
chooses an opening of its own, by the seed.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "change", "primer", id="primer.change", tooltip="Choose what to go on from"),
        Binding("delete", "clear", "no primer", id="primer.clear", show=False),
        Binding("up,k", "app.focus_previous", "up", id="primer.up", show=False),
        Binding("down,j", "app.focus_next", "down", id="primer.down", show=False),
    ]

    class Asked(Message):
        """Another is wanted."""

    class Cleared(Message):
        """None is wanted."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.text = ""
        self.tooltip = "A file or letters to go on from; Enter changes it"

    def show(self, text: str) -> None:
        """Name it."""
        self.text = text
        self.refresh()

    def render(self) -> Content:
        """Its name, the end of it where it is long."""
        room = max(self.content_size.width - 12, 4)
        name = clean(self.text) or "model's own"
        shown = name if len(name) <= room else f"…{name[1 - room :]}"
        label = Content.styled(f"{'primer':<12}", "$accent" if self.has_focus else "$foreground 80%")
        return Content.assemble(label, Content.styled(shown.rjust(room), "" if self.text else "$quiet"))

    def on_click(self, event: events.Click) -> None:
        """A click is Enter."""
        event.stop()
        self.action_change()

    def action_change(self) -> None:
        """Ask for another."""
        self.post_message(self.Asked())

    def action_clear(self) -> None:
        """Back to the model's own."""
        self.post_message(self.Cleared())


@final
class Controls(VerticalScroll, can_focus=False):
    """The recipe as sliders. Tells when it changes."""

    DEFAULT_CSS = """
    Controls { height: 1fr; }
    Controls > .gap { height: 1; }
    Controls > #recipe { margin-top: 1; height: 6; color: $quiet; }
    Controls.-short > .gap { display: none; }
    """
    HELP = """
How to sample. A change is heard at once: the newest take is made anew, unless
you keep it. The seed is always shown: the same seed and settings make the same
sample, to the byte, and so does the command below them.
"""

    class Changed(Message):
        """Another recipe is wanted."""

        def __init__(self, recipe: Recipe) -> None:
            super().__init__()
            self.recipe = recipe

    def __init__(self, model: str, kinds: tuple[Knob, ...], glyphs: Glyphs) -> None:
        super().__init__(id="controls", classes="panel")
        self.border_title = "Controls"
        self._model = model
        self._kinds = kinds
        self._glyphs = glyphs
        self.recipe = Recipe(int(kinds[3].start))

    def compose(self) -> ComposeResult:
        """Sliders, primer, the command."""
        for place, knob in enumerate(self._kinds):
            yield Slider(knob, self._glyphs, id=f"knob-{place}")
            yield Static(classes="gap")
        yield PrimerRow(id="primer")
        yield Static(id="recipe")

    def on_mount(self) -> None:
        """Show the command."""
        self._tell()

    def on_resize(self, event: events.Resize) -> None:
        """Without gaps where there is little room."""
        self.set_class(event.size.height < 18, "-short")

    def on_slider_moved(self, message: Slider.Moved) -> None:
        """Another value."""
        message.stop()
        values = [slider.value for slider in self.query(Slider)]
        self._change(replace(
            self.recipe, temperature=values[0], top_k=int(values[1]), top_p=values[2], length=int(values[3]),
            seed=int(values[4]),
        ))  # fmt: skip

    def show(self, recipe: Recipe) -> None:
        """Set everything to a recipe, without telling anybody."""
        self.recipe = recipe
        values = (recipe.temperature, recipe.top_k, recipe.top_p, recipe.length, recipe.seed)
        for slider, value in zip(self.query(Slider), values, strict=True):
            slider.set(value)
        self.query_one(PrimerRow).show(recipe.prime)
        self._tell()

    def prime(self, text: str) -> None:
        """Go on from something else."""
        self.query_one(PrimerRow).show(text)
        self._change(replace(self.recipe, prime=text, base=0, kept=0))

    def _change(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self._tell()
        self.post_message(self.Changed(recipe))

    def _tell(self) -> None:
        command = clean(command_of(self._model, self.recipe, self._kinds[3].name))
        self.query_one("#recipe", Static).update(Content(command), layout=False)


def command_of(model: str, recipe: Recipe, unit: str) -> str:
    """The command that makes the same take, or in words what it was made of."""
    if recipe.base:
        return f"{unit} 1 to {recipe.kept} of take {recipe.base}, and on from there with seed {recipe.seed}"
    words = ["seqtui", "sample", model, "--length", str(recipe.length), "--seed", str(recipe.seed)]
    for name, value, usual in (
        ("--temperature", recipe.temperature, 1),
        ("--top-k", recipe.top_k, 0),
        ("--top-p", recipe.top_p, 1),
    ):
        words += [name, f"{value:g}"] if value != usual else []
    words += ["--prime", recipe.prime] if recipe.prime else []
    return shlex.join(words)
