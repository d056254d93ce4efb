"""The screen of a run that trains looks less often where looks are dear and the training uses every core."""

import pytest

from seqtui.runs.events import Started
from seqtui.runs.state import RunState, Status
from seqtui.tui.live.standing import takes_every_core
from seqtui.tui.pace import HURRY, LONGEST, SHARE, Pace


class Looks:
    """A screen whose looks cost `cost` seconds each, ticked ten times a second."""

    def __init__(self, cost: float) -> None:
        self.cost, self.now, self.spent, self.count = cost, 0.0, 0.0, 0
        self.pace = Pace(self._look, clock=lambda: self.now, spent=lambda: self.spent)

    def _look(self) -> None:
        self.spent, self.count = self.spent + self.cost, self.count + 1

    def in_ticks(self, ticks: int, *, sparing: bool = True) -> int:
        """How many looks there are in so many ticks."""
        before = self.count
        for _ in range(ticks):
            self.now += 0.1
            self.pace.tick(sparing=sparing)
        return self.count - before


@pytest.mark.parametrize("cost", [0.004, 0.0049, 0.018, 0.03])
def test_looks_take_their_share_of_a_core_and_no_more(cost: float) -> None:
    assert Looks(cost).in_ticks(300) * cost / 30 <= 1.15 * SHARE


def test_cheap_looks_have_every_tick() -> None:
    assert Looks(0.0015).in_ticks(100) == 100


def test_however_dear_it_is_one_looks_now_and_then() -> None:
    assert Looks(5.0).in_ticks(100) == pytest.approx(10 / LONGEST, abs=1)


def test_what_leaves_a_core_free_is_looked_at_at_every_tick() -> None:
    assert Looks(5.0).in_ticks(100, sparing=False) == 100


def test_a_person_who_asked_for_something_does_not_wait() -> None:
    looks = Looks(5.0)
    looks.in_ticks(50)
    looks.pace.hurry()
    assert looks.in_ticks(round(HURRY * 10)) >= HURRY * 10 - 1
    assert looks.in_ticks(100) <= 10 / LONGEST + 1


def test_a_training_with_fewer_threads_than_cores_leaves_one_to_the_screen() -> None:
    state = RunState()
    state.started = Started("r", "music", 1, "cpu", 2, "", "own", "fp32", 1234, "2.13.0", "AVX2")
    assert takes_every_core(state, Status.TRAINING, cores=2)
    assert not takes_every_core(state, Status.TRAINING, cores=4)
    assert not takes_every_core(state, Status.PAUSED, cores=2)
    assert takes_every_core(RunState(), Status.TRAINING, cores=4)
