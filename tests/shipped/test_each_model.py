"""Each model that ships is opened, asked and judged once: by input that it has never met, and could get wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqtui.readers.clips.made_motion import MOTIONS, make_motions
from seqtui.readers.music.midi import OFFSET, ONSET, PITCH, read_midi
from seqtui.readers.speech.layouts import DIGITS
from seqtui.runs.models import pretrained

SHIPPED = [place.name for place in pretrained()]
COMMON = "the and to i of a you my that in is not with for it me his be your this but he have as thou"
Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def ask(call: Callable[..., Any]) -> Ask:
    """A command of seqtui, and its lines of JSON."""

    def asked(*words: object) -> list[dict[str, Any]]:
        done = call(*words, "--json")
        assert done.code == 0, done.err
        return [json.loads(line) for line in done.out.splitlines()]

    return asked


def splice_sites(ask: Ask) -> None:
    rng = np.random.default_rng(1)

    def random(count: int, letters: str = "ACGT") -> str:
        return "".join(rng.choice(list(letters), count))

    texts = {"N": [random(60) for _ in range(10)]}
    texts["EI"] = [f"{random(27)}CAGGTAAGT{random(24)}" for _ in range(10)]
    texts["IE"] = [f"{random(12)}{random(14, 'TTTC')}{random(1)}CAGG{random(29)}" for _ in range(10)]
    assert right(ask, "splice-sites", fasta(texts)) >= 26, "of 30, of which 10 are right by chance"


def promoters(ask: Ask) -> None:
    rng = np.random.default_rng(2)

    def random(count: int) -> str:
        return "".join(rng.choice(list("ACGT"), count))

    texts = {"-": [random(57) for _ in range(10)]}
    texts["+"] = [f"{random(14)}TTGACA{random(17)}TATAAT{random(14)}" for _ in range(10)]
    assert right(ask, "promoters", fasta(texts)) >= 15, "of 20, of which 10 are right by chance"


def film_reviews(ask: Ask) -> None:
    likes = (
        "a warm , funny and moving film with wonderful performances", "an engrossing and beautifully acted drama",
        "smart , charming and a delight from beginning to end", "a powerful and touching story",
        "an enjoyable and refreshing comedy", "remarkable , intelligent and honest", "a gorgeous , thoughtful film",
        "Funny, sweet and full of life.", "A solid, entertaining thriller.", "one of the best movies of the year",
    )  # fmt: skip
    dislikes = (
        "a dull , lifeless and boring mess", "too long , predictable and badly written", "a waste of time and talent",
        "an awful script and terrible acting", "tedious , stupid and pointless", "flat , pretentious and boring",
        "the jokes are lame and the plot is silly", "It fails to be funny or scary.", "bland and forgettable",
        "A disappointing and unfunny comedy.",
    )  # fmt: skip
    Path("reviews.txt").write_text("\n".join([*likes, *dislikes]) + "\n")
    told = [row["label"] for row in ask("predict", "film-reviews", "reviews.txt") if "label" in row]
    assert len(told) == 20
    assert sum(each == "pos" for each in told[:10]) + sum(each == "neg" for each in told[10:]) >= 17


def shakespeare(ask: Ask) -> None:
    """A sonnet, of which the plays have not a line: well under what the frequencies of letters tell (3.3 nats)."""
    Path("sonnet.txt").write_text(
        "Shall I compare thee to a summer's day?\nThou art more lovely and more temperate:\n"
        "Rough winds do shake the darling buds of May,\nAnd summer's lease hath all too short a date:\n"
    )
    (score,) = ask("evaluate", "shakespeare", "--data", "sonnet.txt")
    assert score["loss"] < 2.3
    (made,) = ask("sample", "shakespeare", "--length", 200, "--temperature", 0.7, "-o", "scene.txt")
    words = Path("scene.txt").read_text().lower().split()
    common = frozenset(COMMON.split())
    assert made["new_steps"] >= 200 and sum(word.strip(".,;:!?'") in common for word in words) > len(words) / 8


def shakespeare_words(ask: Ask) -> None:
    """Lines that are no play's, in words that it knows; far under what the frequencies of words tell (5.9 nats)."""
    Path("lines.txt").write_text(
        "KING:\nMy lord, I will not speak of this again.\nWhat is the matter? Let me see the man.\n\n"
        "QUEEN:\nI pray you, sir, be patient; he is dead.\nCome, let us go, and I will tell thee all.\n"
    )
    (score,) = ask("evaluate", "shakespeare-words", "--data", "lines.txt")
    assert score["loss"] < 4.5
    ask("sample", "shakespeare-words", "--length", 600, "-o", "scene.txt")
    text = Path("scene.txt").read_text()
    words = [word.strip(".,;:!?'-") for word in text.lower().split()]
    assert "<unk>" not in text, "what stands for all other words is never written"
    assert sum(word in frozenset(COMMON.split()) for word in words) > len(words) / 8
    assert text.count("\n") > 5 and any(line.endswith(":") for line in text.splitlines()), "lines, and who speaks"


def spoken_digits(ask: Ask) -> None:
    """Recordings of the test split, which training never met: see spoken/LICENSE.md."""
    files = sorted((Path(__file__).parent / "spoken").glob("*.wav"))
    rows = [row for row in ask("predict", "spoken-digits", *files) if "label" in row]
    assert len(rows) == len(files) == 10
    heard = [row["label"] == DIGITS[int(file.name[0])] for row, file in zip(rows, files, strict=True)]
    assert sum(heard) >= 8, rows


def motions(ask: Ask) -> None:
    made = make_motions(160, seed=9)
    for label in range(len(MOTIONS)):
        folder = Path("clips", MOTIONS[label])
        folder.mkdir(parents=True)
        for number, clip in enumerate(made.frames[made.labels == label]):
            np.save(folder / f"{number}.npy", clip)
    (score,) = ask("evaluate", "motions", "--data", "clips")
    assert score["metrics"]["accuracy"] > 0.8, "of 160 clips, of which an eighth is right by chance"


def diseases(ask: Ask) -> None:
    texts = {
        "Mutations of this gene cause cystic fibrosis in most patients .": "cystic fibrosis",
        "Two sisters with breast cancer were examined .": "breast cancer",
        "The protein is absent in Duchenne muscular dystrophy .": "Duchenne muscular dystrophy",
        "Carriers have a higher risk of ovarian cancer .": "ovarian cancer",
        "A common cause of mental retardation is this syndrome .": "mental retardation",
        "We studied 40 families with colorectal cancer .": "colorectal cancer",
    }
    Path("abstract.txt").write_text("\n".join(texts) + "\n")
    rows = ask("predict", "diseases", "abstract.txt")
    found = [
        " ".join(word for word, tag in zip(row["symbols"], row["tags"], strict=True) if tag != "O") for row in rows
    ]  # fmt: skip
    assert sum(each == name for each, name in zip(found, texts.values(), strict=True)) >= 5, found


def english_french(ask: Ask) -> None:
    texts = {
        "I am happy.": {"Je suis heureux.", "Je suis heureuse.", "Je suis content.", "Je suis contente."},
        "She is tired.": {"Elle est fatiguée."},
        "We are here.": {"Nous sommes ici.", "Nous sommes là.", "Nous voilà."},
        "I love you.": {"Je t'aime.", "Je vous aime."},
        "He is a doctor.": {"Il est médecin.", "Il est docteur.", "C'est un médecin."},
        "Where are you?": {"Où es-tu ?", "Où êtes-vous ?", "Où êtes - vous ?"},
    }
    Path("english.txt").write_text("\n".join(texts) + "\n")
    told = ask("predict", "english-french", "english.txt")
    made = ["".join(json.dumps(row, ensure_ascii=False).split()) for row in told]
    hits = [
        any("".join(each.split()) in row for each in texts[text]) for text, row in zip(texts, made, strict=True)
    ]  # fmt: skip
    assert sum(hits) >= 4, told


def chorales(ask: Ask) -> None:
    triads = [{root, (root + third) % 12, (root + 7) % 12} for root in range(12) for third in (3, 4)]
    fits, voices = [], []
    for seed in range(4):
        ask("sample", "chorales", "--length", 8, "--seed", seed, "-o", f"{seed}.mid")
        score = read_midi(Path(f"{seed}.mid"))
        onsets, offsets = (score.notes[:, column] / score.ticks_per_beat for column in (ONSET, OFFSET))
        pitches = score.notes[:, PITCH]
        for beat in np.arange(0.25, offsets.max() - 0.5):
            sounding = set(pitches[(onsets <= beat) & (beat < offsets)].tolist())
            voices.append(len(sounding))
            fits.append(any({pitch % 12 for pitch in sounding} <= triad for triad in triads))
    assert 3.5 < float(np.mean(voices)) < 4.5, "four voices"
    assert float(np.mean(fits)) > 0.6, "chords: in the data four of five beats, of random keys of a scale one in five"


CHECKS: dict[str, Callable[[Ask], None]] = {
    "splice-sites": splice_sites, "promoters": promoters, "film-reviews": film_reviews, "shakespeare": shakespeare,
    "spoken-digits": spoken_digits, "motions": motions, "diseases": diseases, "english-french": english_french,
    "chorales": chorales, "shakespeare-words": shakespeare_words,
}  # fmt: skip


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_model_does_what_its_card_says(ask: Ask, name: str) -> None:
    CHECKS[name](ask)


def fasta(texts: dict[str, list[str]]) -> dict[str, str]:
    """Writes them as a file; the class of each record by its name."""
    named = {f"r{label}{number}": (label, text) for label in texts for number, text in enumerate(texts[label])}
    Path("asked.fa").write_text("".join(f">{name}\n{text}\n" for name, (_, text) in named.items()))
    return {name: label for name, (label, _) in named.items()}


def right(ask: Ask, model: str, wanted: dict[str, str]) -> int:
    """How many records of asked.fa are given their class."""
    rows = {row["record"]: row["label"] for row in ask("predict", model, "asked.fa") if "record" in row}
    assert rows.keys() == wanted.keys()
    return sum(rows[name] == label for name, label in wanted.items())
