"""The keys of the live screen. Space is four: what it does depends on how the run stands."""

from typing import Final

from textual.binding import Binding, BindingType

from seqtui.tui.live.arrangement import PANELS

LIVE_KEYS: Final[list[BindingType]] = [
    Binding("a,f10", "menu", "menu", id="live.menu", tooltip="All that can be done now, to pick from"),
    Binding("space", "pause", "pause", id="live.pause", tooltip="Wait after this step"),
    Binding("space", "go_on", "go on", id="live.go_on", tooltip="Train on after the pause"),
    Binding("space", "take_up", "resume", id="live.resume", tooltip="Go on from the last checkpoint"),
    Binding("full_stop", "step", "step", id="live.step", tooltip="One step, then wait"),
    Binding("s,S", "sample", "sample", id="live.sample", tooltip="A sample now, with a temperature"),
    Binding("r", "rate", "rate", id="live.rate", tooltip="Another learning rate from the next step on"),
    Binding("c", "clip", "clip", id="live.clip", tooltip="Another clipping threshold from the next step on"),
    Binding("k", "save", "keep", id="live.save", tooltip="Write a checkpoint now"),
    Binding("e", "export", "export", id="live.export", tooltip="Write a file: samples, answers, or the model"),
    Binding("p", "play", "play", id="live.play", tooltip="In the sample studio, with the best weights there are"),
    Binding("d", "detach", "detach", id="live.detach", tooltip="Back to the applications; the training goes on"),
    Binding("x", "stop", "stop", id="live.stop", tooltip="Finish the step, save, end; asks first"),
    Binding("space,full_stop,s,S,r,c,k,x", "too_late", "", id="live.too_late", show=False),
    Binding("i", "summary", "summary", id="live.summary", tooltip="What came out of the run"),
    Binding("n", "next_curve", "next curve", id="live.next_curve", tooltip="The loss, then each metric"),
    Binding("escape", "app.back", "back", id="live.back", tooltip="To the place before; a training goes on"),
    Binding("right_square_bracket", "app.focus_next", "next panel", id="live.next", show=False),
    Binding("left_square_bracket", "app.focus_previous", "panel before", id="live.previous", show=False),
    *(
        Binding(str(place), f"panel('{name}')", name, id=f"live.panel{place}", show=False)
        for place, name in enumerate(PANELS, start=1)
    ),
]
