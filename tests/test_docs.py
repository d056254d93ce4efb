"""The documentation keeps up with the code: every event, command, option, exit code and file is in its place."""

import re
import runpy
from dataclasses import fields
from pathlib import Path

import pytest

from seqtui.catalog import load, names
from seqtui.cli import COMMANDS
from seqtui.config import RunConfig
from seqtui.errors import ExitCode
from seqtui.runs.control import COMMANDS as ORDERS
from seqtui.runs.control import KNOBS
from seqtui.runs.events import KINDS
from seqtui.runs.folder import RunFolder

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = {path: path.read_text() for path in [ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")]}


def page(name: str) -> str:
    """A page under docs/."""
    return PAGES[DOCS / name]


@pytest.mark.parametrize("kind", KINDS)
def test_every_event_and_its_fields_are_named(kind: str) -> None:
    rows = [line for line in page("run-folder.md").splitlines() if line.startswith(f"| `{kind}` |")]
    assert len(rows) == 1, f"docs/run-folder.md needs one row for {kind}"
    named = set(re.findall(r"`(\w+)`", rows[0].split("|")[2]))
    assert named == {declared.name for declared in fields(KINDS[kind])}


def test_every_command_is_in_the_readme() -> None:
    table = [line for line in PAGES[ROOT / "README.md"].splitlines() if line.startswith("| `seqtui ")]
    assert [re.findall(r"`seqtui ([a-z]+)", line)[0] for line in table] == list(COMMANDS)


def test_no_page_calls_a_command_that_does_not_exist() -> None:
    for path, text in PAGES.items():
        for command in re.findall(r"seqtui ([a-z]+)(?= |`|$)", "\n".join(re.findall(r"`+[^`]+`+", text))):
            assert command in COMMANDS, f"{path.name} calls `seqtui {command}`"


def test_no_page_names_an_option_that_does_not_exist() -> None:
    known = set(re.findall(r"--[a-z][a-z-]+", page("options.md"))) | _options_of_other_commands()
    for path, text in PAGES.items():
        for line in text.splitlines():
            if re.search(r"seqtui (run|sample|predict|evaluate|export|check|attach|resume)\b", line):
                unknown = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", line)) - known
                assert not unknown, f"{path.name}: {unknown}"


def _options_of_other_commands() -> set[str]:
    found = {"--help", "--version"}
    for path in (ROOT / "seqtui" / "commands").glob("*.py"):
        found |= set(re.findall(r'"(--[a-z][a-z-]+)"', path.read_text()))
    return found


def test_the_page_of_options_is_what_the_code_says() -> None:
    made = runpy.run_path(str(DOCS / "make_options.py"))["page"]()
    assert page("options.md") == made, "run: python docs/make_options.py"


def test_every_option_is_on_the_page_of_options() -> None:
    settings = [RunConfig, *(load(name).options for name in names())]
    for declared in (declared for each in settings for declared in fields(each)):
        flag = f"`--{declared.name.replace('_', '-')}`"
        assert flag in page("options.md") or declared.name in ("app", "options")


@pytest.mark.parametrize("name", [*ORDERS, *KNOBS])
def test_every_order_and_knob_of_a_living_run_is_named(name: str) -> None:
    assert f"`{name}`" in page("run-folder.md")


def test_every_file_of_the_run_folder_is_named() -> None:
    folder = RunFolder(Path("run"))
    for name in (name for name, kind in vars(RunFolder).items() if isinstance(kind, property) and name != "id"):
        assert f"`{getattr(folder, name).name}" in page("run-folder.md")


@pytest.mark.parametrize("code", ExitCode)
def test_every_exit_code_is_named(code: ExitCode) -> None:
    assert re.search(rf"^\| {int(code)} \|", page("run-folder.md"), re.MULTILINE)


def test_every_link_leads_somewhere() -> None:
    for path, text in PAGES.items():
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_every_path_of_this_tree_that_a_page_names_exists() -> None:
    for path, text in PAGES.items():
        for target in re.findall(r"`((?:seqtui|tests|tasks|docs|benchmarks)/[\w./-]+)`", text):
            assert "NAME" in target or (ROOT / target).exists(), f"{path.name} names {target}"


def test_the_table_of_gradients_is_the_one_that_is_tested() -> None:
    table = runpy.run_path(str(ROOT / "tests" / "engine" / "test_lag_profiles.py"))["TABLE"]
    for name, ratios in table.items():
        shown = " | ".join(f"{ratio:g}" for ratio in reversed(ratios))
        assert f"| {name.replace(' ', ', ')} | {shown} |" in page("gradients.md")
