"""What is done to runs from their screen: note, trash, files to export. The disk is waited for in a thread, and what
came of it is told in a sentence.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, Protocol, TypeVar, final

from seqtui.errors import SeqtuiError
from seqtui.runs import trash
from seqtui.runs.comparison import Against, CurveName
from seqtui.runs.curve_files import curves_csv, svg, table_csv, write_new
from seqtui.runs.folder import RunFolder
from seqtui.runs.notes import Note, write_note
from seqtui.tui.charts.view import View
from seqtui.tui.runs.columns import RunRow
from seqtui.tui.runs.dialogs import Export
from seqtui.tui.runs.overlay import Drawn
from seqtui.tui.runs.store import RunStore

Answer = TypeVar("Answer")

NAMED: Final = 3
"""So many runs are called by their ids in a sentence; more are counted."""


class Teller(Protocol):
    """Shows a sentence to the person."""

    def __call__(self, text: str, *, wrong: bool = False) -> None:
        """wrong: something could not be done."""


@final
class RunCommands:
    """One at a time: the store is nobody else's while a thread works with it."""

    def __init__(self, store: RunStore, tell: Teller) -> None:
        self._store = store
        self._tell = tell
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="runs")
        self._is_closed = False

    async def wait_for(self, work: Callable[[], Answer]) -> Answer:
        """What `work` returns, done in the one thread that works with the store. Cancelled once that is let go of: the
        key of a quick hand may be heard after its screen has gone.
        """
        if self._is_closed:
            raise asyncio.CancelledError
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """Let go of the thread."""
        self._is_closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def keep_note(self, folder: RunFolder, note: Note) -> None:
        """Write a name and a note."""
        try:
            await self.wait_for(lambda: write_note(folder, note))
        except OSError as error:
            self._tell(f"the note of {folder.id} was not kept: {error.strerror}", wrong=True)

    async def discard(self, folders: Sequence[RunFolder]) -> None:
        """Into the trash."""
        gone, wrong = await self.wait_for(lambda: self._store.discard(folders))
        if gone:
            self._tell(f"{_called(gone)} {'is' if len(gone) == 1 else 'are'} in the trash; u takes it back")
        self._tell_all(wrong)

    async def undo(self) -> None:
        """Out of the trash."""
        back, wrong = await self.wait_for(self._store.undo)
        if back:
            self._tell(f"{_called(back)} {'is' if len(back) == 1 else 'are'} back")
        elif not wrong:
            self._tell("The trash is empty.")
        self._tell_all(wrong)

    async def trash_size(self) -> tuple[list[trash.Trashed], int]:
        """What lies in the trash, and its bytes."""
        return await self.wait_for(self._store.trash_size)

    async def empty_trash(self, records: list[trash.Trashed]) -> None:
        """For good."""
        try:
            await self.wait_for(lambda: self._store.empty_trash(records))
        except SeqtuiError as error:
            self._tell(str(error), wrong=True)
        else:
            self._tell("The trash is empty.")

    async def write_rows(self, wanted: Export, rows: Sequence[RunRow]) -> None:
        """The table, or all curves of some runs, as CSV."""
        if wanted.what == "table":
            await self._write(wanted, lambda: table_csv([row.run for row in rows]))
        else:
            await self._write(wanted, lambda: curves_csv(self._store.curves([row.run.folder for row in rows])))

    async def write_picture(
        self, wanted: Export, drawn: Sequence[Drawn], curve: CurveName, against: Against, view: View
    ) -> None:
        """The overlay as SVG: the same curves over the same axis, log or smoothed as on the screen, none cut."""
        curves, labels = [each.curves for each in drawn], [each.label for each in drawn]
        await self._write(
            wanted, lambda: svg(curves, labels, curve=curve, against=against, log=view.log, smoothing=view.smoothing)
        )

    async def _write(self, wanted: Export, make: Callable[[], str]) -> None:
        path = Path(wanted.path).expanduser()
        try:
            await self.wait_for(lambda: write_new(path, make()))
        except SeqtuiError as error:
            self._tell(str(error), wrong=True)
        else:
            self._tell(f"wrote {path.absolute()}")

    def _tell_all(self, sentences: Sequence[str]) -> None:
        for sentence in sentences[:NAMED]:
            self._tell(sentence, wrong=True)
        if len(sentences) > NAMED:
            self._tell(f"and {len(sentences) - NAMED} more could not either", wrong=True)


def _called(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= NAMED else f"{len(names)} runs"
