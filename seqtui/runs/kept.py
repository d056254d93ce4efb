"""The checkpoint that a run which nobody trains would go on from: by what lies on the disk, whatever its log says."""

from pathlib import Path

from seqtui.runs.events import Saved
from seqtui.runs.folder import RunFolder


def checkpoint_files(checkpoints: Path) -> list[Path]:
    """What lies in a folder of checkpoints, the newest first; whether it is whole is another question."""
    return sorted(checkpoints.glob("step-*.safetensors"), reverse=True)


def newest_kept(folder: RunFolder) -> Saved | None:
    """As its event would tell it. A process may die between the checkpoint's rename and the event; a file may go."""
    for path in checkpoint_files(folder.checkpoints):
        step = path.stem.removeprefix("step-")
        if step.isascii() and step.isdigit() and path.is_file():
            name = f"{folder.checkpoints.name}/{path.name}"
            return Saved(int(step), name, path.stat().st_size, 0.0, "found", False)
    return None
