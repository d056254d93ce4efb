"""`seqtui data list|fetch|where`: the data sets that are known by name, and the network, where one asks for it."""

import sys
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from seqtui.commands import console
from seqtui.data_sets.manifest import DataSet, find, known
from seqtui.data_sets.naming import path_of
from seqtui.data_sets.store import is_here, place_of

FACTS: Final = (
    "name", "application", "title", "about", "license", "citation", "source", "size", "files", "split", "entry",
    "addresses", "archive",
)  # fmt: skip


def complete_set(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Data sets that begin so."""
    return [CompletionItem(name, help=each.title) for name, each in known().items() if name.startswith(incomplete)]


@click.group("data", no_args_is_help=True)
def command() -> None:
    """Data sets by name: list them, fetch them, say where they are. `--data NAME` reads one that is here.

    Nothing is fetched unless you ask. $SEQTUI_DATA_MIRROR names a folder or an address that is asked first.
    """


@command.command("list")
@click.argument("app", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON array on stdout.")
def list_sets(app: str | None, as_json: bool) -> None:
    """List the data sets there are, or those of one APP."""
    sets = [each for each in known().values() if app in (None, each.application)]
    if as_json:
        console.json_line([_facts(each) for each in sets])
        return
    if not sets:
        console.say(f"there is no data set for {app}; `seqtui apps` names the applications")
        return
    rows = [
        (each.name, each.application, size_of(each), "yes" if is_here(each) else "no", short(each.license), each.about)
        for each in sets
    ]
    console.out(console.table(("NAME", "APP", "SIZE", "HERE", "LICENSE", "WHAT IT IS"), rows, right=frozenset({2})))


@command.command("fetch")
@click.argument("names", nargs=-1, required=True, metavar="NAME…", shell_complete=complete_set)
@click.option("--json", "as_json", is_flag=True, help="Progress as JSON on stdout, one object a line.")
def fetch_sets(names: tuple[str, ...], as_json: bool) -> None:
    """Fetch data sets: resumed where it broke off, verified, unpacked. Prints where each is."""
    from seqtui.commands.data_progress import progress_of
    from seqtui.data_sets.fetch import fetch

    for data_set in [find(name) for name in names]:
        console.say(f"{data_set.name}: {data_set.about}\nlicense: {data_set.license}\nsource: {data_set.source}")
        console.say(f"cite: {data_set.citation}")
        with progress_of(data_set, as_json=as_json, terminal=console.is_terminal(sys.stderr)) as tell:
            place = fetch(data_set, tell=tell)
        if as_json:
            console.json_line({"event": "fetched", "name": data_set.name, "path": str(place)})
        else:
            console.out(str(place))


@command.command("where")
@click.argument("name", metavar="NAME", shell_complete=complete_set)
def where(name: str) -> None:
    """Print the path of a data set that is here."""
    console.out(str(path_of(find(name))))


def short(license: str) -> str:
    """A license without what stands in brackets."""
    return license.partition(" (")[0]


def size_of(data_set: DataSet) -> str:
    """Bytes to fetch, for people."""
    size = data_set.size
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"


def _facts(data_set: DataSet) -> dict[str, Any]:
    here = is_here(data_set)
    facts = {name: getattr(data_set, name) for name in FACTS}
    facts["options"] = dict(data_set.options)
    return facts | {"here": here, "path": str(place_of(data_set)) if here else None}
