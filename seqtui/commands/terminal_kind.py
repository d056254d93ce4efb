"""What the environment says of the terminal: colors, letters. Nothing is asked of the terminal itself here."""

import os


def has_many_colors() -> bool:
    """Whether the terminal says it has at least 256 colors."""
    if has_all_colors():
        return True
    term = os.environ.get("TERM", "")
    return "256color" in term or "direct" in term or term in ("xterm-kitty", "alacritty", "foot", "xterm-ghostty")


def has_all_colors() -> bool:
    """Whether the terminal says it has 16 million colors."""
    return os.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit")


def takes_ascii_only() -> bool:
    """Whether the locale or the terminal forbids anything but ASCII: LANG=C, or the Linux console."""
    # Under LANG=C Python itself sets LC_CTYPE to C.UTF-8 (PEP 538); that says nothing about the terminal.
    kind = os.environ.get("LC_CTYPE", "")
    wanted = os.environ.get("LC_ALL") or ("" if kind == "C.UTF-8" else kind) or os.environ.get("LANG", "")
    return os.environ.get("TERM") == "linux" or wanted in ("C", "POSIX")
