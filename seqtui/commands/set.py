"""`seqtui set RUN lr=1e-4 …`: change knobs of a living run."""

import click

from seqtui.commands import console
from seqtui.commands.arguments import complete_run
from seqtui.commands.asking import await_event, living
from seqtui.errors import RunFailed, Usage
from seqtui.runs.control import SetKnob, knob_fault, send
from seqtui.runs.events import CommandRefused, Finished, KnobChanged


@click.command()
@click.argument("run", shell_complete=complete_run)
@click.argument("settings", nargs=-1, required=True, metavar="KNOB=VALUE…")
def command(run: str, settings: tuple[str, ...]) -> None:
    """Change knobs of RUN from its next step on: lr, max_grad_norm, clip_value, temperature."""
    changes = [_parse(setting) for setting in settings]
    folder, end = living(run)
    for change in changes:
        send(folder, change)
        match await_event(folder, after=end, wanted=(KnobChanged, CommandRefused, Finished), knob=change.name):
            case KnobChanged(step=step, old=old, new=new):
                console.say(f"{change.name}: {old:g} -> {new:g} after step {step:,}")
            case CommandRefused(reason=reason):
                raise RunFailed(f"run {folder.id} refused {change.name}={change.value:g}: {reason}")
            case Finished():
                raise RunFailed(f"run {folder.id} ended before {change.name} could be set")
            case _:
                console.say(f"sent; run {folder.id} sets {change.name}={change.value:g} when its step is done")


def _parse(setting: str) -> SetKnob:
    name, equals, text = setting.partition("=")
    name = name.strip().removeprefix("--").replace("-", "_")
    if not equals:
        raise Usage(f"{setting!r} is not KNOB=VALUE, such as lr=1e-4")
    try:
        value = float(text)
    except ValueError as error:
        raise Usage(f"{setting!r} sets {name} to {text!r}, which is not a number") from error
    fault = knob_fault(name, value)
    if fault:
        raise Usage(fault)
    return SetKnob(name, value)
