"""Runs are thrown away and come back to the byte; a living one never goes."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from seqtui.config import RunConfig
from seqtui.errors import Busy, NotFound, RunFailed
from seqtui.runs import trash
from seqtui.runs.finding import folders, remember
from seqtui.runs.folder import RunFolder, create
from seqtui.runs.lock import hold


@pytest.fixture
def run(make_run: Callable[..., RunFolder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    """A finished run in the runs folder, with a link, a file without rights and an odd name inside."""
    monkeypatch.setenv("SEQTUI_HOME", str(tmp_path))
    folder = make_run()
    (folder.samples / "a b\n[b].npy").write_bytes(bytes(range(256)))
    (folder.path / "link").symlink_to("samples")
    folder.stderr_file.write_text("noise")
    folder.stderr_file.chmod(0o400)
    folder.lock_file.write_text("{}\n")
    return folder


def contents(path: Path) -> dict[str, object]:
    """Everything in a folder: bytes, links, rights and times."""
    found: dict[str, object] = {}
    for each in sorted(path.rglob("*")):
        stat = each.lstat()
        what = str(each.readlink()) if each.is_symlink() else each.read_bytes() if each.is_file() else None
        found[str(each.relative_to(path))] = (what, stat.st_mode, stat.st_mtime_ns)
    return found


def test_a_run_comes_back_to_the_byte(run: RunFolder) -> None:
    before = contents(run.path)
    record = trash.discard(run)
    assert not run.path.exists() and list(folders()) == []
    assert trash.trashed() == [record]
    assert trash.restore(record).path == run.path
    assert contents(run.path) == before
    assert trash.trashed() == [] and [folder.id for folder in folders()] == [run.id]


def test_a_linked_run_goes_and_comes_with_its_link(run: RunFolder, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / run.id
    elsewhere.parent.mkdir()
    run.path.rename(elsewhere)
    remember(RunFolder(elsewhere))
    before, link = contents(elsewhere), run.path.readlink()
    record = trash.discard(run)
    assert not elsewhere.exists() and not os.path.lexists(run.path)
    assert Path(record.place).parent.parent == elsewhere.parent
    trash.restore(record)
    assert contents(elsewhere) == before and run.path.readlink() == link


def test_a_held_run_stays(run: RunFolder) -> None:
    with hold(run):
        before = contents(run.path)
        with pytest.raises(Busy, match="held by its training process"):
            trash.discard(run)
        assert contents(run.path) == before
    assert trash.trashed() == []


def test_a_run_whose_child_is_still_loading_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQTUI_HOME", str(tmp_path))
    folder = create(RunConfig(app="music"), parent=tmp_path / "runs")
    with pytest.raises(Busy, match="is preparing; stop it"):
        trash.discard(folder)
    assert folder.path.is_dir()


def test_two_runs_of_one_name_both_come_back(run: RunFolder) -> None:
    shutil.copytree(run.path, run.path.with_name("copy"), symlinks=True)
    first = trash.discard(run)
    run.path.with_name("copy").rename(run.path)
    second = trash.discard(run)
    assert first.place != second.place
    assert trash.trashed() == [first, second]
    trash.restore(second)
    with pytest.raises(RunFailed, match="there is another"):
        trash.restore(first)
    run.path.rename(run.path.with_name("moved"))
    trash.restore(first)


def test_emptying_removes_runs_and_records_alone(run: RunFolder, tmp_path: Path) -> None:
    keep = tmp_path / "keep"
    keep.mkdir()
    (keep / "precious").write_text("x")
    (run.path / "out").symlink_to(keep)
    record = trash.discard(run)
    assert trash.size([record]) > 256
    trash.empty([record])
    assert trash.trashed() == [] and not os.path.lexists(record.place)
    assert list((tmp_path / "runs" / trash.TRASH).iterdir()) == []
    assert (keep / "precious").read_text() == "x"


@pytest.mark.parametrize("place", ["{home}/precious", "/", "{home}/runs/.trash/../x", ""])
def test_a_forged_record_leads_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setenv("SEQTUI_HOME", str(tmp_path))
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "config.json").write_text("{}")
    record = {"id": "x", "origin": str(tmp_path / "y"), "place": place.format(home=tmp_path), "link": "", "target": ""}
    (tmp_path / "runs" / trash.TRASH).mkdir(parents=True)
    file = tmp_path / "runs" / trash.TRASH / "x.json"
    file.write_text(str({**record, "time": time.time()}).replace("'", '"'))
    assert trash.trashed() == []


def test_what_is_gone_cannot_be_thrown_away(run: RunFolder) -> None:
    shutil.rmtree(run.path)
    with pytest.raises(NotFound, match="no longer"):
        trash.discard(run)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_takes_no_trash_is_told_of(run: RunFolder) -> None:
    run.path.parent.chmod(0o500)
    try:
        with pytest.raises(RunFailed, match="cannot be moved"):
            trash.discard(run)
    finally:
        run.path.parent.chmod(0o700)
    assert run.path.is_dir()
