"""The network of a run, unrolled in time: its shape, its layers, its directions, and whether it has memory at all."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from seqtui.shapes import IOShape, is_causal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqtui.task import Task

_SUBSCRIPTS: Final = "₁₂₃₄₅₆"
_DRAWN_LAYERS: Final = 2
WIDTH: Final = 5
TRANSCRIPT: Final = "transcript"
"""The kind of head that writes while it reads."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which of the cells in time have an input, an output, and an input that is the output before them.

    writes_from: the cell from which on outputs are written, which nothing can read from behind; None where none is.
    """

    cells: int
    inputs: Collection[int]
    outputs: Collection[int]
    feeds_back: Collection[int] = ()
    writes_from: int | None = None


_PLANS: Final = {
    IOShape.ONE_TO_ONE: _Plan(1, (0,), (0,)),
    IOShape.ONE_TO_MANY: _Plan(4, (0,), range(4), range(1, 4)),
    IOShape.MANY_TO_ONE: _Plan(4, range(4), (3,)),
    IOShape.MANY_TO_MANY_ALIGNED: _Plan(4, range(4), range(4)),
    IOShape.MANY_TO_MANY_UNALIGNED: _Plan(6, range(3), range(3, 6), range(4, 6), 3),
}
_TRANSCRIBES: Final = _Plan(6, range(6), (1, 2, 4))  # each step a symbol, or none


def trained_shape(task: "Task", options: "Mapping[str, Any]") -> IOShape:
    """The shape that is trained under the application's options."""
    kind = task.head_kind_for(options)
    if kind == TRANSCRIPT:
        return IOShape.MANY_TO_MANY_UNALIGNED
    return IOShape.MANY_TO_MANY_ALIGNED if kind != task.head_kind and is_causal(kind) else task.trains_as


def sampled_shape(task: "Task", options: "Mapping[str, Any]") -> IOShape | None:
    """The shape that is sampled under the application's options, or None where nothing is."""
    return task.samples_as if is_causal(task.head_kind_for(options)) else None


def unrolled_network(
    shape: IOShape, *, layers: int, bidirectional: bool, memory: bool, transcribes: bool = False
) -> list[str]:
    """Lines from the outputs down to the inputs; of many layers, the first and the last. transcribes: unaligned
    outputs come as it reads, and not after all is read.
    """
    plan = _TRANSCRIBES if transcribes else _PLANS[shape]
    drawn = min(layers, _DRAWN_LAYERS)
    between = "⋮" if layers > _DRAWN_LAYERS else "↑"
    last = plan.cells - 1 if plan.writes_from is None else plan.writes_from - 1
    links = [_link(bidirectional=bidirectional and index < last, memory=memory) for index in range(plan.cells - 1)]
    row = [f"▢{link}" for link in (*links, "")]
    lines = [
        [f"y{_number(plan.outputs, index)}" if index in plan.outputs else "" for index in range(plan.cells)],
        ["↑" if index in plan.outputs else "" for index in range(plan.cells)],
        row,
        *([[between] * plan.cells, row] * (drawn - 1)),
        ["↑" if index in plan.inputs else "↖" if index in plan.feeds_back else "" for index in range(plan.cells)],
        [f"x{_number(plan.inputs, index)}" if index in plan.inputs else "" for index in range(plan.cells)],
    ]
    return ["".join(f"{part:<{WIDTH}}" for part in line).rstrip() for line in lines]


def _link(*, bidirectional: bool, memory: bool) -> str:
    return " ⇄" if bidirectional else " →" if memory else ""


def _number(of: Collection[int], index: int) -> str:
    return _SUBSCRIPTS[list(of).index(index)] if len(of) > 1 else ""
