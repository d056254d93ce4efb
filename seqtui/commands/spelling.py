"""How a person spelled a field of the configuration: the option that was typed, or the line of a TOML file."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seqtui.commands.command_line import option_words, quoted
from seqtui.config import RunConfig, knob_fields
from seqtui.config_check import Spelling, as_field
from seqtui.task import Task


def as_given(task: Task, typed: Mapping[str, Any], config_file: Path | None) -> Spelling:
    """Spells fields as they were typed, else as they stand in the file, else as field and value."""
    known = {found.name: found for found in (*knob_fields(RunConfig), *knob_fields(task.options))}

    def spelled(name: str, value: Any) -> str:
        if name in typed:
            return quoted(option_words(known[name], value))
        lines = _lines_of(name, config_file) if config_file else []
        if len(lines) != 1:  # it is not from the file, or two tables have such a key
            return as_field(name, value) + (f" ({config_file})" if lines else "")
        number, line = lines[0]
        return f"{line} ({config_file}, line {number})"

    return spelled


def _lines_of(key: str, file: Path) -> list[tuple[int, str]]:
    """The lines that may set a key of a TOML file, and their numbers; none of a pipe, which is read once."""
    if not file.is_file():
        return []
    begins = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=""")
    lines = enumerate(file.read_text().splitlines(), 1)
    return [(number, line.strip()) for number, line in lines if begins.match(line)]
