"""What a model of single words hears in recordings with silence around them, as they are and cut as the studio cuts.

    python benchmarks/speech_recordings.py MODEL FSDD

Every fifth of the 300 test recordings of the Free Spoken Digit Dataset, at 16 kHz, a second after the beginning of
three seconds of white noise. Prints a Markdown table of accuracies.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from scipy.signal import resample_poly

from seqtui.engine.asking import predict_all
from seqtui.engine.open_model import OpenModel, open_model
from seqtui.readers.speech.audio_file import mixed_down, read_sound
from seqtui.runs.models import find_model
from seqtui.tui.studio.recorder import Recorded, spoken_part, write

RATE, SECONDS = 16_000, 3
NOISES = {"-66": 0.0005, "-50": 0.003}  # dB of full scale: deviation


def main() -> None:
    opened, folder = open_model(find_model(sys.argv[1])), Path(sys.argv[2])
    torch.set_num_threads(1)
    files = sorted(folder.rglob("*_[0-4].wav"))[::5]
    print(
        f"as they are, without anything around: {accuracy(opened, files, [each.read_bytes() for each in files]):.3f}\n"
    )
    print("| noise, dB | three seconds | cut |\n|--|--|--|")
    for name, deviation in NOISES.items():
        rng = np.random.default_rng(0)
        whole = [Recorded(in_noise(each, deviation, rng), RATE, 1) for each in files]
        scores = [accuracy(opened, files, some) for some in (whole, [spoken_part(each) for each in whole])]
        print(f"| {name} | {scores[0]:.3f} | {scores[1]:.3f} |")


def in_noise(path: Path, deviation: float, rng: np.random.Generator) -> bytes:
    """A recording a second after the beginning of three."""
    wave = mixed_down(read_sound(path, longest=SECONDS))
    samples, spoken = rng.normal(0, deviation, SECONDS * RATE), resample_poly(wave.samples, RATE // wave.rate, 1)
    samples[RATE : RATE + len(spoken)] += spoken[: 2 * RATE]
    return np.round(samples.clip(-1, 1) * 32767).astype("<i2").tobytes()


def accuracy(opened: OpenModel, files: list[Path], sounds: list[Recorded] | list[bytes]) -> float:
    """Of digits whose class is the first letter of the file's name."""
    with TemporaryDirectory() as folder:
        for file, sound in zip(files, sounds, strict=True):
            path = Path(folder) / file.name
            path.write_bytes(sound) if isinstance(sound, bytes) else write(sound, path)
        predictions, _ = predict_all(opened, folder, progress=lambda *_: None)
        right = [each.guess == int(Path(each.name).name[0]) for each in predictions]
    return sum(right) / len(right)


if __name__ == "__main__":
    main()
