"""Where seqtui keeps things: runs, downloads and caches, settings."""

import os
from pathlib import Path

import platformdirs


def home() -> Path:
    """$SEQTUI_HOME, or the platform's data folder."""
    given = os.environ.get("SEQTUI_HOME")
    return Path(given) if given else Path(platformdirs.user_data_dir("seqtui", appauthor=False))


def runs_folder() -> Path:
    """The folder that holds a folder for each run."""
    return home() / "runs"


def data_folder() -> Path:
    """Downloaded data sets and encoded caches."""
    return home() / "data"


def settings_folder() -> Path:
    """What a person chose to have remembered."""
    return Path(platformdirs.user_config_dir("seqtui", appauthor=False))
