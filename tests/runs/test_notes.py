"""A name and a note that a person gives a run afterwards, beside the files of its process."""

from collections.abc import Callable
from pathlib import Path

import pytest

from seqtui.config import RunConfig
from seqtui.runs.folder import RunFolder
from seqtui.runs.notes import LONGEST_NAME, NOTE_FILE, Note, named, read_note, write_note


def test_a_note_comes_back_and_touches_no_file_of_the_process(make_run: Callable[..., RunFolder]) -> None:
    folder = make_run()
    before = {path: path.read_bytes() for path in folder.path.rglob("*") if path.is_file()}
    write_note(folder, Note("the good one", "[/b] \x1b]0;x\x07 漢字\nsecond line"))
    assert read_note(folder) == Note("the good one", "[/b] \x1b]0;x\x07 漢字\nsecond line")
    assert {path: path.read_bytes() for path in before} == before
    assert {path.name for path in folder.path.iterdir()} - {path.name for path in before} == {
        NOTE_FILE, "checkpoints", "samples",
    }  # fmt: skip


def test_an_empty_note_leaves_no_file(make_run: Callable[..., RunFolder]) -> None:
    folder = make_run()
    write_note(folder, Note("a", "b"))
    write_note(folder, Note())
    assert not (folder.path / NOTE_FILE).exists()
    assert read_note(folder) == Note()


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"\xff\xfe", b'{"name": 7, "note": null}'])
def test_a_damaged_note_is_an_empty_one(make_run: Callable[..., RunFolder], damage: bytes) -> None:
    folder = make_run()
    Path(folder.path, NOTE_FILE).write_bytes(damage)
    assert read_note(folder) == Note()


def test_a_name_is_cut_at_its_limit(make_run: Callable[..., RunFolder]) -> None:
    folder = make_run()
    write_note(folder, Note("n" * 500))
    assert read_note(folder).name == "n" * LONGEST_NAME


def test_a_new_name_wins_and_an_empty_one_takes_it_away() -> None:
    config = RunConfig(app="music", name="first")
    assert named(config, Note()).name == "first"
    assert named(config, Note("second")).name == "second"
    assert named(config, Note("")).name is None
