"""What a person set: a bad file never stops the app, and says what is wrong with it."""

import asyncio
import re
from pathlib import Path

import pytest
from textual.dom import DOMNode

from seqtui.shapes import IOShape
from seqtui.tui import themes
from seqtui.tui.app import SeqtuiApp
from seqtui.tui.glyphs import ASCII
from seqtui.tui.home.facts import clock
from seqtui.tui.keymap import faults, key_name
from seqtui.tui.memory import Memory
from seqtui.tui.places import PLACES, screen_class
from seqtui.tui.settings import Settings, read_settings, remember_theme, settings_file
from seqtui.tui.shape_diagram import unrolled


def read(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    return read_settings(path)


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "none.toml") == Settings()


def test_a_good_file_is_used(tmp_path: Path) -> None:
    settings = read(tmp_path, 'theme = "light"\nmouse = false\n[keys]\nhome.train = "f5,t"\n"app.quit" = "ctrl+x"\n')
    assert settings == Settings(theme="light", mouse=False, keys={"home.train": "f5,t", "app.quit": "ctrl+x"})


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("theme = ", "is not valid TOML"),
        ("theme = 7", "theme = 7 is not allowed: give one of auto, dark, light"),
        ('theem = "dark"', "there is no setting theem; did you mean theme?"),
        ("niceness = true", "niceness = True is not allowed"),
        ("keys = 3", "[keys] must be a table"),
        ("[keys]\napp.quit = 3", "needs a key in quotes"),
        ('"\\u001b[31m" = 1', "␛[31m"),
    ],
)
def test_a_bad_file_gives_the_defaults_and_a_notice(tmp_path: Path, text: str, notice: str) -> None:
    settings = read(tmp_path, text)
    assert (settings.theme, dict(settings.keys)) == ("auto", {})
    assert len(settings.notices) == 1
    assert notice in settings.notices[0]


@pytest.mark.parametrize("data", [b"\xff\xfe", b"\0" * 10, b"[" * 5000])
def test_a_file_of_garbage_is_only_a_notice(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(data)
    assert len(read_settings(path).notices) == 1


def test_the_theme_is_remembered_and_other_lines_stay(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.toml"
    remember_theme(path, "light")
    assert path.read_text() == 'theme = "light"\n'
    path.write_text('# mine\ntheme = "dark"  \nmouse = false\n[keys]\n"app.quit" = "x"\n')
    remember_theme(path, "deutan")
    assert path.read_text() == '# mine\ntheme = "deutan"\nmouse = false\n[keys]\n"app.quit" = "x"\n'
    path.write_text('[keys]\n"app.theme" = "x"\n')
    remember_theme(path, "light")
    assert read_settings(path).theme == "light"


def test_every_binding_has_an_id_of_its_own() -> None:
    places = [screen_class(name) for name in PLACES]
    kinds: list[type[DOMNode]] = [SeqtuiApp, *places, *(kind for place in places for kind in place.KEYED)]
    ids = [binding.id for kind in kinds for binding in kind.__dict__.get("BINDINGS", ())]
    assert None not in ids
    assert len(ids) == len(set(ids))


def test_a_key_for_nothing_gets_a_suggestion() -> None:
    assert faults({"home.train": "x"}, [SeqtuiApp]) == []
    assert faults({"home.trian": "x"}, [SeqtuiApp]) == ["keys: there is no home.trian; did you mean home.train?"]


def test_a_key_can_be_moved_and_the_old_one_does_nothing(home: Path) -> None:
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text('[keys]\napp.help = "f9"\n')

    async def play() -> None:
        app = SeqtuiApp.from_disk()
        async with app.run_test() as pilot:
            await pilot.press("question_mark")
            assert len(app.screen_stack) == 1
            await pilot.press("f9")
            assert len(app.screen_stack) == 2

    assert home.exists()
    asyncio.run(play())


@pytest.mark.parametrize(
    ("variables", "theme"),
    [
        ({"TERM": "xterm-256color"}, "dark"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "dark"),
        ({"TERM": "xterm"}, "plain"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "plain"),
    ],
)
def test_the_terminal_chooses_the_theme(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], theme: str) -> None:
    for name in ("NO_COLOR", "COLORTERM", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert themes.choose("auto") == theme


def test_without_color_nothing_is_colored_and_in_ascii_all_is_ascii(terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("LANG", "C")
    shown = terminal()
    shown.wait_for("default")
    styles = {code for found in re.findall(rb"\x1b\[([0-9;]*)m", shown.raw) for code in found.split(b";") if code}
    assert styles <= {b"0", b"1", b"2", b"3", b"4", b"7", b"39", b"49"}
    assert shown.text().isascii(), shown.text()


def test_every_theme_names_a_color_for_every_meaning() -> None:
    assert [theme.name for theme in themes.THEMES] == ["dark", "light", "deutan", "tritan", "plain"]
    for theme in themes.THEMES:
        assert set(themes.MEANINGS) <= theme.variables.keys()


def test_memory_survives_and_garbage_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "state" / "tui.json"
    Memory(path).set("layout", [1, 2])
    assert Memory(path).get("layout") == [1, 2]
    path.write_text("[[[")
    assert Memory(path).get("layout") is None


@pytest.mark.parametrize("shape", IOShape)
def test_every_shape_has_a_diagram(shape: IOShape) -> None:
    lines = unrolled(shape)
    assert len(lines) == 5
    assert "▢" in lines[2]
    assert ASCII.text("\n".join(lines)).isascii()


def test_keys_are_named_as_people_say_them() -> None:
    assert [key_name(key) for key in ("question_mark", "ctrl+p", "upper_s", "full_stop", "f1", "enter")] == [
        "?", "ctrl+p", "S", ".", "f1", "Enter",
    ]  # fmt: skip


def test_a_run_is_dated_by_hour_then_day_then_year() -> None:
    now = 1_800_000_000.0
    assert clock(now, now)[2] == ":"
    assert len(clock(now - 3 * 86_400, now)) == 6
    assert clock(now - 3 * 366 * 86_400, now).isdigit()
