"""The desks that listen and watch, when what they stand on fails: a sentence each, and they go on."""

import os
import signal
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sounds import tone, write_wav

from seqtui.readers.clips.write import gif_bytes
from seqtui.runs.models import pretrained
from seqtui.tui.places import Target

pytest.importorskip("av")
SHIPPED = {place.name: place for place in pretrained()}
pytestmark = pytest.mark.skipif(not {"spoken-digits", "motions"} <= SHIPPED.keys(), reason="these models do not ship")

STRANGE_AV = """
import os, signal, sys, time
here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
del sys.modules["av"]
import av
real = av.open
def strange(file, *more, **known):
    name = os.path.basename(getattr(file, "name", ""))
    if name.startswith("dies"):
        os.kill(os.getpid(), signal.SIGKILL)
    if name.startswith("hangs"):
        open(file.name + ".pid", "w").write(f"{os.getpid()}\\n")
        time.sleep(1000)
    return real(file, *more, **known)
av.open = strange
sys.modules["av"] = av
"""


async def open_path(stage: Any, path: Path) -> None:
    await stage.press("o")
    await stage.until("reads ")
    await stage.type(str(path))


async def told(stage: Any, sentence: str) -> None:
    """A sentence in the line below, wherever it is wrapped."""
    await stage.until(lambda: sentence in " ".join(stage.text().split()))


async def kill_while_it_answers(stage: Any, path: Path) -> None:
    """The model's process dies of a question, which is not asked again when it is opened anew."""
    pid = stage.helper.pid
    os.kill(pid, signal.SIGSTOP)
    await open_path(stage, path)
    await stage.until(lambda: stage.screen._desk._busy)
    os.kill(pid, signal.SIGKILL)
    await told(stage, "the model's process has ended (killed by SIGKILL); R starts it again")
    await stage.press("R")
    await stage.until("✓ open")
    assert not stage.screen._desk._busy


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_desk_that_listens_goes_on_after_each_fault(perform: Any, tmp_path: Path) -> None:
    good, broken = write_wav(tmp_path / "good.wav", tone(300, 0.3)), tmp_path / "broken.wav"
    broken.write_bytes(good.read_bytes()[:30])

    async def scene(stage: Any) -> None:
        await stage.until("✓ open")
        await open_path(stage, broken)
        await told(stage, "its format has 10 bytes and must have 16 or more; write it anew")
        await open_path(stage, good)
        await stage.until("record 1 of 1", "good.wav")
        await open_path(stage, tmp_path / "gone.wav")
        await told(stage, "there is no file or folder")
        await stage.press("escape")
        await kill_while_it_answers(stage, good)
        await open_path(stage, good)
        await stage.until(lambda: not stage.screen._desk._busy, "good.wav")
        good.unlink()
        await stage.press("e")
        await stage.until("Export this prediction to")
        await stage.type(str(tmp_path / "said.csv"))
        await told(stage, "there is no file or folder")
        assert not (tmp_path / "said.csv").exists() and "Traceback" not in stage.text() and "✓ open" in stage.text()

    perform(scene, Target(model=SHIPPED["spoken-digits"]), size=(80, 24))


def test_a_desk_that_watches_goes_on_after_each_fault(
    perform: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = tmp_path / "stub" / "av" / "__init__.py"
    stub.parent.mkdir(parents=True)
    stub.write_text(textwrap.dedent(STRANGE_AV))
    monkeypatch.setenv("PYTHONPATH", str(stub.parents[1]))
    planes = np.random.default_rng(0).integers(0, 255, (8, 16, 16, 1)).astype(np.uint8)
    good, dies, hangs, broken = (tmp_path / f"{name}.gif" for name in ("good", "dies", "hangs", "broken"))
    for path in (good, dies, hangs):
        path.write_bytes(gif_bytes(planes, 10))
    broken.write_bytes(good.read_bytes()[:60])
    noted = tmp_path / "hangs.gif.pid"

    async def hang(stage: Any) -> int:
        noted.unlink(missing_ok=True)
        await open_path(stage, hangs)
        await stage.until(lambda: noted.exists() and noted.read_text().endswith("\n"))
        return int(noted.read_text())

    async def scene(stage: Any) -> None:
        await stage.until("✓ open")
        await open_path(stage, broken)
        await told(stage, "broken.gif cannot be decoded")
        await open_path(stage, dies)
        await told(stage, "dies.gif was left out: the decoder died of it (SIGKILL)")
        decoder = await hang(stage)
        await open_path(stage, good)  # nobody waits for the end of the other
        await stage.until("good.gif", lambda: is_gone(decoder))
        decoder = await hang(stage)
        os.kill(stage.helper.pid, signal.SIGKILL)
        await told(stage, "the model's process has ended (killed by SIGKILL)")
        await stage.until(lambda: is_gone(decoder))
        await stage.press("R")
        await stage.until("✓ open")
        await open_path(stage, good)
        await stage.until("good.gif", lambda: not stage.screen._desk._busy)
        assert "Traceback" not in stage.text()

    perform(scene, Target(model=SHIPPED["motions"]))
