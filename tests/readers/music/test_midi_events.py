"""Performance events: written as Magenta writes them, and the same after a trip through a MIDI file."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from seqtui.readers.music.midi import Score, parse_midi
from seqtui.readers.music.midi_events import (
    BOS,
    EOS,
    LOUDNESS,
    NOTE_OFF,
    NOTE_ON,
    SHIFT,
    SIZE,
    events_from_score,
    notes_from_events,
    score_from_events,
    transposed,
)
from seqtui.readers.music.midi_write import midi_bytes
from seqtui.readers.music.piano_roll import Performance

NOTES = st.tuples(
    st.integers(0, 4000), st.integers(1, 900), st.integers(0, 127), st.integers(1, 127), st.just(0), st.integers(1, 2)
)


def score_of(rows: list[tuple[int, ...]]) -> Score:
    notes = np.array([(row[0], row[0] + row[1], *row[2:]) for row in sorted(rows)], dtype=np.int64)
    return Score(ticks_per_beat=480, notes=notes.reshape(-1, 6), track_names=("", "a", "b"), programs=(-1, 0, 0))


def test_one_note_is_velocity_on_shift_off() -> None:
    tokens = events_from_score(score_of([(0, 480, 60, 64, 0, 1)]))
    assert tokens.tolist() == [BOS, LOUDNESS + 15, NOTE_ON + 60, SHIFT + 49, NOTE_OFF + 60, EOS]


@settings(max_examples=60, deadline=None)
@given(st.lists(NOTES, min_size=1, max_size=30), st.sampled_from([150_000, 500_000, 612_345, 3_000_000]))
def test_events_come_back_from_a_midi_file(rows: list[tuple[int, ...]], tempo: int) -> None:
    tokens = events_from_score(score_of(rows))
    written = midi_bytes(score_from_events(tokens.tolist(), Performance(tempo=tempo)))
    assert events_from_score(parse_midi(written, "a.mid")).tolist() == tokens.tolist()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, SIZE - 1), max_size=60))
def test_whatever_a_model_writes_is_a_midi_file_without_hanging_notes(tokens: list[int]) -> None:
    written = midi_bytes(score_from_events(tokens, Performance()))
    score = parse_midi(written, "a.mid")
    assert score.odd.hanging == score.odd.zero_length == score.odd.overlapping == 0
    assert written == midi_bytes(score_from_events(tokens, Performance()))


def test_nothing_is_read_after_the_end() -> None:
    assert len(notes_from_events([BOS, EOS, NOTE_ON + 60, SHIFT + 10])) == 0


def test_transposition_moves_notes_only_and_stays_on_the_keyboard() -> None:
    tokens = events_from_score(score_of([(0, 480, 126, 64, 0, 1)]))
    higher = transposed(tokens, 1)
    assert higher is not None
    assert higher.tolist() == [BOS, LOUDNESS + 15, NOTE_ON + 127, SHIFT + 49, NOTE_OFF + 127, EOS]
    assert transposed(tokens, 2) is None
