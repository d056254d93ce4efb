"""One file from servers that stall, cut, lie, change and lead astray."""

import hashlib
import os
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from loopback import HASTE, Server, cut, redirect, send, status, whole

from seqtui.data_sets.download import Download, Patience, Wanted
from seqtui.errors import FetchFailed

BODY = os.urandom(1_000_000)
WANTED = Wanted("file.bin", len(BODY), hashlib.sha256(BODY).hexdigest())


def fetched(server: Server, folder: Path, *paths: str, patience: Patience = HASTE) -> list[int]:
    """How many bytes were told of, one after the other; the file is whole."""
    told: list[int] = []
    addresses = [server.address + path for path in paths or ("file",)]
    Download(WANTED, folder / "file.bin", patience=patience, tell=told.append, stopped=lambda: False).run(addresses)
    assert (folder / "file.bin").read_bytes() == BODY
    assert [path.name for path in folder.iterdir()] == ["file.bin"]
    return told


def refused(server: Server, folder: Path, *paths: str) -> str:
    """The sentence; nothing that looks like the file was left."""
    with pytest.raises(FetchFailed) as error:
        fetched(server, folder, *paths)
    assert not (folder / "file.bin").exists()
    assert str(error.value).startswith("file.bin could not be fetched: ")
    return str(error.value)


def ranges(server: Server) -> list[str | None]:
    """Range of each request."""
    return [asked for _, asked, _ in server.seen]


def test_a_file_comes_whole_and_its_progress_is_told(server: Server, tmp_path: Path) -> None:
    server.has("file", BODY)
    told = fetched(server, tmp_path)
    assert told == sorted(told) and told[-1] == len(BODY) and len(told) > 5
    assert ranges(server) == [None]


def test_what_broke_off_is_gone_on_with_for_the_version_it_is_of(server: Server, tmp_path: Path) -> None:
    server.on("file", cut(BODY, 300_000), whole(BODY))
    fetched(server, tmp_path)
    assert server.seen[1] == ("/file", "bytes=300000-", '"one"')


def test_what_another_process_began_is_gone_on_with(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file.bin.part").write_bytes(BODY[:700_000])
    server.has("file", BODY)
    assert fetched(server, tmp_path)[0] > 700_000
    assert server.seen == [("/file", "bytes=700000-", None)]


def test_a_part_that_is_whole_is_not_asked_for_again(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file.bin.part").write_bytes(BODY)
    fetched(server, tmp_path)
    assert server.seen == []


def test_a_server_that_knows_no_ranges_sends_all_again(server: Server, tmp_path: Path) -> None:
    server.on("file", cut(BODY, 300_000), whole(BODY, ranges=False))
    fetched(server, tmp_path)


def test_what_changed_between_two_attempts_is_fetched_anew(server: Server, tmp_path: Path) -> None:
    old = os.urandom(len(BODY))
    server.on("file", cut(old, 300_000, tag='"old"'), whole(BODY, tag='"new"'))
    fetched(server, tmp_path)
    assert server.seen[1][2] == '"old"'


def test_parts_of_two_versions_without_a_tag_are_found_out_and_fetched_anew(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file.bin.part").write_bytes(os.urandom(400_000))
    server.has("file", BODY)
    fetched(server, tmp_path)
    assert ranges(server) == ["bytes=400000-", None]


def test_a_range_that_was_not_asked_for_is_not_taken(server: Server, tmp_path: Path) -> None:
    def elsewhere(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 206, BODY[5:], Content_Range=f"bytes 5-{len(BODY) - 1}/{len(BODY)}")

    (tmp_path / "file.bin.part").write_bytes(BODY[:10])
    server.on("file", elsewhere, whole(BODY))
    fetched(server, tmp_path)
    assert ranges(server) == ["bytes=10-", None]


def test_nothing_there_from_that_byte_on_means_to_begin_anew(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file.bin.part").write_bytes(BODY[:10])
    server.on("file", status(416), whole(BODY))
    fetched(server, tmp_path)


def test_a_server_that_falls_silent_is_given_up_and_the_next_goes_on(server: Server, tmp_path: Path) -> None:
    def silent(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(BODY)))
        handler.end_headers()
        handler.wfile.write(BODY[:100_000])
        handler.wfile.flush()
        server.silence.wait()

    server.on("silent", silent)
    server.has("file", BODY)
    fetched(server, tmp_path, "silent", "file")
    assert ranges(server)[1] == "bytes=100000-"


def test_a_server_that_never_answers_is_told_of(server: Server, tmp_path: Path) -> None:
    server.on("file", lambda _handler: server.silence.wait())  # type: ignore[arg-type,return-value]
    assert "127.0.0.1" in (said := refused(server, tmp_path)) and "does not answer in time" in said
    assert len(server.seen) == 3


def test_a_server_that_always_cuts_is_given_up(server: Server, tmp_path: Path) -> None:
    server.on("file", lambda handler: send(handler, 200, b"", Content_Length=str(len(BODY))))
    assert "broke off after 0 of 1,000,000 bytes" in refused(server, tmp_path)


def test_a_drip_is_followed_to_its_end(server: Server, tmp_path: Path) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        begin = int((handler.headers["Range"] or "bytes=0-").removeprefix("bytes=").partition("-")[0])
        place = f"bytes {begin}-{len(BODY) - 1}/{len(BODY)}"
        length = str(len(BODY) - begin)
        send(handler, 206 if begin else 200, BODY[begin : begin + 90_000], Content_Range=place, Content_Length=length)

    server.on("file", drip)
    fetched(server, tmp_path)
    assert len(server.seen) == 12


@pytest.mark.parametrize("length", [10, 2_000_000])
def test_a_length_that_is_not_the_files_is_refused_before_it_is_read(
    length: int, server: Server, tmp_path: Path
) -> None:
    server.on("file", lambda handler: send(handler, 200, BODY[:10], Content_Length=str(length)))
    assert f"has another file: of {length:,} bytes, not 1,000,000" in refused(server, tmp_path)
    assert len(server.seen) == 1


def test_more_than_there_is_is_refused_while_it_comes(server: Server, tmp_path: Path) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while not server.silence.is_set():
                handler.wfile.write(bytes(65_536))
        except OSError:
            return

    server.on("file", endless)
    assert "sends more than the 1,000,000 bytes" in refused(server, tmp_path)


def test_other_content_of_the_right_length_is_refused(server: Server, tmp_path: Path) -> None:
    server.has("file", bytes(len(BODY)))
    assert "its sha256 is another" in refused(server, tmp_path)
    assert not list(tmp_path.iterdir()) or [path.suffix for path in tmp_path.iterdir()] == [".from"]


def test_what_is_packed_on_the_way_is_refused(server: Server, tmp_path: Path) -> None:
    server.on("file", lambda handler: send(handler, 200, BODY, Content_Encoding="gzip"))
    assert "packed" in refused(server, tmp_path)


def test_a_redirection_on_the_web_is_followed(server: Server, tmp_path: Path) -> None:
    server.on("file", redirect("/there"))
    server.on("there", redirect(f"{server.address}here", 307))
    server.has("here", BODY)
    fetched(server, tmp_path)


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://x/", "data:,x", "unix:/x"])
def test_a_redirection_away_from_the_web_is_refused(to: str, server: Server, tmp_path: Path) -> None:
    server.on("file", redirect(to))
    assert "leads away from the web" in refused(server, tmp_path)


def test_redirections_without_end_are_given_up(server: Server, tmp_path: Path) -> None:
    server.on("file", redirect("/file"))
    assert "round in circles" in refused(server, tmp_path)
    assert len(server.seen) < 20


def test_an_address_that_has_nothing_is_asked_once_and_one_that_is_busy_again(server: Server, tmp_path: Path) -> None:
    server.on("busy", status(503), whole(BODY))
    fetched(server, tmp_path, "missing", "busy")
    assert [path for path, _, _ in server.seen] == ["/missing", "/busy", "/busy"]


def test_every_address_is_named_with_what_it_said(server: Server, tmp_path: Path) -> None:
    server.on("b", status(500))
    said = refused(server, tmp_path, "a", "b")
    assert "answers 404" in said and "answers 500" in said


def test_a_machine_without_a_network_is_told_so_at_once(tmp_path: Path) -> None:
    download = Download(WANTED, tmp_path / "x", patience=Patience(delays=(600.0,)), tell=print, stopped=lambda: False)
    with pytest.raises(FetchFailed, match=r"nowhere.invalid cannot be found: is this machine online"):
        download.run(["http://nowhere.invalid/file"])


def test_somebody_who_wants_it_no_more_is_heard_and_what_came_is_kept(server: Server, tmp_path: Path) -> None:
    server.has("file", BODY)
    told: list[int] = []
    download = Download(WANTED, tmp_path / "x", patience=HASTE, tell=told.append, stopped=lambda: len(told) >= 3)
    with pytest.raises(FetchFailed, match="goes on with it"):
        download.run([f"{server.address}file"])
    assert (tmp_path / "x.part").stat().st_size == told[-1] < len(BODY)
