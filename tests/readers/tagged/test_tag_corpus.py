"""From files to splits: names say the split, documents stay together, copies across splits are told."""

from pathlib import Path

import pytest

from seqtui.errors import BadInput, NotFound, Usage
from seqtui.readers.grouped_split import Plan
from seqtui.readers.remark import Remark
from seqtui.readers.tagged.corpus import TaggedCorpus, load_tagged, load_to_tag, shared_with_train
from seqtui.readers.tagged.doctor import examine
from seqtui.readers.tagged.schemes import spans_of
from seqtui.readers.unpacked_file import silent

NER = Path(__file__).parents[4] / "shared" / "data" / "ner"


def load(data: Path | None, scheme: str = "bio", **plan: float) -> TaggedCorpus:
    made = Plan(
        int(plan.get("folds", 0)), int(plan.get("fold", 0)), plan.get("valid_share", 0.1), int(plan.get("seed", 0))
    )
    return load_tagged(
        None if data is None else str(data), None, "iobes" if scheme == "iobes" else "bio", made, progress=silent
    )


def sentences(*rows: str) -> str:
    """`word/TAG word/TAG`, a sentence each."""
    return "".join("".join(f"{pair.replace('/', ' ')}\n" for pair in row.split()) + "\n" for row in rows)


def numbered(first: int, last: int) -> list[str]:
    return [f"w{number}/B-X in/O town{number}/O" for number in range(first, last)]


def test_files_of_a_folder_are_the_splits_that_their_names_say(tmp_path: Path) -> None:
    for name, (first, last) in {"train": (0, 20), "dev": (20, 25), "test": (25, 31)}.items():
        (tmp_path / f"toy.{name}.conll").write_text(sentences(*numbered(first, last)))
    (tmp_path / "README.md").write_text("about")
    (tmp_path / "extra.conll").write_text("never read\n")
    corpus = load(tmp_path)
    assert [len(part) for part in (corpus.split.train, corpus.split.valid, corpus.split.test)] == [20, 5, 6]
    assert corpus.sentences[corpus.split.test[0]].name == "toy.test.conll:1"
    assert corpus.notes == ("not read, as their names say no split: extra.conll",)
    with pytest.raises(Usage, match="split already"):
        load(tmp_path, folds=5)


def test_copies_across_the_given_splits_are_counted_and_stay(tmp_path: Path) -> None:
    (tmp_path / "train.txt").write_text(sentences(*numbered(0, 20)))
    (tmp_path / "dev.txt").write_text(sentences(*numbered(18, 22)))
    (tmp_path / "test.txt").write_text(sentences("other/B-X word/O", *numbered(5, 6)))
    corpus = load(tmp_path)
    assert [len(each) for each in shared_with_train(corpus.sentences, corpus.split).values()] == [2, 1]
    assert "2 of 4 valid sentences stand in train too, the first at dev.txt:1" in corpus.notes
    assert "1 of 2 test sentences stand in train too, the first at test.txt:4" in corpus.notes


def test_one_file_is_split_by_sentence_and_equal_ones_stay_together(tmp_path: Path) -> None:
    path = tmp_path / "all.conll"
    path.write_text(sentences(*numbered(0, 50), *numbered(0, 50)))
    corpus = load(path)
    assert shared_with_train(corpus.sentences, corpus.split) == {"valid": [], "test": []}
    assert corpus.split.rule == "80/10/10 by seed 0; equal sentences stay in one split"
    assert load(path).fingerprint == corpus.fingerprint != load(path, seed=1).fingerprint


def test_marked_documents_are_never_cut_by_a_split(tmp_path: Path) -> None:
    path = tmp_path / "all.conll"
    path.write_text("-DOCSTART- O\n\n".join(sentences(*numbered(4 * each, 4 * each + 4)) for each in range(20)))
    seen: list[int] = []
    for fold in range(5):
        split = load(path, folds=5, fold=fold).split
        documents = [
            {load(path).sentences[at].document for at in part} for part in (split.train, split.valid, split.test)
        ]
        assert not (documents[0] & documents[1] or documents[0] & documents[2] or documents[1] & documents[2])
        seen += split.test.tolist()
    assert sorted(seen) == list(range(80))


def test_files_without_marks_are_no_documents_that_keep_a_split_from_being_cut(tmp_path: Path) -> None:
    (tmp_path / "train.conll").write_text(sentences(*numbered(0, 40)))
    (tmp_path / "test.conll").write_text(sentences(*numbered(40, 60)))
    split = load(tmp_path).split
    assert [len(part) for part in (split.train, split.valid, split.test)] == [36, 4, 20]


def test_two_documents_are_too_few_to_be_split_by(tmp_path: Path) -> None:
    path = tmp_path / "all.conll"
    path.write_text("-DOCSTART- O\n\n".join(sentences(*numbered(20 * each, 20 * each + 20)) for each in range(2)))
    assert load(path).split.rule == "80/10/10 by seed 0; equal sentences stay in one split"


def test_every_scheme_comes_out_in_the_one_that_is_wanted(tmp_path: Path) -> None:
    rows = {"io": "a/I-X b/I-X c/O", "iob1": "a/I-X b/B-X c/O", "bio": "a/B-X b/I-X c/O", "bilou": "a/B-X b/L-X c/O"}
    for name, row in rows.items():
        path = tmp_path / f"{name}.conll"
        path.write_text(sentences(*[f"{row} w{number}/O" for number in range(12)]))
        corpus = load(path, "iobes")
        one = ["B-X", "E-X", "O", "O"] if name != "iob1" else ["S-X", "S-X", "O", "O"]
        assert list(corpus.sentences[0].tags or ()) == one
        assert (f"tags in {name.upper()} were read as IOBES" in corpus.notes) == (name != "bilou")


def test_broken_tags_are_told_with_the_first_line(tmp_path: Path) -> None:
    path = tmp_path / "all.conll"
    path.write_text(sentences(*numbered(0, 20), "a/O b/I-X", "c/O d/I-X e/I-X"))
    corpus = load(path)
    (note,) = corpus.notes
    assert note.startswith("all.conll: 2 tags break their scheme, the first in line 82 (I-X should be B-X")
    assert note.endswith("they were read as conlleval reads them")
    assert [span.end - span.begin for span in spans_of(corpus.sentences[-1].tags or ())] == [2]


def test_a_type_that_is_only_in_the_test_is_told(tmp_path: Path) -> None:
    for name, kind in {"train": "X", "dev": "X", "test": "Y"}.items():
        (tmp_path / f"{name}.conll").write_text(sentences(*[f"{name}{number}/B-{kind} x/O" for number in range(5)]))
    corpus = load(tmp_path)
    assert corpus.tags == ("O", "B-X", "I-X", "B-Y", "I-Y")
    assert corpus.notes == ("types that are not in train, so that they cannot be learned: Y",)


@pytest.mark.parametrize(
    ("text", "error", "complaint"),
    [
        ("just a text\nand more of it\n", BadInput, "has 2 sentences and no tags to learn"),
        (sentences("a/O b/O", "c/O d/O"), BadInput, "in 2 sentences every tag is O"),
        (sentences("a/B-X b/O"), BadInput, "too few different sentences for train, valid and test"),
        ("\n \n", BadInput, "no text in it"),
    ],
)
def test_what_cannot_be_learned_is_refused(tmp_path: Path, text: str, error: type[Exception], complaint: str) -> None:
    path = tmp_path / "data.txt"
    path.write_text(text)
    with pytest.raises(error, match=complaint):
        load(path)


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="there is no file or folder"):
        load(tmp_path / "nothing")
    with pytest.raises(BadInput, match="holds no file with data"):
        load(tmp_path)
    with pytest.raises(BadInput, match="cannot be read"):
        load(Path("x" * 5000))


def test_raw_text_can_be_tagged_and_fresh_made_sentences_scored(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text("Anna left Oslo. It rained.\n")
    found, notes = load_to_tag(str(path), None, "clitics", "bio", progress=silent)
    assert [each.tags for each in found] == [None, None] and not notes
    fresh, _ = load_to_tag("names", None, "clitics", "bio", progress=silent)
    assert [each.tokens for each in fresh] != [each.tokens for each in load(None).sentences]


def test_the_doctor_names_lines_counts_types_and_compares_splits(tmp_path: Path) -> None:
    (tmp_path / "train.conll").write_text(sentences(*numbered(0, 30), "a/O b/I-X"))
    (tmp_path / "test.conll").write_text(sentences(*numbered(29, 31)))
    remarks, facts = examine([tmp_path], None)
    train, test = (str(tmp_path / name) for name in ("train.conll", "test.conll"))
    assert Remark("warning", f"{train}, line 122", "I-X should be B-X, as the span begins there") in remarks
    assert Remark("warning", test, "1 of 2 sentences stand in train.conll too, such as test.conll:1") in remarks
    assert Remark("info", test, "33.3% of the tokens and 50.0% of the entities are not in train.conll") in remarks
    assert Remark("warning", test, "types with fewer than 20 entities: X 2") in remarks
    assert facts[train]["entities"] == {"X": 31} and facts[train]["scheme_faults"] == 1
    assert facts[test]["tokens_a_sentence"] == {"median": 3, "p95": 3, "most": 3}


def test_the_doctor_never_fails_on_what_is_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "bad.conll").write_bytes(b"a O\nb\n\n\xff\xfe")
    (tmp_path / "worse.conll").write_bytes(b"\0\0")
    remarks, facts = examine([tmp_path, tmp_path / "none.conll"], None)
    assert [remark.level for remark in remarks] == ["error"] * 3 and not facts


@pytest.mark.skipif(not NER.exists(), reason="the shared data are not here")
def test_wikigold_is_split_by_its_documents() -> None:
    corpus = load(NER / "wikigold", folds=5)
    assert corpus.split.rule.endswith("documents stay in one split")
    assert "tags in IO were read as BIO" in corpus.notes
    assert len(corpus.split.test) == pytest.approx(1696 / 5, rel=0.05)
