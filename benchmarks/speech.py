"""Speech on the Free Spoken Digit Dataset: its official split, voices never heard, and digit strings.

    python benchmarks/speech.py fsdd FOLDER --runs DIR        single digits, recordings 0–4 of each speaker are the test
    python benchmarks/speech.py speakers FOLDER --runs DIR    single digits, each of the six speakers left out in turn
    python benchmarks/speech.py strings FOLDER --runs DIR     transcripts of strings of 2 to 5 digits of one speaker

Strings are joined from the recordings of each split of the official split. Each training's epoch is selected by the
loss on validation, a tenth of the training recordings; its test split is scored once, after training (strings greedily,
along the likeliest path). Finished trainings in DIR are kept, so that the command can be stopped and given again. One
thread. Prints Markdown tables.
"""

import argparse
import statistics
import sys
from pathlib import Path
from typing import Any

import torch
from dna_folds import run_fold

from seqtui import catalog
from seqtui.config import RunConfig
from seqtui.config_check import make_config
from seqtui.readers.speech.layouts import read_speech
from seqtui.readers.speech.recording_set import speakers_of
from seqtui.runs import folder as folders
from seqtui.runs.events import DataSummary, Evaluated, Finished
from seqtui.runs.journal import read_events

SHARED: dict[str, Any] = {"threads": 1, "kernel": "own", "device": "cpu", "telemetry": "off"}
SETTINGS: dict[str, dict[str, Any]] = {
    "fsdd": {"epochs": 20},
    # Whose voice is new is heard through its own mean and deviation, taken over all that it says.
    "speakers": {"epochs": 12, "normalise": "speaker", "time_masks": 2, "band_masks": 2},
    "strings": {
        "goal": "transcript",
        "join": 5,
        "unit": "word",
        "stack": 3,
        "epochs": 12,
        "hidden_size": 96,
        "lr": 3e-3,
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benchmark", choices=sorted(SETTINGS))
    parser.add_argument("data", type=Path)
    parser.add_argument("--runs", type=Path, required=True, help="folder that holds the run folders")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--set", nargs="*", default=[], metavar="FIELD=VALUE", help="changes to try")
    given = parser.parse_args()
    torch.set_flush_denormal(True)
    torch.set_num_threads(1)
    known = known_runs(given.runs)
    changes = dict(each.split("=", 1) for each in given.set)
    rows = []
    for seed in given.seeds:
        for name, config in configs_of(given.benchmark, given.data, seed, changes):
            scores = scores_of(known.get(repr(config)) or run_fold(config, given.runs))
            print(f"seed {seed}, {name}: {scores}", file=sys.stderr, flush=True)
            rows.append((seed, name, scores))
    print_rows(rows)


def known_runs(runs: Path) -> dict[str, Path]:
    """Configuration -> folder of the runs that are finished already."""
    found = {}
    for place in runs.glob("*/config.json"):
        run = folders.open_folder(place.parent)
        events = [record.event for record in read_events(run.path / "events.jsonl").records]
        if any(isinstance(event, Finished) and event.why != "interrupted" for event in events):
            found[repr(run.read_config())] = run.path
    return found


def configs_of(benchmark: str, data: Path, seed: int, changes: dict[str, Any]) -> list[tuple[str, RunConfig]]:
    """What each training is called, and its configuration."""
    values = SHARED | SETTINGS[benchmark] | changes | {"data": str(data.resolve()), "seed": seed}
    splits = {"official split": "auto"}
    if benchmark == "speakers":
        splits = {name: f"speaker:{name}" for name in speakers_of(read_speech(data).utterances)}
    task = catalog.load("speech")
    return [(name, make_config(task, values | {"split": split})) for name, split in splits.items()]


def scores_of(path: Path) -> dict[str, dict[str, float]]:
    """Metrics on the test split, of the model and of the baselines, in percent."""
    found: dict[str, dict[str, float]] = {}
    for record in read_events(path / "events.jsonl").records:
        match record.event:
            case DataSummary(baseline_metrics=metrics):
                found |= {name: _chosen(each) for name, each in metrics.items()}
            case Evaluated(split="test", metrics=metrics):
                found["model"] = _chosen(metrics)
    return found


def _chosen(metrics: Any) -> dict[str, float]:
    return {name: 100 * metrics[name] for name in ("accuracy", "wer", "cer", "exact") if name in metrics}


def print_rows(rows: list[tuple[int, str, dict[str, dict[str, float]]]]) -> None:
    """A line a predictor and metric: the mean over seeds and splits, and each."""
    names = list(dict.fromkeys(name for _, name, _ in rows))
    print(f"| predictor | metric % | mean | {' | '.join(names)} |\n|--|--|--|{'--|' * len(names)}")
    for predictor in rows[0][2]:
        for metric in rows[0][2][predictor]:
            each = {name: [scores[predictor][metric] for _, own, scores in rows if own == name] for name in names}
            mean = statistics.mean(value for values in each.values() for value in values)
            cells = " | ".join(", ".join(f"{value:.2f}" for value in values) for values in each.values())
            print(f"| {predictor} | {metric} | **{mean:.2f}** | {cells} |")


if __name__ == "__main__":
    main()
