"""`seqtui check APP PATH…`: the data doctor looks at files without training."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, final

import click

from seqtui.catalog import load, names
from seqtui.commands import console
from seqtui.commands.arguments import complete_app
from seqtui.commands.run_options import find_app, options_of_check
from seqtui.data_sets.naming import resolve
from seqtui.errors import ExitCode, NotFound
from seqtui.runs.report import sparkline
from seqtui.task import Finding, Task
from seqtui.text_safety import counted

MOST_REMARKS: Final = 12


@final
class CheckCommand(click.Command):
    """A command that also has those options of its application which say where things stand in the data."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Find the application first, for its options are needed to read the rest."""
        if (app := find_app(args)) in names():
            ctx.meta["task"] = load(str(app))
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """What every application has, and its own."""
        task: Task | None = ctx.meta.get("task")
        return [*super().get_params(ctx), *(options_of_check(task) if task else [])]


@click.command(cls=CheckCommand)
@click.argument("app", shell_complete=complete_app)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(app: str, paths: tuple[Path, ...], as_json: bool, **typed: str | None) -> int:
    """Look at data files, or a data set by its name: what is in them, and what is wrong with them.

    Exit code 3 if anything is an error. `seqtui check APP --help` shows what can be said of where things stand in them.
    """
    from seqtui.commands.run_config import gather

    task = load(app)
    given = {name: value for name, value in typed.items() if value is not None}
    if len(paths) == 1:
        given["data"] = str(paths[0])  # a set may ask for options
    options = gather(task, typed=given, config_file=None).options
    paths = tuple(Path(resolve(app, str(path))) for path in paths)
    for path in paths:
        if not path.exists():
            raise NotFound(f"there is no file or folder {path}")
    checkup = task.check(paths, options)
    if as_json:
        console.json_line(asdict(checkup))
    else:
        for line in _lines(checkup.facts):
            console.out(line)
        for finding in _worth_reading(checkup.findings):
            console.out(f"{finding.level}: {finding.where}: {finding.text}")
        console.say(_verdict([finding.level for finding in checkup.findings]))
    return ExitCode.BAD_INPUT if any(found.level == "error" for found in checkup.findings) else ExitCode.DONE


def _worth_reading(findings: tuple[Finding, ...]) -> list[Finding]:
    """What is wrong first, then what is said of the whole set (it comes last), then the first files."""
    faults = [finding for finding in findings if finding.level != "info"]
    remarks = [finding for finding in findings if finding.level == "info"]
    if len(remarks) > MOST_REMARKS:
        left = f"{len(remarks) - MOST_REMARKS:,} more remarks on files: --json has them all"
        remarks = [remarks[-1], *remarks[: MOST_REMARKS - 1], Finding("info", "…", left)]
    return faults + remarks


def _lines(facts: dict[str, Any], indent: str = "") -> list[str]:
    """Facts as lines: a table within a table goes deeper, a histogram is drawn."""
    lines = []
    for name, fact in facts.items():
        title = indent + (name if "/" in name else name.replace("_", " "))
        if isinstance(fact, dict) and {"least", "median", "most", "counts"} <= fact.keys():
            bars = sparkline(fact["counts"], width=len(fact["counts"]))
            lines.append(f"{title}: {fact['least']:g} to {fact['most']:g}, median {fact['median']:g}  {bars}")
        elif isinstance(fact, dict) and any(isinstance(item, dict) for item in fact.values()):
            lines += [f"{title}:", *_lines(fact, indent + "  ")]
        elif isinstance(fact, dict):
            lines.append(f"{title}: " + ", ".join(f"{key} {value}" for key, value in fact.items()))
        elif isinstance(fact, list | tuple):
            lines.append(f"{title}: " + (", ".join(str(item) for item in fact) or "none"))
        else:
            lines.append(f"{title}: {fact}")
    return lines


def _verdict(levels: list[str]) -> str:
    errors, warnings = levels.count("error"), levels.count("warning")
    return "no fault found" if not errors + warnings else f"{counted(errors, 'error')}, {counted(warnings, 'warning')}"
