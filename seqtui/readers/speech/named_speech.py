"""Speech that a name stands for: digits made by rule here, and what the package captcha ships."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from seqtui.readers.speech.captcha_recordings import vary_captcha
from seqtui.readers.speech.made_digits import make_digits
from seqtui.readers.speech.recording_set import SpeechSet

MADE: Final = "digits"
CAPTCHA: Final = "captcha"
CAPTCHA_DIGITS: Final = "captcha-digits"

_READ: Final[dict[str, tuple[str, Callable[[float, int], SpeechSet]]]] = {
    MADE: ("spoken digits made by rule", lambda noise, seed: make_digits(noise, seed=seed)),
    CAPTCHA: (
        "digits and letters recorded for captcha",
        lambda noise, seed: vary_captcha(noise, digits_only=False, seed=seed),
    ),
    CAPTCHA_DIGITS: (
        "digits recorded for captcha",
        lambda noise, seed: vary_captcha(noise, digits_only=True, seed=seed),
    ),
}


def name_of(data: str | None) -> str | None:
    """The name that `data` is, MADE where nothing is given; None where it is a path, as a folder called so would be."""
    if data is None:
        return MADE
    return data if data in _READ and not Path(data).exists() else None


def read_named(name: str, noise: float, *, seed: int) -> SpeechSet:
    """Single words in three splits, the same for a seed. noise: dB under the words. MissingExtra without captcha."""
    return _READ[name][1](noise, seed)


def words_of(name: str, noise: float) -> str:
    """What it is, in a clause."""
    return f"{_READ[name][0]}, {noise:g} dB over noise"
