"""What the panel of the run tells, as rows of name and value; after its end the summary's lines. Pure."""

from collections.abc import Sequence

from seqtui.runs.events import Finished, Step
from seqtui.runs.folder import RunFolder
from seqtui.runs.report import duration, summary
from seqtui.runs.state import RunState, Status
from seqtui.tui.drawing.numbers import count
from seqtui.tui.live.standing import ALIVE

Row = tuple[str, str]


def telemetry_share(recent: Sequence[Step]) -> float | None:
    """What part of the recent steps' time went into the panels' numbers; None while unknown."""
    seconds = sum(report.seconds for report in recent)
    return sum(report.telemetry_seconds for report in recent) / seconds if seconds > 0 else None


def run_rows(state: RunState, recent: Sequence[Step]) -> list[Row]:
    """Pace, time, memory, cost of the panels, machine, checkpoint."""
    rows: list[Row] = []
    step, started = state.step, state.started
    if isinstance(state.ended, Finished):
        rows.append(("ended", f"{state.ended.why.replace('_', ' ')} after {duration(state.ended.seconds)}"))
    if step:
        real = sum(report.real_steps for report in recent)
        seconds = sum(report.seconds for report in recent)
        total = f" of {state.total_steps:,}" if state.total_steps else ""
        rows.append(("step", f"{step.step:,}{total}"))
        rows.append(("pace", f"{state.steps_per_second:.3g} steps/s"))
        if seconds > 0:
            rows.append(("", f"{count(real / seconds)} time steps/s"))
        rows.append(("elapsed", duration(step.elapsed)))
        if state.eta_seconds is not None and state.ended is None:
            rows.append(("left", duration(state.eta_seconds)))
        rows.append(("rate", f"{step.lr:.3g}"))
        rows.append(("memory", f"{state.peak_memory_mb:,.0f} MB at most"))
        share = telemetry_share(recent)
        rows.append(("panels", f"cost {share:.1%} of a step" if share is not None else "cost not known yet"))
    if started:
        threads = f"{started.threads} thread{'s' if started.threads != 1 else ''}"
        rows.append(("on", f"{started.device}, {threads}, {started.precision}, {started.kernel}"))
        rows.append(("model", f"{started.parameters:,} parameters"))
    if state.data:
        sizes = ", ".join(f"{name} {numbers[0]:,}" for name, numbers in state.data.splits.items() if numbers)
        rows.append(("data", sizes))
    if state.saved:
        rows.append(("saved", f"step {state.saved.step:,}, {state.saved.bytes / 1e6:.2f} MB"))
    if state.not_saved:
        rows.append(("NOT saved", f"step {state.not_saved.step:,}: {state.not_saved.reason}"))
    return rows


def end_lines(state: RunState, folder: RunFolder, status: Status, *, width: int, plain: bool) -> list[str]:
    """The summary of an ended run; of one that lives, how it stands; of one that died, where it lies."""
    if status in ALIVE:
        rows = [f"  {name:<9}{value}" for name, value in run_rows(state, ())]
        return [f"{status}: scores and verdict come at the end", *rows, f"run: {folder.path}",
                f"next: seqtui attach {folder.id}"]  # fmt: skip
    if state.ended is None:
        return [f"{status}: it never said that it ended", f"run: {folder.path}", f"next: seqtui resume {folder.id}"]
    return summary(state, folder=folder, width=width, plain=plain)
