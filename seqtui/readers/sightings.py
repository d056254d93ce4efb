"""Oddities in data, counted, with the place of the first."""

from dataclasses import dataclass


@dataclass(slots=True)
class Sightings:
    """How often something was met, and where first."""

    count: int = 0
    first: str = ""

    def add(self, where: str) -> None:
        """One more."""
        self.first = self.first or where
        self.count += 1
