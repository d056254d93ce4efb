"""A language model of characters, from the language application, asked letter by letter how likely a text goes on."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seqtui.engine.open_model import OpenModel
from seqtui.engine.prefix_beam import Prefix
from seqtui.engine.recurrent.cells import State
from seqtui.errors import Usage
from seqtui.shapes import NextToken, Transcript

UNKNOWN_CHANCE = -12.0  # log chance of a character that the language model has never seen
MOST_KEPT = 20_000  # prefixes whose states are kept
OPENINGS = ("\n", " ", ".")  # what a text begins after, the first that is known


class SpellingModel:
    """Log chances of the symbols of a transcript after a prefix of them; states are kept, so each costs one step."""

    def __init__(self, opened: OpenModel, head: Transcript) -> None:
        """Usage where the model is none of characters."""
        encoding, meaning = opened.meaning.encoding, opened.meaning.head
        if not isinstance(meaning, NextToken) or encoding.get("options", {}).get("unit") != "character":
            raise Usage(
                f"{opened.name} is no language model of characters: train one with seqtui run language --unit character"
            )
        self.model = opened.model
        self.places = {symbol: place for place, symbol in enumerate(encoding["symbols"])}
        self.head = head
        self._expected: dict[Prefix, NDArray[np.float64]] = {}
        self._known: dict[str, tuple[list[State], NDArray[np.float64]]] = {}
        start = next((symbol for symbol in OPENINGS if symbol in self.places), None)
        self._known[""] = self._read(self.places[start] if start is not None else 0, self._nothing())

    def expects(self, prefix: Prefix) -> NDArray[np.float64]:
        """(symbols,) log chance of each after the prefix; of a word, of all its letters and the space before them."""
        if prefix not in self._expected:
            if len(self._expected) >= MOST_KEPT:
                self.forget()
            self._expected[prefix] = self._weighed(prefix)
        return self._expected[prefix]

    def forget(self) -> None:
        """Let go of all states but the first: they are of texts of before."""
        self._expected.clear()
        self._known = {"": self._known[""]}

    def _weighed(self, prefix: Prefix) -> NDArray[np.float64]:
        text = self.head.text(prefix) if self.head.spaced else "".join(self.head.symbols[each] for each in prefix)
        if not self.head.spaced:
            after = self._after(text)[1]
            return np.array([self._chance(after, symbol) for symbol in self.head.symbols])
        return np.array([self._of_letters(text, f" {word}" if text else word) for word in self.head.symbols])

    def _of_letters(self, text: str, letters: str) -> float:
        total = 0.0
        for letter in letters:
            total += self._chance(self._after(text)[1], letter)
            text += letter
        return total

    def _chance(self, after: NDArray[np.float64], letter: str) -> float:
        place = self.places.get(letter)
        return UNKNOWN_CHANCE if place is None else float(after[place])

    def _after(self, text: str) -> tuple[list[State], NDArray[np.float64]]:
        """State and log chances after a text; a letter that is not known changes nothing."""
        if text not in self._known:
            state, chances = self._after(text[:-1])
            place = self.places.get(text[-1])
            self._known[text] = (state, chances) if place is None else self._read(place, state)
        return self._known[text]

    def _read(self, token: int, state: list[State]) -> tuple[list[State], NDArray[np.float64]]:
        with torch.inference_mode():
            logits, after = self.model.step(torch.tensor([token], device=self._weights().device), state)
        chances: NDArray[np.float64] = logits[0].double().log_softmax(0).cpu().numpy()
        return after, chances

    def _nothing(self) -> list[State]:
        return self.model.backbone.zero_state(1, self._weights())

    def _weights(self) -> Tensor:
        return next(self.model.parameters())
