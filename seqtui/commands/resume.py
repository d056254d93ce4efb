"""`seqtui resume RUN`: start the child again on a folder that exists; it goes on from its last good checkpoint."""

import sys

import click

from seqtui.commands import console
from seqtui.commands.arguments import complete_run
from seqtui.commands.views import choose_view
from seqtui.commands.watching import follow_child, refuse_if_held, wait_until_it_holds
from seqtui.errors import ExitCode
from seqtui.runs.finding import find
from seqtui.runs.journal import read_events
from seqtui.runs.launch import start


@click.command()
@click.argument("run", shell_complete=complete_run)
@click.option("--json", "as_json", is_flag=True, help="Print the new events on stdout, one JSON object a line.")
@click.option("--quiet", is_flag=True, help="Print only errors and the files that were written.")
@click.option("--detach", is_flag=True, help="Print the run's id and return; the run goes on.")
def command(run: str, as_json: bool, quiet: bool, detach: bool) -> int:
    """Go on from the last good checkpoint of RUN: a folder, an id, a unique prefix, a name, or `last`."""
    folder = find(run)
    folder.read_config()
    refuse_if_held(folder)
    known = read_events(folder.events_file).records
    child = start(folder)
    if detach:
        wait_until_it_holds(folder, child)
        console.out(folder.id)
        return ExitCode.DONE
    view = choose_view(as_json=as_json, quiet=quiet, terminal=console.is_terminal(sys.stderr))
    return follow_child(folder, child, view=view, known=known)
