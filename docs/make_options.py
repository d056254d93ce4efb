"""Writes docs/options.md from the fields of RunConfig and of each application's options: python docs/make_options.py

Every table comes from the code; tests/test_docs.py fails where the page and the code disagree.
"""

from pathlib import Path
from typing import Any, Final

from seqtui.catalog import load, names
from seqtui.commands.run import OWN
from seqtui.config import KnobField, RunConfig, Settings, knob_fields

PAGE: Final = Path(__file__).with_name("options.md")
OPENING: Final = """\
# Options of `seqtui run`

Made by `python docs/make_options.py` from `seqtui/config.py` and the files in `tasks/`; do not edit.
Order of authority: what is typed, then the file given with `--config`, then the application's defaults, then these.
`seqtui run music --print-config` prints the result as TOML, which `--config` reads back.
In a TOML file a field stands under its name, `hidden_size = 192`; an application's own options may stand in a table
`[options]`. `none` on the command line unsets an option that may be left out.
"""


def table(settings: type[Settings]) -> list[str]:
    """The rows of a dataclass of knobs, by group where it has several."""
    found = [field for field in knob_fields(settings) if field.name != "options"]
    rows = ["| option | default | unit or choices | meaning |", "|---|---|---|---|"]
    return rows + [f"| {_flag(field)} | {_default(field)} | {_values(field)} | {field.knob.help} |" for field in found]


def page() -> str:
    """The whole page."""
    parts = [OPENING, "\n".join(table(RunConfig))]
    for name in names():
        task = load(name)
        defaults = ", ".join(f"`{field} = {value}`" for field, value in task.defaults.items())
        parts += [f"\n## Options of {name}\n", "\n".join(table(task.options))]
        parts += [f"\nDefaults that {name} sets otherwise: {defaults}."]
    rows = [f"| `{option}` | {text} |" for option, _, text in OWN]
    parts += ["\n## Of the command itself, not of the run\n", "\n".join(["| option | meaning |", "|---|---|", *rows])]
    return "\n".join(parts) + "\n"


def _flag(field: KnobField) -> str:
    if field.name == "app":
        return "`APP` (`app`)"
    return f"`{field.flag}` / `--no-{field.flag[2:]}`" if field.kind is bool else f"`{field.flag}`"


def _default(field: KnobField) -> str:
    if field.name == "app":
        return "must be given"
    if isinstance(field.default, bool):
        return "yes" if field.default else "no"
    return "not set" if field.default is None else str(field.default)


def _values(field: KnobField) -> str:
    if field.choices:
        return ", ".join(field.choices)
    limits = [_limits(bound) for bound in field.bounds]
    return ", ".join(part for part in (field.knob.unit, *limits) if part).replace("|", ", ")


def _limits(bound: Any) -> str:
    signs = (("gt", ">"), ("ge", "≥"), ("lt", "<"), ("le", "≤"))
    found = [(sign, getattr(bound, name, None)) for name, sign in signs]
    return ", ".join(f"{sign} {limit}" for sign, limit in found if limit is not None)


if __name__ == "__main__":
    PAGE.write_text(page())
