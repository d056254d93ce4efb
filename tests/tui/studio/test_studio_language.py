"""The studio of language models: takes of text, surprise, writing together; over tiny models, really trained."""

import asyncio
import random
import time
from pathlib import Path
from typing import Any

import pytest
from textual import events
from trained import train_all

from seqtui.config import RunConfig
from seqtui.runs.folder import RunFolder, create
from seqtui.tui.places import Target
from seqtui.tui.studio.expected_panel import ExpectedPanel
from seqtui.tui.studio.next_picker import NextPicker
from seqtui.tui.studio.takes_desk import TakesDesk
from seqtui.tui.studio.text_view import TextView
from seqtui.tui.studio.writing_panel import WritingPanel

HOSTILE = "x\x1b[31m\x9b2J \u202edlo\u202c e\u0301\u0301\u0301 漢字 [/b][@click=app.quit]! \u200d\U0001f469\n"
LINES = "the cat sat on the mat\nthe dog sat on the log\na cat and a dog ran off\n"
TINY: dict[str, Any] = {
    "app": "language", "backbone": "gru", "hidden_size": 16, "embedding_size": 8, "max_steps": 25, "epochs": 4,
    "batch_size": 4, "bptt": 20, "threads": 1, "telemetry": "off",
}  # fmt: skip


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RunFolder]:
    """Models of characters, of words, and of characters that mean harm, trained at the same time."""
    root = tmp_path_factory.mktemp("texts")
    (root / "text.txt").write_text(LINES * 60)
    (root / "hostile.txt").write_text((LINES + HOSTILE) * 40)
    kinds = {"characters": ("text", "character"), "words": ("text", "word"), "hostile": ("hostile", "character")}
    made = {
        name: create(RunConfig(**TINY, data=str(root / f"{data}.txt"), options={"unit": unit}), parent=root)
        for name, (data, unit) in kinds.items()
    }
    train_all(made)
    return made


def take_of(stage: Any) -> Any:
    return stage.screen.query_one(TakesDesk).take


def is_made(stage: Any, number: int = 1) -> Any:
    return lambda: bool(take_of(stage) and take_of(stage).number == number and take_of(stage).done)


def text_of(stage: Any, tokens: Any) -> str:
    import numpy as np

    panel = stage.screen.query_one(WritingPanel)
    return "".join(panel._application.parts(np.asarray(tokens), panel._encoding))


def written(stage: Any) -> str:
    return text_of(stage, stage.screen.query_one(WritingPanel).written.tokens)


def next_is_known(stage: Any) -> Any:
    panel = stage.screen.query_one(WritingPanel)
    return lambda: not panel._asks.is_waiting and bool(stage.screen.query_one(NextPicker).tokens)


def test_a_take_is_read_primed_stopped_and_remade_from_a_place(texts: Any, perform: Any, tmp_path: Path) -> None:
    async def scene(stage: Any) -> None:
        await stage.until("✓ open", is_made(stage), "Language › GRU 1×16", "seed 0", "repetition")
        stage.screen.query_one("#primer").focus()
        await stage.press("enter")
        await stage.type("the dog ")
        await stage.until(lambda: take_of(stage).recipe.prime == "the dog ", is_made(stage), "the dog ")
        assert text_of(stage, take_of(stage).values).startswith("the dog ")
        assert take_of(stage).opening_steps == 8
        await stage.press("down", "enter")
        await stage.until("Stop at")
        await stage.type("\\n")
        await stage.until(lambda: take_of(stage).recipe.stop == "\\n", is_made(stage), "--stop")
        assert text_of(stage, take_of(stage).values).index("\n") == len(take_of(stage).values) - 1
        await stage.press("delete")
        await stage.until(lambda: not take_of(stage).recipe.stop, is_made(stage))
        before = take_of(stage).values
        stage.screen.query_one(TextView).focus()
        await stage.press("home", *["right"] * 20, "r")
        await stage.until(is_made(stage, 2), "from character 21 of 1")
        assert (take_of(stage).values[:20] == before[:20]).all()
        assert len(take_of(stage).values) == len(before)
        await stage.press("space", "e")
        await stage.until("Export 1 kept takes to")
        await stage.type(str(tmp_path / "new.txt"))
        await stage.until("wrote")
        assert (tmp_path / "new.txt").read_text() == text_of(stage, take_of(stage).values) + "\n"

    perform(scene, Target(run=texts["characters"]))


def test_surprise_colors_a_take_and_says_what_was_expected(texts: Any, perform: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.until(is_made(stage))
        view = stage.screen.query_one(TextView)
        await stage.press("v")
        await stage.until(lambda: len(view.surprises.nats) == len(take_of(stage).values) - 1, "Surprise", "perplexity")
        await stage.press("home")
        await stage.until("stands first")
        await stage.press("right")
        nats = view.surprises.of(1)
        await stage.until(f"{nats:.2f} nats", f"{view.surprises.chances[0][0]:.4f}")
        assert any(mark in stage.text() for mark in "▁▂▃▄▅▆▇█"), "bars where there is no color"
        await stage.press("n")
        await stage.until(is_made(stage, 2), lambda: len(view.surprises.nats) == len(take_of(stage).values) - 1)
        assert list(view.surprises.tokens) == take_of(stage).values.tolist(), "of the new take"
        await stage.press("v")
        await stage.until("Takes", lambda: not stage.screen.query_one("#expected-take", ExpectedPanel).display)

    perform(scene, Target(run=texts["characters"]))


def test_writing_together_by_digits_words_lines_and_hand(texts: Any, perform: Any, tmp_path: Path) -> None:
    async def scene(stage: Any) -> None:
        await stage.until(is_made(stage))
        await stage.press("w")
        await stage.until("What may come next", "entropy", next_is_known(stage))
        begun, second = written(stage), stage.screen.query_one(NextPicker).tokens[1]
        await stage.press("2")
        await stage.until(next_is_known(stage), lambda: written(stage) == begun + text_of(stage, [second]))
        await stage.press("w", "l")
        await stage.until(next_is_known(stage), lambda: len(written(stage)) > len(begun) + 1)
        await stage.press("u", "u", "u", "u")
        await stage.until(next_is_known(stage), lambda: written(stage) == begun)
        await stage.press("t", *"cat", "enter", "enter", "escape")
        await stage.until(next_is_known(stage), lambda: written(stage) == f"{begun}cat\n")
        assert not any(stage.screen.query_one(WritingPanel).written.made), "all by hand"
        await stage.press("backspace", *"11111")
        await stage.until(next_is_known(stage), lambda: len(written(stage)) == len(begun) + 8)
        await stage.press("v")
        view = stage.screen.query_one("#text-written", TextView)
        await stage.until(lambda: len(view.surprises.nats) == len(written(stage)) - 1, "bits a symbol")
        await stage.press("e")
        await stage.type(str(tmp_path / "ours.txt"))
        await stage.until("wrote")
        assert (tmp_path / "ours.txt").read_text() == written(stage) + "\n"
        await stage.press("escape")
        await stage.until("Takes", "Take 1")

    perform(scene, Target(run=texts["characters"]), size=(140, 45))


def test_controls_change_what_may_come_next(texts: Any, perform: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.until(is_made(stage))
        await stage.press("w")
        await stage.until(next_is_known(stage))
        picker = stage.screen.query_one(NextPicker)
        stage.screen.query_one("#knob-0").focus()
        await stage.press("0", "enter")
        await stage.until(
            next_is_known(stage), lambda: len(picker.tokens) == 1, "entropy 0.00", "nothing else may come"
        )
        assert take_of(stage).recipe.temperature == 1, "takes are left alone meanwhile"

    perform(scene, Target(run=texts["characters"]))


def test_words_are_chosen_and_what_is_unknown_is_told(texts: Any, perform: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.until(is_made(stage))
        await stage.press("w")
        await stage.until(next_is_known(stage))
        await stage.press("t", *"cat", "space", *"zebra", "enter")
        await stage.until("the model reads: cat <unk>", next_is_known(stage))
        await stage.press("escape")
        count = len(stage.screen.query_one(WritingPanel).written.tokens)
        await stage.press("w")
        await stage.until(lambda: len(stage.screen.query_one(WritingPanel).written.tokens) == count + 1)

    perform(scene, Target(run=texts["words"]))


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
def test_text_that_means_harm_is_shown_and_obeyed_by_nobody(
    texts: Any, perform: Any, tmp_path: Path, size: tuple[int, int]
) -> None:
    (tmp_path / "harm.txt").write_text(HOSTILE * 3)

    def is_safe(stage: Any) -> None:
        for strip in stage.app.screen._compositor.render_strips():
            assert all(ord(character) >= 32 and ord(character) not in range(0x7F, 0xA0) for character in strip.text)
            assert not set("\u202e\u202c\u200d") & set(strip.text)
            assert strip.cell_length == size[0]

    async def scene(stage: Any) -> None:
        await stage.until(is_made(stage))
        stage.screen.query_one("#primer").focus()
        await stage.press("enter")
        await stage.type(str(tmp_path / "harm.txt"))
        await stage.until(is_made(stage), lambda: take_of(stage).recipe.prime != "", "⟨RLO⟩")
        is_safe(stage)
        await stage.press("v")
        await stage.until("nats")
        is_safe(stage)
        await stage.press("w")
        await stage.until(next_is_known(stage))
        panel = stage.screen.query_one(WritingPanel)
        panel.post_message(events.Paste(HOSTILE + "\u05d0\U0001f600"))
        await stage.until(lambda: "click" in written(stage), next_is_known(stage))
        for _ in range(3):
            await stage.press("w", "5", "0")
        await stage.until(next_is_known(stage))
        is_safe(stage)
        await stage.press("v")
        await stage.until("bits a symbol")
        is_safe(stage)

    perform(scene, Target(run=texts["hostile"]), size=size)


def test_a_text_without_an_end_and_one_without_a_beginning(texts: Any, perform: Any, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "large.txt").write_text("x" * (4 * 2**20 + 1))

    async def scene(stage: Any) -> None:
        await stage.until(is_made(stage))
        await stage.press("w", *["backspace"] * 60)
        await stage.until("It needs a symbol to go on from")
        await stage.press("1", "w", "l", "v", "v", "u", "enter", "backspace")
        for name, told in (("empty.txt", "empty"), ("large.txt", "larger than 4 MiB")):
            await stage.press("o")
            await stage.type(str(tmp_path / name))
            await stage.until(told)
        stage.screen.query_one(WritingPanel).begin(take_of(stage).values, [True] * 600)
        stage.screen.query_one(WritingPanel)._add([1] * 19_999, by_model=False)
        await stage.until("20,000 symbols at most")

    perform(scene, Target(run=texts["characters"]))


@pytest.mark.parametrize("kind", ["hostile", "words"])
def test_any_keys_in_any_order_do_no_harm_to_a_text(texts: Any, perform: Any, kind: str) -> None:
    keys = [
        "left", "right", "up", "down", "tab", "shift+tab", "n", "space", "r", "e", "x", "c", "v", "w", "l", "t", "u",
        "o", "enter", "delete", "backspace", "home", "end", "pageup", "pagedown", "f1", "escape", "1", "5", "0", "a",
    ]  # fmt: skip

    async def scene(stage: Any) -> None:
        await stage.until("✓ open", is_made(stage))
        for key in random.Random(kind).choices(keys, k=120):
            is_left = stage.screen.query("#writing") and not stage.screen.query_one("#writing").display
            if key != "escape" or not is_left:  # it would leave the studio
                await stage.press(key)
        while not stage.screen.query("#writing"):
            await stage.press("escape")
        await stage.until("✓ open")

    perform(scene, Target(run=texts[kind]), size=(80, 24))


def test_a_choice_is_answered_at_once(texts: Any, perform: Any) -> None:
    seconds: list[float] = []

    async def scene(stage: Any) -> None:
        await stage.until(is_made(stage))
        await stage.press("w")
        await stage.until(next_is_known(stage))
        for _ in range(15):
            begun = time.monotonic()
            stage.screen.query_one(NextPicker).action_take(0)
            count = len(stage.screen.query_one(WritingPanel).written.tokens)
            while len(stage.screen.query_one(WritingPanel).written.tokens) == count or not next_is_known(stage)():
                await asyncio.sleep(0.002)
                assert time.monotonic() - begun < 20
            seconds.append(time.monotonic() - begun)

    perform(scene, Target(run=texts["characters"]))
    seconds.sort()
    print(f"choice to what may come next: median {1000 * seconds[7]:.0f} ms, worst {1000 * seconds[-1]:.0f} ms")  # noqa: T201
    # The aim is 150 ms; a machine that other people's trainings keep busy is given more.
    assert seconds[7] < 0.6
