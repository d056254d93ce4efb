"""From what a person typed to a run: a folder, an id, a unique prefix, a run's own name, or `last`."""

import contextlib
import difflib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from seqtui.errors import NotFound, SeqtuiError
from seqtui.paths import runs_folder
from seqtui.runs.folder import RunFolder, open_folder
from seqtui.runs.notes import named, read_note

LAST: Final = "last"


def folders() -> Iterator[RunFolder]:
    """Every run under the runs folder, in no order."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError), os.scandir(runs_folder()) as entries:
        for entry in entries:
            if Path(entry.path, "config.json").is_file():
                yield RunFolder(Path(entry.path))


def newest_first() -> list[RunFolder]:
    """Every run that can be read, the newest first, by the time in its config."""
    dated: list[tuple[float, RunFolder]] = []
    for folder in folders():
        with contextlib.suppress(SeqtuiError):
            dated.append((folder.read_header().created, folder))
    return [folder for _, folder in sorted(dated, key=lambda pair: pair[0], reverse=True)]


def remember(folder: RunFolder) -> None:
    """Have a run that lies elsewhere (--run-dir) found by its id too: a link under the runs folder.

    Only a convenience: where the link cannot be made, the run is found by its path.
    """
    home = runs_folder()
    if folder.path.parent == home.resolve():
        return
    with contextlib.suppress(OSError):
        home.mkdir(parents=True, exist_ok=True)
        (home / folder.id).symlink_to(folder.path)


def find(text: str) -> RunFolder:
    """The run that `text` means; NotFound, with what is near, where it means none or several."""
    path = Path(text)
    if "/" in text or (path / "config.json").is_file():
        return open_folder(path)
    if text == LAST:
        runs = newest_first()
        if not runs:
            raise NotFound(f"there is no run yet in {runs_folder()}; train one with `seqtui run APP`")
        return _opened(runs[0])
    known = {folder.id: folder for folder in folders()}
    if text in known:
        return _opened(known[text])
    starting = [name for name in known if text and name.startswith(text)]
    matches = starting or [folder.id for folder in known.values() if text and _name(folder) == text]
    if len(matches) == 1:
        return _opened(known[matches[0]])
    raise NotFound(_none_or_several(text, matches, known=list(known)))


def _opened(folder: RunFolder) -> RunFolder:
    return RunFolder(folder.path.resolve())


def _name(folder: RunFolder) -> str | None:
    try:
        return named(folder.read_config(), read_note(folder)).name
    except SeqtuiError:
        return None


def _none_or_several(text: str, matches: list[str], *, known: list[str]) -> str:
    if matches:
        shown = ", ".join(sorted(matches)[:5])
        return f"{text!r} fits {len(matches)} runs: {shown}{', …' if len(matches) > 5 else ''}; give more of the id"
    near = difflib.get_close_matches(text, known, n=3, cutoff=0.5)
    hint = f"; did you mean {' or '.join(near)}?" if near else "; `seqtui runs` lists them"
    return f"there is no run {text!r} in {runs_folder()}{hint}"
