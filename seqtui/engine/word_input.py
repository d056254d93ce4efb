"""Words as vectors: what is known of the word itself, of its casing, of the characters and the pieces it is made of."""

from typing import Final

import torch
from torch import Tensor, nn

from seqtui.engine.recurrent.layer import RecurrentLayer, reversal_index
from seqtui.engine.token_input import TokenInput, usual_spread
from seqtui.shapes import Tokens, Words
from seqtui.sizes import CASING_SIZE, CHARACTER_EMBEDDING, KERNEL, PIECE_SIZE, takes_characters

WORD: Final = 0  # where in a step's values the word's number stands,
CASING: Final = 1  # its casing's,
LETTERS: Final = 2  # and the first of its characters'; those of its pieces stand behind them


class WordInput(nn.Module):
    """The four kinds of vectors of each word side by side."""

    def __init__(self, inputs: Words, embedding: int) -> None:
        super().__init__()
        self.words = TokenInput(inputs, embedding, spread=usual_spread(embedding))
        self.casing = nn.Embedding(inputs.casings, CASING_SIZE) if inputs.casings else None
        self.characters: CharacterConvolution | CharacterLSTM | None = None
        if takes_characters(inputs):
            kind = CharacterConvolution if inputs.character_model == "cnn" else CharacterLSTM
            self.characters = kind(inputs.characters, inputs.character_size)
        self.first_piece = LETTERS + inputs.letters
        self.pieces = nn.ModuleList(
            TokenInput(Tokens(count), PIECE_SIZE, spread=usual_spread(PIECE_SIZE)) for count in inputs.pieces
        )

    def forward(self, values: Tensor, lengths: Tensor | None = None) -> Tensor:  # noqa: ARG002
        """(…, 2 + letters + pieces) -> (…, width)."""
        parts = [self.words(values[..., WORD])]
        if self.casing is not None:
            parts.append(self.casing(values[..., CASING]))
        if self.characters is not None:
            letters = values[..., LETTERS : self.first_piece]
            found = self.characters(letters.flatten(0, -2))
            parts.append(found.reshape(*letters.shape[:-1], -1))
        parts += [table(values[..., self.first_piece + number]) for number, table in enumerate(self.pieces)]
        return torch.cat(parts, -1)


class CharacterConvolution(nn.Module):
    """A convolution over the characters of a word, and the maximum of each filter over the word (Ma & Hovy 2016)."""

    def __init__(self, characters: int, size: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(characters, CHARACTER_EMBEDDING, padding_idx=0)
        nn.init.uniform_(self.embed.weight[1:], -((3 / CHARACTER_EMBEDDING) ** 0.5), (3 / CHARACTER_EMBEDDING) ** 0.5)
        self.filters = nn.Linear(CHARACTER_EMBEDDING * KERNEL, size)

    def forward(self, letters: Tensor) -> Tensor:
        """(words, letters) -> (words, size). Where there is no character stand zeros, as at both ends."""
        longest = longest_word(letters)
        letters = nn.functional.pad(letters[:, :longest], (KERNEL // 2, KERNEL // 2))
        x = self.embed(letters)  # (words, letters + 2, embedding)
        near = torch.cat([x[:, shift : shift + longest] for shift in range(KERNEL)], 2)
        real = (letters[:, KERNEL // 2 : KERNEL // 2 + longest] > 0).unsqueeze(2)
        real[:, 0] = True  # a word without characters is read as one empty place
        return torch.as_tensor(self.filters(near).masked_fill(~real, -torch.inf).amax(1))


class CharacterLSTM(nn.Module):
    """The last state of an LSTM over the characters of a word in each direction (Lample et al. 2016)."""

    def __init__(self, characters: int, size: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(characters, CHARACTER_EMBEDDING, padding_idx=0)
        self.layer = RecurrentLayer("lstm", CHARACTER_EMBEDDING, size // 2, bidirectional=True)

    def forward(self, letters: Tensor) -> Tensor:
        """(words, letters) -> (words, size)."""
        lengths = (letters > 0).sum(1).clamp(min=1)
        longest = longest_word(letters)
        x = self.embed(letters[:, :longest].t())  # (letters, words, embedding)
        zero = self.layer.zero_state(x.shape[1], x)
        h, _ = self.layer(x, [zero, zero], reversal=reversal_index(lengths, longest))
        ahead, back = h.chunk(2, 2)
        ends = (lengths - 1).reshape(1, -1, 1).expand(1, -1, ahead.shape[2])  # a len() here would freeze in ONNX
        return torch.cat([ahead.gather(0, ends)[0], back[0]], 1)


def longest_word(letters: Tensor) -> int:
    """Characters of the longest of (words, letters): what is beyond changes nothing and only takes time.

    A graph for other programs has to look at all of them, for this holds for one batch alone.
    """
    if torch.onnx.is_in_onnx_export():
        return letters.shape[1]
    return max(1, int((letters > 0).sum(1).max()))
