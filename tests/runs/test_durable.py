"""A file is the old one or the new one, whatever fails."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from seqtui.errors import BadInput, NotFound
from seqtui.runs.durable import read_json, remove_stale_temps, write_json, write_whole

POINTS = ("before-temp", "half-write", "before-fsync", "before-replace", "before-folder-fsync", "after-replace")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_failing_disk_leaves_the_old_file_or_the_new_and_no_temp(tmp_path, failing_disk, code) -> None:
    path = tmp_path / "file"
    for nth in range(1, 20):
        path.write_bytes(b"old")
        disk = failing_disk(nth, code)
        try:
            write_whole(path, b"new and longer", disk=disk)
        except OSError as error:
            assert error.errno == code
        assert path.read_bytes() in (b"old", b"new and longer")
        assert [found.name for found in tmp_path.iterdir()] == ["file"]
        if disk.done < nth:
            assert path.read_bytes() == b"new and longer"
            return
    pytest.fail("the disk never stopped failing")


def test_a_disk_that_lies_is_found_out_before_the_old_file_goes(tmp_path, failing_disk) -> None:
    class LyingDisk(failing_disk):
        def write(self, descriptor: int, data: bytes) -> None:
            super().write(descriptor, data.replace(b"w", b"v"))

    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(OSError, match="differs"):
        write_whole(path, b"new", disk=LyingDisk(0))
    assert path.read_bytes() == b"old"


def test_the_bytes_are_synced_before_the_rename_and_the_folder_after_it(tmp_path, monkeypatch) -> None:
    told = []

    def sync(descriptor: int) -> None:
        told.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")

    def rename(old: Path, new: Path) -> None:
        told.append("rename")
        os.replace(old, new)  # noqa: PTH105  Path.replace is what is looked at here

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", rename)
    write_whole(tmp_path / "file", b"new")
    assert told == ["file", "rename", "folder"]


@pytest.mark.parametrize("point", POINTS)
def test_a_crash_at_any_point_leaves_one_whole_file(tmp_path: Path, point: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    code = (
        "import sys; from pathlib import Path; from seqtui.runs.durable import write_whole\n"
        "write_whole(Path(sys.argv[1]), b'new and longer')"
    )
    environment = {**os.environ, "SEQTUI_CRASH_AT": f"{point}:1"}
    done = subprocess.run([sys.executable, "-P", "-c", code, str(path)], env=environment, timeout=30, check=False)
    assert done.returncode == 137
    replaced = point in ("before-folder-fsync", "after-replace")
    assert path.read_bytes() == (b"new and longer" if replaced else b"old")
    remove_stale_temps(tmp_path)
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


def test_a_temp_of_a_living_process_stays(tmp_path: Path) -> None:
    living = tmp_path / f"file.tmp-{os.getppid()}"
    own = tmp_path / f"file.tmp-{os.getpid()}"
    for path in (living, own):
        path.touch()
    assert remove_stale_temps(tmp_path) == [own]
    assert living.exists()


def test_json_comes_back_and_damage_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a b\n😀.json"
    write_json(path, {"a": [1, "ü"]})
    assert read_json(path) == {"a": [1, "ü"]}
    path.write_text("{")
    with pytest.raises(BadInput, match="damaged"):
        read_json(path)
    with pytest.raises(NotFound):
        read_json(tmp_path / "none")
