"""Recording from a microphone through sounddevice, in a process of its own: its audio library may block, or crash.

`python -P -m seqtui.tui.studio.microphone FILE.wav SECONDS`. Must never load Textual.
"""

import os
import signal
import subprocess
import sys
import wave
from pathlib import Path
from typing import Final, final

RATE: Final = 16_000  # Hz
SECONDS: Final = 3.0
NO_PORTAUDIO: Final = "no microphone here: PortAudio is missing; on Debian: apt install libportaudio2"
NO_EXTRA: Final = 'no microphone here: recording needs the extra "audio": pip install "seqtui[audio]"'


@final
class Microphone:
    """Makes one recording at a time."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._path = Path()

    @property
    def is_on(self) -> bool:
        """Whether it is recording, or has just done so and nobody asked."""
        return self._child is not None

    def start(self, path: Path) -> None:
        """Record SECONDS into `path`."""
        self.stop()
        self._path = path
        command = [sys.executable, "-P", "-m", "seqtui.tui.studio.microphone", str(path), f"{SECONDS:g}"]
        with path.with_suffix(".log").open("wb") as log:
            self._child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def outcome(self) -> tuple[Path | None, str] | None:
        """The recording, or why there is none; None while it goes on."""
        child = self._child
        if child is None or child.poll() is None:
            return None
        self._child = None
        if child.returncode == 0 and self._path.exists():
            return self._path, ""
        told = self._path.with_suffix(".log").read_text(errors="replace").strip().splitlines()
        return None, told[-1] if told else "no microphone here"

    def stop(self) -> None:
        """Record no more."""
        child, self._child = self._child, None
        if child is not None and child.poll() is None:
            os.killpg(child.pid, signal.SIGTERM)
            child.wait()


def main(arguments: list[str]) -> int:
    """Record; one line on stderr where that cannot be."""
    path, seconds = Path(arguments[0]), float(arguments[1])
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        sys.stderr.write(f"{NO_EXTRA}\n" if isinstance(error, ImportError) else f"{NO_PORTAUDIO}\n")
        return 1
    try:
        frames = sounddevice.rec(int(seconds * RATE), RATE, 1, "int16", blocking=True)
    except (sounddevice.PortAudioError, ValueError) as error:
        sys.stderr.write(f"no microphone here: {str(error).splitlines()[0]}\n")
        return 1
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(frames.tobytes())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
