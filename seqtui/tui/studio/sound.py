"""Hearing a MIDI file: with a player that is installed, else with a small synthesizer of our own and an audio player.

In a process of its own: `python -P -m seqtui.tui.studio.sound FILE.mid`. Must never load Textual.
"""

import os
import shutil
import signal
import subprocess
import sys
import wave
from ctypes.util import find_library
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final, final

import numpy as np

from seqtui.tui.studio.synth import synthesize, write_wave

FONTS: Final = ("/usr/share/sounds/sf2", "/usr/share/soundfonts", "/usr/local/share/soundfonts")
WANTED: Final = "timidity, fluidsynth or aplay"
WAVE_PLAYERS: Final = (("aplay", "-q"), ("paplay",), ("pw-play",), ("afplay",))


@final
class Player:
    """Plays one file at a time."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def trouble(self) -> str:
        """Why nothing can be heard here, in a few words; '' if something may."""
        return "" if how_to_play(Path("x.mid")) or wave_player() else f"no sound here: {WANTED} is missing"

    def play(self, path: Path) -> None:
        """Begin; the last one is silenced."""
        self.stop()
        command = [sys.executable, "-P", "-m", "seqtui.tui.studio.sound", str(path)]
        with path.with_suffix(".log").open("wb") as log:
            self._child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def stop(self) -> bool:
        """Be silent; whether something was playing."""
        child, self._child = self._child, None
        if child is None or child.poll() is not None:
            return False
        os.killpg(child.pid, signal.SIGTERM)
        child.wait()
        return True


def how_to_play(path: Path) -> list[str]:
    """The command of a MIDI player that is installed; [] if none is."""
    if shutil.which("timidity"):
        return ["timidity", "-idq", str(path)]
    fonts = [Path(os.environ["SOUNDFONT"])] if os.environ.get("SOUNDFONT") else []
    fonts += [font for folder in FONTS for font in sorted(Path(folder).glob("*.sf[23]"))]
    if shutil.which("fluidsynth") and fonts:
        return ["fluidsynth", "-iqn", str(fonts[0]), str(path)]
    return []


def wave_player() -> list[str]:
    """The command that plays a .wav, without the file; [] if there is none."""
    found = next((list(words) for words in WAVE_PLAYERS if shutil.which(words[0])), [])
    if not found and find_spec("sounddevice") and has_portaudio():
        return [sys.executable, "-P", "-m", "seqtui.tui.studio.sound"]
    return found


@cache
def has_portaudio() -> bool:
    """Whether what sounddevice stands on is here: it brings it along, but not on Linux."""
    return sys.platform != "linux" or find_library("portaudio") is not None


def main(arguments: list[str]) -> int:
    """Play a .mid or a .wav to its end."""
    path = Path(arguments[0])
    if path.suffix == ".wav":
        import sounddevice

        with wave.open(str(path)) as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
            sounddevice.play(samples, file.getframerate(), blocking=True)
        return 0
    command = how_to_play(path)
    if not command:
        sounding = path.with_suffix(".wav")
        write_wave(synthesize(path), sounding)
        command = [*wave_player(), str(sounding)]
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
