"""A recurrent network unrolled in time, drawn for each shape of input and output."""

from collections.abc import Sequence
from typing import Final

from seqtui.shapes import IOShape

_WIDTH: Final = 5
_SUBSCRIPTS: Final = "₁₂₃₄₅₆"


def unrolled(shape: IOShape) -> list[str]:
    """Five lines: outputs, arrows up, cells in time, arrows up, inputs."""
    match shape:
        case IOShape.ONE_TO_ONE:
            return _draw(cells=1, outputs=[0], inputs=[0])
        case IOShape.ONE_TO_MANY:
            return _draw(cells=4, outputs=range(4), inputs=[0], feeds_back=range(1, 4))
        case IOShape.MANY_TO_ONE:
            return _draw(cells=4, outputs=[3], inputs=range(4))
        case IOShape.MANY_TO_MANY_ALIGNED:
            return _draw(cells=4, outputs=range(4), inputs=range(4))
        case IOShape.MANY_TO_MANY_UNALIGNED:
            return _draw(cells=6, outputs=range(3, 6), inputs=range(3), feeds_back=range(4, 6))


def _draw(*, cells: int, outputs: Sequence[int], inputs: Sequence[int], feeds_back: Sequence[int] = ()) -> list[str]:
    """feeds_back: cells whose input is the output before them."""
    lines = [
        [f"y{_number(outputs, index)}" if index in outputs else "" for index in range(cells)],
        ["↑" if index in outputs else "" for index in range(cells)],
        ["▢ →" if index < cells - 1 else "▢" for index in range(cells)],
        ["↑" if index in inputs else "↖" if index in feeds_back else "" for index in range(cells)],
        [f"x{_number(inputs, index)}" if index in inputs else "" for index in range(cells)],
    ]
    return ["".join(f"{part:<{_WIDTH}}" for part in line).rstrip() for line in lines]


def _number(of: Sequence[int], index: int) -> str:
    return _SUBSCRIPTS[list(of).index(index)] if len(of) > 1 else ""
