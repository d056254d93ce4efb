"""The log survives torn ends, garbled lines, full disks and kills; readers see each record once."""

import errno
import os
import subprocess
import sys
import threading
from dataclasses import fields
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import data, floats, from_type, register_type_strategy

from seqtui.runs.events import KINDS
from seqtui.runs.journal import EventWriter, Record, follow, read_events

register_type_strategy(float, floats(allow_subnormal=False))  # the engine's tests flush subnormal numbers


def write(path: Path, events, **options) -> EventWriter:
    writer = EventWriter(path, **options)
    for event in events:
        writer.append(event)
    return writer


def test_what_is_written_is_read(tmp_path, events) -> None:
    path = tmp_path / "events.jsonl"
    writer = write(path, events())
    reading = read_events(path)
    assert [record.event for record in reading.records] == events()
    assert [record.seq for record in reading.records] == list(range(len(events())))
    assert (reading.offset, reading.skipped) == (path.stat().st_size, 0)
    assert writer.position() == (path.stat().st_size, len(events()))
    assert writer.sync()
    writer.close()


@given(data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_kind_of_event_survives_the_file_whatever_it_holds(tmp_path, data) -> None:
    path = tmp_path / "events.jsonl"
    path.unlink(missing_ok=True)
    made = [data.draw(from_type(kind)) for kind in KINDS.values()]
    write(path, made).close()
    reading = read_events(path)
    assert reading.skipped == 0
    # By their text, for nan is not equal to itself.
    assert [repr(record.event) for record in reading.records] == [repr(event) for event in made]


def test_no_event_has_a_field_that_a_record_has_of_its_own() -> None:
    for kind in KINDS.values():
        assert not {declared.name for declared in fields(kind)} & {"event", "seq", "time", "crc"}, kind.__name__


def test_a_log_cut_at_any_byte_keeps_its_whole_lines_and_is_written_on(tmp_path, events, one_step) -> None:
    path = tmp_path / "events.jsonl"
    write(path, events(steps=2)).close()
    whole = path.read_bytes()
    for end in range(0, len(whole) + 1, 7):
        path.write_bytes(whole[:end])
        lines = whole[:end].count(b"\n")
        assert (len(read_events(path).records), read_events(path).skipped) == (lines, 0)
        write(path, [one_step(3)], offset=10**9, seq=lines).close()
        reading = read_events(path)
        assert [record.seq for record in reading.records] == list(range(lines + 1))
        assert reading.skipped == 0


def test_a_garbled_byte_anywhere_costs_at_most_its_own_line_or_two(tmp_path, events) -> None:
    path = tmp_path / "events.jsonl"
    write(path, events(steps=3)).close()
    whole = path.read_bytes()
    lines = whole.count(b"\n")
    for at in range(0, len(whole), 5):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x11]) + whole[at + 1 :])
        reading = read_events(path)
        assert len(reading.records) >= lines - 2
        assert all(record.event in events(steps=3) for record in reading.records)


def test_nuls_after_a_power_cut_are_passed_over(tmp_path, events) -> None:
    path = tmp_path / "events.jsonl"
    write(path, events()).close()
    whole = path.read_bytes()
    path.write_bytes(whole + b"\0" * 500)
    assert len(read_events(path).records) == len(events())
    path.write_bytes(b"\0" * 500 + whole)
    assert len(read_events(path).records) == len(events())


def test_slices_read_the_same_as_the_whole(tmp_path, events) -> None:
    path = tmp_path / "events.jsonl"
    write(path, events()).close()
    found: list[Record] = []
    offset = 0
    while (reading := read_events(path, offset=offset, at_most=50)).offset > offset:
        found += reading.records
        offset = reading.offset
    assert found == read_events(path).records


def test_a_full_disk_delays_events_and_loses_none(tmp_path, events, failing_disk) -> None:
    for nth in range(1, len(events()) + 1):
        path = tmp_path / f"{nth}.jsonl"
        disk = failing_disk(nth)
        writer = EventWriter(path, disk=disk)
        for number, event in enumerate(events(), start=1):
            writer.append(event)
            assert bool(writer.trouble) == (number == nth)
        writer.close()
        reading = read_events(path)
        assert ([record.event for record in reading.records], reading.skipped) == (events(), 0)


def test_a_disk_that_stays_full_is_told_and_holds_a_bounded_backlog(tmp_path, one_step) -> None:
    class FullDisk:
        def write(self, descriptor: int, data: bytes) -> None:
            raise OSError(errno.ENOSPC, "no room", f"{descriptor} {len(data)}")

        def fsync(self, descriptor: int) -> None:
            raise OSError(errno.EIO, "bad", str(descriptor))

    writer = EventWriter(tmp_path / "events.jsonl", disk=FullDisk())
    for number in range(30):
        assert writer.append(one_step(number)) == number
    assert "no room; 30 events wait" in writer.trouble
    assert not writer.sync()
    assert writer.position() == (0, 0)
    writer.close()


def test_a_kill_in_the_middle_of_an_append_leaves_a_readable_log(tmp_path) -> None:
    path = tmp_path / "events.jsonl"
    code = (
        "import sys; from pathlib import Path\n"
        "from seqtui.runs.journal import EventWriter; from seqtui.runs.events import Warned\n"
        "writer = EventWriter(Path(sys.argv[1]))\n"
        "for number in range(9): writer.append(Warned(str(number)))"
    )
    environment = {**os.environ, "SEQTUI_CRASH_AT": "mid-append:4"}
    done = subprocess.run([sys.executable, "-P", "-c", code, str(path)], env=environment, timeout=30, check=False)
    assert done.returncode == 137
    reading = read_events(path)
    assert (len(reading.records), reading.skipped) == (3, 0)
    assert reading.offset < path.stat().st_size


def test_an_unknown_kind_of_event_is_kept_raw(tmp_path, monkeypatch, one_step) -> None:
    path = tmp_path / "events.jsonl"
    write(path, [one_step(1)]).close()
    monkeypatch.delitem(read_events.__globals__["from_json"].__globals__["KINDS"], "Step")
    (record,) = read_events(path).records
    assert record.event is None
    assert record.raw["event"] == "Step"


def test_following_sees_every_record_once_though_a_resume_cuts_the_log(tmp_path, events, one_step) -> None:
    path = tmp_path / "events.jsonl"
    first = write(path, events()[:6])
    cut, seq = first.position()
    first.append(one_step(50))
    first.append(one_step(51))
    done = threading.Event()
    seen: list[Record] = []
    for record in follow(path, is_alive=lambda: not done.is_set(), poll_seconds=0.001):
        if record is not None:
            seen.append(record)
        elif len(seen) == 8:
            first.close()
            second = write(path, [one_step(60), one_step(61), one_step(62)], offset=cut, seq=seq)
            second.close()
        elif len(seen) >= 11:
            done.set()
    steps = [record.event.step for record in seen[6:]]
    assert steps == [50, 51, 60, 61, 62]


def test_known_records_are_not_followed_again(tmp_path, events) -> None:
    path = tmp_path / "events.jsonl"
    write(path, events()).close()
    known = read_events(path).records[:-2]
    fresh = [record for record in follow(path, is_alive=lambda: False, known=known) if record]
    assert [record.event for record in fresh] == events()[-2:]
