"""The end report says what was trained, beside what, and gives a verdict in one sentence."""

import math
from dataclasses import replace

import pytest

from seqtui.config import RunConfig
from seqtui.runs.events import Confusion, Evaluated, Exported, Failed, Finished
from seqtui.runs.journal import read_events
from seqtui.runs.label_tables import confusion_lines, scoreboard
from seqtui.runs.report import duration, evaluation_line, sparkline, summary, verdict
from seqtui.runs.state import fold

SCORES = {"accuracy": 0.9312, "mcc": 0.8625, "macro_f1": 0.931, "auroc": 0.98123, "auprc": math.nan}
OTHERS = {
    "majority class": {"accuracy": 0.5, "mcc": 0.0, "auroc": 0.5},
    "k-mer logistic": {"accuracy": 0.8511, "mcc": 0.70, "auroc": 0.91},
    "Bayes optimum": {"accuracy": 0.9433, "mcc": 0.8868, "auroc": 0.985},
}


def state_of(folder, *more):
    state = fold(read_events(folder.events_file).records, config=RunConfig(app="music"))
    for event in more:
        state.take(event)
    return state


def test_the_summary_names_losses_baselines_places_and_what_next(make_run) -> None:
    folder = make_run()
    lines = summary(state_of(folder, Exported(["/tmp/x.mid"])), folder=folder, width=80)
    text = "\n".join(lines)
    for part in ("1,234 parameters", "seven chorales", "8.1", "8.4", "repeat", "wrote: /tmp/x.mid", str(folder.path)):
        assert part in text
    assert f"next: seqtui sample {folder.id} -o sample.mid" in lines
    assert all(len(line) <= 80 for line in lines if not line.startswith(("run:", "wrote:", "next:")))


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        (8.1, "healthy: test loss 4% under"),
        (8.4, "no better than the baseline 'repeat' (8.4 against 8.4): train longer"),
        (4890.0, "(4890 against 8.4): lower --lr"),
        (math.nan, "test loss is nan"),
    ],
)
def test_the_verdict_compares_with_the_best_baseline(make_run, loss: float, said: str) -> None:
    test = Evaluated(7, 1, "test", loss, {}, 30, 0.1, False, 8.0, 7)
    assert said in verdict(state_of(make_run(), test))


def labels_state(folder, *, accuracy: float = 0.9312, loss: float = 0.25, **changes):
    """As state_of, of a model that labels: promoter or background, two baselines and a ceiling."""
    losses = {"majority class": 0.69, "k-mer logistic": 0.35, "Bayes optimum": 0.14}
    state = state_of(folder, Evaluated(7, 1, "test", loss, {**SCORES, "accuracy": accuracy}, 480, 0.1, False, 0.2, 7))
    classes = ["promoter", "background"]
    facts = {"baselines": losses, "baseline_metrics": OTHERS, "classes": classes, "loss_unit": "nats/sequence"}
    state.data = replace(state.data, **(facts | changes))
    state.take(Confusion(7, "test", classes, [[221, 19], [1_014, 226]]))
    return state


def test_the_summary_sets_a_classifier_beside_baselines_and_ceiling(make_run) -> None:
    folder = make_run()
    lines = summary(labels_state(folder), folder=folder, width=80)
    table = lines.index("  on the test split, 480 sequences:")
    assert lines[table + 1 : table + 6] == [
        "                           accuracy     MCC   auROC    auPR  macro F1",
        "  this model                 0.9312  0.8625  0.9812     nan    0.9310",
        "  Bayes optimum (ceiling)    0.9433  0.8868  0.9850       -         -",
        "  k-mer logistic             0.8511  0.7000  0.9100       -         -",
        "  majority class             0.5000  0.0000  0.5000       -         -",
    ]
    assert lines[table + 7 : table + 10] == [
        "  true \\ predicted  promoter  background",
        "  promoter               221          19",
        "  background           1,014         226",
    ]
    assert next(line for line in lines if "Bayes optimum  " in line).split()[:3] == ["ceiling:", "Bayes", "optimum"]
    assert f"next: seqtui predict {folder.id} FILE" in lines
    assert all(len(line) <= 80 for line in lines if not line.startswith(("run:", "next:")))


def test_the_summary_of_a_model_that_tags_has_the_scores_of_spans_and_of_each_type(make_run) -> None:
    folder = make_run()
    scores = {"f1": 0.5, "precision": 0.6, "recall": 0.43, "partial_f1": 0.7, "accuracy": 0.97}
    state = state_of(
        folder, Evaluated(7, 1, "test", 0.25, scores | {"f1 PER": 0.75, "f1 \x1bX": math.nan}, 9, 0.1, False, 0.2, 7)
    )
    others = {"most frequent tag": dict.fromkeys(scores, 0.0) | {"accuracy": 0.9}}
    state.data = replace(state.data, baselines={}, baseline_metrics=others, classes=["O", "B-PER"])
    lines = summary(state, folder=folder, width=80)
    table = lines.index("  on the test split, 9 frames:")
    assert [line.split() for line in lines[table + 1 : table + 3]] == [
        ["F1", "precision", "recall", "partial", "F1", "accuracy"],
        ["this", "model", "0.5000", "0.6000", "0.4300", "0.7000", "0.9700"],
    ]
    assert lines[table + 4] == "  F1 by type: PER 0.7500, ␛X nan"


@pytest.mark.parametrize(
    ("accuracy", "loss", "said"),
    [
        (
            0.9312,
            0.25,
            "healthy: test loss 29% under the best baseline, 'k-mer logistic'; accuracy 93.1% against 85.1% of "
            "'k-mer logistic', 1.2 points under the Bayes optimum of 94.3%.",
        ),
        (0.9500, 0.13, "0.7 points over the Bayes optimum of 94.3%, which takes luck, or test data in the training"),
        (0.8400, 0.34, "mixed: test loss 3% under the best baseline, 'k-mer logistic'; accuracy 84.0%, no better than"),
        (0.8400, 0.36, "no better than the baseline 'k-mer logistic' (0.36 against 0.35): train longer; accuracy 84"),
        (
            0.9312,
            0.36,
            "mixed: the test loss is no better than that of 'k-mer logistic' (0.36 against 0.35); accuracy 93.1% ag",
        ),
    ],
)
def test_the_verdict_on_a_classifier_beats_baselines_and_not_the_ceiling(make_run, accuracy, loss, said) -> None:
    assert said in verdict(labels_state(make_run(), accuracy=accuracy, loss=loss))


def test_without_losses_to_compare_the_verdict_compares_accuracies(make_run) -> None:
    said = verdict(labels_state(make_run(), baselines={"Bayes optimum": 0.14}))
    assert said.startswith("Verdict: test loss 0.25; accuracy 93.1% against 85.1% of 'k-mer logistic', 1.2 points und")
    assert "no baseline to compare it with" in verdict(labels_state(make_run(), baselines={}, baseline_metrics={}))


@pytest.mark.parametrize("width", [30, 40, 60, 80])
@pytest.mark.parametrize("names", [("a", "b"), ("a very long name of a class " * 3, "\x1b[31mred", "c" * 300)])
def test_tables_stay_within_the_width_whatever_the_names(width: int, names: tuple[str, ...]) -> None:
    counts = [[10**6] * len(names)] * len(names)
    lines = scoreboard(SCORES, {name: {"accuracy": 0.5} for name in names}, width=width)
    lines += confusion_lines(names, counts, width=width)
    assert len(lines) >= 2 + len(names)
    assert all(len(line) <= width and "\x1b" not in line for line in lines)


def test_columns_of_long_names_are_numbered_and_a_matrix_without_room_is_left_out() -> None:
    names = ["exon/intron boundary", "intron/exon boundary", "neither of the two"]
    assert confusion_lines(names, [[9, 1, 0], [0, 8, 2], [1, 1, 8]], width=40) == [
        "  true \\ predicted        1  2  3",
        "  1 exon/intron boundary  9  1  0",
        "  2 intron/exon boundary  0  8  2",
        "  3 neither of the two    1  1  8",
    ]
    assert confusion_lines(names, [[10**9] * 3] * 3, width=40) == []


@pytest.mark.parametrize("unit", ["nats/sequence", "nats/sequence, classes weighted"])
def test_an_evaluation_is_one_line_of_80_cells_with_the_first_metrics(unit: str) -> None:
    event = Evaluated(1_234_567, 100, "valid", 0.123456, SCORES, 480, 0.1, True, 0.1, 7)
    line = evaluation_line(event, unit=unit)
    assert line == "step 1,234,567 epoch 100: valid loss 0.1235 (best), accuracy 0.9312, mcc 0.8625"
    short = replace(event, metrics={"accuracy": 0.5}, step=7)
    assert evaluation_line(short, unit="nats/frame").endswith("loss 0.1235 nats/frame (best), accuracy 0.5")


def test_a_failure_and_an_interruption_say_how_to_go_on(make_run) -> None:
    folder = make_run()
    failed = summary(state_of(folder, Failed(3, "the loss was not finite", 1, "")), folder=folder)
    assert "Verdict: failed: the loss was not finite" in failed
    assert f"next: seqtui resume {folder.id}" in failed
    stopped = replace(read_events(folder.events_file).records[-1].event, why="interrupted")
    assert isinstance(stopped, Finished)
    assert f"next: seqtui resume {folder.id}" in summary(state_of(folder, stopped), folder=folder)


def test_text_from_data_cannot_act_on_the_terminal(make_run) -> None:
    folder = make_run()
    state = state_of(folder)
    state.data = replace(state.data, source="\x1b]0;PWNED\x07")
    assert not any("\x1b" in line for line in summary(state, folder=folder))


def test_a_sparkline_fits_and_marks_what_is_not_finite() -> None:
    assert sparkline([1, 2, 3, 4, 5, 6, 7, 8], width=8) == "▁▂▃▄▅▆▇█"
    assert sparkline([8, 1], width=8, plain=True) == "#_"
    assert sparkline([1, math.nan, 2], width=8) == "▁!█"
    assert sparkline([math.inf], width=8) == "!"
    assert len(sparkline(list(range(1000)), width=40)) == 40
    assert sparkline([], width=8) == ""


def test_durations_are_said_as_people_say_them() -> None:
    said = [duration(seconds) for seconds in (0.04, 9.96, 42, 185, 7800, -1)]
    assert said == ["0.0 s", "10.0 s", "42 s", "3 min 05 s", "2 h 10 min", "0.0 s"]


def test_losses_stand_in_lines_of_the_width_with_as_many_digits_each(make_run) -> None:
    folder = make_run()
    state = labels_state(
        folder,
        baselines={
            "logistic regression on mean and deviation of it": 61.0,
            "majority class": 2.3,
            "order 6 Markov": -0.0,
        },
    )
    state.data = replace(state.data, loss_unit="nats/word", splits={"train": [9, 9], "test": [480, 480]})
    lines = summary(state, folder=folder, width=80)
    rows = [line for line in lines if "nats/word" in line]
    assert max(map(len, rows)) <= 80 and len({line.index("nats/word") for line in rows}) == 1
    assert [line.split("  ")[1] for line in rows if "mean" in line] == [
        "baseline: logistic regression on mean and de.."
    ]
    assert [line.split()[-4] for line in rows if "on test" in line] == ["0.000", "2.300", "61.00"]
    assert "  on the test split, 480 words:" in lines


def test_the_best_by_score_is_not_called_the_best_loss(make_run) -> None:
    folder = make_run()
    state = labels_state(folder)
    assert any("best validation loss" in line for line in summary(state, folder=folder))
    state.config = RunConfig(app="music", best_by="score")
    assert any("validation loss at best score" in line for line in summary(state, folder=folder))


def test_of_one_text_it_is_told_how_long_it_is(make_run) -> None:
    folder = make_run()
    state = labels_state(folder, loss_unit="nats/character", splits={"train": [1, 9_000], "test": [1, 1_000]})
    assert any("(train 9,000, test 1,000 characters)" in line for line in summary(state, folder=folder))


def test_where_nothing_was_finite_there_is_no_best_and_clipping_is_advised_where_there_is_none(make_run) -> None:
    folder = make_run()
    splits = [Evaluated(7, 1, split, math.inf, {}, 30, 0.1, False, math.inf, 0) for split in ("valid", "test")]
    state = state_of(folder, *splits)
    assert verdict(state).endswith("lower --lr or --max-grad-norm.")
    state.config = RunConfig(app="music", max_grad_norm=0.0)
    assert verdict(state).endswith("lower --lr or clip with --max-grad-norm 1.")
    assert not any("best validation loss" in line for line in summary(state, folder=folder))


def test_without_validation_sequences_no_loss_is_called_of_validation(make_run) -> None:
    folder = make_run()
    state = labels_state(folder, splits={"train": [9, 9], "valid": [0, 0], "test": [480, 480]})
    lines = summary(state, folder=folder)
    assert any("best training loss" in line for line in lines)
    assert not any("validation loss" in line for line in lines)
