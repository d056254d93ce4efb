"""Piano rolls to scores and MIDI files and back, to the bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from seqtui.readers.music.midi import TRACK, Score, parse_midi
from seqtui.readers.music.midi_write import midi_bytes
from seqtui.readers.music.piano_roll import KEYS, VOICES, Frames, Performance, frames_from_score, score_from_frames

ROLLS = arrays(np.uint8, st.tuples(st.integers(1, 12), st.just(KEYS)), elements=st.integers(0, 1))


@settings(max_examples=60, deadline=None)
@given(ROLLS, st.sampled_from([1, 2, 3, 4, 7, 24]), st.sampled_from([("Piano",), VOICES]))
def test_frames_come_back_from_a_midi_file_to_the_bit(frames: Frames, steps: int, voices: tuple[str, ...]) -> None:
    frames[-1, 0] = 1  # a roll ends with its last note
    written = midi_bytes(score_from_frames(frames, steps, Performance(voices=voices)))
    assert np.array_equal(frames_from_score(parse_midi(written, "a.mid"), steps), frames)


def test_a_key_held_over_frames_is_one_sustained_note() -> None:
    frames = np.zeros((6, KEYS), np.uint8)
    frames[1:5, 39] = 1
    score = score_from_frames(frames, 2, Performance())
    assert score.notes[:, :3].tolist() == [[240, 1200, 60]]


def test_four_voices_go_to_four_tracks_from_the_top() -> None:
    frames = np.zeros((2, KEYS), np.uint8)
    frames[:, [27, 35, 44, 51]] = 1
    score = score_from_frames(frames, 1, Performance(voices=VOICES))
    assert score.track_names[1:] == VOICES
    assert score.notes[:, TRACK].tolist() == [4, 3, 2, 1]


def test_a_voice_that_rests_does_not_push_the_others_aside() -> None:
    frames = np.zeros((2, KEYS), np.uint8)
    frames[0, [27, 35, 44, 51]] = 1
    frames[1, [28, 43, 52]] = 1  # the tenor rests
    score = score_from_frames(frames, 1, Performance(voices=VOICES))
    assert sorted(score.notes[4:, TRACK].tolist()) == [1, 2, 4]


def test_the_same_roll_gives_the_same_bytes() -> None:
    frames = np.eye(KEYS, dtype=np.uint8)
    assert midi_bytes(score_from_frames(frames, 4, Performance())) == midi_bytes(
        score_from_frames(frames, 4, Performance())
    )


@pytest.mark.parametrize("voices", [("Piano",), VOICES])
def test_a_silent_roll_is_a_sound_midi_file(voices: tuple[str, ...]) -> None:
    written = midi_bytes(score_from_frames(np.zeros((8, KEYS), np.uint8), 4, Performance(voices=voices)))
    score = parse_midi(written, "a.mid")
    assert len(score.notes) == 0
    assert score.end == 8 * 120
    assert score.faults == ()


def test_notes_too_short_for_the_grid_give_way_but_do_not_vanish() -> None:
    sixteenths = [(0, 120, 60), (120, 240, 62), (240, 360, 64), (360, 480, 65)]
    lone = [(600, 620, 70)]
    rows = [(onset, offset, pitch, 80, 0, 1) for onset, offset, pitch in sixteenths + lone]
    frames = frames_from_score(Score(ticks_per_beat=480, notes=np.array(rows, dtype=np.int64)), 2)
    assert [(np.flatnonzero(frame) + 21).tolist() for frame in frames] == [[60], [64], [65], [70]]
