"""The form: every field a line, in groups; a line to type into over the value; beneath, all about the field."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from seqtui.tui.glyphs import Glyphs
from seqtui.tui.line_input import LineInput, names_of
from seqtui.tui.setup.field_list import FieldList
from seqtui.tui.setup.field_row import VALUE_AT, VALUE_WIDTH, FieldState, about, field_row
from seqtui.tui.setup.form import FormField, shown, stepped

_GROUP: Final = "group "


@final
class FieldsPanel(Vertical):
    """Shows field states it is given; tells what a person does to them."""

    HELP = """
Every knob of a run. A dot marks what differs from the defaults of this
application, a cross what cannot be; a field that is grey cannot be anything
else now, and beneath the list stands why. What you leave alone trains well.
"""
    DEFAULT_CSS = """
    FieldsPanel { layers: below above; }
    FieldsPanel > FieldList {
        height: 1fr; border: none; padding: 0; background: $background; text-wrap: nowrap; text-overflow: ellipsis;
    }
    FieldsPanel > FieldList:focus { border: none; background-tint: $foreground 0%; }
    FieldsPanel > FieldList > .option-list--option-highlighted {
        background: $block-cursor-blurred-background; color: $block-cursor-blurred-foreground;
        text-style: $block-cursor-blurred-text-style;
    }
    FieldsPanel > FieldList:focus > .option-list--option-highlighted {
        background: $block-cursor-background; color: $block-cursor-foreground; text-style: $block-cursor-text-style;
    }
    FieldsPanel > FieldList > .option-list--option-disabled { color: $accent; text-style: bold; }
    FieldsPanel > #editor { layer: above; display: none; }
    FieldsPanel > #filter { display: none; }
    FieldsPanel > #about { height: 6; border-top: solid $border-blurred; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "edit", "edit", id="fields.edit", tooltip="Type the value, or take the next choice"),
        Binding("left,h", "step(-1)", "less", id="fields.less", show=False, tooltip="The value before"),
        Binding("right,l", "step(1)", "more", id="fields.more", show=False, tooltip="The next value"),
        Binding("r,backspace,delete", "reset", "reset", id="fields.reset", tooltip="This field as it was at first"),
    ]

    class Edited(Message):
        """A field has a new value, or a part of one: it is told as one types."""

        def __init__(self, name: str, value: Any) -> None:
            super().__init__()
            self.name = name
            self.value = value

    class Reset(Message):
        """A field is to have its default again."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    class Refused(Message):
        """A field cannot be changed now. why: a sentence."""

        def __init__(self, why: str) -> None:
            super().__init__()
            self.why = why

    def __init__(self, fields: Sequence[FormField], glyphs: Glyphs) -> None:
        super().__init__(id="fields", classes="panel")
        self.border_title = "Fields"
        self._fields = {field.name: field for field in fields}
        self._glyphs = glyphs
        self._states: Mapping[str, FieldState] = {}
        self._lines: list[str] = []
        self._filter = ""
        self._before: Any = None
        self._typed = ""
        self._filter_line = LineInput(id="filter", placeholder="words of a field's name or help", compact=True)
        self._candidates: Sequence[str] = ()

    def compose(self) -> ComposeResult:
        """The list, the filter, the line to type into, and what is known of the field."""
        yield FieldList()
        yield self._filter_line
        yield Static(id="about")
        yield LineInput(id="editor", compact=True)

    @property
    def name_under_cursor(self) -> str:
        """The field under the cursor, or ''."""
        option = self.query_one(FieldList).highlighted_option
        return option.id or "" if option else ""

    @property
    def is_typing(self) -> bool:
        """Whether a value is being typed."""
        return self.query_one("#editor").display

    def show(self, states: Mapping[str, FieldState]) -> None:
        """The fields as they stand."""
        before, self._states = self._states, states
        picks = self.query_one(FieldList)
        if not self._lines:
            self._fill()
        else:
            for index, name in enumerate(self._lines):
                if name in states and states[name] != before.get(name):
                    picks.replace_option_prompt_at_index(index, field_row(states[name], self._glyphs))
        self._show_about()

    def go_to(self, name: str, *, typing: bool = False) -> None:
        """Put the cursor on a field, and begin to type there."""
        self._clear_filter()
        self._close_editor()
        if name in self._lines:
            picks = self.query_one(FieldList)
            picks.highlighted = self._lines.index(name)
            self.screen.set_focus(picks)
            if typing:
                self.action_edit()

    def action_edit(self) -> None:
        """Type the value of the field under the cursor, or take its next choice."""
        state = self._states.get(self.name_under_cursor)
        if state is None:
            return
        if not state.field.is_typed:
            self.action_step(1)
        elif state.blocked:
            self.post_message(self.Refused(state.blocked))
        else:
            self._open_editor(state)

    def action_step(self, way: int) -> None:
        """The next value of the field under the cursor, up or down."""
        state = self._states.get(self.name_under_cursor)
        if state is None:
            return
        if state.blocked:
            self.post_message(self.Refused(state.blocked))
            return
        value = stepped(state.field, state.value, way)
        if value != state.value:
            self.post_message(self.Edited(state.field.name, value))

    def action_reset(self) -> None:
        """The default of the field under the cursor."""
        if self.name_under_cursor:
            self.post_message(self.Reset(self.name_under_cursor))

    def action_filter(self) -> None:
        """Type words; only fields that have them all are left."""
        self.add_class("-filtering")
        self._filter_line.display = True
        self.screen.set_focus(self._filter_line)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell of the value, or filter, as one types."""
        event.stop()
        if event.input.id == "filter":
            self._filter = event.value
            self._fill()
        elif self.is_typing:
            self._candidates = ()
            self.query_one("#editor", LineInput).look_around()
            self.post_message(self.Edited(self._typed, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the value, or the filter; back to the list."""
        event.stop()
        self._close_editor()

    def on_line_input_left(self, message: LineInput.Left) -> None:
        """Up and down keep what was typed; Esc takes it back, or the filter away."""
        message.stop()
        if self.is_typing and message.way is None:
            self.post_message(self.Edited(self._typed, self._before))
        elif message.way is None:
            self._clear_filter()
        self._close_editor()
        if message.way == 1:
            self.query_one(FieldList).action_cursor_down()
        elif message.way == -1:
            self.query_one(FieldList).action_cursor_up()

    def on_line_input_candidates(self, message: LineInput.Candidates) -> None:
        """Show what a path may become."""
        message.stop()
        if self.is_typing and message.text == self.query_one("#editor", LineInput).value:
            self._candidates = message.paths
            self._show_about()

    def on_key(self, event: events.Key) -> None:
        """Esc in the list takes the filter away."""
        if event.key == "escape" and self.has_class("-filtering"):
            event.stop()
            self._clear_filter()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Tell all about the field."""
        event.stop()
        if self.is_typing and self.name_under_cursor != self._typed:
            self._close_editor()
        self._show_about()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click edits."""
        event.stop()
        self.action_edit()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Who goes elsewhere keeps what was typed; another window is not elsewhere."""
        if event.widget.id == "editor" and self.app.app_focus:
            self._hide_editor()

    def on_resize(self) -> None:
        """What is typed stays on its line."""
        self._place_editor()

    def _fill(self) -> None:
        words = self._filter.lower().split()
        picks, before = self.query_one(FieldList), self.name_under_cursor
        options: list[Option] = []
        group = ""
        for name, state in self._states.items():
            if not all(word in state.field.words.lower() for word in words):
                continue
            if state.field.known.knob.group != group:
                group = state.field.known.knob.group
                options.append(Option(Content(group.capitalize()), id=f"{_GROUP}{group}", disabled=True))
            options.append(Option(field_row(state, self._glyphs), id=name))
        self._lines = [option.id or "" for option in options]
        picks.set_options(options)
        if options:
            picks.highlighted = self._lines.index(before) if before in self._lines else 1
        self.border_subtitle = Content(f"{sum(name in self._states for name in self._lines)} of {len(self._states)}")
        self._show_about()

    def _clear_filter(self) -> None:
        if self.has_class("-filtering"):
            self.remove_class("-filtering")
            self._filter_line.clear()
            self._filter_line.display = False
            self._filter = ""
            self._fill()
            self.screen.set_focus(self.query_one(FieldList))

    def _open_editor(self, state: FieldState) -> None:
        self._before, self._typed = state.value, state.field.name
        editor = self.query_one("#editor", LineInput)
        with self.prevent(Input.Changed):
            editor.value = "" if state.value is None else shown(state.value)
        editor.completes = state.field.is_path
        editor.display = True
        self.screen.set_focus(editor)
        self._place_editor()
        self.call_after_refresh(self._place_editor)
        editor.look_around()

    def _place_editor(self) -> None:
        picks, editor = self.query_one(FieldList), self.query_one("#editor", LineInput)
        if not self.is_typing:
            return
        row = (picks.highlighted or 0) - picks.scroll_offset.y
        is_number = self._states[self._typed].field.known.kind in (int, float)
        room = max(picks.size.width - VALUE_AT, 1)
        editor.styles.width = min(VALUE_WIDTH - 1, room) if is_number else room
        editor.styles.offset = (VALUE_AT, row)

    def _close_editor(self) -> None:
        self._hide_editor()
        self.screen.set_focus(self.query_one(FieldList))

    def _hide_editor(self) -> None:
        editor = self.query_one("#editor", LineInput)
        if editor.display:
            editor.display = False
            self._candidates = ()
            self._show_about()

    def _show_about(self) -> None:
        state = self._states.get(self.name_under_cursor)
        words = about(state, self._glyphs) if state else Content.styled(f"no field with {self._filter}", "$quiet")
        if state and self._candidates:
            words = Content("\n").join([Content.styled("tab completes", "$quiet"), Content(names_of(self._candidates))])
        self.query_one("#about", Static).update(words, layout=False)
