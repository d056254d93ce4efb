"""Follow a run and show it; turn signals and the child's end into sentences and an exit code.

Whoever follows may die or lose its terminal at any moment: the run goes on. Must never be needed by the training.
"""

import contextlib
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Final, final

from seqtui.commands import console
from seqtui.commands.views import View
from seqtui.errors import Busy, ExitCode
from seqtui.runs.events import Failed
from seqtui.runs.folder import RunFolder
from seqtui.runs.journal import Record, follow
from seqtui.runs.kept import newest_kept
from seqtui.runs.lock import holder
from seqtui.runs.state import RunState, Status, fold, is_starting
from seqtui.text_safety import clean

START_SECONDS: Final = 20.0


@final
class Interrupts:
    """Ctrl-C once is passed on to the child, which saves; twice kills it. SIGTERM counts as the first Ctrl-C."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        self.count = 0
        self._child = child
        self._told = 0

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """Take the signals over while the block runs."""
        before = {number: signal.signal(number, self._take) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def tell(self, view: View) -> None:
        """Say what a signal did; not in the handler, which may have interrupted a print."""
        if self.count > self._told:
            self._told = self.count
            view.say(
                "interrupted: finishing the step and saving; once more stops at once"
                if self.count == 1
                else "stopping at once"
            )

    def _take(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGTERM and self.count:
            return
        self.count += 1
        self._child.send_signal(signal.SIGINT if self.count == 1 else signal.SIGKILL)


def follow_child(folder: RunFolder, child: subprocess.Popen[bytes], *, view: View, known: Sequence[Record] = ()) -> int:
    """Show a run whose child we started until it ends; the exit code of the command.

    known: records of before, of a run that goes on: folded in, not shown.
    """
    state = fold(known, config=folder.read_config())
    interrupts = Interrupts(child)
    with interrupts.installed():
        view.begin(folder)
        try:
            for record in follow(folder.events_file, is_alive=lambda: child.poll() is None, known=known):
                _show(record, state, view)
                interrupts.tell(view)
        finally:
            view.close()
        code = child.wait()
        interrupts.tell(view)
    if _is_gone(folder):
        return ExitCode.FAILED
    if code < 0:
        return _killed(-code, folder, state=state, interrupted=interrupts.count)
    return _ended(code, folder, state=state, view=view)


def follow_other(folder: RunFolder, *, view: View) -> int:
    """Show a run that somebody else started, from its beginning; Ctrl-C only stops looking."""
    header = folder.read_header()
    state = RunState(header.config)

    def is_alive() -> bool:
        return holder(folder) is not None or is_starting(state, created=header.created)

    try:
        view.begin(folder)
        for record in follow(folder.events_file, is_alive=is_alive):
            _show(record, state, view)
    except KeyboardInterrupt:
        view.close()
        view.say(f"no longer following; run {folder.id} goes on (end it with: seqtui stop {folder.id})")
        return ExitCode.DONE
    finally:
        view.close()
    if _is_gone(folder):
        return ExitCode.FAILED
    if state.status(alive=False) is Status.DEAD:
        console.error(
            f"run {folder.id} died at step {_step(state):,} without a word; go on with: seqtui resume {folder.id}"
        )
        return ExitCode.FAILED
    return _ended(state.ended.exit_code if isinstance(state.ended, Failed) else 0, folder, state=state, view=view)


def refuse_if_held(folder: RunFolder) -> None:
    """Busy, naming the holder, if the run lives."""
    who = holder(folder)
    if who is not None:
        raise Busy(f"run {folder.id} is in use by {who}; watch it with: seqtui attach {folder.id}")


def wait_until_it_holds(folder: RunFolder, child: subprocess.Popen[bytes]) -> None:
    """Return when the child has the run's lock, or is gone: only then can others tell that the run lives."""
    deadline = time.monotonic() + START_SECONDS
    while holder(folder) is None and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)


def _is_gone(folder: RunFolder) -> bool:
    """Whether somebody removed the folder that was followed; then that is told."""
    if folder.path.is_dir():
        return False
    console.error(f"the run folder {folder.path} was removed or moved while the run trained: nothing is left to show")
    return True


def _show(record: Record | None, state: RunState, view: View) -> None:
    if record is None:
        view.tick(state)
        return
    state.take(record.event, seq=record.seq)
    view.take(record, state)


def _ended(code: int, folder: RunFolder, *, state: RunState, view: View) -> int:
    if code in (ExitCode.DONE, ExitCode.INTERRUPTED):
        view.end(state, folder)
        return code
    if isinstance(state.ended, Failed):
        sentence = state.ended.sentence
    else:
        sentence = _last_words(folder) or f"the training process ended with code {code}"
    console.error(sentence)
    if code == ExitCode.FAILED:
        console.say(f"run {folder.id} failed at step {_step(state):,}; its log: {folder.stderr_file}")
        if isinstance(state.ended, Failed) and state.ended.command:
            console.say(f"next: {state.ended.command}")
    return code


def _killed(number: int, folder: RunFolder, *, state: RunState, interrupted: int) -> int:
    resume = f"go on with: seqtui resume {folder.id}"
    kept = newest_kept(folder)  # it may have died before it could tell
    checkpoint = f"the last checkpoint (step {kept.step:,}) is intact" if kept else "it had saved nothing yet"
    if interrupted:
        console.say(f"stopped at step {_step(state):,}; {checkpoint}; {resume}")
        return ExitCode.INTERRUPTED
    name = signal.strsignal(number) or "unknown"
    peak = f": peak {state.peak_memory_mb:,.0f} MB" if state.peak_memory_mb else ""
    guess = f" (often out of memory{peak})" if number == signal.SIGKILL else ""
    console.error(
        f"the training process was killed by signal {number}, {name}{guess}; {checkpoint}; {resume}; "
        f"its log: {folder.stderr_file}"
    )
    return ExitCode.FAILED


def _last_words(folder: RunFolder) -> str:
    try:
        lines = folder.stderr_file.read_bytes()[-4096:].decode(errors="replace").strip().splitlines()
    except OSError:
        return ""
    said = clean(lines[-1]).removeprefix("seqtui: error: ") if lines else ""
    return f"the training process ended early: {said}" if said else ""


def _step(state: RunState) -> int:
    return state.step.step if state.step else 0
