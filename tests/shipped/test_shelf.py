"""The models that ship: sealed, small, licensed, made by commands that the tree holds, with nothing typed by hand."""

import json
import re
import runpy
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seqtui.catalog import names
from seqtui.data_sets.manifest import known
from seqtui.errors import BadInput
from seqtui.runs import models
from seqtui.runs.model_seal import SEAL, check_on_shelf, sealed_on, write_seal, write_shelf_seal
from seqtui.runs.models import CARD, CONFIG, FACTS, WEIGHTS, ModelPlace, application_of, check_whole, pretrained
from seqtui.runs.taste import Taste, options_of

ROOT = Path(__file__).parents[2]
SHELF = ROOT / "pretrained"
SHIPPED = [place.name for place in pretrained()]
FILES = {WEIGHTS, CONFIG, CARD, FACTS, SEAL}
MEGABYTE = 1_000_000


def facts(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SHELF / name / FACTS).read_text())
    return found


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A shelf with two models, of a few bytes each, sealed as the one that ships."""
    root = tmp_path / "shelf"
    for name in ("one", "two"):
        (root / name).mkdir(parents=True)
        for file in (WEIGHTS, CONFIG, CARD):
            (root / name / file).write_text(f"{file} of {name}")
        write_seal(root / name, [WEIGHTS, CONFIG, CARD])
    write_shelf_seal(root)
    (root / "__init__.py").touch()
    return root


def test_what_is_whole_is_let_pass_and_listed(shelf: Path) -> None:
    check_on_shelf(shelf / "one")
    check_on_shelf(shelf / "two")
    assert sealed_on(shelf) == ["one", "two"]


@pytest.mark.parametrize("name", [WEIGHTS, CONFIG, CARD, SEAL])
def test_a_damaged_missing_or_exchanged_file_is_told_by_its_name(shelf: Path, name: str) -> None:
    file = shelf / "one" / name
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(BadInput, match=rf"one/{re.escape(name)} is damaged.*install seqtui again"):
        check_on_shelf(shelf / "one")
    file.write_bytes((shelf / "two" / name).read_bytes() + b" ")
    with pytest.raises(BadInput, match=rf"one/{re.escape(name)} is damaged"):
        check_on_shelf(shelf / "one")
    file.unlink()
    with pytest.raises(BadInput, match=rf"one/{re.escape(name)} is missing"):
        check_on_shelf(shelf / "one")
    check_on_shelf(shelf / "two")


def test_whole_folders_that_were_exchanged_are_found_though_their_own_seals_fit(shelf: Path) -> None:
    (shelf / "one").rename(shelf / "three")
    (shelf / "two").rename(shelf / "one")
    with pytest.raises(BadInput, match="is damaged"):
        check_on_shelf(shelf / "one")
    with pytest.raises(BadInput, match="three did not come with seqtui"):
        check_on_shelf(shelf / "three")


def test_a_file_that_was_added_is_told_and_cleaned(shelf: Path) -> None:
    (shelf / "one" / "\x1b[31mmore.py").touch()
    with pytest.raises(BadInput, match="did not come with seqtui: remove it") as told:
        check_on_shelf(shelf / "one")
    assert "\x1b" not in str(told.value)


@pytest.mark.parametrize("written", [None, "{", "[]", '{"one": 3}', '{"one": {"../two/card.md": "0"}}'])
def test_a_manifest_that_is_gone_or_damaged_lets_nothing_pass(shelf: Path, written: str | None) -> None:
    (shelf / SEAL).unlink()
    if written is not None:
        (shelf / SEAL).write_text(written)
    with pytest.raises(BadInput, match=f"{SEAL} is (missing|damaged)"):
        check_on_shelf(shelf / "one")
    assert sealed_on(shelf) in ([], ["one"])


@pytest.mark.skipif(not SHIPPED, reason="no model ships yet")
def test_a_damaged_model_is_one_sentence_for_every_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Callable[..., Any]
) -> None:
    root = tmp_path / "shelf"
    root.mkdir()
    shutil.copytree(SHELF / SHIPPED[0], root / SHIPPED[0])
    write_shelf_seal(root)
    weights = root / SHIPPED[0] / WEIGHTS
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1
    weights.write_bytes(data)
    monkeypatch.setattr(models, "shelf", lambda: root)
    (tmp_path / "input.txt").write_text("x")
    asked = [
        ("sample", SHIPPED[0]),
        ("predict", SHIPPED[0], "input.txt"),
        ("evaluate", SHIPPED[0], "--data", "input.txt"),
        ("export", SHIPPED[0], "--format", "safetensors", "-o", "new.safetensors"),
    ]
    for words in asked:
        done = call(*words)
        assert (done.code, done.out) == (3, ""), words
        assert done.err.startswith("seqtui: error: ") and f"{WEIGHTS} is damaged" in done.err
        assert done.err.count("\n") == 1, "one sentence"
    weights.unlink()
    place = ModelPlace("pretrained", root / SHIPPED[0], SHIPPED[0])
    assert pretrained() == [place], "it is still known by name"
    with pytest.raises(BadInput, match=f"{WEIGHTS} is missing"):
        check_whole(place)
    (root / SHIPPED[0] / CONFIG).unlink()
    assert application_of(place) == ""


@pytest.mark.parametrize("name", SHIPPED)
def test_a_model_is_whole_and_small(name: str) -> None:
    folder = SHELF / name
    check_on_shelf(folder)
    assert {path.name for path in folder.iterdir()} == FILES
    assert sum(path.stat().st_size for path in folder.iterdir()) < 5 * MEGABYTE
    assert json.loads((folder / CONFIG).read_text())["config"]["app"] == facts(name)["application"]


def test_all_together_are_under_25_megabytes_and_each_is_on_the_manifest() -> None:
    assert sum(path.stat().st_size for path in SHELF.rglob("*") if "__pycache__" not in path.parts) < 25 * MEGABYTE
    assert sealed_on(SHELF) == SHIPPED
    assert {facts(name)["application"] for name in SHIPPED} <= set(names())


@pytest.mark.parametrize("name", SHIPPED)
def test_a_card_is_made_from_the_run_by_a_command_of_the_tree(name: str) -> None:
    card, told = (SHELF / name / CARD).read_text(), facts(name)
    for heading in ("## Data", "## Scores", "## How it was made", "## Limits"):
        assert f"\n{heading}\n" in card
    assert card.startswith(f"# {name}\n") and told["name"] == name
    assert told["command"] in card and told["made_by"] in card and f"seed {told['seed']}" in card
    assert f"| **this model** | {told['split']} | {told['loss']:.4g} |" in card
    assert told["baselines"] and all(f"| {baseline} | " in card for baseline in told["baselines"])
    assert f"{told['parameters']:,} parameters" in card
    # A recipe may say more than the command of then: what was a default at that commit and is none today.
    how, words = recipes()[name]
    assert set(shlex.split(told["command"])) <= {"seqtui", "run", *words}
    assert options_of(Taste(**told.get("taste", {}))) == [word for word in how if word != "--half"]
    assert told["bits"] == (16 if "--half" in how else 32)
    assert re.fullmatch(r"[\d.]+\+[0-9a-f]{12}", told["made_by"]), "made by a commit, with nothing changed"
    found = subprocess.run(
        ["git", "-C", str(ROOT), "cat-file", "-e", told["made_by"].partition("+")[2]], capture_output=True, check=False
    )
    shallow = not (ROOT / ".git").is_dir() or (ROOT / ".git" / "shallow").exists()
    assert found.returncode == 0 or shallow, "the commit that made it is not in this history"


@pytest.mark.parametrize("name", SHIPPED)
def test_data_and_license_are_those_of_the_catalogue(name: str) -> None:
    told, config = facts(name), json.loads((SHELF / name / CONFIG).read_text())["config"]
    if config["data"] is None:
        assert (told["license"], told["citation"]) == ("MIT", "")
        return
    data_set = known()[config["data"]]
    assert (told["license"], told["citation"], told["data"]) == (data_set.license, data_set.citation, data_set.title)
    card = (SHELF / name / CARD).read_text()
    assert data_set.citation in card and data_set.source in card
    assert ("share-alike: what you make of it" in card) == ("-SA-" in data_set.license)


@pytest.mark.parametrize("name", SHIPPED)
def test_nothing_of_the_machine_that_made_it_is_in_it(name: str) -> None:
    for file in (CONFIG, CARD, FACTS):
        text = (SHELF / name / file).read_text()
        assert not re.search(r"/(?:tmp|home|root|work|Users|mnt)/", text), file
    assert json.loads((SHELF / name / CONFIG).read_text())["config"]["run_dir"] is None


def test_the_pages_made_from_the_cards_are_current() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "make_pretrained.py"))
    page = (ROOT / "docs" / "pretrained.md").read_text()
    assert page == made["page"](page), "run: python docs/make_pretrained.py"
    assert (SHELF / "LICENSES.md").read_text() == made["licenses"](), "run: python docs/make_pretrained.py"


def test_the_page_plays_with_models_that_ship() -> None:
    page = (ROOT / "docs" / "pretrained.md").read_text()
    played = set(re.findall(r"seqtui (?:sample|predict|evaluate|export|explain) ([a-z-]+)", page))
    assert played and played <= set(SHIPPED)


def recipes() -> dict[str, tuple[list[str], list[str]]]:
    """Name -> the options of its export, and the words behind `seqtui run`, in pretrained/train.sh."""
    found = {}
    for line in (SHELF / "train.sh").read_text().replace("\\\n", "").splitlines():
        if line.startswith("model "):
            _, name, data, how, *words = shlex.split(line)
            words += [*(() if data == "-" else ("--data", data)), "--threads", "1"]
            found[name] = [] if how == "-" else how.split(), words
    return found
