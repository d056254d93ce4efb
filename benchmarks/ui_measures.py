"""The measures of `benchmarks/ui.py`: each drives the real `seqtui` in a terminal and gives rows of the table."""

import random
import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ui_keys import DOWN, ENTER, TAB, Press, home_keys, live_keys, setup_keys, studio_keys
from ui_rows import Row, median_ratio, milliseconds, p99, spread
from ui_stage import long_training, million_steps, prepare, rate, trained_model
from ui_terminal import Frame, Terminal, cpu_seconds, memory, waited_seconds

from seqtui.catalog import names
from seqtui.runs.folder import RunFolder

DIFFERENCE: Final = 10  # of niceness between the screen and the trainings it starts
KEY_MS: Final = 100

Slice = tuple[float, float]
"""Two times of `time.time`."""


@dataclass(frozen=True, slots=True)
class Setting:
    """home: its runs; keys: presses a screen; seconds: of a slice; niceness: of the screen (trainings: ten more)."""

    home: Path
    keys: int
    seconds: float
    rounds: int
    threads: int
    niceness: int

    @property
    def studio_home(self) -> Path:
        """A home of its own, for the model that is played there is the newest that has been seen."""
        return prepare(self.home / "studio")

    def seqtui(self, *arguments: str, home: Path | None = None) -> Terminal:
        """The command in a terminal of 120 × 40 cells."""
        return Terminal(*arguments, home=home or self.home, niceness=self.niceness)

    def training(self) -> AbstractContextManager[RunFolder]:
        """A training that goes on while something is measured."""
        return long_training(self.home, threads=self.threads, niceness=self.niceness + DIFFERENCE)


def is_home(frame: Frame) -> bool:
    """Whether a frame is the whole first screen: from the header to the line of keys."""
    return "Applications" in frame.text and "ctrl+p" in frame.text


def first_paint(setting: Setting) -> Iterator[Row]:
    """From the start of `seqtui` to the end of the first frame with header, panels and keys."""
    walls, quiet, busy = [], [], []
    with setting.seqtui() as shown:
        shown.read_until(is_home)  # compiles what was not yet
    for _ in range(setting.rounds):
        with setting.seqtui() as shown:
            wall = shown.read_until(is_home).time - shown.begun
            both = shown.launcher, shown.screen
            busy.append(cpu_seconds(*both))
            quiet.append(wall - waited_seconds(*both))
            walls.append(wall)
    told = f"{milliseconds(walls)} wall, {milliseconds(quiet)} of it not waiting for a core, {milliseconds(busy)} CPU"
    yield Row(f"first paint, median of {setting.rounds}", told, "< 500 ms wall, quiet", statistics.median(quiet) < 0.5)


def keys(setting: Setting) -> Iterator[Row]:
    """From a key's write to the end of the frame that shows all it changes, while a training uses every core."""
    model = trained_model(setting.studio_home)
    with setting.training() as run:
        for place, arguments, opening, cycle in (
            ("home", (), (), home_keys()),
            ("set-up", (), (b"n",), setup_keys()),
            ("live", ("attach", str(run.path)), (), live_keys()),
            ("studio", (), (), studio_keys()),
        ):
            home = setting.studio_home if place == "studio" else setting.home
            with setting.seqtui(*arguments, home=home) as shown:
                shown.read_until(lambda frame: "ctrl+p" in frame.text)
                if place == "studio":
                    _open_studio(shown, model.id)
                for key in opening:
                    shown.press(key)
                shown.read(2)
                yield _latency(place, shown, cycle, setting.keys)


def studio(setting: Setting) -> Iterator[Row]:
    """From a slider's key to the end of the frame in which the answer's first new steps are drawn."""
    model = trained_model(setting.studio_home)
    with setting.seqtui(home=setting.studio_home) as shown:
        shown.read_until(is_home)
        _open_studio(shown, model.id)
        times = _press_all(shown, _answered(), setting.keys)
    yield Row("studio: slider to the answer drawn", spread(times), "< 150 ms, p50", statistics.median(times) < 0.15)


def repaints(setting: Setting) -> Iterator[Row]:
    """Frames of the live screen, in any second."""
    with setting.training() as run, setting.seqtui("attach", str(run.path)) as shown:
        shown.read(3)
        before, busy = time.perf_counter(), cpu_seconds(shown.screen)
        frames = [frame.time for frame in shown.read(setting.seconds)]
        busy = (cpu_seconds(shown.screen) - busy) / (time.perf_counter() - before)
        size = statistics.mean(frame.bytes for frame in shown.frames[-len(frames) :])
    most = max(sum(begin <= other < begin + 1 for other in frames) for begin in frames)
    told = f"{len(frames) / setting.seconds:.1f} a second, at most {most}; {size / 1000:.1f} kB each"
    yield Row("repaints of the live screen", told, "≤ 10 a second", len(frames) / setting.seconds <= 10)
    yield Row("CPU of the live screen", f"{busy:.1%} of one core")


def training(setting: Setting) -> Iterator[Row]:
    """Rate of one training with its live screen open, over its rate without; slices in turn, by its own log."""
    ratios = []
    with setting.training() as run:
        for number in range(setting.rounds):
            bare, watched = _slices(setting, run, watched_first=bool(number % 2))
            ratios.append(rate(run, *watched) / rate(run, *bare))
    told = f"{statistics.median(ratios):.3f} (of {', '.join(f'{ratio:.3f}' for ratio in ratios)})"
    yield Row(
        f"training, screen open / closed, {setting.threads} threads", told, "≥ 0.97", statistics.median(ratios) >= 0.97
    )


def long_run(setting: Setting) -> Iterator[Row]:
    """Opening a run with a million reported steps by Enter: its first picture, and memory when all of it is read."""
    home = prepare(setting.home / "long")
    million_steps(home)
    walls, quiet, sizes = [], [], []
    for number in range(setting.rounds):
        with setting.seqtui(home=home) as shown:
            shown.read_until(lambda frame: "lstm 1×128" in frame.text)
            shown.read(2)
            shown.press(TAB)
            shown.read(0.5)
            waited = waited_seconds(shown.screen)
            pressed = shown.press(ENTER)
            walls.append(shown.read_until(lambda frame: "━ train" in frame.text).time - pressed)
            quiet.append(walls[-1] - waited_seconds(shown.screen) + waited)
            sizes.append(memory(shown.screen))
            if number == setting.rounds - 1:
                begun = time.perf_counter()
                shown.read_until(_is_read, patience=600)
                whole, entire = time.perf_counter() - begun, memory(shown.screen)
    told = f"{milliseconds(walls)}, {milliseconds(quiet)} of it not waiting for a core"
    yield Row("opening a run of 1,000,000 steps: first picture", told, "< 1000 ms", statistics.median(walls) < 1)
    yield Row("… all of its log read", f"after {whole:.0f} s")
    told = f"{max(sizes):.0f} MB PSS at the first picture, {entire:.0f} MB with all read"
    yield Row("memory, a run of 1,000,000 steps open", told, "< 200 MB", max(*sizes, entire) < 200)


def sizes(setting: Setting) -> Iterator[Row]:
    """Memory of the screen's process after a walk through all places."""
    model = trained_model(setting.studio_home)
    with setting.training() as run, setting.seqtui(home=setting.studio_home) as shown:
        shown.read_until(is_home)
        shown.read(1)
        first = memory(shown.screen)
        for key in (b"n", b"\x1b", b"r", b"\x1b"):
            shown.press(key)
            shown.read(2)
        _open_studio(shown, model.id)
        shown.press(b"\x1b")
        shown.read(2)
        launcher, entire = memory(shown.launcher), memory(shown.screen)
    with setting.seqtui("attach", str(run.path)) as shown:
        shown.read(3)
        live = memory(shown.screen)
    told = f"PSS {first:.0f} MB at first, {live:.0f} live, {entire:.0f} after all places (launcher {launcher:.0f})"
    yield Row("memory of the screen", told, "< 200 MB", max(first, entire, live) < 200)


def stopped(setting: Setting) -> Iterator[Row]:
    """A terminal that is not read: the training's rate meanwhile, and the screen when it is read again."""
    ratios, recovered, answered = [], [], []
    with setting.training() as run, setting.seqtui("attach", str(run.path)) as shown:
        shown.read(2)
        for _ in range(setting.rounds):
            begun = time.time()
            shown.read(setting.seconds)
            halted = time.time()
            time.sleep(setting.seconds)
            ratios.append(rate(run, halted, time.time()) / rate(run, begun, halted))
            size, before, step = memory(shown.screen), time.perf_counter(), _step_now(run.events_file)
            recovered.append(shown.read_until(lambda frame, step=step: _step_shown(frame) >= step).time - before)
            pressed = shown.press(b"2")
            answered.append(shown.read_until(lambda frame: "s sort" in frame.text).time - pressed)
            shown.press(b"1")
    ratio = statistics.median(ratios)
    yield Row("training, terminal not read / read", median_ratio(ratios), "≥ 0.97", ratio >= 0.97)
    told = f"up to date after {milliseconds(recovered)}, a key after {milliseconds(answered)}; {size:.0f} MB meanwhile"
    yield Row(f"… read again after {setting.seconds:.0f} s", told, "recovers", max(recovered) < 2)


MEASURES: Final[dict[str, Callable[[Setting], Iterator[Row]]]] = {
    "paint": first_paint, "keys": keys, "studio": studio, "repaints": repaints, "training": training,
    "memory": sizes, "long": long_run, "stopped": stopped,
}  # fmt: skip


def _open_studio(shown: Terminal, model: str) -> None:
    """Home, application music, Enter; wait for the first take."""
    shown.read(2)
    for _ in range(names().index("music")):
        shown.press(DOWN)
        page = shown.read_until(lambda frame: "learns:" in frame.text)
    if model not in page.text:
        shown.read_until(lambda frame: model in frame.text)
    shown.press(ENTER)
    shown.read_until(lambda frame: "steps/s" in frame.text)
    shown.read(0.5)


def _latency(place: str, shown: Terminal, cycle: list[Press], count: int) -> Row:
    _press_all(shown, cycle, len(cycle))  # what is imported or laid out for the first time is not counted
    waited = waited_seconds(shown.screen)
    times = _press_all(shown, cycle, count)
    waited = (waited_seconds(shown.screen) - waited) / len(times)
    told = f"{spread(times)}; waits for a core, mean {1000 * waited:.1f}"
    return Row(f"key to paint, {place}, {len(times)} keys", told, f"p99 < {KEY_MS} ms", p99(times) < KEY_MS / 1000)


def _press_all(shown: Terminal, cycle: list[Press], count: int) -> list[float]:
    """Seconds from each key to its frame. Gaps differ, so that keys meet the screen's own repaints anywhere."""
    times, gaps = [], random.Random(1)
    for number in range(count):
        press = cycle[number % len(cycle)]
        pressed = shown.press(press.key)
        times.append(shown.read_until(press.is_shown).time - pressed)
        shown.read(gaps.uniform(0.1, 0.3))
    return times


def _answered() -> list[Press]:
    drawn = re.compile(r"making  step +[1-9]|steps/s")

    def of(value: str) -> Callable[[Frame], bool]:
        return lambda frame: f"T {value} " in frame.text and bool(drawn.search(frame.text))

    return [Press(press.key, of(value)) for press, value in zip(studio_keys(), ("1.05", "1"), strict=True)]


def _slices(setting: Setting, run: RunFolder, *, watched_first: bool) -> tuple[Slice, Slice]:
    """The times of a slice without the screen, and of one with it."""
    found = {}
    for watched in (watched_first, not watched_first):
        if watched:
            with setting.seqtui("attach", str(run.path)) as shown:
                shown.read(2.5)
                begin = time.time()
                shown.read(setting.seconds)
                found[watched] = (begin, time.time())
        else:
            begin = time.time()
            time.sleep(setting.seconds)
            found[watched] = (begin, time.time())
    return found[False], found[True]


def _is_read(frame: Frame) -> bool:
    return "step 1,000,000" in frame.text and "reading" not in frame.text


def _step_now(events: Path) -> int:
    found = re.findall(rb'"event":"Step".*?"step":(\d+)', events.read_bytes()[-1_000_000:])
    return int(found[-1])


def _step_shown(frame: Frame) -> int:
    found = re.search(r"step ([\d,]+)", frame.text)
    return int(found[1].replace(",", "")) if found else 0
