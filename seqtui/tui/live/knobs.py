"""Where the knobs of a run stand, and what its schedule makes of the learning rate."""

from collections.abc import Callable

from seqtui.runs.state import RunState


def knob_now(state: RunState, name: str) -> float | None:
    """What a knob stands at: its last change, or the config's value. A learning rate: before its schedule."""
    changed = [knob.new for knob in state.knobs if knob.name == name]
    if changed:
        return changed[-1]
    value = getattr(state.config, name, None) if state.config else None
    return float(value) if isinstance(value, int | float) else None


def scheduled(state: RunState) -> Callable[[float], str]:
    """Says what the schedule makes of a learning rate as the run stands; '' where it leaves it as it is."""
    share = _share_of_schedule(state)
    if share is None or abs(share - 1) < 1e-3 or state.config is None:
        return lambda _: ""
    name = state.config.schedule if state.config.schedule != "constant" else "warm-up"
    return lambda rate: f"its schedule ({name}) makes {rate * share:.3g} of it now"


def _share_of_schedule(state: RunState) -> float | None:
    """The rate of the last step over the knob that held in it."""
    step, first = state.step, state.config.lr if state.config else None
    if step is None or first is None:
        return None
    changes = [knob for knob in state.knobs if knob.name == "lr"]
    held = [knob.new for knob in changes if knob.step < step.step]
    knob = held[-1] if held else changes[0].old if changes else first
    return step.lr / knob if knob else None
