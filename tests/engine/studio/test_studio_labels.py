"""The studio's answers of a model that labels: chances, saliency, substitutions, files, exports, and bad input."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from seqtui.commands.predict import command as predict_command
from seqtui.engine.asking import predict_all
from seqtui.engine.attribution import input_gradient, mutagenesis, substitutions
from seqtui.engine.open_model import OpenModel
from seqtui.engine.studio_records import part_of
from seqtui.runs.studio_words import (
    Answered,
    AskLabel,
    Listed,
    Refused,
    Salient,
    Substituted,
    Told,
    WritePredictions,
    Wrote,
)

SEQUENCE = "TTGACAGGCTAGCATCGATCGTATAATGCATCGATCAGGTACC"


def test_a_typed_sequence_is_labeled_and_explained(labels: Any, opened: OpenModel) -> None:
    labels.ask(AskLabel(1, f"{SEQUENCE[:20]}\n{SEQUENCE[20:].lower()}"), Told)
    (said,) = labels.of(Answered, 1)
    assert "".join(said.symbols) == SEQUENCE
    assert (said.record, said.count, said.steps, said.letters) == ("typed", 1, len(SEQUENCE), list("ACGT"))
    assert sum(said.chances) == pytest.approx(1)
    tokens = torch.tensor(["ACGT".index(base) for base in SEQUENCE])
    (salient,) = labels.of(Salient, 1)
    assert salient.scores == pytest.approx(input_gradient(opened.model, tokens, said.explained).tolist(), abs=1e-5)
    changes = [row for part in labels.of(Substituted, 1) for row in part.changes]
    wanted = mutagenesis(opened.model, tokens, said.explained, range(4))
    assert np.array(changes) == pytest.approx(wanted.numpy(), abs=1e-5)


def test_substitutions_in_parts_are_those_at_once(opened: OpenModel) -> None:
    tokens = torch.tensor(["ACGT".index(base) for base in SEQUENCE])
    parts = list(substitutions(opened.model, tokens, 1, range(4), steps_at_once=2))
    assert [first for first, _ in parts] == list(range(0, len(SEQUENCE), 2))
    assert torch.allclose(
        torch.cat([part for _, part in parts]), mutagenesis(opened.model, tokens, 1, range(4)), atol=1e-5
    )


def test_a_file_is_listed_with_the_predictions_of_the_command(
    labels: Any, opened: OpenModel, tmp_path: Path
) -> None:  # fmt: skip
    rng = np.random.default_rng(0)
    records = ["".join(rng.choice(list("ACGT"), int(rng.integers(1, 90)))) for _ in range(150)]
    path = tmp_path / "many.fa"
    path.write_text("".join(f">r{number}\n{letters}\n" for number, letters in enumerate(records)))
    labels.ask(AskLabel(2, path=str(path), record=3), Told)
    (said,) = labels.of(Answered, 2)
    assert (said.record, said.index, said.count) == ("r3", 3, 150)
    predictions, _ = predict_all(opened, str(path), progress=lambda _what, _done, _total: None)
    wanted = list(predictions)
    listed = labels.of(Listed, 2)
    assert [name for part in listed for name in part.names] == [each.name for each in wanted]
    assert [guess for part in listed for guess in part.guesses] == [each.guess for each in wanted]
    chances = [chance for part in listed for chance in part.chances]
    assert chances == pytest.approx([each.chances[each.guess] for each in wanted], abs=1e-5)
    labels.ask(WritePredictions(3, str(tmp_path / "a.csv"), source=str(path)), Wrote)
    done = CliRunner().invoke(predict_command, [labels.model, str(path), "-o", str(tmp_path / "b.csv")])
    assert done.exit_code == 0, done.output
    mine, theirs = ((tmp_path / name).read_text().splitlines() for name in ("a.csv", "b.csv"))
    assert [line.split(",")[:2] for line in mine] == [line.split(",")[:2] for line in theirs]
    assert "exists already" in labels.ask(WritePredictions(4, str(tmp_path / "a.csv"), SEQUENCE), Refused).reason


@pytest.mark.parametrize("text", ["", "  \n", "EVERYLETTER", "AC\x1b[31mGT", ">empty\n", "漢字"])
def test_what_is_no_sequence_is_told_in_one_sentence(labels: Any, text: str) -> None:
    reason = labels.ask(AskLabel(5, text), Refused).reason
    assert "seqtui-studio" not in reason
    assert "\x1b" not in reason
    assert "\n" not in reason


def test_a_record_or_class_that_is_not_there_is_told(labels: Any) -> None:
    assert "no record 2" in labels.ask(AskLabel(6, SEQUENCE, record=1), Refused).reason
    assert "no class 9" in labels.ask(AskLabel(7, SEQUENCE, label=9), Refused).reason


def test_a_part_of_records_with_parts_has_all_their_parts(opened: OpenModel, tmp_path: Path) -> None:
    path = tmp_path / "long.fa"
    path.write_text("".join(f">r{number}\n{SEQUENCE * count}\n" for number, count in enumerate((1, 60, 2, 70))))
    records, _ = opened.task.load_for_scoring(
        str(path), opened.meaning.encoding, progress=lambda _what, _done, _total: None
    )
    assert len(records) > len(records.names)
    some = part_of(records, 1, 4)
    assert list(some.names) == ["r1", "r2", "r3"]
    for parent in range(3):
        assert (some.whole(parent) == records.whole(parent + 1)).all()
        mine = [some.record(index) for index in np.flatnonzero(some.parents == parent)]  # type: ignore[arg-type]
        theirs = [records.record(index) for index in np.flatnonzero(records.parents == parent + 1)]  # type: ignore[arg-type]
        assert [part.tolist() for part in mine] == [part.tolist() for part in theirs]
