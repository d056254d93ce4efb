"""The chorales made by rule keep the rules."""

import time
from functools import cache

import numpy as np

from seqtui.readers.music.chorales import Chorale, has_parallels, make_chorale, score_of
from seqtui.readers.music.harmony import MAJOR, MINOR
from seqtui.readers.music.midi import parse_midi
from seqtui.readers.music.midi_write import midi_bytes
from seqtui.readers.music.voice_leading import RANGES


@cache
def pieces() -> list[Chorale]:
    return [make_chorale(1, index) for index in range(120)]


def test_no_two_voices_move_in_parallel_fifths_octaves_or_unisons() -> None:
    assert not any(has_parallels(piece.grid) for piece in pieces())


def test_parallel_fifths_are_seen_where_there_are_some() -> None:
    assert has_parallels(np.array([[72, 67, 60, 48], [74, 69, 62, 47]]))
    assert not has_parallels(np.array([[72, 67, 60, 48], [72, 67, 60, 48]]))


def test_voices_keep_their_ranges_and_do_not_cross() -> None:
    for piece in pieces():
        assert (np.diff(piece.grid, axis=1) < 0).all()
        for voice, (low, high) in enumerate(RANGES):
            assert piece.grid[:, voice].min() >= low
            assert piece.grid[:, voice].max() <= high


def test_every_bass_and_every_chord_is_what_its_symbol_says() -> None:
    for piece in pieces():
        chords = MAJOR if piece.mode == "major" else MINOR
        for beat, symbol in piece.chords:
            # a suspension may hold a beat back by half
            late = piece.grid[2 * beat + 1] - piece.tonic
            early = piece.grid[2 * beat] - piece.tonic
            assert chords[symbol].bass == early[3] % 12
            for then, soon in zip(early, late, strict=True):
                assert {int(then) % 12, int(soon) % 12} & set(chords[symbol].degrees)


def test_pieces_end_on_the_tonic_and_phrases_on_the_cadence_they_name() -> None:
    ends = {"authentic": {"I", "i"}, "picardy": {"I"}, "half": {"V"}, "deceptive": {"vi", "VI"}}
    for piece in pieces():
        symbols = dict(piece.chords)
        assert piece.cadences[-1][1] in ("authentic", "picardy")
        assert all(symbols[beat] in ends[kind] for beat, kind in piece.cadences)
    assert {kind for piece in pieces() for _, kind in piece.cadences} == set(ends)


def test_keys_modes_meters_and_rhythms_differ() -> None:
    assert len({(piece.tonic, piece.mode) for piece in pieces()}) >= 12
    assert {piece.meter for piece in pieces()} == {(4, 4), (3, 4)}
    assert len({piece.grid.tobytes() for piece in pieces()}) == len(pieces())
    assert sum(int(piece.struck[1::2].sum()) for piece in pieces()) > 5 * len(pieces())


def test_a_seed_gives_the_same_pieces_and_none_is_stuck() -> None:
    begun = time.perf_counter()
    for seed in range(40):
        assert np.array_equal(make_chorale(seed, 0).grid, make_chorale(seed, 0).grid)
    assert time.perf_counter() - begun < 10


def test_a_chorale_is_a_midi_file_with_its_key_and_four_named_tracks() -> None:
    score = parse_midi(midi_bytes(score_of(pieces()[0])), "a.mid")
    assert score.notes.tolist() == score_of(pieces()[0]).notes.tolist()
    assert score.keys == score_of(pieces()[0]).keys
    assert score.track_names[1:] == ("Soprano", "Alto", "Tenor", "Bass")
