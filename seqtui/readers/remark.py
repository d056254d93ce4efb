"""What a data doctor has to say of a file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """level: 'info', 'warning' or 'error'; where: the file with track or record, or the folder or set of many files."""

    level: str
    where: str
    text: str
