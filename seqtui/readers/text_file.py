"""Lines of a text file as data: UTF-8 or UTF-16, plain or gzip, streamed; what is no text is refused, never guessed.

Lines end at LF, CR LF and CR and nowhere else: U+0085, U+2028 and form feeds are text. Control characters are kept,
as they are data, and counted; whoever shows a line cleans it first.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from seqtui.errors import BadInput
from seqtui.readers.unpacked_file import CutShort, Newlines, Progress, UnpackedFile, silent

LONGEST_LINE: Final = 10_000_000  # bytes of UTF-8

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(slots=True)
class Tally:
    """What was met so far in one file.

    lines, blank: lines in all, and those of white space alone; controls: control characters but tabs and newlines, the
    first in line first_control; replaced: U+FFFD, what an earlier conversion lost; byte_order_mark, utf_16: how it
    began; windows_newlines, old_mac_newlines: CR LF and lone CR, each read as the end of a line.
    """

    lines: int = 0
    blank: int = 0
    controls: int = 0
    first_control: int = 0
    replaced: int = 0
    byte_order_mark: bool = False
    utf_16: bool = False
    windows_newlines: int = 0
    old_mac_newlines: int = 0

    def notes(self, name: str) -> list[str]:
        """A sentence for each thing that a person who hands the file in should know; name: the file's, cleaned."""
        said = []
        if self.utf_16:
            said.append(f"{name} is UTF-16 and was decoded")
        if self.old_mac_newlines and (self.windows_newlines or self.old_mac_newlines < self.lines - 1):
            said.append(f"{name} mixes kinds of newlines; each was read as the end of a line")
        if self.controls:
            said.append(
                f"{name} holds {self.controls:,} control characters, the first in line {self.first_control:,}; they "
                "were kept as text"
            )
        if self.replaced:
            said.append(f"{name} holds {self.replaced:,} characters U+FFFD, which an earlier conversion left as lost")
        return said


def text_lines(path: Path, *, progress: Progress = silent, tally: Tally | None = None) -> Iterator[tuple[int, str]]:
    """Number, from 1, and text of every line, without its newline; a last line needs none.

    BadInput for an empty file, zero bytes, bytes that are no UTF-8 (with byte and line), a line of over 10 MB, gzip
    that is damaged or ends too soon, and a file that changes meanwhile; NotFound.
    """
    file = UnpackedFile(path, wanted="a file with text", progress=progress)
    count = tally if tally is not None else Tally()
    newlines = Newlines()
    try:
        for block in _whole_lines(newlines.made_one(_utf_8(file, count)), file.name, count):
            text = _decoded(block, file, count)
            count.windows_newlines, count.old_mac_newlines = newlines.windows, newlines.old_mac
            for line in text.removesuffix("\n").split("\n"):
                count.lines += 1
                count.blank += not line or line.isspace()
                yield count.lines, line
    except CutShort as error:
        raise BadInput(f"{file.name}: the gzip data end in the middle of the file; copy it again") from error


def _utf_8(file: UnpackedFile, tally: Tally) -> Iterator[bytes]:
    """The file's text as UTF-8 without its mark; NUL is refused."""
    decoder: codecs.IncrementalDecoder | None = None
    at = 0
    for number, block in enumerate(file):
        text = block
        if number == 0 and block.startswith(_UTF_16):
            decoder, tally.utf_16 = codecs.getincrementaldecoder("utf-16")(), True
        if number == 0 and block.startswith(_BYTE_ORDER_MARK):
            text, tally.byte_order_mark = block.removeprefix(_BYTE_ORDER_MARK), True
        if decoder is not None:
            text = _from_utf_16(decoder, block, file.name, at)
        if b"\0" in text:
            where = "" if decoder else f", byte {at + block.index(0):,} is zero"
            raise BadInput(
                f"{file.name} is not text{where}; if it is UTF-16 or UTF-32, save it as UTF-8, else leave it out"
            )
        at += len(block)
        yield text
    if decoder is not None:
        yield _from_utf_16(decoder, b"", file.name, at)


def _from_utf_16(decoder: codecs.IncrementalDecoder, block: bytes, name: str, at: int) -> bytes:
    try:
        return decoder.decode(block, not block).encode()
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{name} begins as UTF-16 and near byte {at + error.start:,} is not ({error.reason}); save it as UTF-8"
        ) from error


def _whole_lines(blocks: Iterator[bytes], name: str, tally: Tally) -> Iterator[bytes]:
    """The same bytes cut anew, behind newlines; none of them empty."""
    rest = b""
    for block in blocks:
        rest += block
        end = rest.rfind(b"\n") + 1
        if end:
            whole, rest = rest[:end], rest[end:]
            _refuse_long(whole, name, tally)
            yield whole
        if len(rest) > LONGEST_LINE:
            raise _too_long(name, tally.lines + 1)
    if rest:
        _refuse_long(rest, name, tally)
        yield rest


def _refuse_long(whole: bytes, name: str, tally: Tally) -> None:
    if len(whole) > LONGEST_LINE:
        for number, line in enumerate(whole.split(b"\n"), tally.lines + 1):
            if len(line) > LONGEST_LINE:
                raise _too_long(name, number)


def _too_long(name: str, number: int) -> BadInput:
    return BadInput(
        f"{name}, line {number:,}: is longer than {LONGEST_LINE // 1_000_000} MB; cut it into lines, such as one a "
        "sentence or paragraph"
    )


def _decoded(block: bytes, file: UnpackedFile, tally: Tally) -> str:
    """Whole lines that come after those of the tally."""
    try:
        text = block.decode()
    except UnicodeDecodeError as error:
        line = tally.lines + 1 + block.count(b"\n", 0, error.start)
        begin, end = block.rfind(b"\n", 0, error.start) + 1, block.find(b"\n", error.start)
        raise BadInput(
            f"{file.name}, line {line:,}: byte {_first_bad_byte(file.path):,} ({block[error.start]:#04x}) is not "
            f"UTF-8; {_advice(block[begin : end if end >= 0 else None])}"
        ) from error
    if tally.controls == 0 and (first := _CONTROL.search(text)):
        tally.first_control = tally.lines + 1 + text.count("\n", 0, first.start())
    tally.controls += len(_CONTROL.findall(text))
    tally.replaced += text.count("\ufffd")
    return text


def _first_bad_byte(path: Path) -> int:
    """Counted from 0 in the unpacked file, in a reading of its own: newlines were changed since."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    at = 0
    for block in UnpackedFile(path, wanted="a file with text"):
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            return at - pending + error.start
        at += len(block)
    return at - len(decoder.getstate()[0])


def _advice(line: bytes) -> str:
    """Latin-1 has no letters at 0x80 to 0x9f, where Windows' code page has quotes and dashes."""
    page, name = ("cp1252", "Windows-1252") if re.search(rb"[\x80-\x9f]", line) else ("latin1", "Latin-1")
    return f"if it is {name}, convert it with iconv -f {page} -t utf-8"
