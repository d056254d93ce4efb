"""The manifest: enough sets for each application, each with all that a person must know, and sums of bytes seen."""

import hashlib
import re
import tomllib
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from seqtui.catalog import load, names
from seqtui.config_check import faults_in
from seqtui.data_sets.manifest import UNPACKED, DataSet, digest_of, files_of, find, known
from seqtui.errors import NotFound
from seqtui.readers.archive_names import Names

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
APPLICATIONS = ("music", "dna", "sentiment", "ner", "language", "translation", "speech", "video")
SETS = pytest.mark.parametrize("data_set", known().values(), ids=known())

HERE = {
    "dna/uci-splice-junction/splice.data": "uci-splice",
    "dna/uci-promoters/promoters.data": "uci-promoters",
    "ner/wikigold/wikigold.conll.txt": "wikigold",
    "ner/ncbi-disease/train.tsv": "ncbi-disease",
    "ner/wnut17/emerging.test.annotated": "wnut17",
    "text/tiny-shakespeare/input.txt": "tiny-shakespeare",
    "sentiment/uci-sentiment-labelled-sentences/yelp_labelled.txt": "uci-sentences",
    "speech/fsdd/recordings/7_lucas_3.wav": "fsdd",
    "music/js-fake-chorales/midi": "js-fakes",
}


def test_every_application_has_three_sets_or_more() -> None:
    counts = Counter(each.application for each in known().values())
    assert set(counts) == set(APPLICATIONS) and min(counts.values()) >= 3
    assert set(names()) <= set(APPLICATIONS), "an application without a data set"


@SETS
def test_a_set_says_what_a_person_must_know(data_set: DataSet) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9-]{2,30}", data_set.name)
    for text in (data_set.title, data_set.about, data_set.license, data_set.citation, data_set.split):
        assert text and text.isprintable()
    assert data_set.about.endswith(".") and len(data_set.about) < 130
    assert data_set.source.startswith("https://")
    for address in (*data_set.addresses, *filter(None, [data_set.archive])):
        pinned = re.search(r"/[0-9a-f]{40}/|@[0-9a-f]{40}/|/[0-9a-f]{40}$|\{sha256\}", address)
        assert address.startswith("https://") and pinned, f"{address} may change"


@SETS
def test_a_listing_adds_up_and_its_names_can_be_files(data_set: DataSet) -> None:
    listed = files_of(data_set)
    assert (len(listed), sum(file.size for file in listed)) == (data_set.files, data_set.size)
    taken = Names(data_set.name)
    for file in listed:
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256) and file.size > 0
        assert file.step in ("", *UNPACKED) or re.fullmatch(r"bytes:\d+:\d+|heading:[\w,]+", file.step)
        assert taken.take(file.path, is_folder=False) == file.path
    made_here = {file.path for file in listed if file.step not in UNPACKED}
    unpacked = any(file.step in UNPACKED for file in listed)
    folders = {path.partition("/")[0] for path in made_here if "/" in path}
    assert not data_set.entry or unpacked or data_set.entry in made_here | folders


@SETS
def test_what_a_set_asks_for_its_application_knows(data_set: DataSet) -> None:
    if data_set.application in names():
        task = load(data_set.application)
        assert faults_in(task.options, dict(data_set.options)) == []


def test_every_listing_is_of_a_set_and_all_are_packaged() -> None:
    listings = {Path(str(each)).stem for each in (files("seqtui.data_sets") / "files").iterdir()}
    assert listings == set(known())
    data = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    assert data["seqtui.data_sets"] == ["sets.toml", "files/*.txt"]


def test_a_misspelt_name_gets_the_nearest() -> None:
    with pytest.raises(NotFound, match="did you mean wikigold"):
        find("wikigol")
    with pytest.raises(NotFound, match="data list"):
        find("xyzzy")


def test_what_is_said_of_their_number_is_so() -> None:
    for page in ("README.md", "CHANGELOG.md"):
        said = re.findall(r"(\d+) open|# (\d+) sets", (ROOT / page).read_text())
        assert said and {int(one or other) for one, other in said} == {len(known())}


def test_digests_tell_sets_apart() -> None:
    assert len({digest_of(each) for each in known().values()}) == len(known())


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not here")
@pytest.mark.parametrize("place", HERE)
def test_sums_are_those_of_files_that_are_here(place: str) -> None:
    sums = {file.sha256 for file in files_of(known()[HERE[place]])}
    path = SHARED / place
    for file in sorted(path.iterdir())[:20] if path.is_dir() else [path]:
        assert hashlib.sha256(file.read_bytes()).hexdigest() in sums
