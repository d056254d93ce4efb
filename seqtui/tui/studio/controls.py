"""The controls of sampling: sliders, what to go on from, and the command that makes the same again."""

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Final, final

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from seqtui.runs.taste import Taste, options_of
from seqtui.text_safety import clean
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.studio.naming import primer_fault, text_fault
from seqtui.tui.studio.path_prompt import PathPrompt
from seqtui.tui.studio.slider import Knob, Slider
from seqtui.tui.studio.takes import MOST_SEED, Recipe
from seqtui.tui.studio.text_row import TextRow

if TYPE_CHECKING:
    from seqtui.task import Task

LONGEST: Final = 100_000
TEMPERATURE, TOP_K, TOP_P, PENALTY, SEED = "temperature", "top-k", "top-p", "repetition", "seed"


def is_read(task: "Task") -> bool:
    """Whether what it makes is a text, and not a picture."""
    return ".txt" in task.sample_suffixes


def knobs(unit: str, length: int, size: int, taste: Taste, *, symbols: bool) -> tuple[Knob, ...]:
    """The sliders of a model with `size` outputs whose samples are measured in `unit`. symbols: it writes some.
    size 0: it makes pictures, of which nothing is left out. taste: where they stand at first.
    """
    penalty = Knob(
        PENALTY, 1, 2, 0.05, taste.repetition_penalty, 100, words=((1, "no"),),
        tooltip="Makes the last 64 symbols less likely: logits over 0 are divided by it, others multiplied",
    )  # fmt: skip
    choosing = (
        Knob(TOP_K, 0, size, 1, taste.top_k, size, whole=True, words=((0, "all"),),
             tooltip="Only the k likeliest at every step"),
        Knob(TOP_P, 0.05, 1, 0.05, taste.top_p, 1, words=((1, "all"),),
             tooltip="Only the likeliest that together hold this share; of a frame's keys, those over 1 - p"),
    )  # fmt: skip
    return (
        Knob(TEMPERATURE, 0, 2, 0.05, taste.temperature, 100, words=((0, "greedy"),),
             tooltip="How daring: below 1 keeps to the likely, above 1 strays; 0 always takes the likeliest"),
        *(choosing if size else ()),
        *((penalty,) if symbols else ()),
        Knob(unit, 1, 4 * length, 1 if length < 50 else 10, length, LONGEST, whole=True, tooltip="How long"),
        Knob(SEED, 0, MOST_SEED, 1, 0, MOST_SEED, whole=True, track=False,
             tooltip="The same seed and settings make the same sample"),
    )  # fmt: skip


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

    def __init__(self, model: str, kinds: tuple[Knob, ...], task: "Task", glyphs: Glyphs, taste: Taste) -> None:
        super().__init__(id="controls", classes="panel")
        self.border_title = "Controls"
        self._model = model
        self._kinds = kinds
        self._glyphs = glyphs
        self._command = ""
        self._application, self._unit = task, task.length_unit
        self._own = taste
        length = next(int(knob.start) for knob in kinds if knob.name == self._unit)
        self.recipe = Recipe(length, taste.temperature, taste.top_k, taste.top_p, penalty=taste.repetition_penalty)

    def compose(self) -> ComposeResult:
        """Sliders, primer, the command."""
        for place, knob in enumerate(self._kinds):
            yield Slider(knob, self._glyphs, id=f"knob-{place}")
            yield Static(classes="gap")
        yield TextRow(
            "primer", "model's own", id="primer", tooltip="A file or text to go on from; Enter changes it"
        )  # fmt: skip
        if self._has_symbols:
            yield TextRow("stop at", "no text", id="stop", tooltip="A text that ends a take; Enter changes it")
        yield Static(id="recipe")

    def on_mount(self) -> None:
        """Show the command."""
        self._tell()

    @property
    def _has_symbols(self) -> bool:
        return any(knob.name == PENALTY for knob in self._kinds)

    def on_resize(self, event: events.Resize) -> None:
        """Without gaps where there is little room."""
        self.set_class(event.size.height < 2 * len(self._kinds) + 8 + 4 * self._has_symbols, "-short")

    def on_slider_moved(self, message: Slider.Moved) -> None:
        """Another value."""
        message.stop()
        values = {slider.knob.name: slider.value for slider in self.query(Slider)}
        self._change(replace(
            self.recipe, temperature=values[TEMPERATURE], top_k=int(values.get(TOP_K, 0)), top_p=values.get(TOP_P, 1.0),
            length=int(values[self._unit]), seed=int(values[SEED]), penalty=values.get(PENALTY, 1.0),
        ))  # fmt: skip

    def on_text_row_asked(self, message: TextRow.Asked) -> None:
        """Ask what to go on from, or what to stop at."""
        message.stop()
        text = self.query_one(f"#{message.row}", TextRow).text
        if message.row == "stop":
            note = "a take ends where this was written; \\n is the end of a line; empty: by its length alone"
            prompt = PathPrompt("Stop at", note, text, fault=lambda _text: "", verbatim=True)
        else:
            note = f"a file ({' or '.join(self._application.sample_suffixes)}) or text; empty: the model's own opening"
            reads = is_read(self._application)
            fault = text_fault if reads else primer_fault
            prompt = PathPrompt("Go on from", note, text, fault=fault, verbatim=reads)
        self.app.push_screen(prompt, lambda said: self._put(message.row, said) if said is not None else None)

    def on_text_row_cleared(self, message: TextRow.Cleared) -> None:
        """The model's own opening again, or no text to stop at."""
        message.stop()
        self._put(message.row, "")

    def show(self, recipe: Recipe) -> None:
        """Set everything to a recipe, without telling anybody."""
        self.recipe = recipe
        values = {
            TEMPERATURE: recipe.temperature, TOP_K: recipe.top_k, TOP_P: recipe.top_p, self._unit: recipe.length,
            SEED: recipe.seed, PENALTY: recipe.penalty,
        }  # fmt: skip
        for slider in self.query(Slider):
            slider.set(values[slider.knob.name])
        self._show_texts(recipe)
        self._tell()

    def _put(self, row: str, text: str) -> None:
        if row == "stop":
            self._change(replace(self.recipe, stop=text))
        else:
            self._change(replace(self.recipe, prime=text, base=0, kept=0))

    def _show_texts(self, recipe: Recipe) -> None:
        for row in self.query(TextRow):
            row.show(recipe.prime if row.id == "primer" else recipe.stop)

    def _change(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self._show_texts(recipe)
        self._tell()
        self.post_message(self.Changed(recipe))

    def _tell(self) -> None:
        command = clean(command_of(self._model, self.recipe, self._unit, self._own))
        if command != self._command:
            self._command = command
            self.query_one("#recipe", Static).update(Content(command), layout=False)


def command_of(model: str, recipe: Recipe, unit: str, own: Taste) -> str:
    """The command that makes the same take, or in words what it was made of. own: the model's taste."""
    if recipe.base:
        return f"{unit} 1 to {recipe.kept} of take {recipe.base}, and on from there with seed {recipe.seed}"
    words = ["seqtui", "sample", model, "--length", str(recipe.length), "--seed", str(recipe.seed)]
    words += options_of(Taste(recipe.temperature, recipe.top_k, recipe.top_p, recipe.penalty), usual=own)
    words += ["--stop", recipe.stop] if recipe.stop else []
    words += ["--prime", recipe.prime] if recipe.prime else []
    return shlex.join(words)
