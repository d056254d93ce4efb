"""The pictures of docs/gradients.md: `python docs/make_pictures_gradients.py --runs DIR [--only NAME …]`.

As make_pictures.py: real short runs of the command line, then the app's own panels. Every run is of music, seed 1.
"""

import argparse
import os
from pathlib import Path
from typing import Final

from make_pictures import LOW, PICTURES, Shot, _take
from make_pictures_runs import train_all

from seqtui.tui.home.tour import SEEN
from seqtui.tui.memory import Memory, memory_file

SHORT: Final = ["music", "--seed", "1", "--threads", "1", "--max-steps"]
RUNS: Final = {
    "deep tanh": [*SHORT, "5", "--backbone", "rnn", "--layers", "3"],
    "lstm": [*SHORT, "5"],
    "lstm, forget 3": [*SHORT, "5", "--forget-bias", "3"],
    "orthogonal": [*SHORT, "5", "--backbone", "rnn", "--init", "orthogonal"],
    "identity": [*SHORT, "5", "--backbone", "rnn", "--nonlinearity", "relu", "--init", "identity"],
    "gain 1.5": [*SHORT, "40", "--backbone", "rnn", "--init", "gain=1.5"],
}
LAGS, CLIPPING, GATES = ("3", "enter"), ("4", "enter"), ("5", "enter")
SHOTS: Final = {
    "lags-deep": Shot("A deep tanh network: three layers vanish", "live", "deep tanh", LAGS, LOW, shows="C4"),
    "lags-lstm": Shot("An LSTM as initialized vanishes too", "live", "lstm", LAGS, LOW, shows="C4"),
    "lags-forget": Shot("An LSTM with forget bias 3", "live", "lstm, forget 3", LAGS, LOW, shows="C4"),
    "lags-orthogonal": Shot("Orthogonal initialization", "live", "orthogonal", LAGS, LOW, shows="C4"),
    "lags-identity": Shot("ReLU from the identity, one step later", "live", "identity", LAGS, LOW, shows="C4"),
    "lags-gain": Shot("Gain 1.5 on saturating units", "live", "gain 1.5", LAGS, LOW, shows="C4"),
    "clipping": Shot("What clipping does to gain 1.5", "live", "gain 1.5", CLIPPING, LOW, shows="C4"),
    "gates-open": Shot("Forget gates that stand open", "live", "lstm, forget 3", GATES, LOW, shows="C4"),
}


def main() -> None:
    """Train, look, write."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=Path, required=True, metavar="DIR", help="a home for the runs; made if missing")
    options.add_argument("--only", nargs="*", default=list(SHOTS), choices=list(SHOTS), metavar="NAME")
    given = options.parse_args()
    home = given.runs.resolve()
    os.environ.update(SEQTUI_HOME=str(home), XDG_CONFIG_HOME=str(home / "settings"), COLORTERM="truecolor")
    os.environ.pop("NO_COLOR", None)
    runs = train_all(home, {SHOTS[name].run for name in given.only}, RUNS)
    Memory(memory_file()).set(SEEN, True)
    for name in given.only:
        (PICTURES / f"{name}.svg").write_text(_take(SHOTS[name], runs, home))


if __name__ == "__main__":
    main()
