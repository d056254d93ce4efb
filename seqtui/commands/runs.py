"""`seqtui runs [FILTER]`: the history, newest first."""

import math
import time

import click

from seqtui.commands import console
from seqtui.paths import runs_folder
from seqtui.runs.index import RunIndex, index_file
from seqtui.runs.query import matches, parse
from seqtui.runs.summary import Summary, as_json

HEADINGS = ("RUN", "STATUS", "APP", "BACKBONE", "STEP", "VALID", "TEST", "MADE", "NAME")


@click.command()
@click.argument("filter_words", nargs=-1, metavar="[FILTER]…")
@click.option("--json", "json_wanted", is_flag=True, help="One JSON array on stdout.")
def command(filter_words: tuple[str, ...], json_wanted: bool) -> None:
    """List the runs. FILTER: app:music backbone:gru valid_loss<=8.5 status:finished lr>=1e-3, or any word."""
    terms = parse(filter_words)
    index = RunIndex(index_file())
    index.load()
    found = [summary for summary in index.scan() if matches(summary, terms)]
    index.save()
    found.sort(key=lambda summary: summary.created, reverse=True)
    if json_wanted:
        console.json_line([as_json(summary) for summary in found])
    elif found:
        console.out(console.table(HEADINGS, [_row(summary) for summary in found], right=frozenset({4, 5, 6})))
    else:
        console.say(f"no run {'matches' if terms else 'yet'} in {runs_folder()}")


def _row(summary: Summary) -> tuple[str, ...]:
    config = summary.config
    made = time.strftime("%Y-%m-%d %H:%M", time.localtime(summary.created)) if summary.created else ""
    return (
        summary.id,
        summary.status,
        config.app if config else "",
        config.backbone if config else "",
        f"{summary.step:,}",
        _loss(summary.best_loss),
        _loss(summary.test_loss),
        made,
        (config.name or "") if config else summary.trouble,
    )


def _loss(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.4g}"
