"""A person's regular expression over many titles, in a process of its own with a limit on its time: a pattern with a
repeat inside a repeat can take longer than anybody waits, and nothing within Python's `re` ends it.

`python -P -m seqtui.readers.pattern_worker` reads the job as JSON from stdin and writes what was found to stdout.
"""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

SECONDS: Final = 1.0
SECONDS_A_TITLE: Final = 1e-4


def find_in_titles(pattern: str, group: str | int, titles: Sequence[str]) -> list[str | None] | None:
    """What `group` finds in each title, None where the pattern does not fit; None as a whole where it takes too long.

    The time is that of the processor, so that a busy machine refuses nothing: a second, and 0.1 ms a title.
    """
    seconds = SECONDS + SECONDS_A_TITLE * len(titles)
    job = json.dumps({"pattern": pattern, "group": group, "seconds": seconds, "titles": list(titles)})
    command = [sys.executable, "-P", "-m", "seqtui.readers.pattern_worker"]
    ended = subprocess.run(command, input=job.encode(), capture_output=True, check=False)
    if ended.returncode == -signal.SIGVTALRM:
        return None
    ended.check_returncode()
    found: list[str | None] = json.loads(ended.stdout)
    return found


def work(job: bytes) -> bytes:
    """Search the titles of the job; the kernel ends this process when its time is over."""
    given = json.loads(job)
    signal.setitimer(signal.ITIMER_VIRTUAL, given["seconds"])
    compiled, group = re.compile(given["pattern"]), given["group"]
    matches = (compiled.search(title) for title in given["titles"])
    return json.dumps([match[group] or "" if match else None for match in matches]).encode()


if __name__ == "__main__":
    sys.stdout.buffer.write(work(sys.stdin.buffer.read()))
