"""A server on loopback, and a home of one's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback import Server, running

from seqtui.data_sets.download import MIRROR_VARIABLE


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """One that has nothing yet, and no proxy or mirror between."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", MIRROR_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    with running() as told:
        yield told


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where fetched sets lie."""
    monkeypatch.setenv("SEQTUI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"
