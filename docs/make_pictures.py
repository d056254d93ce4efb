"""Pictures of every screen, from real short runs: `python docs/make_pictures.py --runs DIR [--only NAME …]`.

Trains what DIR does not hold yet (three minutes on two cores), then opens the app on it without a terminal, presses
keys as a person would, and writes docs/pictures/NAME.svg.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from make_pictures_runs import RUNS, as_it_stood, train_all
from make_pictures_said import write_said
from make_pictures_svg import svg
from textual.events import Paste
from textual.pilot import Pilot

from seqtui.catalog import names
from seqtui.runs.events import Attribution
from seqtui.runs.folder import RunFolder
from seqtui.runs.journal import read_events
from seqtui.runs.lock import hold
from seqtui.tui.app import SeqtuiApp
from seqtui.tui.glyphs import ASCII, FULL
from seqtui.tui.home.tour import SEEN
from seqtui.tui.memory import Memory, memory_file
from seqtui.tui.place import Services
from seqtui.tui.places import Target
from seqtui.tui.runner import Runner
from seqtui.tui.settings import Settings

PICTURES: Final = Path(__file__).parent / "pictures"
USUAL, WIDE, LOW = (120, 40), (140, 45), (120, 26)
LIVING_AT: Final = 900  # steps: where the music run stands in the pictures of training
OPINION: Final = "The soup was awful, and nobody said that the plot is fine !"
SENTENCE: Final = "Mary Smith of the Red Cross saw Paris in May ."
TO_TRANSLATE: Final = "The old black mice do not love their beautiful polite nurses."
_QUIET_TURNS: Final = 8
# The newest runs are first: the GRU, then DNA, then the LSTM.
RUNS_KEYS: Final = ("down", "down", "space", "down", "down", "space")


@dataclass(frozen=True, slots=True)
class Shot:
    """A place, the run it is opened on by name, and the keys that lead to the picture. shows: a text to wait for.

    typed: into what has the focus, before the keys; answer: a text to wait for then. opened: a file made for the
    picture, whose path is typed after the keys, and then answer is waited for.
    """

    title: str
    place: str
    run: str = ""
    keys: Sequence[str] = ()
    size: tuple[int, int] = USUAL
    theme: str = "dark"
    shows: str = ""
    living: bool = False
    app: str = ""
    typed: str = ""
    opened: str = ""
    answer: str = ""


LIVE = Shot("The live screen: a music model as it trains", "live", "chorales", size=WIDE, living=True, shows="C4")
SHOTS: Final[dict[str, Shot]] = {
    "live": LIVE,
    "home": Shot("The first screen", "home", keys=("down",) * names().index("music"), shows="chorales, gru"),
    "data": Shot("Data sets by name", "data", app="speech", shows="Spoken Digit"),
    "setup": Shot("Setting up a run", "setup", app="music", shows="240 records"),
    "live-dna": Shot("The live screen: a DNA classifier", "live", "promoters", size=WIDE, shows="promoter"),
    "lags-exploding": Shot("A gradient that explodes", "live", "gain 2", ("3", "enter"), LOW, shows="C4"),
    "lags-vanishing": Shot("A gradient that vanishes", "live", "default", ("3", "enter"), LOW, shows="C4"),
    "gates": Shot("What a forget gate does", "live", "chorales", ("5", "enter"), shows="forget"),
    "studio-music": Shot("The sample studio: music", "studio", "chorales", shows="bars · seed"),
    "studio-dna": Shot("The sample studio: DNA", "studio", "promoters", shows="open"),
    "live-sentiment": Shot("Live: a model of opinions", "live", "opinions", size=WIDE, shows="What it looked at"),
    "live-ner": Shot("The live screen: a model that tags", "live", "names", size=WIDE, shows="What it tags"),
    "live-language": Shot("The live screen: a language model", "live", "letters", size=WIDE, shows="6 Sample"),
    "studio-sentiment": Shot(
        "The sample studio: opinions", "studio", "opinions", shows="open", typed=OPINION, answer="nats of its log-odds"
    ),
    "studio-ner": Shot(
        "The sample studio: names", "studio", "names", ("tab", "s"), shows="open", typed=SENTENCE, answer="Entities · "
    ),
    "studio-language": Shot("The sample studio: surprise", "studio", "letters", ("v",), shows="characters · seed"),
    "live-translation": Shot(
        "The live screen: a translator", "live", "sentences", size=WIDE, shows="What it translates"
    ),
    "live-speech": Shot("The live screen: a model that hears", "live", "spoken", size=WIDE, shows="What it hears"),
    "live-video": Shot(
        "The live screen: a model that watches", "live", "moving", ("6", "f"), size=WIDE, shows="What it watched"
    ),
    "studio-translation": Shot(
        "The sample studio: a translation", "studio", "sentences", ("tab", "tab", "tab", "down", "down"), shows="open",
        typed=TO_TRANSLATE, answer="souris",
    ),
    "studio-speech": Shot(
        "The sample studio: a recording", "studio", "spoken", ("o",), shows="✓ open", opened="said.wav",
        answer="seven three five",
    ),
    "studio-video": Shot("The sample studio: a clip", "studio", "moving", ("f",), shows="16 × 16"),
    "studio-writing": Shot(
        "Writing together", "studio", "letters", ("w", "w", "w", "l"), shows="characters · seed"
    ),
    "runs": Shot("Runs, overlaid", "runs", keys=RUNS_KEYS, shows="gain 2"),
    "help": Shot("Help", "live", "chorales", ("question_mark",), shows="1 Loss"),
    "light": Shot("The light theme", "live", "chorales", living=True, theme="light", shows="C4"),
    "deutan": Shot("Without red and green", "live", "chorales", living=True, theme="deutan", shows="C4"),
    "tritan": Shot("Without blue and yellow", "live", "promoters", theme="tritan", shows="promoter"),
    "plain": Shot("Sixteen colors and ASCII", "live", "chorales", living=True, theme="plain", shows="C4"),
    "small": Shot("At 80 columns and 24 lines", "live", "chorales", size=(80, 24), living=True, shows="C4"),
}  # fmt: skip


def main() -> None:
    """Train, look, write."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=Path, required=True, metavar="DIR", help="a home for the runs; made if missing")
    options.add_argument("--only", nargs="*", default=list(SHOTS), choices=list(SHOTS), metavar="NAME")
    given = options.parse_args()
    home = given.runs.resolve()
    os.environ.update(SEQTUI_HOME=str(home), XDG_CONFIG_HOME=str(home / "settings"), COLORTERM="truecolor")
    os.environ.pop("NO_COLOR", None)
    # The pictures of the first screen and of the table show them all.
    shots = [SHOTS[name] for name in given.only]
    runs = train_all(home, {shot.run for shot in shots} if all(shot.run for shot in shots) else RUNS)
    Memory(memory_file()).set(SEEN, True)
    PICTURES.mkdir(exist_ok=True)
    for name in given.only:
        path = PICTURES / f"{name}.svg"
        path.write_text(_take(SHOTS[name], runs, home))
        sys.stderr.write(f"{path.name}  {path.stat().st_size / 1000:.0f} kB\n")


def _take(shot: Shot, runs: dict[str, RunFolder], home: Path) -> str:
    """One picture, in an app of its own."""
    glyphs = ASCII if shot.theme == "plain" else FULL
    app = SeqtuiApp(Services(Runner(), Settings(), Memory(memory_file()), glyphs), theme=shot.theme)
    run = runs.get(shot.run)
    found: list[str] = []

    async def perform() -> None:
        async with app.run_test(size=shot.size) as pilot:
            await _until(app, pilot, lambda: shot.shows in _text(app) and "reading" not in _text(app))
            if shot.typed and app.screen.focused:
                app.screen.focused.post_message(Paste(shot.typed))
                await _until(app, pilot, lambda: shot.answer in _text(app))
            for key in shot.keys:
                await pilot.press(key)
                await _settle(app, pilot)
            if shot.opened and app.screen.focused:
                app.screen.focused.post_message(Paste(shot.opened))
                await _settle(app, pilot)
                await pilot.press("enter")
                await _until(app, pilot, lambda: shot.answer in _text(app))
            if shot.place == "studio" and shot.run == "promoters":
                await pilot.press(*_newest_sequence(runs[shot.run]))
            await _settle(app, pilot)
            found.append(svg(app.screen._compositor.render_strips(), title=shot.title))

    with ExitStack() as held:
        if shot.opened:
            write_said(home / shot.opened)
            held.enter_context(chdir(home))  # its path is its name there
        if shot.living:
            assert run
            run = as_it_stood(run, LIVING_AT, home / "then")
            held.enter_context(hold(run))
        app._first = (shot.place, Target(app=shot.app, run=run))
        asyncio.run(perform())
    return found[0]


def _newest_sequence(folder: RunFolder) -> str:
    """The validation record that the run looked at last."""
    events = [record.event for record in read_events(folder.events_file).records]
    return "".join([event for event in events if isinstance(event, Attribution)][-1].symbols)


def _text(app: SeqtuiApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def _until(app: SeqtuiApp, pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    for _ in range(3000):
        if holds():
            return
        await pilot.pause(0.02)
    raise SystemExit(f"it never came to show what was wanted:\n{_text(app)}")


async def _settle(app: SeqtuiApp, pilot: Pilot[None]) -> None:
    """Until the screen stands still."""
    quiet, before = 0, ""
    while quiet < _QUIET_TURNS:
        await pilot.pause(0.1)
        now = _text(app)
        quiet, before = (quiet + 1 if now == before else 0), now


if __name__ == "__main__":
    main()
