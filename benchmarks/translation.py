"""Translation on published sets: with attention and without, greedily and with a beam, by the length of the source.

   python benchmarks/translation.py tatoeba DATA --runs DIR         English to French, split by English side
   python benchmarks/translation.py cmudict DATA --runs DIR         spelling to phonemes without stress, split by word
   python benchmarks/translation.py reverse reversals --runs DIR    50,000 strings to be written backwards, one epoch

The epoch is selected by the score of validation; the test split is translated once a beam, after training. A seed
decides split, weights and order. Trainings in DIR are gone on with where they were stopped, and kept once they are
finished, so that the command can be stopped and given again. Prints Markdown tables.
"""

import argparse
import json
import os
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from seqtui import catalog
from seqtui.config import RunConfig
from seqtui.config_check import make_config
from seqtui.engine.batches import FlatData, rows_of
from seqtui.engine.beam import Search
from seqtui.engine.child import run_child
from seqtui.engine.open_model import open_model
from seqtui.engine.translating import translate_all
from seqtui.engine.wording import Wording
from seqtui.runs import folder as folders
from seqtui.runs.events import DataSummary, Finished
from seqtui.runs.journal import read_events
from seqtui.runs.models import ModelPlace
from seqtui.shapes import ends_predicted
from seqtui.task import Corpus
from seqtui.translation_metrics import signatures, translation_metrics

SHARED: dict[str, Any] = {
    "threads": 2, "device": "cpu", "telemetry": "off", "schedule": "cosine", "best_by": "score", "backbone": "lstm",
    "bidirectional": True,
}  # fmt: skip
SETTINGS: dict[str, dict[str, Any]] = {
    "tatoeba": {
        "hidden_size": 256, "embedding_size": 256, "dropout": 0.3, "batch_size": 64, "lr": 2e-3, "epochs": 8,
        "max_length": 40, "label_smoothing": 0.1,
    },
    "cmudict": {
        "hidden_size": 256, "embedding_size": 64, "dropout": 0.3, "batch_size": 128, "lr": 3e-3, "epochs": 15,
        "stress": False, "label_smoothing": 0.1,
    },
    "reverse": {
        "hidden_size": 64, "embedding_size": 16, "dropout": 0.1, "batch_size": 10, "lr": 2e-3, "epochs": 1,
        "eval_every": 1000, "source_unit": "whitespace", "target_unit": "whitespace",
    },
}  # fmt: skip
VARIANTS: dict[str, dict[str, Any]] = {"attention": {"attention": "bahdanau"}, "none": {"attention": "none"}}
BEAMS = (1, 5)
LENGTHS: dict[str, tuple[int, ...]] = {"tatoeba": (4, 8, 12), "cmudict": (5, 8, 11), "reverse": (5, 10, 15, 20)}
UP_TO = 12  # words of the sources that the aim for Tatoeba is about
PUBLISHED = {
    "tatoeba": "no comparable published figure: every tutorial filters otherwise; the aim is 45 BLEU up to 12 words",
    "cmudict": "published, CMUdict 0.7b: WER 23.55, PER 5.45 (Yao & Zweig 2015, bidirectional LSTM, 3 layers)",
    "reverse": "published: 95.06 BLEU in one epoch (JoeyNMT's tutorial: LSTM 64, embedding 16, Luong attention)",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benchmark", choices=sorted(SETTINGS))
    parser.add_argument("data")
    parser.add_argument("--runs", type=Path, required=True, help="folder that holds the run folders")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--variants", nargs="+", choices=sorted(VARIANTS), default=list(VARIANTS))
    parser.add_argument("--set", nargs="*", default=[], metavar="FIELD=VALUE", help="changes to try")
    given = parser.parse_args()
    torch.set_flush_denormal(True)
    changes = dict(each.split("=", 1) for each in given.set)
    for variant in given.variants:
        scores = []
        for seed in given.seeds:
            config = config_of(given.benchmark, given.data, seed, VARIANTS[variant] | changes)
            scores.append(scored(train(config, given.runs), LENGTHS[given.benchmark]))
            print(f"{variant}, seed {seed}: {scores[-1]['beams']}", file=sys.stderr, flush=True)
        print_table(given.benchmark, variant, scores)
    print("\n".join([PUBLISHED[given.benchmark], *scores[0]["signatures"].values()]))


def config_of(benchmark: str, data: str, seed: int, changes: dict[str, Any]) -> RunConfig:
    """The configuration of one training."""
    place = str(Path(data).resolve()) if Path(data).exists() else data
    return make_config(
        catalog.load("translation"), SHARED | SETTINGS[benchmark] | changes | {"data": place, "seed": seed}
    )


def train(config: RunConfig, runs: Path) -> Path:
    """The folder of a finished run of this configuration: one that is there, gone on with if need be, or a new one."""
    known = [place.parent for place in sorted(runs.glob("*/config.json"))]
    mine = [path for path in known if folders.open_folder(path).read_config() == config]
    path = mine[0] if mine else folders.create(config, parent=runs).path
    if is_finished(path):
        return path
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = int(run_child(path))
        finally:
            os._exit(code)
    if os.waitpid(child, 0)[1]:
        sys.exit(f"a training failed; see {path}")
    return path


def is_finished(path: Path) -> bool:
    """Whether a run has come to its own end."""
    if not (path / "events.jsonl").exists():
        return False
    ends = [each.event for each in read_events(path / "events.jsonl").records if isinstance(each.event, Finished)]
    return bool(ends) and ends[-1].why not in ("stopped", "interrupted")


def scored(path: Path, lengths: Sequence[int]) -> dict[str, Any]:
    """The scores of one training's best weights on its test split, kept beside them."""
    kept = path / "translation_scores.json"
    if not kept.exists():
        kept.write_text(json.dumps(score(path, lengths), indent=1))
    found: dict[str, Any] = json.loads(kept.read_text())
    return found


def score(path: Path, lengths: Sequence[int]) -> dict[str, Any]:
    """Metrics by beam: of all, of sources up to 12 steps, and by length; sizes of the splits; the baselines."""
    opened = open_model(ModelPlace("run", path, path.name))
    config, task = opened.config, opened.task
    torch.set_num_threads(config.threads)
    corpus: Corpus = task.load(config.data, config.options, seed=config.seed, progress=lambda *_: None)
    records = corpus.test
    data = FlatData(
        records, rows_of(records, batch_size=1, bptt=0, ahead=0, ends=ends_predicted(corpus.head)), torch.device("cpu"),
        Wording(task, opened.meaning.encoding),
    )  # fmt: skip
    assert records.references is not None
    wording, references = Wording(task, opened.meaning.encoding), records.references
    found: dict[str, Any] = {"beams": {}, "lengths": {}, "signatures": signatures(references)}
    for beam in BEAMS:
        said = list(translate_all(opened, data, Search(beam=beam)))
        texts = [wording.text(each.hypotheses[0], wording.read(each)) for each in said]
        found["beams"][str(beam)] = translation_metrics(texts, references)
        if beam != BEAMS[-1]:
            continue
        bounds = {f"up to {UP_TO}": (0, UP_TO)}
        for low, high in zip((0, *lengths), (*lengths, 10**9), strict=True):
            bounds[f"{low + 1} to {high}" if high < 10**9 else f"over {low}"] = (low, high)
        for name, (low, high) in bounds.items():
            chosen = [at for at, steps in enumerate(records.lengths.tolist()) if low < steps <= high]
            metrics = translation_metrics([texts[at] for at in chosen], [references[at] for at in chosen])
            found["lengths"][name] = {"records": len(chosen), **metrics}
    for record in read_events(path / "events.jsonl").records:
        match record.event:
            case DataSummary(splits=splits, split_rule=rule, baseline_metrics=baselines):
                found |= {"splits": splits, "split_rule": rule, "baselines": baselines}
            case Finished(seconds=seconds, epoch=epoch):
                found |= {"seconds": seconds, "epochs": epoch}
    found["parameters"] = sum(each.numel() for each in opened.model.parameters())
    return found


def print_table(benchmark: str, variant: str, scores: Sequence[dict[str, Any]]) -> None:
    """Means over seeds."""
    first = scores[0]
    sizes = ", ".join(f"{name} {counts[0]:,}" for name, counts in first["splits"].items())
    minutes = statistics.mean(each["seconds"] for each in scores) / 60
    looks = "with attention" if variant == "attention" else "without attention"
    print(f"\n**{benchmark}, {looks}**: {sizes} records ({first['split_rule']});")
    print(f"{first['parameters']:,} parameters, {minutes:.0f} min, {len(scores)} seed(s)\n")
    print("| | BLEU | chrF | exact % | WER % | PER % | records |\n|--|--|--|--|--|--|--|")
    for beam in first["beams"]:
        print_row(f"beam {beam}", [each["beams"][beam] for each in scores], first["splits"]["test"][0])
    for name in first["lengths"]:
        found = [each["lengths"][name] for each in scores]
        print_row(f"{name} steps, beam {BEAMS[-1]}", found, round(statistics.mean(each["records"] for each in found)))
    for name in first["baselines"]:
        print_row(name, [each["baselines"][name] for each in scores], None)


def print_row(name: str, found: Sequence[dict[str, float]], records: int | None) -> None:
    def told(metric: str, factor: float = 1) -> str:
        values = [factor * each[metric] for each in found if metric in each]
        if not values:
            return ""
        spread = f" ± {statistics.stdev(values):.2f}" if len(values) > 1 else ""
        return f"{statistics.mean(values):.2f}{spread}"

    exact = [1 - each["exact"] for each in found]
    wer = f"{100 * statistics.mean(exact):.2f}"
    cells = [told("bleu"), told("chrf"), told("exact", 100), wer, told("token_errors", 100)]
    print(f"| {name} | {' | '.join(cells)} | {'' if records is None else f'{records:,}'} |")


if __name__ == "__main__":
    main()
