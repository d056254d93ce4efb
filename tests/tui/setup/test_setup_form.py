"""The form without a screen: fields, steps, faults beside fields, what cannot be, presets, files."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqtui.catalog import load, names
from seqtui.commands.run_options import PATHS
from seqtui.config_check import to_toml
from seqtui.errors import Usage
from seqtui.tui.setup.draft import Draft
from seqtui.tui.setup.form import form_fields, is_within, limits, shown, stepped
from seqtui.tui.setup.judge import judge
from seqtui.tui.setup.presets import presets

HOSTILE = ["[/b]", "[red]x", "\x1b]0;PWNED\x07", "\x9b31m", "‮abc", "a\nb", "ü" * 9000, "{}", "$(rm x)", "nan", "1e999"]


def draft(app: str) -> Draft:
    made = Draft(load(app))
    made.use(judge)
    return made


@pytest.mark.parametrize("app", names())
def test_the_defaults_are_a_run_and_nothing_counts_as_changed(app: str) -> None:
    form = draft(app)
    assert form.verdict.config is not None
    assert form.given == {}
    assert not any(state.changed or state.fault for state in form.states().values())
    groups = [field.known.knob.group for field in form.fields]
    assert groups == sorted(groups, key=groups.index)
    assert {"data", "layers", "lr", "max_grad_norm", "device", "name"} <= form.states().keys()


@pytest.mark.parametrize("app", names())
def test_no_two_fields_have_one_name(app: str) -> None:
    found = [field.name for field in form_fields(load(app))]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("app", names())
def test_steps_of_every_field_stay_allowed(app: str) -> None:
    task = load(app)
    fields = form_fields(task)
    for field in fields:
        form = draft(app)
        if form.states()[field.name].blocked or (field.is_typed and field.known.kind is str):
            continue
        for way in (1, 1, 1, -1, -1, -1, -1, -1):
            value = stepped(field, form.value(field.name), way)
            if field.known.kind in (int, float) and value is not None:
                assert is_within(field, value), (field.name, value)
            form.set(field.name, value)
        alone = judge(task, fields, {name: value for name, value in form.given.items() if name == field.name})
        assert "should be" not in alone.faults.get(field.name, ""), field.name


def test_the_fields_that_are_paths_are_those_the_command_line_completes() -> None:
    found = {field.name for field in form_fields(load("dna")) if field.is_path}
    assert found == set(PATHS)


def test_steps_are_those_a_person_expects() -> None:
    fields = {field.name: field for field in form_fields(load("dna"))}
    assert stepped(fields["layers"], 1, 1) == 2
    assert stepped(fields["layers"], 1, -1) == 1
    assert stepped(fields["hidden_size"], 128, 1) == 256
    assert stepped(fields["hidden_size"], 48, -1) == 24
    assert stepped(fields["lr"], 0.002, 1) == 0.005
    assert stepped(fields["lr"], 0.003, -1) == 0.002
    assert stepped(fields["dropout"], 0.2, 1) == 0.25
    assert stepped(fields["dropout"], 0.0, -1) == 0.0
    assert stepped(fields["backbone"], "dense", 1) == "rnn"
    assert stepped(fields["bidirectional"], True, 1) is False
    assert stepped(fields["max_steps"], None, 1) == 1
    assert limits(fields["layers"]) == "from 1 to 16"
    assert limits(fields["lr"]) == "above 0 to 1,000"


def test_a_fault_stands_beside_its_field_and_the_others_do_not_wait_for_it() -> None:
    form = draft("music")
    form.set("layers", "0")
    form.set("lr", "fast")
    form.set("device", "gpu")
    states = form.states()
    assert form.verdict.config is None
    assert "greater than or equal to 1" in states["layers"].fault
    assert "valid number" in states["lr"].fault
    assert "auto, cpu" in states["device"].fault
    assert form.verdict.others == ()
    assert form.verdict.nearest.layers == 1
    form.reset("layers")
    form.set("lr", "0.005")
    form.set("device", "cpu")
    assert form.verdict.config is not None
    assert form.given == {"device": "cpu"}


def test_what_cannot_be_is_fixed_with_its_reason() -> None:
    blocked = draft("music").verdict.blocked
    assert "predicts the next step" in blocked["bidirectional"]
    dna = draft("dna")
    assert "predicts from whole sequences" in dna.verdict.blocked["bptt"]
    assert "bidirectional" not in dna.verdict.blocked
    assert "no direction" in dna.verdict.impossible["backbone", "dense"]
    dna.set("goal", "generate")
    assert "bptt" not in dna.verdict.blocked
    assert "predicts the next step" in dna.verdict.blocked["bidirectional"]
    for name in ("label_from", "class_weights", "pooling", "context", "positions", "window", "stride"):
        assert "goal=classify" in dna.verdict.blocked[name], name
    assert dna.step("pooling", 1).startswith("pooling is for goal=classify")
    assert "pooling" not in dna.given


def test_what_became_impossible_later_is_a_fault_and_can_be_taken_back() -> None:
    dna = draft("dna")
    dna.set("pooling", "mean")
    dna.set("goal", "generate")
    assert "goal=classify" in dna.verdict.faults["pooling"]
    assert dna.states()["pooling"].blocked == ""
    dna.reset("pooling")
    assert dna.verdict.config is not None


def test_dense_turns_the_directions_off_and_leaving_it_turns_them_on() -> None:
    dna = draft("dna")
    dna.set("backbone", "dense")
    assert dna.verdict.config is not None
    assert dna.verdict.config.bidirectional is False
    dna.set("backbone", "lstm")
    assert dna.given == {"backbone": "lstm"}


@pytest.mark.parametrize("app", names())
def test_every_preset_is_a_run_and_keeps_data_and_options(app: str) -> None:
    form = draft(app)
    form.set("data", "nowhere")
    form.set("epochs", "77")
    for preset in presets(form.task, form.options):
        form.take_preset(preset)
        assert form.verdict.config is not None, preset.name
        assert form.verdict.config.data == "nowhere"
        assert all(form.value(name) == value for name, value in preset.values.items())
        assert "epochs" in preset.values or "epochs" not in form.given


def test_a_saved_config_comes_back_whole() -> None:
    import tomllib

    form = draft("dna")
    for name, value in {"goal": "generate", "layers": "3", "name": "[/b] \x1b[31m", "max_steps": "9"}.items():
        form.set(name, value)
    assert form.verdict.config
    other = draft("dna")
    assert other.take_values(tomllib.loads(to_toml(form.verdict.config)), where="x.toml") == []
    assert other.verdict.config == form.verdict.config


def test_a_file_of_another_application_is_refused_and_strange_names_are_told() -> None:
    form = draft("dna")
    with pytest.raises(Usage, match="is for the application 'music'"):
        form.take_values({"app": "music"}, where="x.toml")
    assert form.take_values({"layers": 2, "\x1b[2Jlayer": 3}, where="x.toml") == ["␛[2Jlayer"]
    assert form.given == {"layers": 2}


@settings(max_examples=40, deadline=None, print_blob=False)
@given(st.sampled_from(["music", "dna"]), st.data())
def test_no_value_breaks_the_form(app: str, data: st.DataObject) -> None:
    form = draft(app)
    anything = st.one_of(
        st.sampled_from(HOSTILE), st.text(max_size=9), st.integers(), st.floats(), st.booleans(), st.none(),
        st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=2), st.integers(), max_size=1),
    )  # fmt: skip
    for _ in range(4):
        field = data.draw(st.sampled_from(form.fields))
        value = data.draw(anything)
        form.take_values({**form.given, field.name: value}, where="x")
        form.step(field.name, data.draw(st.sampled_from([1, -1])))
        for state in form.states().values():
            assert isinstance(shown(state.value), str)
        sound = form.verdict.config is not None
        assert sound == (not form.verdict.faults and not form.verdict.others)
