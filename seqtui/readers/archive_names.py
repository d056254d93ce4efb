"""Which names of an archive's members may become files: what any system can hold, in one folder, told apart by all."""

import re
import unicodedata
from typing import Final

from seqtui.errors import BadInput
from seqtui.text_safety import clean

LONGEST_PART: Final = 200  # bytes of UTF-8
LONGEST: Final = 1000
DEEPEST: Final = 20

_DRIVE: Final = re.compile(r"[A-Za-z]:")
_WILD: Final = re.compile(r'[<>:"|?*]')
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


class Names:
    """The names met so far in one archive. archive: its own name, for sentences."""

    def __init__(self, archive: str) -> None:
        self._archive = archive
        self._met: dict[str, tuple[str, bool]] = {}

    def take(self, name: str, *, is_folder: bool) -> str:
        """The name, without a slash at its end. BadInput where it may not become a file, or one like it was met."""
        name = name.removesuffix("/") if is_folder else name
        if fault := _fault(name):
            raise BadInput(f"{self._archive} holds {clean(name, limit=80)!r}, {fault}; nothing of it was unpacked")
        parts = name.split("/")
        for depth in range(1, len(parts)):
            self._meet("/".join(parts[:depth]), is_folder=True)
        self._meet(name, is_folder=is_folder)
        return name

    def _meet(self, name: str, *, is_folder: bool) -> None:
        folded = unicodedata.normalize("NFC", name).casefold()
        before = self._met.get(folded)
        if before is None:
            self._met[folded] = (name, is_folder)
        elif before != (name, is_folder) or not is_folder:
            other = clean(before[0], limit=80)
            raise BadInput(
                f"{self._archive} holds {clean(name, limit=80)!r} and {other!r}, which are one file on some systems; "
                "nothing of it was unpacked"
            )


def _fault(name: str) -> str:
    """What is wrong with a name, or ''."""
    if not name or name.startswith("/") or _DRIVE.match(name):
        return "which is no path inside a folder"
    if "\\" in name:
        return "with a backslash in its name"
    if any(not character.isprintable() for character in name):
        return "with a character in its name that cannot be seen"
    parts = name.split("/")
    if len(name.encode()) > LONGEST or len(parts) > DEEPEST or any(len(part.encode()) > LONGEST_PART for part in parts):
        return "whose name is too long"
    if any(part in ("", ".", "..") for part in parts):
        return "whose path goes astray"
    if _WILD.search(name) or any(
        part.endswith((".", " ")) or part.startswith(" ") or _DEVICE.fullmatch(part) for part in parts
    ):
        return "a name that some systems cannot hold"
    return ""
