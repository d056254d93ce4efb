"""Our training loop against a bare hand-written PyTorch loop, interleaved in one run, in real tokens per second.

    python benchmarks/train_step.py [--threads 1] [--seconds 2] [--hidden 128 256 512]

The bare loop: nn.Embedding, nn.RNN / nn.GRU / nn.LSTM (batch first), nn.Linear, cross-entropy, clip_grad_norm_, Adam,
on random batches padded to their longest sequence. Ours is seqtui.engine.loop.train itself, with full telemetry, its
events and its log. Lengths are all 64 ("fixed"), or log-normal with mean about 22, cut at 60 ("variable").
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

torch.set_flush_denormal(True)

import numpy as np  # noqa: E402
from benchmarks_session import memory_session  # noqa: E402
from torch import nn  # noqa: E402

from seqtui.engine.loop import train  # noqa: E402
from seqtui.engine.session import Session  # noqa: E402
from seqtui.runs.events import Step  # noqa: E402
from seqtui.task import Records  # noqa: E402

VOCABULARY, EMBEDDING, BATCH = 64, 128, 32
STOCK = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}
GOALS = {("rnn", "fixed"): 1.05, ("gru", "fixed"): 1.05, ("lstm", "fixed"): 0.98}


def make_records(kind: str, rng: np.random.Generator) -> Records:
    """4,000 sequences of random tokens."""
    if kind == "fixed":
        lengths = np.full(4000, 65)
    else:
        lengths = np.clip(rng.lognormal(2.9, 0.6, 4000).astype(np.int64) + 2, 2, 61)
    return Records(rng.integers(0, VOCABULARY, int(lengths.sum())), lengths.astype(np.int64), ("made",) * len(lengths))


class Bare(nn.Module):
    """What anybody writes first."""

    def __init__(self, kind: str, hidden: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(VOCABULARY, EMBEDDING)
        self.rnn = STOCK[kind](EMBEDDING, hidden, batch_first=True)
        self.head = nn.Linear(hidden, VOCABULARY)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.rnn(self.embed(x))[0])


def bare_loop(kind: str, hidden: int, records: Records) -> Callable[[float], float]:
    """A function that trains for some seconds and returns real tokens per second."""
    torch.manual_seed(0)
    model = Bare(kind, hidden)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    sequences = [torch.from_numpy(each) for each in np.split(records.values, np.cumsum(records.lengths)[:-1])]
    rng = np.random.default_rng(0)
    loss_of = nn.CrossEntropyLoss(ignore_index=-100)

    def run(seconds: float) -> float:
        tokens, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            batch = [sequences[i] for i in rng.integers(0, len(sequences), BATCH)]
            x = nn.utils.rnn.pad_sequence([each[:-1] for each in batch], batch_first=True)
            y = nn.utils.rnn.pad_sequence([each[1:] for each in batch], batch_first=True, padding_value=-100)
            optimizer.zero_grad()
            loss = loss_of(model(x).flatten(0, 1), y.flatten())
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            loss.item()
            tokens += sum(len(each) - 1 for each in batch)
        return tokens / (time.perf_counter() - start)

    return run


def our_loop(session: Session) -> Callable[[float], float]:
    """The same for our training loop, with all that it yields."""
    events = train(session)

    def run(seconds: float) -> float:
        tokens, start = 0, time.perf_counter()
        for event in events:
            if isinstance(event, Step):
                tokens += event.real_steps
                if time.perf_counter() - start >= seconds:
                    break
        return tokens / (time.perf_counter() - start)

    return run


def compare(kind: str, lengths: str, hidden: int, *, threads: int, seconds: float, rounds: int) -> tuple[float, str]:
    """Median ratio over the rounds, and a line of the table."""
    records = make_records(lengths, np.random.default_rng(1))
    torch.set_num_threads(threads)
    with tempfile.TemporaryDirectory() as folder:
        settings = {"backbone": kind, "hidden_size": hidden, "embedding_size": EMBEDDING, "batch_size": BATCH}
        session = memory_session(Path(folder), records, VOCABULARY, settings | {"threads": threads, "lr": 1e-3})
        bare, ours = bare_loop(kind, hidden, records), our_loop(session)
        bare(0.3), ours(0.3)
        pairs = [(bare(seconds), ours(seconds)) for _ in range(rounds)]
        price = session.telemetry.price
    ratio = statistics.median(our / theirs for theirs, our in pairs)
    theirs, our = (statistics.median(column) for column in zip(*pairs, strict=True))
    share = price.spent / max(price.elapsed, 1e-9)
    return ratio, (
        f"| {kind} | {lengths} | {hidden} | {theirs:,.0f} | {our:,.0f} | **{ratio:.2f}** | "
        f"{session.machine.kernel} | {share:.1%} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each slice")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved slices of each loop")
    parser.add_argument("--hidden", type=int, nargs="+", default=[128, 256, 512])
    given = parser.parse_args()
    print("| backbone | lengths | hidden | bare, tokens/s | ours, tokens/s | ratio | kernel | telemetry |")
    print("|--|--|--|--|--|--|--|--|")
    verdicts = []
    for lengths in ("variable", "fixed"):
        for kind in STOCK:
            ratios = []
            for hidden in given.hidden:
                ratio, line = compare(
                    kind, lengths, hidden, threads=given.threads, seconds=given.seconds, rounds=given.rounds
                )
                ratios.append(ratio)
                print(line, flush=True)
            goal = GOALS.get((kind, lengths), 1.5)
            median = statistics.median(ratios)
            verdict = "met" if median >= goal else "MISSED"
            verdicts.append(f"{kind}, {lengths}: median ratio {median:.2f}, goal {goal:.2f}: {verdict}")
    print("\n" + "\n".join(verdicts))


if __name__ == "__main__":
    main()
