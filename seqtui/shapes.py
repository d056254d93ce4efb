"""The shapes of sequence problems, the inputs of models and the kinds of prediction ("heads"), as plain values.

A task names its head; the engine alone turns a head into layers and a loss.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final, Literal

from annotated_types import Ge, Gt, Interval, Le, Lt


class IOShape(StrEnum):
    """Input and output lengths of a sequence problem, in the field's usual words."""

    ONE_TO_ONE = "one-to-one"
    ONE_TO_MANY = "one-to-many"
    MANY_TO_ONE = "many-to-one"
    MANY_TO_MANY_ALIGNED = "many-to-many, aligned"
    MANY_TO_MANY_UNALIGNED = "many-to-many, unaligned"


FEW_SYMBOLS: Final = 32  # so many can be looked at one by one: letters, not words
PADDING: Final = -100  # the target where there is nothing to predict: a padded step, an unknown class

Size = Annotated[int, Gt(0)]
PictureSide = Annotated[int, Interval(ge=4, le=512)]
Pooling = Literal["last", "mean", "max", "attention"]
AlignedPooling = Literal[Pooling, "sites"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Inputs: each step is one symbol of a vocabulary of `size`, looked up in an embedding.

    unknown: the symbol of what is in no vocabulary; word_dropout: the share of symbols that training turns into it
    (Iyyer et al. 2015); frozen: the embedding is not trained, which makes sense where it starts from given vectors.
    """

    size: Size
    unknown: Annotated[int, Ge(0)] = 0
    word_dropout: Annotated[float, Ge(0), Lt(1)] = 0.0
    frozen: bool = False
    kind: Literal["tokens"] = "tokens"


@dataclass(frozen=True, slots=True)
class Mixtures:
    """Inputs: each step is a symbol that stands for a mixture of pure ones, so that an ambiguous one is no stranger.

    table: (symbols, parts), each row sums to one; context: steps read together at each step, centered on it; odd;
    pairs: beside each step's symbol, the pair that it makes with the next one is read (the products of their parts).
    """

    table: tuple[tuple[float, ...], ...]
    context: Size = 1
    pairs: bool = False
    kind: Literal["mixtures"] = "mixtures"

    @property
    def width(self) -> int:
        """Numbers that stand for one step: its parts, and those of the pair."""
        parts = len(self.table[0])
        return parts + parts * parts * self.pairs


@dataclass(frozen=True, slots=True)
class Words:
    """Inputs: each step is one word, as a number, with its casing, its first `letters` characters, and its pieces.

    A step's values: the word's number, the casing's, those of its characters and its pieces; character 0 is none. size:
    words in the vocabulary; characters, casings: how many there are; 0: not looked at. character_model: what makes
    `character_size` numbers (each direction of an lstm: half) of a word's characters: a convolution of width 3 and its
    maximum (Ma & Hovy 2016), or a bidirectional LSTM (Lample et al. 2016). pieces: how many there are of each kind
    (beginnings, endings, shapes); 0 of each is what is not known. The rest as in Tokens.
    """

    size: Size
    unknown: Annotated[int, Ge(0)] = 0
    characters: Annotated[int, Ge(0)] = 0
    letters: Annotated[int, Ge(0)] = 0
    casings: Annotated[int, Ge(0)] = 0
    character_model: Literal["none", "cnn", "lstm"] = "none"
    character_size: Size = 30
    word_dropout: Annotated[float, Ge(0), Lt(1)] = 0.0
    frozen: bool = False
    pieces: tuple[Size, ...] = ()
    kind: Literal["words"] = "words"


@dataclass(frozen=True, slots=True)
class Masks:
    """SpecAugment without warping (Park et al. 2019): in training, stretches of time and of bands are made the mean.

    stretches: so many of each sequence, each of 0 … longest steps; strips: so many, each of 0 … widest bands; never
    more than `share` of a sequence's steps in one stretch. A vector is its bands one after another, `repeats` times.
    """

    stretches: Annotated[int, Ge(0)] = 0
    longest: Annotated[int, Ge(0)] = 0
    strips: Annotated[int, Ge(0)] = 0
    widest: Annotated[int, Ge(0)] = 0
    share: Annotated[float, Gt(0), Lt(1)] = 0.2
    repeats: Size = 1


@dataclass(frozen=True, slots=True)
class Vectors:
    """Inputs: each step is a vector of `width` real numbers: a frame of sound, a point of a movement.

    mean, deviation: of each number in the training split; taken off, and divided by, before anything else; empty: the
    numbers come as they are meant. projected: a linear layer makes them as wide as an embedding; else the backbone
    reads them as they are.
    """

    width: Size
    mean: tuple[float, ...] = ()
    deviation: tuple[Annotated[float, Gt(0)], ...] = ()
    projected: bool = True
    masks: Masks | None = None
    kind: Literal["vectors"] = "vectors"


@dataclass(frozen=True, slots=True)
class Pictures:
    """Inputs: each step is a picture, its pixels row by row, the channels of each pixel (grey, or red, green and blue)
    together, of 0 … 255; a small convolutional encoder makes a vector of it (Donahue et al. 2015).

    mean, deviation: of the pixels of the training split, from 0 to 1: what the encoder takes off, and divides by.
    """

    height: PictureSide
    width: PictureSide
    channels: Literal[1, 3] = 1
    mean: Annotated[float, Interval(ge=0, le=1)] = 0.0
    deviation: Annotated[float, Interval(gt=0, le=1)] = 1.0
    kind: Literal["pictures"] = "pictures"

    @property
    def pixels(self) -> int:
        """Numbers that a picture is made of."""
        return self.height * self.width * self.channels


@dataclass(frozen=True, slots=True)
class NextFrame:
    """Predict the next binary frame: `keys` independent Bernoulli outputs a step (a piano roll)."""

    keys: Size


@dataclass(frozen=True, slots=True)
class NextPicture:
    """Predict the next picture: an independent Bernoulli output a pixel, whose chance is the pixel's brightness.

    classes: where there are some, one more value after the pixels tells a clip's class: its number from 1, or 0 where
    it is not told. predictor: a vector a frame through any backbone, from which the next picture is drawn (latent), or
    a convolutional LSTM, whose state is a map (Shi et al. 2015). given: first frames after which roll-outs are scored.
    """

    inputs: Pictures
    classes: tuple[str, ...] = ()
    predictor: Literal["latent", "convlstm"] = "latent"
    given: Size = 4

    @property
    def width(self) -> int:
        """Values a step: the pixels, and the class."""
        return self.inputs.pixels + bool(self.classes)


@dataclass(frozen=True, slots=True)
class NextToken:
    """Predict the next token of a vocabulary of `size` symbols: one categorical output a step."""

    size: Size


@dataclass(frozen=True, slots=True)
class Label:
    """Predict one of `classes` for a whole sequence.

    weights: of each class in the loss; none: all equal. pooling: how the states of all steps become one vector; with
    "sites" each of the first `positions` steps has weights of its own to each class. positions: so many first steps
    have a learned vector each, added to the input, for sequences that are aligned to a common site; 0: none.
    """

    inputs: Tokens | Mixtures | Vectors | Pictures
    classes: tuple[str, ...]
    weights: tuple[Annotated[float, Gt(0)], ...] = ()
    pooling: AlignedPooling = "last"
    positions: Annotated[int, Ge(0)] = 0


@dataclass(frozen=True, slots=True)
class Tags:
    """Predict one of `tags` at every step, from the whole sequence.

    decoder: each step by itself (softmax), or all together through a linear-chain conditional random field (Lafferty et
    al. 2001). What a scheme of tags forbids is never decoded: forbidden_starts and forbidden_ends are numbers of tags,
    forbidden_moves pairs of a tag and the one after it. missed_cost: in training, what saying O inside an entity costs
    beside its likelihood, in nats a step (softmax-margin, Gimpel & Smith 2010; for recall, Mohit et al. 2012).
    """

    inputs: Tokens | Words
    tags: tuple[str, ...]
    decoder: Literal["crf", "softmax"] = "crf"
    forbidden_starts: tuple[int, ...] = ()
    forbidden_ends: tuple[int, ...] = ()
    forbidden_moves: tuple[tuple[int, int], ...] = ()
    missed_cost: Annotated[float, Ge(0)] = 0.0


@dataclass(frozen=True, slots=True)
class Translation:
    """Turn a sequence into another one of any length: the backbone reads it to its end, a decoder of the same cells,
    layers and units writes symbols of a vocabulary of `size` (Sutskever et al. 2014, Cho et al. 2014).

    start, end: the symbol that stands before the first one, and the one that is written after the last; unknown: the
    symbol of what is in no vocabulary, which is copied from the source where attention looks, -1: there is none.
    attention: what the decoder looks back with: additive (Bahdanau et al. 2015), general (Luong et al. 2015), or at
    none but the last states. input_feeding: each step reads what the step before made of its look (Luong et al. 2015,
    section 3.3). coverage: what has been looked at already counts in where to look (Tu et al. 2016, See et al. 2017).
    tied: the decoder's output shares its embedding's weights, or all embeddings do, the vocabularies being one (Press &
    Wolf 2017). label_smoothing: share of the target's probability spread over all symbols (Szegedy et al. 2016).
    teacher_start, teacher_end: the share of steps that read the true symbol and not the model's own while training,
    linear from the run's first step to its last (scheduled sampling, Bengio et al. 2015).
    scored_by: BLEU and chrF of texts, or the share that is exactly right and the error of symbols, of the first
    `scored` validation records as they are written greedily. longest: symbols that are written, at most.
    """

    inputs: Tokens
    size: Size
    start: Annotated[int, Ge(0)]
    end: Annotated[int, Ge(0)]
    unknown: Annotated[int, Ge(-1)] = -1
    attention: Literal["none", "bahdanau", "luong"] = "luong"
    input_feeding: bool = True
    coverage: bool = False
    tied: Literal["none", "output", "all"] = "none"
    label_smoothing: Annotated[float, Ge(0), Lt(1)] = 0.0
    teacher_start: Annotated[float, Ge(0), Le(1)] = 1.0
    teacher_end: Annotated[float, Ge(0), Le(1)] = 1.0
    scored_by: Literal["text", "exact"] = "text"
    scored: Size = 500
    longest: Size = 100


@dataclass(frozen=True, slots=True)
class Transcript:
    """Write what is heard, one of `symbols` after the other, at times that nobody tells: connectionist temporal
    classification (Graves et al. 2006). spaced: symbols are words, with a space between them in a text.
    """

    inputs: Vectors
    symbols: tuple[str, ...]
    spaced: bool = False

    def text(self, numbers: Sequence[int]) -> str:
        """Of symbols by their numbers, with single spaces."""
        return " ".join((" " if self.spaced else "").join(self.symbols[number] for number in numbers).split())


Head = NextFrame | NextPicture | NextToken | Label | Tags | Translation | Transcript

HEADS: Final[dict[str, type[Head]]] = {
    "next-frame": NextFrame,
    "next-picture": NextPicture,
    "next-token": NextToken,
    "label": Label,
    "tags": Tags,
    "translation": Translation,
    "transcript": Transcript,
}


def head_name(head: Head) -> str:
    """The name a head has in JSON and in `seqtui apps`."""
    return next(name for name, kind in HEADS.items() if isinstance(head, kind))


def is_causal(kind: str) -> bool:
    """Whether, under a head of this name, the prediction at a step may look at earlier steps only."""
    match kind:
        case "next-frame" | "next-picture" | "next-token":
            return True
        case "label" | "tags" | "translation" | "transcript":
            return False
    raise KeyError(kind)


def steps_ahead(head: Head) -> int:
    """How far ahead of its last input a prediction looks: 1, or 0 where it is of what was read."""
    return int(is_causal(head_name(head)))


def ends_predicted(head: Head) -> int:
    """1 where the end of what a sequence is turned into is predicted like its symbols."""
    return int(isinstance(head, Translation))
