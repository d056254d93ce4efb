"""Cells and networks as drawn: whole, of even width, right for every shape."""

import pytest
from rich.cells import cell_len

from seqtui.catalog import load
from seqtui.shapes import IOShape
from seqtui.tui.setup.cells import CELLS, plain_math
from seqtui.tui.setup.unrolled import sampled_shape, trained_shape, unrolled_network
from seqtui.tui.shape_diagram import unrolled


@pytest.mark.parametrize("shape", IOShape)
def test_one_layer_is_the_diagram_of_the_first_screen(shape: IOShape) -> None:
    assert unrolled_network(shape, layers=1, bidirectional=False, memory=True) == unrolled(shape)


def test_layers_directions_and_no_memory_are_seen() -> None:
    two = unrolled_network(IOShape.MANY_TO_ONE, layers=2, bidirectional=True, memory=True)
    assert two == [
        "               y",
        "               ↑",
        "▢ ⇄  ▢ ⇄  ▢ ⇄  ▢",
        "↑    ↑    ↑    ↑",
        "▢ ⇄  ▢ ⇄  ▢ ⇄  ▢",
        "↑    ↑    ↑    ↑",
        "x₁   x₂   x₃   x₄",
    ]
    nine = unrolled_network(IOShape.MANY_TO_ONE, layers=9, bidirectional=False, memory=False)
    assert nine[2:5] == ["▢    ▢    ▢    ▢", "⋮    ⋮    ⋮    ⋮", "▢    ▢    ▢    ▢"]


def test_the_shape_follows_the_goal() -> None:
    dna, music = load("dna"), load("music")
    assert trained_shape(dna, {"goal": "classify"}) is IOShape.MANY_TO_ONE
    assert sampled_shape(dna, {"goal": "classify"}) is None
    assert trained_shape(dna, {"goal": "generate"}) is IOShape.MANY_TO_MANY_ALIGNED
    assert sampled_shape(dna, {"goal": "generate"}) is IOShape.ONE_TO_MANY
    assert trained_shape(music, {}) is IOShape.MANY_TO_MANY_ALIGNED
    assert sampled_shape(music, {}) is IOShape.ONE_TO_MANY


@pytest.mark.parametrize("name", CELLS)
def test_cells_are_drawn_alike_in_ascii_and_say_every_gate_in_both_notations(name: str) -> None:
    cell = CELLS[name]
    assert len(cell.drawing) == 5
    assert all(cell_len(line) <= 58 for line in cell.drawing)
    for line in cell.drawing:
        plain = plain_math(line)
        assert plain.isascii()
        assert len(plain.rstrip()) == cell_len(line.replace("ₜ₋₁", "t-1").rstrip())
    for what, gates, letters in cell.equations:
        assert len(what) < 10
        assert cell_len(gates) <= 46
        assert cell_len(letters) <= 58
        assert plain_math(gates).isascii()
        assert plain_math(letters).isascii()
    written = {line.split("=")[0].strip() for _, line, _ in cell.equations}
    expected = {"gru": {"Γu", "Γr", "c̃", "hₜ"}, "lstm": {"Γf", "Γu", "Γo", "c̃", "cₜ", "hₜ"}}
    assert written == expected.get(name, {"hₜ"})


def test_verticals_of_the_gated_cells_meet() -> None:
    lstm, gru = CELLS["lstm"].drawing, CELLS["gru"].drawing
    below = {index for index, mark in enumerate(lstm[3]) if mark == "│"}
    assert all(lstm[4][index] in "┴┘" for index in below)
    assert lstm[0].index("×") == lstm[2].index("Γf") + 1 or lstm[0].index("×") == lstm[2].index("Γf")
    assert gru[0].index("┬") == gru[2].index("├") == gru[4].index("┴")
    assert gru[0].index("+") == gru[1].rindex("│") == gru[2].index("×")
