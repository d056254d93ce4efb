"""Negative log-likelihood per frame on a Boulanger-Lewandowski set, in the protocol of Bai et al. (2018).

    python benchmarks/music_nll.py jsb PATH/JSB_Chorales.mat --runs DIR
    python benchmarks/music_nll.py nottingham PATH/Nottingham.mat --runs DIR
    python benchmarks/music_nll.py jsb-best PATH/JSB_Chorales.mat --runs DIR

Published splits, 88 keys, next frame, no transposition; sum of the 88 binary cross-entropies in nats, mean over all
frames of the split but each piece's first; epoch selected on validation; test scored once, after training.
Finished runs in DIR are kept, so the command can be stopped and given again. Prints a Markdown table.
"""

import argparse
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from seqtui import catalog
from seqtui.config_check import make_config
from seqtui.runs import finding, folder
from seqtui.runs.events import DataSummary, Evaluated, Finished, Started
from seqtui.runs.journal import read_events

PUBLISHED = {
    "jsb": {"rnn": 8.91, "gru": 8.43, "lstm": 8.45},
    "nottingham": {"rnn": 4.05, "gru": 3.46, "lstm": 3.29},
    "jsb-best": {"lstm": 8.10},  # their TCN
}
SHARED: dict[str, Any] = {"representation": "frames", "transpose": 0, "threads": 1, "max_grad_norm": 1.0}
PLATEAU: dict[str, Any] = {
    "hidden_size": 200, "embedding_size": 200, "dropout": 0.5, "epochs": 300,
    "schedule": "plateau", "plateau_patience": 5, "patience": 25,
}  # fmt: skip
ONECYCLE: dict[str, Any] = {
    "hidden_size": 256, "embedding_size": 200, "batch_size": 4, "bptt": 50, "schedule": "onecycle",
}  # fmt: skip
SETTINGS: dict[str, dict[str, dict[str, Any]]] = {
    "jsb": {
        "rnn": PLATEAU | {"batch_size": 16, "lr": 2e-3},
        "gru": PLATEAU | {"batch_size": 4, "lr": 1e-3, "dropout": 0.4},
        "lstm": PLATEAU | {"batch_size": 16, "lr": 2e-3},
    },
    "nottingham": {
        "rnn": ONECYCLE | {"lr": 1e-3, "epochs": 36, "dropout": 0.3},
        "gru": ONECYCLE | {"lr": 1e-3, "epochs": 46, "dropout": 0.4, "forget_bias": 1.0},
        "lstm": ONECYCLE | {
            "hidden_size": 400, "lr": 2e-3, "epochs": 60, "dropout": 0.5, "forget_bias": 1.0,
            "optimizer": "adamw", "weight_decay": 0.02,
        },
    },
    # Beyond the protocol: training pieces are transposed by up to 5 semitones, and the model is larger.
    "jsb-best": {
        "lstm": ONECYCLE | {
            "transpose": 5, "hidden_size": 400, "lr": 2e-3, "epochs": 40, "dropout": 0.5, "forget_bias": 1.0,
            "bptt": 0,
        },
    },
}  # fmt: skip


def run_once(benchmark: str, kind: str, seed: int, data: Path, runs: Path, changes: dict[str, Any]) -> Path:
    """Train one row, unless it is there already; its run folder."""
    values = (
        SHARED | SETTINGS[benchmark][kind] | changes | {"backbone": kind, "seed": seed, "data": str(data.resolve())}
    )
    config = make_config(catalog.load("music"), values)
    for place in runs.glob("*/config.json"):
        known = finding.open_folder(place.parent)
        if known.read_config() == config and summary(known.path)["finished"]:
            return known.path
    made = folder.create(config, parent=runs)
    subprocess.run([sys.executable, "-P", "-m", "seqtui.engine", str(made.path)], check=True)
    return made.path


def summary(path: Path) -> dict[str, Any]:
    """What a run says of itself."""
    found: dict[str, Any] = {"finished": False, "path": path}
    for record in read_events(path / "events.jsonl").records:
        match record.event:
            case Started(parameters=parameters):
                found["parameters"] = parameters
            case DataSummary(baselines=baselines):
                found["baselines"] = baselines
            case Evaluated(split="test", loss=loss):
                found["test"] = loss
            case Finished(best_loss=best_loss, epoch=epoch, seconds=seconds, why=why):
                found |= {"valid": best_loss, "epochs": epoch, "seconds": seconds, "finished": True, "why": why}
    return found


def row(kind: str, rows: list[dict[str, Any]], published: float) -> str:
    """One line of the table."""
    tests, valids = [each["test"] for each in rows], [each["valid"] for each in rows]
    spread = statistics.stdev(tests) if len(tests) > 1 else 0.0
    seconds = statistics.mean(each["seconds"] for each in rows)
    return (
        f"| {kind} | {rows[0]['parameters']:,} | **{statistics.mean(tests):.3f}** ± {spread:.3f} | "
        f"{statistics.mean(valids):.3f} | {published:.2f} | {', '.join(f'{test:.3f}' for test in tests)} | "
        f"{statistics.mean(each['epochs'] for each in rows):.0f} | {seconds:.0f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benchmark", choices=sorted(SETTINGS))
    parser.add_argument("data", type=Path)
    parser.add_argument("--runs", type=Path, required=True, help="folder that holds the run folders")
    parser.add_argument("--backbones", nargs="+", help="all of the benchmark if left out")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--set", nargs="*", default=[], metavar="FIELD=VALUE", help="changes to try")
    given = parser.parse_args()
    changes = dict(each.split("=", 1) for each in given.set)
    print(
        "| backbone | parameters | test NLL/frame, mean ± sd | validation | published | each seed | epochs | seconds |"
    )
    print("|--|--|--|--|--|--|--|--|")
    floors: dict[str, float] = {}
    for kind in given.backbones or SETTINGS[given.benchmark]:
        rows = [summary(run_once(given.benchmark, kind, seed, given.data, given.runs, changes)) for seed in given.seeds]
        floors = rows[0]["baselines"]
        print(row(kind, rows, PUBLISHED[given.benchmark][kind]), flush=True)
    print("floors: " + ", ".join(f"{name} {loss:.2f}" for name, loss in floors.items()))


if __name__ == "__main__":
    main()
