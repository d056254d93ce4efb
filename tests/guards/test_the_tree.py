"""The rules of the house that a machine can keep: sizes, imports, the package list, no traces of anybody's machine."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for top in ("seqtui", "tasks", "tests", "benchmarks") for path in (ROOT / top).rglob("*.py"))
PROGRAM = [path for path in SOURCES if path.relative_to(ROOT).parts[0] in ("seqtui", "tasks")]


@dataclass(frozen=True, slots=True)
class Source:
    """What the rules ask of a file. imports: every module it imports, at its top or inside; long: functions of more
    than 40 lines; doc: lines of what it says it is, None where it holds nothing.
    """

    lines: int
    imports: frozenset[str]
    long: tuple[str, ...]
    doc: int | None


@cache
def source(path: Path) -> Source:
    """A file, parsed once; its tree is not kept."""
    text = path.read_text()
    tree = ast.parse(text)
    imports, long = set(), []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imports |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imports.add(node.module)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > 40:
            long.append(f"{path.relative_to(ROOT)}:{node.lineno}: {node.name}")
    doc = len((ast.get_docstring(tree) or "").splitlines()) if tree.body else None
    return Source(len(text.splitlines()), frozenset(imports), tuple(long), doc)


def tops(path: Path) -> set[str]:
    """The packages that a file imports."""
    return {name.partition(".")[0] for name in source(path).imports}


def assert_none(found: Iterable[Path | str]) -> None:
    """Fails with everything that was found."""
    names = [str(each.relative_to(ROOT)) if isinstance(each, Path) else each for each in found]
    assert not names, "\n".join(names)


def test_there_are_files_to_look_at() -> None:
    assert len(PROGRAM) > 300
    assert {path.relative_to(ROOT).parts[0] for path in SOURCES} == {"seqtui", "tasks", "tests", "benchmarks"}


def test_no_file_is_over_300_lines_and_no_function_over_40() -> None:
    assert_none(path for path in SOURCES if source(path).lines > 300)
    assert_none(name for path in PROGRAM for name in source(path).long)


def test_torch_lives_in_the_engine_and_textual_in_the_tui() -> None:
    outside = {
        name: [path for path in PROGRAM if ROOT / "seqtui" / name not in path.parents] for name in ("engine", "tui")
    }
    assert_none(path for path in outside["engine"] if tops(path) & {"torch", "torchtext"})
    assert_none(path for path in outside["tui"] if "textual" in tops(path))


def test_nobody_imports_a_bare_tasks() -> None:
    assert_none(path for path in SOURCES if tops(path) & {"tasks", "pretrained"})


def test_every_module_says_what_it_is_in_one_to_twelve_lines() -> None:
    assert_none(path for path in PROGRAM if source(path).doc not in (None, *range(1, 13)))


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not {path.stem for path in PROGRAM} & {"utils", "util", "helpers", "common", "base", "manager"}


def test_every_package_is_listed_in_pyproject() -> None:
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    found = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "seqtui").rglob("__init__.py")}
    assert listed == found | {"seqtui.tasks", "seqtui.pretrained"}


def test_the_version_is_the_same_in_both_places() -> None:
    from seqtui import __version__

    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == __version__


def test_the_tree_names_no_machine_and_no_registry() -> None:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    bad = re.compile(rb"/(?:home|Users)/\w+/|/" + rb"work/\w|\.inter" + rb"nal\b|artifac" + rb"tory|index" + rb"-url")
    for name in filter(None, listing.stdout.split(b"\0")):
        path = ROOT / name.decode()
        if path.is_file() and path.suffix in ("", ".py", ".toml", ".md", ".txt", ".json", ".yml", ".cfg"):
            assert not bad.search(path.read_bytes()), f"{path} names a place on somebody's machine"


def test_the_commands_of_the_readme_exist() -> None:
    from seqtui.cli import COMMANDS

    text = (ROOT / "README.md").read_text()
    for command in re.findall(r"^\s*(?:\$ )?seqtui ([a-z]+)", text, re.MULTILINE):
        assert command in COMMANDS, f"README.md calls `seqtui {command}`"


def test_the_import_contracts_hold() -> None:
    script = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([script], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout
