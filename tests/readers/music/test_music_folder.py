"""Folders of MIDI files: one bad file is reported and skipped, many are read by processes, all is cached by content."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from seqtui.errors import BadInput, NotFound
from seqtui.readers.music.chorales import make_chorale, score_of
from seqtui.readers.music.folder import IN_PROCESS, encode_folder, midi_files
from seqtui.readers.music.midi_write import midi_bytes
from seqtui.readers.music.piano_roll import KEYS
from seqtui.readers.music.pieces import Piece, encode, encode_files, music_hash, suggest_grid, transpose
from seqtui.readers.music.sources import load_splits
from seqtui.readers.music.split import split_pieces, split_word
from seqtui.readers.music.store import read_pieces, write_pieces

SCORES = [score_of(make_chorale(7, index)) for index in range(12)]


def quiet(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEQTUI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def folder_of(place: Path, names: list[str]) -> Path:
    for index, name in enumerate(names):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(midi_bytes(SCORES[index % len(SCORES)]))
    return place


def roll(name: str, seed: int, *, steps: int = 24) -> Piece:
    frames = (np.random.default_rng(seed).random((steps, KEYS)) < 0.1).astype(np.uint8)
    frames[:, :10] = frames[:, -10:] = 0
    return Piece(name, frames)


def test_a_bad_file_is_reported_by_name_and_the_rest_are_used(tmp_path: Path) -> None:
    music = folder_of(tmp_path / "music", [f"deep/er/{index}.mid" for index in range(6)])
    (music / "bad.MID").write_bytes(b"MThd, or so it says")
    os.mkfifo(music / "pipe.mid")
    (music / "gone.mid").symlink_to(music / "nowhere")
    (music / "._0.mid").write_bytes(b"left by another system")
    loaded = load_splits(str(music), "frames", None, seed=0, progress=quiet)
    assert loaded.source.startswith("6 MIDI files of ")
    assert loaded.steps_per_beat == 2
    assert [note.split(" ")[0] for note in loaded.notes] == ["bad.MID", "there", "pipe.mid"]
    assert "gone.mid" in loaded.notes[1]


def test_processes_read_what_one_process_reads(tmp_path: Path) -> None:
    count = IN_PROCESS + 3
    music = folder_of(tmp_path / "music", [f"{index}.mid" for index in range(count)])
    (music / "bad.mid").write_bytes(b"bad")
    files = midi_files(music)
    told: list[int] = []
    pieces, problems = encode_folder(files, "events", 2, progress=lambda _what, done, _total: told.append(done))
    alone, same = encode_files(files, "events", 2)
    assert problems == same
    assert [piece.name for piece in pieces] == [piece.name for piece in alone]
    assert all(np.array_equal(piece.values, other.values) for piece, other in zip(pieces, alone, strict=True))
    assert [piece.facts for piece in pieces] == [piece.facts for piece in alone]
    assert told[-1] == count + 1


def test_the_cache_follows_content_and_options_and_survives_damage(tmp_path: Path, home: Path) -> None:
    music = folder_of(tmp_path / "music", ["a.mid", "b.mid", "c.mid"])
    first, _ = encode_folder(midi_files(music), "frames", 2, progress=quiet)
    [kept] = (home / "data" / "cache").glob("*.npz")
    kept.write_bytes(kept.read_bytes()[:-40])
    again, _ = encode_folder(midi_files(music), "frames", 2, progress=quiet)
    assert np.array_equal(first[0].values, again[0].values)
    encode_folder(midi_files(music), "frames", 4, progress=quiet)
    (music / "a.mid").write_bytes(midi_bytes(SCORES[5]))
    changed, _ = encode_folder(midi_files(music), "frames", 2, progress=quiet)
    assert not np.array_equal(first[0].values, changed[0].values)
    assert len(list((home / "data" / "cache").iterdir())) == 3


def test_stored_pieces_come_back_and_hold_no_objects(tmp_path: Path) -> None:
    pieces = [roll("a", 1), roll("b\udce9", 2, steps=7)]
    write_pieces(tmp_path / "x.npz", pieces, ["c is bad"])
    found = read_pieces(tmp_path / "x.npz")
    assert found is not None
    assert [piece.name for piece in found[0]] == ["a", "b\udce9"]
    assert all(np.array_equal(piece.values, other.values) for piece, other in zip(found[0], pieces, strict=True))
    assert found[1] == ["c is bad"]
    assert read_pieces(tmp_path / "none.npz") is None
    with np.load(tmp_path / "x.npz", allow_pickle=False) as file:
        assert json.loads(file["stored"].tobytes())["problems"] == ["c is bad"]


def test_an_empty_folder_and_one_of_bad_files_only_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"holds no MIDI file; files must end in \.mid or \.midi"):
        load_splits(str(tmp_path), "frames", None, seed=0, progress=quiet)
    (tmp_path / "bad.mid").write_bytes(b"bad")
    with pytest.raises(BadInput, match="none of the 1 MIDI files"):
        load_splits(str(tmp_path), "frames", None, seed=0, progress=quiet)
    with pytest.raises(NotFound, match=r"give a \.mid file, a folder"):
        load_splits(str(tmp_path / "none"), "frames", None, seed=0, progress=quiet)


def test_a_silent_piece_and_one_of_one_step_are_refused_in_words() -> None:
    silent, short = SCORES[0].notes[:0], SCORES[0].notes[:4].copy()
    short[:, 1] = 10
    with pytest.raises(BadInput, match="a holds no notes"):
        encode(replace(SCORES[0], notes=silent), "a", "frames", 2)
    with pytest.raises(BadInput, match="a lasts 1 step at 2 steps per beat"):
        encode(replace(SCORES[0], notes=short), "a", "frames", 2)


def test_silent_bars_before_the_first_note_are_left_out() -> None:
    notes = SCORES[0].notes.copy()
    bars = 3 * SCORES[0].meter[0]
    notes[:, :2] += bars * SCORES[0].ticks_per_beat
    late = encode(replace(SCORES[0], notes=notes), "a", "frames", 2)
    assert np.array_equal(late.values, encode(SCORES[0], "a", "frames", 2).values)


def test_folder_and_file_names_that_say_the_split_are_taken_at_their_word() -> None:
    names = ["train/a.mid", "Train/testament.mid", "dev/b.mid", "test/c.mid"]
    assert [split_word(name) for name in names] == ["train", "train", "valid", "test"]
    assert split_word("contest.mid") == ""
    assert split_word("jsb_valid_3.mid") == "valid"
    splits = split_pieces([roll(name, index) for index, name in enumerate(names)], seed=0)
    assert [len(part) for part in (splits.train, splits.valid, splits.test)] == [2, 1, 1]
    assert splits.rule == "as the folders or file names say"


def test_a_leak_between_named_splits_is_told() -> None:
    pieces = [roll("train/a.mid", 1), roll("valid/b.mid", 2), roll("test/c.mid", 1)]
    [note] = split_pieces(pieces, seed=0).notes
    assert note == "1 in valid and test with the same notes as one in train, transposed or not: test/c.mid"


def test_the_same_piece_in_another_key_never_straddles_a_split() -> None:
    for seed in range(20):
        pieces = [roll(f"{index}", index) for index in range(10)]
        copies = [transpose(piece, 3) for piece in pieces]
        splits = split_pieces([*pieces, *(copy for copy in copies if copy is not None)], seed=seed)
        hashes = [{music_hash(piece.values) for piece in part} for part in (splits.train, splits.valid, splits.test)]
        assert not (hashes[0] & hashes[1] | hashes[0] & hashes[2] | hashes[1] & hashes[2])
        assert [len(part) for part in (splits.train, splits.valid, splits.test)] == [16, 2, 2]


def test_one_piece_is_split_by_time_and_a_short_one_refused() -> None:
    splits = split_pieces([roll("a", 1, steps=50)], seed=0)
    assert [len(part[0].values) for part in (splits.train, splits.valid, splits.test)] == [40, 5, 5]
    assert splits.rule == "by time within each piece, 80/10/10, as there is one piece"
    assert splits.test[0].name == "a, steps 46-50"
    with pytest.raises(BadInput, match="a has 19 steps, too few"):
        split_pieces([roll("a", 1, steps=19)], seed=0)


def test_transposition_stays_on_the_keyboard() -> None:
    piece = roll("a", 1)
    higher = transpose(piece, 6)
    assert higher is not None
    assert np.array_equal(higher.values[:, 6:], piece.values[:, :-6])
    assert higher.name == "a (+6)"
    edge = Piece("edge", np.eye(KEYS, dtype=np.uint8))
    assert transpose(edge, 1) is None
    assert transpose(edge, -1) is None


def test_the_grid_is_found_from_the_notes() -> None:
    assert suggest_grid(SCORES) == 2
    assert suggest_grid([]) == 4


def test_a_piece_is_known_again_in_every_key_it_fits() -> None:
    piece = roll("a", 3)
    moved = [transpose(piece, shift) for shift in range(-9, 10)]
    assert {music_hash(copy.values) for copy in moved if copy is not None} == {music_hash(piece.values)}
    events = encode(SCORES[0], "a", "events", 2)
    higher = transpose(events, 5)
    assert higher is not None
    assert (
        music_hash(higher.values) == music_hash(events.values) != music_hash(encode(SCORES[1], "b", "events", 2).values)
    )
