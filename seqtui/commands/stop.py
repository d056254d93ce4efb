"""`seqtui stop RUN`: have a living run finish its step, save and end."""

import click

from seqtui.commands import console
from seqtui.commands.arguments import complete_run
from seqtui.commands.asking import await_event, living
from seqtui.runs.control import Stop, send
from seqtui.runs.events import Failed, Finished


@click.command()
@click.argument("run", shell_complete=complete_run)
def command(run: str) -> None:
    """Have RUN save and end. It can be resumed."""
    folder, end = living(run)
    send(folder, Stop())
    match await_event(folder, after=end, wanted=(Finished, Failed)):
        case Finished(step=step):
            console.say(f"run {folder.id} stopped at step {step:,}; go on with: seqtui resume {folder.id}")
        case Failed(step=step, sentence=sentence):
            console.warning(f"run {folder.id} failed at step {step:,} before it could stop: {sentence}")
        case _:
            console.say(f"sent; run {folder.id} ends when its step is done")
