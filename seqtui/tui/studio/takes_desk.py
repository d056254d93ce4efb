"""The desk of a model that makes sequences: controls at the left, the take large at the right, the takes below it."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content

from seqtui.runs.studio_model import ModelFacts
from seqtui.runs.studio_words import Answer, Began, Dropped, Grew, Made, Refused, WriteSamples, Wrote
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.pick_list import PickPanel
from seqtui.tui.studio.controls import Controls, PrimerRow, knobs
from seqtui.tui.studio.desk import Desk
from seqtui.tui.studio.naming import export_fault, free_name, primer_fault
from seqtui.tui.studio.path_prompt import PathPrompt
from seqtui.tui.studio.sound import Player
from seqtui.tui.studio.take_list import TakeList
from seqtui.tui.studio.take_view import TakeView
from seqtui.tui.studio.takes import Recipe, Take, TakeBook, steps_of, with_seed

if TYPE_CHECKING:
    from seqtui.task import Task, Values

PLAYABLE: Final = ".mid"


@final
class TakesDesk(Desk):
    """Samples. A change of the controls makes the newest take anew."""

    DEFAULT_CSS = """
    TakesDesk { height: 1fr; }
    TakesDesk #made { width: 1fr; }
    TakesDesk #controls { width: 36; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "another", "another", id="studio.another", tooltip="A new take with the next seed"),
        Binding("space", "keep", "keep", id="studio.keep", tooltip="Keep this take, or no longer"),
        Binding("r", "again", "redo from mark", id="studio.again", tooltip="Keep all before the mark, remake the rest"),
        Binding("p", "play", "play", id="studio.play", tooltip="Hear this take, or be silent"),
        Binding("e", "export", "export", id="studio.export", tooltip="Write the kept takes, or this one, to a file"),
        Binding("x", "discard", "discard", id="studio.discard", tooltip="Forget this take"),
        Binding("c", "compare", "compare", id="studio.compare", tooltip="Hold this take above the others"),
    ]

    def __init__(self, facts: ModelFacts, task: "Task", glyphs: Glyphs) -> None:
        super().__init__()
        self._facts, self._application, self._glyphs = facts, task, glyphs
        self._book = TakeBook()
        self._beside: Take | None = None
        self._numbers = itertools.count(1)
        self._folder: Path | None = None
        self._playing = 0
        self._able: tuple[bool, ...] = ()
        self._player = Player()

    def compose(self) -> ComposeResult:
        """Controls, take, takes."""
        unit = self._application.length_unit
        kinds = knobs(unit, self._application.default_length, self._facts.size)
        with Horizontal():
            yield Controls(self._facts.place.name, kinds, self._glyphs)
            with Vertical(id="made"):
                yield TakeView(self._application, self._facts.encoding, self._glyphs)
                yield TakeList("Takes", id="takes", empty="Takes will stand here.")

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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual's
        """What cannot be done now is grey; there is no playing where there is no sound in a take."""
        take = self._book.current
        match action:
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
        self._make(message.recipe)

    def on_primer_row_asked(self) -> None:
        """Ask what to go on from."""
        suffixes = " or ".join(self._application.sample_suffixes)
        note = f"a file ({suffixes}) or text; empty: the model's own opening"
        row = self.query_one(PrimerRow)
        prompt = PathPrompt("Go on from", note, row.text, fault=primer_fault)
        self.app.push_screen(prompt, lambda text: self.query_one(Controls).prime(text) if text is not None else None)

    def on_primer_row_cleared(self) -> None:
        """The model's own opening again."""
        self.query_one(Controls).prime("")

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
        take, view = self._book.current, self.query_one(TakeView)
        if take is None:
            return
        units = view.units(take)
        kept = (view.mark or units // 2 + 1) - 1
        steps = steps_of(self._application, self._facts.encoding, take.values, kept)
        if steps is None or steps == 0:
            self.post_message(self.Said("nothing stands before the mark: n makes a new take", bad=True))
            return
        taken = {each.recipe.seed for each in self._book.takes if each.recipe.base in (take.number, 0)}
        recipe = with_seed(replace(take.recipe, base=take.number, kept=kept, length=units), max(taken) + 1)
        self._make(recipe, opening=take.values[:steps], another=True)

    def action_export(self) -> None:
        """Ask for a path."""
        takes, suffixes = self._book.chosen(), self._application.sample_suffixes
        what = f"{len(takes)} kept takes" if takes and takes[0].kept else f"take {takes[0].number}" if takes else ""
        seed = takes[0].recipe.seed if takes else 0
        value = free_name(f"{self._facts.place.name}-seed{seed}", suffixes[0], len(takes))
        note = f"ends in {' or '.join(suffixes)}; nothing is overwritten"
        prompt = PathPrompt(f"Export {what} to", note, value, fault=lambda text: export_fault(text, suffixes))
        self.app.push_screen(prompt, lambda text: self._write(takes, text) if text else None)

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
        if opening is None and recipe.base:
            base = self._book.current
            same = base is not None and (base.recipe.base, base.recipe.kept) == (recipe.base, recipe.kept)
            opening = base.opening if base and same else None
            recipe = recipe if opening is not None else replace(recipe, base=0, kept=0)
        self._book.draft(recipe, number, opening, another=another)
        values = {} if opening is None else {f"opening-{number}": opening}
        name = "" if opening is None else f"opening-{number}.npy"
        self.query_one(Controls).show(recipe)
        self.post_message(self.Wanted(recipe.request(number, name), values))
        self._show()

    def _write(self, takes: Sequence[Take], path: str) -> None:
        self._send_takes(next(self._numbers), takes, str(Path(path).expanduser().absolute()))

    def _send_takes(self, number: int, takes: Sequence[Take], path: str) -> None:
        values = {f"take-{number}-{take.number}": take.values for take in takes}
        self.post_message(self.Wanted(WriteSamples(number, [f"{name}.npy" for name in values], path), values))

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

    def _show(self) -> None:
        view, take = self.query_one(TakeView), self._book.current
        empty = "No take: n makes one." if self._folder else ""
        view.show(take, self._beside, empty=empty)
        unit = self._application.length_unit
        if take:
            mark = f" · mark at {unit.removesuffix('s')} {view.mark}" if view.mark and take.done else ""
            kept = f" {self._glyphs.done}" if take.kept else ""
            long = f" · {view.units(take)} {unit}" if take.done else ""
            title = f"Take {take.number}{kept}{long} · seed {take.recipe.seed} · T {take.recipe.temperature:g}{mark}"
            view.border_title = Content(self._glyphs.text(title))
        self.query_one(TakeList).put(self._book.takes, take, self._beside, unit, self._glyphs)
        able = (self._folder is not None, take is not None, bool(take and take.done))
        if able != self._able:
            self._able = able
            self.refresh_bindings()
