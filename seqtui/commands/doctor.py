"""`seqtui doctor`: what is here, what is missing, and whether every application works from end to end.

torch is asked for in a child process: this one must not load it.
"""

import platform
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from types import FrameType
from typing import NoReturn

import click

from seqtui import __version__
from seqtui.catalog import names
from seqtui.commands import console
from seqtui.commands.doctor_checks import engine, extras, folders
from seqtui.commands.doctor_terminal import terminal
from seqtui.commands.doctor_training import trainings
from seqtui.errors import ExitCode, NotFound

Look = Callable[[], Iterator[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report. state: 'ok', 'note' (works, could be better) or 'broken'."""

    state: str
    what: str
    text: str


@click.command()
@click.option("--app", "apps", multiple=True, metavar="APP", help="Train this application; again for more of them.")
@click.option("--quick", is_flag=True, help="Train nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(apps: tuple[str, ...], quick: bool, as_json: bool) -> int:
    """Look at this installation, and train every application a little; exit code 1 if something is broken."""
    if quick and apps:
        raise click.UsageError("--quick trains nothing: leave out --app")
    for app in apps:
        if app not in names():
            raise NotFound(f"there is no application {app!r}; there are {', '.join(names())}")
    began, lines = time.monotonic(), []
    for line in _lines([] if quick else list(dict.fromkeys(apps or names())), is_told=not as_json):
        lines.append(line)
        if not as_json:
            console.out(f"{line.state:<6}  {line.what}: {line.text}")
            console.flush()
    broken = [line for line in lines if line.state == "broken"]
    if as_json:
        console.json_line({"healthy": not broken, "checks": [asdict(line) for line in lines]})
    else:
        console.out(f"{_verdict(len(broken))}, after {time.monotonic() - began:.0f} s")
    return ExitCode.FAILED if broken else ExitCode.DONE


def _lines(apps: Sequence[str], *, is_told: bool) -> Iterator[Line]:
    looks: dict[str, Look] = {
        "versions": _versions,
        "engine": engine,
        "terminal": terminal,
        "extras": extras,
        "folders": folders,
    }
    for what, look in looks.items():
        if is_told:
            console.say(f"looking at: {what} …")
        for state, text in look():
            yield Line(state, what, text)
    if not apps:
        return
    if is_told:
        console.say(f"training: {', '.join(apps)} … (a minute or two)")
    signal.signal(signal.SIGTERM, _end)
    with closing(trainings(apps)) as trained:
        for state, text in trained:
            yield Line(state, "training", text)


def _versions() -> Iterator[tuple[str, str]]:
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    yield "ok", f"seqtui {__version__}, Python {platform.python_version()}, {system}"


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    """Asked to end, take the trainings along, as Ctrl-C does."""
    raise KeyboardInterrupt


def _verdict(broken: int) -> str:
    if not broken:
        return "healthy"
    return "1 thing is broken" if broken == 1 else f"{broken} things are broken"
