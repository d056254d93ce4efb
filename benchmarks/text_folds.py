"""Sentiment and named entities on published sets: cross-validation, or the set's own splits with several seeds.

    python benchmarks/text_folds.py mr FOLDER --runs DIR            sentence polarity (Pang & Lee 2005), 10 folds
    python benchmarks/text_folds.py uci FOLDER --runs DIR           sentiment labelled sentences (UCI), 10 folds
    python benchmarks/text_folds.py wikigold FOLDER --runs DIR      named entities, 5 folds by document
    python benchmarks/text_folds.py wnut17 FOLDER --runs DIR        named entities, the set's own splits
    python benchmarks/text_folds.py ncbi FOLDER --runs DIR          diseases, the set's own splits

No pretrained vectors. Each training's epoch is selected by the score of validation (a tenth of the training part where
the set has none); its test split is scored once, after training. A seed decides folds, weights and order. Finished
trainings in DIR are kept, so that the command can be stopped and given again. Prints Markdown tables.
"""

import argparse
import statistics
import sys
from pathlib import Path
from typing import Any

import torch
from dna_folds import known_runs, line, print_tables, run_fold, summary

from seqtui import catalog
from seqtui.config import RunConfig
from seqtui.config_check import make_config
from seqtui.runs.events import DataSummary, Evaluated
from seqtui.runs.journal import read_events

SHARED: dict[str, Any] = {
    "threads": 1, "kernel": "own", "device": "cpu", "telemetry": "off", "schedule": "cosine", "best_by": "score",
    "optimizer": "adamw", "backbone": "lstm", "bidirectional": True,
}  # fmt: skip
POLARITY: dict[str, Any] = {
    "app": "sentiment", "folds": 10, "valid_share": 0.1, "unit": "whitespace", "pooling": "attention",
    "hidden_size": 100, "embedding_size": 100, "dropout": 0.6, "word_dropout": 0.4, "lr": 2e-3, "batch_size": 32,
    "weight_decay": 0.05, "epochs": 10,
}  # fmt: skip
ENTITIES: dict[str, Any] = {
    "app": "ner", "hidden_size": 100, "embedding_size": 100, "dropout": 0.5, "lr": 3e-3,
    "batch_size": 16, "weight_decay": 0.05, "epochs": 15, "characters": "cnn", "affixes": 3, "rare_dropout": 1.0,
}  # fmt: skip
SETTINGS: dict[str, dict[str, Any]] = {
    "mr": POLARITY,
    "uci": POLARITY | {"unit": "word", "epochs": 15},
    "wikigold": ENTITIES | {"folds": 5, "valid_share": 0.1},
    "wnut17": ENTITIES | {"missed_cost": 1.0, "batch_size": 8},
    "ncbi": ENTITIES,
}
PUBLISHED = {
    "mr": "published, without pretrained vectors: CNN-rand 76.1 (Kim 2014), LSTM 75.7 (10 folds)",
    "uci": "no published figure for recurrent networks; bag-of-words logistic regression about 80",
    "wikigold": "no published figure for a network trained on it alone",
    "wnut17": "published, with pretrained vectors: 40.78 (SpinningBytes), 41.86 (UH-RiTUAL)",
    "ncbi": "published, with in-domain vectors: 84 to 86; CNN 80.4 (Crichton et al. 2017)",
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
        paths = []
        for config in configs_of(given.benchmark, given.data, seed, changes)[: given.folds]:
            paths.append(known.get(repr(config)) or run_fold(config, given.runs))
            print(f"seed {seed}: {spans_of(paths[-1])}", file=sys.stderr, flush=True)
        by_seed.append(paths)
    if SETTINGS[given.benchmark]["app"] == "sentiment":
        folds = [[summary(path) for path in paths] for paths in by_seed]
        for seed, each in zip(given.seeds, folds, strict=True):
            print(f"seed {seed}: {line(each)}", file=sys.stderr)
        print_tables(folds, "LSTM")
    else:
        print_spans([[spans_of(path) for path in paths] for paths in by_seed])
    print(PUBLISHED[given.benchmark])


def configs_of(benchmark: str, data: Path, seed: int, changes: dict[str, Any]) -> list[RunConfig]:
    """The configuration of every fold, or the one of a set with splits of its own."""
    values = SHARED | SETTINGS[benchmark] | changes | {"data": str(data.resolve()), "seed": seed}
    task = catalog.load(values.pop("app"))
    folds = [{"fold": fold} for fold in range(int(values.get("folds", 0)))] or [{}]
    return [make_config(task, values | fold) for fold in folds]


def spans_of(path: Path) -> dict[str, Any]:
    """The scores of one training: its own on validation and test, in percent, and those of the baselines on test."""
    found: dict[str, Any] = {"valid": [], "baselines": {}}
    for record in read_events(path / "events.jsonl").records:
        match record.event:
            case DataSummary(baseline_metrics=metrics):
                found["baselines"] = {name: 100 * score_of(each) for name, each in metrics.items()}
            case Evaluated(split="valid", metrics=metrics):
                found["valid"].append(100 * score_of(metrics))
            case Evaluated(split="test", metrics=metrics):
                found |= {"test": 100 * score_of(metrics), "metrics": metrics}
    found["valid"] = max(found["valid"])
    return found


def score_of(metrics: Any) -> float:
    """Span F1 where there is one, else accuracy."""
    return float(metrics.get("f1", metrics.get("accuracy", float("nan"))))


def print_spans(by_seed: list[list[dict[str, Any]]]) -> None:
    """F1 of the model and the baselines: the mean over a seed's folds, then over seeds."""
    print("| predictor | span F1 %, mean over seeds ± sd | each seed | validation |\n|--|--|--|--|")
    means = [statistics.mean(each["test"] for each in seed) for seed in by_seed]
    valid = statistics.mean(each["valid"] for seed in by_seed for each in seed)
    print(f"| LSTM, CRF | **{statistics.mean(means):.2f}**{spread(means)} | {listed(means)} | {valid:.2f} |")
    for name in by_seed[0][0]["baselines"]:
        means = [statistics.mean(each["baselines"][name] for each in seed) for seed in by_seed]
        print(f"| {name} | **{statistics.mean(means):.2f}**{spread(means)} | {listed(means)} | |")
    for metric in by_seed[0][0]["metrics"]:
        values = [100 * each["metrics"][metric] for seed in by_seed for each in seed]
        print(f"{metric}: {statistics.mean(values):.2f}{spread(values)}")


def spread(values: list[float]) -> str:
    """± the sample's standard deviation."""
    return f" ± {statistics.stdev(values):.2f}" if len(values) > 1 else ""


def listed(values: list[float]) -> str:
    """With two decimals."""
    return ", ".join(f"{value:.2f}" for value in values)


if __name__ == "__main__":
    main()
