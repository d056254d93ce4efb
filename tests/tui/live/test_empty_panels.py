"""What stands in panels that have nothing to show: why, and what helps; of an ended run no promise."""

from typing import Any

import pytest

from seqtui.config import RunConfig
from seqtui.runs.events import Saved
from seqtui.runs.state import RunState, Status
from seqtui.tui.live.panels import LOSS, Now, feed, make_panels
from seqtui.tui.live.seen import Seen


@pytest.mark.parametrize(("level", "unseen"), [("full", ""), ("light", "lags gates"), ("off", "gradients lags gates")])
def test_what_is_not_recorded_is_said_where_it_would_stand(level: Any, unseen: str) -> None:
    state = RunState(config=RunConfig(app="music", telemetry=level))
    told = {}
    for panel in make_panels():
        feed(panel, Now(state, Status.TRAINING, Seen(), LOSS, (), complete=True))
        told[panel.id] = panel.absent
    assert {name for name, why in told.items() if why} == set(unseen.split())
    assert all(f"--telemetry {level}." in told[name] for name in unseen.split())


def told(state: RunState, status: Status, *, complete: bool = True) -> dict[str | None, str]:
    """What each panel says instead of what it would show."""
    panels = make_panels()
    for panel in panels:
        feed(panel, Now(state, status, Seen(), LOSS, (), complete=complete))
    return {panel.id: panel.absent for panel in panels}


@pytest.mark.parametrize("status", [Status.FINISHED, Status.STOPPED, Status.FAILED, Status.DEAD])
def test_the_empty_panels_of_an_ended_run_promise_nothing(status: Status) -> None:
    state = RunState(config=RunConfig(app="music"))
    assert not any(told(state, Status.TRAINING).values())
    assert not any(told(state, status, complete=False).values()), "its log has not been read to the end"
    said = told(state, status)
    assert all("ended before" in why for why in said.values())
    assert "It left no model" in said["sample"]
    state.take(Saved(1, "c", 9, 0.1, "stop", True))
    assert "p opens the studio" in told(state, status)["sample"]
