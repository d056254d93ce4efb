"""One request to a web server, by http and https alone, through the proxies that the environment names.

A redirection may lead to another place of the same kind; never to a file, and never from https to http.
"""

import errno
import http.client
import socket
import ssl
from http.client import HTTPMessage
from typing import IO, Any, Final, final
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from seqtui import __version__
from seqtui.errors import FetchFailed
from seqtui.text_safety import clean

MOST_REDIRECTIONS: Final = 5
SCHEMES: Final = ("http", "https")
_GONE: Final = (401, 403, 404, 410, 451)


class Unreachable(FetchFailed):
    """The address did not answer, or stopped answering."""


class Offline(Unreachable):
    """No name can be looked up, or no network be reached, from this machine."""


class NotThere(FetchFailed):
    """The address answered that it does not have it: no use in asking again."""


class NotFromThere(FetchFailed):
    """The address has nothing from the byte on that was asked for."""


@final
class _Redirections(request.HTTPRedirectHandler):
    max_redirections = MOST_REDIRECTIONS
    max_repeats = 2

    def redirect_request(
        self, req: request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> request.Request | None:
        before, after = urlsplit(req.full_url).scheme, urlsplit(newurl).scheme
        if after not in SCHEMES or (before, after) == ("https", "http"):
            fp.close()
            raise NotThere(f"{host_of(req.full_url)} leads away from the web, to {clean(newurl, limit=80)}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def ask(address: str, headers: dict[str, str], *, timeout: float) -> http.client.HTTPResponse:
    """The answer to a GET, of status 200 or 206, its body not read yet. timeout: seconds of silence.

    NotFromThere, NotThere or Unreachable, with the host's name, for anything else.
    """
    if urlsplit(address).scheme not in SCHEMES:
        raise NotThere(f"{clean(address, limit=80)} is no address of the web; give http://… or https://…")
    told = {"User-Agent": f"seqtui/{__version__}", "Accept-Encoding": "identity", **headers}
    try:
        answer: http.client.HTTPResponse = _opener().open(request.Request(address, headers=told), timeout=timeout)
    except HTTPError as error:
        with error:
            if 300 <= error.code < 400:
                raise NotThere(f"{host_of(address)} leads away from the web, or round in circles") from error
            kind = NotFromThere if error.code == 416 else NotThere if error.code in _GONE else Unreachable
            raise kind(f"{host_of(address)} answers {error.code} ({clean(str(error.reason), limit=60)})") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise (Offline if _is_offline(error) else Unreachable)(f"{host_of(address)} {why(error)}") from error
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        answer.close()
        raise NotThere(f"{host_of(address)} sends packed what was asked for as it is")
    return answer


def host_of(address: str) -> str:
    """The host of an address, to name it in a sentence."""
    return clean(urlsplit(address).netloc or address, limit=80)


def why(error: BaseException) -> str:
    """What went wrong on the way, in a few words that follow the host's name."""
    reason: Any = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError):
        return "does not answer in time"
    if isinstance(reason, socket.gaierror):
        return "cannot be found"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"shows a certificate that is not trusted ({clean(reason.verify_message, limit=80)})"
    if isinstance(reason, OSError) and reason.strerror:
        return f"cannot be reached ({clean(reason.strerror, limit=80)})"
    return f"broke off ({clean(str(reason), limit=80) or type(reason).__name__})"


def _is_offline(error: BaseException) -> bool:
    reason: Any = error.reason if isinstance(error, URLError) else error
    return isinstance(reason, socket.gaierror) or getattr(reason, "errno", None) in (errno.ENETUNREACH, errno.ENETDOWN)


def _opener() -> request.OpenerDirector:
    opener = request.OpenerDirector()
    handlers = (
        request.ProxyHandler(), request.HTTPHandler(), request.HTTPSHandler(), request.HTTPDefaultErrorHandler(),
        request.HTTPErrorProcessor(), _Redirections(),
    )  # fmt: skip
    for handler in handlers:
        opener.add_handler(handler)
    return opener
