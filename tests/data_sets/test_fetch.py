"""Whole sets: fetched, made, put in place; two at once, again after a failure, from mirrors and archives."""

import fcntl
import io
import os
import tarfile
import zipfile
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from loopback import HASTE, Server, cut, data_set, redirect, send, status, whole

from seqtui.data_sets.download import MIRROR_VARIABLE
from seqtui.data_sets.fetch import Progress, fetch
from seqtui.data_sets.manifest import DataSet
from seqtui.data_sets.store import fault_in, is_here, sets_folder, work_folder
from seqtui.errors import BadInput, Busy, FetchFailed

FILES = {"a.txt": b"first\n" * 500, "deep/b é.txt": b"second\n", "deep/c.txt": os.urandom(70_000)}
MANY = {f"part {number % 3}/{number}.txt": b"%d\n" % number * 50 for number in range(30)}


def got(made: DataSet) -> Path:
    """Where it lies, fetched in haste."""
    return fetch(made, tell=lambda _now: None, patience=HASTE)


def serve(server: Server, files: dict[str, bytes]) -> None:
    """The files as their addresses have them."""
    for path, body in files.items():
        server.has(quote(f"src/{path}"), body)


def found(folder: Path) -> dict[str, bytes]:
    """What lies there."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def left_behind() -> list[str]:
    """What lies beside the sets, but for locks."""
    return sorted(path.name for path in sets_folder().iterdir() if not path.name.endswith(".lock"))


@pytest.mark.usefixtures("home")
def test_a_set_is_fetched_and_its_progress_is_told(server: Server, tmp_path: Path) -> None:
    serve(server, FILES)
    made, told = data_set(tmp_path, FILES, server.address), list[Progress]()
    assert not is_here(made)
    assert found(fetch(made, tell=told.append, patience=HASTE)) == FILES
    assert is_here(made) and not fault_in(made) and left_behind() == ["little"]
    assert [each.what for each in told][:1] == ["looking at what is here"] and told[-1].what == "unpacking"
    assert told[-1].done == told[-1].total == made.size and told[-1].files_done == 3
    assert all(one.done <= other.done for one, other in pairwise(told))


@pytest.mark.usefixtures("home")
def test_a_set_that_is_here_is_not_fetched_again_and_a_damaged_one_is(server: Server, tmp_path: Path) -> None:
    serve(server, FILES)
    made = data_set(tmp_path, FILES, server.address)
    place = got(made)
    before = len(server.seen)
    assert got(made) == place and len(server.seen) == before
    (place / "a.txt").write_bytes(b"first\n")
    assert fault_in(made) == "a.txt has 6 bytes, not 3,000"
    assert found(got(made)) == FILES
    (place / "deep" / "c.txt").unlink()
    assert "c.txt" in fault_in(made)
    assert found(got(made)) == FILES and left_behind() == ["little"]


@pytest.mark.usefixtures("home")
def test_a_set_that_has_changed_in_the_manifest_is_another(server: Server, tmp_path: Path) -> None:
    serve(server, FILES)
    got(data_set(tmp_path, FILES, server.address))
    other = {"a.txt": b"other\n"}
    serve(server, other)
    changed = data_set(tmp_path, other, server.address)
    assert not is_here(changed)
    assert found(got(changed)) == other


@pytest.mark.usefixtures("home")
def test_after_a_failure_only_what_is_missing_is_asked_for(server: Server, tmp_path: Path) -> None:
    serve(server, FILES)
    body = FILES["deep/c.txt"]
    server.on("src/deep/c.txt", cut(body, 50_000), status(503))
    made = data_set(tmp_path, FILES, server.address)
    with pytest.raises(FetchFailed, match=r"deep/c.txt could not be fetched"):
        got(made)
    assert not is_here(made) and left_behind() == [".little.fetching"]
    server.seen.clear()
    server.on("src/deep/c.txt", whole(body))
    kept = {quote(f"/src/{path}") for path in FILES if (work_folder(made) / "files" / path).exists()}
    assert found(got(made)) == FILES
    asked = {path: asked for path, asked, _ in server.seen}
    assert asked["/src/deep/c.txt"] == "bytes=50000-" and not kept & asked.keys()


@pytest.mark.usefixtures("home")
def test_what_lies_about_its_content_never_gets_in(server: Server, tmp_path: Path) -> None:
    serve(server, FILES)
    server.has("src/a.txt", b"virus\n" * 500)
    made = data_set(tmp_path, FILES, server.address)
    with pytest.raises(FetchFailed, match=r"a.txt could not be fetched: .*sha256 is another"):
        got(made)
    assert not is_here(made)


@pytest.mark.usefixtures("home")
def test_two_at_once_do_not_meet(server: Server, tmp_path: Path) -> None:
    made = data_set(tmp_path, FILES, server.address)
    sets_folder().mkdir(parents=True)
    with (sets_folder() / ".little.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Busy, match="another process is fetching little"):
            got(made)
    assert server.seen == []
    serve(server, FILES)
    assert found(got(made)) == FILES


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("form", ["{}", "file://{}", "http"])
def test_a_mirror_is_asked_first(form: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "a mirror"
    for path, body in FILES.items():
        (folder / "little" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "little" / path).write_bytes(body)
        server.has(quote(f"m/little/{path}"), body)
    address = f"{server.address}m/" if form == "http" else form.format(folder)
    monkeypatch.setenv(MIRROR_VARIABLE, address.replace(" ", "%20") if "://" in address else address)
    assert found(got(data_set(tmp_path, FILES, "http://nowhere.invalid/"))) == FILES
    assert all(path.startswith("/m/little/") for path, _, _ in server.seen)


@pytest.mark.usefixtures("home")
def test_what_a_mirror_lacks_or_has_wrong_comes_from_the_set_s_own_address(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mirror" / "little"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_bytes(b"wrong\n" * 500)
    os.mkfifo(folder / "deep")
    monkeypatch.setenv(MIRROR_VARIABLE, str(folder.parent))
    serve(server, FILES)
    assert found(got(data_set(tmp_path, FILES, server.address))) == FILES


def packed(files: dict[str, bytes], *more: tarfile.TarInfo) -> bytes:
    """A tar.gz as a forge makes it of a commit."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for path, body in {"README": b"x", **{f"src/{path}": body for path, body in files.items()}}.items():
            info = tarfile.TarInfo(f"set-0123abc/{path}")
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
        for info in more:
            archive.addfile(info)
    return made.getvalue()


@pytest.mark.usefixtures("home")
def test_many_files_come_in_one_archive_and_each_is_verified(server: Server, tmp_path: Path) -> None:
    first = next(iter(MANY))
    server.has("all.tar.gz", packed({**MANY, first: b"virus"}))
    serve(server, MANY)
    made = data_set(tmp_path, MANY, server.address, archive=f"{server.address}all.tar.gz")
    assert found(got(made)) == MANY
    assert [path for path, _, _ in server.seen] == ["/all.tar.gz", f"/src/{first.replace(' ', '%20')}"]
    assert left_behind() == ["little"]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("kind", ["a link", "cut", "gone", "a bomb", "no archive"])
def test_an_archive_that_is_no_good_is_done_without(kind: str, server: Server, tmp_path: Path) -> None:
    link = tarfile.TarInfo("set-0123abc/src/part 0/0.txt")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    whole_archive = packed(MANY)
    match kind:
        case "a link":
            server.has("all.tar.gz", packed(dict(list(MANY.items())[1:]), link))
        case "cut":
            server.on("all.tar.gz", cut(whole_archive, 200))
        case "a bomb":
            server.has("all.tar.gz", packed({**MANY, "zeros": bytes(40 * 2**20)}))
        case "no archive":
            server.has("all.tar.gz", b"<html>sign in</html>")
    serve(server, MANY)
    made = data_set(tmp_path, MANY, server.address, archive=f"{server.address}all.tar.gz")
    assert found(got(made)) == MANY
    assert len(server.seen) > len(MANY) and left_behind() == ["little"]


@pytest.mark.usefixtures("home")
def test_what_is_packed_is_unpacked_and_an_evil_archive_is_refused(server: Server, tmp_path: Path) -> None:
    for name, evil in (("good", False), ("evil", True)):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr("corpus/pos.txt", "fine\n")
            archive.writestr("../../out.txt" if evil else "corpus/neg.txt", "bad\n")
        body = {f"{name}.zip": made.getvalue()}
        serve(server, body)
        one = data_set(tmp_path, body, server.address, step="zip", entry="corpus")
        if evil:
            with pytest.raises(BadInput, match=r"evil.zip holds '../../out.txt'"):
                got(one)
            assert not is_here(one)
        else:
            assert found(got(one)) == {"pos.txt": b"fine\n", "neg.txt": b"bad\n"}


@pytest.mark.usefixtures("home")
def test_a_part_of_a_file_is_kept_where_the_manifest_says_so(server: Server, tmp_path: Path) -> None:
    body = {"table.data": b"a header\n1,2\nan end\n"}
    serve(server, body)
    made = data_set(tmp_path, body, server.address, step="bytes:9:13", entry="table.data")
    assert got(made).read_bytes() == b"1,2\n"


@pytest.mark.usefixtures("home")
def test_a_table_gets_the_heading_that_the_manifest_says(server: Server, tmp_path: Path) -> None:
    body = {"table.csv": b"1,2\n"}
    serve(server, body)
    made = data_set(tmp_path, body, server.address, step="heading:x,class", entry="table.csv")
    assert got(made).read_bytes() == b"x,class\n1,2\n"


@pytest.mark.usefixtures("home")
def test_a_redirected_file_is_verified_like_any_other(server: Server, tmp_path: Path) -> None:
    body = {"a.txt": b"fine\n"}
    server.on("src/a.txt", redirect("/elsewhere"))
    server.on("elsewhere", lambda handler: send(handler, 200, b"else\n"))
    with pytest.raises(FetchFailed, match="sha256 is another"):
        got(data_set(tmp_path, body, server.address))
