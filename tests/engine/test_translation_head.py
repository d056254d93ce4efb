"""Encoder and decoder: batches equal their records, padding has no say, steps equal the whole, sizes are as said."""

from dataclasses import replace
from typing import Any

import pytest
import reversing
import torch
from torch import Tensor

from seqtui.config import RunConfig
from seqtui.engine import attention
from seqtui.engine.model import SequenceModel, build_model, parameter_count
from seqtui.engine.step import build_trainee, unit_loss
from seqtui.engine.translation_head import TranslationHead
from seqtui.shapes import PADDING, Translation
from seqtui.sizes import sizes

KINDS: dict[str, dict[str, Any]] = {
    "luong at once": {"attention": "luong", "input_feeding": False},
    "luong": {"attention": "luong"},
    "luong with coverage": {"attention": "luong", "coverage": True},
    "bahdanau at once": {"attention": "bahdanau", "input_feeding": False},
    "bahdanau with coverage": {"attention": "bahdanau", "coverage": True},
    "none": {"attention": "none", "input_feeding": False},
    "none, fed": {"attention": "none"},
    "tied": {"tied": "output"},
    "all tied": {"tied": "all", "input_feeding": False},
}
BACKBONES = ("rnn", "gru", "lstm", "dense")
each_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def heads(backbone: str, kind: dict[str, Any], **changes: Any) -> tuple[SequenceModel, TranslationHead]:
    model = reversing.small_model(reversing.reversing_head(**kind), backbone, **changes).train()
    model.use_kernel("own")
    assert isinstance(model.head, TranslationHead)
    heed = model.head.decoder.attention.heed if model.head.decoder.attention else None
    if heed is not None:
        torch.nn.init.normal_(heed)
    return model, model.head


def loss_of(model: SequenceModel, rows: list[int]) -> Tensor:
    data = reversing.flat(reversing.reversal(6))
    trainee = build_trainee(RunConfig(app="translation"), model, "fp32")
    return unit_loss(trainee, data, reversing.unit_of(data, rows), None)[0]


def gradients(model: SequenceModel, loss: Tensor) -> list[Tensor]:
    return list(torch.autograd.grad(loss, list(model.parameters()), allow_unused=True, materialize_grads=True))


@each_kind
@pytest.mark.parametrize("backbone", BACKBONES)
def test_a_padded_batch_equals_its_records_one_by_one(backbone: str, kind: dict[str, Any]) -> None:
    model, _ = heads(backbone, kind, bidirectional=backbone != "dense", layers=2)
    together = loss_of(model, list(range(6)))
    apart = torch.stack([loss_of(model, [row]) for row in range(6)]).sum()
    torch.testing.assert_close(together, apart, rtol=1e-5, atol=1e-5)
    for one, other in zip(gradients(model, together), gradients(model, apart), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


@each_kind
def test_what_stands_in_the_padding_changes_nothing_to_the_last_digit(kind: dict[str, Any]) -> None:
    model, head = heads("lstm", kind, bidirectional=True)
    data = reversing.flat(reversing.records_of([[1, 2], [3, 4, 5, 1, 2], [3]], [[2, 1], [2], [3, 0, 1]]))
    window = data.gather(reversing.unit_of(data, [0, 1, 2]))
    padding = window.mask == 0
    found = []
    for filler in (0, 5):
        inputs = window.inputs.masked_fill(padding, filler)
        states, _ = model(inputs, lengths=window.lengths)
        states = states.masked_fill(padding.unsqueeze(2), float("nan") if filler else 7.0)
        found.append(head.loss(states, window.targets, window.mask))
    assert torch.equal(found[0], found[1])
    wider = torch.cat([window.targets, torch.full((4, 3), PADDING)])
    torch.testing.assert_close(head.loss(states, wider, window.mask), found[0], rtol=1e-6, atol=0)


@pytest.mark.parametrize("backbone", BACKBONES)
@pytest.mark.parametrize("attention", ["none", "bahdanau", "luong"])
def test_all_steps_at_once_equal_one_after_another(attention: str, backbone: str) -> None:
    model, head = heads(backbone, {"attention": attention, "input_feeding": False}, layers=2)
    data = reversing.flat(reversing.reversal(6))
    window = data.gather(reversing.unit_of(data, [0, 1, 2, 3, 4, 5]))
    states, _ = model(window.inputs, lengths=window.lengths)
    memory, given = head.remember(states, window.mask), head.lesson(window.targets).given
    at_once = head.decoder.write(given, memory)
    standing, reads = head.decoder.begin(memory), []
    for symbols in given:
        read, standing, _ = head.decoder.step(symbols, standing, memory)
        reads.append(read)
    stepped = head.decoder.scores(torch.stack(reads))
    torch.testing.assert_close(at_once, stepped, rtol=1e-5, atol=1e-6)
    together = torch.cat([at_once.square().sum().reshape(1), stepped.square().sum().reshape(1)])
    wanted = list(head.decoder.parameters())
    ours, theirs = (
        torch.autograd.grad(each, wanted, retain_graph=True, allow_unused=True, materialize_grads=True)
        for each in together
    )
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-4)


def test_the_lesson_is_the_target_between_start_and_end() -> None:
    _, head = heads("gru", {})
    lesson = head.lesson(torch.tensor([[3, 4, PADDING], [5, PADDING, PADDING]]))
    start, end = reversing.START, reversing.END
    assert lesson.given[0].tolist() == [start] * 3
    assert lesson.given[1:3, 0].tolist() == [3, 5]
    assert lesson.wanted.tolist() == [[3, 4, end], [5, end, PADDING], [end, PADDING, PADDING]]


def test_only_training_smooths_labels_and_reads_its_own_symbols() -> None:
    model, head = heads("gru", {"label_smoothing": 0.2, "teacher_start": 0.0})
    plain, _ = heads("gru", {})
    plain.load_state_dict(model.state_dict())
    assert head.teacher_share == 0
    assert not torch.allclose(loss_of(model, [0, 1, 2]), loss_of(plain, [0, 1, 2]))
    model.eval(), plain.eval()
    assert torch.equal(loss_of(model, [0, 1, 2]), loss_of(plain, [0, 1, 2]))


def test_without_a_teacher_the_decoder_reads_what_it_finds_likeliest() -> None:
    model, head = heads("lstm", {"teacher_start": 0.0})
    model.eval()
    memory = head.remember(torch.randn(4, 1, 7), torch.ones(4, 1))
    free = head.decoder.write(torch.full((6, 1), head.says.start), memory, share=0.0)
    said = free.argmax(2)
    taught = head.decoder.write(torch.cat([torch.tensor([[head.says.start]]), said[:-1]]), memory)
    torch.testing.assert_close(free, taught)


def test_the_share_of_the_teacher_is_drawn_symbol_by_symbol() -> None:
    _, head = heads("gru", {})
    memory = head.remember(torch.randn(4, 500, 7), torch.ones(4, 500))
    given = torch.randint(0, 6, (8, 500))
    torch.manual_seed(3)
    one = head.decoder.write(given, memory, share=0.5)
    torch.manual_seed(3)
    assert torch.equal(one, head.decoder.write(given, memory, share=0.5)), "the generator's state decides"
    assert not torch.equal(one, head.decoder.write(given, memory, share=0.5))
    assert torch.equal(one[0], head.decoder.write(given, memory)[0]), "the first symbol is the start"


@pytest.mark.parametrize("locked", [False, True])
def test_dropout_of_a_pass_is_one_mask_where_it_is_locked(locked: bool) -> None:
    model, head = heads("gru", {}, dropout=0.5, locked_dropout=locked, layers=2)
    masks = head.decoder._masks(9, 4)
    assert (len(masks.read), len(masks.between)) == (1 if locked else 9, 1)
    one, other = loss_of(model, [0, 1]), loss_of(model, [0, 1])
    assert not torch.equal(one, other)
    model.eval()
    assert torch.equal(loss_of(model, [0, 1]), loss_of(model, [0, 1]))


@pytest.mark.parametrize(
    ("backbone", "layers", "bidirectional"),
    [("lstm", 2, True), ("gru", 1, False), ("rnn", 3, True), ("dense", 2, False)],
)
@each_kind
def test_sizes_are_counted_without_torch(kind: dict[str, Any], backbone: str, layers: int, bidirectional: bool) -> None:
    head: Translation = reversing.reversing_head(**kind)
    config = RunConfig(
        app="translation",
        backbone=backbone,
        layers=layers,
        bidirectional=bidirectional,
        hidden_size=7,
        embedding_size=5,
    )  # type: ignore[arg-type]
    model = build_model(config, head)
    said = sizes(config, head)
    assert said.total == parameter_count(model)
    assert (said.input, said.backbone) == (parameter_count(model.embed), parameter_count(model.backbone))


def test_coverage_is_the_sum_of_attention_and_is_heard() -> None:
    model, head = heads("gru", {"coverage": True, "attention": "luong"})
    memory = head.remember(torch.randn(5, 2, 7), torch.tensor([[1, 1], [1, 1], [1, 1], [1, 0], [1, 0]]).float())
    standing, total = head.decoder.begin(memory), torch.zeros(2, 5)
    for _ in range(3):
        _, standing, weights = head.decoder.step(torch.tensor([0, 1]), standing, memory)
        assert weights is not None and standing.covered is not None
        total = total + weights
        torch.testing.assert_close(standing.covered, total)
    assert torch.equal(total[1, 3:], torch.zeros(2)), "padding is never looked at"
    assert head.decoder.attention is not None
    plain = head.decoder.attention.weights(torch.ones(2, 1, 7), memory, torch.zeros(2, 1, 5))
    assert not torch.allclose(plain, head.decoder.attention.weights(torch.ones(2, 1, 7), memory, total.unsqueeze(1)))
    del model


@pytest.mark.parametrize("kind", ["bahdanau", "luong"])
def test_attention_is_its_paper_s_equation_in_numbers_and_gradients(kind: str) -> None:
    model, head = heads("gru", {"attention": kind})
    attention = head.decoder.attention
    assert attention is not None
    states = torch.randn(5, 2, 7, requires_grad=True)
    s = torch.randn(2, 1, 7, requires_grad=True)
    lengths = (5, 3)
    mask = torch.arange(5).unsqueeze(1) < torch.tensor(lengths)
    memory = head.remember(states, mask.float())
    context = attention.weights(s, memory) @ memory.states
    plain = []
    for batch, count in enumerate(lengths):
        scores = []
        for step in range(count):
            h = states[step, batch]
            if kind == "luong":
                scores.append(s[batch, 0] @ (attention.key.weight @ h))
            else:
                assert attention.query is not None
                inner = attention.query.weight @ s[batch, 0] + attention.query.bias + attention.key.weight @ h
                scores.append(attention.energy.weight[0] @ torch.tanh(inner))
        a = torch.stack(scores).exp() / torch.stack(scores).exp().sum()
        plain.append(sum(a[step] * states[step, batch] for step in range(count)))
    written = torch.stack(plain).unsqueeze(1)  # type: ignore[arg-type]
    torch.testing.assert_close(context, written)
    direction = torch.randn_like(context)
    wanted = [states, s, *attention.parameters()]
    ours = torch.autograd.grad((context * direction).sum(), wanted)
    theirs = torch.autograd.grad((written * direction).sum(), wanted)
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)
    del model


@pytest.mark.parametrize("backbone", ["rnn", "lstm"])
@pytest.mark.parametrize("kind", [{"attention": "bahdanau", "coverage": True}, {"tied": "output"}], ids=str)
def test_a_decoder_s_gradient_is_right_by_differences(kind: dict[str, Any], backbone: str) -> None:
    model, head = heads(backbone, kind)
    model.double().eval().use_kernel("stock")
    given = torch.tensor([[6, 6], [1, 2], [3, 0]])
    mask = torch.tensor([[1, 1], [1, 1], [1, 0]])
    states = torch.randn(3, 2, 7, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda h: head.decoder.write(given, head.remember(h, mask)), states)


@pytest.mark.parametrize("input_feeding", [False, True])
def test_long_sequences_are_compared_in_parts_to_the_same_end(
    input_feeding: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, _ = heads("gru", {"attention": "bahdanau", "input_feeding": input_feeding, "coverage": input_feeding})
    whole = loss_of(model, [0, 1, 2, 3])
    wanted = gradients(model, whole)
    monkeypatch.setattr(attention, "MOST_AT_ONCE", 200)
    monkeypatch.setattr(attention, "MOST_A_STEP", 100)
    in_parts = loss_of(model, [0, 1, 2, 3])
    torch.testing.assert_close(in_parts, whole)
    for one, other in zip(gradients(model, in_parts), wanted, strict=True):
        torch.testing.assert_close(one, other)


def test_the_loss_at_one_state_is_that_of_a_sequence_of_one_step() -> None:
    _, head = heads("gru", {})
    states, targets = torch.randn(1, 3, 7), torch.tensor([[1, 2, 3]])
    at = head.loss_at(states[0], targets, torch.zeros(3, dtype=torch.int64))
    assert torch.equal(at, head.loss(states, targets, torch.ones(1, 3)))


def test_tied_weights_are_stored_once() -> None:
    tied, _ = heads("gru", {"tied": "all"})
    assert not [name for name in tied.state_dict() if "embedding" in name or "output.weight" in name]
    assert replace(reversing.reversing_head(), tied="all").tied == "all"
