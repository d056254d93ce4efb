"""How a sample is drawn from what a model expects: what a user wishes, or what a model carries as its own."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from seqtui.errors import BadInput


@dataclass(frozen=True, slots=True)
class Taste:
    """How to choose from a distribution. temperature 0 takes the likeliest; top_k 0 and top_p 1 leave all in.

    For frames, whose keys are independent: top_k keeps the k likeliest keys of a frame, and top_p drops keys whose
    probability is under 1 − top_p.
    repetition_penalty, for tokens only: what a recent token is made less likely by: its logit is divided by it where
    that is positive, else multiplied (Keskar et al. 2019); 1 does nothing.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    repetition_penalty: float = 1.0


PLAIN: Final = Taste()


class Asking(Protocol):
    """The part of a request to the studio's model that says how to choose."""

    @property
    def temperature(self) -> float:
        """As in Taste, and so the others."""

    @property
    def top_k(self) -> int: ...

    @property
    def top_p(self) -> float: ...

    @property
    def repetition_penalty(self) -> float: ...


def taste_of(request: Asking) -> Taste:
    """The taste that a request asks for."""
    return Taste(request.temperature, request.top_k, request.top_p, request.repetition_penalty)


def taste_fault(taste: Taste) -> str:
    """Why one cannot sample so, or ''."""
    if not (math.isfinite(taste.temperature) and 0 <= taste.temperature <= 100):
        return f"a temperature of {taste.temperature} cannot be: give 0 to 100"
    if taste.top_k < 0 or not 0 < taste.top_p <= 1:
        return f"top-k {taste.top_k} and top-p {taste.top_p} cannot be: give 0 or more, and over 0 to 1"
    penalty = taste.repetition_penalty
    return "" if 1 <= penalty <= 100 else f"a repetition penalty of {penalty} cannot be: give 1 to 100"


def own_taste(values: Mapping[str, Any], path: Path) -> Taste:
    """The taste that a model's config.json, read from `path`, carries; PLAIN where it has none. BadInput if damaged."""
    try:
        taste = Taste(**values.get("taste", {}))
        if isinstance(taste.top_k, int) and not taste_fault(taste):
            return taste
    except TypeError:
        pass
    raise BadInput(f"{path} is damaged: it does not say how the model is to be sampled")


def wished(
    own: Taste,
    *,
    temperature: float | None = None,
    top_k: int | None = None,
    top_p: float | None = None,
    repetition_penalty: float | None = None,
) -> Taste:
    """A model's own taste, but for what somebody wishes."""
    return Taste(
        own.temperature if temperature is None else temperature,
        own.top_k if top_k is None else top_k,
        own.top_p if top_p is None else top_p,
        own.repetition_penalty if repetition_penalty is None else repetition_penalty,
    )


def options_of(taste: Taste, *, usual: Taste = PLAIN) -> list[str]:
    """The options of `seqtui sample` that ask for a taste where it is not the usual one."""
    plain = asdict(usual)
    changed = {name: value for name, value in asdict(taste).items() if value != plain[name]}
    return [word for name, value in changed.items() for word in (f"--{name.replace('_', '-')}", f"{value:g}")]
