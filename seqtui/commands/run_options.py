"""The options of `seqtui run APP`, made from the fields of RunConfig and of the application's own dataclass.

A knob is named once, in its dataclass; nothing here may know one by name.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from seqtui.catalog import names
from seqtui.config import KnobField, RunConfig, Settings, knob_fields
from seqtui.task import Task

NOT_OPTIONS: Final = frozenset({"app", "options"})
PATHS: Final = {"data": "file", "export": "file", "run_dir": "dir"}
_UNITLESS: Final = ("", "probability", "norm")


def config_knobs() -> list[KnobField]:
    """The fields of RunConfig that are options of the command line."""
    return [found for found in knob_fields(RunConfig) if found.name not in NOT_OPTIONS]


def make_options(settings: type[Settings]) -> list[click.Option]:
    """One option a field. Values stay text: the checks of the config say what is wrong with all of them at once."""
    return [_option(found) for found in knob_fields(settings) if found.name not in NOT_OPTIONS]


def options_of_check(task: Task) -> list[click.Option]:
    """The options of a run that the task's data doctor regards, with their help."""
    chosen = [found for found in knob_fields(task.options) if found.name in task.check_options]
    options = [_option(found) for found in chosen]
    for option, found in zip(options, chosen, strict=True):
        option.help = found.knob.help
    return options


def find_app(arguments: Sequence[str]) -> str | None:
    """The application among the arguments: the first bare word that is one, else the first bare word."""
    takes_value = {found.flag for found in config_knobs() if found.kind is not bool} | {"--config"}
    bare: list[str] = []
    rest = iter(arguments)
    for word in rest:
        if word in takes_value:
            next(rest, None)
        elif not word.startswith("-"):
            bare.append(word)
    known = names()
    return next((word for word in bare if word in known), bare[0] if bare else None)


def value_of(flag: str, arguments: Sequence[str]) -> str | None:
    """What an option is given among arguments that are not parsed yet."""
    for index, word in enumerate(arguments):
        if word == flag:
            return next(iter(arguments[index + 1 :]), None)
        if word.startswith(flag + "="):
            return word[len(flag) + 1 :]
    return None


def help_rows(settings: type[Settings], defaults: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Group -> rows of (option, what it is, with unit, bounds and default) for the help."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for found in knob_fields(settings):
        if found.name not in NOT_OPTIONS:
            default = defaults.get(found.name, found.default)
            groups.setdefault(found.knob.group, []).append(
                (_flags(found), f"{found.knob.help} {_fine_print(found, default)}")
            )
    return groups


def _option(found: KnobField) -> click.Option:
    if found.kind is bool:
        return click.Option([f"{found.flag}/--no-{found.flag[2:]}", found.name], default=None)
    return click.Option([found.flag, found.name], type=str, metavar=_metavar(found), shell_complete=_completer(found))


def _completer(found: KnobField) -> Any:
    choices, kind = found.choices, PATHS.get(found.name)

    def complete(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        if kind:
            return [CompletionItem(incomplete, type=kind)]
        return [CompletionItem(choice) for choice in choices if choice.startswith(incomplete)]

    return complete


def _flags(found: KnobField) -> str:
    if found.kind is bool:
        return f"{found.flag} / --no-{found.flag[2:]}"
    return f"{found.flag} {_metavar(found)}"


def _metavar(found: KnobField) -> str:
    if found.choices:
        return "|".join(found.choices)
    return found.knob.metavar or {int: "N", float: "X"}.get(found.kind, "TEXT")


def _fine_print(found: KnobField, default: Any) -> str:
    parts = [found.knob.unit] if found.knob.unit else []
    bounds = " and ".join(text for bound in found.bounds if (text := _bound(bound)))
    parts += [bounds] if bounds else []
    if default is not None:
        shown = {True: "yes", False: "no"}[default] if isinstance(default, bool) else default
        parts.append(f"default {shown}")
    return f"[{'; '.join(parts)}]" if parts else ""


def _bound(bound: object) -> str:
    limits = ((">", "gt"), ("≥", "ge"), ("<", "lt"), ("≤", "le"))
    found = ((sign, getattr(bound, name, None)) for sign, name in limits)
    return ", ".join(f"{sign} {limit}" for sign, limit in found if limit is not None)
