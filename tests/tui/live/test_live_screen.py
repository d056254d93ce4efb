"""The live screen on recorded runs: what it shows at several sizes, and what its keys do to the run."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from seqtui.tui.live.arrangement import PANELS
from seqtui.tui.live.panel_grid import PanelGrid
from seqtui.tui.live.sample_chart import SampleChart

SNAPSHOTS = Path(__file__).parent / "snapshots"
Make = Callable[..., Any]
Act = Callable[[Pilot[None]], Awaitable[None]]


async def nothing(_pilot: Pilot[None]) -> None:
    """Only look."""


def shown(stage: Any, size: tuple[int, int], *keys: str) -> str:
    """The text after some keys."""
    pictures = []

    async def act(pilot: Pilot[None]) -> None:
        for key in keys:
            await pilot.press(key)
        await pilot.pause(0.2)
        pictures.append(stage.text)

    stage.play(act, size=size)
    return str(pictures[0])


def compare(text: str, name: str) -> None:
    """With the snapshot of that name; SEQTUI_SNAPSHOTS=write makes it anew."""
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("SEQTUI_SNAPSHOTS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + "\n")
    assert text + "\n" == path.read_text()


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(
    "name",
    [
        "music-lstm",
        "dna-gru",
        "sentiment-lstm",
        "ner-lstm",
        "language-lstm",
        "translation-gru",
        "speech-gru",
        "nonfinite",
        "failed",
        "resumed",
    ],
)
@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
def test_a_run_looks_as_it_did(
    name: str, size: tuple[int, int], theme: str, recording: Make, stage: Make
) -> None:  # fmt: skip
    text = shown(stage(recording(name).folder, theme=theme), size)
    compare(text, f"{name}-{size[0]}")


@pytest.mark.parametrize(("name", "frames"), [("video-lstm", 12), ("film-lstm", 20)])
@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
def test_a_clip_plays_is_held_and_gone_through(
    name: str, frames: int, size: tuple[int, int], recording: Make, stage: Make, wait: Make
) -> None:
    on_stage = stage(recording(name).folder)
    pictures = []

    def frame() -> int:
        return int(on_stage.text.split(" of ")[0].split()[-1])

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("6")
        first = frame()
        await wait(pilot, lambda: frame() != first)  # it plays by itself
        await pilot.press("f")
        held = frame()
        await pilot.press("semicolon")
        assert frame() == held % frames + 1
        while frame() != frames:
            await pilot.press("semicolon")
        await pilot.press("semicolon")
        assert frame() == 1
        pictures.append(on_stage.text)

    on_stage.play(act, size=size)
    compare(pictures[0], f"{name}-{size[0]}")


def test_the_plain_theme_is_ascii(recording: Make, stage: Make) -> None:
    text = shown(stage(recording("music-lstm").folder, theme="plain"), (140, 45))
    assert not {mark for mark in text if ord(mark) > 126}


def test_a_run_that_has_not_begun_says_what_will_come(living: Make, stage: Make) -> None:
    run = living("music-lstm")
    run.write(0)
    text = shown(stage(run.folder), (200, 60))
    assert "preparing" in text
    assert text.count("appear here") + text.count("appears here") == len(PANELS)


def test_a_dead_run_is_told_and_can_be_resumed_only_from_a_checkpoint(recording: Make, stage: Make) -> None:
    run = recording("dna-gru")
    run.cut_before_end()
    text = shown(stage(run.folder), (120, 40))
    assert "Its process is gone" in text
    assert "space resume" in text
    assert "space goes on from step 720" in " ".join(text.split())


def test_news_of_a_living_run_arrive(living: Make, stage: Make, wait: Make) -> None:
    run = living("dna-gru")
    half = len(run.lines) // 2
    run.write(half)
    on_stage = stage(run.folder)

    async def act(pilot: Pilot[None]) -> None:
        assert "step 720" not in on_stage.text
        run.cut_before_end()
        await wait(pilot, lambda: "epoch 6/6   step 720" in on_stage.text)

    on_stage.play(act)


@pytest.mark.parametrize(
    ("keys", "command"),
    [
        (["space"], {"command": "pause"}),
        (["full_stop"], {"command": "single-step"}),
        (["k"], {"command": "save"}),
        (["s", "0", ".", "7", "enter"], {"command": "sample", "temperature": 0.7}),
        (["r", "0", ".", "0", "1", "enter"], {"command": "set", "name": "lr", "value": 0.01}),
        (["c", "2", "enter"], {"command": "set", "name": "max_grad_norm", "value": 2.0}),
        (["x", "x"], {"command": "stop"}),
        (["4", "plus"], {"command": "set", "name": "max_grad_norm", "value": 1.25}),
        (["4", "minus"], {"command": "set", "name": "max_grad_norm", "value": 0.8}),
    ],
)
def test_keys_become_commands(keys: list[str], command: dict[str, Any], living: Make, stage: Make) -> None:
    run = living("music-lstm")
    shown(stage(run.folder), (120, 40), *keys)
    assert run.commands == [command]


@pytest.mark.parametrize("keys", [["r", "minus", "1", "enter"], ["c", "x", "enter"], ["x", "escape"], ["r", "escape"]])
def test_wrong_values_and_second_thoughts_send_nothing(keys: list[str], living: Make, stage: Make) -> None:
    run = living("music-lstm")
    shown(stage(run.folder), (120, 40), *keys)
    assert run.commands == []


def test_the_prompt_says_what_is_wrong(living: Make, stage: Make) -> None:
    text = shown(stage(living("music-lstm").folder), (120, 40), "r", "minus", "1")
    assert "lr=-1 is not allowed" in text


def test_a_rate_that_its_schedule_made_0_is_asked_for_before_the_schedule(living: Make, stage: Make) -> None:
    run = living("music-lstm")  # its last step is that of its schedule's end
    text = shown(stage(run.folder), (80, 24), "r")
    assert "makes 0 of it now" in text and "not allowed" not in text
    shown(stage(run.folder), (80, 24), "r", "enter")
    assert run.commands == [{"command": "set", "name": "lr", "value": run.folder.read_config().lr}]


def test_an_empty_prompt_is_told_when_it_is_entered(living: Make, stage: Make) -> None:
    run = living("music-lstm").folder
    assert "give a number" not in shown(stage(run), (120, 40), "r", "backspace")
    assert "give a number" in shown(stage(run), (120, 40), "r", "backspace", "enter")


def test_an_ended_run_takes_no_commands(recording: Make, stage: Make) -> None:
    run = recording("music-lstm")
    text = shown(stage(run.folder), (120, 40), "space", "full_stop", "s", "r", "c", "k", "x")
    assert run.commands == []
    assert "i summary" in text
    assert "Summary" in shown(stage(run.folder), (120, 40), "i")


def test_the_summary_of_a_run_that_lives_says_how_it_stands(living: Make, stage: Make) -> None:
    run = living("music-lstm")
    text = shown(stage(run.folder), (120, 40), "i")
    assert "training: scores and verdict come at the end" in text
    assert f"next: seqtui attach {run.folder.id}" in text


def test_a_refused_command_is_shown(living: Make, stage: Make, wait: Make) -> None:
    run = living("resumed")
    place = next(number for number, line in enumerate(run.lines) if line.startswith(b'{"event":"CommandRefused"'))
    run.write(place)
    on_stage = stage(run.folder)

    async def act(pilot: Pilot[None]) -> None:
        run.write(place + 1)
        await wait(pilot, lambda: "the run refused: lr=-1" in on_stage.text)

    on_stage.play(act)


def test_a_run_that_ends_while_one_looks_says_how(living: Make, stage: Make, wait: Make) -> None:
    run = living("music-lstm")
    on_stage = stage(run.folder)

    async def act(pilot: Pilot[None]) -> None:
        run.write(len(run.lines))
        await wait(pilot, lambda: "✓ finished" in on_stage.text and "i summary" in on_stage.text)

    on_stage.play(act)


def test_a_number_shows_a_panel_that_had_no_room(recording: Make, stage: Make) -> None:
    on_stage = stage(recording("music-lstm").folder)
    text = shown(on_stage, (80, 24), "5")
    assert "5 Gates" in text
    assert "6 Sample ─" not in text


def test_enter_makes_a_panel_large_and_escape_brings_all_back(recording: Make, stage: Make) -> None:
    on_stage = stage(recording("music-lstm").folder)

    async def act(pilot: Pilot[None]) -> None:
        grid = on_stage.screen.query_one(PanelGrid)
        await pilot.press("6", "enter")
        assert grid.seen == ("sample",)
        await pilot.press("escape")
        assert len(grid.seen) == 7
        assert on_stage.app.screen is on_stage.screen

    on_stage.play(act)


def test_moved_and_hidden_panels_are_remembered(recording: Make, stage: Make) -> None:
    folder = recording("music-lstm").folder
    first = stage(folder)
    shown(first, (120, 40), "1", "shift+right", "3", "delete")
    again = stage(folder)

    async def act(_pilot: Pilot[None]) -> None:
        seen = again.screen.query_one(PanelGrid).seen
        assert seen[:2] == ("gradients", "loss")
        assert "lags" not in seen

    again.play(act)


def test_the_scrubber_goes_back_in_time_and_holds(recording: Make, stage: Make) -> None:
    on_stage = stage(recording("music-lstm").folder)

    async def act(pilot: Pilot[None]) -> None:
        chart = on_stage.screen.query_one(SampleChart)
        newest = chart.place
        await pilot.press("6", "left", "left")
        assert chart.place == newest - 2
        await pilot.press("home")
        assert "step 80 " in on_stage.text
        await pilot.press("end")
        assert chart.place == newest

    on_stage.play(act)


def test_next_curve_shows_the_metrics(recording: Make, stage: Make) -> None:
    text = shown(stage(recording("dna-gru").folder), (120, 40), "1", "n")
    assert "1 Accuracy" in text


def test_every_key_is_in_the_palette_and_the_key_line(living: Make, stage: Make) -> None:
    on_stage = stage(living("music-lstm").folder)

    async def act(_pilot: Pilot[None]) -> None:
        titles = " ".join(command.title for command in on_stage.app.get_system_commands(on_stage.screen))
        for name in ("Pause", "Step", "Sample", "Rate", "Clip", "Keep", "Export", "Detach", "Stop", "Gates"):
            assert f"{name}  (" in titles, name

    on_stage.play(act)


def test_hostile_text_stays_text(living: Make, stage: Make) -> None:
    run = living("music-lstm")
    run.folder.stderr_file.write_bytes(b"\x1b]0;PWNED\x07[/b][@click=app.quit]x[/]\n")
    text = shown(stage(run.folder), (200, 60))
    assert "␛]0;PWNED␇[/b][@click=app.quit]x[/]" in text
