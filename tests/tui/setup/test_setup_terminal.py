"""The set-up screen in a real terminal: by keys from the first screen, with a file that means harm."""

import json
from pathlib import Path

HOSTILE = "[/b][red]\x1b]0;PWNED\x07\x1b[2J\x9b31m\x1bP1$x\x1b\\"


def test_a_hostile_file_is_shown_and_nothing_in_it_acts(terminal, tmp_path: Path) -> None:
    evil = tmp_path / "evil.toml"
    fields = {"name": HOSTILE, "lr": HOSTILE, "data": HOSTILE, "device": HOSTILE, HOSTILE: 1}
    evil.write_text("\n".join(f"{json.dumps(name)} = {json.dumps(value)}" for name, value in fields.items()))
    shown = terminal(columns=120, lines=40)
    shown.wait_for("ctrl+p")
    shown.press(b"n")
    shown.wait_for("The same from a shell")
    shown.wait_for("y copies")
    shown.press(b"o")
    shown.wait_for("Load a TOML file")
    shown.press(str(evil).encode() + b"\r")
    shown.wait_for("[/b][red]␛]0;P")
    shown.wait_for("no such fields")
    shown.press(b"/")
    shown.wait_for("words of a field")
    shown.press(b"a name for\r")
    shown.wait_for("A name for the run")
    shown.press(b"\r")
    shown.wait_for("as it was")
    shown.press(b"\x1b[200~" + HOSTILE.encode() + b"\x1b[201~")
    shown.press(b"\r")
    shown.wait_for("Enter edit")
    for harm in (b"\x1b]0;", b"\xc2\x9b", b"\x1bP1$x"):
        at = shown.raw.find(harm)
        assert at < 0, shown.raw[max(at - 30, 0) : at + 10]
    shown.press(b"\x11")
    assert shown.finish() == 0
    assert shown.is_restored(), shown.left_on()
