"""Why a model that labels says what it says of one record: a number for each step, or for each substitution."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from seqtui.engine.attribution import input_gradient, mutagenesis, substitutes
from seqtui.engine.open_model import OpenModel
from seqtui.errors import BadInput, NotFound, Usage
from seqtui.shapes import FEW_SYMBOLS, Label, Pictures, Tokens, Vectors, head_name
from seqtui.task import Progress, Records, Values

Method = Literal["saliency", "mutagenesis"]

LONGEST: Final[dict[Method, int]] = {"saliency": 20_000, "mutagenesis": 2_000}  # steps of a record, read whole
TYPES: Final[dict[type, type[np.generic]]] = {Vectors: np.float32, Pictures: np.uint8}
LEFT_OUT: Final = "left out"  # what stands for the unknown symbol in a step's place


@dataclass(frozen=True, slots=True)
class Explanation:
    """What in one record speaks for `label`, one of `classes`: in its log-odds, so in nats.

    chances: of each class, the record being read once, as a whole; truth: its class, '' where it is not known.
    symbols: one a step. numbers: (steps,) gradient times input, signed (Shrikumar et al. 2017), where `letters` is
    empty; else (steps, letters) the change when a step is replaced by a letter, 0 where it is that letter already.
    is_of_words: steps are of too many kinds to replace each by every other (the only letter is LEFT_OUT), or numbers.
    """

    record: str
    label: str
    classes: tuple[str, ...]
    chances: tuple[float, ...]
    truth: str
    symbols: tuple[str, ...]
    letters: tuple[str, ...]
    numbers: NDArray[np.float64]
    is_of_words: bool = False

    def speaks(self) -> NDArray[np.float64]:
        """(steps,) how much each word speaks for the label: its score, or what is lost where it is left out."""
        return -self.numbers[:, 0] if self.letters else self.numbers

    @property
    def predicted(self) -> str:
        """The likeliest class."""
        return self.classes[int(np.argmax(self.chances))]


def explain(
    opened: OpenModel, data: str, *, record: str | None, label: str | None, method: Method, progress: Progress
) -> tuple[Explanation, tuple[str, ...]]:
    """Explain one record of `data`, and what was odd about them.

    record: a name, or a number counted from 1; None: the first. label: a class; None: the one that is predicted.
    Usage where the model does not label or has no such class, NotFound without such a record, BadInput where it is
    empty or too long.
    """
    head = opened.meaning.head
    if not isinstance(head, Label):
        raise Usage(
            f"{opened.name} gives no class to a sequence ({head_name(head)}): seqtui explain needs a model that does, "
            "or one of the next token"
        )
    chosen = None if label is None else _class_number(head.classes, label)
    records, notes = opened.task.load_for_scoring(data, opened.meaning.encoding, progress=progress)
    parent = choose_record(records.names, record, data)
    whole = records.whole(parent)
    values = np.array(whole, TYPES.get(type(head.inputs), np.int64))  # (steps[, width])
    _check_length(opened, records.names[parent], len(values), method)
    tokens = torch.from_numpy(values).to(next(opened.model.parameters()).device)
    with torch.inference_mode():
        chances = opened.model(tokens.unsqueeze(1))[0].double().softmax(1)[0].cpu()
    if chosen is None:
        chosen = int(chances.argmax())
    letters: tuple[str, ...] = ()
    if method == "saliency":
        numbers = input_gradient(opened.model, tokens, chosen)
    else:
        numbers = mutagenesis(opened.model, tokens, chosen, substitutes(head.inputs))
        letters = tuple(spelled_substitutes(opened, head))
    symbols = tuple(spelled_record(opened, records, parent, values))
    explanation = Explanation(
        records.names[parent], head.classes[chosen], head.classes, tuple(chances.tolist()),
        _truth(records, parent, head.classes), symbols, letters, numbers.double().cpu().numpy(),
        isinstance(head.inputs, Vectors) or (isinstance(head.inputs, Tokens) and head.inputs.size > FEW_SYMBOLS),
    )  # fmt: skip
    return explanation, (*notes, *_note_on_parts(records, parent))


def spelled_substitutes(opened: OpenModel, head: Label) -> list[str]:
    """The substitutes of a step, in a word each."""
    known = substitutes(head.inputs)
    is_of_words = isinstance(head.inputs, Tokens) and head.inputs.size > FEW_SYMBOLS
    return [LEFT_OUT] if is_of_words else opened.task.spell(np.array(known), opened.meaning.encoding)


def spelled_record(opened: OpenModel, records: Records, parent: int, values: Values) -> list[str]:
    """One short text a step: as it was read where that is known, else as the model knows it."""
    spelled = opened.task.spell(values, opened.meaning.encoding)
    read_from = records.text_of(parent) if records.parents is None else None
    words = read_from.words()[: len(spelled)] if read_from is not None else []
    return [word or known for word, known in zip(words, spelled, strict=True)] if words else spelled


def _class_number(classes: Sequence[str], label: str) -> int:
    if label in classes:
        return classes.index(label)
    raise Usage(f"there is no class {label!r}; the model knows {', '.join(classes)}")


def choose_record(names: Sequence[str], record: str | None, data: str) -> int:
    """The record of a name, or of a number counted from 1; a name wins."""
    count = len(names)
    if not count:
        raise BadInput(f"{data} holds no record to explain")
    if record is None:
        return 0
    found = next((index for index in range(count) if names[index] == record), None)
    if found is not None:
        return found
    if record.isdecimal() and 1 <= int(record) <= count:
        return int(record) - 1
    near = difflib.get_close_matches(record, names[:1000], n=1)
    hint = f"did you mean {near[0]}?" if near else f"it holds {count:,}: give a name, or a number from 1 to {count}"
    raise NotFound(f"there is no record {record!r} in {data}; {hint}")


def _check_length(opened: OpenModel, name: str, length: int, method: Method) -> None:
    unit, most = opened.task.length_unit, LONGEST[method]
    if not length:
        raise BadInput(f"record {name} is empty, so there is nothing to explain in it: name another with --record")
    if length > most:
        raise BadInput(
            f"record {name} has {length:,} {unit}, and --method {method} explains at most {most:,} at once: give a file"
            " with a part of it"
        )


def _truth(records: Records, parent: int, classes: Sequence[str]) -> str:
    if records.labels is None:
        return ""
    part = parent if records.parents is None else int(np.flatnonzero(records.parents == parent)[0])
    known = int(records.labels[part])
    return classes[known] if known >= 0 else ""


def _note_on_parts(records: Records, parent: int) -> tuple[str, ...]:
    parts = 1 if records.parents is None else int((records.parents == parent).sum())
    if parts == 1:
        return ()
    name = records.names[parent]
    return (
        f"record {name} is read once here, as it stands; seqtui predict averages over {parts} parts or views of it",
    )
