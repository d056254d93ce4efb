"""`seqtui apps`: what can be trained, what it reads, predicts and exports."""

from typing import Any

import click

from seqtui.catalog import load, names
from seqtui.commands import console
from seqtui.runs.models import application_of, pretrained
from seqtui.task import Task


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON array on stdout.")
def command(as_json: bool) -> None:
    """List the applications."""
    shipped = _pretrained_by_app()
    found = [_facts(load(name), shipped.get(name, [])) for name in names()]
    if as_json:
        console.json_line(found)
        return
    if not found:
        console.say("there are no applications yet: add one as tasks/NAME.py")
        return
    console.out("\n\n".join(_page(facts) for facts in found))


def _facts(task: Task, models: list[str]) -> dict[str, Any]:
    return {
        "name": task.name,
        "title": task.title,
        "summary": task.summary,
        "input_output": task.trains_as.value,
        "samples": task.samples_as.value if task.samples_as else None,
        "head": task.head_kind,
        "data": task.reads,
        "exports": [*dict.fromkeys((*task.sample_suffixes, *task.predict_suffixes))],
        "pretrained": models,
    }


def _page(facts: dict[str, Any]) -> str:
    rows = [
        ("shape", facts["input_output"] + (f"; samples {facts['samples']}" if facts["samples"] else "")),
        ("predicts", facts["head"]),
        ("reads", facts["data"]),
        ("writes", ", ".join(facts["exports"]) or "nothing"),
        ("pretrained", ", ".join(facts["pretrained"]) or "none"),
    ]
    lines = [f"{facts['name']}: {facts['title']}", f"  {facts['summary']}"]
    return "\n".join([*lines, *(f"  {label:<10}  {text}" for label, text in rows)])


def _pretrained_by_app() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for place in pretrained():
        found.setdefault(application_of(place), []).append(place.name)
    return found
