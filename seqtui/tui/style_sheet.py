"""What holds for the look of every place. A widget's own look stands in its file."""

from typing import Final

STYLE_SHEET: Final = """
* { scrollbar-size-vertical: 1; scrollbar-size-horizontal: 1; }

.panel {
    border: round $border-blurred;
    border-title-color: $foreground;
    border-title-style: bold;
    border-subtitle-color: $quiet;
    background: $background;
    padding: 0 1;
}
.panel:focus, .panel:focus-within { border: round $border; border-title-color: $accent; }
.-ascii .panel { border: ascii $border-blurred; }
.-ascii .panel:focus, .-ascii .panel:focus-within { border: ascii $border; }

.dialog {
    border: round $border;
    border-title-color: $accent;
    border-title-style: bold;
    background: $surface;
    padding: 1 2;
    height: auto;
    max-width: 90%;
    max-height: 90%;
}
.-ascii .dialog { border: ascii $border; }
.dialog OptionList, .dialog OptionList:focus { border: none; background-tint: $foreground 0%; }
ModalScreen { align: center middle; background: $background 60%; }
App.-ascii ModalScreen { background: $background; }
Toast { background: $panel; }
OptionList { min-width: 8; }
.-ascii #about { border-top: ascii $border-blurred; }
.-ascii OptionList { text-overflow: clip; }
SearchIcon { display: none; }
.-ascii CommandPalette #--input { border: ascii $border-blurred; }
.-ascii CommandPalette #--input.--list-visible { border-bottom: none; }
.-ascii CommandPalette CommandList { border: none; }
"""
