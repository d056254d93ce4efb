"""What the screen does when its launcher has gone, or its terminal: it leaves, and never spins on a dead terminal."""

import contextlib
import os
import select
import signal
import threading
import time
from typing import Final

from textual.app import App

GRACE_SECONDS: Final = 3.0
LOOK_SECONDS: Final = 1.0


def watch(app: App[None], *, launcher: int | None) -> None:
    """Have the app leave when the terminal is hung up, or the launcher's end of a pipe closes.

    A thread: the event loop itself may be stuck in writing to that terminal.
    """
    ends = select.poll()
    ends.register(0, 0)  # 0: hang-ups only
    if launcher is not None:
        os.set_inheritable(launcher, False)
        ends.register(launcher, select.POLLIN)

    def wait() -> None:
        while not ends.poll(LOOK_SECONDS * 1000):
            pass
        with contextlib.suppress(RuntimeError):
            app.call_from_thread(app.exit, return_code=128 + signal.SIGHUP)
        time.sleep(GRACE_SECONDS)
        os._exit(128 + signal.SIGHUP)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()
