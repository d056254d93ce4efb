"""The training loop: a generator of events that reads top to bottom. It prints nothing and knows no listener."""

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

import torch

from seqtui.engine.attribution import attribution_event
from seqtui.engine.batches import Unit
from seqtui.engine.evaluate import evaluate
from seqtui.engine.nonfinite import find_culprit
from seqtui.engine.obeying import obey, replay_edits
from seqtui.engine.sampling import sample_event
from seqtui.engine.saving import save, save_is_due
from seqtui.engine.session import Session
from seqtui.engine.step import Carry, Outcome, train_step
from seqtui.engine.surprise import surprise_event
from seqtui.engine.tagging import tagged_event
from seqtui.engine.transcribing import heard_event
from seqtui.engine.translating import translated_event
from seqtui.engine.watching import watched_event
from seqtui.errors import RunFailed
from seqtui.runs.events import Confusion, Evaluated, Event


def train(session: Session) -> Generator[Event, None, str]:
    """Train from where the session stands until something ends it; returns why it ended.

    Ends with a checkpoint on the disk. What follows (test score, export) is in seqtui.engine.finish.
    """
    state = session.state
    session.trainee.model.train()
    session.last_save = time.monotonic()
    while (why := end_reason(session)) is None:
        yield from replay_edits(session)
        yield from obey(session)
        if end_reason(session) is not None:
            continue
        started = time.monotonic()
        epoch_ended = yield from _step(session)
        took = time.monotonic() - started
        state.seconds += took
        session.telemetry.price.elapsed += took
        if session.meter.is_due():
            yield from session.report()
        every = session.config.eval_every
        if epoch_ended if every == 0 else state.step % every == 0:
            yield from _evaluate(session)
            yield from save(session, "evaluation")
        elif save_is_due(session):
            yield from save(session, "interval")
    yield from session.report()
    if why not in ("stopped", "interrupted") and state.evaluated_step != state.step:
        yield from _evaluate(session)
        yield from save(session, "evaluation")
    if session.saved_step != state.step:
        yield from save(session, "stop" if why in ("stopped", "interrupted") else "end")
    return why


def end_reason(session: Session) -> str | None:
    """Why the run is over, or None while it is not."""
    config, state = session.config, session.state
    if session.interruption.asked:
        return "interrupted"
    if session.stop_asked:
        return "stopped"
    if config.max_steps is not None and state.step >= config.max_steps:
        return "max_steps"
    if state.epoch >= config.epochs:
        return "epochs"
    if config.max_seconds is not None and state.seconds >= config.max_seconds:
        return "max_seconds"
    if config.patience and state.stale >= config.patience:
        return "patience"
    return None


def _step(session: Session) -> Generator[Event, None, bool]:
    """One optimizer step and its telemetry; whether it ended an epoch."""
    state, model, telemetry = session.state, session.trainee.model, session.telemetry
    units, before, rng = session.next_units(), session.carry, torch.get_rng_state()
    knobs = replace(state.knobs, lr=session.learning_rate())
    measured = telemetry.wants_gradients()
    if measured:
        telemetry.before_step(model)
    session.teach()
    outcome = train_step(session.trainee, session.train, units, before, knobs=knobs)
    state.step += 1
    session.carry = outcome.carry if outcome.finite else None
    session.meter.outcomes.append(outcome)
    state.remember_norm(outcome.grad_norm)
    if not outcome.finite:
        yield from _refuse(session, units, before, outcome=outcome, rng=rng)
        return session.advance(len(units))
    state.bad_in_a_row = 0
    if measured:
        yield telemetry.gradients(model, outcome, step=state.step, threshold=knobs.max_grad_norm)
    lags = telemetry.lags(model, step=state.step)
    if lags is not None:
        yield lags
    return session.advance(len(units))


def _refuse(
    session: Session, units: Sequence[Unit], carry: Carry, *, outcome: Outcome, rng: torch.Tensor
) -> Iterator[Event]:
    """Report a step that was not applied; RunFailed when it was the last straw."""
    state = session.state
    if session.trainee.scaler.is_enabled() and session.trainee.scaler.get_scale() > 1:
        return  # fp16: the loss scale was too high and has been lowered; that is its ordinary work
    state.bad_in_a_row += 1
    event = find_culprit(
        session.trainee, session.train, units, carry, rng=rng, outcome=outcome, step=state.step,
        in_a_row=state.bad_in_a_row, last_norms=state.last_norms,
    )  # fmt: skip
    yield event
    if state.bad_in_a_row >= session.config.nonfinite_patience:
        yield from session.report()
        place = (
            f" in {event.layer}" + (f" at time step {event.time_step}" if event.time_step is not None else "")
            if event.layer
            else ""
        )
        tensor = f", gradient of {event.tensor}" if event.tensor else ""
        kept = "the last checkpoint holds finite weights" if session.shelf.files() else "nothing had been saved yet"
        raise RunFailed(
            f"stopped: {state.bad_in_a_row} steps in a row were not finite, the last at step {state.step} "
            f"({event.where}{place}{tensor}; record {event.records[0]}); {kept}: lower --lr or --max-grad-norm "
            "and start anew (a resume shows the same again)"
        )


def _evaluate(session: Session) -> Iterator[Event]:
    """Score the validation split, show gates and a sample."""
    yield from session.report()
    state, started = session.state, time.monotonic()
    score = evaluate(session.trainee, session.valid)
    best = state.judge(score.loss, score.headline, session.config)
    yield Evaluated(
        state.step, session.epoch_number, "valid", score.loss, score.metrics, score.steps, time.monotonic() - started,
        best, state.best_loss, state.best_step,
    )  # fmt: skip
    yield from heard_event(session)
    if score.confusion is not None:
        yield Confusion(state.step, "valid", session.class_names(), score.confusion)
        yield from attribution_event(session)
        yield from watched_event(session)
        yield from tagged_event(session)
    yield from translated_event(session)
    yield from surprise_event(session)
    gates = session.telemetry.gates(session.trainee.model, step=state.step)
    if gates is not None:
        yield gates
    yield from sample_event(session, temperature=state.knobs.temperature)
