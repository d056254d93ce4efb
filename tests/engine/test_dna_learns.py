"""What models of the built-in promoters have learned: where they look, and what they write."""

from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
import torch

from seqtui import catalog
from seqtui.config_check import make_config
from seqtui.engine.attribution import input_gradient, mutagenesis
from seqtui.engine.evaluate import evaluate
from seqtui.engine.generate import generate
from seqtui.engine.session import Session
from seqtui.readers.dna.corpus import MADE_RECORDS, MADE_SEED
from seqtui.readers.dna.markov import AMBIGUOUS, END, consensus_strength, sample_markov
from seqtui.readers.dna.promoters import make_promoters
from seqtui.runs.taste import Taste

DNA = catalog.load("dna")


def trained(lab: Any, **values: Any) -> Session:
    config = make_config(DNA, {"threads": 1, "kernel": "own", "device": "cpu", "telemetry": "off", **values})
    session: Session = lab.live(lab.folder(**{**asdict(config), "data": None})).session
    return session


@pytest.fixture(scope="module")
def classifier(lab: Any) -> Session:
    return trained(lab, epochs=3)


def test_three_epochs_beat_every_trivial_baseline_and_stay_under_the_ceiling(classifier: Session) -> None:
    score = evaluate(classifier.trainee, classifier.test)
    known = classifier.corpus.baseline_metrics
    ceiling = known["Bayes optimum"]["accuracy"]
    assert score.metrics["accuracy"] > max(found["accuracy"] for name, found in known.items() if "Bayes" not in name)
    # A test split of 480: the model may be lucky by two standard errors, not more.
    assert score.metrics["accuracy"] < ceiling + 2 * (ceiling * (1 - ceiling) / 480) ** 0.5


def test_saliency_lights_up_the_planted_motifs(classifier: Session) -> None:
    share, chance = [], []
    made = make_promoters(MADE_RECORDS, seed=MADE_SEED)
    assert made.motifs is not None
    boxes = dict(zip(made.sequences.names, made.motifs, strict=True))
    model, test = classifier.trainee.model, classifier.test.records
    for number in np.flatnonzero(classifier.test.parent_labels() == 1)[:100].tolist():
        values = torch.from_numpy(np.array(test.whole(number))).long()
        scores = input_gradient(model, values, 1).abs().numpy()
        inside = np.zeros(len(scores), bool)
        for begin, end in boxes[test.names[number]]:
            inside[begin:end] = True
        share.append(scores[inside].sum() / scores.sum())
        chance.append(inside.mean())
    # Twelve of sixty bases: chance is a fifth.
    assert np.mean(chance) == pytest.approx(0.2)
    assert np.mean(share) > 0.4


def test_a_substitution_in_a_box_matters_more_than_one_outside(classifier: Session) -> None:
    made = make_promoters(MADE_RECORDS, seed=MADE_SEED)
    assert made.motifs is not None
    best = np.flatnonzero(made.positives)[np.argsort(-made.log_ratio[made.positives])[:20]]
    inside, outside = [], []
    for number in best.tolist():
        start = made.sequences.starts[number]
        values = torch.from_numpy(np.array(made.sequences.codes[start : start + made.sequences.lengths[number]])).long()
        changes = mutagenesis(classifier.trainee.model, values, 1, range(4)).abs().amax(1).numpy()
        boxed = np.zeros(len(changes), bool)
        for begin, end in made.motifs[number]:
            boxed[begin:end] = True
        inside.append(changes[boxed].mean())
        outside.append(changes[~boxed].mean())
    assert np.mean(inside) > 1.5 * np.mean(outside)


@pytest.fixture(scope="module")
def writer(lab: Any) -> Session:
    return trained(lab, options={"goal": "generate"}, epochs=10)


def test_the_writer_beats_every_markov_chain_in_bits_a_base(writer: Session) -> None:
    score = evaluate(writer.trainee, writer.test)
    assert score.metrics["bits"] < min(found["bits"] for found in writer.corpus.baseline_metrics.values())


def test_what_is_written_carries_the_consensus_beyond_any_markov_chain(writer: Session) -> None:
    rng = np.random.default_rng(0)
    train = writer.corpus.train
    real = [train.record(number)[1:-1] for number in range(len(train))]
    flat = np.concatenate(real), np.array([len(each) for each in real])
    made = [_written(writer, rng) for _ in range(200)]
    lengths = np.array([len(each) for each in made])
    ours = consensus_strength(np.concatenate(made), lengths)
    chains = [consensus_strength(*sample_markov(flat, order, lengths, rng)) for order in range(6)]
    assert ours > max(chains) + 1, (ours, chains)


def _written(writer: Session, rng: np.random.Generator) -> np.ndarray:
    is_enough = DNA.is_long_enough(60, writer.corpus.encoding)
    prime = np.array([END], np.uint8)
    values = generate(
        writer.trainee.model, writer.corpus.head, prime, taste=Taste(), rng=rng, is_enough=is_enough
    )  # fmt: skip
    bases = np.array([int(value) for value in values], np.uint8)
    return bases[(bases != END) & (bases != AMBIGUOUS)]
