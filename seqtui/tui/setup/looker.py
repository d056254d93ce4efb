"""Has a child look at data (seqtui.tui.setup.look) and tells what it said. One child at a time: a newer question ends
the older one's. Imports pydantic (slow): import it after the first paint.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final, final

from pydantic import TypeAdapter, ValidationError

from seqtui.shapes import HEADS, Head
from seqtui.tui.setup.found import Found, Question

NICENESS: Final = 10


@final
class Looker:
    """tell: called in another thread with the question and what is known by now, once or twice a question."""

    def __init__(self, tell: Callable[[Question, Found], None]) -> None:
        self._tell = tell
        self._child: subprocess.Popen[str] | None = None

    def ask(self, question: Question) -> None:
        """Look at these data instead of what is being looked at."""
        self.stop()
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "seqtui.tui.setup.look"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self._child = child
        os.setpriority(os.PRIO_PROCESS, child.pid, NICENESS)
        threading.Thread(target=self._listen, args=(child, question), daemon=True).start()

    def stop(self) -> None:
        """End the child, if there is one; nothing more will be told of its question."""
        child, self._child = self._child, None
        if child:
            child.kill()

    def _listen(self, child: "subprocess.Popen[str]", question: Question) -> None:
        assert child.stdin and child.stdout
        request = {
            "app": question.app, "data": question.data, "options": json.loads(question.options), "seed": question.seed
        }  # fmt: skip
        found, is_whole = Found(), False
        with child:
            try:
                child.stdin.write(json.dumps(request))
                child.stdin.close()
            except BrokenPipeError:
                pass
            for line in child.stdout:
                found = taken(found, line)
                is_whole = bool(found.error or found.head)
                if self._child is child:
                    self._tell(question, found)
        if not is_whole and self._child is child:
            self._tell(question, Found(found.findings, found.count, error="the data could not be looked at"))


def taken(before: Found, line: str) -> Found:
    """What is known after one more line of the child."""
    try:
        answer: dict[str, Any] = json.loads(line)
        if "checkup" in answer:
            seen = answer["checkup"]
            findings = tuple((each["level"], each["where"], each["text"]) for each in seen["findings"])
            return Found(findings, seen["count"])
        if "loaded" in answer:
            return _loaded(before, answer["loaded"])
        return Found(before.findings, before.count, error=str(answer["error"]))
    except (ValueError, KeyError, TypeError, ValidationError):
        return Found(before.findings, before.count, error="the answer about the data could not be read")


def _loaded(before: Found, values: Mapping[str, Any]) -> Found:
    head: Head = TypeAdapter(HEADS[values["kind"]]).validate_python(values["head"])
    return Found(
        before.findings,
        before.count,
        head=head,
        splits={name: (int(pair[0]), int(pair[1])) for name, pair in values["splits"].items()},
        source=values["source"],
        split_rule=values["split_rule"],
        notes=tuple(values["notes"]),
        classes=tuple(values["classes"]),
        preview=tuple((each["name"], each["label"], each["drawing"]) for each in values["preview"]),
    )
