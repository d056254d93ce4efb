"""What models of the built-in opinions learn: recurrence reads what no bag of words can."""

from dataclasses import asdict
from typing import Any

import pytest

from seqtui import catalog
from seqtui.config_check import make_config
from seqtui.engine.evaluate import evaluate

SENTIMENT = catalog.load("sentiment")


def accuracy_and_rivals(lab: Any, **values: Any) -> tuple[float, dict[str, float]]:
    config = make_config(SENTIMENT, {"threads": 1, "kernel": "own", "device": "cpu", "telemetry": "off", **values})
    session = lab.live(lab.folder(**{**asdict(config), "data": None})).session
    rivals = {name: scores["accuracy"] for name, scores in session.corpus.baseline_metrics.items()}
    return evaluate(session.trainee, session.test).metrics["accuracy"], rivals


@pytest.mark.slow
def test_an_lstm_of_six_epochs_is_far_over_every_bag_of_words_and_under_the_ceiling(lab: Any) -> None:
    accuracy, rivals = accuracy_and_rivals(lab, epochs=6)
    ceiling = rivals.pop("Bayes optimum")
    assert accuracy > max(rivals.values()) + 0.15
    # A test split of 400: the model may be lucky by two standard errors, not more.
    assert accuracy < ceiling + 2 * (ceiling * (1 - ceiling) / 400) ** 0.5


@pytest.mark.slow
def test_a_model_without_memory_is_no_better_than_a_bag_of_words(lab: Any) -> None:
    accuracy, rivals = accuracy_and_rivals(lab, epochs=6, backbone="dense", bidirectional=False)
    assert accuracy < rivals["bag of words and pairs"] + 0.05
