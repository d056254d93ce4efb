"""The command that starts the same run from a shell: only what differs from the application's defaults.

Imports pydantic (slow): import it after the first paint.
"""

import shlex
from dataclasses import asdict
from typing import Any

from seqtui.commands.run_options import config_knobs
from seqtui.config import KnobField, RunConfig, knob_fields
from seqtui.config_check import make_config
from seqtui.task import Task


def command_words(task: Task, config: RunConfig) -> list[str]:
    """['seqtui', 'run', …]: read back by the command line, these make an equal config."""
    usual = {known.name: known.default for known in knob_fields(task.options)}
    options = {name: value for name, value in config.options.items() if value != usual[name]}
    base = asdict(make_config(task, _sound_alone(options)))
    words = ["seqtui", "run", task.name]
    for known in knob_fields(task.options):
        if known.name in options:
            words += option_words(known, options[known.name])
    for known in config_knobs():
        value = getattr(config, known.name)
        if value != base[known.name]:
            words += option_words(known, value)
    return words


def quoted(words: list[str]) -> str:
    """One line for a shell; control characters, which a terminal would obey, as the escapes of $'…'."""
    return " ".join(_quote(word) for word in words)


def _sound_alone(options: dict[str, Any]) -> dict[str, Any]:
    return {"options": options}


def option_words(known: KnobField, value: Any) -> list[str]:
    """The option that gives a field this value."""
    if known.kind is bool:
        return [known.flag if value else f"--no-{known.flag[2:]}"]
    text = "none" if value is None else str(value)
    return [f"{known.flag}={text}"] if text.startswith("-") or not text else [known.flag, text]


def _quote(word: str) -> str:
    if word.isprintable():
        return shlex.quote(word)
    escaped = word.replace("\\", "\\\\").replace("'", "\\'")
    shown = "".join(each if each.isprintable() else _escape(each) for each in escaped)
    return f"$'{shown}'"


def _escape(character: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in character.encode(errors="surrogateescape"))
