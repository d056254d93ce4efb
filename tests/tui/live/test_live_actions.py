"""Whatever can be done to a run is a key, a line of the menu and a click; over recorded runs, and
once from beginning to end with a real child.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import mido
import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from seqtui.runs.folder import RunFolder
from seqtui.runs.state import Status
from seqtui.tui.help_screen import HelpScreen
from seqtui.tui.key_line import KeyLine
from seqtui.tui.live.panel_grid import PanelGrid
from seqtui.tui.menu_dialog import MenuDialog
from seqtui.tui.runner import Runner
from seqtui.tui.studio.screen import StudioScreen

Make = Callable[..., Any]
ACTIONS = ("pause", "step", "sample", "rate", "clip", "keep", "play", "detach", "stop")


def options_of(app: Any) -> dict[str, int]:
    """The lines of the menu that stands on the screen: what each is called, and its place."""
    menu = app.screen
    assert isinstance(menu, MenuDialog)
    return {entry.text: place for place, entry in enumerate(menu._entries)}


def told(app: Any) -> str:
    """All notices."""
    return "\n".join(each.message for each in app._notifications)


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
def test_the_menu_has_every_action_and_a_click_does_it(size: tuple[int, int], living: Make, stage: Make) -> None:
    run = living("music-lstm")
    on_stage = stage(run.folder)

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("a")
        await pilot.pause()
        assert set(ACTIONS) <= options_of(on_stage.app).keys()
        place = options_of(on_stage.app)["keep"]
        await pilot.click(OptionList, offset=(8, place))
        await pilot.pause()
        assert on_stage.app.screen is on_stage.screen
        await pilot.press("f10", "escape")
        assert on_stage.app.screen is on_stage.screen

    on_stage.play(act, size=size)
    assert run.commands == [{"command": "save"}]


def test_a_line_of_the_menu_opens_a_prompt(living: Make, stage: Make) -> None:
    run = living("music-lstm")
    on_stage = stage(run.folder)

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("a")
        await pilot.pause()
        on_stage.app.screen.query_one(OptionList).highlighted = options_of(on_stage.app)["rate"]
        await pilot.press("enter")
        await pilot.pause()
        on_stage.app.screen.query_one(Input).value = "0.02"
        await pilot.press("enter")
        await pilot.pause()

    on_stage.play(act)
    assert run.commands == [{"command": "set", "name": "lr", "value": 0.02}]


def test_the_right_button_opens_the_menu_and_a_click_beside_it_closes_it(living: Make, stage: Make) -> None:
    on_stage = stage(living("music-lstm").folder)

    async def act(pilot: Pilot[None]) -> None:
        await pilot.click(PanelGrid, offset=(20, 20), button=3)
        await pilot.pause()
        assert isinstance(on_stage.app.screen, MenuDialog)
        await pilot.click(offset=(1, 1))
        await pilot.pause()
        assert on_stage.app.screen is on_stage.screen

    on_stage.play(act)


def test_a_click_on_the_line_of_keys_is_its_key(living: Make, stage: Make) -> None:
    run = living("music-lstm")
    on_stage = stage(run.folder)

    async def act(pilot: Pilot[None]) -> None:
        line = on_stage.text.splitlines()[-1]
        await pilot.click(KeyLine, offset=(line.index("step"), 0))
        await pilot.pause()

    on_stage.play(act)
    assert run.commands == [{"command": "single-step"}]


def test_playing_a_run_without_a_checkpoint_is_told_when_it_will_be(living: Make, stage: Make) -> None:
    on_stage = stage(living("music-lstm").folder)

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("p")
        await pilot.pause()
        assert on_stage.app.screen is on_stage.screen
        assert "nothing to play yet: the first checkpoint comes with the first evaluation" in told(on_stage.app)

    on_stage.play(act)


@pytest.mark.parametrize(
    ("name", "says"),
    [("dna-gru", "the training process is gone; space goes on from step 720"), ("music-lstm", "the run is finished")],
)
@pytest.mark.parametrize("keys", [["r"], ["c"], ["S"], ["k"], ["full_stop"], ["x"], ["4", "plus"]])
def test_a_command_to_nobody_says_why(keys: list[str], name: str, says: str, recording: Make, stage: Make) -> None:
    run = recording(name)
    if name == "dna-gru":
        run.cut_before_end()
    on_stage = stage(run.folder)

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press(*keys)
        await pilot.pause()
        assert on_stage.app.screen is on_stage.screen
        assert says in told(on_stage.app)

    on_stage.play(act)
    assert run.commands == []


def write_tunes(folder: Path) -> Path:
    """A folder of a few scales."""
    folder.mkdir()
    for number in range(12):
        file = mido.MidiFile(ticks_per_beat=480)
        track = mido.MidiTrack()
        file.tracks.append(track)
        for pitch in range(55 + number, 75 + number):
            track.append(mido.Message("note_on", note=pitch, velocity=80, time=0))
            track.append(mido.Message("note_off", note=pitch, velocity=0, time=480))
        file.save(folder / f"tune{number:02}.mid")
    return folder


@pytest.fixture
def child(home: Path, tmp_path: Path) -> Any:
    """A real run that trains on until it is told otherwise; it is killed at the end."""
    assert home.is_dir()
    given = {
        "data": str(write_tunes(tmp_path / "tunes")), "hidden_size": 12, "epochs": 100_000, "threads": 1,
        "telemetry": "off", "kernel": "own", "eval_every": 100_000,
    }  # fmt: skip
    runner = Runner(niceness=0)
    yield runner.train("music", given)
    for _, process in runner.children.values():
        process.kill()
        process.wait()


class Hands:
    """What a person does with a living run."""

    def __init__(self, on_stage: Any, pilot: Pilot[None], wait: Callable[..., Awaitable[None]]) -> None:
        self.stage, self._pilot, self._wait = on_stage, pilot, wait

    @property
    def run(self) -> Any:
        """The run as the screen knows it."""
        return self.stage.screen._follower

    async def press(self, *keys: str) -> None:
        await self._pilot.press(*keys)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Longer than others wait: processes have to start."""
        for _ in range(10):
            try:
                return await self._wait(self._pilot, holds)
            except AssertionError:
                assert self.run.status is not Status.DEAD, self.run.folder.stderr_file.read_text()
        raise AssertionError(self.stage.text)

    async def answer(self, value: str) -> None:
        """Into the field of a prompt."""
        await self.until(lambda: bool(self.stage.app.screen.query(Input)))
        self.stage.app.screen.query(Input).first().value = value
        await self.press("enter")


async def steer(hands: Hands) -> None:
    """Pause, step, rate, clip."""
    await hands.until(lambda: hands.run.status is Status.TRAINING and hands.run.state.step is not None)
    await hands.press("space")
    await hands.until(lambda: hands.run.status is Status.PAUSED)
    await hands.press("r")
    await hands.answer("0.0123")
    await hands.press("c")
    await hands.answer("0.77")
    before = hands.run.state.step.step
    await hands.press("full_stop")
    await hands.until(lambda: hands.run.state.step.step > before)
    assert hands.run.status is Status.PAUSED
    assert hands.run.state.step.lr == pytest.approx(0.0123, rel=1e-3)
    assert [(knob.name, knob.new) for knob in hands.run.state.knobs] == [("lr", 0.0123), ("max_grad_norm", 0.77)]


async def take_away(hands: Hands, target: Path) -> None:
    """Sample, checkpoint, export, play: while it lives."""
    await hands.press("S")
    await hands.answer("0.6")
    await hands.until(lambda: [made.temperature for made in hands.run.state.samples] == [0.6])
    await hands.press("k")
    await hands.until(lambda: hands.run.state.saved is not None)
    await hands.press("e")
    await hands.answer(str(target))
    await hands.press("p")
    await hands.until(lambda: isinstance(hands.stage.app.screen, StudioScreen) and "steps/s" in hands.stage.text)
    await hands.press("escape")
    await hands.until(lambda: hands.stage.app.screen is hands.stage.screen)
    await hands.until(lambda: f"wrote {target}" in told(hands.stage.app) and target.is_file())


def test_a_living_child_obeys_every_key(child: RunFolder, stage: Make, wait: Make, tmp_path: Path) -> None:
    on_stage = stage(child)
    target = tmp_path / "song.mid"

    async def act(pilot: Pilot[None]) -> None:
        hands = Hands(on_stage, pilot, wait)
        await steer(hands)
        await take_away(hands, target)
        await hands.press("space")
        await hands.until(lambda: hands.run.status is Status.TRAINING)
        await hands.press("x", "x")
        await hands.until(lambda: hands.run.status is Status.STOPPED)

    on_stage.play(act)
    assert mido.MidiFile(target).length > 0


def test_a_narrow_line_of_keys_tells_that_there_are_more_and_leads_to_them(living: Make, stage: Make) -> None:
    on_stage = stage(living("music-lstm").folder)

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("4")
        await pilot.pause()
        line = on_stage.text.splitlines()[-1]
        assert line.strip() == "+ raise  - lower  u use suggestion  w window  a menu  …  ? help  ctrl+p all"
        await pilot.click(KeyLine, offset=(line.index("…"), 0))
        await pilot.pause()
        assert isinstance(pilot.app.screen, HelpScreen)

    on_stage.play(act, size=(80, 24))


def test_export_starts_only_with_a_right_path(recording: Make, stage: Make) -> None:
    on_stage = stage(recording("music-lstm").folder)

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press("e")
        await pilot.pause()
        field = on_stage.app.screen.query_one("#path", Input)
        assert field.value == "music-lstm-0adf8c.mid"
        field.value = "song.wav"
        await pilot.press("enter")
        assert "must end in" in on_stage.text
        await pilot.press("escape")
        assert on_stage.app.screen is on_stage.screen

    on_stage.play(act)
