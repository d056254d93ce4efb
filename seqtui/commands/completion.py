"""`seqtui completion SHELL`: print the script that a shell reads to complete seqtui's words."""

import click
from click.shell_completion import get_completion_class

from seqtui.commands import console

VARIABLE = "_SEQTUI_COMPLETE"


@click.command(
    epilog='bash: eval "$(seqtui completion bash)"   zsh: the same with zsh   '
    "fish: seqtui completion fish > ~/.config/fish/completions/seqtui.fish"
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell."""
    kind = get_completion_class(shell)
    assert kind is not None
    root = ctx.find_root().command
    # Not .source(): for bash that starts a bash to ask its version, and complains on stderr about old ones.
    script = kind(root, {}, "seqtui", VARIABLE)
    console.out(script.source_template % script.source_vars())
