"""Drawings of a task, colored and stretched; sliders, units, names, and sound. No model is needed."""

import os
import stat
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqtui.tasks.dna import Dna
from seqtui.tasks.music import Music

from seqtui.readers.dna.primer import draw_bases
from seqtui.readers.music.roll_text import draw_roll
from seqtui.runs.studio_words import Began, Grew, Made
from seqtui.runs.taste import PLAIN, Taste
from seqtui.tui.line_input import completions
from seqtui.tui.studio.class_bars import STYLES
from seqtui.tui.studio.controls import command_of, knobs
from seqtui.tui.studio.drawn import colored, tall, unit_at
from seqtui.tui.studio.naming import export_fault, free_name
from seqtui.tui.studio.sequence_map import chance_after
from seqtui.tui.studio.sequence_text import printable
from seqtui.tui.studio.sound import Player, has_portaudio
from seqtui.tui.studio.synth import RATE, synthesize
from seqtui.tui.studio.takes import Recipe, Take, TakeBook, steps_of, units_in

ROLL = {
    "representation": "frames", "steps_per_beat": 2, "tempo": 500_000, "meter": [4, 4], "program": 0,
    "voices": ["Piano"], "openings": [], "keys": 88, "lowest": 21,
}  # fmt: skip
WRITER = {"options": {"goal": "generate"}, "classes": []}


def frames(steps: int, low: int = 30, high: int = 50) -> np.ndarray:
    rng = np.random.default_rng(steps)
    made = np.zeros((steps, 88), np.uint8)
    made[np.arange(steps), rng.integers(low, high, steps)] = 1
    return made


@pytest.mark.parametrize("width", [30, 80, 200])
def test_a_unit_is_found_where_it_is_drawn(width: int) -> None:
    drawing = draw_roll(frames(64), width=width, height=12, steps_per_bar=8)
    axis = drawing.split("\n")[-1]
    for bar in range(1, 9):
        at = axis.find(str(bar), 5)
        if at >= 0:
            assert unit_at(drawing, at, 3) == bar
            assert unit_at(drawing, at - 1, 3) == (bar - 1 or None)
    assert unit_at(drawing, 2, 3) is None


def test_coloring_changes_no_letter_of_a_drawing() -> None:
    for drawing in (
        draw_roll(frames(64), width=80, height=12, steps_per_bar=8),
        draw_bases("ACGTN" * 40, width=60, height=3),
        "plain words [/b]\nand more",
    ):
        plain = colored(drawing, kept=2, cursor=3).plain
        shown = [line.replace("┊", " ").rstrip() for line in plain.split("\n")]
        assert shown == [line.rstrip() for line in drawing.split("\n")]


@given(st.integers(0, 60), st.integers(1, 27), st.integers(8, 80))
def test_a_tall_roll_says_the_same_notes_by_the_same_names(low: int, span: int, height: int) -> None:
    made = np.zeros((6, 88), np.uint8)
    made[:, [low, low + span]] = 1
    made[2, low + span // 2] = 1
    drawing = draw_roll(made, width=40, height=height, steps_per_bar=4)
    lines = tall(drawing, height).split("\n")
    if "\n".join(lines) == drawing:
        return
    from seqtui.readers.music.roll_text import note_name

    names = {line[:4].strip(): row for row, line in enumerate(lines[:-1]) if line[:4].strip()}
    assert len(lines) <= height
    for row, line in enumerate(lines[:-1]):
        if set(line[5:]) - {" "}:
            key = low + span - row
            named = next((name for name, place in names.items() if place == row), note_name(key + 21))
            assert named == note_name(key + 21)


def test_units_are_counted_as_the_task_counts_them() -> None:
    roll = frames(50)
    assert units_in(Music(), ROLL, roll) == 6
    assert [steps_of(Music(), ROLL, roll, bars) for bars in (0, 1, 6, 7)] == [0, 8, 48, None]
    bases = np.array([15, *[0, 1, 2, 3] * 10], np.uint8)
    from seqtui.readers.dna.markov import END

    bases[0] = END
    assert units_in(Dna(), WRITER, bases) == 40
    assert steps_of(Dna(), WRITER, bases, 5) == 6, "the mark at the beginning is no base"
    ended = np.array([END, *[0, 1, 2, 3] * 10, 0, END], np.uint8)
    assert units_in(Dna(), WRITER, ended) == 41, "nor is the one at the end"
    assert units_in(Dna(), WRITER, np.array([END, END], np.uint8)) == 0


def test_a_draft_is_made_anew_until_it_is_kept_or_another_is_wanted() -> None:
    book = TakeBook()
    first = book.draft(Recipe(4), 1, None, another=False)
    second = book.draft(Recipe(4, 0.5), 2, None, another=False)
    assert [take.number for take in book.takes] == [1]
    assert book.of_request(1) is None
    assert book.of_request(2) is second is book.current
    second.done = second.kept = True
    third = book.draft(Recipe(4, 0.6), 3, None, another=False)
    book.current = second
    book.draft(Recipe(4, 0.7), 4, None, another=False)
    assert [take.number for take in book.takes] == [1, 2, 3]
    assert book.chosen() == [second]
    book.discard(third)
    assert first not in book.takes


def test_values_are_read_as_they_come(tmp_path: Path) -> None:
    whole = frames(9)
    take = Take(1, Recipe(4), 7)
    (tmp_path / "s.raw").write_bytes(whole[:5].tobytes() + b"\1\2")
    take.begin(tmp_path, Began(7, "s.raw", "|u1", [88], 3))
    take.grow(Grew(7, 5))
    assert (take.values == whole[:5]).all()
    (tmp_path / "s.raw").write_bytes(whole.tobytes())
    take.grow(Made(7, 9, 6, 0.1))
    assert (take.values == whole).all()
    assert take.done
    assert not (tmp_path / "s.raw").exists()


def test_a_file_of_values_that_somebody_has_removed_ends_no_screen(tmp_path: Path) -> None:
    take = Take(1, Recipe(4), 7)
    take.begin(tmp_path, Began(7, "s.raw", "|u1", [88], 3))
    take.grow(Grew(7, 5))
    take.grow(Made(7, 9, 6, 0.1))
    assert take.done
    assert len(take.values) == 0


def test_the_command_makes_the_same_take_again() -> None:
    recipe = Recipe(16, 0.9, 3, 0.5, 7, "a b.mid")
    assert command_of("m", recipe, "bars", PLAIN) == (
        "seqtui sample m --length 16 --seed 7 --temperature 0.9 --top-k 3 --top-p 0.5 --prime 'a b.mid'"
    )
    assert command_of("m", recipe, "bars", Taste(0.9, 3, 0.4)) == (
        "seqtui sample m --length 16 --seed 7 --top-p 0.5 --prime 'a b.mid'"
    ), "what the model has of its own need not be said"


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 5))
def test_a_knob_never_leaves_its_bounds(value: float, which: int) -> None:
    knob = knobs("characters", 16, 88, PLAIN, symbols=True)[which]
    assert knob.low <= knob.clamp(value) <= knob.most


@given(st.floats(0, 1), st.floats(-2000, 2000))
def test_a_chance_after_a_change_is_a_chance(chance: float, change: float) -> None:
    assert 0 <= chance_after(chance, change) <= 1


@given(st.text())
def test_what_is_pasted_can_be_printed(text: str) -> None:
    assert all(line.isprintable() for line in printable(text).split("\n"))


def test_names_are_free_and_faults_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.mid").touch()
    Path("b-2.mid").touch()
    assert free_name("a", ".mid", 1) == "a-2.mid"
    assert free_name("b", ".mid", 3) == "b-2.mid" or free_name("b", ".mid", 3) == "b-3.mid"
    assert "exists" in export_fault("a.mid", (".mid",))
    assert export_fault("c.mid", (".mid",)) == ""
    Path("\x1b[31m.fa").touch()
    assert completions("") == ["a.mid", "b-2.mid"]
    assert completions("a") == ["a.mid"]


def test_a_file_is_made_sound_as_long_as_its_notes(tmp_path: Path) -> None:
    path = tmp_path / "x.mid"
    Music().export_samples([frames(16)], ROLL, path)
    sound = synthesize(path)
    assert len(sound) / RATE == pytest.approx(16 * 0.25, abs=0.4)
    assert 0.5 * 32767 < np.abs(sound.astype(int)).max() <= 32767


def test_a_take_is_played_by_what_is_installed_or_the_want_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    heard_by_portaudio = find_spec("sounddevice") is not None and has_portaudio()
    missing = "no sound here: timidity, fluidsynth or aplay is missing"
    assert Player().trouble() == ("" if heard_by_portaudio else missing)
    heard, player = tmp_path / "heard", tmp_path / "aplay"
    player.write_text(f'#!/bin/sh\n/bin/cp "$2" {heard}.part && /bin/mv {heard}.part {heard}; exec /bin/sleep 60\n')
    player.chmod(player.stat().st_mode | stat.S_IXUSR)
    assert Player().trouble() == ""
    Music().export_samples([frames(16)], ROLL, tmp_path / "x.mid")
    playing = Player()
    playing.play(tmp_path / "x.mid")
    deadline = time.monotonic() + 40
    while not heard.exists():
        assert time.monotonic() < deadline, (tmp_path / "x.log").read_text()
        time.sleep(0.02)
    assert heard.read_bytes()[:4] == b"RIFF"
    assert playing.stop()
    assert not playing.stop()
    assert os.fspath(heard)


def test_classes_have_more_than_one_color() -> None:
    assert len(set(STYLES)) == len(STYLES)
