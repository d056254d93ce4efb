"""The contract of the command line: help, errors as one sentence, exit codes, the config that comes of options."""

import io
import json
import resource
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from seqtui.commands import console


def place(tmp_path: Path) -> Path:
    """Where the fixture calls the command."""
    return tmp_path / "place"


def test_the_help_is_printed(seqtui) -> None:
    asked = seqtui("--help")
    assert asked.returncode == 0
    assert "attach" in asked.stdout
    assert asked.stderr == ""


def test_no_arguments_without_a_terminal_are_refused(seqtui) -> None:
    bare = seqtui()
    assert bare.returncode == 2
    assert bare.stdout == ""
    assert bare.stderr.startswith("seqtui: error: there can be no full screen here: stdin is not a terminal")
    assert bare.stderr.count("\n") == 1


def test_the_help_takes_under_a_tenth_of_a_second(environment) -> None:
    command = [sys.executable, "-P", "-m", "seqtui", "--help"]
    times = []
    for _ in range(10):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, env=environment, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    # Processor time, and the quickest: other tests and people may use the same cores.
    assert min(times) < 0.1


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["rnu"], 2, "there is no command 'rnu'; did you mean run?"),
        (["run"], 2, "run needs an application"),
        (["run", "musik"], 4, "did you mean music?"),
        (["run", "music", "--layers", "0", "--lr", "fast"], 2, "--layers 0 is not allowed"),
        (["run", "music", "--layers", "0", "--lr", "fast"], 2, "--lr fast is not allowed"),
        (["run", "music", "--no-such-option"], 2, "no such option"),
        (["run", "music", "--bidirectional"], 2, "bidirectional backbone cannot serve music"),
        (["run", "music", "--json", "--quiet"], 2, "exclude each other"),
        (["run", "music", "--export", "x.png"], 2, "music cannot write x.png"),
        (["run", "music", "--export", "nowhere/x.mid"], 4, "there is no folder"),
        (["run", "music", "--export", "x.mid", "--no-export"], 2, "exclude each other"),
        (["run", "music", "--config", "none.toml"], 4, "none.toml"),
        (["data"], 2, "seqtui data needs a command: fetch, list, where; see"),
        (["export", "last"], 2, "missing option '--format'. Choose from: onnx, safetensors; see"),
        (["attach", "nothing"], 4, "there is no run 'nothing'"),
        (["resume", "last"], 4, "there is no run yet"),
        (["stop", "./nowhere"], 4, "there is no run folder nowhere"),
        (["runs", "vlid_loss<3"], 2, "did you mean valid_loss?"),
        (["check", "music", "nowhere.mid"], 4, "nowhere.mid"),
        (["completion", "tcsh"], 2, "tcsh"),
    ],
)
def test_an_error_is_one_sentence_and_an_exit_code(seqtui, arguments, code, sentence) -> None:
    done = seqtui(*arguments)
    assert done.returncode == code
    assert sentence in done.stderr
    assert done.stderr.startswith("seqtui: error: ")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_fault_is_named_as_it_was_given_typed_or_in_a_line_of_a_file(seqtui, tmp_path) -> None:
    config = place(tmp_path) / "c.toml"
    config.write_text('layers = 0\nlr = "nan"  # no number\nseed=-1\nnonsense = 3\n[options]\nsteps_per_beat = 99\n')
    told = seqtui("run", "music", "--config", "c.toml", "--lr=-2", "--schedule", "fast one").stderr
    faults = told.removeprefix("seqtui: error: ").split("; ")
    assert sorted(fault.split(" is ")[0] for fault in faults) == sorted(
        [
            "layers = 0 (c.toml, line 1)",
            "--lr=-2",
            "seed=-1 (c.toml, line 3)",
            "nonsense = 3 (c.toml, line 4)",
            "steps_per_beat = 99 (c.toml, line 6)",
            "--schedule 'fast one'",
        ]
    )
    assert "--lr nan is not allowed: give a number" in seqtui("run", "music", "--lr", "nan").stderr


def test_options_of_a_file_that_are_no_table_are_told_of(seqtui, tmp_path) -> None:
    (place(tmp_path) / "c.toml").write_text("options = 3\n")
    done = seqtui("run", "music", "--config", "c.toml")
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert "c.toml: options must be a table" in done.stderr


def test_an_export_that_exists_is_refused_before_training(seqtui, tmp_path) -> None:
    (place(tmp_path) / "x.mid").touch()
    done = seqtui("run", "music", "--export", "x.mid")
    assert done.returncode == 2
    assert "exists already" in done.stderr
    assert not (tmp_path / "home" / "runs").exists()


def test_options_become_a_config_that_reads_back(seqtui, tmp_path) -> None:
    (place(tmp_path) / "pieces").mkdir()
    typed = ("--data", "pieces", "--layers", "2", "--forget-bias=3", "--run-dir", "runs", "--max-grad-norm", "0.5")
    printed = seqtui("run", *typed, "music", "--print-config").stdout
    config = tomllib.loads(printed)
    assert (config["layers"], config["forget_bias"], config["max_grad_norm"]) == (2, 3.0, 0.5)
    assert config["data"] == str(place(tmp_path) / "pieces")
    assert config["run_dir"] == str(place(tmp_path) / "runs")
    (place(tmp_path) / "c.toml").write_text(printed)
    assert seqtui("run", "music", "--config", "c.toml", "--print-config").stdout == printed
    assert seqtui("run", "--config", "c.toml", "--print-config").stdout == printed
    changed = seqtui("run", "music", "--config=c.toml", "--layers", "3", "--print-config").stdout
    assert tomllib.loads(changed) == {**config, "layers": 3}


def test_data_that_is_no_path_stays_a_name(seqtui) -> None:
    printed = seqtui("run", "music", "--data", "bach", "--print-config").stdout
    assert tomllib.loads(printed)["data"] == "bach"


def test_the_help_of_run_knows_the_application(seqtui) -> None:
    general, music = seqtui("run", "--help").stdout, seqtui("run", "music", "--help").stdout
    assert "Options of music" not in general
    assert "Options of music" in music
    for part in ("Backbone:", "Gradients:", "--max-grad-norm X", "--bidirectional / --no-bidirectional", "--detach"):
        assert part in general
        assert part in music


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("seqtui ru", "run"),
        ("seqtui run mu", "music"),
        ("seqtui run music --hidden", "--hidden-size"),
        ("seqtui run music --backbone g", "gru"),
        ("seqtui attach la", "last"),
        ("seqtui attach music", "RUN"),
    ],
)
def test_the_shell_completes(environment, folder, words: str, expected: str) -> None:
    variables = {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" ")), "_SEQTUI_COMPLETE": "bash_complete"}
    command = [sys.executable, "-P", "-c", "from seqtui.cli import main; main()"]
    done = subprocess.run(command, env={**environment, **variables}, capture_output=True, text=True, check=True)
    assert f"plain,{folder.id if expected == 'RUN' else expected}" in done.stdout.splitlines()


def test_the_shell_completes_paths_where_a_file_is_wanted(environment) -> None:
    for option in ("--config", "--data", "--export"):
        words = {"COMP_WORDS": f"seqtui run music {option} ./a", "COMP_CWORD": "4", "_SEQTUI_COMPLETE": "bash_complete"}
        command = [sys.executable, "-P", "-c", "from seqtui.cli import main; main()"]
        done = subprocess.run(command, env={**environment, **words}, capture_output=True, text=True, check=True)
        assert done.stdout == "file,./a\n", option


def test_drawings_are_of_ascii_where_there_is_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    console.out("C4│▄█▀ ▀\n  └1──2──\n1 × 192 ♪…")
    console.flush()
    assert written.getvalue() == b"C4|,#' '\n  +1--2--\n1 x 192 ?~\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_printed(seqtui, shell: str) -> None:
    done = seqtui("completion", shell)
    assert done.returncode == 0
    assert "_SEQTUI_COMPLETE" in done.stdout


def test_applications_and_models_are_listed(seqtui) -> None:
    apps = json.loads(seqtui("apps", "--json").stdout)
    assert "music" in [app["name"] for app in apps]
    assert {"input_output", "head", "data", "exports", "pretrained"} <= apps[0].keys()
    assert "music" in seqtui("apps").stdout
    assert isinstance(json.loads(seqtui("models", "--json").stdout), list)


TINY = ("--max-steps", "3", "--hidden-size", "8", "--embedding-size", "8", "--threads", "1", "--telemetry", "off")


def test_a_run_trains_exports_and_is_listed(seqtui, tmp_path) -> None:
    done = seqtui("run", "music", *TINY, "--name", "tiny", "--json")
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert records[-1]["event"] == "Finished"
    run = next(record["run"] for record in records if record["event"] == "Started")
    assert [path.name for path in place(tmp_path).iterdir()] == [f"{run}.mid"]
    (listed,) = json.loads(seqtui("runs", "name:tiny", "--json").stdout)
    assert (listed["id"], listed["status"], listed["step"]) == (run, "finished", 3)
    assert run in seqtui("models").stdout


def test_a_run_with_all_streams_closed_still_trains(environment, tmp_path) -> None:
    words = " ".join(TINY)
    command = f"exec {sys.executable} -P -m seqtui run music {words} --no-export <&- >&- 2>&-"
    done = subprocess.run(["sh", "-c", command], env=environment, cwd=tmp_path, timeout=120, check=False)
    assert done.returncode == 0
    assert len(list((tmp_path / "home" / "runs").iterdir())) == 1
