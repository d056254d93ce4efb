"""MIDI files, sound and hostile, as scores; mido is the referee."""

import os
import struct
import time
from pathlib import Path

import mido
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqtui.errors import BadInput, NotFound
from seqtui.readers.music.midi import OFFSET, ONSET, PITCH, VELOCITY, parse_midi, read_midi
from seqtui.readers.music.midi_walk import walk

MUSIC = Path(__file__).parents[4] / "shared" / "data" / "music"
END = b"\x00\xff\x2f\x00"
A_NOTE = b"\x00\x90\x3c\x40\x60\x80\x3c\x00"


def header(*, kind: int = 1, tracks: int = 1, division: int = 96) -> bytes:
    return b"MThd" + struct.pack(">IHHH", 6, kind, tracks, division)


def track(body: bytes) -> bytes:
    return b"MTrk" + struct.pack(">I", len(body)) + body


def test_a_note_has_onset_offset_pitch_and_velocity() -> None:
    score = parse_midi(header() + track(A_NOTE + END), "a.mid")
    assert score.notes.tolist() == [[0, 96, 60, 64, 0, 0]]
    assert score.faults == ()


def test_a_forty_byte_file_that_claims_years_is_refused() -> None:
    body = b"\xff\xff\xff\x7f\x90\x3c\x40" + END
    data = header(division=1) + track(body)
    assert len(data) <= 40
    with pytest.raises(BadInput, match=r"a\.mid, track 1 claims to last more than 50,000 beats \(byte 22\)"):
        parse_midi(data, "a.mid")


def test_a_tempo_that_stretches_beats_to_days_is_refused() -> None:
    slow = b"\x00\xff\x51\x03\xff\xff\xff" + b"\x00\x90\x3c\x40" + b"\x81\xff\x7f\x80\x3c\x00"
    with pytest.raises(BadInput, match="seconds; at most 86,400"):
        parse_midi(header(division=1) + track(slow + END), "a.mid")


def test_endless_variable_length_numbers_are_refused_at_once() -> None:
    begun = time.perf_counter()
    with pytest.raises(BadInput, match="more than 4 bytes at byte 22"):
        parse_midi(header() + track(b"\xff" * 80_000), "a.mid")
    assert time.perf_counter() - begun < 0.5


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "must open with MThd at byte 0"),
        (b"RIFF" + bytes(40), "must open with MThd at byte 0"),
        (b"MThd\x00\x00\x00\x06\x00", "must open with MThd at byte 0"),
        (header(division=0) + track(A_NOTE + END), r"division of 0 ticks per beat \(byte 12\)"),
        (header(kind=7) + track(A_NOTE + END), r"MIDI format 7 \(byte 8\)"),
        (header(kind=2) + track(A_NOTE + END), "separate patterns"),
        (header(tracks=0xFFFF) + track(A_NOTE + END), r"claims 65535 tracks \(byte 10\)"),
        (header(division=0x8000) + track(A_NOTE + END), "impossible SMPTE division"),
        (header(), "no track"),
    ],
)
def test_a_hostile_header_is_refused_with_its_byte(data: bytes, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        parse_midi(data, "a.mid")


def test_smpte_time_is_read_as_seconds() -> None:
    # 25 frames of 40 ticks: a tick is a millisecond
    score = parse_midi(header(division=0xE728) + track(b"\x00\x90\x3c\x40\x87\x68\x80\x3c\x00" + END), "a.mid")
    assert score.seconds(score.notes[:, OFFSET]).tolist() == [1.0]


def test_a_missing_end_of_track_costs_nothing() -> None:
    assert len(parse_midi(header() + track(A_NOTE), "a.mid").notes) == 1


def test_a_note_never_let_go_lasts_to_the_end_of_its_track() -> None:
    score = parse_midi(header() + track(b"\x00\x90\x3c\x40" + b"\x60\xff\x2f\x00"), "a.mid")
    assert score.notes[:, :3].tolist() == [[0, 96, 60]]
    assert score.odd.hanging == 1


def test_note_on_of_velocity_zero_lets_go_also_under_running_status() -> None:
    score = parse_midi(header() + track(b"\x00\x90\x3c\x40\x60\x3c\x00" + END), "a.mid")
    assert score.notes[:, :3].tolist() == [[0, 96, 60]]


def test_system_exclusive_messages_are_stepped_over() -> None:
    score = parse_midi(header() + track(b"\x00\xf0\x03\x90\x3c\xf7" + A_NOTE + END), "a.mid")
    assert len(score.notes) == 1


def test_a_tempo_of_zero_is_left_out_and_said() -> None:
    score = parse_midi(header() + track(b"\x00\xff\x51\x03\x00\x00\x00" + A_NOTE + END), "a.mid")
    assert score.tempo == 500_000
    assert score.faults == ("a tempo of 0 at tick 0 is left out",)


def test_a_truncated_file_keeps_its_earlier_notes_and_says_so() -> None:
    whole = header(tracks=2) + track(A_NOTE + END) + track(A_NOTE + A_NOTE + END)
    score = parse_midi(whole[:-9], "a.mid")
    assert len(score.notes) == 2
    assert score.faults == (f"track 2 is cut off at byte {len(whole) - 9}; the notes before are kept",)


def test_a_damaged_track_does_not_take_the_others_with_it() -> None:
    score = parse_midi(header(tracks=2) + track(A_NOTE + b"\x00\x90\xff\xff") + track(A_NOTE + END), "a.mid")
    assert len(score.notes) == 2
    assert "track 1 is damaged: byte" in score.faults[0]


def test_a_track_name_of_any_bytes_is_kept_as_data() -> None:
    for name in (b"\x1b]0;PWNED\x07", b"Fl\xf6te", "Flöte".encode()):
        score = parse_midi(header() + track(b"\x00\xff\x03" + bytes([len(name)]) + name + A_NOTE + END), "a.mid")
        assert score.track_names[0] in ("\x1b]0;PWNED\x07", "Flöte")


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "a.mid"
    os.mkfifo(pipe)
    with pytest.raises(BadInput, match="is a pipe, not a regular file"):
        read_midi(pipe)


def test_a_device_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="device"):
        read_midi(Path("/dev/zero"))
    with pytest.raises(BadInput, match="is a folder"):
        read_midi(tmp_path)
    with pytest.raises(NotFound):
        read_midi(tmp_path / "none.mid")


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_in_a_track_give_a_score_or_a_sentence(body: bytes) -> None:
    try:
        score = parse_midi(header() + track(body), "a.mid")
    except BadInput as error:
        assert str(error).startswith("a.mid")
    else:
        assert (score.notes[:, OFFSET] > score.notes[:, ONSET]).all()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_at_all_are_walked_or_refused(data: bytes) -> None:
    for start in (b"", b"MThd\x00\x00\x00\x06"):
        try:
            walk(start + data, "a.mid")
        except BadInput as error:
            assert "a.mid" in str(error)


@pytest.mark.skipif(not MUSIC.exists(), reason="the music data are not here")
def test_forty_chorales_read_as_mido_reads_them() -> None:
    for path in sorted(MUSIC.glob("js-fake-chorales/midi/*.mid"))[:40]:
        score = read_midi(path)
        assert score.notes[:, [ONSET, OFFSET, PITCH, VELOCITY]].tolist() == _as_mido_reads(path)


def _as_mido_reads(path: Path) -> list[list[int]]:
    rows = []
    for index, messages in enumerate(mido.MidiFile(path).tracks):
        now, sounding = 0, {}
        for message in messages:
            now += message.time
            if message.type == "note_on" and message.velocity:
                sounding[message.note] = (now, message.velocity)
            elif message.type in ("note_on", "note_off"):
                onset, velocity = sounding.pop(message.note)
                rows.append((onset, message.note, index, now, velocity))
    return [[onset, offset, pitch, velocity] for onset, pitch, _, offset, velocity in sorted(rows)]


def test_seconds_follow_the_tempo_map() -> None:
    faster = b"\x60\xff\x51\x03\x03\xd0\x90"
    score = parse_midi(header() + track(b"\x00\x90\x3c\x40" + faster + b"\x60\x80\x3c\x00" + END), "a.mid")
    assert score.seconds(np.array([0, 96, 192])).tolist() == [0.0, 0.5, 0.75]
