"""Text that means harm in every screen, in a real terminal: it is shown, and the terminal obeys none of it.

What seqtui itself may write is a small grammar (support/terminal_grammar); whatever else comes is text that acts.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from choosing import choose
from hostile import COCKTAILS, PAYLOADS
from hostile_home import STRANGER, Poison, hostile_data, hostile_settings, poisoned_config, poisoned_run
from terminal_grammar import strange

RECORDED = ("failed", "music-lstm", "dna-gru")
"""Newest first, as the screens list them."""

PANELS = {
    "failed": ("Failed.sentence", "NonFinite.tensor", "Warned.text", "NotSaved.reason"),
    "music-lstm": (
        *("DataSummary.loss_unit", "Gates.probe", "Warned.text", "CommandRefused.reason"),
        *("KnobChanged.name", "Exported.paths", "Evaluated.metrics key"),
    ),
    "dna-gru": (
        *("Gates.probe", "Attribution.record", "Attribution.truth", "Confusion.classes"),
        *("Evaluated.metrics key", "Warned.text"),
    ),
}
"""What the panels of a run are seen to show."""

ESC, ENTER, HOME = b"\x1b", b"\r", b"\x1b[H"
QUIET = 0.2  # seconds without output after which a frame is whole
Start = Callable[..., Any]


@pytest.fixture
def poison(home: Path, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Poison:
    """A hostile home, and a folder with hostile data to stand in. The parameter: which text is given which harm."""
    made = Poison(request.param)
    for recording in RECORDED:
        poisoned_run(made, recording, home / "runs")
    poisoned_config(made, home / "runs")
    hostile_settings(made, tmp_path / "settings" / "seqtui" / "settings.toml")
    hostile_data(made, tmp_path)
    monkeypatch.chdir(tmp_path)
    return made


def end(shown: Any) -> None:
    """Leave; nothing strange was ever written, and the terminal is as it was."""
    shown.press(b"\x11")
    assert shown.finish() == 0, shown.text()
    assert strange(shown.raw) == []
    assert shown.is_restored(), shown.left_on()
    assert "seqtui: error" not in shown.text()


def back(shown: Any, to: str, *, gone: str) -> None:
    """Esc, until what was over it is gone and something is seen again, in a whole frame: a key at once would be one
    with Alt.
    """
    shown.press(ESC)
    before, since = len(shown.raw), time.monotonic()

    def is_back() -> bool:
        nonlocal before, since
        if len(shown.raw) != before:
            before, since = len(shown.raw), time.monotonic()
        return time.monotonic() - since > QUIET and gone not in shown.text() and to in shown.text()

    shown.read_until(is_back)


def see(shown: Any, poison: Poison, *places: str) -> None:
    """Wait until the poisoned texts of these places are all on the screen."""

    def missing() -> list[str]:
        text = shown.text()
        return [place for place in places if poison.tag_of(place) not in text]

    try:
        shown.read_until(lambda: not missing())
    except AssertionError as error:
        raise AssertionError(f"not shown: {missing()}\n{error}") from None


def printed_whole(poison: Poison, recording: str) -> str:
    """A line of the log in which no return goes back over what stands before it."""
    places = (f"{recording} stderr {number}" for number in range(len(COCKTAILS)))
    return next(place for place in places if "\r" not in poison.text(place))


turns = pytest.mark.parametrize(
    "poison", [0, *(pytest.param(turn, marks=pytest.mark.slow) for turn in range(1, len(COCKTAILS)))], indirect=True
)


@turns
def test_home_runs_and_help_obey_no_text(terminal: Start, poison: Poison) -> None:
    shown = terminal(columns=250, lines=70)
    see(shown, poison, "settings theme", "settings id", "settings key", "config app")
    shown.press(b"?")
    shown.wait_for("Esc closes")
    shown.wait_for(poison.tag_of("settings key"))
    back(shown, "Ready", gone="Esc closes")
    shown.press(b"r")
    see(shown, poison, *(f"{each} {what}" for each in RECORDED for what in ("folder", "other name", "note")))
    shown.press(HOME + b" j jj ")
    shown.wait_for("3 marked")
    shown.wait_for("Differences")
    shown.press(b"n")
    shown.wait_for("Enter keeps")
    shown.wait_for(poison.tag_of("dna-gru other name"))
    back(shown, "3 marked", gone="Enter keeps")
    for payload in PAYLOADS:
        shown.press(b"/")
        shown.press(b"\x1b[200~:" + payload.encode(errors="ignore").replace(ESC, b"\x1b ") + b"\x1b[201~")
        shown.press(b"\x15")
    shown.press(ESC)
    shown.wait_for("3 marked")
    end(shown)


@turns
@pytest.mark.parametrize("recording", RECORDED)
def test_a_run_obeys_no_text(terminal: Start, home: Path, poison: Poison, recording: str) -> None:
    tag = poison.tag_of(f"{recording} folder")
    folder = next(each for each in (home / "runs").iterdir() if each.name.startswith(tag))
    shown = terminal("attach", str(folder), columns=250, lines=70)
    shown.wait_for("ctrl+p")
    shown.wait_for(tag)
    see(shown, poison, *(f"{recording} {what}" for what in PANELS[recording]))
    if recording == "failed":
        see(shown, poison, printed_whole(poison, recording))
    shown.press(b"i")
    shown.wait_for("Esc closes")
    back(shown, "ctrl+p", gone="Esc closes")
    end(shown)


@turns
@pytest.mark.parametrize(
    ("app", "data", "shows"),
    [("dna", "seqs.fa", ("label 0", "record 0")), ("music", "tunes", ("tune", "broken tune"))],
    ids=["dna", "music"],
)
def test_the_set_up_obeys_no_text(terminal: Start, poison: Poison, app: str, data: str, shows: tuple[str, ...]) -> None:
    shown = terminal(columns=200, lines=70)
    choose(shown, app)
    shown.press(b"n")
    shown.wait_for("y copies")
    shown.press(b"f")
    shown.wait_for("as it was")
    shown.press(data.encode())
    shown.wait_for(f"● data                 {data}")
    shown.press(ENTER)
    shown.wait_for("Enter edit")
    shown.press(b"3")
    see(shown, poison, *shows)
    end(shown)


@turns
def test_a_run_of_an_unknown_application_obeys_no_text(terminal: Start, home: Path, poison: Poison) -> None:
    shown = terminal("attach", str(home / "runs" / STRANGER), columns=140, lines=45)
    shown.wait_for("ctrl+p")
    shown.wait_for(poison.tag_of("config app"))
    end(shown)


UNCLEAN = """
import os, sys
os.environ["COLUMNS"] = "140"
import seqtui.text_safety as safety
safety.clean = lambda text, **_: text if isinstance(text, str) else text.decode(errors="replace")
from seqtui.tui.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("poison", [0], indirect=True)
@pytest.mark.usefixtures("poison")
def test_the_same_without_cleaning_is_found_out(terminal: Start) -> None:
    shown = terminal(columns=140, lines=45, program=[sys.executable, "-P", "-c", UNCLEAN])
    shown.read_until(lambda: strange(shown.raw) != [])


@pytest.mark.parametrize("payload", (*PAYLOADS, *COCKTAILS), ids=ascii)
def test_the_grammar_knows_each_harm(payload: str) -> None:
    harmless = payload.isascii() and payload.isprintable()
    assert (strange(f"\x1b[3;4Hbefore {payload} after".encode(errors="surrogatepass")) == []) is harmless
