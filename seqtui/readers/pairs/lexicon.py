"""A pronouncing dictionary as CMUdict has it: a word and its phonemes a line, `word(2)` for another pronunciation.

Comments are lines that begin with ;;; and what follows a # behind phonemes. Phonemes may carry a figure of stress
(AH0, AH1, AH2), which can be left off.
"""

import re
from itertools import islice
from pathlib import Path
from typing import Final

from seqtui.errors import BadInput
from seqtui.readers.pairs.pair_set import PairGathering, PairSet
from seqtui.readers.text_file import Tally, text_lines
from seqtui.readers.unpacked_file import Progress, silent
from seqtui.text_safety import clean

ENDINGS: Final = (".dict", ".lex", ".lexicon", ".cmudict")

_LOOKED_AT: Final = 200  # lines
_VARIANT: Final = re.compile(r"(?<=.)\(\d+\)$")
_PHONEME: Final = re.compile(r"[A-Z]{1,3}[0-2]?")
_STRESS: Final = re.compile(r"(?<=[A-Z])[0-2](?= |$)")
_COMMENT: Final = ";;;"


def read_lexicon(path: Path, *, stress: bool, name: str | None = None, progress: Progress = silent) -> PairSet:
    """All entries, in lower case: a word's letters are to be read, its phonemes with single spaces to be made.

    Words of several pronunciations come several times. BadInput for a word without phonemes, with its line.
    """
    name = name or clean(path.name)
    gathering, tally = PairGathering("lexicon"), Tally()
    for number, line in text_lines(path, progress=progress, tally=tally):
        word, phonemes = _entry(line)
        if not word:
            continue
        if not phonemes:
            raise BadInput(
                f"{name}, line {number:,}: {clean(word, limit=40)} stands without phonemes; give a word, spaces, and "
                "its phonemes with spaces between, such as: cat K AE1 T"
            )
        said = phonemes if stress else _STRESS.sub("", phonemes)
        gathering.take(_VARIANT.sub("", word).lower(), said, f"{name}, line {number}")
    gathering.notes += tally.notes(name)
    if not gathering.sources:
        raise BadInput(f"{name} holds no word; give a word and its phonemes a line")
    return gathering.whole()


def looks_like_lexicon(path: Path) -> bool:
    """Whether the name says so, or nearly all of the first lines are a word and capital phonemes, without a TAB."""
    if _ending(path) in ENDINGS:
        return True
    entries = [_entry(line) for _, line in islice(text_lines(path), _LOOKED_AT) if line.strip()]
    entries = [each for each in entries if each[0]]
    fitting = sum(bool(said) and all(map(_PHONEME.fullmatch, said.split())) for _, said in entries)
    return len(entries) > 2 and fitting >= 0.95 * len(entries)


def _ending(path: Path) -> str:
    return Path(path.name.lower().removesuffix(".gz")).suffix


def _entry(line: str) -> tuple[str, str]:
    """Word and phonemes; ("", "") for a comment."""
    if not line.strip() or line.startswith(_COMMENT):
        return "", ""
    word, _, rest = line.strip().replace("\t", " ").partition(" ")
    return word, " ".join(f" {rest}".partition(" #")[0].split())
