"""The documentation keeps up with the code: every event, command, option, exit code and file is in its place."""

import re
import runpy
import shlex
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import click
import pytest

from seqtui.catalog import load, names
from seqtui.cli import COMMANDS, cli
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


PLACEHOLDERS = {"APP": "music", "SHELL": "bash"}


def blocks_of(text: str) -> list[str]:
    """The fenced blocks of a page."""
    return re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def mentions_of(text: str) -> list[str]:
    """What stands between backticks outside of them."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return [each.replace("\n", " ") for each in re.findall(r"(?<!`)`([^`]+)`(?!`)", prose)]


def calls_of(line: str) -> Iterator[str]:
    """What is behind `seqtui` in a line of a shell, each call by itself; of a comment, what is to be typed then."""
    for part in re.split(r"&&|\|(?!\w)|;|>|<|#|then:", line):
        found = re.fullmatch(r"\s*(?:\$ )?(?:next: )?(?:[A-Z_]+=\S+ )?(?:\.venv/bin/)?seqtui (\w[^─(]*)", part)
        if found:
            yield found[1].strip()


TYPED = {
    (path.name, call)
    for path, text in PAGES.items()
    for block in blocks_of(text)
    for line in block.replace("\\\n", " ").splitlines()
    for call in calls_of(line)
}
MENTIONED = {(path.name, call) for path, text in PAGES.items() for each in mentions_of(text) for call in calls_of(each)}


def parse(typed: str) -> None:
    """Have click understand a call, and nothing run."""
    words = [PLACEHOLDERS.get(word, word) for word in shlex.split(typed.replace("…", ""))]
    words = [word for word in words if not re.fullmatch(r"\[\w+\]", word)]
    group = click.Context(cli, info_name="seqtui")
    found = cli.get_command(group, words[0])
    assert found, words[0]
    try:
        found.make_context(words[0], words[1:], parent=group)
    except click.exceptions.Exit as leaving:  # --help
        assert leaving.exit_code == 0


def is_of_this_tree(typed: str) -> bool:
    """Not a run of an application that a page is about to write."""
    words = typed.split()
    return words[0] not in ("run", "check") or len(words) < 2 or words[1] in (*names(), "APP", "--help")


@pytest.mark.parametrize(("where", "typed"), sorted(each for each in TYPED if is_of_this_tree(each[1])))
def test_every_command_that_a_page_tells_to_type_is_understood(where: str, typed: str) -> None:  # noqa: ARG001
    parse(typed)


@pytest.mark.parametrize(("where", "typed"), sorted(each for each in MENTIONED if is_of_this_tree(each[1])))
def test_every_command_that_a_page_mentions_is_understood(where: str, typed: str) -> None:  # noqa: ARG001
    with suppress(click.MissingParameter, click.exceptions.NoArgsIsHelpError):  # a name, not all that one would type
        parse(typed)


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
