"""`python -P -m seqtui.tui [--lifeline FD] [RUN_FOLDER]`: the full screen's process. `seqtui` starts it and restores
the terminal after it; stderr is a log file. Must never load torch.
"""

import gc
import os
import sys
from pathlib import Path

from seqtui.tui.color_depth import color_system

# Textual reads these when it is imported. Nothing moves by itself: a repaint that nobody needs costs the training.
# A key's second repaint waits for 1 / FPS; what a training changes comes ten times a second, whatever this says.
os.environ.update(TEXTUAL_ANIMATIONS="none", TEXTUAL_SMOOTH_SCROLL="0", TEXTUAL_FPS="100")
os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", color_system())


def main(arguments: list[str]) -> int:
    """The exit code: 0 when a person left, 1 after a fault, 128 + number after a signal."""
    gc.disable()  # until the first paint: the app lets it go on
    from seqtui.tui.app import SeqtuiApp
    from seqtui.tui.lifeline import watch

    app = SeqtuiApp.from_disk()
    launcher = None
    if arguments[:1] == ["--lifeline"]:
        launcher, arguments = int(arguments[1]), arguments[2:]
    watch(app, launcher=launcher)
    if arguments:
        app.open_first(Path(arguments[0]))
    app.run(mouse=app.services.settings.mouse)
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
