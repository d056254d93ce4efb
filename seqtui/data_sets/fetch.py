"""A set fetched: its files from a mirror, an archive or their own addresses; verified, unpacked, put in place at once.

Whatever breaks off leaves the verified files behind, and the next fetch goes on from there. Prints nothing.
"""

import os
import queue
import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

from seqtui.data_sets.download import MIRROR_VARIABLE, Download, Patience, Wanted
from seqtui.data_sets.made import is_verified, make
from seqtui.data_sets.manifest import DataSet, RemoteFile, files_of
from seqtui.data_sets.store import check_room, fault_in, held, is_here, place_of, put, sets_folder, work_folder
from seqtui.errors import BadInput, FetchFailed
from seqtui.readers.archive import unpack

WORKERS: Final = 4
_MANY: Final = 20  # files, from which on an archive of all is fetched instead of each
_TRIED: Final = 20  # files that a mirror may lack before it is asked for no more, if it had none


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done, and of how many bytes and files how many there are by now."""

    what: str
    done: int
    total: int
    files_done: int
    files: int


Tell = Callable[[Progress], None]
_Told = queue.SimpleQueue[tuple[RemoteFile, int, FetchFailed | OSError | None]]
"""A file, and either how many bytes of it there are, or -1: it is done, or why it could not be."""


def fetch(data_set: DataSet, *, tell: Tell, patience: Patience | None = None) -> Path:
    """Where the set lies, fetched now unless it is here. FetchFailed, BadInput (an archive) or Busy, and why."""
    with held(data_set):
        if is_here(data_set) and not fault_in(data_set):
            return place_of(data_set)
        work = work_folder(data_set)
        work.mkdir(parents=True, exist_ok=True)
        check_room(work, 3 * data_set.size)
        gathering = _Gathering(data_set, work / "files", tell, patience or Patience())
        gathering.all()
        gathering.say("unpacking")
        made = sets_folder() / f".{data_set.name}.made-{os.getpid()}"
        shutil.rmtree(made, ignore_errors=True)
        try:
            make(gathering.files, gathering.raw, made)
            put(data_set, made)
        finally:
            shutil.rmtree(made, ignore_errors=True)
        shutil.rmtree(work, ignore_errors=True)
        return place_of(data_set)


def mirror() -> str:
    """The address or folder that is asked before a set's own addresses; '' where none is named."""
    return os.environ.get(MIRROR_VARIABLE, "").rstrip("/")


class _Gathering:
    """The raw files of a set in one folder."""

    def __init__(self, data_set: DataSet, raw: Path, tell: Tell, patience: Patience) -> None:
        self.files = files_of(data_set)
        self.raw = raw
        self._set, self._patience, self._tell = data_set, patience, tell
        self._bytes: dict[str, int] = {}
        self._total = sum(file.size for file in self.files)
        self._files_done = 0

    def all(self) -> None:
        """Have every file there, verified."""
        self.say("looking at what is here")
        missing = [file for file in self.files if not self._is_there(file)]
        self._files_done = len(self.files) - len(missing)
        if missing and mirror():
            missing, _ = self._fetch(missing, [mirror()], is_mirror=True)
        if len(missing) >= _MANY and self._set.archive:
            missing = self._from_archive(missing)
        if missing:
            missing, failure = self._fetch(missing, self._set.addresses, is_mirror=False)
            if failure is not None:
                raise failure

    def say(self, what: str) -> None:
        """Tell how far it is."""
        self._tell(Progress(what, sum(self._bytes.values()), self._total, self._files_done, len(self.files)))

    def _is_there(self, file: RemoteFile) -> bool:
        there = is_verified(file, self.raw / file.path)
        self._bytes[file.path] = file.size if there else 0
        return there

    def _fetch(
        self, missing: Sequence[RemoteFile], addresses: Sequence[str], *, is_mirror: bool
    ) -> tuple[list[RemoteFile], FetchFailed | None]:
        """Several at once. Those that did not come, and why the first did not."""
        todo: queue.SimpleQueue[RemoteFile] = queue.SimpleQueue()
        told: _Told = queue.SimpleQueue()
        for file in missing:
            todo.put(file)
        stop = threading.Event()
        patience = replace(self._patience, delays=()) if is_mirror else self._patience

        def work() -> None:
            while not stop.is_set():
                try:
                    file = todo.get_nowait()
                except queue.Empty:
                    return
                where = [_in_mirror(each, self._set, file) if is_mirror else file.at(each) for each in addresses]
                told.put((file, -1, self._one(file, where, told, stop, patience)))

        # Daemons: a person who interrupts does not wait for a server that is silent.
        workers = [threading.Thread(target=work, daemon=True) for _ in range(min(WORKERS, len(missing)))]
        for worker in workers:
            worker.start()
        try:
            found = self._listen(missing, told, patient=is_mirror)
        finally:
            stop.set()
        if is_mirror:
            for worker in workers:  # what comes next writes the same files
                worker.join()
        return found

    def _one(
        self, file: RemoteFile, where: Sequence[str], told: "_Told", stop: threading.Event, patience: Patience
    ) -> FetchFailed | OSError | None:
        def tell(done: int) -> None:
            told.put((file, done, None))

        target = self.raw / file.path
        wanted = Wanted(file.path, file.size, file.sha256)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            Download(wanted, target, patience=patience, tell=tell, stopped=stop.is_set).run(where)
        except (FetchFailed, OSError) as error:
            return error
        return None

    def _listen(
        self, missing: Sequence[RemoteFile], told: "_Told", *, patient: bool
    ) -> tuple[list[RemoteFile], FetchFailed | None]:
        """patient: one that does not come is no reason to leave the others."""
        left = dict.fromkeys(missing)
        failed: list[FetchFailed] = []
        while len(left) > len(failed):
            file, done, error = told.get()
            if done >= 0:
                self._bytes[file.path] = done
            elif isinstance(error, FetchFailed):
                failed.append(error)
                if not patient or (len(failed) >= _TRIED and len(left) == len(missing)):
                    break
            elif error is not None:
                raise error  # a disk that is full
            else:
                del left[file]
                self._files_done += 1
            self.say("fetching")
        return list(left), failed[0] if failed else None

    def _from_archive(self, missing: list[RemoteFile]) -> list[RemoteFile]:
        """What of the missing files is still missing; an archive that is no good is no failure."""
        packed, unpacked = self.raw.parent / "archive", self.raw.parent / "unpacked"
        shutil.rmtree(unpacked, ignore_errors=True)
        by_source = {file.source: file for file in missing}

        def choose(name: str) -> str | None:
            file = by_source.get(name.partition("/")[2])
            return file.path if file else None

        size = self._set.archive_size
        wanted = Wanted(f"the archive of {self._set.name}", 2 * size + 2**20)

        def tell(done: int) -> None:
            self._tell(Progress("fetching an archive", min(done, size), size, self._files_done, len(self.files)))

        try:
            Download(wanted, packed, patience=self._patience, tell=tell, stopped=lambda: False).run([self._set.archive])
            unpack(packed, unpacked, choose=choose)
        except (FetchFailed, BadInput):
            return missing
        finally:
            packed.unlink(missing_ok=True)
        for file in missing:
            if is_verified(file, unpacked / file.path):
                (self.raw / file.path).parent.mkdir(parents=True, exist_ok=True)
                (unpacked / file.path).replace(self.raw / file.path)
                self._bytes[file.path] = file.size
                self._files_done += 1
        shutil.rmtree(unpacked, ignore_errors=True)
        return [file for file in missing if not self._bytes[file.path]]


def _in_mirror(address: str, data_set: DataSet, file: RemoteFile) -> str:
    path = f"{data_set.name}/{file.path}"
    return f"{address}/{quote(path) if urlsplit(address).scheme else path}"
