"""Cross-validated accuracy on two sets of UCI: splice junctions (10-fold, all 3,190) and promoters (leave-one-out).

    python benchmarks/dna_folds.py splice PATH/splice.data --runs DIR
    python benchmarks/dna_folds.py promoters PATH/promoters.data --runs DIR

Folds are stratified, and records with one sequence, on either strand, are in one fold. Each fold's epoch is selected on
a part of its training records (splice) or is the last one (promoters); its test split is scored once, after training.
A seed decides the folds, the weights and the order. Finished folds in DIR are kept, so that the command can be stopped
and given again. Prints Markdown tables.
"""

import argparse
import os
import statistics
import sys
from pathlib import Path
from typing import Any

import torch

from seqtui import catalog
from seqtui.config import RunConfig
from seqtui.config_check import make_config
from seqtui.engine.child import run_child
from seqtui.runs import folder as folders
from seqtui.runs.events import Confusion, DataSummary, Evaluated, Finished
from seqtui.runs.journal import read_events

SHARED: dict[str, Any] = {
    "backbone": "gru", "bidirectional": True, "threads": 1, "kernel": "own", "device": "cpu", "telemetry": "off",
    "positions": True, "schedule": "cosine",
}  # fmt: skip
SETTINGS: dict[str, dict[str, Any]] = {
    "splice": {
        "folds": 10, "context": 9, "pooling": "mean", "hidden_size": 48, "embedding_size": 32, "dropout": 0.3,
        "epochs": 20, "batch_size": 32, "lr": 3e-3, "valid_share": 0.1,
    },
    "promoters": {
        "folds": 106, "context": 1, "pairs": True, "pooling": "sites", "backbone": "rnn", "hidden_size": 32,
        "embedding_size": 64, "dropout": 0.3, "epochs": 30, "batch_size": 16, "lr": 5e-3, "valid_share": 0.0,
        "eval_every": 1000,
    },
}  # fmt: skip
PUBLISHED = {
    "splice": "published: RNN 93.9, CNN 94.5, gradient boosting 97.3 % (OpenReview SecenRECUY, split not stated)",
    "promoters": "published errors of 106: KBANN 4, back-propagation 8, O'Neill 12, nearest neighbor 13, ID3 19",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benchmark", choices=sorted(SETTINGS))
    parser.add_argument("data", type=Path)
    parser.add_argument("--runs", type=Path, required=True, help="folder that holds the run folders")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--folds", type=int, help="only so many of the folds, to try settings")
    parser.add_argument("--set", nargs="*", default=[], metavar="FIELD=VALUE", help="changes to try")
    given = parser.parse_args()
    torch.set_flush_denormal(True)
    torch.set_num_threads(1)
    changes = dict(each.split("=", 1) for each in given.set)
    known = known_runs(given.runs)
    by_seed = []
    for seed in given.seeds:
        configs = fold_configs(given.benchmark, given.data, seed, changes)[: given.folds]
        by_seed.append([summary(known.get(repr(each)) or run_fold(each, given.runs)) for each in configs])
        print(f"seed {seed}: {line(by_seed[-1])}", file=sys.stderr, flush=True)
    print_tables(by_seed, configs[0].backbone.upper())
    print(PUBLISHED[given.benchmark])


def fold_configs(benchmark: str, data: Path, seed: int, changes: dict[str, Any]) -> list[RunConfig]:
    """The configuration of every fold."""
    values = SHARED | SETTINGS[benchmark] | changes | {"data": str(data.resolve()), "seed": seed}
    return [make_config(catalog.load("dna"), values | {"fold": fold}) for fold in range(int(values["folds"]))]


def known_runs(runs: Path) -> dict[str, Path]:
    """Configuration -> folder of the runs that are finished already."""
    found = {}
    for place in runs.glob("*/config.json"):
        run = folders.open_folder(place.parent)
        events = [record.event for record in read_events(run.path / "events.jsonl").records]
        if any(isinstance(event, Finished) and event.why != "interrupted" for event in events):
            found[repr(run.read_config())] = run.path
    return found


def run_fold(config: RunConfig, runs: Path) -> Path:
    """Train and test one fold, in a fork of this process, which has loaded everything already."""
    made = folders.create(config, parent=runs)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = int(run_child(made.path))
        finally:
            os._exit(code)
    if os.waitpid(child, 0)[1]:
        sys.exit(f"a fold failed; see {made.path}")
    return made.path


def summary(path: Path) -> dict[str, Any]:
    """What one fold says of itself."""
    found: dict[str, Any] = {"finished": False, "valid": []}
    for record in read_events(path / "events.jsonl").records:
        match record.event:
            case DataSummary(baseline_metrics=metrics):
                found["baselines"] = {name: scores["accuracy"] for name, scores in metrics.items()}
            case Evaluated(split="test", metrics=metrics, steps=steps):
                found |= {"accuracy": metrics["accuracy"], "records": steps}
            case Evaluated(split="valid", loss=loss, metrics=metrics):
                found["valid"].append((loss, metrics["accuracy"]))
            case Confusion(split="test", classes=classes, counts=counts):
                found |= {"classes": classes, "counts": counts}
            case Finished(seconds=seconds, why=why):
                found |= {"seconds": seconds, "finished": why != "interrupted"}
    return found


def line(folds: list[dict[str, Any]]) -> str:
    """One seed in a few words."""
    errors, records = errors_of(folds), sum(each["records"] for each in folds)
    accuracies = [each["accuracy"] for each in folds]
    best = [min(each["valid"]) for each in folds]
    spread = statistics.stdev(accuracies) if len(accuracies) > 1 else 0.0
    return (
        f"{errors} errors of {records} ({100 * (1 - errors / records):.2f} % right), folds {100 * spread:.2f} sd; "
        f"validation loss {statistics.mean(loss for loss, _ in best):.4f}, "
        f"accuracy {100 * statistics.mean(accuracy for _, accuracy in best):.2f} %; "
        f"{sum(each['seconds'] for each in folds):.0f} s"
    )


def errors_of(folds: list[dict[str, Any]]) -> int:
    """Sequences labelled wrongly in all folds."""
    return sum(sum(row) - row[index] for each in folds for index, row in enumerate(each["counts"]))


def print_tables(by_seed: list[list[dict[str, Any]]], model: str) -> None:
    """The model and the trivial baselines, and the errors of each class."""
    folds = [fold for seed in by_seed for fold in seed]
    records = [fold["records"] for fold in folds]
    print("| predictor | accuracy %, mean over seeds ± sd | sd over folds | errors of each seed |\n|--|--|--|--|")
    rates = [100 * (1 - errors_of(seed) / sum(fold["records"] for fold in seed)) for seed in by_seed]
    print(row(model, rates, [fold["accuracy"] for fold in folds], [errors_of(seed) for seed in by_seed]))
    for name in folds[0]["baselines"]:
        wrong = [sum(round((1 - fold["baselines"][name]) * fold["records"]) for fold in seed) for seed in by_seed]
        totals = [sum(fold["records"] for fold in seed) for seed in by_seed]
        rates = [100 * (1 - errors / total) for errors, total in zip(wrong, totals, strict=True)]
        print(row(name, rates, [fold["baselines"][name] for fold in folds], wrong))
    classes = folds[0]["classes"]
    counts = [[sum(fold["counts"][i][j] for fold in folds) for j in range(len(classes))] for i in range(len(classes))]
    for index, name in enumerate(classes):
        total = max(sum(counts[index]), 1)
        print(f"class {name}: {100 * (total - counts[index][index]) / total:.2f} % wrong")
    print(f"{len(by_seed)} seeds, {len(folds)} trainings of {statistics.mean(records):.0f} test records each")


def row(name: str, rates: list[float], folds: list[float], errors: list[int]) -> str:
    """One line of the table."""
    spread = f" ± {statistics.stdev(rates):.2f}" if len(rates) > 1 else ""
    within = f"{100 * statistics.stdev(folds):.2f}" if len(folds) > 1 else ""
    return f"| {name} | **{statistics.mean(rates):.2f}**{spread} | {within} | {', '.join(map(str, errors))} |"


if __name__ == "__main__":
    main()
