"""The shapes of sequence problems and the kinds of prediction ("heads"), as plain values.

A task names its head; the engine alone turns a head into layers and a loss.
"""

from dataclasses import dataclass
from enum import StrEnum


class IOShape(StrEnum):
    """Input and output lengths of a sequence problem, in the field's usual words."""

    ONE_TO_ONE = "one-to-one"
    ONE_TO_MANY = "one-to-many"
    MANY_TO_ONE = "many-to-one"
    MANY_TO_MANY_ALIGNED = "many-to-many, aligned"
    MANY_TO_MANY_UNALIGNED = "many-to-many, unaligned"


@dataclass(frozen=True, slots=True)
class NextFrame:
    """Predict the next binary frame: `keys` independent Bernoulli outputs a step (a piano roll)."""

    keys: int


@dataclass(frozen=True, slots=True)
class NextToken:
    """Predict the next token of a vocabulary of `size` symbols: one categorical output a step."""

    size: int


Head = NextFrame | NextToken

HEADS: dict[str, type[NextFrame] | type[NextToken]] = {"next-frame": NextFrame, "next-token": NextToken}


def head_name(head: Head) -> str:
    """The name a head has in JSON and in `seqtui apps`."""
    return next(name for name, kind in HEADS.items() if isinstance(head, kind))


def is_causal(head: Head) -> bool:
    """Whether the prediction at a step may look at earlier steps only."""
    match head:
        case NextFrame() | NextToken():
            return True
