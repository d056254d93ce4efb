"""`seqtui doctor`: what is here, what is missing, and whether a tiny training works from end to end.

torch is asked for in a child process: this one must not load it.
"""

import platform
from dataclasses import asdict, dataclass

import click

from seqtui import __version__
from seqtui.commands import console
from seqtui.commands.doctor_checks import engine, extras, folders, terminal, training
from seqtui.errors import ExitCode


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report. state: 'ok', 'note' (works, could be better) or 'broken'."""

    state: str
    what: str
    text: str


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(as_json: bool) -> int:
    """Look at this installation; exit code 1 if something is broken."""
    lines: list[Line] = []
    for what, look in CHECKS.items():
        if not as_json:
            console.say(f"looking at: {what} …")
        for state, text in look():
            lines.append(Line(state, what, text))
            if not as_json:
                console.out(f"{state:<6}  {what}: {text}")
    broken = [line for line in lines if line.state == "broken"]
    if as_json:
        console.json_line({"healthy": not broken, "checks": [asdict(line) for line in lines]})
    else:
        console.out(f"{len(broken)} things are broken" if broken else "healthy")
    return ExitCode.FAILED if broken else ExitCode.DONE


def _versions() -> list[tuple[str, str]]:
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    return [("ok", f"seqtui {__version__}, Python {platform.python_version()}, {system}")]


CHECKS = {
    "versions": _versions,
    "engine": engine,
    "terminal": terminal,
    "extras": extras,
    "folders": folders,
    "training": training,
}
