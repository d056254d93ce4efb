"""Mashed keys and dragged corners: nothing crashes, and no key does more than it says."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

_NAMES = """
space full_stop s S r c k e d x i n enter plus minus escape delete backspace L shift+left shift+right
shift+up shift+down right_square_bracket left_square_bracket 1 2 3 4 5 6 7 8 9 0 g G v y w m u h l j left
right up down pageup pagedown home end tab shift+tab question_mark f1 a z
"""
KEYS = _NAMES.split()
SIZES = [(60, 20), (20, 5), (1, 1), (80, 24), (120, 40), (250, 70), (61, 90), (500, 20), (140, 45)]
Make = Callable[..., Any]


def mash(stage: Any, count: int, *, seed: int, size: tuple[int, int]) -> None:
    """Press keys, but none that leaves the screen."""
    chosen = random.Random(seed)

    async def act(pilot: Pilot[None]) -> None:
        for _ in range(count):
            key = chosen.choice(KEYS)
            if len(stage.app.screen_stack) == 1 and key in ("d", "escape"):
                continue
            await pilot.press(key)

    stage.play(act, size=size)


@pytest.mark.parametrize(
    ("name", "size", "count"),
    [
        ("dna-gru", (140, 45), 120),
        pytest.param("music-lstm", (80, 24), 250, marks=pytest.mark.slow),
        pytest.param("dna-gru", (140, 45), 250, marks=pytest.mark.slow),
    ],
)
def test_keys_at_random(name: str, size: tuple[int, int], count: int, living: Make, stage: Make) -> None:
    run = living(name)
    mash(stage(run.folder), count, seed=4, size=size)
    known = {"pause", "resume", "single-step", "save", "sample", "set", "stop"}
    assert {command["command"] for command in run.commands} <= known


@pytest.mark.slow
def test_five_thousand_keys(living: Make, stage: Make) -> None:
    mash(stage(living("resumed").folder), 5000, seed=5, size=(120, 40))


def test_a_resize_storm(recording: Make, stage: Make) -> None:
    on_stage = stage(recording("dna-gru").folder)

    async def act(pilot: Pilot[None]) -> None:
        for width, height in SIZES:
            await pilot.resize_terminal(width, height)
            await pilot.press("enter")
        await pilot.resize_terminal(120, 40)
        await pilot.pause()

    on_stage.play(act)
