"""The card of a model says what the run recorded, and nothing of the machine that it was made on."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from seqtui import __version__, catalog
from seqtui.commands import model_card as cards
from seqtui.commands.model_facts import license_address, model_facts, trained_run
from seqtui.config import RunConfig
from seqtui.config_check import make_config
from seqtui.errors import Usage
from seqtui.runs.events import DataSummary, Evaluated, Finished, KnobChanged, Started
from seqtui.runs.folder import RunFolder, create
from seqtui.runs.journal import EventWriter
from seqtui.runs.provenance import version_in


def made(parent: Path, *events: Any, **values: Any) -> RunFolder:
    """A run with this log."""
    config: RunConfig = make_config(catalog.load("ner"), {"seed": 7, "hidden_size": 48, **values})
    folder = create(config, parent=parent)
    writer = EventWriter(folder.events_file)
    for event in events:
        writer.append(event)
    writer.close()
    return folder


def model_card(folder: RunFolder, *, name: str, is_half: bool = False) -> str:
    return cards.model_card(trained_run(folder), name=name, is_half=is_half)


def told(data: str, test: int = 90) -> list[Any]:
    """The log of a run that ended."""
    splits = {"train": [700, 9000], "valid": [80, 900], "test": [test, 990]}
    tag = "most frequent tag"
    scored = [Evaluated(40, 2, "valid", 0.2, {"f1": 0.81}, 900, 0.1, True, 0.2, 40)]
    scored += [Evaluated(60, 3, "test", 0.25, {"f1": 0.7834}, 990, 0.1, False, 0.2, 40)] if test else []
    return [
        Started("r", "ner", 1, "cpu", 2, "", "own", "fp32", 12345, "2.13.0", "AVX512"),
        DataSummary(data, "by seed 7", splits, 61, "tags", "nats/token", {tag: 0.9}, [], "f00d", {tag: {"f1": 0.0}}),
        KnobChanged(30, "lr", 0.002, 0.0005, 10),
        *scored,
        Finished(60, 3, "epochs", 75.0, 0.2, 40),
    ]  # fmt: skip


def test_a_card_holds_scores_baselines_protocol_and_the_way_to_make_it_again(tmp_path: Path) -> None:
    card = model_card(made(tmp_path, *told("made by rule")), name="names")
    assert card.startswith("# names\n\nFind the names in a text")
    assert "| **this model** | test | 0.25 | 0.7834 |" in card
    assert "| **this model** | validation | 0.2 | 0.81 |" in card
    assert "| most frequent tag | test | 0.9 | 0 |" in card
    assert "the best validation score" in card and "scored once, after training. One training, seed 7." in card
    assert "seqtui run ner --hidden-size 48 --seed 7\n" in card
    assert "made by rule by seqtui itself" in card
    assert "- At step 30 lr was set to 0.0005" in card
    assert "12,345 parameters" in card and "1 min 15 s" in card and "61 steps" in card


def test_a_run_without_a_test_split_compares_on_validation(tmp_path: Path) -> None:
    card = model_card(made(tmp_path, *told("made by rule", test=0)), name="names")
    assert "| most frequent tag | validation | 0.9 | 0 |" in card
    assert "scored once" not in card


def test_paths_stay_at_home_and_an_unknown_license_is_said_to_be_unknown(tmp_path: Path) -> None:
    path = tmp_path / "secret" / "letters.conll"
    path.parent.mkdir()
    path.touch()
    card = model_card(made(tmp_path, *told(str(path)), data=str(path)), name="names")
    assert "secret" not in card and str(tmp_path) not in card
    assert "- letters.conll" in card and "--data DATA" in card
    assert "License: unknown to seqtui" in card


def test_a_set_of_the_catalogue_brings_its_license_and_citation(tmp_path: Path) -> None:
    card = model_card(made(tmp_path, *told("wikigold"), data="wikigold"), name="names")
    assert "- License: CC-BY-4.0; D. Balasuriya" in card and "--data wikigold" in card
    assert "that of its data, CC-BY-4.0 (https://creativecommons.org/licenses/by/4.0/)" in card
    assert "share-alike" not in card


def test_share_alike_is_carried_and_the_public_domain_asks_for_nothing(tmp_path: Path) -> None:
    spoken = model_card(made(tmp_path, *told("fsdd"), data="fsdd"), name="digits")
    assert "CC-BY-SA-4.0 (https://creativecommons.org/licenses/by-sa/4.0/); share-alike: what you make" in spoken
    assert "its data ask for none" in model_card(made(tmp_path, *told("names"), data="tiny-shakespeare"), name="bard")
    assert license_address("CC-BY-2.0-FR") == "https://creativecommons.org/licenses/by/2.0/fr/"
    assert license_address("Apache-2.0") == license_address("CC") == license_address("") == ""


def test_a_card_says_how_the_model_is_asked_and_that_its_weights_were_rounded(tmp_path: Path) -> None:
    folder = made(tmp_path, *told("made by rule"))
    assert "seqtui predict names INPUT\n" in model_card(folder, name="names")
    assert "16-bit" not in model_card(folder, name="names")
    assert "stored as 16-bit numbers" in model_card(folder, name="names", is_half=True)


def test_the_facts_say_for_programs_what_the_card_says(tmp_path: Path) -> None:
    folder = made(tmp_path, *told("wikigold"), data="wikigold")
    facts = model_facts(trained_run(folder), name="names", is_half=True)
    assert json.loads(json.dumps(facts)) == facts
    assert (facts["application"], facts["license"], facts["bits"]) == ("ner", "CC-BY-4.0", 16)
    assert (facts["split"], facts["metrics"], facts["loss_unit"]) == ("test", {"f1": 0.7834}, "nats/token")
    assert facts["baselines"] == {"most frequent tag": {"loss": 0.9, "metrics": {"f1": 0.0}}}
    assert facts["command"] in model_card(folder, name="names") and facts["made_by"] in model_card(folder, name="names")
    assert (facts["seed"], facts["seconds"], facts["parameters"]) == (7, 75.0, 12345)


def test_a_run_that_has_not_ended_has_no_card(tmp_path: Path) -> None:
    with pytest.raises(Usage, match="has not come to its end"):
        model_card(made(tmp_path, *told("made by rule")[:-1]), name="names")


def test_who_made_a_run_is_the_version_and_in_a_clone_the_commit(tmp_path: Path) -> None:
    assert version_in(tmp_path) == __version__
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "a").write_text("1")
    subprocess.run([*git, "add", "a"], check=True)
    subprocess.run([*git, "commit", "-qm", "a"], check=True)
    commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout[:12]
    assert version_in(tmp_path) == f"{__version__}+{commit}"
    (tmp_path / "a").write_text("2")
    assert version_in(tmp_path) == f"{__version__}+{commit}.changed"
