"""A recording as a model hears it: waveform, symbols over the spectrogram, and the best few texts with their scores."""

from collections.abc import Sequence
from typing import Final, final

from rich.style import Style

from seqtui.runs.speech_words import SpeechHeard
from seqtui.tui.charts.chart import Chart
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.numbers import percent
from seqtui.tui.live.speech_picture import draw_utterance, utterance_height

WAVE_LINES: Final = 6
_BARS: Final = " ▁▂▃▄▅▆▇█"
_BARS_ASCII: Final = " .:-=+*##"


@final
class HeardView(Chart):
    """Takes what was heard in one record."""

    HELP = (
        "A recording, and what the model hears in it. Above: the waveform, how loud it is; a full bar is full scale.\n"
        "Below: its spectrogram, high bands above, with letters where symbols begin, and bars: how sure it is of one.\n"
        "Of single words: bars where the sound spoke for the word, - where it spoke against it.\n"
        "Texts: the likeliest by the sum over their paths (prefix beam search), log-probability in nats; words by"
        " chance.\nGood: a spike a symbol. Bad: low, wide bars: it is not sure where, or whether.\n"
        "Do: r records from a microphone, and r ends it; o opens WAV or FLAC; left and right go through a folder."
    )
    EMPTY = "o opens a WAV or FLAC file, a folder or a manifest; r records from a microphone."

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._heard: SpeechHeard | None = None

    def show(self, heard: SpeechHeard | None) -> None:
        """None: nothing."""
        self._heard = heard
        self.changed()

    def has_nothing(self) -> bool:
        return self._heard is None

    def state_text(self) -> str:
        return f"record {self._heard.index + 1:,} of {self._heard.count:,}" if self._heard else ""

    def draw(self, canvas: Canvas) -> None:
        heard = self._heard
        assert heard
        texts = min(len(heard.texts), 5 if canvas.height >= 20 else 2)
        wave = WAVE_LINES if heard.low and canvas.height >= 18 else 1 if heard.low and canvas.height >= 10 else 0
        utterance, y = heard.heard, 0
        if wave:
            _draw_wave(canvas, Box(0, 0, canvas.width, wave), heard.low, heard.high)
            y = wave + int(canvas.height >= 18)
        below = texts + 1 if texts else 0
        high = min(canvas.height - y - below, utterance_height(utterance, canvas.look))
        draw_utterance(canvas, Box(0, y, canvas.width, high), utterance)
        _draw_texts(canvas, Box(0, y + high + 1, canvas.width, texts), heard)


def _draw_wave(canvas: Canvas, box: Box, low: Sequence[float], high: Sequence[float]) -> None:
    """How far the samples reach either way from nought, which is the middle, or with one line how loud they are."""
    style, bars = canvas.look.roles.train, _BARS_ASCII if canvas.look.ascii else _BARS
    count = len(low)
    for cell in range(box.width):
        part = slice(cell * count // box.width, max((cell + 1) * count // box.width, cell * count // box.width + 1))
        down, up = min(low[part], default=0.0), max(high[part], default=0.0)
        if box.height == 1:
            canvas.write(box.x + cell, box.y, _bar(bars, max(up, -down)), style)
            continue
        half = box.height // 2
        for line in range(half):
            canvas.write(box.x + cell, box.y + half - 1 - line, _bar(bars, up * half - line), style)
            _draw_hanging(canvas, box.x + cell, box.y + half + line, down * -half - line, style)


def _draw_hanging(canvas: Canvas, x: int, y: int, share: float, style: Style) -> None:
    """A bar from above: the rest of its cell in the color of the ground, where there are colors; else full or empty."""
    if canvas.look.ascii or canvas.look.depth == "none":
        canvas.write(x, y, _bar((_BARS_ASCII if canvas.look.ascii else _BARS)[::8], share), style)
    elif share > 0:
        canvas.write(x, y, _bar(_BARS, 1 - share), style + Style(reverse=True))


def _bar(bars: str, share: float) -> str:
    steps = len(bars) - 1
    return bars[min(max(round(share * steps), 0), steps)]


def _draw_texts(canvas: Canvas, box: Box, heard: SpeechHeard) -> None:
    roles = canvas.look.roles
    for place, (text, score) in enumerate(zip(heard.texts[: box.height], heard.scores, strict=False)):
        said = percent(score).strip() if heard.are_words else f"{score:.2f}"
        x = canvas.write(box.x, box.y + place, f"{said:>8} ", roles.axis)
        room = max(box.width - x, 0)
        canvas.write(x, box.y + place, fit(text or "(nothing)", room), roles.value if place == 0 else roles.label)
