"""Speech as it lies on disks: the Free Spoken Digit layout, folders, manifests; what is missing is told."""

import json
from pathlib import Path

import pytest
from sounds import tone, write_wav

from seqtui.errors import BadInput, NotFound
from seqtui.readers.speech.doctor import examine
from seqtui.readers.speech.layouts import DIGITS, read_speech

FSDD = Path(__file__).parents[4] / "shared" / "data" / "speech" / "fsdd"


def sounds(folder: Path, *names: str) -> None:
    for number, name in enumerate(names):
        write_wav(folder / name, tone(200 + 50 * number))


def test_digits_named_by_speaker_and_index_have_the_official_split(tmp_path: Path) -> None:
    names = [f"{digit}_{who}_{index}.wav" for digit in (0, 7) for who in ("ann", "bob") for index in (0, 4, 5, 49)]
    sounds(tmp_path / "recordings", *names)
    (tmp_path / "README.md").write_text("about")
    found = read_speech(tmp_path)
    assert found.order == DIGITS
    by_name = {each.name: each for each in found.utterances}
    assert {name: by_name[name].split for name in names} == {
        name: "test" if name.rsplit("_", 1)[1] in ("0.wav", "4.wav") else "train" for name in names
    }
    seven = by_name["7_bob_49.wav"]
    assert (seven.word, seven.transcript, seven.speaker) == ("seven", "seven", "bob")
    sounds(tmp_path / "recordings", "hello.wav")
    assert read_speech(tmp_path).notes == ("1 sound files are not named DIGIT_SPEAKER_INDEX and were left out",)


@pytest.mark.skipif(not FSDD.exists(), reason="the shared data are not here")
def test_the_free_spoken_digit_dataset_is_read_as_it_comes() -> None:
    found = read_speech(FSDD)
    assert len(found.utterances) == 3000
    assert sum(each.split == "test" for each in found.utterances) == 300
    assert len({each.speaker for each in found.utterances}) == 6


def test_a_folder_is_a_class_with_or_without_splits(tmp_path: Path) -> None:
    sounds(tmp_path / "flat" / "yes", "a.wav", "b_nohash_0.wav")
    sounds(tmp_path / "flat" / "no", "c.wav")
    sounds(tmp_path / "flat" / "_background_noise_", "d.wav")
    found = {each.name: (each.word, each.speaker) for each in read_speech(tmp_path / "flat").utterances}
    assert found == {"yes/a.wav": ("yes", ""), "yes/b_nohash_0.wav": ("yes", "b"), "no/c.wav": ("no", "")}
    for split in ("train", "dev", "test"):
        sounds(tmp_path / "split" / split / "yes", "a.wav")
        sounds(tmp_path / "split" / split / "no", "b.wav")
    found_split = read_speech(tmp_path / "split")
    assert found_split.split_by == "the folders' names"
    assert [each.split for each in found_split.utterances] == ["train"] * 2 + ["valid"] * 2 + ["test"] * 2


ROWS = [
    {"path": "a.wav", "text": "Turn it on", "speaker": "ann", "split": "train"},
    {"path": "b.wav", "text": "off", "speaker": "bob", "split": "dev"},
]


def as_csv(rows: list[dict[str, str]], separator: str = ",") -> str:
    return "\n".join(separator.join(row) for row in [list(rows[0]), *(list(row.values()) for row in rows)]) + "\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("m.csv", as_csv(ROWS)),
        ("m.tsv", as_csv(ROWS, "\t")),
        ("m.csv", "\ufeff" + as_csv(ROWS, ";")),
        ("m.json", json.dumps(ROWS)),
        ("m.jsonl", "\n".join(map(json.dumps, ROWS))),
        ("m.json", "\n".join(json.dumps({"audio_filepath": r["path"], **r, "duration": 1}) for r in ROWS)),
    ],
)
def test_manifests_of_every_form_say_the_same(name: str, text: str, tmp_path: Path) -> None:
    sounds(tmp_path, "a.wav", "b.wav")
    (tmp_path / name).write_text(text)
    for given in (tmp_path / name, tmp_path):
        found = read_speech(given)
        assert found.split_by == "the manifest"
        assert [(e.name, e.transcript, e.speaker, e.split) for e in found.utterances] == [
            ("a.wav", "Turn it on", "ann", "train"),
            ("b.wav", "off", "bob", "valid"),
        ]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("m.csv", "path,text\nnone.wav,hello\n", r"m\.csv, line 2: there is no file .*none\.wav"),
        ("m.csv", "path,text\na.wav\n", r"m\.csv, line 2: has 1 columns where the first line names 2"),
        ("m.csv", "sound,text\na.wav,x\n", r"line 2: names no sound file; its column must be called one of path"),
        ("m.csv", "path,text\n", r"m\.csv names no sound file"),
        ("m.jsonl", '{"path": "a.wav"}\n{"path": \n', r"m\.jsonl, line 2 is no JSON"),
        ("m.json", '["a.wav"]', r"m\.json, entry 1 is no JSON object"),
        ("m.json", "[" * 100_000, r"m\.json is no JSON"),
    ],
)
def test_what_is_wrong_in_a_manifest_is_named_by_line(name: str, text: str, sentence: str, tmp_path: Path) -> None:
    sounds(tmp_path, "a.wav")
    (tmp_path / name).write_text(text)
    with pytest.raises(BadInput, match=sentence):
        read_speech(tmp_path / name)


def test_what_holds_no_sound_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no file or folder"):
        read_speech(tmp_path / "none")
    with pytest.raises(BadInput, match="holds no sound; give WAV or FLAC"):
        read_speech(tmp_path)
    (tmp_path / "a.mp3").write_bytes(b"ID3")
    with pytest.raises(BadInput, match="neither sound nor a manifest"):
        read_speech(tmp_path / "a.mp3")


def test_the_doctor_finds_what_is_wrong_with_each_file(tmp_path: Path) -> None:
    sounds(tmp_path / "yes", "a.wav", "b.wav")
    write_wav(tmp_path / "no" / "c.wav", tone(100, loud=1.5).clip(-1, 1), rate=16_000)
    write_wav(tmp_path / "no" / "d.wav", tone(100, loud=0))
    (tmp_path / "no" / "e.wav").write_bytes((tmp_path / "yes" / "a.wav").read_bytes())
    (tmp_path / "no" / "f.wav").write_bytes(b"RIFF")
    remarks, facts = examine([tmp_path])
    said = {(remark.level, remark.text) for remark in remarks}

    def one(level: str, part: str) -> bool:
        return any(each == level and part in text for each, text in said)

    assert one("error", "f.wav is no WAV file")
    assert one("warning", "1 of 5 files are clipped: over one sample in a thousand is at full scale: c.wav")
    assert one("warning", "1 of 5 files are silent: d.wav")
    assert one("warning", "1 recordings are copies, byte for byte: ")
    assert one("warning", "several rates (8000, 16000 Hz)")
    assert one("info", "5 recordings, 0.0 minutes: 0.15 to 0.30 s")
    assert (facts["readable"], facts["refused"], facts["copies"]) == (5, 1, 1)
    assert facts["classes"] == {"no": 4, "yes": 2}
    assert facts["rates"] == {"8000": 4, "16000": 1}
    assert sum(facts["durations"].values()) == 5
    assert json.loads(json.dumps(facts)) == facts
