"""The launcher, in a real terminal: whatever the screen dies of, the terminal is as it was and the exit code true."""

import os
import signal
import time
from pathlib import Path

import pytest


def is_gone(pid: int) -> bool:
    """Whether a process has ended (a zombie has)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def is_whole(lines: list[str]) -> bool:
    """Whether the first screen stands there with its header, frames and keys."""
    framed = all(line[0] in "╭│╰" and line[-1] in "╮│╯" for line in lines[1:-1])
    return framed and "help" in lines[0] and "ctrl+p" in lines[-1]


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while not is_gone(pid):
        assert time.monotonic() < deadline, f"process {pid} lives on"
        time.sleep(0.02)


def test_q_leaves_with_zero_and_no_trace(terminal, home: Path) -> None:
    shown = terminal()
    shown.wait_for("Applications")
    assert "1049" in shown.left_on()
    shown.press(b"q")
    assert shown.finish() == 0
    assert shown.is_restored(), shown.left_on()
    assert "seqtui: error" not in shown.text()
    assert list((home / "log").iterdir()) == []


def test_a_killed_screen_leaves_the_terminal_as_it_was(terminal) -> None:
    shown = terminal()
    shown.wait_for("ctrl+p")
    assert {"1049", "1000", "2004", "kitty", "25"} <= shown.left_on()
    os.kill(shown.child, signal.SIGKILL)
    assert shown.finish() == 128 + signal.SIGKILL
    assert shown.is_restored(), shown.left_on()
    assert "Killed" in shown.text()
    assert "tui-" in shown.text().replace("\n", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("whom", ["launcher", "child"])
def test_a_signal_ends_both_and_restores(terminal, number: int, whom: str) -> None:
    shown = terminal()
    shown.wait_for("ctrl+p")
    child = shown.child
    os.kill(getattr(shown, whom), number)
    assert shown.finish() == 128 + number
    assert shown.is_restored(), shown.left_on()
    assert "seqtui: error" not in shown.text()
    wait_until_gone(child)


def test_a_stopped_screen_that_is_to_end_ends(terminal) -> None:
    shown = terminal()
    shown.wait_for("ctrl+p")
    child = shown.child
    os.kill(child, signal.SIGSTOP)
    shown.read_until(lambda: b"<stopped>" in shown.raw)
    assert shown.is_restored(), shown.left_on()
    os.kill(shown.launcher, signal.SIGTERM)
    shown.shell.send_signal(signal.SIGUSR1)
    assert shown.finish() == 128 + signal.SIGTERM
    wait_until_gone(child)


def test_a_screen_whose_launcher_was_killed_ends_by_itself(terminal) -> None:
    shown = terminal()
    shown.wait_for("ctrl+p")
    child = shown.child
    os.kill(shown.launcher, signal.SIGKILL)
    shown.read_until(lambda: is_gone(child))
    shown.finish()
    assert "1049" not in shown.left_on()


def test_a_screen_whose_window_was_closed_ends(terminal) -> None:
    shown = terminal()
    shown.wait_for("ctrl+p")
    child, launcher = shown.child, shown.launcher
    shown.hang_up()
    wait_until_gone(child)
    wait_until_gone(launcher)


def test_ctrl_z_gives_the_terminal_back_and_fg_paints_again(terminal) -> None:
    shown = terminal()
    shown.wait_for("ctrl+p")
    shown.press(b"\x1a")
    shown.read_until(lambda: b"<stopped>" in shown.raw)
    assert shown.is_restored(), shown.left_on()
    shown.screen.reset()
    shown.shell.send_signal(signal.SIGUSR1)
    shown.read_until(lambda: is_whole(shown.screen.display))
    assert "1049" in shown.left_on()
    shown.press(b"q")
    assert shown.finish() == 0
    assert shown.is_restored(), shown.left_on()


@pytest.mark.parametrize(
    ("term", "colors"), [("alacritty", b"38;2;"), ("xterm", b";36;49m"), ("xterm-256color", b"38;5;")]
)
def test_a_terminal_is_written_to_in_the_colors_that_its_name_tells(
    terminal, monkeypatch: pytest.MonkeyPatch, term: str, colors: bytes
) -> None:
    monkeypatch.delenv("COLORTERM")
    monkeypatch.setenv("TERM", term)
    shown = terminal()
    shown.wait_for("ctrl+p")
    assert colors in shown.raw
    assert term == "alacritty" or b"38;2;" not in shown.raw
    shown.press(b"q")
    assert shown.finish() == 0
