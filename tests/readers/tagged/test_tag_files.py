"""Tagged sentences as files: offsets lead to the text, and what was written is read again."""

import csv
import json
from pathlib import Path

import pytest

from seqtui.readers.tagged.files import (
    Tagged,
    draw_tagged,
    marked,
    write_tags_conll,
    write_tags_csv,
    write_tags_json,
    write_tags_jsonl,
)
from seqtui.readers.tagged.tagged_files import read_tagged_file

TEXT = "São Paulo, 🦊 Ünal! =1+1 left."
OFFSETS = [(0, 3), (4, 9), (9, 10), (11, 12), (13, 17), (17, 18), (19, 23), (24, 28), (28, 29)]
FIRST = Tagged("a:1", TEXT, OFFSETS[:6], ["B-LOC", "E-LOC", "O", "O", "S-PER", "O"], [0.9, 0.6, 1, 1, 0.8, 1])
SECOND = Tagged("a:1, sentence 2", TEXT, OFFSETS[6:], ["S-X", "O", "O"], [0.7, 1, 1])
KNOWN = Tagged("b:1", "Ann left", [(0, 3), (4, 8)], ["S-PER", "S-PER"], [0.9, 0.4], ["S-PER", "O"])


def test_json_has_one_object_a_text_with_offsets_that_lead_back(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    write_tags_json([FIRST, SECOND, KNOWN], path)
    one, two = json.loads(path.read_text())
    assert one["text"] == TEXT
    assert [one["text"][each["start"] : each["end"]] for each in one["entities"]] == ["São Paulo", "Ünal", "=1+1"]
    assert [each["text"] for each in one["entities"]] == ["São Paulo", "Ünal", "=1+1"]
    assert [each["probability"] for each in one["entities"]] == [0.6, 0.8, 0.7]
    assert [each["right"] for each in two["entities"]] == [True, False]


def test_equal_texts_that_follow_each_other_stay_two(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    write_tags_json([KNOWN, KNOWN], path)
    assert len(json.loads(path.read_text())) == 2


def test_json_lines_are_read_as_data_again(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    write_tags_jsonl([FIRST, SECOND], path)
    again = read_tagged_file(path)
    assert [tag for each in again.sentences for tag in each.tags or ()][:2] == ["B-LOC", "I-LOC"]


def test_conll_has_the_truth_before_the_guess_in_bio_and_is_read_again_by_the_truth(tmp_path: Path) -> None:
    path = tmp_path / "out.conll"
    write_tags_conll([KNOWN, Tagged("c", "x y", [(0, 1), (2, 3)], ["B-A", "E-A"], [1, 1], ["O", "O"])], path)
    assert path.read_text() == "Ann\tB-PER\tB-PER\nleft\tO\tB-PER\n\nx\tO\tB-A\ny\tO\tI-A\n\n"
    assert [list(each.tags or ()) for each in read_tagged_file(path).sentences] == [["B-PER", "O"], ["O", "O"]]
    write_tags_conll([FIRST], path)
    assert path.read_text().splitlines()[0] == "São\tB-LOC"


def test_csv_has_a_row_an_entity_and_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_tags_csv([FIRST, SECOND, KNOWN], path)
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert [row["text"] for row in rows] == ["São Paulo", "Ünal", "'=1+1", "Ann", "left"]
    assert [row["right"] for row in rows] == ["", "", "", "yes", "no"]
    assert (rows[0]["start"], rows[0]["end"], rows[0]["probability"]) == ("0", "9", "0.6")


def test_entities_are_marked_in_brackets_and_nothing_acts_on_a_terminal() -> None:
    assert marked(["Paris", "Smith", "met", "\x1b[31m"], ["B-PER", "I-PER", "O", "B-\x07"]) == (
        "[Paris Smith]PER met [␛[31m]␇"
    )


@pytest.mark.parametrize("width", [1, 7, 20, 100])
def test_a_drawing_fits_its_width_in_cells(width: int) -> None:
    wide = Tagged("w", "東京タワー and more", [(0, 5), (6, 9), (10, 14)], ["B-LOC", "O", "O"], [1, 1, 1])
    lines = draw_tagged(wide, width=width, height=50).split("\n")
    assert all(sum(2 if ord(each) > 0x2E80 else 1 for each in line) <= max(width, 2) for line in lines)
    assert "".join(lines).replace(" ", "") == "[東京タワー]LOCandmore"


def test_the_truth_is_drawn_where_it_is_another() -> None:
    assert draw_tagged(KNOWN, width=40, height=9) == "[Ann]PER [left]PER\ntrue:\n[Ann]PER left"
    assert draw_tagged(KNOWN, width=40, height=1) == "[Ann]PER [left]PER"
