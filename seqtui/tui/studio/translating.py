"""What a model has said of a text to translate, as it comes: the beam step by step, then the best it found. Pure."""

from dataclasses import dataclass, field

from seqtui.runs.translation_words import BeamMoved, TranslationAsked, TranslationFound


@dataclass(slots=True)
class Translating:
    """moves: of the beam, one a step; found: the best first."""

    asked: TranslationAsked
    moves: list[BeamMoved] = field(default_factory=list)
    found: list[TranslationFound] = field(default_factory=list)

    def take(self, answer: BeamMoved | TranslationFound) -> None:
        """Some more."""
        if isinstance(answer, BeamMoved):
            self.moves.append(answer)
        else:
            self.found.append(answer)

    def is_reference(self, rank: int) -> bool:
        """Whether a translation is one that is known to be right."""
        return self.found[rank].text in self.asked.references

    def path(self, rank: int) -> list[int]:
        """For each step, the place in the beam that a translation went through; none where it is not in the beam."""
        if rank >= len(self.found):
            return []
        wanted = self.found[rank]
        step = len(wanted.tokens)
        if step >= len(self.moves):
            return []
        for place, ended in enumerate(self.moves[step].ended):
            if ended:
                places = self._back(step, place)
                if places and self._says(places, wanted):
                    return places
        return []

    def _back(self, step: int, place: int) -> list[int]:
        places = [place]
        for move in reversed(self.moves[1 : step + 1]):
            place = move.parents[place] if 0 <= place < len(move.parents) else -1
            places.append(place)
        return places[::-1]

    def _says(self, places: list[int], wanted: TranslationFound) -> bool:
        copied = wanted.copied or [-1] * len(wanted.tokens)
        return all(
            0 <= place < len(move.tokens) and (at >= 0 or move.tokens[place] == token)
            for place, move, token, at in zip(places, self.moves, wanted.tokens, copied, strict=False)
        )
