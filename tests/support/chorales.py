"""Short pieces for four voices, as MIDI files."""

from pathlib import Path

import numpy as np

from seqtui import catalog

ENCODING = {
    "representation": "frames", "steps_per_beat": 2, "tempo": 500_000, "meter": [4, 4], "program": 19,
    "voices": ["Soprano", "Alto", "Tenor", "Bass"], "openings": [],
}  # fmt: skip
CHORDS = ((51, 46, 39, 27), (53, 48, 41, 29), (55, 50, 43, 31), (56, 51, 44, 32))


def chorales(folder: Path) -> Path:
    """Twelve pieces for four voices, 16 to 27 half beats long."""
    rng = np.random.default_rng(8)
    folder.mkdir()
    for number in range(12):
        roll = np.zeros((16 + number, 88), np.uint8)
        for step in range(len(roll)):
            roll[step, list(CHORDS[rng.integers(4)])] = 1
        catalog.load("music").export_samples([roll], ENCODING, folder / f"chorale-{number:02}.mid")
    return folder
