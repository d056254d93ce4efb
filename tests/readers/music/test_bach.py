"""The real chorales, where music21 is installed; and a sentence where it is not."""

import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from seqtui.errors import BadInput, MissingExtra
from seqtui.readers.music.bach import bach_files, read_chorale

needs_music21 = pytest.mark.skipif(find_spec("music21") is None, reason="music21 is not installed")


@needs_music21
def test_a_chorale_has_four_voices_in_range_without_importing_music21() -> None:
    path = next(path for path in bach_files() if path.stem == "bwv66.6")
    score = read_chorale(path)
    # BWV 66.6, F sharp minor, 4/4: the soprano opens C#5 B4 A4 after a pickup of two eighths
    assert score.meter == (4, 4)
    assert score.keys[0][1] == 3
    soprano = score.notes[score.notes[:, 5] == 1]
    assert soprano[:3, 2].tolist() == [73, 71, 69]
    assert sorted(set(score.notes[:, 4].tolist())) == [0, 1, 2, 3]
    assert "music21" not in sys.modules


@needs_music21
def test_nearly_every_file_of_the_corpus_is_read() -> None:
    files = bach_files()[::10]
    assert len(files) > 35
    for path in files:
        notes = read_chorale(path).notes
        assert len(notes) > 50
        assert (notes[:, 1] > notes[:, 0]).all()
        assert 30 <= notes[:, 2].min() < notes[:, 2].max() <= 90


def test_without_music21_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(MissingExtra, match=r'pip install "seqtui\[corpora\]"'):
        bach_files()


MEASURE = """<score-partwise><part-list>{names}</part-list>{parts}</score-partwise>"""
PART = """<part id="P{0}"><measure><attributes><divisions>2</divisions></attributes>
<note><pitch><step>C</step><alter>1</alter><octave>4</octave></pitch><duration>2</duration><tie type="start"/></note>
<note><pitch><step>C</step><alter>1</alter><octave>4</octave></pitch><duration>1</duration><tie type="stop"/></note>
<note><rest/><duration>1</duration></note></measure></part>"""


def compressed(path: Path, text: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/container.xml", "<container/>")
        archive.writestr("piece.xml", text)
    return path


def test_tied_notes_are_joined(tmp_path: Path) -> None:
    parts = "".join(PART.format(number) for number in range(4))
    score = read_chorale(compressed(tmp_path / "a.mxl", MEASURE.format(names="", parts=parts)))
    assert np.unique(score.notes[:, :3], axis=0).tolist() == [[0, 720, 61]]
    assert len(score.notes) == 4


def test_what_is_no_chorale_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="has 1 parts"):
        read_chorale(compressed(tmp_path / "a.mxl", MEASURE.format(names="", parts=PART.format(1))))
    with pytest.raises(BadInput, match="no compressed MusicXML"):
        read_chorale(compressed(tmp_path / "b.mxl", "<score"))
    (tmp_path / "c.mxl").write_bytes(b"no zip")
    with pytest.raises(BadInput, match="no compressed MusicXML"):
        read_chorale(tmp_path / "c.mxl")
