"""Checks of a configuration: every fault at once, each a sentence with what would be right.

Imports pydantic (slow); import this module only where a run is set up.
"""

import difflib
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from seqtui.config import Fault, RunConfig, Settings, knob_fields
from seqtui.errors import BadInput, NotFound, Usage
from seqtui.shapes import is_causal
from seqtui.task import Task

INIT_PATTERN = re.compile(r"default|orthogonal|identity|gain=\d+(\.\d+)?([eE][-+]?\d+)?")
DEVICE_PATTERN = re.compile(r"auto|cpu|mps|cuda(:\d+)?")
REFUSED: Final = "is not allowed: "

Spelling = Callable[[str, Any], str]


def as_field(name: str, value: Any) -> str:
    """A field and its value where nobody spelled them otherwise."""
    if isinstance(value, bool):
        return f"{name}={json.dumps(value)}"
    return f"{name}={value}" if isinstance(value, str) and value.isprintable() else f"{name}={value!r}"


def make_config(task: Task, given: Mapping[str, Any], *, spelling: Spelling = as_field) -> RunConfig:
    """The config of a run of `task` from its own defaults and what a person gave, by field or option name.

    Raises Usage with one sentence that names every fault, each field as `spelling` has it.
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
        said = {**values, **options}
        raise Usage("; ".join(f"{spelling(fault.name, said.get(fault.name))} {fault.text}" for fault in faults))
    config: RunConfig = checker(RunConfig).validate_python(values)
    return config


@cache
def checker(settings: type[Settings]) -> TypeAdapter[Any]:
    """What validates a dataclass of knobs. Building one takes ten times as long as using it."""
    return TypeAdapter(settings)


def faults_in(settings: type[Settings], values: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with `values` as the fields of a dataclass of knobs; empty when nothing is."""
    known = {declared.name: declared for declared in knob_fields(settings)}
    faults = []
    for name in values:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            faults.append(Fault(name, "is no option" + (f"; did you mean {near[0]}?" if near else "")))
    try:
        checker(settings).validate_python({name: value for name, value in values.items() if name in known})
    except ValidationError as error:
        for fault in error.errors():
            why = "give a number" if str(fault["input"]).strip().lower() == "nan" else _lower_first(fault["msg"])
            faults.append(Fault(str(fault["loc"][0]), REFUSED + why))
    return faults


def cross_faults(task: Task, values: Mapping[str, Any]) -> list[Fault]:
    """What cannot be together in values that are sound one by one; values["options"] holds all of the application's."""
    faults = []
    if not INIT_PATTERN.fullmatch(values.get("init", "default")):
        faults.append(Fault("init", REFUSED + "give default, orthogonal, identity or gain=G, such as gain=1.5"))
    if not DEVICE_PATTERN.fullmatch(values.get("device", "auto")):
        faults.append(Fault("device", REFUSED + "give auto, cpu, cuda, cuda:i or mps"))
    kind = task.head_kind_for(values["options"])
    causal, backbone = is_causal(kind), values.get("backbone")
    if values.get("tie_weights") and kind != "next-token":
        why = "only a model of the next token puts out what it takes in, and "
        faults.append(Fault("tie_weights", f"{REFUSED}{why}{task.name} predicts something else here; leave it out"))
    if values.get("weight_drop") and backbone == "dense":
        why = "backbone dense has no recurrent weights to drop; leave it out"
        faults.append(Fault("weight_drop", REFUSED + why, other="backbone"))
    if values.get("bptt") and not causal:
        why = f"{task.name} predicts from whole sequences here, which must not be cut; leave it out"
        faults.append(Fault("bptt", REFUSED + why))
    if values.get("bidirectional") and causal:
        why = (
            f"a bidirectional backbone cannot serve {task.name}: it predicts the next step, and the backward direction "
        )
        faults.append(
            Fault("bidirectional", REFUSED + why + "would read the very steps it has to predict; leave it out")
        )
    if values.get("bidirectional") and backbone == "dense":
        why = "backbone dense has no direction; leave it out, or choose rnn, gru or lstm"
        faults.append(Fault("bidirectional", REFUSED + why, other="backbone"))
    if values["options"].get("predictor") == "convlstm" and kind == "next-picture" and backbone != "lstm":
        why = "would do nothing: predictor=convlstm is an LSTM over a map; leave it out, or the predictor"
        faults.append(Fault("backbone", why, other="predictor"))
    if values.get("init") == "identity" and backbone != "rnn":
        why = "is the IRNN of Le et al. (2015), for the rnn backbone: choose that, or another init"
        faults.append(Fault("init", why, other="backbone"))
    return faults


def read_toml(path: Path) -> dict[str, Any]:
    """The fields of a TOML configuration file; tables are for the application's options."""
    try:
        with path.open("rb") as file:
            values = tomllib.load(file)
    except FileNotFoundError as error:
        raise NotFound(f"no configuration file {path}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} is not valid TOML: {_lower_first(str(error))}") from error
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror}") from error
    if not isinstance(values.get("options", {}), dict):
        raise BadInput(f"{path}: options must be a table, such as [options] with a line for each")
    return values


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
