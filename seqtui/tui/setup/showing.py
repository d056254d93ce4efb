"""Paints the panels of the set-up screen from the form's state and what was found out."""

from textual.screen import Screen
from textual.widget import Widget

from seqtui.tui.setup.backbone_panel import BackbonePanel, BackboneState
from seqtui.tui.setup.data_panel import DataPanel
from seqtui.tui.setup.draft import Draft
from seqtui.tui.setup.fields_panel import FieldsPanel
from seqtui.tui.setup.foot import CommandPanel, FoldTabs, TrainButton
from seqtui.tui.setup.layout import PANELS
from seqtui.tui.setup.research import Research
from seqtui.tui.setup.shape_panel import ShapePanel, ShapeState
from seqtui.tui.setup.unrolled import TRANSCRIPT, sampled_shape, trained_shape


def show_form(screen: Screen[None], draft: Draft, research: Research) -> None:
    """Everything that hangs on the form."""
    config = draft.verdict.nearest
    screen.query_one(FieldsPanel).show(draft.states())
    screen.query_one(ShapePanel).show(
        ShapeState(
            trained_shape(draft.task, config.options),
            sampled_shape(draft.task, config.options),
            config.layers,
            config.bidirectional,
            config.backbone != "dense",
            draft.task.head_kind_for(config.options) == TRANSCRIPT,
        )
    )
    screen.set_class(config.layers > 1, "-deep")
    show_backbone(screen, draft, research)
    _show_command(screen, draft)


def show_found(screen: Screen[None], draft: Draft, research: Research) -> None:
    """What is known of the data, and what hangs on it."""
    screen.query_one(DataPanel).show(draft.verdict.nearest.data, research.found, reads=draft.task.reads)
    show_backbone(screen, draft, research)


def show_backbone(screen: Screen[None], draft: Draft, research: Research) -> None:
    """The backbone, its size and its pace."""
    config = draft.verdict.nearest
    state = BackboneState(
        config, research.sizes(config), research.pace(config), draft.verdict.blocked.get("bidirectional", "")
    )
    screen.query_one(BackbonePanel).show(state)


def bring(screen: Screen[None], name: str) -> None:
    """Where panels are folded, put one in front."""
    for each in PANELS:
        panel = screen.query_one(f"#{each}", Widget)
        panel.set_class(each == name, "-front")
        if name != "fields":
            panel.set_class(each == name, "-side")
    screen.query_one(FoldTabs).show(name)


def _show_command(screen: Screen[None], draft: Draft) -> None:
    command, config = screen.query_one(CommandPanel), draft.verdict.config
    if config:
        # Here, for it brings pydantic; by now it is there.
        from seqtui.commands.command_line import command_words, quoted

        command.show(quoted(command_words(draft.task, config)))
    elif draft.is_judged:
        command.show_faults(draft.verdict)
    screen.query_one(TrainButton).show(ready=config is not None)
