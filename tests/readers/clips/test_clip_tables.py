"""Tables of vectors: a clip a row, a frame a row; what is ragged, no number, or torn gets its line."""

from pathlib import Path

import numpy as np
import pytest

from seqtui.errors import BadInput
from seqtui.readers.clips.clip_set import ClipSet
from seqtui.readers.clips.sources import Reading, read_clips
from seqtui.readers.unpacked_file import silent

LIBRAS = Path(__file__).parents[4] / "shared" / "data" / "video" / "uci-libras-movement"


def read(path: Path, text: str, **reading: int) -> ClipSet:
    path.write_text(text)
    return read_clips(path, Reading(**reading), progress=silent)  # type: ignore[arg-type]


def test_a_clip_a_row_with_its_class_last(tmp_path: Path) -> None:
    clips = read(tmp_path / "m.data", "0.1,0.2,0.3,0.4,7\n0.5,0.6,0.7,0.8,8\n")
    assert list(clips.labels) == ["7", "8"]
    np.testing.assert_allclose(clips.clip(1), [[0.5, 0.6], [0.7, 0.8]], rtol=1e-6)
    assert "2 frames of 2 numbers" in clips.notes[0]
    clips = read(tmp_path / "m.data", "0.1,0.2,0.3,0.4,7\n0.5,0.6,0.7,0.8,8\n", per_frame=1)
    assert clips.lengths.tolist() == [4, 4]


def test_whole_numbers_have_their_class_last_where_one_is_too_many(tmp_path: Path) -> None:
    clips = read(tmp_path / "pen.data", "47,100,27,81,8\n0,89,27,100,2\n")
    assert list(clips.labels) == ["8", "2"]
    assert "2 frames of 2 numbers, the class last" in clips.notes[0]
    clips = read(tmp_path / "pen.data", "1,2,3,4,5,6,0\n6,5,4,3,2,1,1\n", per_frame=3)
    assert (list(clips.labels), clips.lengths.tolist()) == (["0", "1"], [2, 2])
    assert list(read(tmp_path / "pen.data", "1,2,3,4\n5,6,7,8\n").labels) == [None, None]
    assert list(read(tmp_path / "pen.data", "1,2,3,4\n5,6,7,8\n", per_frame=2).labels) == [None, None]
    assert list(read(tmp_path / "pen.data", "1,2,wave\n3,4,rest\n").labels) == ["wave", "rest"]


def test_a_heading_names_class_and_split(tmp_path: Path) -> None:
    clips = read(tmp_path / "m.csv", "label,a,b,split\nx,1,2,train\ny,3,4,test\n")
    assert (list(clips.labels), clips.splits) == (["x", "y"], ["train", "test"])
    np.testing.assert_allclose(clips.clip(0), [[1, 2]])


def test_a_frame_a_row_in_the_order_of_its_frames(tmp_path: Path) -> None:
    text = "clip;frame;x;y;class\none;2;5;6;wave\ntwo;1;9;9;rest\none;1;3;4;wave\n"
    clips = read(tmp_path / "long.csv", text)
    assert list(clips.labels) == ["wave", "rest"]
    np.testing.assert_allclose(clips.clip(0), [[3, 4], [5, 6]])
    assert clips.lengths.tolist() == [2, 1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0.1,0.2,1\n0.1,0.2,0.3,1\n", "line 2 has 4 columns and line 1 3"),
        ("0.1,0.2,1\n0.1,x,2\n", r"line 2, column 2: 'x' is no finite number"),
        ("0.1,nan,1\n0.1,0.2,2\n", "line 1, column 2"),
        ("0.1,1e60,1\n0.1,0.2,2\n", "line 1, column 2"),
        ("0.1,0.2,0.3,1\n0.1,0.2,0.3,2\n", None),
        ("\n\n", "no row"),
        ("clip,frame,x,class\na,1,2,p\na,2,3,q\n", "clip a has the classes p, q"),
        ("x,y,split\n1,2,middle\n", "no split"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, says: str | None) -> None:
    if says is None:
        assert read(tmp_path / "t.csv", text).values.shape[1] == 1
        return
    with pytest.raises(BadInput, match=says):
        read(tmp_path / "t.csv", text)


def test_a_width_that_does_not_divide_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="give --per-frame"):
        read(tmp_path / "t.csv", "0.1,0.2,0.3,0.4,1\n", per_frame=3)


def test_tables_of_a_folder_name_their_splits(tmp_path: Path) -> None:
    for name, row in (("moves_train.csv", "0.1,0.2,1"), ("moves_test.csv", "0.3,0.4,2")):
        (tmp_path / name).write_text(f"{row}\n{row}\n")
    clips = read_clips(tmp_path, Reading(), progress=silent)
    assert clips.splits == ["test", "test", "train", "train"]


@pytest.mark.skipif(not LIBRAS.exists(), reason="the shared data are not here")
@pytest.mark.parametrize("path", [LIBRAS, LIBRAS / "movement_libras.data"], ids=["folder", "file"])
def test_libras_is_read_as_it_comes(path: Path) -> None:
    clips = read_clips(path, Reading(), progress=silent)
    assert len(clips) == 360 and set(clips.lengths.tolist()) == {45}
    assert clips.values.shape[1] == 2 and clips.values.min() >= 0 and clips.values.max() <= 1
    assert sorted(set(clips.labels), key=str) == sorted(map(str, range(1, 16)))
