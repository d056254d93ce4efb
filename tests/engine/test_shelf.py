"""Failing disks, torn and altered checkpoints: nothing bad is ever loaded, and nothing good is ever lost."""

import errno
import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from seqtui.engine.checkpoint import Checkpoint, pack, unpack
from seqtui.engine.shelf import BEST, LATEST, Shelf
from seqtui.errors import CheckpointDamaged
from seqtui.runs.durable import REAL_DISK, remove_stale_temps
from seqtui.runs.events import Event, Failed, Finished, NotSaved, Saved, Step
from seqtui.runs.journal import EventWriter, read_events

SHORT: dict[str, Any] = {"max_steps": 5, "eval_every": 2, "bptt": 7, "dropout": 0.2}


class FailingDisk:
    """The real disk, whose operations number `first` … `last` (1 is the first) fail."""

    def __init__(self, first: int, last: int, number: int) -> None:
        self.first, self.last, self.errno = first, last, number
        self.count = self.failed = 0

    def _pass(self) -> None:
        self.count += 1
        if self.first <= self.count <= self.last:
            self.failed += 1
            raise OSError(self.errno, os.strerror(self.errno))

    def open(self, path: Path) -> int:
        self._pass()
        return REAL_DISK.open(path)

    def write(self, descriptor: int, data: bytes) -> None:
        if self.first <= self.count + 1 <= self.last:
            REAL_DISK.write(descriptor, data[: len(data) // 2])  # a full disk takes what it can
        self._pass()
        REAL_DISK.write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        self._pass()
        REAL_DISK.fsync(descriptor)

    def replace(self, old: Path, new: Path) -> None:
        self._pass()
        REAL_DISK.replace(old, new)

    def fsync_folder(self, folder: Path) -> None:
        self._pass()
        REAL_DISK.fsync_folder(folder)

    def unlink(self, path: Path) -> None:
        self._pass()
        REAL_DISK.unlink(path)


def events_of(life: Any, kind: type) -> list[Any]:
    return [event for event in life.events if isinstance(event, kind)]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO], ids=["full", "broken"])
def test_whichever_operation_of_the_disk_fails_the_run_ends_with_the_same_weights(lab: Any, number: int) -> None:
    golden = lab.golden(**SHORT)
    for nth in range(1, 500, 1 if number == errno.ENOSPC else 3):
        folder, disk = lab.folder(**SHORT), FailingDisk(nth, nth, number)
        newest = 0

        def verify(event: Event, folder: Any = folder) -> bool:
            nonlocal newest
            if isinstance(event, Saved | NotSaved):
                found = Shelf(folder.checkpoints).latest()
                step = found.checkpoint.facts["state"]["step"] if found else 0
                assert step >= newest, "a failing save lost an older checkpoint"
                newest = step
            return False

        life = lab.live(folder, until=verify, disk=disk)
        assert life.why == "max_steps"
        if not disk.failed:
            assert nth > 20
            return
        assert len(events_of(life, NotSaved)) <= 1
        assert all(os.strerror(number) in event.reason for event in events_of(life, NotSaved))
        lab.assert_same_end(folder, golden)
        remove_stale_temps(folder.checkpoints)
        assert not list(folder.path.rglob("*.tmp-*"))
    pytest.fail("the disk still failed at the 500th operation")


def test_a_disk_that_stays_full_stops_nothing_and_keeps_the_last_good_checkpoint(lab: Any) -> None:
    golden = lab.golden(**SHORT)
    for nth in range(1, 60, 4):
        folder = lab.folder(**SHORT)
        life = lab.live(folder, disk=FailingDisk(nth, 10**9, errno.ENOSPC))
        assert life.why == "max_steps"
        model = life.session.trainee.model.state_dict()
        wanted = lab.result(golden)[0]
        assert all(torch.equal(tensor, wanted[f"model.{name}"]) for name, tensor in model.items())
        saved = events_of(life, Saved)
        found = Shelf(folder.checkpoints).latest()
        assert (found is None) == (not list(folder.checkpoints.glob("step-*.safetensors")))
        if saved and found is not None:
            assert found.checkpoint.facts["state"]["step"] >= saved[-1].step
        # The disk has room again: what was not saved is made again, though the log may say that the run is over.
        assert lab.child(folder) == 0
        lab.assert_same_end(folder, golden)


def test_a_run_that_finished_on_a_full_disk_is_not_taken_for_finished(lab: Any) -> None:
    golden, folder = lab.golden(**SHORT), lab.folder(**SHORT)
    life = lab.live(folder, disk=FailingDisk(30, 10**9, errno.ENOSPC))
    assert isinstance(life.events[-1], NotSaved)
    log = EventWriter(folder.events_file, offset=10**9, seq=len(lab.events(folder)))
    log.append(Finished(5, 1, "max_steps", 1.0, 1.0, 4))
    log.close()
    assert lab.child(folder) == 0
    lab.assert_same_end(folder, golden)
    lab.assert_same_history(folder, golden)


def test_a_log_that_cannot_be_written_for_a_while_is_whole_in_the_end(lab: Any) -> None:
    golden = lab.golden(**SHORT)
    for nth in range(1, 12, 2):
        folder, disk = lab.folder(**SHORT), FailingDisk(nth, nth + 4, errno.ENOSPC)
        life = lab.live(folder, log_disk=disk)
        assert disk.failed == 5
        lab.assert_same_end(folder, golden)
        assert [event for event in lab.events(folder) if isinstance(event, Step)] == events_of(life, Step)
        reading = read_events(folder.events_file)
        assert [record.seq for record in reading.records] == list(range(len(reading.records)))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 6 MB, where this user may mount one."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(place)], capture_output=True, check=False, timeout=20
    )
    if mounted.returncode:
        pytest.skip("mounting a small file system is not permitted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True, timeout=20)


def test_a_really_full_disk_is_told_and_survived(lab: Any, small_disk: Path) -> None:
    golden, source = lab.golden(**SHORT), lab.folder(**SHORT)
    lab.live(source, until=lambda event: isinstance(event, Saved) and event.step == 2)
    folder = type(source)(small_disk / "run")
    subprocess.run(["cp", "-r", str(source.path), str(folder.path)], check=True, timeout=20)
    filler = small_disk / "filler"
    with filler.open("wb") as file:
        room = os.statvfs(small_disk)
        os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize - 20_000)
    assert lab.child(folder) == 0
    assert Shelf(folder.checkpoints).latest() is not None
    assert any(isinstance(event, NotSaved) and "No space left" in event.reason for event in lab.events(folder))
    filler.unlink()
    assert lab.child(folder) == 0
    lab.assert_same_end(folder, golden)


def test_a_run_whose_checkpoint_folder_is_deleted_under_it_goes_on_and_says_so(lab: Any) -> None:
    folder = lab.folder(**SHORT)

    def delete(event: Event) -> bool:
        if isinstance(event, Saved) and event.step == 2:
            shutil.rmtree(folder.checkpoints)
        return False

    life = lab.live(folder, until=delete)
    assert life.why == "max_steps"
    assert {event.step for event in events_of(life, NotSaved)} == {3, 4, 5}
    assert "No such file" in events_of(life, NotSaved)[0].reason


def test_no_torn_or_altered_byte_ever_passes_for_a_checkpoint() -> None:
    tensors = {"model.a": torch.arange(300.0), "rng.cpu": torch.get_rng_state()}
    data = pack(Checkpoint(tensors, {"state": {"step": 7}}))
    assert unpack(data, where=Path("x")).facts == {"state": {"step": 7}}
    rng = random.Random(11)
    for case in range(1200):
        at = rng.randrange(len(data))
        bad = data[:at] if case % 3 == 0 else data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]
        if case % 3 == 2:
            cut = rng.randrange(len(data))
            bad = data[:cut] + rng.randbytes(rng.randrange(1, 64)) + data[cut:]
        with pytest.raises(CheckpointDamaged):
            unpack(bad, where=Path("x"))
    for whole in (b"", b"\0" * len(data), data + b"\0", data[8:], b"{}", b'"digest":"' + b"0" * 64):
        with pytest.raises(CheckpointDamaged):
            unpack(whole, where=Path("x"))


def test_a_damaged_newest_checkpoint_falls_back_to_the_one_before_and_says_so(lab: Any) -> None:
    golden, source, rng = lab.golden(**SHORT), lab.folder(**SHORT), random.Random(4)
    lab.live(source, until=lambda event: isinstance(event, Saved) and event.step == 5)
    for case in range(20):
        folder = lab.copy(source)
        path = folder.checkpoints / "step-000000005.safetensors"
        data = path.read_bytes()
        at = rng.randrange(len(data))
        path.write_bytes(data[:at] if case % 2 else data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        found = Shelf(folder.checkpoints).latest()
        assert found is not None
        assert found.checkpoint.facts["state"]["step"] == 4
        assert f"{path} is damaged" in found.note
        assert "using step-000000004.safetensors instead" in found.note
        if case < 4:
            assert lab.child(folder) == 0
            assert any("is damaged" in getattr(event, "text", "") for event in lab.events(folder))
            lab.assert_same_end(folder, golden)
            lab.assert_same_history(folder, golden)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\0" * 40, b"[1]", b'{"name": 3}', b'{"name": "../../etc/passwd"}', b"\xff"]
)
def test_damaged_pointers_are_as_good_as_none(lab: Any, content: bytes) -> None:
    folder = lab.folder(**SHORT)
    lab.live(folder, until=lambda event: isinstance(event, Saved) and event.step == 3)
    for pointer in (LATEST, BEST):
        (folder.checkpoints / pointer).write_bytes(content)
    assert lab.child(folder) == 0
    lab.assert_same_end(folder, lab.golden(**SHORT))


def test_without_any_sound_checkpoint_the_child_says_so_and_destroys_nothing(lab: Any) -> None:
    folder = lab.folder(**SHORT)
    lab.live(folder, until=lambda event: isinstance(event, Saved) and event.step == 3)
    for path in folder.checkpoints.glob("step-*.safetensors"):
        path.write_bytes(path.read_bytes()[:-1])
    before = folder.events_file.read_bytes()
    for attempt in (1, 2):
        assert lab.child(folder) == 1
        assert folder.events_file.read_bytes().startswith(before)
        failures = [event for event in lab.events(folder) if isinstance(event, Failed)]
        assert len(failures) == attempt
        assert "no other checkpoint" in failures[-1].sentence
        assert failures[-1].sentence in folder.stderr_file.read_text()
    reading = read_events(folder.events_file)
    assert [record.seq for record in reading.records] == list(range(len(reading.records)))


def test_saving_twice_at_one_step_keeps_the_checkpoint_before(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for step in (1, 2, 2, 2):
        shelf.put(pack(Checkpoint({"a": torch.ones(1)}, {"state": {"step": step}})), step=step, best=step == 2)
    assert [path.stem for path in shelf.files()] == ["step-000000002", "step-000000001"]


def test_the_checkpoint_that_was_resumed_from_outlives_the_damaged_one(tmp_path: Path) -> None:
    for step in (1, 2):
        Shelf(tmp_path).put(pack(Checkpoint({"a": torch.ones(1)}, {"step": step})), step=step, best=False)
    (tmp_path / "step-000000002.safetensors").write_bytes(b"torn")
    shelf = Shelf(tmp_path)
    found = shelf.latest()
    assert found is not None
    assert found.path.stem == "step-000000001"
    shelf.put(pack(Checkpoint({"a": torch.ones(1)}, {"step": 3})), step=3, best=False)
    assert [path.stem for path in shelf.files()] == ["step-000000003", "step-000000001"]
