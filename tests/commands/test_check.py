"""The data doctor is told, as a run is, where things stand in the data."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Seqtui = Callable[..., CompletedProcess[str]]

GENES = "".join(
    f">g{number} of {'left' if number % 2 else 'right'} arm\n{'ACGT' * 5}{'A' * number}\n" for number in range(40)
)
OPINIONS = "text,other,label\n" + "".join(f"good {n},a thing {n},x\nbad {n},a place {n},y\n" for n in range(30))
TAGS = "".join(f"Ann\tB-PER\tNNP\nsaw\tO\tVBD\n{number}\tO\tCD\n\n" for number in range(20))
PAIRS = "".join(f"{number}\tle {number}\tthe {number} thing\n" for number in range(20))


def facts(seqtui: Seqtui, *words: str) -> dict[str, Any]:
    done = seqtui("check", *words, "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["facts"]
    return found


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, str], str]:
    def write(name: str, text: str) -> str:
        (tmp_path / name).write_text(text)
        return str(tmp_path / name)

    return write


def test_classes_are_looked_for_where_a_run_would_look(seqtui: Seqtui, put: Callable[[str, str], str]) -> None:
    genes = put("genes.fa", GENES)
    assert "classes" not in facts(seqtui, "dna", genes)
    told = facts(seqtui, "dna", genes, "--label-from", r"header:of (\w+)")
    assert told["classes"] == {"right": 20, "left": 20}
    assert told["labels_from"] == r"--label-from header:of (\w+)"
    refused = seqtui("check", "dna", genes, "--label-from", "header:at (.+)")
    assert "a run with --label-from header:at (.+) would refuse this" in refused.stdout


def test_columns_and_sides_are_those_that_are_named(seqtui: Seqtui, put: Callable[[str, str], str]) -> None:
    opinions, tags, pairs = put("opinions.csv", OPINIONS), put("tags.conll", TAGS), put("pairs.tsv", PAIRS)
    usual, other = (facts(seqtui, "sentiment", opinions, *more) for more in ((), ("--text-column", "other")))
    assert usual != other and usual["classes"] == other["classes"]
    ((by_number),) = facts(seqtui, "ner", tags, "--tag-column", "2").values()
    assert by_number["entities"] == {"PER": 20}
    sides = facts(seqtui, "translation", pairs, "--source-side", "2", "--target-side", "3")
    assert sides["pairs"] == 20 and sides["target"]["lengths"]["most"] == 3


def test_an_option_that_the_doctor_does_not_regard_is_none(seqtui: Seqtui, put: Callable[[str, str], str]) -> None:
    genes = put("genes.fa", GENES)
    for words in (("dna", genes, "--epochs", "3"), ("music", genes, "--label-from", "file")):
        done = seqtui("check", *words)
        assert done.returncode == 2 and "no such option" in done.stderr.lower()
    wrong = seqtui("check", "translation", genes, "--form", "rows")
    assert wrong.returncode == 2 and "--form rows" in wrong.stderr
