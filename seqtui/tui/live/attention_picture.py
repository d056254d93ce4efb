"""What a model that translates says, and where it looked for each word of it: a map of output by source.

A color never says what a mark does not say too: shares of attention are written where there is room, else shaded.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from rich.cells import cell_len
from rich.color import Color
from rich.style import Style

from seqtui.readers.pairs.words import JOINED, join_words
from seqtui.runs.translation_events import Translated, TranslatedPair
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.grid import pixel_rows
from seqtui.tui.drawing.look import RAMP_STEPS, Look
from seqtui.tui.live.text_picture import readable_on

_CLOSES: Final = re.compile(r"[.,;:!?)\]}…%]+|['\u2019]\w+|n['\u2019]t|-\w+")

END: Final = "<end>"
SPACE: Final = "\u2581"
WIDEST_LABEL: Final = 14  # cells of an output token
WIDEST_COLUMN: Final = 12
NARROWEST: Final = 2
ROOM_TO_CUT: Final = 4
TOLD: Final = 0.095  # share of attention from which on it is written
CROPPED: Final = 9  # lines from which on a map is begun that does not end
SIDE_BY_SIDE: Final = 100  # cells from which on the map stands beside the texts


def draw_translated(canvas: Canvas, box: Box, found: Translated) -> None:
    """Texts, and the attention of the longest pair that there is room for."""
    if not found.pairs:
        return
    beside = box.width >= SIDE_BY_SIDE
    texts = Box(box.x, box.y, box.width // 2 - 2 if beside else box.width, box.height)
    mapped = _mapped(found, box, beside=beside)
    if mapped is None:
        _draw_texts(canvas, texts, found.pairs)
        return
    if beside:
        _draw_texts(canvas, texts, found.pairs)
        x = texts.x + texts.width + 3
        draw_attention_of(canvas, Box(x, box.y, box.x + box.width - x, box.height), mapped)
        return
    used = _draw_texts(canvas, Box(box.x, box.y, box.width, 4), [mapped])
    below = Box(box.x, used + 1, box.width, box.y + box.height - used - 1)
    if len(mapped.attention) >= below.height and pixel_rows(canvas.look) == 2:
        _draw_halves(canvas, Box(box.x, used, box.width, below.height + 1), mapped)
    else:
        draw_attention_of(canvas, below, mapped)


def draw_attention_of(canvas: Canvas, box: Box, pair: TranslatedPair) -> None:
    """The map of one pair."""
    draw_attention(canvas, box, pair.source, pair.output, pair.attention)


def draw_attention(
    canvas: Canvas,
    box: Box,
    source: Sequence[str],
    output: Sequence[str],
    attention: Sequence[Sequence[float]],
    *,
    at: tuple[int, int] | None = None,
    first: tuple[int, int] = (0, 0),
) -> None:
    """Lines are output tokens and the end, columns source tokens. at: line and column of a cursor; first: of the ones
    that are shown.
    """
    look, roles = canvas.look, canvas.look.roles
    rows = [*map(shown_token, output), *([END] if len(attention) > len(output) else [])]
    gutter = gutter_of(output)
    column = column_of(source, box.width - gutter)
    shown = range(first[1], min(first[1] + max((box.width - gutter) // column, 0), len(source)))
    for place, step in enumerate(shown):
        style = roles.value if at and at[1] == step else roles.axis
        label = shown_token(source[step])
        # One or two cells tell more with letters in them than with an ellipsis.
        label = label[: column - 1] if column < ROOM_TO_CUT else fit(label, column - 1)
        canvas.write(box.x + gutter + place * column, box.y, label, style, width=column - 1)
    for line, number in enumerate(range(first[0], min(first[0] + box.height - 1, len(attention))), 1):
        style = roles.value if at and at[0] == number else roles.label
        canvas.write(box.x, box.y + line, fit(rows[number], gutter - 1), style)
        for place, step in enumerate(shown):
            text, ground = _weight(attention[number][step], column - 1, look)
            if at == (number, step):
                ground = ground + Style(reverse=True)
            canvas.write(box.x + gutter + place * column, box.y + line, text, ground)


def _draw_halves(canvas: Canvas, box: Box, pair: TranslatedPair) -> None:
    """A map with two output tokens a line, as half blocks without figures: whole where there is little room."""
    look = canvas.look
    names = [*map(shown_token, pair.output), END][: len(pair.attention)]
    lines = [", ".join(names[line : line + 2]) for line in range(0, len(names), 2)]
    gutter = min(max(map(cell_len, lines)), 2 * WIDEST_LABEL) + 1
    column = column_of(pair.source, box.width - gutter)
    for place, token in enumerate(pair.source):
        label = shown_token(token)
        label = label[: column - 1] if column < ROOM_TO_CUT else fit(label, column - 1)
        canvas.write(box.x + gutter + place * column, box.y, label, look.roles.axis, width=column - 1)
    empty = [0.0] * len(pair.source)
    for line, text in enumerate(lines[: box.height - 1]):
        y, shares = box.y + 1 + line, pair.attention[2 * line : 2 * line + 2]
        canvas.write(box.x, y, fit(text, gutter - 1), look.roles.label)
        for place, (upper, lower) in enumerate(zip(shares[0], shares[1] if len(shares) > 1 else empty, strict=True)):
            style = Style(color=_color_of(upper, look), bgcolor=_color_of(lower, look))
            canvas.write(box.x + gutter + place * column, y, "▀" * (column - 1), style)


def _color_of(share: float, look: Look) -> Color:
    return Color.from_rgb(*look.ramp[min(int(min(max(share, 0.0), 1.0) * RAMP_STEPS), RAMP_STEPS - 1)])


def gutter_of(output: Sequence[str]) -> int:
    """Cells that the output tokens take at the left."""
    return min(max([cell_len(shown_token(token)) for token in output] + [len(END)]), WIDEST_LABEL) + 1


def column_of(source: Sequence[str], room: int) -> int:
    """Cells of a column: as wide as its longest token where all fit, and one between."""
    longest = max([cell_len(shown_token(token)) for token in source] + [1])
    return max(min(longest + 1, WIDEST_COLUMN, room // max(len(source), 1)), NARROWEST)


def shown_token(token: str) -> str:
    """A token as it is read: its joiner gone, its spaces seen."""
    return token.removeprefix(JOINED).replace(SPACE, "_").replace(" ", "_") or "_"


def text_of(tokens: Sequence[str]) -> str:
    """Tokens of any unit as a text."""
    if any(SPACE in token for token in tokens):
        return "".join(tokens).replace(SPACE, " ").strip()
    if tokens and all(len(token) == 1 for token in tokens) and not any(token.isdigit() for token in tokens):
        return "".join(tokens)
    return join_words(tokens)


def _read_text(tokens: Sequence[str]) -> str:
    """Source tokens, which come as they were read, with the marks where one writes them."""
    if len(tokens) > 1 and all(len(token) == 1 for token in tokens):
        return "".join(tokens)
    return text_of([JOINED + token if _CLOSES.fullmatch(token) else token for token in tokens])


def marked(output: Sequence[str], reference: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Tokens of the output in order, and whether each stands in the reference at its place."""
    right = {
        place
        for block in SequenceMatcher(None, output, reference, autojunk=False).get_matching_blocks()
        for place in range(block.a, block.a + block.size)
    }
    return ((token, place in right) for place, token in enumerate(output))


def _mapped(found: Translated, box: Box, *, beside: bool) -> TranslatedPair | None:
    """The longest pair whose map there is room for."""
    height = box.height - (0 if beside else 6)
    width = (box.width - box.width // 2 - 3 if beside else box.width) - WIDEST_LABEL
    fitting = [
        pair
        for pair in found.pairs
        if pair.attention and len(pair.attention) < height and len(pair.source) * (NARROWEST + 1) <= width
    ]
    if not fitting and not beside and box.height >= CROPPED:
        # The first lines of a map tell more than texts alone.
        known = [pair for pair in found.pairs if pair.attention and len(pair.source) * (NARROWEST + 1) <= width]
        return min(known, key=lambda pair: len(pair.attention), default=None)
    return max(fitting, key=lambda pair: len(pair.attention), default=None)


def _draw_texts(canvas: Canvas, box: Box, pairs: Sequence[TranslatedPair]) -> int:
    """Source, output and, where it is another, reference, one under another; the line after the last one."""
    roles, y, bottom = canvas.look.roles, box.y, box.y + box.height
    for pair in pairs:
        exact = bool(pair.reference) and list(pair.output) == list(pair.reference)
        tall = 2 if exact or not pair.reference else 3
        if y + tall > bottom:
            break
        canvas.write(box.x, y, fit(f"  {_read_text(pair.source)}", box.width), roles.axis)
        mark = "✓ " if exact else "✕ " if pair.reference else "  "
        x = canvas.write(box.x, y + 1, mark, roles.best if exact else roles.warning)
        if exact or not pair.reference:
            canvas.write(x, y + 1, fit(text_of(pair.output), box.width - 2), roles.value)
        else:
            _draw_marked(canvas, Box(x, y + 1, box.width - 2, 1), pair)
            differs = "! " if canvas.look.ascii else "≠ "
            canvas.write(box.x, y + 2, fit(differs + text_of(pair.reference), box.width), roles.label)
        y += tall + 1
    return y - 1 if y > box.y else y


def _draw_marked(canvas: Canvas, box: Box, pair: TranslatedPair) -> None:
    """The output; what is not in the reference in brackets and in another color."""
    roles, x, said = canvas.look.roles, box.x, list[str]()
    for token, right in marked(pair.output, pair.reference):
        said.append(token)
        whole = text_of(said)
        text = whole[len(text_of(said[:-1])) if len(said) > 1 else 0 :]
        room = box.x + box.width - x
        if room <= 1:
            return
        gap = text[: len(text) - len(text.lstrip())]
        x = canvas.write(x, box.y, gap, roles.value)
        shown = text.lstrip() if right else f"[{text.lstrip()}]"
        x = canvas.write(x, box.y, fit(shown, room - len(gap)), roles.value if right else roles.warning)


def _weight(share: float, width: int, look: Look) -> tuple[str, Style]:
    """The text of a cell and its style."""
    share = min(max(share, 0.0), 1.0)
    shades = look.shades
    shade = shades[min(int(share * len(shades)), len(shades) - 1)]
    text = f"{100 * share:.0f}".center(width) if share >= TOLD and width >= 2 else shade.center(width)
    if look.depth != "full":
        return (text, look.roles.value if share >= TOLD else look.roles.axis)
    red, green, blue = look.ramp[min(int(share * RAMP_STEPS), RAMP_STEPS - 1)]
    if share < TOLD:
        text = " " * width
    return text, Style(color=readable_on(red, green, blue), bgcolor=Color.from_rgb(red, green, blue))
