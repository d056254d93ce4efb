"""What a clean interpreter has loaded after an import or a command: heavy libraries stay where they belong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "textual", "pydantic", "numpy", "rich", "torchtext", "mido", "Bio", "sklearn", "scipy")


def loaded_after(code: str, home: Path) -> set[str]:
    """The heavy libraries that are loaded when `code` has run."""
    report = f"\nimport sys, json; print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    command = [sys.executable, "-P", "-c", code + report]
    environment = {**os.environ, "SEQTUI_HOME": str(home)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=environment)
    return set(json.loads(done.stdout.splitlines()[-1]))


def calling(*arguments: str) -> str:
    """Code that runs the command line in process."""
    return f"""
import sys
sys.argv = ["seqtui", *{list(arguments)!r}]
from seqtui.cli import main
try:
    main()
except SystemExit as leaving:
    assert not leaving.code, leaving.code
"""


@pytest.mark.parametrize("arguments", [("--help",), ("--version",)])
def test_the_help_loads_nothing_heavy(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert loaded_after(calling(*arguments), tmp_path) == set()


@pytest.mark.parametrize("arguments", [("runs",), ("models",), ("completion", "bash"), ("runs", "--json", "app:music")])
def test_looking_at_runs_loads_nothing_heavy(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert loaded_after(calling(*arguments), tmp_path) == set()


@pytest.mark.parametrize("words", ["seqtui ", "seqtui run ", "seqtui attach ", "seqtui runs --"])
def test_completion_loads_no_torch_and_no_pydantic(words: str, tmp_path: Path) -> None:
    count = words.count(" ")
    code = f"""
import os
os.environ.update(_SEQTUI_COMPLETE="bash_complete", COMP_WORDS={words!r}, COMP_CWORD="{count}")
""" + calling()
    assert loaded_after(code, tmp_path) & {"torch", "pydantic", "textual", "rich"} == set()


def test_the_help_of_run_loads_no_torch(tmp_path: Path) -> None:
    assert loaded_after(calling("run", "music", "--help"), tmp_path) & {"torch", "textual", "pydantic"} == set()


def modules_under(folder: str) -> list[str]:
    """Names of the modules in a folder of the package."""
    files = (ROOT / "seqtui" / folder).rglob("*.py")
    parts = [file.relative_to(ROOT).with_suffix("").parts for file in files]
    return sorted(".".join(part[:-1] if part[-1] == "__init__" else part) for part in parts if part[-1] != "__main__")


def test_runs_load_nothing_heavy(tmp_path: Path) -> None:
    assert loaded_after(f"import {', '.join(modules_under('runs'))}", tmp_path) == set()


def test_readers_and_tasks_load_no_torch(tmp_path: Path) -> None:
    tasks = [f"seqtui.tasks.{file.stem}" for file in (ROOT / "tasks").glob("*.py") if file.stem != "__init__"]
    loaded = loaded_after(f"import {', '.join([*modules_under('readers'), *tasks])}", tmp_path)
    assert loaded & {"torch", "torchtext", "textual", "rich"} == set()


def test_the_full_screen_is_started_without_loading_it(tmp_path: Path) -> None:
    assert loaded_after("import seqtui.cli, seqtui.commands.fullscreen", tmp_path) == set()


def test_the_full_screen_loads_no_torch(tmp_path: Path) -> None:
    loaded = loaded_after(f"import {', '.join(modules_under('tui'))}", tmp_path)
    assert loaded & {"torch", "torchtext", "sklearn", "Bio"} == set()


def test_the_first_paint_waits_for_no_library_but_its_own(tmp_path: Path) -> None:
    loaded = loaded_after("import seqtui.tui.app, seqtui.tui.home.screen", tmp_path)
    assert loaded == {"textual", "rich"}


def test_the_engine_loads_no_screen(tmp_path: Path) -> None:
    loaded = loaded_after(f"import {', '.join(modules_under('engine'))}", tmp_path)
    assert loaded & {"textual", "rich"} == set()
