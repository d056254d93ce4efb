"""The form's state: what a person gave, and what is said of it. Knows no screen.

Until `judge` is given (it is slow to import), nothing is checked and there is no config.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, final

from seqtui.errors import Usage
from seqtui.text_safety import clean
from seqtui.tui.setup.field_row import FieldState
from seqtui.tui.setup.form import FormField, form_fields, shown, stepped, typed
from seqtui.tui.setup.presets import Preset
from seqtui.tui.setup.verdict import Verdict, unjudged

if TYPE_CHECKING:
    from seqtui.task import Task

Judge = Callable[["Task", Sequence[FormField], Mapping[str, Any]], Verdict]
KEPT_BY_PRESETS: Final = "data"


@final
class Draft:
    """Values by field name, as typed or chosen; what equals its default counts as not given."""

    def __init__(self, task: "Task") -> None:
        self.task = task
        self.fields = form_fields(task)
        self.given: dict[str, Any] = {}
        self.verdict = unjudged(task, self.fields)
        self._by_name = {field.name: field for field in self.fields}
        self._judge: Judge | None = None
        self._turned = False

    def use(self, judge: Judge) -> None:
        """Check from now on."""
        self._judge = judge
        self._look()

    @property
    def is_judged(self) -> bool:
        """Whether the verdict is one."""
        return self._judge is not None

    def value(self, name: str) -> Any:
        """The value of a field: given, or its default."""
        return self.given.get(name, self.verdict.defaults[name])

    @property
    def options(self) -> Mapping[str, Any]:
        """The application's options, without what is at fault."""
        return self.verdict.nearest.options

    def states(self) -> dict[str, FieldState]:
        """Every field as it stands, in the form's order."""
        verdict = self.verdict
        return {
            name: FieldState(
                field,
                self.value(name),
                verdict.defaults[name],
                name in self.given,
                verdict.faults.get(name, ""),
                verdict.blocked.get(name, "") if name not in self.given else "",
            )
            for name, field in self._by_name.items()
        }

    def set(self, name: str, value: Any) -> None:
        """Give a field a value."""
        self._put(name, value)
        if name == "backbone":
            self._turn()
        self._look()

    def step(self, name: str, way: int) -> str:
        """The next value of a field; or why it must stay as it is."""
        state = self.states()[name]
        if state.blocked:
            return state.blocked
        self.set(name, stepped(state.field, state.value, way))
        return ""

    def reset(self, name: str) -> None:
        """The default of a field."""
        self.given.pop(name, None)
        self._look()

    def reset_all(self) -> None:
        """All defaults."""
        self.given.clear()
        self._turned = False
        self._look()

    def take_preset(self, preset: Preset) -> None:
        """What a preset sets; data and the application's options stay, all else goes back."""
        kept = [name for name in self.given if name == KEPT_BY_PRESETS or self._by_name[name].of_app]
        self.given = {} if preset.whole else {name: self.given[name] for name in kept}
        self._turned = False
        for name, value in preset.values.items():
            if name in self._by_name:
                self._put(name, value)
        self._look()

    def take_values(self, values: Mapping[str, Any], *, where: str) -> list[str]:
        """The fields of a configuration file; the names it has that are no fields. Usage if it is another's."""
        app = values.get("app", self.task.name)
        if app != self.task.name:
            raise Usage(f"{where} is for the application {app!r}, and this is {self.task.name}")
        found = {**values, **values.get("options", {})}
        self.given = {}
        self._turned = False
        for name in self._by_name:
            if name in found:
                self._put(name, found[name])
        self._look()
        return [clean(name, limit=60) for name in found if name not in self._by_name and name not in ("app", "options")]

    def _put(self, name: str, value: Any) -> None:
        field = self._by_name[name]
        value = typed(field, value) if isinstance(value, str) else value
        default = self.verdict.defaults[name]
        if value == default or (value is not None and shown(value) == shown(default)):
            self.given.pop(name, None)
        else:
            self.given[name] = value

    def _turn(self) -> None:
        # A layer without memory has no direction: choosing dense turns both directions off, and leaving it, on again.
        if self.value("backbone") == "dense" and self.value("bidirectional") is True:
            self._put("bidirectional", False)
            self._turned = True
        elif self._turned and self.value("backbone") != "dense":
            self._put("bidirectional", True)
            self._turned = False

    def _look(self) -> None:
        if self._judge:
            self.verdict = self._judge(self.task, self.fields, self.given)


def warm_judge(draft: Draft) -> Judge:
    """The judge, imported and tried once: slow the first time, for it brings pydantic."""
    from seqtui.tui.setup.judge import judge

    judge(draft.task, draft.fields, {})
    return judge
