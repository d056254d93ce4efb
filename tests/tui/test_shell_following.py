"""Following a run's log: whole, growing, torn, cut by a resume, long; and who lives."""

import time
from pathlib import Path

import pytest

from seqtui.config import RunConfig
from seqtui.runs.events import Evaluated, Event, Failed, Finished, GateMap, Gates, Phase, Saved, Span, Started, Step
from seqtui.runs.folder import RunFolder, create
from seqtui.runs.journal import EventWriter
from seqtui.runs.lock import hold
from seqtui.runs.state import Status, fold
from seqtui.tui.following import RunFollower
from seqtui.tui.sketch import loss_sketch, sketch


def step(number: int) -> Step:
    span = Span(8.5, 9.0 - number / 1e6, 9.5)
    return Step(number, 1, number, 7, 1, span, Span(1, 2, 3), 1e-3, 0.0, 70, 0.1, number * 0.1, 0.01, 100.0)


def started(resumed_from: int | None = None) -> Started:
    return Started("r", "music", 1, "cpu", 2, "", "own", "fp32", 1234, "2.13.0", "AVX2", resumed_from)


def saved(number: int) -> Saved:
    return Saved(number, f"checkpoints/step-{number:09}.safetensors", number, 0.1, "evaluation", True)


def gates(number: int) -> Gates:
    return Gates(number, "probe", [GateMap(0, "forward", "forget", [[0] * 100] * 90, 0.1, 0.2)])


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return create(RunConfig(app="music"), parent=tmp_path / "runs")


def write(run: RunFolder, *events: Event, offset: int = 1 << 40, seq: int = 0) -> tuple[int, int]:
    """Append, as a child would; where the log ends then."""
    writer = EventWriter(run.events_file, offset=offset, seq=seq)
    for event in events:
        writer.append(event)
    writer.close()
    return writer.position()


def test_a_new_run_is_preparing_and_news_comes_once(run: RunFolder) -> None:
    follower = RunFollower(run)
    first = follower.poll()
    assert first and first.status is Status.PREPARING
    assert first.complete and first.records == ()
    assert follower.poll() is None
    write(run, Phase("reading data"), started())
    news = follower.poll()
    assert news and [type(record.event) for record in news.records] == [Phase, Started]
    assert follower.poll() is None


def test_a_living_run_trains_and_a_run_nobody_holds_is_dead(run: RunFolder) -> None:
    write(run, started(), step(1))
    follower = RunFollower(run)
    with hold(run):
        news = follower.poll()
        assert news and news.status is Status.TRAINING
    news = follower.poll()
    assert news and news.status is Status.DEAD
    assert news.records == ()


def test_what_a_dead_run_goes_on_from_is_what_lies_there_not_what_it_had_the_time_to_say(run: RunFolder) -> None:
    write(run, started(), step(1), saved(10))
    for number in (10, 20):
        (run.checkpoints / f"step-{number:09}.safetensors").write_bytes(bytes(number))
    (run.checkpoints / "step-000000030.safetensors.tmp-7").write_bytes(b"torn")
    follower = RunFollower(run)
    with hold(run):
        follower.poll()
        assert follower.state.saved == saved(10), "while it lives, by its log"
    follower.poll()
    assert follower.state.saved
    assert (follower.state.saved.step, follower.state.saved.bytes) == (20, 20)


def test_a_checkpoint_that_is_gone_is_none_to_go_on_from(run: RunFolder) -> None:
    write(run, started(), step(1), saved(10))
    follower = RunFollower(run)
    follower.poll()
    assert follower.status is Status.DEAD
    assert follower.state.saved is None


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (Finished(1, 1, "epochs", 0.1, 8.0, 1), Status.FINISHED),
        (Finished(1, 1, "stopped", 0.1, 8.0, 1), Status.STOPPED),
        (Failed(1, "no such pitch", 3), Status.FAILED),
    ],
)
def test_an_ended_run_says_how(run: RunFolder, end: Event, status: Status) -> None:
    write(run, started(), step(1), end)
    news = RunFollower(run).poll()
    assert news and news.status is status


def test_a_torn_line_waits_until_it_is_whole(run: RunFolder) -> None:
    write(run, started(), step(1))
    whole = run.events_file.read_bytes()
    run.events_file.write_bytes(whole[:-20])
    follower = RunFollower(run)
    news = follower.poll()
    assert news and len(news.records) == 1
    run.events_file.write_bytes(whole)
    news = follower.poll()
    assert news and news.records[0].event == step(1)
    assert not news.again


def test_a_log_cut_by_a_resume_is_read_anew(run: RunFolder) -> None:
    kept = write(run, started(), *(step(number) for number in range(1, 4)))
    write(run, *(step(number) for number in range(4, 9)), seq=4)
    follower = RunFollower(run)
    follower.poll()
    assert follower.state.step == step(8)
    # The new history grows past the old end before anybody looks: its size alone tells nothing.
    write(run, started(3), *(step(number) for number in range(4, 30)), offset=kept[0], seq=kept[1])
    news = follower.poll()
    assert news and news.again
    assert news.state.loss.buckets[-1].last == 29
    assert [bucket.first for bucket in news.state.loss.buckets] == list(range(1, 30))


def test_the_state_is_the_fold_of_the_whole_log(run: RunFolder) -> None:
    write(run, started(), *(event for number in range(1, 60) for event in (step(number), gates(number))))
    follower = RunFollower(run)
    records = []
    while not (news := follower.poll(budget=0.01)) or not news.complete:
        records += news.records if news else []
    state = fold([*records, *news.records])
    assert follower.state.seq == 118
    assert follower.state.gates == gates(59)
    assert follower.state.loss.buckets == state.loss.buckets


def test_a_long_log_is_sketched_within_a_second_and_then_read_whole(run: RunFolder) -> None:
    evaluated = Evaluated(1, 1, "valid", 8.0, {}, 30, 0.1, True, 8.0, 1)
    write(run, started(), *(step(number) for number in range(1, 12_000)), evaluated)
    follower = RunFollower(run)
    before = time.process_time()
    news = follower.poll()
    assert time.process_time() - before < 1
    assert news and not news.complete
    assert news.state.step == step(11_999)
    assert news.state.last_evaluation("valid") == evaluated
    assert len(news.state.loss.buckets) > 300
    while not follower.caught_up:
        follower.poll(budget=1)
    assert follower.state.loss.buckets[0].first == 1
    assert sum(bucket.steps for bucket in follower.state.loss.buckets) == 11_999


def test_a_long_log_is_read_in_haste_unless_somebody_trains(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    write(run, started(), *(step(number) for number in range(1, 3_000)))
    now = 0.0

    def clock() -> float:
        # Every look at the clock is a hundredth of a second later: a reading's length is told in stretches of lines.
        nonlocal now
        now += 0.01
        return now

    def read_by_the_second_poll(*, others_train: bool) -> int:
        follower = RunFollower(run)
        follower.poll()
        news = follower.poll(others_train=others_train)
        return len(news.records) if news else 0

    monkeypatch.setattr("seqtui.tui.following.time.monotonic", clock)
    spared, hasty = (read_by_the_second_poll(others_train=others) for others in (True, False))
    assert 0 < 2 * spared <= hasty
    with hold(run):
        assert read_by_the_second_poll(others_train=False) == spared


def test_a_sketch_is_in_order_and_finds_steps_between_maps(run: RunFolder) -> None:
    write(run, started(), *(event for number in range(1, 60) for event in (step(number), gates(number))))
    assert run.events_file.stat().st_size > 1_000_000
    seqs = [record.seq for record in sketch(run.events_file, points=50)]
    assert seqs == sorted(set(seqs))
    losses = loss_sketch(run.events_file, points=10)
    assert 8 <= len(losses) <= 10
    assert losses == sorted(losses, reverse=True)


def test_a_run_without_a_log_has_no_sketch(run: RunFolder) -> None:
    assert sketch(run.events_file, points=5) == []
    assert loss_sketch(run.events_file, points=5) == []
