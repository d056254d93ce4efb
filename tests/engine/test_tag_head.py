"""Heads that tag: the loss of both decoders, what a scheme forbids, padding, and tags that are not known."""

import itertools

import numpy as np
import pytest
import torch
from torch import Tensor

from seqtui.config import RunConfig
from seqtui.engine.batches import FlatData, epoch_units, rows_of, units_in_order
from seqtui.engine.model import build_model
from seqtui.engine.tag_head import TagHead
from seqtui.engine.tally import TagTally
from seqtui.shapes import PADDING, Tags, Tokens, Words
from seqtui.task import Records

NAMES = ("O", "B-X", "I-X")
BIO = {"forbidden_starts": (2,), "forbidden_moves": ((0, 2),)}
LENGTHS = (4, 2, 3)
MASK = (torch.arange(4).unsqueeze(1) < torch.tensor(LENGTHS)).float()


def head_of(decoder: str, **scheme: object) -> Tags:
    return Tags(Tokens(9), NAMES, decoder, **scheme)  # type: ignore[arg-type]


def layer_of(decoder: str, **scheme: object) -> TagHead:
    torch.manual_seed(0)
    layer = TagHead(head_of(decoder, **scheme), 5)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.normal_()
    return layer


def random_logits() -> Tensor:
    return torch.randn(4, 3, 3, generator=torch.Generator().manual_seed(3)) * 3


def targets_of(known: bool = True) -> Tensor:
    tags = torch.tensor([[1, 0, 1], [2, 1, 2], [0, PADDING, 0], [1, PADDING, PADDING]])
    if not known:
        tags[1, 0] = PADDING
    return tags


@pytest.mark.parametrize("decoder", ["crf", "softmax"])
def test_a_sequence_that_the_scheme_forbids_is_never_decoded(decoder: str) -> None:
    layer = layer_of(decoder, **BIO)
    free = layer_of(decoder)
    logits = random_logits()
    logits[:, :, 2] += 6
    for row, length in enumerate(LENGTHS):
        path = layer.decode(logits, MASK)[:length, row].tolist()
        assert path[0] != 2
        assert all(pair != (0, 2) for pair in itertools.pairwise(path))
        assert 2 in free.decode(logits, MASK)[:1, row].tolist()


def test_softmax_is_the_cross_entropy_of_each_step() -> None:
    logits, targets = random_logits(), targets_of()
    wanted = sum(
        -float(logits[step, row].log_softmax(0)[targets[step, row]])
        for row, length in enumerate(LENGTHS)
        for step in range(length)
    )
    assert float(layer_of("softmax").loss(logits, targets, MASK)) == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize("decoder", ["crf", "softmax"])
def test_the_loss_does_not_depend_on_what_stands_at_padded_steps(decoder: str) -> None:
    layer, logits = layer_of(decoder, **BIO), random_logits()
    other = torch.where(MASK.bool().unsqueeze(2), logits, 77.0)
    assert torch.equal(layer.loss(logits, targets_of(), MASK), layer.loss(other, targets_of(), MASK))


def test_under_a_crf_a_sequence_with_an_unknown_tag_has_no_part_in_the_loss() -> None:
    layer, logits = layer_of("crf", **BIO), random_logits()
    rest = layer.loss(logits[:, 1:], targets_of()[:, 1:], MASK[:, 1:])
    torch.testing.assert_close(layer.loss(logits, targets_of(known=False), MASK), rest)


def test_pieces_stand_behind_the_letters_and_each_kind_has_vectors_of_its_own() -> None:
    model = build_model(
        RunConfig(app="any", embedding_size=3), Tags(Words(5, 0, 9, 4, 2, "cnn", 6, pieces=(3, 3)), NAMES)
    )
    word = torch.tensor([1, 1, 4, 5, 0, 0, 1, 2])
    other_letter, other_piece = word.clone(), word.clone()
    other_letter[3], other_piece[6] = 6, 2
    said, letter, piece = model.embed(torch.stack([word, other_letter, other_piece]).unsqueeze(1))[:, 0]
    assert torch.equal(said[-32:], letter[-32:]) and not torch.equal(said[:-32], letter[:-32])
    changed = (said != piece).nonzero().flatten().tolist()
    assert changed and set(changed) <= set(range(len(said) - 32, len(said) - 16))


@pytest.mark.parametrize("decoder", ["crf", "softmax"])
def test_what_is_missed_costs_more_in_training_as_if_o_scored_higher_there(decoder: str) -> None:
    plain, costly, targets = layer_of(decoder), layer_of(decoder, missed_cost=2.0), targets_of()
    raised = random_logits()
    for step, row in itertools.product(range(4), range(3)):
        raised[step, row, 0] += 2.0 * (int(targets[step, row]) in (1, 2))
    wanted = plain.loss(raised, targets, MASK)
    assert wanted.item() > plain.loss(random_logits(), targets, MASK).item()
    torch.testing.assert_close(costly.loss(random_logits(), targets, MASK), wanted)
    scored = costly.eval().loss(random_logits(), targets, MASK)
    torch.testing.assert_close(scored, plain.loss(random_logits(), targets, MASK))


@pytest.mark.parametrize("decoder", ["crf", "softmax"])
def test_chances_are_of_all_tags_together_one(decoder: str) -> None:
    chances = layer_of(decoder, **BIO).chances(random_logits(), MASK)
    torch.testing.assert_close(chances.sum(2)[MASK.bool()], torch.ones(sum(LENGTHS)))
    if decoder == "crf":
        assert float(chances[0, :, 2].detach().max()) < 1e-6, "an inside tag cannot begin a sequence"


def tagged_records() -> Records:
    rng = np.random.Generator(np.random.PCG64(0))
    lengths = np.array([5, 1, 7, 3])
    tags = rng.integers(0, 2, lengths.sum())
    names = tuple(f"s{n}" for n in range(4))
    return Records(rng.integers(0, 9, lengths.sum()), lengths, names, tags=tags)


def test_batches_carry_the_tag_of_every_step_and_none_at_padded_ones() -> None:
    records = tagged_records()
    data = FlatData(records, rows_of(records, batch_size=4, bptt=0, ahead=0), torch.device("cpu"))
    (unit,) = units_in_order(data.rows, batch_size=4, window=0)
    window = data.gather(unit)
    assert unit.targets == unit.real_steps == 16
    for column, row in enumerate(unit.rows):
        start, length = int(records.begins()[row]), int(records.lengths[row])
        assert records.tags is not None
        assert window.targets[:length, column].tolist() == records.tags[start : start + length].tolist()
        assert (window.targets[length:, column] == PADDING).all()
    (one,) = epoch_units(data.rows, batch_size=4, bptt=2, seed=0, epoch=0)
    assert (one.begin, one.end) == (0, 7), "tags look at the whole sequence, so it is never cut"


def test_a_pass_counts_spans_and_leaves_out_sequences_that_are_not_known() -> None:
    layer = layer_of("softmax", **BIO)
    records = tagged_records()
    assert records.tags is not None
    records.tags[5] = PADDING  # the second record, of one step
    data = FlatData(records, rows_of(records, batch_size=4, bptt=0, ahead=0), torch.device("cpu"))
    (unit,) = units_in_order(data.rows, batch_size=4, window=0)
    window = data.gather(unit)
    logits = torch.nn.functional.one_hot(window.targets.clamp(min=0), 3).float() * 50
    tally = TagTally(layer)
    tally.add(logits, window, unit)
    score = tally.score()
    assert score.steps == 15
    assert score.metrics["f1"] == score.metrics["accuracy"] == score.headline == 1.0
    assert score.confusion is not None
    assert sum(map(sum, score.confusion)) == 15
    assert score.loss == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("kind", ["none", "cnn", "lstm"])
def test_words_of_one_batch_do_not_depend_on_each_other(kind: str) -> None:
    inputs = Words(12, 0, 20, 6, 4, kind, 10)  # type: ignore[arg-type]
    config = RunConfig(app="any", backbone="dense", hidden_size=4, embedding_size=5)
    model = build_model(config, Tags(inputs, NAMES)).eval()
    generator = torch.Generator().manual_seed(1)
    letters = torch.randint(1, 20, (7, 6), generator=generator)
    letters[torch.arange(6) >= torch.tensor([6, 1, 3, 2, 0, 5, 4]).unsqueeze(1)] = 0
    words = torch.cat([torch.randint(0, 4, (7, 2), generator=generator), letters], 1)
    together = model.embed(words.unsqueeze(1))
    alone = torch.cat([model.embed(word.view(1, 1, -1)) for word in words])
    torch.testing.assert_close(together, alone)
    assert bool(together.isfinite().all())


def test_characters_tell_words_apart_that_the_vocabulary_does_not_know() -> None:
    torch.manual_seed(0)
    inputs = Words(12, 0, 20, 6, 0, "cnn", 10)
    model = build_model(RunConfig(app="any", embedding_size=5), Tags(inputs, NAMES))
    one, other = torch.tensor([[[0, 0, 1, 2, 3, 0, 0, 0]]]), torch.tensor([[[0, 0, 1, 2, 4, 0, 0, 0]]])
    assert not torch.equal(model.embed(one), model.embed(other))


def test_word_dropout_makes_words_unknown_in_training_only() -> None:
    model = build_model(RunConfig(app="any", embedding_size=3), Tags(Tokens(50, unknown=7, word_dropout=0.5), NAMES))
    tokens = torch.arange(8, 50).unsqueeze(1)
    unknown = model.embed(torch.tensor([[7]]))[0, 0]
    share = float((model.embed(tokens) == unknown).all(2).float().mean())
    assert 0.2 < share < 0.8
    assert not (model.eval().embed(tokens) == unknown).all(2).any()


def test_each_word_is_forgotten_by_its_own_chance_in_training_only() -> None:
    inputs = Words(3, casings=2)
    model = build_model(RunConfig(app="any", embedding_size=4), Tags(inputs, NAMES))
    model.embed.words.forget(torch.tensor([0.0, 1.0, 0.5]))
    values = torch.tensor([[1, 1], [2, 1]]).repeat(100, 1).unsqueeze(1)
    unknown = model.embed.words.weight[0]
    forgotten = (model.embed(values)[:, 0, :4] == unknown).all(1).unflatten(0, (100, 2))
    assert forgotten[:, 0].all()
    assert 20 < forgotten[:, 1].sum() < 80
    assert not (model.eval().embed(values)[:, 0, :4] == unknown).all(1).any()
    assert not any("forgetting" in name for name in model.state_dict())


def test_a_frozen_embedding_is_kept_with_the_weights_and_not_trained() -> None:
    model = build_model(RunConfig(app="any", embedding_size=3), Tags(Tokens(6, frozen=True), NAMES))
    assert "embed.weight" in model.state_dict()
    assert "embed.weight" not in dict(model.named_parameters())


def test_given_vectors_replace_random_ones_where_there_are_any() -> None:
    from seqtui.engine.inputs import start_from

    model = build_model(RunConfig(app="any", embedding_size=2), Tags(Tokens(3), NAMES))
    before = model.embed.weight.detach().clone()
    start_from(model.embed, torch.tensor([[0.0, 0.0], [1.0, -1.0], [0.0, 0.0]]))
    assert model.embed.weight[1].tolist() == [1.0, -1.0]
    assert torch.equal(model.embed.weight[[0, 2]], before[[0, 2]])
