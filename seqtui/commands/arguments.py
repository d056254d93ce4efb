"""What a person names on the command line: an application, a run, a model; how a shell completes them.

Must not import torch, pydantic or numpy: completion has to answer between two key strokes.
"""

from collections.abc import Callable
from typing import TypeVar

import click
from click.shell_completion import CompletionItem

from seqtui.catalog import names
from seqtui.commands.finite import FiniteRange
from seqtui.errors import NotFound
from seqtui.runs.finding import LAST, newest_first
from seqtui.runs.models import pretrained, trained

Command = TypeVar("Command", bound=Callable[..., None])


def language_model_options(command: Command) -> Command:
    """--language-model, --lm-weight and --lm-bonus: what has a say in transcripts."""
    model = click.option(
        "--language-model", metavar="MODEL", help="A language model of characters that has a say in transcripts."
    )
    weight = click.option(
        "--lm-weight", type=FiniteRange(0, 10), default=0.5, show_default=True, help="Weight of its say."
    )
    bonus = click.option(
        "--lm-bonus",
        type=FiniteRange(-20, 20),
        default=0.0,
        show_default=True,
        help="What each symbol is worth beside its say, in nats; a language model alone prefers short texts.",
    )
    return model(weight(bonus(command)))


def complete_app(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Applications that begin so."""
    return _beginning(incomplete, list(names()))


def complete_run(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Runs that begin so, newest first; folders where it looks like a path."""
    if "/" in incomplete:
        return [CompletionItem(incomplete, type="dir")]
    return _beginning(incomplete, [LAST, *(folder.id for folder in newest_first())])


def complete_model(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Pretrained models, and runs with a checkpoint, that begin so."""
    if "/" in incomplete:
        return [CompletionItem(incomplete, type="dir")]
    try:
        shipped = [place.name for place in pretrained()]
    except NotFound:
        shipped = []
    return _beginning(incomplete, [*shipped, LAST, *(place.name for place in trained())])


def _beginning(incomplete: str, candidates: list[str]) -> list[CompletionItem]:
    return [CompletionItem(text) for text in candidates if text.startswith(incomplete)]
