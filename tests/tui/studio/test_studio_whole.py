"""The studio as a whole: what it looks like at two sizes, any keys in any order, and how fast it answers."""

import asyncio
import random
import re
import time
from pathlib import Path
from typing import Any

import pytest
from textual import events

from seqtui.tui.places import Target
from seqtui.tui.studio.screen import StudioScreen
from seqtui.tui.studio.sequence_text import SequenceText
from seqtui.tui.studio.slider import Slider
from seqtui.tui.studio.takes_desk import TakesDesk

PICTURES = Path(__file__).parent / "pictures"
SEQUENCE = "GGCTAGCATCGATCGTATAATGCATCGATCAGGTACCATGCAGCTAG"
KEYS = [
    "left", "right", "up", "down", "h", "j", "k", "l", "tab", "shift+tab", "n", "space", "r", "p", "e", "x", "c", "o",
    "m", "enter", "delete", "backspace", "home", "end", "pageup", "pagedown", "left_square_bracket", "f1", "slash",
    "right_square_bracket", "question_mark", "a", "C", "g", "T", "0", "7", "full_stop", "minus", "ctrl+l", "ctrl+v",
    "s", "w", "v", "i", "comma", "apostrophe", "ctrl+end", "u",
]  # fmt: skip


def stripped(text: str) -> str:
    """What does not hang on the weights, the clock or the name of the run."""
    kept = []
    for line in text.split("\n"):
        line = re.sub(r"│ *([A-G]\d)?│[ ▀▄█┊]*│$", "│ roll │", line)
        line = re.sub(r"\w+-gru-[0-9a-f]{6}", "RUN", line)
        line = re.sub(r"[\d,]+ steps/s", "N steps/s", line)
        line = re.sub(r"\d+\.\d\d s\b", "T s", line)
        line = re.sub(r"└1[─\d]*", "└1…", line)
        kept.append(re.sub(r"(?<=\S) {2,}", "  ", line))
    return "\n".join(kept) + "\n"


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
@pytest.mark.parametrize("kind", ["music", "labels"])
def test_the_screen_looks_as_in_its_picture(models: Any, perform: Any, kind: str, size: tuple[int, int]) -> None:
    shown: list[str] = []

    async def scene(stage: Any) -> None:
        await stage.until("✓ open")
        if kind == "music":
            book = stage.screen.query_one(TakesDesk)._book
            await stage.until(lambda: bool(book.current and book.current.done), "T 1.00")
            await stage.press("n")
            await stage.until(lambda: len(book.takes) == 2 and book.takes[-1].done, "Take 2 · 17 bars")
            await stage.until(lambda: len(re.findall(r"seed \d .*\d\.\d\d s\b", stage.text())) == 2)
        await stage.pilot.pause(0.2)
        shown.append(stripped(stage.text()))

    perform(scene, Target(run=models[kind]), size=size)
    picture = PICTURES / f"{kind}-{size[0]}x{size[1]}.txt"
    if not picture.exists():
        picture.parent.mkdir(exist_ok=True)
        picture.write_text(shown[0])
        pytest.fail(f"{picture.name} was not there: look at it, and run again")
    assert shown[0] == picture.read_text()


async def mash(stage: Any, count: int) -> None:
    rng = random.Random(count)
    await stage.until("✓ open")
    for _ in range(count):
        key = rng.choice(KEYS)
        if not isinstance(stage.screen, StudioScreen) and rng.random() < 0.2:
            key = "escape"
        await stage.press(key)
        if rng.random() < 0.01 and stage.screen.query(SequenceText):
            stage.screen.query_one(SequenceText).post_message(
                events.Paste(rng.choice([SEQUENCE, "\x1b[2J[/]", ">x\n", "Mary saw Paris .\nIt was awful!"]))
            )
    while not isinstance(stage.screen, StudioScreen):
        await stage.press("escape")
    await stage.until("✓ open")


@pytest.mark.parametrize("kind", ["music", "labels", "opinions", "names"])
def test_any_keys_in_any_order_do_no_harm(models: Any, perform: Any, kind: str) -> None:
    perform(lambda stage: mash(stage, 120), Target(run=models[kind]))  # and 5,000 in test_studio_mashing.py


def test_a_slider_is_answered_at_once(models: Any, perform: Any, record_property: Any) -> None:
    seconds: list[float] = []

    async def scene(stage: Any) -> None:
        book = stage.screen.query_one(TakesDesk)._book
        await stage.until("✓ open", lambda: bool(book.current and book.current.done))
        for _ in range(20):
            before, begun = book.current.request, time.monotonic()
            stage.screen.query(Slider).first().action_move(-1)
            while book.current.request == before or len(book.current.values) <= book.current.opening_steps:
                await asyncio.sleep(0.002)
                assert time.monotonic() - begun < 20
            seconds.append(time.monotonic() - begun)

    perform(scene, Target(run=models["music"]))
    seconds.sort()
    record_property("median_ms", round(1000 * seconds[10]))
    print(f"slider to first new steps: median {1000 * seconds[10]:.0f} ms, worst {1000 * seconds[-1]:.0f} ms")  # noqa: T201
    # The aim is 150 ms; a machine that other people's trainings keep busy is given more.
    assert seconds[10] < 0.6
