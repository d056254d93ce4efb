"""What `--data` means: a path that exists, or the name of a set that was fetched, and what it asks of its application.

The one place where names of sets become paths: commands, the child that trains and the set-up screen come here.
"""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seqtui.data_sets.manifest import DataSet, known
from seqtui.data_sets.store import fault_in, is_here, place_of
from seqtui.errors import NotFound, Usage


def named(data: str | None) -> DataSet | None:
    """The set that `data` names, here or not; None where it is a path, or a name of the application's own."""
    if not isinstance(data, str) or data not in known() or _exists(data):
        return None
    return known()[data]


def resolve(app: str, data: str) -> str:
    """The path of what `data` names for an application; what names no set comes back as it is.

    NotFound, with the command that fetches it, where a set is not here; Usage where it is for another application, or
    where nothing is named, which a path would take for the folder one stands in.
    """
    if not data:
        raise Usage("the name of the data is empty: give a file, a folder or a data set")
    data_set = named(data)
    if data_set is None:
        _refuse_near_misses(app, data)
        return data
    if data_set.application != app:
        raise Usage(
            f"the data set {data} is for {data_set.application}, not for {app}; `seqtui data list` names those for "
            f"{app}, and to read its files all the same, give their path: seqtui data where {data}"
        )
    return str(path_of(data_set))


def path_of(data_set: DataSet) -> Path:
    """Where a set lies that must be here. NotFound, with the command that fetches it, where it does not."""
    command = f"`seqtui data fetch {data_set.name}`"
    if not is_here(data_set):
        raise NotFound(
            f"the data set {data_set.name} is not here: {command} fetches it ({data_set.size / 1e6:.1f} MB, "
            f"{data_set.license})"
        )
    if fault := fault_in(data_set):
        raise NotFound(f"the data set {data_set.name} is damaged ({fault}): {command} mends it")
    return place_of(data_set)


def options_of(app: str, data: str | None) -> Mapping[str, Any]:
    """The application's options that the set named asks for; none for paths, and for sets of other applications."""
    data_set = named(data)
    return data_set.options if data_set is not None and data_set.application == app else {}


def notes_of(data: str | None, options: Mapping[str, Any]) -> tuple[str, ...]:
    """What the notes of a run say of its set: the license, and which options stand as the set asks for."""
    data_set = named(data)
    if data_set is None:
        return ()
    taken = [f"{name}={value}" for name, value in data_set.options.items() if options.get(name) == value]
    asked = f"; {', '.join(taken)}, as the set asks for" if taken else ""
    return (f"data set {data_set.name}, {data_set.license}: {data_set.citation}{asked}",)


def _refuse_near_misses(app: str, data: str) -> None:
    if "/" in data or "." in data or _exists(data):
        return
    near = difflib.get_close_matches(data, [each.name for each in known().values() if each.application == app], 1, 0.8)
    if near:
        raise NotFound(f"there is no file, folder or data set {data!r}; did you mean {near[0]}?")


def _exists(data: str) -> bool:
    try:
        return Path(data).expanduser().exists()
    except (OSError, ValueError, RuntimeError):  # too long for a path, a NUL in it, a home that is nobody's
        return False
