"""A server on loopback that does as it is told, and sets that are made of what it has."""

import contextlib
import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from seqtui.data_sets.download import Patience
from seqtui.data_sets.manifest import DataSet

Answer = Callable[[BaseHTTPRequestHandler], None]
HASTE = Patience(timeout=0.3, delays=(0.0, 0.0))


@dataclass
class Server:
    """answers: what each path does, one request after the other; the last again and again. seen: path and Range."""

    port: int = 0
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    seen: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    silence: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        """Of its root."""
        return f"http://127.0.0.1:{self.port}/"

    def on(self, path: str, *answers: Answer) -> None:
        """Have it answer so."""
        self.answers[f"/{path}"] = list(answers)

    def has(self, path: str, body: bytes, *, tag: str = '"one"') -> None:
        """Have it answer as a good server."""
        self.on(path, whole(body, tag=tag))


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """A server that has nothing yet."""
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            told.seen.append((self.path, self.headers["Range"], self.headers["If-Range"]))
            answers = told.answers.get(self.path, [gone])
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            self.close_connection = True
            answer(self)

        def log_message(self, format: str, *arguments: object) -> None:
            """Quiet."""

    listening = _Quiet(("127.0.0.1", 0), Handler)
    told.port = listening.server_port
    threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield told
    finally:
        told.silence.set()
        listening.shutdown()
        listening.server_close()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news here."""


def data_set(
    folder: Path, files: dict[str, bytes], address: str, *, step: str = "", entry: str = "", archive: str = ""
) -> DataSet:
    """A set of these files, by path, as an address has them beneath src/."""
    listing = folder / "listing.txt"
    rows = (
        "\t".join((hashlib.sha256(body).hexdigest(), str(len(body)), path, f"src/{path}", step)).rstrip("\t")
        for path, body in files.items()
    )
    listing.write_text("\n".join(rows) + "\n")
    return DataSet(
        name="little", application="language", title="Little", about="Made here.", license="CC0-1.0", citation="Nobody",
        source="https://example.org", size=sum(map(len, files.values())), files=len(files), split="none",
        listing=listing, addresses=(address,), entry=entry, archive=archive, archive_size=10_000,
    )  # fmt: skip


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    """An answer with these headers; an underscore in a name is a hyphen."""
    handler.send_response(status)
    for name, value in {"Content_Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def whole(body: bytes, *, tag: str = '"one"', ranges: bool = True) -> Answer:
    """A good server; it knows ranges, unless it does not."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked, if_range = handler.headers["Range"], handler.headers["If-Range"]
        if not asked or not ranges or if_range not in (None, tag):
            send(handler, 200, body, ETag=tag)
            return
        begin = int(asked.removeprefix("bytes=").partition("-")[0])
        if begin >= len(body):
            send(handler, 416, b"", Content_Range=f"bytes */{len(body)}")
            return
        place = f"bytes {begin}-{len(body) - 1}/{len(body)}"
        send(handler, 206, body[begin:], ETag=tag, Content_Range=place)

    return answer


def cut(body: bytes, count: int, *, tag: str = '"one"') -> Answer:
    """Promises all and closes after `count` bytes."""
    return lambda handler: send(handler, 200, body[:count], ETag=tag, Content_Length=str(len(body)))


def gone(handler: BaseHTTPRequestHandler) -> None:
    """404."""
    send(handler, 404, b"no such thing")


def status(code: int) -> Answer:
    """Nothing but a status."""
    return lambda handler: send(handler, code, b"")


def redirect(to: str, code: int = 302) -> Answer:
    """Elsewhere."""
    return lambda handler: send(handler, code, b"", Location=to)
