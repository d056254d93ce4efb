"""Names of files to write, and what is wrong with a path before anybody tries it."""

from collections.abc import Sequence
from pathlib import Path


def free_name(stem: str, suffix: str, count: int) -> str:
    """A name in this folder that nothing has; where `count` numbered files will be written, none of theirs either."""
    for number in range(1, 1000):
        name = f"{stem}{f'-{number}' if number > 1 else ''}"
        wanted = [f"{name}{suffix}"] if count < 2 else [f"{name}{suffix}", *_numbered(name, suffix, count)]
        if not any(Path(each).exists() for each in wanted):
            return f"{name}{suffix}"
    return f"{stem}{suffix}"


def export_fault(text: str, suffixes: Sequence[str]) -> str:
    """What is wrong with a file to write, in a sentence; '' if nothing is seen."""
    path = Path(text).expanduser()
    if not text or not path.name.lower().endswith(tuple(suffixes)):
        return f"give a file that ends in {' or '.join(suffixes)}"
    if path.is_symlink() or path.exists():
        return f"{path} exists already: give another name, as nothing is overwritten"
    return "" if path.parent.is_dir() else f"there is no folder {path.parent}"


def primer_fault(text: str) -> str:
    """What looks like a path must be a file."""
    path = Path(text).expanduser()
    return f"there is no file {path}" if "/" in text and not path.is_file() else ""


def text_fault(text: str) -> str:
    """What looks like the path of a text file must be one."""
    path = Path(text.strip()).expanduser()
    return f"there is no file {path}" if path.suffix == ".txt" and not path.is_file() else ""


def open_fault(text: str) -> str:
    """A file that is there."""
    return "" if text and Path(text).expanduser().is_file() else f"there is no file {text or 'yet: type a path'}"


def _numbered(name: str, suffix: str, count: int) -> list[str]:
    return [f"{name}-{number}{suffix}" for number in range(1, count + 1)]
