"""The data doctor for tagged sentences: what is in each file, which tags break their scheme, what splits share.

Never raises for what is wrong inside a file; every sentence names the file and, where there is one, the line.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import SeqtuiError
from seqtui.readers.remark import Remark
from seqtui.readers.split_folder import data_files, split_of
from seqtui.readers.tagged.corpus import digest_of
from seqtui.readers.tagged.schemes import spans_of
from seqtui.readers.tagged.tagged_files import SCHEME_NAMES, TaggedFile, read_tagged_file
from seqtui.text_safety import clean

_FAULTS_TOLD: Final = 20
_TOLD: Final = 3
_FEWEST: Final = 20  # spans of a type


def examine(paths: Sequence[Path], tag_column: str | None) -> tuple[list[Remark], dict[str, Any]]:
    """Remarks file by file, then on those that belong together: of one folder, or all that are named; facts by path."""
    remarks: list[Remark] = []
    facts: dict[str, Any] = {}
    alone: list[tuple[str, TaggedFile]] = []
    for given in paths:
        read = _read(_files(given, remarks), tag_column, remarks)
        facts |= {where: _facts_of(file) for where, file in read}
        if given.is_dir():
            remarks += _across(read)
        else:
            alone += read
    return remarks + _across(alone), facts


def _read(paths: Sequence[Path], tag_column: str | None, remarks: list[Remark]) -> list[tuple[str, TaggedFile]]:
    """Path and content of each file that can be read, with remarks on all."""
    read = []
    for path in paths:
        where = clean(str(path))
        try:
            found = read_tagged_file(path, tag_column=tag_column)
        except SeqtuiError as error:
            remarks.append(Remark("error", where, str(error)))
            continue
        read.append((where, found))
        remarks += _remarks_on(where, found)
    return read


def _files(path: Path, remarks: list[Remark]) -> list[Path]:
    """A file, or what a run would read of a folder."""
    if not path.is_dir():
        return [path]
    try:
        inside = [each for each in data_files(path) if each.is_file()]
        named = [each for each in inside if split_of(each.name)]
    except SeqtuiError as error:
        remarks.append(Remark("error", clean(str(path)), str(error)))
        return []
    if not inside:
        remarks.append(Remark("error", clean(str(path)), "holds no file with data"))
    for each in inside if named else ():
        if each not in named:
            remarks.append(Remark("info", clean(str(each)), "not read: its name says no split, and those of others do"))
    return named or inside


def _facts_of(file: TaggedFile) -> dict[str, Any]:
    lengths = np.array([len(sentence.tokens) for sentence in file.sentences])
    return {
        "form": file.form,
        "scheme": SCHEME_NAMES[file.scheme] if file.scheme else None,
        "sentences": len(lengths),
        "documents": len({sentence.document for sentence in file.sentences}),
        "tokens": int(lengths.sum()),
        "tokens_a_sentence": _spread(lengths),
        "words": len({token for sentence in file.sentences for token in sentence.tokens}),
        "entities": dict(_types(file).most_common()),
        "scheme_faults": sum(1 for _ in file.faults()),
    }  # fmt: skip


def _spread(lengths: NDArray[np.int64]) -> dict[str, int]:
    median, high = np.percentile(lengths, [50, 95])
    return {"median": int(median), "p95": int(high), "most": int(lengths.max())}


def _types(file: TaggedFile) -> Counter[str]:
    return Counter(span.type for sentence in file.sentences for span in spans_of(sentence.tags or ()))


def _remarks_on(where: str, file: TaggedFile) -> list[Remark]:
    tokens = sum(len(sentence.tokens) for sentence in file.sentences)
    said = [Remark("info", where, f"{file.form}: {len(file.sentences):,} sentences, {tokens:,} tokens")]
    said += [Remark("warning", where, note) for note in file.notes]
    if file.scheme is None:
        return [*said, Remark("warning", where, "has no tags: a model can tag it, and nothing can be learned from it")]
    types = _types(file)
    listed = ", ".join(f"{kind} {count:,}" for kind, count in types.most_common())
    said.append(
        Remark("info", where, f"{SCHEME_NAMES[file.scheme]} tags; {types.total():,} entities: {listed or 'none'}")
    )
    faults = list(file.faults())
    for _, line, text in faults[:_FAULTS_TOLD]:
        said.append(Remark("warning", f"{where}, line {line:,}", text))
    if len(faults) > _FAULTS_TOLD:
        said.append(Remark("warning", where, f"and {len(faults) - _FAULTS_TOLD:,} more tags break the scheme"))
    rare = [f"{kind} {count}" for kind, count in types.items() if count < _FEWEST]
    if rare:
        said.append(Remark("warning", where, f"types with fewer than {_FEWEST} entities: {', '.join(rare)}"))
    digests = Counter(digest_of([sentence]) for sentence in file.sentences)
    twice = len(file.sentences) - len(digests)
    if twice:
        said.append(Remark("info", where, f"{twice:,} sentences are copies of earlier ones"))
    return said


def _across(read: list[tuple[str, TaggedFile]]) -> list[Remark]:
    """What each file of a set shares with its training file, or with the first where none is called so."""
    if len(read) < 2:
        return []
    train = next((each for each in read if _split_of(each[1].name) == "train"), read[0])
    sentences = {digest_of([sentence]) for sentence in train[1].sentences}
    words = {token for sentence in train[1].sentences for token in sentence.tokens}
    names = {name for sentence in train[1].sentences for name in _names_in(sentence.tokens, sentence.tags)}
    said = []
    for where, file in read:
        if file is train[1]:
            continue
        same = [sentence for sentence in file.sentences if digest_of([sentence]) in sentences]
        if same:
            examples = ", ".join(sentence.name for sentence in same[:_TOLD])
            text = (
                f"{len(same):,} of {len(file.sentences):,} sentences stand in {train[1].name} too, such as {examples}"
            )
            said.append(Remark("warning", where, text))
        tokens = [token for sentence in file.sentences for token in sentence.tokens]
        entities = [name for sentence in file.sentences for name in _names_in(sentence.tokens, sentence.tags)]
        text = f"{sum(token not in words for token in tokens) / len(tokens):.1%} of the tokens"
        if entities:
            text += f" and {sum(name not in names for name in entities) / len(entities):.1%} of the entities"
        said.append(Remark("info", where, f"{text} are not in {train[1].name}"))
    return said


def _split_of(name: str) -> str | None:
    try:
        return split_of(name)
    except SeqtuiError:
        return None


def _names_in(tokens: Sequence[str], tags: Sequence[str] | None) -> list[tuple[str, ...]]:
    return [tuple(tokens[span.begin : span.end]) for span in spans_of(tags or ())]
