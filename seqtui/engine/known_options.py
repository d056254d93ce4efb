"""The options that a run or a model was made with, held against those that its application has today."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from seqtui.errors import BadInput
from seqtui.task import Task
from seqtui.text_safety import clean


def check_options(task: Task, options: Mapping[str, Any], path: Path) -> None:
    """BadInput where the application has no option of that name: another version made what lies at `path`."""
    known = {declared.name for declared in fields(task.options)}
    strange = ", ".join(clean(str(name)) for name in options if name not in known)
    if strange:
        raise BadInput(
            f"{path} was made by another version of seqtui: {task.name} has no option named {strange} here; "
            "train it again, or use the version that made it"
        )
