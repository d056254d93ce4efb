"""`seqtui data` as a person has it: lists, fetches from a mirror, says where, and fails in one sentence."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from loopback import running

from seqtui.config import RunConfig
from seqtui.data_sets.manifest import known
from seqtui.runs.folder import create

SHARED = Path(__file__).parents[3] / "shared" / "data"
with_shared = pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not here")
Seqtui = Callable[..., CompletedProcess[str]]


@pytest.fixture
def mirror(tmp_path: Path, environment: dict[str, str]) -> Path:
    """A mirror of some sets."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    (folder / "uci-promoters").symlink_to(SHARED / "dna" / "uci-promoters")
    (folder / "wikigold").symlink_to(SHARED / "ner" / "wikigold")
    environment["SEQTUI_DATA_MIRROR"] = str(folder)
    return folder


def test_the_list_names_every_set_with_its_license(seqtui: Seqtui) -> None:
    done = seqtui("data", "list")
    assert done.returncode == 0 and not done.stderr
    rows = done.stdout.splitlines()
    assert rows[0].split()[:5] == ["NAME", "APP", "SIZE", "HERE", "LICENSE"]
    assert [row.split()[0] for row in rows[1:]] == list(known())
    only = json.loads(seqtui("data", "list", "ner", "--json").stdout)
    assert {each["application"] for each in only} == {"ner"} and len(only) >= 3
    for each in only:
        assert each["license"] and each["citation"] and each["addresses"] and each["here"] is False


@with_shared
@pytest.mark.usefixtures("mirror")
def test_a_set_is_fetched_once_found_checked_and_listed(seqtui: Seqtui) -> None:
    done = seqtui("data", "fetch", "uci-promoters", "wikigold")
    assert done.returncode == 0, done.stderr
    places = done.stdout.splitlines()
    assert [Path(place).name for place in places] == ["promoters.data", "wikigold.conll.txt"]
    assert "license: CC-BY-4.0" in done.stderr and "cite: C. Harley" in done.stderr
    assert all(line.isprintable() for line in done.stderr.splitlines())
    assert seqtui("data", "where", "wikigold").stdout.strip() == places[1]
    assert seqtui("data", "fetch", "wikigold").returncode == 0
    here = {each["name"]: each["path"] for each in json.loads(seqtui("data", "list", "--json").stdout) if each["here"]}
    assert here == {"uci-promoters": places[0], "wikigold": places[1]}
    checked = seqtui("check", "dna", "uci-promoters")
    assert checked.returncode == 0 and "106" in checked.stdout


@with_shared
@pytest.mark.usefixtures("mirror")
def test_a_program_is_told_line_by_line(seqtui: Seqtui) -> None:
    done = seqtui("data", "fetch", "wikigold", "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {line["event"] for line in lines[:-1]} == {"progress"} and lines[-1]["event"] == "fetched"
    assert [line["done"] for line in lines[:-1]][-1] == lines[-2]["total"] == known()["wikigold"].size


def test_a_set_that_is_not_here_is_one_sentence(seqtui: Seqtui) -> None:
    for words in (("data", "where", "wikigold"), ("run", "ner", "--data", "wikigold"), ("check", "ner", "wikigold")):
        done = seqtui(*words)
        assert done.returncode == 4 and not done.stdout
        assert done.stderr.count("\n") == 1 and "`seqtui data fetch wikigold`" in done.stderr
    assert "did you mean wikigold" in seqtui("data", "fetch", "wikigol").stderr


def test_addresses_that_have_nothing_are_told_in_one_sentence(seqtui: Seqtui, environment: dict[str, str]) -> None:
    with running() as server:
        # The mirror answers 404; and through a proxy that cannot be found nothing else is reached.
        environment["SEQTUI_DATA_MIRROR"] = server.address
        environment["https_proxy"] = environment["HTTPS_PROXY"] = "http://nowhere.invalid:1"
        environment["no_proxy"] = environment["NO_PROXY"] = "127.0.0.1"
        done = seqtui("data", "fetch", "uci-promoters")
        assert done.returncode == 1 and not done.stdout
        assert done.stderr.splitlines()[-1].startswith("seqtui: error: promoters.data could not be fetched: ")
        assert server.seen == [("/uci-promoters/promoters.data", None, None)]


@with_shared
@pytest.mark.usefixtures("mirror")
def test_a_run_trains_on_a_name_and_its_resume_says_what_is_missing(seqtui: Seqtui, tmp_path: Path) -> None:
    seqtui("data", "fetch", "uci-promoters")
    few = ("--max-steps", "2", "--hidden-size", "4", "--threads", "1", "--kernel", "own", "--no-export", "--json")
    done = seqtui("run", "dna", "--data", "uci-promoters", *few)
    assert done.returncode == 0, done.stderr
    summary = next(line for line in map(json.loads, done.stdout.splitlines()) if line["event"] == "DataSummary")
    assert summary["notes"][0].startswith("data set uci-promoters, CC-BY-4.0: C. Harley")
    (run,) = (tmp_path / "home" / "runs").iterdir()
    config = json.loads((run / "config.json").read_text())["config"]
    assert config["data"] == "uci-promoters"
    scored = seqtui("evaluate", "last", "--data", "uci-promoters", "--json")
    assert json.loads(scored.stdout)["records"] == 106
    (tmp_path / "home" / "data" / "sets" / "uci-promoters").rename(tmp_path / "elsewhere")
    begun = create(RunConfig(**config), parent=tmp_path / "home" / "runs")  # as on another machine
    again = seqtui("resume", begun.id)
    assert again.returncode != 0 and "`seqtui data fetch uci-promoters`" in again.stderr
