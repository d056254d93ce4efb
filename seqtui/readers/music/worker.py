"""A process that encodes some files of a folder: `python -P -m seqtui.readers.music.worker JOB.json`.

A process of its own and not multiprocessing, which fails under a running Textual app and would load torch again here.
"""

import json
import sys
from pathlib import Path

from seqtui.readers.music.pieces import encode_files
from seqtui.readers.music.store import write_pieces


def work(job: Path) -> None:
    """Encode what the job names and write it where the job says."""
    given = json.loads(job.read_text("ascii"))
    files = [(name, Path(path)) for name, path in given["files"]]
    pieces, problems = encode_files(files, given["representation"], given["steps_per_beat"])
    write_pieces(Path(given["output"]), pieces, problems)


if __name__ == "__main__":
    work(Path(sys.argv[1]))
