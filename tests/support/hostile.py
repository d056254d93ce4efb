"""The corpus of text that means harm: what a file, a name, a label or a log line may hold (docs/reliability.md)."""

from typing import Final

ESC: Final = "\x1b"
PAYLOADS: Final = (
    f"t{ESC}]0;P\x07",  # a window title
    f"h{ESC}]8;;http://x{ESC}\\y",  # a link
    f"c{ESC}]52;c;UFdO{ESC}\\",  # the clipboard
    f"s{ESC}[31m{ESC}[2J",  # colors, an empty screen
    f"m{ESC}[?47h{ESC}[?9h",  # modes
    "C\x9b31m\x9d0;P\x9c",  # 8-bit controls
    f"p{ESC}P1$x{ESC}\\{ESC}_G{ESC}\\",  # device and application strings
    f"r{ESC}c\x0e\x08\r\x00\x7f",  # reset, other letters, back, return
    "b\u202eDCBA\u2066\u200f\u061c",  # letters turned around
    "z\u200b\u200d\ufeff\u00ad\u2060",  # no width
    "k" + "e\u0301\u0300\u0302\u0303\u0304\u0305\u0306\u0307",  # a stack of marks
    "w家族👩\u200d👩\u200d👧🇩🇪",  # wide
    "a[/]",
    "d[b]x[/b][/c]",
    "e[@click=app.bell]f[/]",
    "l[link=file:///x]y[/link]",
    "n\n\u2028\u2029\tn",
    "u\ud800\udcff",  # half a character
)  # fmt: skip
COCKTAILS: Final = (
    f"A{ESC}]0;P\x07[/]\x9b5m\u202e\u200d",
    f"B[@click=app.bell]{ESC}[2J{ESC}P1$x{ESC}\\",
    f"C家{ESC}c[/b]\x9d0;P\x9ce\u0301\u0300\u0302\u0303",
    f"D{ESC}]52;c;UFdO\x07[b]x\u2066\r\x08",
    f"E{ESC}[?47h[link=x]\x00\ufeff👩\u200d👧\ud800",
)
"""Many harms in few cells: what is shown of a name is often its beginning."""
