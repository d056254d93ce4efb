"""What can be done to a run as it stands, and the sentences for what cannot."""

from typing import Final

from seqtui.runs.state import RunState, Status
from seqtui.tui.live.standing import ALIVE

_RESUMABLE: Final = (Status.STOPPED, Status.FAILED, Status.DEAD)


def possible(action: str, status: Status, state: RunState, *, is_starting: bool) -> bool | None:
    """True: now; None: later; False: not with this run. is_starting: a process that will go on with it has begun."""
    alive, training, paused = status in ALIVE, status is Status.TRAINING, status is Status.PAUSED
    match action:
        case "pause" | "go_on":
            return training if action == "pause" else paused
        case "take_up":
            return status in _RESUMABLE and state.saved is not None and not is_starting
        case "sample" if state.data and state.data.classes:
            return False
        case "step" | "sample" | "rate" | "clip" | "save":
            return (training or paused or None) if alive else False
        case "stop" | "detach":
            return alive
        case "export":
            return state.saved is not None
        case "too_late":
            return not alive
    return True


def no_one_obeys(state: RunState, status: Status) -> str:
    """Why a command changes nothing: the process has ended; what would help."""
    if status not in (*_RESUMABLE, Status.FINISHED):
        return "the training process has just begun and takes no commands yet"
    how = "is gone" if status is Status.DEAD else "has ended"
    if status is Status.FINISHED:
        return "the training process has ended: the run is finished; p plays its model, e exports"
    if state.saved is None:
        return f"the training process {how}, and it had saved no checkpoint to go on from"
    return f"the training process {how}; space goes on from step {state.saved.step:,}"


def nothing_to_play(status: Status) -> str:
    """Why there is no studio for this run."""
    if status in ALIVE:
        return "nothing to play yet: the first checkpoint comes with the first evaluation; k writes one now"
    return "nothing to play: the run ended before its first checkpoint"
