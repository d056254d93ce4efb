"""`seqtui run APP`: make the run folder, start the child, follow its events and print them."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, final

import click

from seqtui.catalog import load, names
from seqtui.commands import console
from seqtui.commands.arguments import complete_app
from seqtui.commands.run_options import find_app, help_rows, make_options, value_of
from seqtui.commands.views import choose_view
from seqtui.commands.watching import follow_child
from seqtui.config import RunConfig, knob_fields
from seqtui.errors import ExitCode, NotFound, Usage
from seqtui.paths import runs_folder
from seqtui.runs.finding import remember
from seqtui.runs.folder import RunFolder, create
from seqtui.runs.launch import start
from seqtui.task import Task

OWN: Final = (
    ("--config FILE", "config_file", "Read options from a TOML file; options that are typed win."),
    ("--print-config", "print_config", "Print the resulting configuration as TOML, and train nothing."),
    ("--no-export", "no_export", "Leave no file in this folder at the end."),
    ("--json", "as_json", "Print the run's events on stdout, one JSON object a line."),
    ("--quiet", "quiet", "Print only errors and the files that were written."),
    ("--detach", "detach", "Print the run's id and return; the run goes on."),
)


@final
class RunCommand(click.Command):
    """A command whose options depend on its first argument."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Find the application first, for its options are needed to read the rest."""
        app = find_app(args)
        if app is None and (given := value_of("--config", args)) and not ctx.resilient_parsing:
            app = _app_of_file(Path(given))
            args = [app, *args] if app else args
        if app is not None and not (ctx.resilient_parsing and app not in names()):
            ctx.meta["task"] = load(app)
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """APP, every knob of the config and of the application, and the options of this command itself."""
        task: Task | None = ctx.meta.get("task")
        own = [
            click.Option([text.split()[0], name], is_flag=" " not in text, type=click.Path() if " " in text else None)
            for text, name, _ in OWN
        ]
        argument = click.Argument(["app"], required=False, shell_complete=complete_app)
        knobs = [*make_options(RunConfig), *(make_options(task.options) if task else [])]
        return [argument, *knobs, *own, *([helper] if (helper := self.get_help_option(ctx)) else [])]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options by group, with the defaults of this application."""
        task: Task | None = ctx.meta.get("task")
        if task:
            groups = help_rows(task.options, {})
            rows = [row for group in groups.values() for row in group]
            if rows:
                with formatter.section(f"Options of {task.name}"):
                    formatter.write_dl(rows)
        for group, rows in help_rows(RunConfig, task.defaults if task else {}).items():
            with formatter.section(group.capitalize()):
                formatter.write_dl(rows)
        with formatter.section("This command"):
            formatter.write_dl(
                [*((text, help_text) for text, _, help_text in OWN), ("-h, --help", "Show this and exit.")]
            )

    def invoke(self, ctx: click.Context) -> int:
        """Train. What was typed is told from what was left out by where click has it from."""
        task: Task | None = ctx.meta.get("task")
        if task is None:
            raise Usage(f"run needs an application: one of {', '.join(names()) or '(none is installed)'}")
        source = click.core.ParameterSource.COMMANDLINE
        typed = {name: value for name, value in ctx.params.items() if ctx.get_parameter_source(name) == source}
        own = {name for _, name, _ in OWN} | {"app"}
        unset = {field.name for field in (*knob_fields(RunConfig), *knob_fields(task.options)) if field.optional}
        knobs = {
            name: None if value == "none" and name in unset else value
            for name, value in typed.items()
            if name not in own
        }
        return _run(task, knobs=knobs, own=ctx.params)


command = RunCommand("run", help="Train an application: `seqtui run APP --help` shows its options and defaults.")


def _run(task: Task, *, knobs: dict[str, Any], own: dict[str, Any]) -> int:
    from seqtui.commands.run_config import check_export, default_export, gather
    from seqtui.config_check import to_toml

    if own["no_export"] and "export" in knobs:
        raise Usage("--export and --no-export exclude each other: leave one out")
    if sum(bool(own[name]) for name in ("as_json", "quiet", "detach")) > 1:
        raise Usage("--json, --quiet and --detach exclude each other: give one of them")
    config = gather(task, typed=knobs, config_file=Path(own["config_file"]) if own["config_file"] else None)
    if own["no_export"]:
        config = replace(config, export=None)
    if own["print_config"]:
        console.out(to_toml(config).rstrip("\n"))
        return ExitCode.DONE
    if config.export:
        check_export(task, config)
    pattern = None if own["no_export"] else default_export(task, config, Path.cwd())

    def finish(config: RunConfig, run: str) -> RunConfig:
        return config if config.export or not pattern else replace(config, export=str(pattern).format(id=run))

    folder = create(config, parent=Path(config.run_dir) if config.run_dir else runs_folder(), finish=finish)
    remember(folder)
    return _train(folder, own=own)


def _train(folder: RunFolder, *, own: dict[str, Any]) -> int:
    view = choose_view(as_json=own["as_json"], quiet=own["quiet"], terminal=console.is_terminal(sys.stderr))
    child = start(folder)
    if own["detach"]:
        console.out(folder.id)
        return ExitCode.DONE
    return follow_child(folder, child, view=view)


def _app_of_file(path: Path) -> str | None:
    from seqtui.config_check import read_toml

    app = read_toml(path).get("app")
    if isinstance(app, str) and app not in names():
        raise NotFound(f"{path} is for the application {app!r}, which does not exist; there are {', '.join(names())}")
    return app if isinstance(app, str) else None
