"""The desk of a model that makes sequences: controls at the left, the take large at the right, the takes below it."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from seqtui.runs.studio_model import ModelFacts
from seqtui.runs.studio_words import Answer, Began, Dropped, Grew, Made, Refused, WriteSamples, Wrote
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.pick_list import PickPanel
from seqtui.tui.studio.controls import Controls, knobs
from seqtui.tui.studio.desk import Desk
from seqtui.tui.studio.export_prompt import export_prompt
from seqtui.tui.studio.sound import Player
from seqtui.tui.studio.take_list import TakeList
from seqtui.tui.studio.take_pane import TakePane
from seqtui.tui.studio.takes import Recipe, Take, TakeBook, with_seed
from seqtui.tui.studio.text_view import TextView

if TYPE_CHECKING:
    from seqtui.task import Task, Values

PLAYABLE: Final = ".mid"
ACTIONS: Final = ("another", "keep", "again", "play", "export", "discard", "compare")


@final
class TakesDesk(Desk):
    """Samples. A change of the controls makes the newest take anew."""

    DEFAULT_CSS = """
    TakesDesk { height: 1fr; }
    TakesDesk #controls { width: 36; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "another", "another", id="studio.another", tooltip="A new take with the next seed"),
        Binding("w", "ask('write')", "write together", id="studio.write", tooltip="Go on from here, symbol by symbol"),
        Binding("v", "ask('surprise')", "surprise", id="studio.surprise", tooltip="Color symbols by −log p, or not"),
        Binding("space", "keep", "keep", id="studio.keep", tooltip="Keep this take, or no longer"),
        Binding("r", "again", "redo from mark", id="studio.again", tooltip="Keep all before the mark, remake the rest"),
        Binding("p", "play", "play", id="studio.play", tooltip="Hear this take, or be silent"),
        Binding("e", "export", "export", id="studio.export", tooltip="Write the kept takes, or this one, to a file"),
        Binding("x", "discard", "discard", id="studio.discard", tooltip="Forget this take"),
        Binding("c", "compare", "compare", id="studio.compare", tooltip="Hold this take above the others"),
    ]

    class Looked(Message):
        """Another take is looked at, or it is whole now."""

        def __init__(self, take: Take) -> None:
            super().__init__()
            self.take = take

    class Asked(Message):
        """Something that a desk of text does. what: 'write' or 'surprise'."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    def __init__(
        self, facts: ModelFacts, task: "Task", glyphs: Glyphs, *, numbers: Iterator[int] | None = None,
        text: TextView | None = None, below: Sequence[Widget] = (), more: Sequence[Widget] = (),
    ) -> None:  # fmt: skip
        super().__init__()
        self._facts, self._application, self._glyphs = facts, task, glyphs
        self._text, self._below, self._more = text, below, more
        self._is_idle = False
        self._looked = (0, False)
        self._book = TakeBook()
        self._beside: Take | None = None
        self._numbers = numbers or itertools.count(1)
        self._folder: Path | None = None
        self._playing = 0
        self._able: tuple[bool, ...] = ()
        self._player = Player()

    def compose(self) -> ComposeResult:
        """Controls, take, takes; what else there is."""
        facts, task = self._facts, self._application
        kinds = knobs(task.length_unit, task.default_length, facts.size, facts.taste, symbols=self._text is not None)
        with Horizontal():
            yield Controls(facts.place.name, kinds, task, self._glyphs, facts.taste)
            yield TakePane(self._facts, self._application, self._glyphs, self._text, self._below)
            yield from self._more

    @property
    def take(self) -> Take | None:
        """The take that is looked at."""
        return self._book.current

    def read(self, *, as_text: bool) -> None:
        """Show takes symbol by symbol, or as their application draws them."""
        self._pane.read(as_text=as_text)
        self._show()

    def rest(self, *, idle: bool) -> None:
        """Make no takes for a while."""
        self._is_idle = idle
        self._pane.display = not idle
        self.refresh_bindings()

    def on_unmount(self) -> None:
        """Be silent."""
        self._player.stop()

    def opened(self, folder: Path) -> None:
        """Make a first take, or what was being made."""
        self._folder = folder
        current = self._book.current
        if current is None or not current.done:
            self._make(current.recipe if current else self.query_one(Controls).recipe)

    def lost(self) -> None:
        """No folder, no requests."""
        self._folder = None
        self._show()

    def status(self) -> Content:
        """What is being made."""
        take = self._book.current
        if take is None or take.done:
            speed = f"{take.new_steps / max(take.seconds, 1e-3):,.0f} steps/s" if take and take.new_steps else ""
            return Content.styled(speed, "$quiet")
        return Content.styled(f"making  step {len(take.values):,}", "$train")

    def hear(self, answers: Sequence[Answer]) -> None:
        """Takes grow; exports are told."""
        for answer in answers:
            self._hear(answer)
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now is grey; there is no playing where there is no sound."""
        take = self._book.current
        match action:
            case _ if self._is_idle and action in ACTIONS:
                return False
            case "ask" if self._text is None or (self._is_idle and "write" in parameters):
                return False
            case "ask":
                return True if take and (self._folder or "surprise" in parameters) else None
            case "play":
                return PLAYABLE in self._application.sample_suffixes and (True if take and take.done else None)
            case "another":
                return True if self._folder else None
            case "keep" | "again" | "export":
                return True if take and take.done else None
            case "discard" | "compare":
                return True if take else None
        return True

    def on_controls_changed(self, message: Controls.Changed) -> None:
        """Make the newest anew."""
        if not self._is_idle:
            self._make(message.recipe)

    def on_text_view_marked(self) -> None:
        """As of any other view."""
        self._show()

    def on_take_view_marked(self) -> None:
        """The mark is told in the title."""
        self._show()

    def on_pick_panel_looked(self, message: PickPanel.Looked) -> None:
        """Another take is looked at."""
        # A list that has just been filled also tells of the row where its cursor was before.
        is_stale = message.key != self.query_one(TakeList).key
        take = self._book.numbered(int(message.key)) if message.key and not is_stale else None
        if take and take is not self._book.current:
            self._book.current = take
            self._show()

    def on_pick_panel_picked(self, message: PickPanel.Picked) -> None:
        """The controls as for this take."""
        take = self._book.numbered(int(message.key))
        if take:
            self.query_one(Controls).show(take.recipe)

    def action_ask(self, what: str) -> None:
        """Leave it to the desk of text."""
        self.post_message(self.Asked(what))

    def action_another(self) -> None:
        """The next seed."""
        recipe = self.query_one(Controls).recipe
        newest = max((take.recipe.seed for take in self._book.takes), default=recipe.seed)
        self._make(with_seed(replace(recipe, base=0, kept=0), max(newest, recipe.seed) + 1), another=True)

    def action_keep(self) -> None:
        """Keep it, or no longer."""
        if take := self._book.current:
            take.kept = not take.kept
            self._show()

    def action_discard(self) -> None:
        """Forget it; one that is kept must be let go first."""
        take = self._book.current
        if take and take.kept:
            self.post_message(self.Said(f"take {take.number} is kept: space lets it go first", bad=True))
        elif take:
            self._beside = None if take is self._beside else self._beside
            self._book.discard(take)
            self._show()

    def action_compare(self) -> None:
        """Hold this one above, or no longer."""
        self._beside = None if self._beside is self._book.current else self._book.current
        self._show()

    def action_again(self) -> None:
        """Keep all before the mark and make the rest with another seed."""
        take = self._book.current
        if take is None:
            return
        units, (kept, steps) = self._pane.view.units(take), self._pane.view.kept(take)
        if steps is None or steps == 0:
            self.post_message(self.Said("nothing stands before the mark: n makes a new take", bad=True))
            return
        recipe = replace(take.recipe, base=take.number, kept=kept, length=units)
        self._make(with_seed(recipe, self._book.free_seed(take)), opening=take.values[:steps], another=True)

    def action_export(self) -> None:
        """Ask for a path."""
        takes, suffixes = self._book.chosen(), self._application.sample_suffixes
        what = f"{len(takes)} kept takes" if takes[0].kept else f"take {takes[0].number}"
        prompt = export_prompt(what, f"{self._facts.place.name}-seed{takes[0].recipe.seed}", suffixes, len(takes))
        self.app.push_screen(prompt, lambda path: self._send_takes(next(self._numbers), takes, path) if path else None)

    def action_play(self) -> None:
        """Hear it, or be silent."""
        take = self._book.current
        if self._player.stop() or take is None or self._folder is None:
            return
        if trouble := self._player.trouble():
            self.post_message(self.Said(f"{trouble}; e exports the take", bad=True))
            return
        self._playing = next(self._numbers)
        self._send_takes(self._playing, [take], str(self._folder / f"heard-{self._playing}{PLAYABLE}"))

    def _make(self, recipe: Recipe, *, opening: "Values | None" = None, another: bool = False) -> None:
        if self._folder is None:
            return
        number = next(self._numbers)
        if opening is None:
            opening = self._book.opening_of(recipe)
            recipe = recipe if opening is not None else replace(recipe, base=0, kept=0)
        self._book.draft(recipe, number, opening, another=another)
        values = {} if opening is None else {f"opening-{number}": opening}
        name = "" if opening is None else f"opening-{number}.npy"
        self.query_one(Controls).show(recipe)
        self.post_message(self.Wanted(recipe.request(number, name), values))
        self._show()

    def _send_takes(self, number: int, takes: Sequence[Take], path: str) -> None:
        values = {f"take-{number}-{take.number}": take.values for take in takes}
        target = str(Path(path).expanduser().absolute())
        self.post_message(self.Wanted(WriteSamples(number, [f"{name}.npy" for name in values], target), values))

    def _hear(self, answer: Answer) -> None:
        take = self._book.of_request(answer.id) if isinstance(answer, Began | Grew | Made | Refused | Dropped) else None
        match answer:
            case Began() if take and self._folder:
                take.begin(self._folder, answer)
            case Grew() | Made() if take:
                take.grow(answer)
            case Refused(reason=reason):
                if take:
                    self._book.discard(take)
                self.post_message(self.Said(reason, bad=True))
            case Wrote(id=number, paths=paths) if number == self._playing:
                self._player.play(Path(paths[0]))
            case Wrote(paths=paths):
                self.post_message(self.Said(f"wrote {', '.join(paths)}"))

    @property
    def _pane(self) -> TakePane:
        return self.query_one(TakePane)

    def _show(self) -> None:
        take = self._book.current
        empty = "No take: n makes one." if self._folder else ""
        self._pane.show(self._book.takes, take, self._beside, empty=empty)
        if take and self._looked != (take.request, take.done):
            self._looked = (take.request, take.done)
            self.post_message(self.Looked(take))
        able = (self._folder is not None, take is not None, bool(take and take.is_whole_to(self._able)))
        if able != self._able:
            self._able = able
            self.refresh_bindings()
