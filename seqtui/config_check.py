"""Checks of a configuration: every fault at once, each a sentence with what would be right.

Imports pydantic (slow); import this module only where a run is set up.
"""

import difflib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from seqtui.config import RunConfig, Settings, knob_fields
from seqtui.errors import BadInput, NotFound, Usage
from seqtui.shapes import is_causal
from seqtui.task import Task

INIT_PATTERN = re.compile(r"default|orthogonal|identity|gain=\d+(\.\d+)?([eE][-+]?\d+)?")
DEVICE_PATTERN = re.compile(r"auto|cpu|mps|cuda(:\d+)?")


def make_config(task: Task, given: Mapping[str, Any]) -> RunConfig:
    """The config of a run of `task` from its own defaults and what a person gave, by field or option name.

    Raises Usage with one sentence that names every fault.
    """
    options = dict(given.get("options", {}))
    option_names = {known.name for known in knob_fields(task.options)}
    flat = {name: value for name, value in given.items() if name != "options" and name not in option_names}
    options |= {name: value for name, value in given.items() if name in option_names}
    faults = faults_in(task.options, options)
    checked = {} if faults else asdict(checker(task.options).validate_python(options))
    values = {"app": task.name, **(task.defaults if faults else task.defaults_for(checked)), **flat}
    if flat.get("backbone") == "dense" and "bidirectional" not in flat:
        values["bidirectional"] = False  # the application's default is of backbones that have a direction
    faults = [*faults_in(RunConfig, values), *faults]
    if not faults:
        values["options"] = checked
        faults = [*cross_faults(task, values), *task.option_faults(checked)]
    if faults:
        raise Usage("; ".join(faults))
    config: RunConfig = checker(RunConfig).validate_python(values)
    return config


@cache
def checker(settings: type[Settings]) -> TypeAdapter[Any]:
    """What validates a dataclass of knobs. Building one takes ten times as long as using it."""
    return TypeAdapter(settings)


def faults_in(settings: type[Settings], values: Mapping[str, Any]) -> list[str]:
    """What is wrong with `values` as the fields of a dataclass of knobs; empty when nothing is."""
    known = {declared.name: declared for declared in knob_fields(settings)}
    faults = []
    for name in values:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            faults.append(f"there is no option {name}" + (f"; did you mean {near[0]}?" if near else ""))
    try:
        checker(settings).validate_python({name: value for name, value in values.items() if name in known})
    except ValidationError as error:
        for fault in error.errors():
            name = ".".join(str(part) for part in fault["loc"])
            faults.append(f"{name}={fault['input']!r} is not allowed: {_lower_first(fault['msg'])}")
    return faults


def cross_faults(task: Task, values: Mapping[str, Any]) -> list[str]:
    """What cannot be together in values that are sound one by one; values["options"] holds all of the application's."""
    faults = []
    if not INIT_PATTERN.fullmatch(values.get("init", "default")):
        faults.append(
            f"init={values['init']!r} is not allowed: give default, orthogonal, identity or gain=G, such as gain=1.5"
        )
    if not DEVICE_PATTERN.fullmatch(values.get("device", "auto")):
        faults.append(f"device={values['device']!r} is not allowed: give auto, cpu, cuda, cuda:i or mps")
    kind = task.head_kind_for(values["options"])
    causal = is_causal(kind)
    if values.get("tie_weights") and kind != "next-token":
        faults.append(
            "tie_weights=true is not allowed: only a model of the next token puts out what it takes in, and "
            f"{task.name} predicts something else here; leave out --tie-weights"
        )
    if values.get("weight_drop") and values.get("backbone") == "dense":
        faults.append("backbone dense has no recurrent weights to drop: leave out --weight-drop")
    if values.get("bptt") and not causal:
        faults.append(
            f"bptt={values['bptt']} is not allowed: {task.name} predicts from whole sequences here, which "
            "must not be cut; leave out --bptt"
        )
    if values.get("bidirectional") and causal:
        faults.append(
            f"a bidirectional backbone cannot serve {task.name}: it predicts the next step, and the backward direction "
            "would read the very steps it has to predict; leave out --bidirectional"
        )
    if values.get("backbone") == "dense" and values.get("bidirectional"):
        faults.append("backbone dense has no direction: leave out --bidirectional, or choose rnn, gru or lstm")
    if values["options"].get("predictor") == "convlstm" and kind == "next-picture" and values.get("backbone") != "lstm":
        faults.append(
            f"backbone={values['backbone']} would do nothing: predictor=convlstm is an LSTM over a map; leave out "
            "--backbone, or predictor"
        )
    if values.get("init") == "identity" and values.get("backbone") != "rnn":
        faults.append(
            "init=identity is the IRNN of Le et al. (2015), for the rnn backbone: use --backbone rnn, or another init"
        )
    return faults


def read_toml(path: Path) -> dict[str, Any]:
    """The fields of a TOML configuration file; tables are for the application's options."""
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError as error:
        raise NotFound(f"no configuration file {path}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} is not valid TOML: {_lower_first(str(error))}") from error
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror}") from error


def to_toml(config: RunConfig) -> str:
    """The config as TOML that `--config` reads back; fields that are not set are left out."""
    values = asdict(config)
    options = values.pop("options")
    lines = [f"{name} = {_toml_value(value)}" for name, value in values.items() if value is not None]
    lines += ["", "[options]"] + [
        f"{name} = {_toml_value(value)}" for name, value in options.items() if value is not None
    ]
    return "\n".join(lines) + "\n"


def _toml_value(value: bool | float | str) -> str:
    # JSON strings, numbers and booleans are TOML as they stand, but for DEL and the surrogates JSON may escape.
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else json.dumps(value)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
