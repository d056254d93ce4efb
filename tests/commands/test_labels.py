"""predict, evaluate and explain of one tiny trained run that tells DNA apart, as a person and as a script have them."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from seqtui import cli
from seqtui.engine import explaining
from seqtui.engine.attribution import log_odds
from seqtui.engine.open_model import open_model
from seqtui.runs.models import find_model

TINY = (
    "--max-steps", "80", "--hidden-size", "8", "--embedding-size", "6", "--batch-size", "8", "--backbone", "gru",
    "--threads", "1", "--telemetry", "off", "--no-export", "--quiet", "--lr", "0.02",
)  # fmt: skip
CLASSES = ["poor", "rich"]


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind: exit code, stdout, stderr."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Bench:
    """A home with a run that labels and one that writes, and the records that they were trained on."""

    home: Path
    records: Path
    labels: str
    writer: str


def fasta(path: Path, count: int, *, labeled: bool = True) -> Path:
    """Records of 20 bases and more, each one longer than the one before; every other one is rich in G and C."""
    rng = np.random.default_rng(5)
    with path.open("w") as file:
        for number in range(count):
            at = 0.1 if number % 2 else 0.4
            bases = "".join(rng.choice(list("ACGT"), size=20 + number, p=[at, 0.5 - at, 0.5 - at, at]))
            title = f" label={CLASSES[number % 2]}" if labeled else ""
            file.write(f">seq{number}{title}\n{bases}\n")
    return path


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Trained once for all tests; what is longer than 40 bases is read in windows."""
    root = tmp_path_factory.mktemp("bench")
    records, home, runs = fasta(root / "both.fa", 60), root / "home", []
    environment = {**os.environ, "SEQTUI_HOME": str(home)}
    for extra in (["--window", "40"], ["--goal", "generate", "--max-steps", "2"]):
        command = [sys.executable, "-P", "-m", "seqtui", "run", "dna", "--data", str(records), *TINY, *extra]
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, timeout=100, check=False)
        assert done.returncode == 0, done.stderr.decode()
        runs += [path.name for path in (home / "runs").iterdir() if path.name not in runs]
    return Bench(home, records, *runs)


@pytest.fixture
def ask(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Done]]:
    """Calls the command line in this process, in an empty folder; gives the number of threads back."""
    threads = torch.get_num_threads()
    monkeypatch.setenv("SEQTUI_HOME", str(bench.home))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["seqtui", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = cli._call()
        captured = capfd.readouterr()
        return Done(int(code), captured.out, captured.err)

    yield call
    torch.set_num_threads(threads)


def lines(done: Done) -> list[dict]:
    """stdout as JSON lines, with nothing else on it."""
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def refused(done: Done, code: int, *parts: str) -> None:
    """One sentence on stderr, nothing on stdout."""
    assert (done.code, done.out) == (code, ""), done
    assert done.err.startswith("seqtui: error: ")
    assert done.err.count("\n") == 1
    for part in parts:
        assert part in done.err


def test_predict_tells_class_chances_and_truth_of_every_record_in_order(ask, bench) -> None:
    rows = lines(ask("predict", bench.labels, bench.records, "--json"))
    assert [row["record"] for row in rows] == [f"seq{number}" for number in range(60)]
    assert [row["truth"] for row in rows] == CLASSES * 30
    for row in rows:
        assert list(row["probabilities"]) == CLASSES
        assert sum(row["probabilities"].values()) == pytest.approx(1)
        assert row["label"] == max(row["probabilities"], key=row["probabilities"].get)
        assert row["probability"] == row["probabilities"][row["label"]]
    assert sum(row["label"] == row["truth"] for row in rows) >= 50
    piped = lines(ask("predict", bench.labels, "-", "--json", stdin=bench.records.read_bytes()))
    assert piped == rows


def test_predict_draws_the_first_records_and_counts_them_all(ask, bench) -> None:
    rows = lines(ask("predict", bench.labels, bench.records, bench.records, "--json"))
    done = ask("predict", bench.labels, bench.records, bench.records)
    told = done.out.splitlines()
    assert (done.code, done.err, told[0].split()) == (0, "", ["record", "label", "p", "truth"])
    assert [line.split() for line in told[1:41]] == [
        [row["record"], row["label"], f"{row['probability']:.4f}", row["truth"]] for row in rows[:40]
    ]
    counts = ", ".join(f"{name} {sum(row['label'] == name for row in rows)}" for name in CLASSES)
    right = sum(row["label"] == row["truth"] for row in rows) / 120
    assert told[41] == "… and 80 more records: -o FILE or --json has them all"
    assert " ".join(told[42:]) == f"120 records: {counts}; accuracy {right:.4f} of 120 with a known class"
    assert all(len(line) <= 80 for line in told)


def test_without_labels_there_is_no_truth_and_no_accuracy(ask, bench, tmp_path) -> None:
    plain = fasta(tmp_path / "plain.fa", 4, labeled=False)
    assert [row["truth"] for row in lines(ask("predict", bench.labels, plain, "--json"))] == [None] * 4
    told = ask("predict", bench.labels, plain).out.splitlines()
    assert (len(told), told[0].split()) == (6, ["record", "label", "p"])
    assert told[-1].startswith("4 records: poor ")
    assert "accuracy" not in told[-1]
    refused(ask("evaluate", bench.labels, "--data", plain), 3, "plain.fa has no labels", "seqtui predict")


def test_predictions_are_written_as_fasta_csv_and_json(ask, bench, tmp_path) -> None:
    rows = lines(ask("predict", bench.labels, bench.records, "--json", "-o", "p.json"))
    assert [dict(sorted(row.items())) for row in json.loads((tmp_path / "p.json").read_text())] == [
        dict(sorted(row.items())) for row in rows
    ]
    done = ask("predict", bench.labels, bench.records, "-o", "p.csv")
    assert done.err == "wrote p.csv\n"
    assert [row["label"] for row in csv.DictReader(io.StringIO((tmp_path / "p.csv").read_text()))] == [
        row["label"] for row in rows
    ]
    assert ask("predict", bench.labels, bench.records, "-o", "p.fa").code == 0
    again = lines(ask("predict", bench.labels, "p.fa", "--json"))
    assert [row["probabilities"] for row in again] == [row["probabilities"] for row in rows]
    assert [row["truth"] for row in again] == [row["label"] for row in rows]


def test_a_file_that_cannot_be_written_is_refused_and_bad_input_half_way_leaves_none(ask, bench, tmp_path) -> None:
    refused(ask("predict", bench.labels, bench.records, "-o", "p.mid"), 2, "cannot write p.mid", ".fasta", ".csv")
    done = ask("predict", bench.labels, bench.records, "gone.fa", "-o", "p.csv")
    assert (done.code, done.out) == (4, "")
    assert "gone.fa" in done.err
    assert not list(tmp_path.iterdir())


def test_evaluate_counts_sequences_and_shows_the_confusion_matrix(ask, bench) -> None:
    rows = lines(ask("predict", bench.labels, bench.records, "--json"))
    (whole,) = lines(ask("evaluate", bench.labels, "--data", bench.records, "--json"))
    counts = [[sum((row["truth"], row["label"]) == (a, b) for row in rows) for b in CLASSES] for a in CLASSES]
    assert (whole["records"], whole["sequences"], whole["classes"], whole["confusion"]) == (60, 60, CLASSES, counts)
    assert whole["metrics"]["accuracy"] == pytest.approx((counts[0][0] + counts[1][1]) / 60)
    nll = [-np.log(row["probabilities"][row["truth"]]) for row in rows]
    assert whole["loss"] == pytest.approx(np.mean(nll), rel=1e-5)
    told = ask("evaluate", bench.labels, "--data", bench.records).out.splitlines()
    assert told[0].endswith("60 records, 60 sequences with a known class")
    assert told[-3].split() == ["true", "\\", "predicted", *CLASSES]
    assert [line.split() for line in told[-2:]] == [
        [name, *map(str, row)] for name, row in zip(CLASSES, counts, strict=True)
    ]


def opened_on(bench: Bench):
    """The model that labels, and the values of seq3."""
    opened = open_model(find_model(str(bench.home / "runs" / bench.labels)))
    records, _ = opened.task.load_for_scoring(str(bench.records), opened.meaning.encoding, progress=lambda *_: None)
    return opened, torch.from_numpy(np.array(records.whole(3), np.int64))


def test_mutagenesis_is_the_change_of_the_log_odds_by_each_substitution(ask, bench, tmp_path) -> None:
    call = ("explain", bench.labels, bench.records, "--record", "seq3", "--method", "mutagenesis", "--class", "rich")
    (told,) = lines(ask(*call, "--json"))
    opened, values = opened_on(bench)
    assert (told["record"], told["class"], told["truth"], len(told["positions"])) == ("seq3", "rich", "rich", 23)
    with torch.inference_mode():
        before = log_odds(opened.model(values.unsqueeze(1))[0], 1)
        for place in told["positions"][::5]:
            for code, letter in enumerate("ACGT"):
                changed = values.clone()
                changed[place["position"] - 1] = code
                change = float(log_odds(opened.model(changed.unsqueeze(1))[0], 1) - before)
                assert place["changes"][letter] == pytest.approx(change, abs=1e-5)
            assert place["changes"][place["symbol"]] == pytest.approx(0, abs=1e-6)
    done = ask(*call, "-o", "m.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "m.csv").read_text())))
    assert list(rows[0]) == ["position", "symbol", "A", "C", "G", "T"]
    assert [float(row["G"]) for row in rows] == pytest.approx([each["changes"]["G"] for each in told["positions"]])
    strongest = max(
        (abs(change), f"{each['symbol']}{each['position']}{letter} {change:+.3g}")
        for each in told["positions"]
        for letter, change in each["changes"].items()
    )
    assert f"strongest: {strongest[1]}, " in done.out


def test_saliency_lights_up_what_the_classes_differ_in(ask, bench, tmp_path) -> None:
    (told,) = lines(ask("explain", bench.labels, bench.records, "--record", "4", "--json", "-o", "s.json"))
    assert (told["record"], told["method"], told["class"]) == ("seq3", "saliency", "rich")
    assert json.loads((tmp_path / "s.json").read_text()) == told
    bases = {base: [each["score"] for each in told["positions"] if each["symbol"] == base] for base in "ACGT"}
    assert np.mean(bases["C"] + bases["G"]) > 0 > np.mean(bases["A"] + bases["T"])
    (other,) = lines(ask("explain", bench.labels, bench.records, "--record", "4", "--class", "poor", "--json"))
    scores = [each["score"] for each in told["positions"]]
    assert [each["score"] for each in other["positions"]] == pytest.approx([-score for score in scores], abs=1e-6)
    ask("explain", bench.labels, bench.records, "--record", "4", "-o", "s.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "s.csv").read_text())))
    assert [float(row["score"]) for row in rows] == pytest.approx(scores, rel=1e-6)
    assert [row["position"] for row in rows] == [str(number) for number in range(1, 24)]


@pytest.mark.parametrize("method", ["saliency", "mutagenesis"])
def test_an_explanation_is_drawn_within_80_cells(ask, bench, method: str) -> None:
    done = ask("explain", bench.labels, bench.records, "--method", method)
    told = done.out.splitlines()
    assert done.code == 0
    assert told[0].startswith("seq0: p 0.")
    assert told[0].endswith(" of poor, truth: poor")
    assert len(told) > 5
    assert all(len(line) <= 80 for line in told)


def test_a_record_in_windows_is_said_to_be_read_once(ask, bench) -> None:
    done = ask("explain", bench.labels, bench.records, "--record", "seq59", "--json")
    assert len(lines(done)[0]["positions"]) == 79
    assert "seq59 is read once here" in done.err
    assert "over 3 parts" in done.err


def test_of_a_long_record_the_stretch_with_most_is_drawn(ask, bench, tmp_path) -> None:
    (tmp_path / "long.fa").write_text(f">long\n{'A' * 3000}{'G' * 100}{'A' * 3000}\n")
    done = ask("explain", bench.labels, "long.fa", "--class", "rich")
    assert done.code == 0
    told = re.search(r"where most is: position ([\d,]+), here 1, to ([\d,]+) of 6,100", done.out)
    begin, end = (int(number.replace(",", "")) for number in told.groups())
    assert (end - begin + 1, begin % 10) == (600, 1)
    assert begin <= 3100 and end >= 3001


def test_what_cannot_be_explained_is_refused_in_a_sentence(ask, bench, monkeypatch) -> None:
    refused(ask("explain", bench.writer, bench.records, "--class", "rich"), 2, "predicts the next step and no class")
    refused(ask("explain", bench.labels, bench.records, "--class", "nice"), 2, "no class 'nice'", "poor, rich")
    refused(ask("explain", bench.labels, bench.records, "--record", "seq333"), 4, "'seq333'", "did you mean seq33?")
    refused(ask("explain", bench.labels, bench.records, "--record", "61"), 4, "a number from 1 to 60")
    refused(ask("explain", bench.labels, bench.records, "--record", "0"), 4, "a number from 1 to 60")
    refused(ask("explain", bench.labels, bench.records, "-o", "x.fa"), 2, "cannot write x.fa", ".csv or .json")
    refused(ask("explain", bench.labels, "gone.fa"), 4, "gone.fa")
    monkeypatch.setitem(explaining.LONGEST, "saliency", 30)
    refused(ask("explain", bench.labels, bench.records, "--record", "seq11"), 3, "seq11 has 31 bases", "at most 30")
    assert ask("explain", bench.labels, bench.records, "--record", "seq10", "--json").code == 0


def test_a_model_of_the_next_base_says_what_surprised_it(ask, bench) -> None:
    (read,) = lines(ask("explain", bench.writer, bench.records, "--record", "seq3", "--json"))
    (scored,) = [row for row in lines(ask("predict", bench.writer, bench.records, "--json")) if row["record"] == "seq3"]
    assert (read["record"], read["steps"]) == ("seq3", scored["steps"])
    assert read["nats"] == pytest.approx(scored["loss"], rel=1e-4)
    first, *rest = read["positions"]
    assert (first["nats"], first["expected"]) == (None, [])
    assert all(each["expected"][0]["p"] >= each["expected"][1]["p"] for each in rest)
    drawn = ask("explain", bench.writer, bench.records)
    assert "nats a step" in drawn.out
    assert "█" in drawn.out or "▂" in drawn.out
    assert ask("explain", bench.writer, bench.records, "-o", "x.csv").code == 0
    assert Path("x.csv").read_text().startswith("position,symbol,nats,expected,p\n1,|,,,\n")
    refused(ask("explain", bench.writer, bench.records, "--record", "seq333"), 4, "did you mean seq33?")


def test_a_model_of_the_next_base_still_says_how_likely_records_are(ask, bench) -> None:
    rows = lines(ask("predict", bench.writer, bench.records, "--json"))
    assert len(rows) == 60
    assert rows[0]["loss"] > 0
    assert ask("predict", bench.writer, bench.records).out.splitlines()[0].split() == ["record", "steps", "nats/base"]
