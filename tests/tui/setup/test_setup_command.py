"""The command in view makes the same run: read back by the real command line, and by a real shell."""

import random
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from seqtui.catalog import load, names
from seqtui.commands.command_line import command_words, quoted
from seqtui.commands.run import command
from seqtui.config import RunConfig
from seqtui.config_check import checker, to_toml
from seqtui.tui.setup.draft import Draft
from seqtui.tui.setup.form import other_values
from seqtui.tui.setup.judge import judge

HOSTILE = 'it\'s; $(touch PWNED) `id` \\ \x1b[31m \x9b \n \t -- é 🎵 "q" !!'


def draft(app: str) -> Draft:
    made = Draft(load(app))
    made.use(judge)
    return made


def printed(words: list[str], capsys: pytest.CaptureFixture[str]) -> RunConfig:
    """What `… --print-config` says, by the real parser."""
    assert words[:2] == ["seqtui", "run"]
    capsys.readouterr()
    assert command.main([*words[2:], "--print-config"], standalone_mode=False) == 0
    config: RunConfig = checker(RunConfig).validate_python(tomllib.loads(capsys.readouterr().out))
    return config


@pytest.mark.parametrize("app", names())
def test_defaults_need_no_option(app: str) -> None:
    form = draft(app)
    assert form.verdict.config
    assert command_words(form.task, form.verdict.config) == ["seqtui", "run", app]


@pytest.mark.parametrize("app", names())
def test_the_command_line_makes_the_same_config(app: str, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(7)
    tried = 0
    while tried < 40:
        form = draft(app)
        for field in chance.sample(form.fields, chance.randint(1, 6)):
            others = list(other_values(field, form.value(field.name))) or ["cpu", "gain=1.5", "-x", "a b", ""]
            form.set(field.name, chance.choice(others))
        config = form.verdict.config
        if config is None:
            continue
        tried += 1
        assert printed(command_words(form.task, config), capsys) == checker(RunConfig).validate_python(
            tomllib.loads(to_toml(config))
        ), form.given


def test_only_what_differs_under_the_options_is_named() -> None:
    form = draft("dna")
    form.set("goal", "generate")
    form.set("layers", "2")
    assert form.verdict.config
    assert command_words(form.task, form.verdict.config) == [
        "seqtui", "run", "dna", "--goal", "generate", "--layers", "2",
    ]  # fmt: skip
    form.set("bidirectional", True)
    form.set("goal", "classify")
    form.set("bidirectional", False)
    assert form.verdict.config
    assert "--no-bidirectional" in command_words(form.task, form.verdict.config)


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_a_shell_reads_the_line_back_word_for_word(tmp_path: Path) -> None:
    form = draft("music")
    form.set("name", HOSTILE)
    form.set("run_dir", str(tmp_path / "a 'b'"))
    assert form.verdict.config
    words = command_words(form.task, form.verdict.config)
    line = quoted(words)
    assert line.isprintable()
    shell = ["bash", "-c", f"printf '%s\\0' {line}"]
    done = subprocess.run(shell, capture_output=True, cwd=tmp_path, check=True, env={"LC_ALL": "C.UTF-8"})
    assert done.stdout.decode().split("\0")[:-1] == words
    assert list(tmp_path.iterdir()) == []


def test_a_real_process_prints_the_same_config(tmp_path: Path) -> None:
    form = draft("dna")
    form.set("backbone", "lstm")
    form.set("name", "a; b 'c'")
    assert form.verdict.config
    words = command_words(form.task, form.verdict.config)
    done = subprocess.run(
        [sys.executable, "-P", "-m", *words, "--print-config"],
        capture_output=True, text=True, check=True, cwd=tmp_path, timeout=60,
    )  # fmt: skip
    assert done.stdout.rstrip() == to_toml(form.verdict.config).rstrip()
