"""Video: made clips that no single frame tells apart, a published set of hand movements, and the next frame.

    python benchmarks/video.py made --runs DIR           eight motions, beside the dense baseline, which sees one frame
    python benchmarks/video.py libras FOLDER --runs DIR  UCI Libras movement, 180 clips to learn and 180 to test
    python benchmarks/video.py next --runs DIR           the next frame of bouncing things: latent and ConvLSTM

Each training's epoch is selected by the validation loss; its test split is scored once, after training. A seed decides
split, weights and order. Finished trainings in DIR are kept, so that the command can be stopped and given again. Prints
Markdown tables.
"""

import argparse
import statistics
import sys
from pathlib import Path
from typing import Any

import torch
from dna_folds import known_runs, run_fold

from seqtui import catalog
from seqtui.config_check import make_config
from seqtui.roll_outs import AHEAD, error_name
from seqtui.runs.events import DataSummary, Evaluated
from seqtui.runs.journal import read_events

SHARED: dict[str, Any] = {"threads": 1, "device": "cpu", "telemetry": "off"}
LARGE: dict[str, Any] = {"hidden_size": 96, "embedding_size": 64, "epochs": 14}
LIBRAS: dict[str, Any] = {
    "folds": 2, "changes": True, "copies": 8, "backbone": "gru", "bidirectional": True, "pooling": "max",
    "dropout": 0.3, "epochs": 30,
}  # fmt: skip
SETTINGS: dict[str, dict[str, dict[str, Any]]] = {
    "made": {"lstm": LARGE, "dense": {"backbone": "dense", "epochs": 5}},
    "libras": {"gru, both directions": LIBRAS},
    "next": {
        "ConvLSTM": {"goal": "next", "predictor": "convlstm"},
        "latent, lstm": {"goal": "next"},
    },
}
PUBLISHED = {
    "made": "chance: 12.5 %, which is also the best that one frame alone allows",
    "libras": "published, on the archive's own 180/180: TWIESN (echo state) 79.4, MLP 78, FCN 96.4, LSTM-FCN 99",
    "next": "the floor of the loss is the entropy of the true greys, which known physics reaches with an error of 0",
}


def main() -> None:
    """Train what DIR does not hold, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benchmark", choices=sorted(SETTINGS))
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--runs", type=Path, required=True, help="folder that holds the run folders")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--set", nargs="*", default=[], metavar="FIELD=VALUE", help="changes to try")
    given = parser.parse_args()
    torch.set_flush_denormal(True)
    torch.set_num_threads(1)
    changes: dict[str, Any] = dict(each.split("=", 1) for each in given.set)
    if given.data is not None:
        changes["data"] = str(given.data.resolve())
    known = known_runs(given.runs)
    rows: dict[str, list[dict[str, Any]]] = {}
    for name, settings in SETTINGS[given.benchmark].items():
        for seed in given.seeds:
            config = make_config(catalog.load("video"), SHARED | settings | changes | {"seed": seed})
            found = scores_of(known.get(repr(config)) or run_fold(config, given.runs))
            rows.setdefault(name, []).append(found)
            print(f"{name}, seed {seed}: {found['test']}", file=sys.stderr, flush=True)
    print_table(rows, "mse" if given.benchmark == "next" else "accuracy")
    if given.benchmark == "next":
        print_drift(rows)
    print(PUBLISHED[given.benchmark])


def scores_of(path: Path) -> dict[str, Any]:
    """Loss and metrics on the test split, of the model and of the baselines."""
    found: dict[str, Any] = {}
    for record in read_events(path / "events.jsonl").records:
        match record.event:
            case DataSummary(baselines=losses, baseline_metrics=metrics):
                found["baselines"] = {name: {"loss": losses[name], **metrics.get(name, {})} for name in losses}
            case Evaluated(split="test", loss=loss, metrics=metrics):
                found["test"] = {"loss": loss, **metrics}
    return found


def print_table(rows: dict[str, list[dict[str, Any]]], metric: str) -> None:
    """One line a model, then the baselines, which are of the first model's data."""
    print(f"| predictor | {metric}, mean over seeds ± sd | each seed | test loss |\n|--|--|--|--|")
    for name, found in rows.items():
        print(line(name, [each["test"] for each in found], metric))
    first = next(iter(rows.values()))
    for name in first[0]["baselines"]:
        print(line(name, [each["baselines"][name] for each in first], metric))


def print_drift(rows: dict[str, list[dict[str, Any]]]) -> None:
    """The error of the last of so many frames that were predicted freely, each from those before it."""
    scores = {name: [each["test"] for each in found] for name, found in rows.items()}
    first = next(iter(rows.values()))
    scores |= {name: [each["baselines"][name] for each in first] for name in first[0]["baselines"]}
    names = {ahead: error_name(ahead) for ahead in AHEAD if error_name(ahead) in first[0]["test"]}
    print(f"\n| mse after so many frames | {' | '.join(map(str, names))} |\n|--|{'--|' * len(names)}")
    for predictor, found in scores.items():
        means = [f"{statistics.mean(each[name] for each in found):.4f}" for name in names.values()]
        print(f"| {predictor} | {' | '.join(means)} |")


def line(name: str, scores: list[dict[str, float]], metric: str) -> str:
    """Of one predictor; shares in percent."""
    times = 1 if metric == "mse" else 100
    digits = 5 if metric == "mse" else 2
    values = [times * each[metric] for each in scores]
    spread = f" ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else ""
    listed = ", ".join(f"{value:.{digits}f}" for value in values)
    loss = statistics.mean(each["loss"] for each in scores)
    return f"| {name} | **{statistics.mean(values):.{digits}f}**{spread} | {listed} | {loss:.4f} |"


if __name__ == "__main__":
    main()
