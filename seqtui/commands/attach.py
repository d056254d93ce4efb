"""`seqtui attach RUN`: follow a living run, or replay a finished one: full screen on a terminal, else as lines."""

import sys

import click

from seqtui.commands import console
from seqtui.commands.arguments import complete_run
from seqtui.commands.fullscreen import obstacle, open_full_screen
from seqtui.commands.views import choose_view
from seqtui.commands.watching import follow_other
from seqtui.runs.finding import find


@click.command()
@click.argument("run", shell_complete=complete_run)
@click.option("--plain", is_flag=True, help="Lines, on a terminal too.")
@click.option("--json", "as_json", is_flag=True, help="Print the run's events on stdout, one JSON object a line.")
def command(run: str, plain: bool, as_json: bool) -> int:
    """Watch RUN: a folder, an id, a unique prefix, a name, or `last`. Ctrl-C stops looking, not the run."""
    folder = find(run)
    if not (plain or as_json or obstacle()):
        return open_full_screen(str(folder.path))
    terminal = console.is_terminal(sys.stderr) and not plain
    return follow_other(folder, view=choose_view(as_json=as_json, quiet=False, terminal=terminal))
