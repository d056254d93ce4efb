"""A run of another version of seqtui has options that this one does not know: it is told so."""

import json

import pytest

from seqtui.engine.open_model import open_model
from seqtui.errors import BadInput
from seqtui.runs.events import Failed
from seqtui.runs.models import find_model


def test_a_run_of_another_version_is_told_by_its_option(lab) -> None:
    trained, begun = lab.copy(lab.golden(max_steps=2)), lab.folder(max_steps=2)
    for folder in (trained, begun):
        values = json.loads(folder.config_file.read_text())
        values["config"]["options"]["max_beats"] = 8
        folder.config_file.write_text(json.dumps(values))
    told = "another version of seqtui: music has no option named max_beats here; train"
    with pytest.raises(BadInput, match=told):
        open_model(find_model(str(trained.path)), threads=1)
    assert lab.child(begun) != 0
    (failure,) = [event for event in lab.events(begun) if isinstance(event, Failed)]
    assert told in failure.sentence
