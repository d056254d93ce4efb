"""The studio's samples: they grow, can be ended, go on from what is kept; same seed, same bytes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from seqtui.commands.sample import command as sample_command
from seqtui.runs.studio_words import Began, Dropped, Grew, Made, MakeSample, Refused, WriteSamples, Wrote


def test_a_sample_grows_and_is_the_bytes_of_the_command(music: Any, tmp_path: Path) -> None:
    recipe = {"length": 30, "temperature": 0.9, "top_k": 7, "seed": 5}
    made = music.ask(MakeSample(1, **recipe), Made)
    steps = [grew.steps for grew in music.of(Grew, 1)]
    assert steps == sorted(steps)
    values = music.values(1)
    (began,) = music.of(Began, 1)
    assert len(values) == made.steps == began.opening_steps + made.new_steps
    music.helper.keep("one", values)
    wrote = music.ask(WriteSamples(2, ["one.npy"], str(tmp_path / "a.mid")), Wrote)
    assert wrote.paths == [str(tmp_path / "a.mid")]
    words = ["--length", "30", "--temperature", "0.9", "--top-k", "7", "--seed", "5", "-o", str(tmp_path / "b.mid")]
    done = CliRunner().invoke(sample_command, [music.model, *words])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "a.mid").read_bytes() == (tmp_path / "b.mid").read_bytes()


def test_nothing_is_overwritten_and_bad_targets_are_told(music: Any, tmp_path: Path) -> None:
    music.helper.keep("bar", np.ones((4, 88), np.uint8))
    taken = tmp_path / "taken.mid"
    taken.write_text("mine")
    for number, (path, told) in enumerate(
        [(taken, "exists already"), (tmp_path / "a.wav", ".mid"), (tmp_path / "no" / "a.mid", "no folder")], 20
    ):
        assert told in music.ask(WriteSamples(number, ["bar.npy"], str(path)), Refused).reason
    assert taken.read_text() == "mine"


def test_a_newer_request_ends_the_one_at_hand(music: Any) -> None:
    music.ask(MakeSample(30, 100_000), Began)
    made = music.ask(MakeSample(31, 2), Made)
    assert made.id == 31
    assert music.of(Dropped, 30)
    assert not music.of(Made, 30)


def test_an_export_is_served_beside_a_long_sample(music: Any, tmp_path: Path) -> None:
    music.helper.keep("bar", np.ones((4, 88), np.uint8))
    music.ask(MakeSample(40, 100_000), Grew)
    music.ask(WriteSamples(41, ["bar.npy"], str(tmp_path / "beside.mid")), Wrote)
    before = music.of(Grew, 40)[-1].steps
    assert music.until(Grew, 40).steps > before
    assert not music.of(Dropped, 40)
    music.ask(MakeSample(42, 1), Made)


def test_the_kept_part_of_a_take_stays_as_it_is(music: Any) -> None:
    music.ask(MakeSample(50, 20, seed=1), Made)
    whole = music.values(50)
    name = music.helper.keep("opening", whole[:12])
    made = music.ask(MakeSample(51, 10, seed=2, opening=name), Made)
    again = music.values(51)
    assert (again[:12] == whole[:12]).all()
    assert made.steps - made.new_steps == 12
    assert len(again) == made.steps


@pytest.mark.parametrize(
    "values",
    [np.ones((3, 87), np.uint8), np.full((3, 88), 2, np.uint8), np.zeros((0, 88), np.uint8), np.ones((3, 88))],
    ids=["narrow", "not binary", "empty", "fractions"],
)
def test_an_opening_that_does_not_fit_is_refused(music: Any, values: Any) -> None:
    name = music.helper.keep("odd", values)
    assert "no values" in music.ask(MakeSample(60, 2, opening=name), Refused).reason


def test_a_bad_primer_is_told_with_its_name(music: Any, tmp_path: Path) -> None:
    assert "nowhere.mid" in music.ask(MakeSample(70, 2, prime=str(tmp_path / "nowhere.mid")), Refused).reason
    (tmp_path / "bad.mid").write_bytes(b"MThd nonsense")
    assert "bad.mid" in music.ask(MakeSample(71, 2, prime=str(tmp_path / "bad.mid")), Refused).reason
