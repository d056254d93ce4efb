"""The screen of a run that trains looks less often where looks are dear and cores are few."""

import pytest

from seqtui.tui.pace import LONGEST, SHARE, Pace


def looks(*, cost: float, cores: int, sparing: bool = True) -> int:
    """How many looks of `cost` seconds there are in 100 ticks, a tenth of a second each."""
    now, spent, count = 0.0, 0.0, 0

    def look() -> None:
        nonlocal spent, count
        spent, count = spent + cost, count + 1

    pace = Pace(look, cores=cores, clock=lambda: now, spent=lambda: spent)
    for tick in range(1, 101):
        now = tick / 10
        pace.tick(sparing=sparing)
    return count


@pytest.mark.parametrize("cores", [1, 2, 4])
@pytest.mark.parametrize("cost", [0.004, 0.0049, 0.008])
def test_looks_take_their_share_of_the_cores_and_no_more(cost: float, cores: int) -> None:
    share = looks(cost=cost, cores=cores) * cost / 10
    assert share <= 1.1 * SHARE * cores


def test_cheap_looks_or_many_cores_have_every_tick() -> None:
    assert looks(cost=0.004, cores=2) == 100
    assert looks(cost=0.03, cores=16) == 100
    assert looks(cost=0.015, cores=2) == 34


def test_however_dear_it_is_one_looks_now_and_then() -> None:
    assert looks(cost=5.0, cores=1) == pytest.approx(10 / LONGEST, abs=1)


def test_a_run_that_does_not_train_is_looked_at_at_every_tick() -> None:
    assert looks(cost=5.0, cores=1, sparing=False) == 100
