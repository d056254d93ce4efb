"""A look at data by a child: what it says, what it survives, and that it can be ended."""

import queue
import sys
from pathlib import Path

import pytest

from seqtui.catalog import load
from seqtui.config_check import make_config
from seqtui.shapes import Label
from seqtui.tui.line_input import completions
from seqtui.tui.setup.found import Found
from seqtui.tui.setup.look import look
from seqtui.tui.setup.looker import taken
from seqtui.tui.setup.research import Research

FASTA = "".join(
    f">a_{n}|promoter\n{'ACGT' * 15}{'ACGT'[n % 4] * n}\n>b_{n}|plain\n{'GGCA' * 15}{'T' * n}\n" for n in range(1, 31)
)


@pytest.fixture
def fasta(tmp_path: Path) -> Path:
    path = tmp_path / "genes [b].fasta"
    path.write_text(FASTA)
    return path


def asked(research: Research, told: "queue.Queue[tuple[object, Found]]") -> Found:
    """What is known when all was said."""
    while True:
        question, found = told.get(timeout=60)
        assert research.take(question, found)  # type: ignore[arg-type]
        if found.head or found.error:
            return found


def test_a_file_is_seen_by_the_doctor_and_loaded(fasta: Path) -> None:
    told: queue.Queue[tuple[object, Found]] = queue.Queue()
    research = Research(lambda question, found: told.put((question, found)))
    config = make_config(load("dna"), {"data": str(fasta)})
    assert research.wants(config)
    research.ask(config)
    assert not research.wants(config)
    found = asked(research, told)
    assert found.error == ""
    assert isinstance(found.head, Label)
    assert set(found.classes) == {"promoter", "plain"}
    assert sum(records for records, _ in (found.splits or {}).values()) == 60
    assert len(found.preview) == 3
    sized = research.sizes(config)
    assert sized and sized.head == (48 * 2 + 1) * 2
    assert research.pace(config) is None
    research.stop()


def test_what_is_wrong_is_a_sentence(tmp_path: Path) -> None:
    bad = tmp_path / "bad.fasta"
    bad.write_bytes(b">x\nACGT\x1b]0;PWNED\x07\n\xff\n")
    told: queue.Queue[tuple[object, Found]] = queue.Queue()
    research = Research(lambda question, found: told.put((question, found)))
    research.ask(make_config(load("dna"), {"data": str(bad)}))
    found = asked(research, told)
    assert found.error
    assert found.count >= 1
    assert found.findings[0][0] == "error"
    assert research.sizes(make_config(load("dna"), {"data": str(bad)})) is None


def test_a_newer_question_ends_the_older(fasta: Path) -> None:
    told: queue.Queue[tuple[object, Found]] = queue.Queue()
    research = Research(lambda question, found: told.put((question, found)))
    research.ask(make_config(load("music"), {}))
    research.ask(make_config(load("dna"), {"data": str(fasta), "seed": "3"}))
    found = asked(research, told)
    assert isinstance(found.head, Label)
    assert told.empty()


def test_the_child_says_the_doctor_first_and_loads_no_textual(fasta: Path) -> None:
    said = list(look("dna", str(fasta), make_config(load("dna"), {}).options, 0))
    assert [list(line) for line in said] == [["checkup"], ["loaded"]]
    import subprocess

    code = "import seqtui.tui.setup.look, sys; assert not {'textual', 'torch', 'rich'} & set(sys.modules)"
    subprocess.run([sys.executable, "-P", "-c", code], check=True, timeout=60)


@pytest.mark.parametrize("line", ["", "{", "[]", '{"loaded": {}}', '{"loaded": {"kind": "x"}}', '{"checkup": 3}'])
def test_an_answer_that_is_none_is_told(line: str) -> None:
    before = Found((("info", "a", "b"),), 1)
    after = taken(before, line)
    assert after.error
    assert after.findings == before.findings


def test_paths_are_completed(tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    (tmp_path / "muse.mid").touch()
    (tmp_path / ".hidden").touch()
    assert completions(f"{tmp_path}/mus") == [f"{tmp_path}/muse.mid", f"{tmp_path}/music/"]
    assert completions(f"{tmp_path}/") == [f"{tmp_path}/muse.mid", f"{tmp_path}/music/"]
    assert completions(f"{tmp_path}/.h") == [f"{tmp_path}/.hidden"]
    assert completions(f"{tmp_path}/none/x") == []
    assert completions("\0" + "x" * 5000 + "/") == []


@pytest.mark.parametrize("app", ["language", "ner", "sentiment"])
def test_data_of_text_are_looked_at_too(app: str) -> None:
    (told,) = look(app, None, make_config(load(app), {}).options, 0)
    assert told["loaded"]["splits"]["train"][0] > 0
