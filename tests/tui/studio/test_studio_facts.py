"""What is known of a model before it is opened, and the desk that follows from it."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from textual.widget import Widget

from seqtui.runs.models import ModelPlace
from seqtui.runs.studio_model import facts_of
from seqtui.tui.places import Target
from seqtui.tui.studio.ask_desk import AskDesk
from seqtui.tui.studio.tag_desk import TagDesk


@pytest.mark.parametrize("kind", ["opinions", "names"])
def test_a_pretrained_model_is_known_before_it_is_opened(models: Any, tmp_path: Path, kind: str) -> None:
    run = models[kind]
    card = {**json.loads(run.model_file.read_text()), "config": asdict(run.read_config())}
    (tmp_path / "config.json").write_text(json.dumps(card))
    facts = facts_of(ModelPlace("pretrained", tmp_path, "made"))
    assert facts.is_of_words == (kind == "opinions")
    assert facts.classes[0] == ("bad" if kind == "opinions" else "O")
    assert (facts.head, facts.size) == (("label", 2) if kind == "opinions" else ("tags", 9))


@pytest.mark.parametrize(("app", "kind", "desk"), [("sentiment", "opinions", AskDesk), ("ner", "names", TagDesk)])
def test_an_application_is_played_with_its_latest_run(
    models: Any, perform: Any, home: Path, app: str, kind: str, desk: type[Widget]
) -> None:
    shutil.copytree(models[kind].path, home / "runs" / models[kind].id)

    async def scene(stage: Any) -> None:
        await stage.until("✓ open")
        assert stage.screen.query_one("AskDesk, TagDesk").__class__ is desk

    perform(scene, Target(app=app))
