"""From what was typed after `seqtui run` to a checked RunConfig, with every path absolute.

Imports pydantic through config_check: import this module only where a run is set up.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from seqtui.commands.spelling import as_given
from seqtui.config import RunConfig, knob_fields
from seqtui.config_check import make_config, read_toml
from seqtui.data_sets.naming import options_of, resolve
from seqtui.errors import NotFound, Usage
from seqtui.task import Task


def gather(task: Task, *, typed: Mapping[str, Any], config_file: Path | None) -> RunConfig:
    """The config of a run of `task`: its defaults, what a named data set asks for, the file, then what was typed.

    NotFound, with the command that fetches it, where the set is not here; Usage, which says where each fault stands.
    """
    given: dict[str, Any] = read_toml(config_file) if config_file else {}
    spelling = as_given(task, typed, config_file)
    app = given.pop("app", task.name)
    if app != task.name:
        raise Usage(f"{config_file} is for the application {app!r}, not {task.name}")
    data = typed.get("data", given.get("data"))
    if isinstance(data, str):
        resolve(task.name, data)  # a set that is not here is told of now, and not by a run that ends
        asked = {name: value for name, value in options_of(task.name, data).items() if name not in given}
        given["options"] = {**asked, **given.get("options", {})}
    return _with_absolute_paths(task, make_config(task, {**given, **typed}, spelling=spelling))


def check_export(task: Task, config: RunConfig) -> None:
    """Refuse an export that would fail at the end of the training, before it begins."""
    path = Path(config.export or "")
    known = task.suffixes_for(config.options)
    if not path.name.lower().endswith(known):
        kinds = ", ".join(known) or "nothing"
        raise Usage(f"{task.name} cannot write {path.name}: it writes {kinds}; name such a file with --export")
    if not path.parent.is_dir():
        raise NotFound(f"there is no folder {path.parent} to write {path.name} into")
    if path.exists():
        raise Usage(f"{path} exists already and would be overwritten: give --export another name, or remove it")
    if not os.access(path.parent, os.W_OK):
        raise Usage(f"the folder {path.parent} cannot be written to: give --export a file elsewhere")


def default_export(task: Task, config: RunConfig, folder: Path) -> Path | None:
    """The pattern of the file a run leaves in `folder` unasked, or None where it can leave none."""
    known = task.suffixes_for(config.options)
    if not known or not os.access(folder, os.W_OK):
        return None
    return folder / f"{{id}}{known[0]}"


def _with_absolute_paths(task: Task, config: RunConfig) -> RunConfig:
    # The child works in the run folder and a resume may come from anywhere: a relative path would mean another file.
    data = config.data
    if data is not None and Path(data).expanduser().exists():
        data = _absolute(data)
    files = {found.name for found in knob_fields(task.options) if found.knob.metavar == "FILE"}
    options = {name: _absolute(value) if name in files and value else value for name, value in config.options.items()}
    return replace(
        config,
        data=data,
        options=options,
        export=_absolute(config.export) if config.export else None,
        run_dir=_absolute(config.run_dir) if config.run_dir else None,
    )


def _absolute(path: str) -> str:
    return str(Path(path).expanduser().absolute())
