"""The music application, from data to a MIDI file that a person opens."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import mido
import numpy as np
import pytest

from seqtui import catalog
from seqtui.config import knob_fields
from seqtui.errors import BadInput, NotFound, Usage
from seqtui.readers.music.midi import read_midi
from seqtui.readers.music.midi_events import BOS, EOS, SHIFT
from seqtui.shapes import NextFrame, NextToken
from seqtui.task import Corpus

ROLLS = Path(__file__).parents[3] / "shared" / "data" / "music" / "piano-rolls"
TASK = catalog.load("music")


def quiet(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def load(data: str | None, options: Mapping[str, Any], seed: int = 0) -> Corpus:
    return TASK.load(data, options, seed=seed, progress=quiet)


@cache
def frames() -> Corpus:
    """The built-in chorales, a vector a step."""
    return load(None, {})


@cache
def events() -> Corpus:
    """The same, a token a step."""
    return load(None, {"representation": "events"})


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQTUI_HOME", str(tmp_path / "home"))


def test_the_built_in_chorales_are_the_same_to_the_byte_whatever_the_seed() -> None:
    again = load(None, {}, seed=3)
    assert again.fingerprint == frames().fingerprint
    assert np.array_equal(again.train.values, frames().train.values)
    assert (len(again.train), len(again.valid), len(again.test)) == (240, 30, 30)
    assert "made by rule" in again.source


def test_frames_and_events_announce_their_head_unit_and_baselines() -> None:
    assert (frames().head, frames().loss_unit, frames().train.values.dtype) == (NextFrame(88), "nats/frame", np.uint8)
    assert (events().head, events().loss_unit, events().train.values.dtype) == (NextToken(390), "nats/token", np.int16)
    assert list(frames().baselines) == ["coin flip", "marginal per key", "per-key Markov"]
    assert list(events().baselines) == ["uniform", "unigram", "bigram"]
    for corpus, representation in ((frames(), "frames"), (events(), "events")):
        TASK.check_head(corpus.head, {"representation": representation})
        assert list(corpus.baselines.values()) == sorted(corpus.baselines.values(), reverse=True)
        assert corpus.train.lengths.sum() == len(corpus.train.values)
        assert json.loads(json.dumps(corpus.encoding)) == corpus.encoding


def test_every_record_of_events_begins_and_ends() -> None:
    for index in range(5):
        record = events().test.record(index)
        assert (record[0], record[-1]) == (BOS, EOS)


def test_transposition_adds_to_train_only_and_leaves_the_baselines() -> None:
    more = load(None, {"transpose": 1})
    assert len(more.train) == 3 * len(frames().train)
    assert np.array_equal(more.test.values, frames().test.values)
    assert more.baselines == frames().baselines
    assert more.fingerprint != frames().fingerprint


def test_options_are_knobs_with_help() -> None:
    assert [field.name for field in knob_fields(TASK.options)] == ["representation", "steps_per_beat", "transpose"]


@pytest.mark.parametrize("made", [frames, events])
def test_an_exported_piece_primes_as_it_was(made: Callable[[], Corpus], tmp_path: Path) -> None:
    corpus = made()
    piece = corpus.test.record(0)
    [path] = TASK.export_samples([piece], corpus.encoding, tmp_path / "a.mid")
    primed = TASK.prime(str(path), corpus.encoding, rng=np.random.default_rng(0))
    expected = piece if made is frames else piece[:-1]
    assert primed.dtype == piece.dtype
    assert np.array_equal(primed, expected)


def test_an_exported_chorale_has_what_a_daw_wants(tmp_path: Path) -> None:
    [path] = TASK.export_samples([frames().test.record(0)], frames().encoding, tmp_path / "new" / "a.mid")
    file = mido.MidiFile(path)
    assert [track.name for track in file.tracks] == ["", "Soprano", "Alto", "Tenor", "Bass"]
    assert {message.type for message in file.tracks[0]} == {"time_signature", "set_tempo", "end_of_track"}
    for track in file.tracks[1:]:
        kinds = [message.type for message in track]
        assert kinds.count("note_on") == kinds.count("note_off") > 0
        assert kinds[1] == "program_change"
        assert kinds[-1] == "end_of_track"


def test_several_samples_are_numbered_and_none_is_overwritten(tmp_path: Path) -> None:
    samples = [frames().test.record(0), frames().test.record(1)]
    paths = TASK.export_samples(samples, frames().encoding, tmp_path / "a.mid")
    assert [path.name for path in paths] == ["a-1.mid", "a-2.mid"]
    written = paths[1].read_bytes()
    paths[0].unlink()
    with pytest.raises(Usage, match=r"a-2\.mid exists already"):
        TASK.export_samples(samples, frames().encoding, tmp_path / "a.mid")
    assert not paths[0].exists()
    assert paths[1].read_bytes() == written
    with pytest.raises(Usage, match=r"must end in \.mid"):
        TASK.export_samples(samples, frames().encoding, tmp_path / "a.wav")


def test_the_same_values_give_the_same_bytes(tmp_path: Path) -> None:
    [first] = TASK.export_samples([frames().test.record(0)], frames().encoding, tmp_path / "a.mid")
    [second] = TASK.export_samples([frames().test.record(0)], frames().encoding, tmp_path / "b.mid")
    assert first.read_bytes() == second.read_bytes()


def test_an_opening_is_drawn_from_training_and_repeats_by_seed() -> None:
    drawn = [TASK.prime(None, frames().encoding, rng=np.random.default_rng(seed)) for seed in (1, 1, 2, 3, 4)]
    assert np.array_equal(drawn[0], drawn[1])
    assert len({opening.tobytes() for opening in drawn}) > 1
    trained = frames().train.values.tobytes()
    assert all(opening.dtype == np.uint8 and opening.tobytes() in trained for opening in drawn)
    assert TASK.prime(None, events().encoding, rng=np.random.default_rng(0)).tolist() == [BOS]


def waltz_of(bars: int, path: Path) -> Path:
    """A melody in quarters, three a bar at 150 a minute, on a church organ."""
    track = mido.MidiTrack(
        [
            mido.MetaMessage("set_tempo", tempo=400_000),
            mido.MetaMessage("time_signature", numerator=3, denominator=4),
            mido.Message("program_change", program=19),
        ]
    )
    for beat in range(3 * bars):
        track += [mido.Message("note_on", note=60 + beat % 5), mido.Message("note_off", note=60 + beat % 5, time=480)]
    mido.MidiFile(ticks_per_beat=480, tracks=[track]).save(path)
    return path


@pytest.mark.parametrize("made", [frames, events])
def test_what_goes_on_from_a_waltz_is_a_waltz(made: Callable[[], Corpus], tmp_path: Path) -> None:
    encoding = made().encoding
    primer = str(waltz_of(3, tmp_path / "waltz.mid"))
    primed = TASK.primed(primer, encoding)
    values = TASK.prime(primer, encoding, rng=np.random.default_rng(0))
    [path] = TASK.export_samples([values], primed, tmp_path / "on.mid")
    score = read_midi(path)
    assert (score.tempo, score.meter, set(score.programs[1:])) == (400_000, (3, 4), {19})
    assert score.seconds(score.notes[:, :2].max(keepdims=True))[0, 0] == pytest.approx(3.6, abs=0.011)
    reached = TASK.is_long_enough(2, primed)
    step = np.zeros(88, np.uint8) if made is frames else np.int16(SHIFT + 19)  # half a beat, each
    assert [bool(reached(step)) for _ in range(12)] == [False] * 11 + [True]
    assert TASK.primed(None, encoding) == encoding


def test_a_primer_that_is_no_music_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mid").write_bytes(b"no music")
    with pytest.raises(BadInput, match=r"a\.mid is not a MIDI file"):
        TASK.prime(str(tmp_path / "a.mid"), frames().encoding, rng=np.random.default_rng(0))
    with pytest.raises(NotFound):
        TASK.prime(str(tmp_path / "b.mid"), frames().encoding, rng=np.random.default_rng(0))


def test_length_is_counted_in_bars() -> None:
    reached = TASK.is_long_enough(2, frames().encoding)
    # 4/4 at two frames a beat
    assert [reached(np.zeros(88, np.uint8)) for _ in range(16)] == [False] * 15 + [True]
    reached = TASK.is_long_enough(1, events().encoding)
    # 4 beats of 0.6 s; a shift of 100 is a second
    assert [reached(np.int16(SHIFT + 99)) for _ in range(3)] == [False, False, True]
    assert TASK.is_long_enough(1, events().encoding)(np.int16(EOS))


def test_a_model_that_never_lets_time_pass_is_stopped() -> None:
    reached = TASK.is_long_enough(1, events().encoding)
    assert any(reached(np.int16(60)) for _ in range(1000))


@pytest.mark.parametrize("made", [frames, events])
@pytest.mark.parametrize("width", [80, 120])
def test_a_sample_is_drawn_within_its_box(made: Callable[[], Corpus], width: int) -> None:
    corpus = made()
    drawn = TASK.show(corpus.test.record(0), corpus.encoding, width=width, height=20)
    lines = drawn.splitlines()
    assert 8 <= len(lines) <= 20
    assert max(len(line) for line in lines) <= width
    assert drawn.replace("\n", "").isprintable()
    assert TASK.show(corpus.test.record(0)[:0], corpus.encoding, width=width, height=20) == "(silence)"


def test_a_folder_is_loaded_scored_and_checked(tmp_path: Path) -> None:
    samples = [frames().train.record(index) for index in range(10)]
    TASK.export_samples(samples, frames().encoding, tmp_path / "music" / "a.mid")
    (tmp_path / "music" / "bad.mid").write_bytes(b"MThd")
    corpus = load(str(tmp_path / "music"), {"steps_per_beat": 2})
    assert (len(corpus.train), len(corpus.valid), len(corpus.test)) == (8, 1, 1)
    assert corpus.split_rule == "by seed 0, whole pieces, 80/10/10"
    assert corpus.notes[0].startswith("bad.mid is not a MIDI file")
    records, notes = TASK.load_for_scoring(str(tmp_path / "music"), frames().encoding, progress=quiet)
    assert (len(records), len(notes)) == (10, 1)
    assert np.array_equal(records.record(0), frames().train.record(0))
    checkup = TASK.check([tmp_path / "music"], {})
    assert [finding.level for finding in checkup.findings].count("error") == 1
    assert checkup.facts["files"] == 11
    assert checkup.facts["usable"] == 10
    assert checkup.facts["suggested"]["steps_per_beat"] in (1, 2)
    json.dumps(checkup.facts)


def test_the_doctor_sees_a_piece_in_two_keys_and_never_raises(tmp_path: Path) -> None:
    piece = frames().train.record(0)
    samples = [piece, np.roll(piece, 2, axis=1), piece[:0], frames().train.record(1)]
    TASK.export_samples(samples, frames().encoding, tmp_path / "a.mid")
    os.mkfifo(tmp_path / "pipe.mid")
    (tmp_path / "bad.mat").write_bytes(b"MATLAB 5.0" + bytes(300))
    checkup = TASK.check([tmp_path, tmp_path / "bad.mat", tmp_path / "none.mid", tmp_path / "none"], {})
    said = "\n".join(f"{finding.level} {finding.where} {finding.text}" for finding in checkup.findings)
    assert "has the same notes, transposed or not, as" in said
    assert "a-3.mid holds no notes" in said
    assert "is a pipe" in said
    assert len(checkup.facts["duplicates"]) == 1
    assert {finding.level for finding in checkup.findings} == {"info", "warning", "error"}


@pytest.mark.skipif(not ROLLS.exists(), reason="the piano-roll sets are not here")
def test_a_piano_roll_set_keeps_its_splits_and_scores_its_test_split() -> None:
    path = ROLLS / "JSB_Chorales.mat"
    corpus = load(str(path), {})
    assert (len(corpus.train), len(corpus.valid), len(corpus.test)) == (229, 76, 77)
    assert corpus.split_rule == "as in the file"
    assert corpus.encoding["steps_per_beat"] == 1
    records, notes = TASK.load_for_scoring(str(path), corpus.encoding, progress=quiet)
    assert np.array_equal(records.values, corpus.test.values)
    assert "its test split is what is scored" in notes[-1]
    assert TASK.check([path], {}).facts[str(path)]["train"]["frames"] == 13_807
    with pytest.raises(Usage, match="representation=frames"):
        load(str(path), {"representation": "events"})


def test_importing_the_application_loads_nothing_heavy() -> None:
    heavy = "('torch', 'scipy', 'mido', 'music21', 'textual', 'pydantic')"
    code = f"import sys, seqtui.tasks.music; print([name for name in {heavy} if name in sys.modules])"
    ended = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_programs_and_tempo_of_the_training_pieces_are_given_back(tmp_path: Path) -> None:
    [path] = TASK.export_samples([frames().test.record(0)], frames().encoding, tmp_path / "a.mid")
    score = read_midi(path)
    assert score.tempo == 600_000
    assert set(score.programs[1:]) == {52}
