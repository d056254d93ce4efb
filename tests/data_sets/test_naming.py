"""What `--data` means: a path first, then a set that is here, else a sentence that helps."""

from pathlib import Path

import pytest
from loopback import HASTE

from seqtui.catalog import load
from seqtui.commands.run_config import gather
from seqtui.data_sets import fetch, naming
from seqtui.data_sets.download import MIRROR_VARIABLE
from seqtui.data_sets.manifest import find
from seqtui.errors import NotFound, Usage

SHARED = Path(__file__).parents[3] / "shared" / "data"
with_shared = pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not here")


@pytest.fixture
def promoters(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """uci-promoters, fetched from a mirror; its path."""
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "uci-promoters").symlink_to(SHARED / "dna" / "uci-promoters")
    monkeypatch.setenv(MIRROR_VARIABLE, str(mirror))
    monkeypatch.chdir(tmp_path)
    assert home.parent == tmp_path
    return fetch.fetch(find("uci-promoters"), tell=lambda _now: None, patience=HASTE)


@with_shared
def test_a_name_is_the_path_of_its_set(promoters: Path) -> None:
    assert naming.resolve("dna", "uci-promoters") == str(promoters)
    assert promoters.read_bytes() == (SHARED / "dna" / "uci-promoters" / "promoters.data").read_bytes()


@with_shared
def test_a_run_keeps_the_name_so_that_another_machine_can_tell_what_it_lacks(promoters: Path) -> None:
    config = gather(load("dna"), typed={"data": "uci-promoters"}, config_file=None)
    assert config.data == "uci-promoters" and promoters.exists()


@with_shared
@pytest.mark.usefixtures("promoters")
def test_a_path_that_exists_wins(tmp_path: Path) -> None:
    (tmp_path / "uci-promoters").write_text(">a|x\nACGT\n")
    assert naming.resolve("dna", "uci-promoters") == "uci-promoters"
    assert naming.named("uci-promoters") is None
    config = gather(load("dna"), typed={"data": "uci-promoters"}, config_file=None)
    assert config.data == str(tmp_path / "uci-promoters")


@pytest.mark.usefixtures("home")
def test_a_set_that_is_not_here_is_told_with_the_command_that_fetches_it() -> None:
    with pytest.raises(NotFound, match="`seqtui data fetch wikigold` fetches it"):
        naming.resolve("ner", "wikigold")
    with pytest.raises(NotFound, match="seqtui data fetch wikigold"):
        gather(load("ner"), typed={"data": "wikigold"}, config_file=None)


@with_shared
def test_a_set_that_was_damaged_is_told_with_the_command_that_mends_it(promoters: Path) -> None:
    promoters.write_bytes(b"short")
    with pytest.raises(NotFound, match=r"promoters.data has 5 bytes.*seqtui data fetch uci-promoters` mends it"):
        naming.resolve("dna", "uci-promoters")


def test_a_set_of_another_application_is_refused() -> None:
    with pytest.raises(Usage, match="wikigold is for ner, not for dna"):
        naming.resolve("dna", "wikigold")


def test_an_empty_name_is_not_the_folder_one_stands_in() -> None:
    with pytest.raises(Usage, match="name of the data is empty"):
        naming.resolve("dna", "")


def test_what_names_no_set_is_the_application_s_own_affair() -> None:
    for data in ("bach", "no/such/path", "x" * 5000, "a\0b", "~nobody/x"):
        assert naming.resolve("music", data) == data
    with pytest.raises(NotFound, match="did you mean wikigold"):
        naming.resolve("ner", "wikigolt")


@pytest.mark.usefixtures("home")
def test_what_a_set_asks_for_is_noted_where_it_stands() -> None:
    asked = naming.options_of("dna", "slipper-orchids")
    assert asked == {"goal": "generate"} and naming.options_of("music", "slipper-orchids") == {}
    notes = naming.notes_of("slipper-orchids", {"goal": "generate", "window": 100})
    assert len(notes) == 1 and notes[0].endswith("; goal=generate, as the set asks for")
    assert "goal" not in naming.notes_of("slipper-orchids", {"goal": "classify"})[0]
    assert naming.notes_of(None, {}) == naming.notes_of("some/path", {}) == ()


def test_options_of_a_set_reach_the_config_under_the_file_and_what_is_typed(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seqtui.data_sets.manifest import digest_of
    from seqtui.data_sets.store import place_of
    from seqtui.runs.durable import write_json

    found = find("slipper-orchids")
    place_of(found).parent.mkdir(parents=True)
    place_of(found).write_text("a record\n")
    write_json(home / "data" / "sets" / found.name / "about.json", {"digest": digest_of(found), "sizes": {}})
    dna, data = load("dna"), {"data": found.name}
    assert gather(dna, typed=data, config_file=None).options["goal"] == "generate"
    assert gather(dna, typed={**data, "goal": "classify"}, config_file=None).options["goal"] == "classify"
    for text in ('goal = "classify"\n', '[options]\ngoal = "classify"\n'):
        (tmp_path / "run.toml").write_text(text)
        assert gather(dna, typed=data, config_file=tmp_path / "run.toml").options["goal"] == "classify"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run.toml").write_text(f'data = "{found.name}"\n')
    assert gather(dna, typed={}, config_file=tmp_path / "run.toml").options["goal"] == "generate"
