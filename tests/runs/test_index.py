"""The index of runs says what the folders say, however old, damaged or locked it is."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from seqtui.config import RunConfig
from seqtui.runs.folder import RunFolder
from seqtui.runs.index import RunIndex, index_file
from seqtui.runs.journal import EventWriter
from seqtui.runs.lock import hold
from seqtui.runs.notes import Note, write_note
from seqtui.runs.summary import Summary, summarize


@pytest.fixture
def runs(make_run: Callable[..., RunFolder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[RunFolder]:
    """Three finished runs in a home."""
    monkeypatch.setenv("SEQTUI_HOME", str(tmp_path))
    return [make_run(RunConfig(app="music", name=f"run {place}", seed=place)) for place in range(3)]


def seen() -> dict[str, Summary]:
    """What a new session lists; it saves what it knows."""
    index = RunIndex(index_file())
    index.load()
    found = {summary.id: summary for summary in index.scan()}
    index.save()
    return found


def truth(runs: list[RunFolder]) -> dict[str, Summary]:
    """What the folders say."""
    return {folder.id: summarize(folder) for folder in runs}


def is_same(one: dict[str, Summary], other: dict[str, Summary]) -> bool:
    """Equal, NaN too."""
    return {name: repr(summary) for name, summary in one.items()} == {name: repr(each) for name, each in other.items()}


def rows() -> int:
    """Runs that are remembered on the disk."""
    base = sqlite3.connect(index_file())
    count = base.execute("SELECT count(*) FROM runs_1").fetchone()[0]
    base.close()
    return int(count)


def test_a_second_session_says_the_same_without_reading_a_log(runs: list[RunFolder]) -> None:
    first = seen()
    assert is_same(first, truth(runs)) and rows() == 3
    for folder in runs:
        # Same time, size and number, other bytes: whoever reads the log again finds nothing in it.
        stat = folder.events_file.stat()
        with folder.events_file.open("r+b") as file:
            file.write(b"#" * stat.st_size)
        os.utime(folder.events_file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert is_same(seen(), first)


def test_what_is_new_changed_renamed_or_gone_is_seen(
    runs: list[RunFolder], make_run: Callable[..., RunFolder], one_step: Callable[..., object]
) -> None:
    seen()
    writer = EventWriter(runs[0].events_file, offset=1 << 40, seq=100)
    writer.append(replace(one_step(999, 3.0)))  # type: ignore[type-var]
    writer.close()
    write_note(runs[1], Note("better name"))
    shutil.rmtree(runs[2].path)
    added = make_run()
    found = seen()
    assert set(found) == {runs[0].id, runs[1].id, added.id}
    config = found[runs[1].id].config
    assert config and config.name == "better name"
    assert rows() == 3


def test_a_living_run_is_never_taken_from_memory(runs: list[RunFolder]) -> None:
    folder = runs[0]
    folder.events_file.unlink()
    header = json.loads(folder.config_file.read_text())
    folder.config_file.write_text(json.dumps({**header, "created": 1.0}))
    index = RunIndex(index_file())
    assert index.look(folder).status == "dead"
    with hold(folder):
        assert index.look(folder).status == "preparing"
        index.save()
    assert index.look(folder).status == "dead"


@pytest.mark.parametrize("damage", [b"", b"not a database", b"SQLite format 3\0" + bytes(200)])
def test_a_damaged_index_is_made_anew(runs: list[RunFolder], damage: bytes) -> None:
    seen()
    index_file().write_bytes(damage)
    assert is_same(seen(), truth(runs))
    seen()
    assert rows() == 3


def test_a_row_that_was_altered_is_not_believed(runs: list[RunFolder]) -> None:
    seen()
    base = sqlite3.connect(index_file())
    base.execute("UPDATE runs_1 SET summary = replace(summary, '8.0', '1.0')")
    base.commit()
    base.close()
    assert is_same(seen(), truth(runs))


def test_a_locked_index_is_done_without(runs: list[RunFolder]) -> None:
    seen()
    write_note(runs[0], Note("later"))
    base = sqlite3.connect(index_file())
    base.execute("BEGIN EXCLUSIVE")
    try:
        assert seen()[runs[0].id].config == replace(summarize(runs[0]).config, name="later")  # type: ignore[type-var]
    finally:
        base.close()


def test_no_place_for_an_index_is_no_trouble(runs: list[RunFolder], tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder would be")
    assert is_same(seen(), truth(runs))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=some.integers(0, 1 << 16), size=some.integers(1, 64), fill=some.integers(0, 255))
def test_bytes_spoilt_anywhere_change_nothing(runs: list[RunFolder], place: int, size: int, fill: int) -> None:
    seen()
    with index_file().open("r+b") as file:
        file.seek(place % index_file().stat().st_size)
        file.write(bytes([fill]) * size)
    assert is_same(seen(), truth(runs))
