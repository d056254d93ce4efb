"""A person's regular expression over many titles, in a process of its own with a limit on its time: a pattern with a
repeat inside a repeat can take longer than anybody waits.

`python -P -m seqtui.readers.pattern_worker` reads JSON from stdin, pattern and group in the first line, then a list of
titles in each, and answers each list on stdout with what was found in it.
"""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterable
from itertools import islice
from typing import IO, Final

SECONDS: Final = 1.0  # of the processor, so that a busy machine refuses nothing
_AT_ONCE: Final = 1000


class TakesTooLong(Exception):
    """More than a second for a thousand titles. title: where the second was over, counted from 0."""

    def __init__(self, title: int) -> None:
        super().__init__(title)
        self.title = title


def find_in_titles(pattern: str, group: str | int, titles: Iterable[str]) -> list[str | None]:
    """What `group` finds in each title, None where the pattern does not fit. TakesTooLong where it has no end."""
    command = [sys.executable, "-P", "-m", "seqtui.readers.pattern_worker"]
    pipe, waiting, found = subprocess.PIPE, iter(titles), list[str | None]()
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as worker:
        assert worker.stdin and worker.stdout, "both are pipes"
        worker.stdin.write(json.dumps([pattern, group]) + "\n")
        while some := list(islice(waiting, _AT_ONCE)):
            worker.stdin.write(json.dumps(some) + "\n")
            worker.stdin.flush()
            taken = json.loads(worker.stdout.readline())
            if len(taken) < len(some):
                raise TakesTooLong(len(found) + len(taken))
            found += taken
    return found


def work(given: IO[str], answers: IO[str]) -> None:
    """Search list after list; an answer is shorter than its list where time is over."""
    pattern, group = json.loads(given.readline())
    compiled = re.compile(pattern)
    signal.signal(signal.SIGVTALRM, _stop)
    for line in given:
        taken: list[str | None] = []
        try:
            signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
            for title in json.loads(line):
                match = compiled.search(title)
                taken.append(match[group] or "" if match else None)
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        except TimeoutError:
            pass
        answers.write(json.dumps(taken) + "\n")
        answers.flush()


def _stop(_signal: int, _frame: object) -> None:
    raise TimeoutError


if __name__ == "__main__":
    work(sys.stdin, sys.stdout)
