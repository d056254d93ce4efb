"""predict and evaluate of a model that transcribes: greedily, by beam, with a language model, as files and as JSON."""

import csv
import io
import json
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sounds import tone, write_wav

from seqtui import catalog, cli
from seqtui.config_check import make_config
from seqtui.engine.child import run_child
from seqtui.metrics import error_rates
from seqtui.runs.folder import create

WORDS = {"on": 300, "off": 1300}  # Hz
SMALL = {
    "threads": 1, "telemetry": "off", "device": "cpu", "backbone": "gru", "batch_size": 8, "dropout": 0.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Room:
    """A home with a run that transcribes, one that tells single words and a language model; and what they heard."""

    home: Path
    sounds: Path
    transcripts: str
    words: str
    spelling: str


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """Trained once for all tests, in this process."""
    root = tmp_path_factory.mktemp("room")
    sounds, text = root / "sounds", root / "text.txt"
    for number in range(40):
        word = ("on", "off")[number % 2]
        write_wav(sounds / word / f"{number}.wav", tone(WORDS[word] + number, 0.2))
    text.write_text("on off\n" * 120)
    options = {"goal": "transcript", "join": 3, "bands": 12}
    trained = [
        _trained(root / "home", "speech", data=str(sounds), epochs=12, hidden_size=16, lr=0.02, options=options),
        _trained(root / "home", "speech", data=str(sounds), max_steps=2, hidden_size=4, options={"bands": 12}),
        _trained(root / "home", "language", data=str(text), max_steps=40, hidden_size=16, lr=0.02, options={}),
    ]
    yield Room(root / "home", sounds, *trained)


def _trained(home: Path, app: str, **values: Any) -> str:
    folder = create(make_config(catalog.load(app), {**SMALL, **values}), parent=home / "runs")
    handlers = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        assert run_child(folder.path) == 0
    finally:
        for each, handler in handlers.items():
            signal.signal(each, handler)
    return folder.path.name


@pytest.fixture
def ask(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Done]]:
    """Calls the command line in this process, in an empty folder; gives the number of threads back."""
    threads = torch.get_num_threads()
    monkeypatch.setenv("SEQTUI_HOME", str(room.home))
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["seqtui", *map(str, arguments)])
        code = cli._call()
        captured = capfd.readouterr()
        return Done(int(code), captured.out, captured.err)

    yield call
    torch.set_num_threads(threads)


def rows(done: Done) -> list[dict[str, Any]]:
    """stdout as JSON lines, with nothing else on it."""
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def texts(done: Done) -> list[str]:
    """What was heard in each recording."""
    return [row["text"] for row in rows(done)]


def test_every_recording_is_a_line_with_its_truth_and_the_error_rates_come_last(ask, room) -> None:
    done = ask("predict", room.transcripts, room.sounds)
    assert done.code == 0
    assert len(done.out.splitlines()) == 40
    assert all("(right)" in line or "(said: " in line for line in done.out.splitlines())
    assert "40 recordings, WER 0." in done.err and ", CER 0." in done.err and ", exact " in done.err


def test_greedily_it_writes_what_evaluate_scores(ask, room) -> None:
    found = rows(ask("predict", room.transcripts, room.sounds, "--beam", 0, "--json"))
    truths = [row["truth"] for row in found]
    assert sorted(set(truths)) == ["off", "on"]
    (scored,) = rows(ask("evaluate", room.transcripts, "--data", room.sounds, "--json"))
    wrong = sum(row["text"] != row["truth"] for row in found) / len(found)
    assert scored["metrics"]["exact"] == pytest.approx(1 - wrong)
    assert set(scored["metrics"]) >= {"wer", "cer", "exact"}
    assert scored["metrics"]["cer"] < 0.5, "it learned nothing"
    shown = ask("evaluate", room.transcripts, "--data", room.sounds)
    assert shown.code == 0 and "wer " in shown.out.lower() and "cer " in shown.out.lower()


@pytest.mark.parametrize("search", [("--beam", "0"), ("--beam", "3"), ("--lm-weight", "2", "--lm-bonus", "1")])
def test_evaluate_scores_what_the_same_search_finds(ask, room, search: tuple[str, ...]) -> None:
    given = (*search, "--language-model", room.spelling) if "--lm-weight" in search else search
    found = rows(ask("predict", room.transcripts, room.sounds, "--json", *given))
    (scored,) = rows(ask("evaluate", room.transcripts, "--data", room.sounds, "--json", *given))
    rates = error_rates([row["truth"] for row in found], [row["text"] for row in found])
    assert {name: scored["metrics"][name] for name in rates} == pytest.approx(rates)


def test_a_language_model_changes_the_score_of_transcripts(ask, room) -> None:
    say = ("--language-model", room.spelling, "--lm-bonus", "-20")
    (scored,) = rows(ask("evaluate", room.transcripts, "--data", room.sounds, "--json", *say))
    assert scored["metrics"]["wer"] == 1, "short texts alone are worth something"


def test_a_beam_sums_over_paths(ask, room) -> None:
    greedy, beam = (
        rows(ask("predict", room.transcripts, room.sounds / "on", "--json", "--beam", beam)) for beam in (0, 8)
    )
    gains = [other["log_probability"] - one["log_probability"] for one, other in zip(greedy, beam, strict=True)]
    assert all(gain > 1e-3 for gain in gains), "a text is likelier than the likeliest of its paths"
    assert all(each["log_probability"] <= 1e-9 for each in beam)


def test_a_language_model_has_the_say_that_it_is_given(ask, room) -> None:
    search = ("predict", room.transcripts, room.sounds, "--json")
    alone = texts(ask(*search))
    weighed = {
        "no say": texts(ask(*search, "--language-model", room.spelling, "--lm-weight", 0)),
        "the last word": texts(ask(*search, "--language-model", room.spelling, "--lm-weight", 10)),
        "short texts": texts(ask(*search, "--language-model", room.spelling, "--lm-bonus", -20)),
        "long texts": texts(ask(*search, "--language-model", room.spelling, "--lm-bonus", 20)),
    }
    assert weighed["no say"] == alone
    assert set(weighed["short texts"]) == {""}
    assert np.mean([len(each) for each in weighed["long texts"]]) > np.mean([len(each) for each in alone])
    assert all("on off".startswith(each) for each in weighed["the last word"]), "the text it learned begins on off"


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (("--lm-bonus", "1"), "give one with --language-model"),
        (("--language-model", "SPELLING", "--beam", "0"), "where no language model has a say"),
        (("--language-model", "WORDS"), "is no language model of characters"),
        (("--language-model", "none-such"), "none-such"),
    ],
)
def test_what_cannot_be_asked_is_a_sentence(ask, room, asked: tuple[str, ...], sentence: str) -> None:
    given = [{"SPELLING": room.spelling, "WORDS": room.words}.get(each, each) for each in asked]
    for words in (("predict", room.transcripts, room.sounds / "on"), ("evaluate", room.transcripts, "--data", "on")):
        done = ask(*words, *given)
        assert done.code != 0 and done.out == ""
        assert done.err.startswith("seqtui: error: ") and sentence in done.err and done.err.count("\n") == 1
    other = ask("predict", room.words, room.sounds / "on", "--language-model", room.spelling)
    assert other.code == 2 and "writes no transcripts: leave out --language-model" in other.err


def test_transcripts_are_written_as_a_table_as_json_with_times_and_as_lines(ask, room, tmp_path) -> None:
    for suffix in (".csv", ".json", ".txt"):
        done = ask("predict", room.transcripts, room.sounds / "on", "-o", f"heard{suffix}")
        assert done.code == 0 and f"wrote heard{suffix}" in done.err
    said = list(csv.DictReader(io.StringIO((tmp_path / "heard.csv").read_text())))
    timed = json.loads((tmp_path / "heard.json").read_text())
    assert len(said) == len(timed) == len((tmp_path / "heard.txt").read_text().splitlines()) == 20
