"""Judges a form as it stands: every fault beside its field, and what could not be otherwise and why.

Imports pydantic (slow): import it after the first paint.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from seqtui.commands.run_config import gather
from seqtui.config import Fault, RunConfig, Settings, knob_fields
from seqtui.config_check import REFUSED, checker, cross_faults, faults_in
from seqtui.data_sets.naming import options_of
from seqtui.errors import NotFound, Usage
from seqtui.task import Task
from seqtui.tui.setup.form import FormField, other_values
from seqtui.tui.setup.verdict import Verdict


@dataclass(frozen=True, slots=True)
class _Form:
    """Values that are sound one by one: the application's options, and the config's fields a person gave."""

    task: Task
    options: Mapping[str, Any]
    flat: Mapping[str, Any]

    def values(self) -> dict[str, Any]:
        given = {**self.task.defaults_for(self.options), **self.flat}
        return {**_defaults(RunConfig), "app": self.task.name, **given, "options": dict(self.options)}

    def faults(self) -> list[Fault]:
        return [*cross_faults(self.task, self.values()), *self.task.option_faults(self.options)]

    def but(self, field: FormField, value: Any) -> "_Form":
        if field.of_app:
            return _Form(self.task, {**self.options, field.name: value}, self.flat)
        return _Form(self.task, self.options, {**self.flat, field.name: value})


def judge(task: Task, fields: Sequence[FormField], given: Mapping[str, Any]) -> Verdict:
    """Look at the values a person gave, by field or option name."""
    by_name = {field.name: field for field in fields}
    options = {name: value for name, value in given.items() if name in by_name and by_name[name].of_app}
    flat = {name: value for name, value in given.items() if name not in options}
    alone = [*faults_in(task.options, options), *faults_in(RunConfig, {"app": task.name, **flat})]
    faults, others = _beside(alone, list(given))
    usual = {**_defaults(task.options), **options_of(task.name, flat.get("data"))}
    form = _Form(
        task,
        _sound(task.options, {**usual, **options}, faults),
        _sound(RunConfig, flat, faults),
    )
    defaults = {**_defaults(RunConfig), **task.defaults_for(form.options), **usual}
    crossed, more = _beside(form.faults(), list(given))
    faults, others = {**crossed, **faults}, (*others, *more)
    blocked, impossible = _what_cannot_be(form, [field for field in fields if field.name not in faults])
    config = None
    if not faults and not others:
        try:
            config = gather(task, typed=given, config_file=None)
        except (NotFound, Usage) as error:
            others = (str(error),)
        except OSError as error:  # a name that no disk can hold
            others = (f"{error.strerror}: give another path",)
    return Verdict(config, RunConfig(**form.values()), defaults, faults, others, blocked, impossible)


@cache
def _defaults(settings: type[Settings]) -> Mapping[str, Any]:
    return {known.name: known.default for known in knob_fields(settings)}


def _sound(settings: type[Settings], values: Mapping[str, Any], faults: Mapping[str, str]) -> dict[str, Any]:
    """Values in their own types; those with faults are left out."""
    good = {name: value for name, value in values.items() if name not in faults}
    known = {name: value for name, value in good.items() if name in _defaults(settings)}
    needed = {"app": "any"} if settings is RunConfig else {}
    checked = asdict(checker(settings).validate_python({**needed, **known}))
    wanted = _defaults(settings) if settings is not RunConfig else known
    return {name: checked[name] for name in wanted if name in checked}


def _beside(found: Sequence[Fault], given: Sequence[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Each fault beside the field it is of, among those that a person gave."""
    faults: dict[str, str] = {}
    others: list[str] = []
    for fault in found:
        name = next((each for each in (fault.name, fault.other) if each in given), None)
        if name is None:
            others.append(_said(fault))
        else:
            faults.setdefault(name, _told_at(name, fault))
    return faults, tuple(others)


def _told_at(name: str, fault: Fault) -> str:
    """Beside a field, which is not named again where the sentence does without."""
    return fault.text.removeprefix(REFUSED) if name == fault.name and fault.text.startswith(REFUSED) else _said(fault)


def _said(fault: Fault) -> str:
    return f"{fault.name} {fault.text}"


def _what_cannot_be(form: _Form, fields: Sequence[FormField]) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    blocked: dict[str, str] = {}
    impossible: dict[tuple[str, str], str] = {}
    values = form.values()
    before = set(form.faults())
    for field in fields:
        now = form.options[field.name] if field.of_app else values[field.name]
        reasons = {}
        for other in _probes(field, now):
            new = [fault for fault in form.but(field, other).faults() if fault not in before]
            reasons[other] = _told_at(field.name, new[0]) if new else ""
        if reasons and all(reasons.values()):
            blocked[field.name] = next(iter(reasons.values()))
        if field.known.choices:
            impossible |= {(field.name, other): reason for other, reason in reasons.items() if reason}
    return blocked, impossible


def _probes(field: FormField, now: Any) -> list[Any]:
    if field.of_app and field.known.kind is str and not field.known.choices:
        return ["file"] if now is None else []
    return list(other_values(field, now))
