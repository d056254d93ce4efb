"""Textual's driver, mended: it writes to stdout (stderr is a log), and Ctrl-Z and back work under our launcher."""

import io
import os
import shutil
import sys
import termios
from typing import TYPE_CHECKING, final

from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from seqtui.text_safety import typed

if TYPE_CHECKING:
    from textual.app import App


@final
class Terminal(LinuxDriver):
    """The terminal that the launcher handed down."""

    def __init__(
        self,
        app: "App[object]",
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        # Given, so that the first paint is of the right size.
        super().__init__(app, debug=debug, mouse=mouse, size=size or shutil.get_terminal_size())
        assert sys.__stdout__ is not None
        self._file = sys.__stdout__
        if isinstance(self._file, io.TextIOWrapper):
            # What the terminal has no letter for must not end Textual's writing thread: the screen would stand still.
            self._file.reconfigure(errors="replace")
        self._asleep = False

    @property
    def can_suspend(self) -> bool:
        """Whether a shell is there to bring us back: the session has a leader outside our process group."""
        return os.getsid(0) != os.getpgrp()

    def process_message(self, message: Message) -> None:
        """Of what is pasted, only what can be seen comes in."""
        if isinstance(message, events.Paste):
            message.text = "\n".join(typed(line.expandtabs(4)) for line in message.text.splitlines())
        super().process_message(message)

    def suspend_application_mode(self) -> None:
        """Give the terminal back, once."""
        if not self._asleep:
            self._asleep = True
            super().suspend_application_mode()

    def resume_application_mode(self) -> None:
        """Take the terminal again. A SIGCONT that finds us awake, on a screen that is ours, changes nothing."""
        if not self._asleep:
            if not self._is_cooked():
                return
            super().suspend_application_mode()
        self._asleep = False
        self._must_signal_resume = True
        super().resume_application_mode()

    def stop_application_mode(self) -> None:
        """Restore the terminal. In the background its modes belong to somebody else by now."""
        if not self._is_foreground():
            self.attrs_before = None
        super().stop_application_mode()

    def _is_cooked(self) -> bool:
        try:
            return bool(termios.tcgetattr(self.fileno)[3] & termios.ICANON)
        except termios.error:
            return False

    def _is_foreground(self) -> bool:
        try:
            return os.tcgetpgrp(self.fileno) == os.getpgrp()
        except OSError:
            return False
