"""What a run computes on: chosen by measurement of real work, stored, recalled, explained."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from seqtui.config import RunConfig
from seqtui.engine import machine as machines
from seqtui.engine.disturbance import spinning_is_disturbed
from seqtui.engine.facts import facts
from seqtui.engine.machine import (
    Machine,
    choose_device,
    choose_precision,
    measure,
    refuse_too_many,
    threads_to_ask,
    why_not_bit_exact,
)
from seqtui.errors import BadInput, Usage
from seqtui.runs.folder import create

CPU = torch.device("cpu")
MANY = 2
KNOWN = Machine(
    "cpu", "fp32", 2, "passive", "own", torch.__version__, machines.cpu_capability(), {"1 threads, own": 3.0}
)


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine of two cores whose threads spin, wherever the tests run; and this process's threads given back."""
    monkeypatch.setattr("os.sched_getaffinity", lambda _pid: {0, 1}, raising=False)
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def config_of(**changes: Any) -> RunConfig:
    return RunConfig(app="music", **{"backbone": "gru", **changes})


def taking(milliseconds: dict[tuple[int, str], list[float]]) -> Callable[[str], None]:
    """A step that keeps the processor busy this long, by threads and kernel; of several times, in turn."""
    counts: dict[tuple[int, str], int] = {}

    def step(kernel: str) -> None:
        key = torch.get_num_threads(), kernel
        counts[key] = counts.get(key, -1) + 1
        times = milliseconds[key]
        end = time.perf_counter() + times[counts[key] % len(times)] / 1e3
        while time.perf_counter() < end:
            pass

    return step


def steady(own: float, stock: float, own_many: float, stock_many: float) -> Callable[[str], None]:
    return taking({(1, "own"): [own], (1, "stock"): [stock], (MANY, "own"): [own_many], (MANY, "stock"): [stock_many]})


def measured(
    config: RunConfig, step: Callable[[str], None], *, wanted: tuple[int, str]
) -> tuple[int, str, dict[str, float]]:
    """The measurement; again, some times, where other work on this very machine disturbed it."""
    found: tuple[int, str, dict[str, float]] = (0, "", {})
    for _ in range(6):
        found = measure(config, CPU, step)
        if found[:2] == wanted:
            break
    assert found[:2] == wanted
    return found


@pytest.mark.parametrize(
    ("step", "threads", "kernel"),
    [
        (steady(20, 40, 8, 15), 2, "own"),
        (steady(40, 20, 15, 8), 2, "stock"),
        (steady(20, 40, 19, 40), 1, "own"),
        (steady(40, 20, 40, 24), 1, "stock"),
        (steady(20, 40, 25, 8), 2, "stock"),
    ],
    ids=["both cores, own", "both cores, stock", "no gain, own", "a loss, stock", "the best of each count"],
)
def test_the_faster_kernel_is_taken_and_more_threads_only_where_they_pay(
    step: Callable[[str], None], threads: int, kernel: str
) -> None:
    _, _, figures = measured(config_of(), step, wanted=(threads, kernel))
    assert set(figures) == {f"{count} threads, {name}" for count in (1, 2) for name in ("own", "stock")}
    assert all(5 < value < 500 for value in figures.values())


def disturbed() -> Callable[[str], None]:
    """Two threads of which one waits, now and then, for a core that somebody else has."""
    spread = [5.0, 5.0, 5.0, 5.0, 5.0, 90.0]
    return taking({(1, "own"): [10.0], (1, "stock"): [30.0], (MANY, "own"): spread, (MANY, "stock"): [30.0]})


def test_threads_that_are_disturbed_leave_the_work_to_one() -> None:
    measured(config_of(), disturbed(), wanted=(1, "own"))
    measured(config_of(), steady(10, 12, 40, 45), wanted=(1, "own"))


@pytest.mark.parametrize(
    ("one", "many", "disturbed"),
    [
        ([10.0] * 5, [6.0, 6.0, 6.0, 6.0, 17.0], False),
        ([10.0] * 5, [6.0, 6.0, 6.0, 6.0, 19.0], True),
        ([10.0] * 5, [16.0] * 5, True),
    ],
    ids=["a little", "one step in five", "slower altogether"],
)
def test_what_counts_as_disturbed(one: list[float], many: list[float], disturbed: bool) -> None:
    assert machines.is_disturbed(one, many) is disturbed


@pytest.mark.parametrize("backbone", ["rnn", "gru", "lstm", "dense"])
def test_the_wait_policy_is_found_out_without_data(backbone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = torch.get_num_threads()
    small = config_of(backbone=backbone, hidden_size=7, batch_size=3, layers=2, bidirectional=backbone != "dense")
    monkeypatch.setattr(machines, "DISTURBED", 1e9)
    assert not spinning_is_disturbed(small)
    monkeypatch.setattr(machines, "DISTURBED", 0.0)
    assert spinning_is_disturbed(small)
    assert torch.get_num_threads() == before


def test_where_nothing_is_to_be_found_out_nothing_is_disturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines, "DISTURBED", 0.0)
    assert not spinning_is_disturbed(config_of(threads=2))
    assert not spinning_is_disturbed(config_of(device="cuda:99"))
    monkeypatch.setenv("OMP_WAIT_POLICY", "PASSIVE")
    assert not spinning_is_disturbed(config_of())


def test_what_the_person_chose_is_not_measured() -> None:
    def never(_kernel: str) -> None:
        raise AssertionError("nothing to find out")

    assert measure(config_of(threads=2, kernel="own"), CPU, never) == (2, "own", {})
    assert measure(config_of(threads=1, backbone="lstm"), CPU, never) == (1, "stock", {})
    assert measure(config_of(threads=3, backbone="dense"), CPU, never) == (3, "stock", {})


def test_one_choice_of_the_person_leaves_the_other_to_the_measurement() -> None:
    for changes, step, wanted in (
        ({"threads": 2}, steady(1, 1, 20, 10), (2, "stock")),
        ({"kernel": "own"}, steady(20, 1, 8, 1), (2, "own")),
        ({"backbone": "lstm"}, steady(1, 20, 1, 8), (2, "stock")),
    ):
        assert len(measured(config_of(**changes), step, wanted=wanted)[2]) == 2


def test_one_core_has_one_count_to_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _pid: {3}, raising=False)
    measured(config_of(), steady(20, 7, 1, 1), wanted=(1, "stock"))


def test_a_gpu_runs_the_library_kernel_unmeasured() -> None:
    assert measure(config_of(threads=4), torch.device("cuda"), lambda _kernel: None) == (4, "stock", {})


@pytest.mark.parametrize("wanted", ["cuda:9", "cuda:99", "mps"])
def test_a_device_that_is_not_there_is_refused_with_what_to_use(wanted: str) -> None:
    if wanted == "mps" and torch.backends.mps.is_available():
        pytest.skip("this machine has one")
    with pytest.raises(Usage, match=rf"^device {wanted} is not there: .*use --device cpu$"):
        choose_device(wanted)


def test_cpu_is_always_there_and_auto_finds_something() -> None:
    assert choose_device("cpu") == CPU
    assert choose_device("auto").type in ("cpu", "cuda", "mps")


def test_precision_on_a_cpu() -> None:
    assert [choose_precision(wanted, CPU) for wanted in ("auto", "fp32", "bf16")] == ["fp32", "fp32", "bf16"]
    assert choose_precision("fp16", torch.device("mps")) == "fp16"
    with pytest.raises(Usage, match=r"^precision fp16 needs a GPU: .*use --precision fp32 or bf16$"):
        choose_precision("fp16", CPU)


def test_the_choice_is_stored_and_recalled(tmp_path: Path) -> None:
    path = tmp_path / "machine.json"
    assert machines.recall(path) is None
    machines.store(KNOWN, path)
    assert machines.recall(path) == KNOWN


@pytest.mark.parametrize("text", ["{", "[1]", "{}", '{"device": "cpu", "colour": "red"}', "\x00"])
def test_a_damaged_choice_is_told_with_its_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "machine.json"
    path.write_text(text)
    with pytest.raises(BadInput, match=r"machine\.json is damaged"):
        machines.recall(path)


def test_another_torch_or_another_cpu_is_why_a_run_is_not_bit_exact() -> None:
    assert why_not_bit_exact(KNOWN) == ""
    other = replace(KNOWN, torch="1.0", cpu="AVX9000")
    assert why_not_bit_exact(other) == (
        f"torch is {torch.__version__} and was 1.0; the CPU offers {machines.cpu_capability()} and was AVX9000"
    )


def engine(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "seqtui.engine", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def test_the_engine_tells_its_facts_as_one_line_of_json() -> None:
    told = json.loads(engine("--facts").stdout)
    here = facts()
    assert told.keys() == here.keys()
    assert (told["torch"], told["cpu"], told["mps"]) == (here["torch"], here["cpu"], here["mps"])


def test_the_engine_told_nothing_says_how_it_is_called() -> None:
    done = engine()
    assert done.returncode == 2
    assert done.stderr == "usage: python -P -m seqtui.engine RUN_FOLDER\n"


@pytest.mark.parametrize(
    "wanted", [{"device": "cuda:99"}, pytest.param({"precision": "fp16", "device": "cpu"}, id="precision")]
)
def test_what_this_machine_does_not_have_is_refused_before_the_data_are_read(
    tmp_path: Path, wanted: dict[str, Any]
) -> None:
    folder = create(config_of(data=str(tmp_path / "no such file.mid"), **wanted), parent=tmp_path)
    done = engine(str(folder.path))
    assert done.returncode == 2
    log = folder.events_file.read_text()
    assert "reading data" not in log and ("is not there" in log or "needs a GPU" in log)


def test_threads_that_would_only_wait_for_each_other_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _pid: {0, 1}, raising=False)
    refuse_too_many(8)
    with pytest.raises(Usage, match=r"1,000 threads are too many for 2 cores: .* give --threads 2, or leave it out"):
        refuse_too_many(1000)


def test_a_small_model_is_asked_by_one_thread_and_a_large_one_by_idle_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _pid: {0, 1, 2, 3}, raising=False)
    for load, wanted in ((0.3, 4), (1.7, 2), (40.0, 1)):
        monkeypatch.setattr("os.getloadavg", lambda load=load: (load, 0.0, 0.0))
        assert (threads_to_ask(128), threads_to_ask(1024)) == (1, wanted)


def test_a_damaged_choice_in_a_run_folder_ends_the_child_with_a_sentence(tmp_path: Path) -> None:
    folder = create(config_of(max_steps=1, threads=1), parent=tmp_path)
    (folder.path / "machine.json").write_text("[1, 2]")
    done = engine(str(folder.path))
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert "machine.json is damaged" in folder.events_file.read_text()
