"""What a person set: settings.toml in the platform's folder for settings. A bad file never stops the app: what cannot
be used is left at its default, and a notice says so.
"""

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from seqtui.paths import settings_folder
from seqtui.text_safety import clean

THEME_CHOICES: Final = ("auto", "dark", "light", "deutan", "tritan", "plain")


@dataclass(frozen=True, slots=True)
class Settings:
    """theme: auto looks at the terminal. niceness: of trainings started here. keys: id of a binding -> its keys."""

    theme: str = "auto"
    mouse: bool = True
    niceness: int = 10
    keys: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


def settings_file() -> Path:
    """Where the settings lie."""
    return settings_folder() / "settings.toml"


def read_settings(path: Path) -> Settings:
    """The settings in a file, with a notice for everything in it that could not be used."""
    try:
        found = tomllib.loads(path.read_text())
    except FileNotFoundError:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return Settings(notices=(f"{clean(str(path))} is not valid TOML ({clean(str(error))}): using the defaults",))
    except OSError as error:
        return Settings(notices=(f"cannot read {clean(str(path))} ({error.strerror}): using the defaults",))
    notices: list[str] = []
    keys = _keys(found.pop("keys", {}), notices)
    used = {name: value for name, value in found.items() if _fits(name, value, notices)}
    return Settings(**used, keys=keys, notices=tuple(f"{path.name}: {notice}" for notice in notices))


def remember_theme(path: Path, theme: str) -> None:
    """Set the theme in the file and leave every other line as it is. OSError where it cannot be written."""
    line = f'theme = "{theme}"'
    try:
        text = path.read_text()
    except FileNotFoundError:
        text = ""
    path.parent.mkdir(parents=True, exist_ok=True)
    head, table, rest = re.split(r"(?m)(^\s*\[|\Z)", text, maxsplit=1)
    changed, count = re.subn(r"(?m)^theme\s*=.*$", line, head, count=1)
    path.write_text((changed if count else f"{line}\n{head}") + table + rest)


def nearest(name: str, known: list[str]) -> str:
    """'; did you mean …?', or '' where nothing is near."""
    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _fits(name: str, value: Any, notices: list[str]) -> bool:
    known = [declared.name for declared in fields(Settings) if declared.name != "notices"]
    if name not in known:
        notices.append(f"there is no setting {clean(name)}{nearest(name, known)}")
        return False
    allowed = {
        "theme": (value in THEME_CHOICES, f"one of {', '.join(THEME_CHOICES)}"),
        "mouse": (isinstance(value, bool), "true or false"),
        "niceness": (type(value) is int and 0 <= value <= 19, "a whole number from 0 to 19"),
    }
    fits, right = allowed[name]
    if not fits:
        notices.append(f"{name} = {clean(str(value))} is not allowed: give {right}")
    return fits


def _keys(found: Any, notices: list[str]) -> dict[str, str]:
    """[keys] with dotted or quoted names; TOML reads `live.pause = "p"` as a table in a table."""
    if not isinstance(found, dict):
        notices.append("[keys] must be a table of names and keys")
        return {}
    keys: dict[str, str] = {}
    for name, value in found.items():
        if isinstance(value, dict):
            keys |= {f"{name}.{inner}": key for inner, key in _keys(value, notices).items()}
        elif isinstance(value, str) and value.strip():
            keys[name] = value
        else:
            notices.append(f'keys.{clean(name)} needs a key in quotes, such as "ctrl+r" or "f5,r"')
    return keys
