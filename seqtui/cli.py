"""The command `seqtui`: a table of subcommands, each imported only when it is called, and the one place where a
failure becomes a sentence and an exit code. Must stay cheap: no torch, pydantic, numpy, textual or rich.
"""

import difflib
import os
import sys
from importlib import import_module
from types import TracebackType
from typing import Final, final

import click
from click.shell_completion import CompletionItem

from seqtui import __version__
from seqtui.commands import console
from seqtui.errors import ExitCode, SeqtuiError
from seqtui.paths import home

COMMANDS: Final[dict[str, str]] = {
    "apps": "The applications there are: what each reads, predicts and exports.",
    "run": "Train an application; the one headless door.",
    "resume": "Go on from the last good checkpoint.",
    "attach": "Follow a living run, or replay a finished one.",
    "stop": "Have a living run save and end.",
    "set": "Change a knob of a living run: lr=1e-4 max_grad_norm=0.5",
    "runs": "History, newest first, with filters such as valid_loss<=8.5",
    "compare": "Runs beside each other: results, differences, curves as CSV or SVG.",
    "sample": "Make new sequences with a trained model.",
    "predict": "Ask a trained model about your own input.",
    "evaluate": "Score a trained model on data.",
    "explain": "Show what in a sequence speaks for the class that a model gives it.",
    "export": "Write a model for other programs: onnx, safetensors.",
    "check": "The data doctor: look at files before training.",
    "data": "Data sets by name: list, fetch, where.",
    "models": "Pretrained models, and runs that can be sampled or asked.",
    "doctor": "Versions, devices, terminal, and a tiny training end to end.",
    "completion": "Print the completion script of a shell.",
}


@final
class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """All names, in the order of a first day."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        """Import the command's module; it holds the command under the name `command`."""
        if cmd_name not in COMMANDS:
            return None
        found = import_module(f"seqtui.commands.{cmd_name}").command
        assert isinstance(found, click.Command)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command to call; a misspelt one gets the nearest name."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(COMMANDS)}"
            raise click.UsageError(f"there is no command {args[0]!r}; {hint}")
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands from the table, so that a key stroke imports none of them; then options."""
        names = [CompletionItem(name, help=text) for name, text in COMMANDS.items() if name.startswith(incomplete)]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list in the help, from the table: importing every command for its first line would cost a second."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Each command has its own --help; `seqtui run music --help` shows every option of an application.",
)
@click.version_option(__version__, message="seqtui %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Train RNN, GRU and LSTM models on sequences, watch them learn, sample, export. Without a command: full screen."""
    if ctx.invoked_subcommand is None:
        from seqtui.commands.fullscreen import open_full_screen

        ctx.exit(open_full_screen())


def main() -> None:
    """Run one command and leave the process with its exit code."""
    _open_standard_streams()
    sys.excepthook = _tell_of_a_mistake
    sys.exit(_call())


def _tell_of_a_mistake(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A fault of seqtui's own: one sentence on the screen, the traceback in a file. Python exits with 1 after this."""
    import traceback

    text = "".join(traceback.format_exception(kind, error, trace))
    place = home() / "error.log"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    except OSError as failure:
        console.error(f"seqtui made a mistake ({kind.__name__}: {error}), and {place}: {failure.strerror}")
        return
    console.error(f"seqtui made a mistake ({kind.__name__}: {error}); please report it with {place}")


def _call() -> int:
    try:
        result = cli.main(prog_name="seqtui", standalone_mode=False)
        console.flush()
        return result if isinstance(result, int) else ExitCode.DONE
    except SeqtuiError as error:
        console.error(str(error))
        return error.exit_code
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        console.error(_sentence(error))
        return ExitCode.USAGE
    except (KeyboardInterrupt, click.Abort):
        return ExitCode.INTERRUPTED
    except console.ReaderGone:
        console.abandon()
        return ExitCode.DONE
    except OSError as error:
        console.error(f"{error.filename}: {error.strerror}" if error.filename else error.strerror or str(error))
        return ExitCode.FAILED


def _sentence(error: click.ClickException) -> str:
    command = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "seqtui"
    if (
        isinstance(error, click.exceptions.NoArgsIsHelpError)
        and error.ctx
        and isinstance(error.ctx.command, click.Group)
    ):
        there = ", ".join(error.ctx.command.list_commands(error.ctx))
        return f"{command} needs a command: {there}; see `{command} --help`"
    text = " ".join(error.format_message().split()).rstrip(".")
    text = text[:1].lower() + text[1:]
    return f"{text}; see `{command} --help`"


def _open_standard_streams() -> None:
    # Started with a stream closed (`<&-`), the next file that we open would be taken for it.
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
