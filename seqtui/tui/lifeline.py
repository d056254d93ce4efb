"""What the screen does when its launcher has gone, or its terminal: it leaves, and never spins on a dead terminal."""

import contextlib
import os
import threading
import time
from typing import Final

from textual.app import App

GRACE_SECONDS: Final = 3.0


def watch(descriptor: int, app: App[None]) -> None:
    """Have the app leave when the launcher's end of a pipe closes. A thread: the event loop itself may be stuck."""
    os.set_inheritable(descriptor, False)

    def wait() -> None:
        with contextlib.suppress(OSError):
            while os.read(descriptor, 1):
                pass
        with contextlib.suppress(RuntimeError):
            app.call_from_thread(app.exit, return_code=1)
        time.sleep(GRACE_SECONDS)
        os._exit(1)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()
