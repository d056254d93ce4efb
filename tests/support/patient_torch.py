"""Imports torch so that its threads sleep while they wait for each other: workers of the tests share the cores, and
threads that spin there took three times the processor. For this process alone; what it starts finds out for itself.
"""

import os

POLICY = "OMP_WAIT_POLICY"

_before = os.environ.get(POLICY)
os.environ[POLICY] = "PASSIVE"
import torch  # noqa: E402, F401

if _before is None:
    del os.environ[POLICY]
else:
    os.environ[POLICY] = _before
