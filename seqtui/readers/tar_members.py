"""The members of a tar file as a stream: POSIX (ustar, pax) and GNU long names; nothing is kept in memory but a header.

What its header says of a member is checked and never trusted: who reads a member gets as many bytes as there are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, final

from seqtui.errors import BadInput

RECORD: Final = 512
_MOST_NOTES: Final = 2**16  # bytes of a pax header or a long name
_FILE: Final = (b"0", b"\0", b"7")
_KINDS: Final = {b"1": "a hard link", b"2": "a link", b"3": "a device", b"4": "a device", b"6": "a pipe"}
_NUMBER: Final = re.compile(rb"[ 0]*([0-7]*)[ \0]*")


@final
class Source:
    """Bytes taken in any portions from blocks of any size."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._held = b""

    def take(self, most: int) -> bytes:
        """At most so many bytes; none at the end."""
        while not self._held:
            block = next(self._blocks, None)
            if block is None:
                return b""
            self._held = block
        taken, self._held = self._held[:most], self._held[most:]
        return taken

    def exactly(self, count: int) -> bytes:
        """So many bytes; fewer at the end."""
        parts = []
        while count and (part := self.take(count)):
            parts.append(part)
            count -= len(part)
        return b"".join(parts)


@dataclass(frozen=True, slots=True)
class TarMember:
    """kind: 'file', 'folder', or what else it is, in words; size in bytes, of a file."""

    name: str
    kind: str
    size: int


def members(source: Source, archive: str) -> Iterator[TarMember]:
    """Each member; its bytes (size, then padding to a whole record) must be taken from `source` before the next.

    archive: its name, for sentences. BadInput where a header is damaged.
    """
    told: dict[str, str] = {}
    while len(header := source.exactly(RECORD)) == RECORD:
        if not header.strip(b"\0"):
            return
        if _sum(header) != _number(header[148:156], archive):
            raise BadInput(f"{archive} is no tar file, or damaged: a header's checksum is wrong")
        kind, size = header[156:157], _number(header[124:136], archive)
        if kind in (b"x", b"g", b"L", b"K"):
            notes = _notes(source, size, archive)
            if kind == b"x":
                told |= _pax(notes, archive)
            elif kind == b"L":
                told["path"] = notes.rstrip(b"\0").decode(errors="replace")
            continue
        yield _member(header, kind, size, told, archive)
        told = {}
    if header:
        raise BadInput(f"{archive} ends in the middle of a header; fetch or copy it again")


def padding(size: int) -> int:
    """Bytes behind a member's own, to a whole record."""
    return -size % RECORD


def _member(header: bytes, kind: bytes, size: int, told: dict[str, str], archive: str) -> TarMember:
    if any(key.startswith("GNU.sparse") for key in told):
        return TarMember(told.get("path", "a file"), "a file with holes", 0)
    prefix = _text(header[345:500]) if header[257:262] == b"ustar" and header[263:265] == b"00" else ""
    name = told.get("path") or (f"{prefix}/" if prefix else "") + _text(header[:100])
    if "size" in told:
        size = int(told["size"]) if told["size"].isascii() and told["size"].isdigit() else -1
        if not 0 <= size < 2**62:
            raise BadInput(f"{archive} is damaged: a member has no size")
    if kind == b"5" or (kind in _FILE and name.endswith("/")):
        return TarMember(name, "folder", size)
    return TarMember(name, "file" if kind in _FILE else _KINDS.get(kind, "of an unknown kind"), size)


def _notes(source: Source, size: int, archive: str) -> bytes:
    if size > _MOST_NOTES:
        raise BadInput(f"{archive} holds a header of {size:,} bytes; at most {_MOST_NOTES:,} are read")
    notes = source.exactly(size + padding(size))[:size]
    if len(notes) < size:
        raise BadInput(f"{archive} ends in the middle of a header; fetch or copy it again")
    return notes


def _pax(notes: bytes, archive: str) -> dict[str, str]:
    """Records `LENGTH KEY=VALUE` and a line feed; the length counts itself."""
    told = {}
    while notes:
        length, space, _ = notes.partition(b" ")
        count = int(length) if space and length.isdigit() and len(length) < 8 else 0
        record = notes[len(length) + 1 : count]
        key, sign, value = record.removesuffix(b"\n").partition(b"=")
        if not sign or not record.endswith(b"\n"):
            raise BadInput(f"{archive} is damaged: a pax header cannot be read")
        told[key.decode(errors="replace")] = value.decode(errors="replace")
        notes = notes[count:]
    return told


def _number(field: bytes, archive: str) -> int:
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    match = _NUMBER.fullmatch(field)
    if match is None:
        raise BadInput(f"{archive} is no tar file, or damaged: a header holds no number where one must be")
    return int(match[1] or b"0", 8)


def _sum(header: bytes) -> int:
    return sum(header[:148]) + 8 * ord(" ") + sum(header[156:])


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode(errors="replace")
