"""`seqtui models`: what can be sampled or asked."""

import click

from seqtui.commands import console
from seqtui.runs.models import pretrained, trained


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON array on stdout.")
def command(as_json: bool) -> None:
    """List the pretrained models and the runs that have a model."""
    places = [*pretrained(), *trained()]
    if as_json:
        console.json_line([{"name": place.name, "kind": place.kind, "path": str(place.path)} for place in places])
        return
    if not places:
        console.say("there is no model yet; train one with `seqtui run APP`")
        return
    rows = [(place.name, place.kind, str(place.path)) for place in places]
    console.out(console.table(("MODEL", "KIND", "PATH"), rows))
