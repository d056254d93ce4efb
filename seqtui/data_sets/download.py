"""One file from the first address that has it: goes on where it broke off, and is believed only by its sha256."""

import hashlib
import http.client
import json
import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from seqtui.data_sets.web import NotFromThere, NotThere, Offline, Unreachable, ask, host_of, why
from seqtui.errors import BadInput, FetchFailed, NotFound
from seqtui.readers.regular_file import read_regular
from seqtui.text_safety import clean

BLOCK: Final = 2**16
MIRROR_VARIABLE: Final = "SEQTUI_DATA_MIRROR"
_RANGE: Final = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")

Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Patience:
    """timeout: seconds of silence; delays: seconds before each further round through the addresses."""

    timeout: float = 30.0
    delays: tuple[float, ...] = (1.0, 4.0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What must come: exactly `size` bytes with this sha256; where that is '', anything of at most `size` bytes."""

    name: str
    size: int
    sha256: str = ""


class Stopped(FetchFailed):
    """Somebody no longer wants it."""


class Download:
    """Into the file `target`; until it is whole and verified, into one beside it, which the next attempt goes on with.

    tell: called with the bytes there are by now; stopped: whether to give up.
    """

    def __init__(
        self, wanted: Wanted, target: Path, *, patience: Patience, tell: Tell, stopped: Callable[[], bool]
    ) -> None:
        self._wanted, self._target = wanted, target
        self._part = target.with_name(f"{target.name}.part")
        self._from = target.with_name(f"{target.name}.from")
        self._patience, self._tell, self._stopped = patience, tell, stopped
        self._joined = False  # of what two answers brought

    def run(self, addresses: Sequence[str]) -> None:
        """From the first address that has it. FetchFailed, with what each said last, where none has."""
        said: dict[str, FetchFailed | BadInput | NotFound] = {}
        gone: set[str] = set()
        for delay in (0.0, *self._patience.delays):
            if delay:
                time.sleep(delay)
            for address in (each for each in addresses if each not in gone):
                try:
                    self._attempt(address)
                except Unreachable as error:
                    said[address] = error
                except (NotThere, BadInput, NotFound) as error:
                    said[address] = error
                    gone.add(address)
                else:
                    return
            if all(isinstance(error, Offline) or address in gone for address, error in said.items()):
                break  # waiting helps with neither
        reasons = "; ".join(dict.fromkeys(map(str, said.values())))
        if any(isinstance(error, Offline) for error in said.values()):
            reasons += f": is this machine online? Where there is no network, name a mirror in ${MIRROR_VARIABLE}"
        raise FetchFailed(f"{self._wanted.name} could not be fetched: {reasons or 'no address of it is known'}")

    def _attempt(self, address: str) -> None:
        if not urlsplit(address).scheme or address.startswith("file:"):
            self._copy(Path(unquote(urlsplit(address).path) if address.startswith("file:") else address))
        else:
            began = -1
            # What breaks off is gone on with, as long as something came.
            while not self._receive(address):
                have = self._have()
                if have <= began:
                    raise Unreachable(f"{host_of(address)} broke off after {have:,} of {self._wanted.size:,} bytes")
                began = have
        self._verify(address)

    def _copy(self, path: Path) -> None:
        data = read_regular(path, at_most=self._wanted.size)
        self._part.write_bytes(data)
        self._tell(len(data))

    def _receive(self, address: str) -> bool:
        """Take what comes; whether it is all there is."""
        have = self._have()
        if self._is_whole(have):
            return True
        headers = {"Range": f"bytes={have}-"} if have else {}
        tag = self._tag(address) if have else ""
        if tag:
            headers["If-Range"] = tag
        try:
            with ask(address, headers, timeout=self._patience.timeout) as answer:
                if self._begin(answer, address, have):
                    return self._take(answer, address)
        except NotFromThere:
            pass
        self._part.unlink(missing_ok=True)
        return False

    def _begin(self, answer: http.client.HTTPResponse, address: str, have: int) -> bool:
        """Put the file where the answer goes on; whether it can be put there. NotThere where it is another file."""
        if answer.status == 206:
            match = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
            if match is None or int(match[1]) != have:
                return False
            total = match[2]
            self._joined = True
        else:
            self._joined = False
            self._part.write_bytes(b"")
            total = answer.headers.get("Content-Length", "*")
        if self._wanted.sha256 and total.isdigit() and int(total) != self._wanted.size:
            raise NotThere(f"{host_of(address)} has another file: of {int(total):,} bytes, not {self._wanted.size:,}")
        tag = answer.headers.get("ETag", "")
        self._from.write_text(json.dumps({"address": address, "tag": "" if tag.startswith("W/") else tag}))
        return True

    def _take(self, answer: http.client.HTTPResponse, address: str) -> bool:
        with self._part.open("ab") as file:
            have = file.tell()
            while True:
                if self._stopped():
                    raise Stopped(f"{self._wanted.name} was given up; the next fetch goes on with it")
                try:
                    block = answer.read1(BLOCK)
                except (OSError, http.client.HTTPException) as error:
                    if isinstance(error, TimeoutError):
                        raise Unreachable(f"{host_of(address)} {why(error)}") from error
                    return False
                if not block:
                    break
                have += len(block)
                if have > self._wanted.size:
                    self._part.unlink()
                    raise NotThere(f"{host_of(address)} sends more than the {self._wanted.size:,} bytes that there are")
                file.write(block)
                self._tell(have)
        return self._is_whole(have) or (not self._wanted.sha256 and not answer.length)

    def _verify(self, address: str) -> None:
        digest = hashlib.sha256()
        with self._part.open("rb") as file:
            while block := file.read(2**20):
                digest.update(block)
            os.fsync(file.fileno())
        if self._wanted.sha256 and digest.hexdigest() != self._wanted.sha256:
            self._part.unlink()
            self._tell(0)
            # Of two versions joined, neither may be at fault: it is asked for as a whole.
            kind = Unreachable if self._joined else NotThere
            raise kind(f"what {host_of(address)} sends is not {clean(self._wanted.name)}: its sha256 is another")
        self._part.replace(self._target)
        self._from.unlink(missing_ok=True)

    def _is_whole(self, have: int) -> bool:
        return bool(self._wanted.sha256) and have == self._wanted.size and self._part.exists()

    def _have(self) -> int:
        """Bytes that an earlier attempt left; what is not verified in the end cannot be gone on with."""
        size = self._part.stat().st_size if self._part.exists() else 0
        if not self._wanted.sha256 or size > self._wanted.size:
            return 0
        return size

    def _tag(self, address: str) -> str:
        """What the server called the version that the part is of, if it was this server."""
        try:
            noted = json.loads(self._from.read_text())
            return str(noted["tag"]) if noted["address"] == address else ""
        except (OSError, ValueError, KeyError, TypeError):
            return ""
