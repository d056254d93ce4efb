"""The process of a run gives numpy's BLAS one thread, before numpy is loaded, and leaves what a person has set."""

import os
import subprocess
import sys

import pytest

ASK = """
import os
import seqtui.engine.__main__
import numpy, threadpoolctl
found = [each["num_threads"] for each in threadpoolctl.threadpool_info() if each["internal_api"] == "openblas"]
print(os.environ["OPENBLAS_NUM_THREADS"], max(found, default=1))
"""


@pytest.mark.parametrize(("given", "wanted"), [(None, "1"), ("2", "2")])
def test_numpy_multiplies_in_one_thread_unless_told_otherwise(given: str | None, wanted: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    if given is not None:
        environment["OPENBLAS_NUM_THREADS"] = given
    command = [sys.executable, "-P", "-c", ASK]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    told, threads = done.stdout.split()
    assert told == wanted
    assert int(threads) <= int(wanted)
