"""The sample studio: any model that can be sampled or asked. It starts the process that keeps the model open, carries
requests and answers between that and the desk, and chooses the desk by the model's head. It never loads torch.
"""

from typing import TYPE_CHECKING, ClassVar, Final, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from seqtui.catalog import load
from seqtui.errors import SeqtuiError
from seqtui.runs.models import ModelPlace
from seqtui.runs.studio_helper import StudioHelper
from seqtui.runs.studio_model import ModelFacts, facts_of, model_of
from seqtui.runs.studio_words import Answer, Failed, Opened, Refused
from seqtui.shapes import is_causal
from seqtui.text_safety import clean
from seqtui.tui.charts.chart import Chart
from seqtui.tui.header import HeaderLine
from seqtui.tui.place import PlaceScreen, Services
from seqtui.tui.places import Target, Train
from seqtui.tui.present_look import present_look
from seqtui.tui.studio.ask_desk import AskDesk
from seqtui.tui.studio.asking_desk import AskingDesk
from seqtui.tui.studio.attention_map import AttentionMap
from seqtui.tui.studio.beam_view import BeamView
from seqtui.tui.studio.controls import Controls
from seqtui.tui.studio.desk import Desk
from seqtui.tui.studio.film_view import FilmView, shape_in
from seqtui.tui.studio.heard_view import HeardView
from seqtui.tui.studio.hypothesis_list import HypothesisList
from seqtui.tui.studio.listen_desk import ListenDesk, hears
from seqtui.tui.studio.next_picker import NextPicker
from seqtui.tui.studio.record_list import RecordList
from seqtui.tui.studio.sequence_map import SequenceMap
from seqtui.tui.studio.sequence_text import SequenceText
from seqtui.tui.studio.slider import Slider
from seqtui.tui.studio.tag_desk import TagDesk
from seqtui.tui.studio.tag_moves import TagMoveMap
from seqtui.tui.studio.tag_scores import TagScoreMap
from seqtui.tui.studio.tagged_text import TaggedText
from seqtui.tui.studio.take_list import TakeList
from seqtui.tui.studio.take_view import TakeView
from seqtui.tui.studio.takes_desk import TakesDesk
from seqtui.tui.studio.text_desk import TextDesk, writes_symbols
from seqtui.tui.studio.text_row import TextRow
from seqtui.tui.studio.text_view import TextView
from seqtui.tui.studio.translate_desk import TranslateDesk
from seqtui.tui.studio.watch_desk import WatchDesk
from seqtui.tui.studio.word_map import WordMap
from seqtui.tui.studio.writing_panel import WritingPanel

if TYPE_CHECKING:
    from seqtui.task import Task

POLL_SECONDS: Final = 0.015


@final
class StudioScreen(PlaceScreen):
    """One model. target.model, target.run or target.app says which."""

    PLACE = "studio"
    HELP = "Play with a model: what it makes or says follows every change at once. Nothing here changes the model."
    KEYED = (
        Slider, TextRow, Controls, TakeView, TakeList, TextView, NextPicker, WritingPanel, TakesDesk, TextDesk,
        SequenceText, SequenceMap, RecordList, AskingDesk, AskDesk,
        WordMap, TaggedText, TagScoreMap, TagMoveMap, TagDesk, HypothesisList, AttentionMap, BeamView, TranslateDesk,
        HeardView, ListenDesk, FilmView, WatchDesk,
    )  # fmt: skip
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-usual"), (150, "-wide")]  # noqa: RUF012  Textual's own
    DEFAULT_CSS = """
    StudioScreen #said { height: auto; min-height: 1; max-height: 3; padding: 0 1; color: $quiet; }
    StudioScreen #said.-bad { color: $error; }
    StudioScreen #trouble { width: 100%; height: 1fr; content-align: center middle; text-align: center; padding: 0 4; }
    StudioScreen.-wide #controls { width: 44; }
    StudioScreen.-narrow #controls { width: 30; }
    StudioScreen.-narrow SequenceText { height: 4; }
    StudioScreen.-narrow .-file #records { height: 6; }
    StudioScreen.-wide #said-of, StudioScreen.-wide #classes { max-height: 16; }
    StudioScreen.-wide .-file #records { height: 16; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "R", "restart", "open anew", id="studio.restart", show=False, tooltip="Start the model's process again"
        ),
        Binding("t", "train", "train", id="studio.train", tooltip="Train a model of this application"),
        Binding("right_square_bracket", "app.focus_next", "next panel", id="studio.next", show=False),
        Binding("left_square_bracket", "app.focus_previous", "panel before", id="studio.previous", show=False),
    ]

    def __init__(self, target: Target, services: Services) -> None:
        super().__init__(target, services)
        self._place: ModelPlace | None = None
        self._facts: ModelFacts | None = None
        self._application: Task | None = None
        self._helper: StudioHelper | None = None
        self._timer: Timer | None = None
        self._had_focus: Widget | None = None
        self._trouble = ""
        self._said = ("", False)
        self._is_open = False
        try:
            self._place = _place(target)
            if self._place:
                self._facts = facts_of(self._place)
                self._application = load(self._facts.config.app)
        except SeqtuiError as error:
            self._trouble = str(error)

    def compose_body(self) -> ComposeResult:
        """A desk, or in its place the reason why there is none."""
        if self._facts is None or self._application is None:
            yield Static(self._nothing(), id="trouble")
            return
        glyphs = self.services.glyphs
        if writes_symbols(self._facts, self._application):
            yield TextDesk(self._facts, self._application, glyphs)
        elif is_causal(self._facts.head):
            yield TakesDesk(self._facts, self._application, glyphs)
        elif self._facts.head == "tags":
            yield TagDesk(self._facts, self._application, glyphs)
        elif shape_in(self._facts.encoding):
            yield WatchDesk(self._facts, self._application, glyphs)
        elif hears(self._application):
            yield ListenDesk(self._facts, self._application, glyphs)
        elif self._facts.head == "translation":
            yield TranslateDesk(self._facts, self._application, glyphs)
        else:
            yield AskDesk(self._facts, self._application, glyphs)
        yield Static(id="said")

    def on_mount(self) -> None:
        """Start the model's process; listen from then on."""
        self._tell_header()
        self.app.theme_changed_signal.subscribe(self, lambda theme: self._dress(theme.name))
        self._dress(self.app.theme)
        if self._facts:
            self.call_after_refresh(self.action_restart)

    def on_unmount(self) -> None:
        """Nobody is left to ask."""
        self._end()

    def on_desk_wanted(self, message: Desk.Wanted) -> None:
        """Carry a request over."""
        if self._helper is None:
            return
        try:
            for name, values in message.values.items():
                self._helper.keep(name, values)
            self._helper.send(message.request)
        except SeqtuiError as error:
            self._say(str(error), bad=True)
        else:
            if self.query_one("#said").has_class("-bad"):
                self._say("")
            self._tell_header()

    def on_desk_said(self, message: Desk.Said) -> None:
        """The line below."""
        self._say(message.text, bad=message.bad)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual's
        """Open a model again; train where there is none."""
        if action == "restart":
            return self._facts is not None
        return action != "train" or (self._facts is None and bool(self.target.app))

    def action_restart(self) -> None:
        """A new process for the model."""
        if self._place is None:
            return
        self._end()
        self._say("")
        try:
            self._helper = StudioHelper(self._place)
        except SeqtuiError as error:
            self._say(str(error), bad=True)
            return
        if self._had_focus:
            self.set_focus(self._had_focus)
            self._had_focus = None
        if self._timer is None:
            self._timer = self.set_interval(POLL_SECONDS, self._look)
        self._tell_header()
        self.refresh_bindings()

    def action_train(self) -> None:
        """Train a first model."""
        self.post_message(Train(self.target.app))

    def _dress(self, theme: str) -> None:
        """Charts in the colors of the theme, as the terminal can show them."""
        look = present_look(theme, self.services.glyphs)
        for chart in self.query(Chart):
            chart.look = look

    def _look(self) -> None:
        helper = self._helper
        if helper is None:
            return
        death = helper.death()
        answers = helper.poll()
        for answer in answers:
            self._take(answer)
        if answers and self._is_open:
            self._desk.hear([answer for answer in answers if not isinstance(answer, Opened | Failed)])
            self._tell_header()
        if death:
            self._bury(death)

    def _take(self, answer: Answer) -> None:
        match answer:
            case Opened(note=note):
                self._is_open = True
                assert self._helper
                self._say(note)
                self._desk.opened(self._helper.folder.path)
            case Failed(reason=reason):
                self._trouble = reason
            case Refused(id=0, reason=reason):
                self._say(reason, bad=True)

    def _bury(self, death: str) -> None:
        self._end()
        told = self._trouble or f"the model's process has ended ({death})"
        self._trouble = ""
        self._say(f"{told}; R starts it again", bad=True)
        if isinstance(self.focused, Input | TextArea):  # in which R would be a letter
            self._had_focus = self.focused
            self.set_focus(None)
        self._desk.lost()
        self._tell_header()
        self.refresh_bindings()

    def _end(self) -> None:
        helper, self._helper = self._helper, None
        was_open, self._is_open = self._is_open, False
        if helper:
            helper.close(patient=was_open)

    @property
    def _desk(self) -> Desk:
        return self.query_one(Desk)

    def _say(self, text: str, *, bad: bool = False) -> None:
        if (text, bad) == self._said:
            return
        self._said = (text, bad)
        line = self.query_one("#said", Static)
        line.set_class(bad, "-bad")
        mark = f"{self.services.glyphs.bad} " if bad else ""
        line.update(Content(mark + self.services.glyphs.text(clean(text))))

    def _tell_header(self) -> None:
        glyphs = self.services.glyphs
        if self._facts is None:
            return
        title = self._application.title if self._application else self._facts.config.app
        left = Content.assemble(
            Content.styled(clean(title), "bold $accent"),
            glyphs.text(f" › {self._facts.kind}   "),
            Content.styled(clean(self._facts.place.name), "$quiet"),
        )
        if self._helper is None:
            state = Content.styled(f"{glyphs.bad} ended", "$error") if self._timer else Content("")
        elif not self._is_open:
            state = Content.styled(f"{glyphs.waiting} opening the model", "$warning")
        else:
            state = Content.assemble(self._desk.status(), Content.styled(f"   {glyphs.done} open", "$success"))
        self.query_one(HeaderLine).show(left, state)

    def _nothing(self) -> Content:
        if self._trouble:
            return Content.styled(clean(self._trouble), "$error")
        name = clean(self.target.app) or "this application"
        return Content.assemble(
            f"There is no model of {name} yet, so there is nothing to play with.\n\n",
            Content.styled("t", "bold $footer-key-foreground"),
            " trains one now; when its first checkpoint is saved, it can be played here.",
        )


def _place(target: Target) -> ModelPlace | None:
    if target.model:
        return target.model
    if target.run:
        return ModelPlace("run", target.run.path, target.run.id)
    return model_of(target.app)
