"""Texts that are labeled and sentences that are tagged, on the screen: typed, pasted, from files, hostile, exported."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.cells import cell_len
from textual import events

from seqtui.readers.tagged.schemes import spans_of
from seqtui.tui.places import Target
from seqtui.tui.studio.ask_desk import AskDesk
from seqtui.tui.studio.sequence_text import SequenceText
from seqtui.tui.studio.tag_desk import TagDesk
from seqtui.tui.studio.tag_moves import TagMoveMap
from seqtui.tui.studio.tag_scores import TagScoreMap
from seqtui.tui.studio.tagged_text import TaggedText
from seqtui.tui.studio.word_map import WordMap

PICTURES = Path(__file__).parent / "pictures"
OPINION = "The soup was awful, and nobody said that the plot is fine !"
SENTENCE = "Mary Smith saw Paris ."
HOSTILE = "\x1b]0;PWNED\x07\x1b[31m[/b][@click=app.quit]x[/]\x9b2J漢字\u202e e\u0301\u0301\u0301 👩‍👩‍👧"
SIZES = [(80, 24), (140, 45)]


def text_of(stage: Any) -> Any:
    return stage.screen.query_one(SequenceText)


async def paste(stage: Any, text: str) -> None:
    text_of(stage).focus()
    text_of(stage).post_message(events.Paste(text))
    await stage.pilot.pause()


def said(stage: Any) -> Any:
    """The last answer of either desk, if it is whole."""
    desk = stage.screen.query_one("AskDesk, TagDesk")
    if desk._busy:
        return None
    return desk._answer if isinstance(desk, AskDesk) else desk._tagging and desk._tagging.said


def has_words(stage: Any, words: list[str]) -> Any:
    def holds() -> bool:
        answer = said(stage)
        return bool(answer) and getattr(answer, "symbols", getattr(answer, "words", None)) == words

    return holds


def is_harmless(stage: Any) -> bool:
    return not any(mark in stage.text() for mark in ("\x1b", "\x9b", "\x07", "\u202e", "\u200d"))


def test_each_word_has_its_share_as_one_types(models: Any, perform: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.until("✓ open", "as soon as there is a text", "Type or paste a text here")
        text_of(stage).focus()
        await stage.press(*"bad")
        await stage.until(has_words(stage, ["bad"]), "1 word, 1 of them unknown", "bad?")
        await stage.press("space", *"awful")
        await stage.until(has_words(stage, ["bad", "awful"]), "2 words", "out", "grad")
        why, chart = stage.screen.query_one(AskDesk)._why, stage.screen.query_one(WordMap)
        assert why.letters == ["left out"]
        assert np.isfinite(why.changes).all()
        assert np.isfinite(why.scores).all()
        assert chart._step == 1
        await stage.until("2  awful", f"adds {-why.changes[1, 0]:+.3f}")
        assert why.changes[0, 0] == 0
        before = said(stage).explained
        await stage.press("tab", "x")
        await stage.until(lambda: bool(said(stage)) and said(stage).explained != before)
        assert text_of(stage).text == "bad awful"
        text_of(stage).focus()
        await stage.press("ctrl+l")
        await stage.until("as soon as there is a text")

    perform(scene, Target(run=models["opinions"]), size=(80, 24))


def test_the_cursor_goes_over_the_words_and_to_the_strongest(models: Any, perform: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.until("✓ open")
        await paste(stage, OPINION)
        await stage.until(lambda: bool(said(stage)), "1  The")
        chart, why = stage.screen.query_one(WordMap), stage.screen.query_one(AskDesk)._why
        chart.focus()
        await stage.press("m")
        assert chart._step == int(np.abs(why.changes[:, 0]).argmax())
        await stage.press("home", "right", "l")
        await stage.until("3  was")
        await stage.press(*"jk", "end", "left")
        await stage.pilot.click(WordMap, offset=(9, 1))
        await stage.until("1  The")

    perform(scene, Target(run=models["opinions"]), size=(80, 24))


def test_each_line_is_a_record_and_the_one_with_the_cursor_is_shown(models: Any, perform: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.until("✓ open")
        await paste(stage, "A dull plot .\n\nA lovely plot .")
        await stage.until("Text · line 3", "Records", has_words(stage, ["A", "lovely", "plot", "."]))
        text_of(stage).focus()
        await stage.press("up", "up")
        await stage.until("Text · line 1", has_words(stage, ["A", "dull", "plot", "."]))
        stage.screen.query_one("#records Picks").focus()
        await stage.press("down", "enter")
        await stage.until("Text · line 3")
        assert text_of(stage).text == "A dull plot .\n\nA lovely plot ."

    perform(scene, Target(run=models["opinions"]))


def test_a_file_of_texts_is_listed_and_written(models: Any, perform: Any, tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text("text,label\n" + "".join(f'"The soup, number {n}, was FINE",good\n' for n in range(30)))

    async def scene(stage: Any) -> None:
        await stage.until("✓ open")
        await stage.press("tab", "o")
        await stage.until("Open a file")
        await stage.type(str(path))
        await stage.until("The soup, number 3", lambda: bool(said(stage)))
        assert text_of(stage).text == "The soup, number 0, was FINE"
        await stage.press("e")
        await stage.until("Export 30 predictions to")
        await stage.type(str(tmp_path / "said.csv"))
        await stage.until("wrote")
        assert len((tmp_path / "said.csv").read_text().splitlines()) == 31

    perform(scene, Target(run=models["opinions"]))


def test_names_are_underlined_as_one_types(models: Any, perform: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.until("✓ open", "as soon as there is a sentence")
        await paste(stage, SENTENCE)
        await stage.until(has_words(stage, SENTENCE.split()), "5 words", "Entities · 2")
        tagging = stage.screen.query_one(TagDesk)._tagging
        spans = [(span.begin, span.end, span.type) for span in tagging.spans()]
        assert spans == [(0, 2, "PER"), (3, 4, "LOC")]
        first = min(tagging.said.chances[:2])
        await stage.until(f"PER {first:.2f}", f"LOC {tagging.said.chances[3]:.2f}")
        chart = stage.screen.query_one(TaggedText)
        styles = {
            segment.text.strip(): segment.style
            for y in range(chart.size.height)
            for segment in chart.render_line(y)
            if segment.style
        }
        assert styles["Paris"].underline
        assert not styles["saw"].underline
        text_of(stage).focus()
        await stage.press("ctrl+end", *" In")
        await stage.until(has_words(stage, [*SENTENCE.split(), "In"]), "6 words")
        assert chart.step == 5
        await stage.press("ctrl+l")
        await stage.until("as soon as there is a sentence")

    perform(scene, Target(run=models["names"]))


@pytest.mark.parametrize("size", SIZES)
def test_scores_and_moves_can_be_opened_and_say_why(models: Any, perform: Any, size: tuple[int, int]) -> None:
    async def scene(stage: Any) -> None:
        await stage.until("✓ open")
        await paste(stage, SENTENCE)
        await stage.until(has_words(stage, SENTENCE.split()))
        await stage.press("tab", "s")
        await stage.until("Scores · nats", "score before  after  loses", "●")
        tagging, scores = stage.screen.query_one(TagDesk)._tagging, stage.screen.query_one(TagScoreMap)
        await stage.press("right", "right", "down")
        assert stage.screen.query_one(TaggedText).step == 2
        await stage.until("3  saw")
        before, after = scores._moves()
        sums = [
            emission + one + other
            for emission, one, other in zip(tagging.emissions[2], before, after, strict=True)
        ]  # fmt: skip
        assert int(np.argmax(sums)) == tagging.said.tags[2]
        await stage.press("w")
        await stage.until("Moves · nats", "end", "×")
        moves = stage.screen.query_one(TagMoveMap)
        assert scores.display is False
        row, column = tagging.tags.index("O") + 1, tagging.tags.index("I-PER")
        moves._row, moves._column = row, column
        moves.changed()
        await stage.until("O → I-PER  never: the scheme forbids it")
        await stage.press("left")
        await stage.until("O → B-PER")
        await stage.press("f1")
        await stage.until("learned by the conditional random field", "Equation")
        await stage.press("escape", "w")
        await stage.until(lambda: "Moves · nats" not in stage.text())
        await stage.press("left")

    perform(scene, Target(run=models["names"]), size=size)


def test_a_file_of_sentences_is_listed_looked_at_and_written(models: Any, perform: Any, tmp_path: Path) -> None:
    path = tmp_path / "many.conll"
    path.write_text("".join(f"Mary B-PER\nsaw O\nRome B-LOC\nno{n} O\n\n" for n in range(12)))

    async def scene(stage: Any) -> None:
        await stage.until("✓ open")
        await stage.press("tab", "o")
        await stage.until("Open a file")
        await stage.type(str(path))
        await stage.until("with entities 12", has_words(stage, ["Mary", "saw", "Rome", "no0"]))
        stage.screen.query_one("#records Picks").focus()
        await stage.press("down", "enter")
        await stage.until(has_words(stage, ["Mary", "saw", "Rome", "no1"]))
        assert text_of(stage).text.split() == ["Mary", "saw", "Rome", "no1"]
        await stage.press("e")
        await stage.until("Export 12 predictions to")
        await stage.type(str(tmp_path / "said.conll"))
        await stage.until("wrote")
        rows = [line.split("\t") for line in (tmp_path / "said.conll").read_text().splitlines() if line]
        assert len(rows) == 48
        desk = stage.screen.query_one(TagDesk)
        wanted = spans_of([desk._tagging.name(step) for step in range(4)])
        assert [(span.begin, span.end, span.type) for span in spans_of([row[-1] for row in rows[4:8]])] == [
            (span.begin, span.end, span.type) for span in wanted
        ]

    perform(scene, Target(run=models["names"]))


@pytest.mark.parametrize("kind", ["opinions", "names"])
@pytest.mark.parametrize("size", SIZES)
def test_odd_text_is_shown_as_plain_text(models: Any, perform: Any, kind: str, size: tuple[int, int]) -> None:
    async def scene(stage: Any) -> None:
        await stage.until("✓ open")
        for text in (HOSTILE, "zzyzx qqq xxyzzy", "\u200b", "漢字" * 40, "e\u0301\u0327 " * 20, f"{SENTENCE} " * 250):
            await stage.press("ctrl+l")
            await stage.until(lambda: not text_of(stage).text)
            await paste(stage, text)
            await stage.until(lambda: bool(said(stage)) or "✕" in stage.text())
            assert is_harmless(stage)
            assert all(cell_len(line) <= size[0] for line in stage.text().splitlines())
        await stage.press("tab", *(["s", "w"] if kind == "names" else []), "end")
        await stage.until(lambda: bool(said(stage)))
        await paste(stage, "A" * 1_000_000)
        await stage.until("only 20,000 characters fit here")
        await stage.press("ctrl+l")
        await stage.until(lambda: said(stage) is None)

    perform(scene, Target(run=models[kind]), size=size)


def stripped(text: str) -> str:
    """What does not hang on the weights or the name of the run."""
    lines = []
    for line in text.split("\n"):
        line = re.sub(r"\w+-gru-[0-9a-f]{6}", "RUN", line)
        line = re.sub(r"[█▉▊▋▌▍▎▏]+", "bar", line)
        line = re.sub(r"[+-]?\d*\.\d+", "N", line)
        line = re.sub(r"(?<=[\w,.!])[+-](?= )", "", line)
        line = re.sub(r"[●+·-](?= )", " ", line)
        line = re.sub(r"^│ (out|grad) .*", r"│ \1", line)
        line = re.sub(r"(speaks for|next) \S+|p\(\w+\)", r"\1 X", line)
        line = re.sub(r"▸|never", " ", line)
        lines.append(re.sub(r"(?<=\S) {2,}", "  ", line))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("kind", ["opinions", "names"])
@pytest.mark.parametrize("size", SIZES)
def test_the_screen_looks_as_in_its_picture(models: Any, perform: Any, kind: str, size: tuple[int, int]) -> None:
    shown: list[str] = []

    async def scene(stage: Any) -> None:
        await stage.until("✓ open")
        await paste(stage, OPINION if kind == "opinions" else SENTENCE)
        await stage.until(lambda: bool(said(stage)), "awful" if kind == "opinions" else "Paris")
        if kind == "names":
            await stage.press("tab", "s")
            await stage.until("Scores · nats", "loses")
        await stage.pilot.pause(0.2)
        shown.append(stripped(stage.text()))

    perform(scene, Target(run=models[kind]), size=size)
    picture = PICTURES / f"{kind}-{size[0]}x{size[1]}.txt"
    if not picture.exists():
        picture.write_text(shown[0])
        pytest.fail(f"{picture.name} was not there: look at it, and run again")
    assert shown[0] == picture.read_text()
