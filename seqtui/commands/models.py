"""`seqtui models`: what can be sampled or asked."""

from typing import Any

import click

from seqtui.commands import console
from seqtui.errors import SeqtuiError
from seqtui.runs.durable import read_json
from seqtui.runs.models import FACTS, ModelPlace, application_of, pretrained, trained


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON array on stdout.")
def command(as_json: bool) -> None:
    """List the pretrained models and the runs that have a model."""
    places = [*pretrained(), *trained()]
    if as_json:
        console.json_line([_facts(place) for place in places])
        return
    if not places:
        console.say("there is no model yet; train one with `seqtui run APP`")
        return
    rows = [(place.name, place.kind, application_of(place), str(place.path)) for place in places]
    console.out(console.table(("MODEL", "KIND", "APP", "PATH"), rows))


def _facts(place: ModelPlace) -> dict[str, Any]:
    """card: what is known of a pretrained model, as in its card.json."""
    facts = {"name": place.name, "kind": place.kind, "app": application_of(place), "path": str(place.path)}
    if place.kind == "run":
        return facts
    try:
        return facts | {"card": read_json(place.path / FACTS)}
    except SeqtuiError:
        return facts | {"card": None}
