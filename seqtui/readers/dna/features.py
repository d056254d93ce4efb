"""Features of GenBank records as labeled sequences, each on its own strand, and background to tell them from."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from seqtui.errors import BadInput, Usage
from seqtui.readers.dna.background import free_stretches, place_stretches
from seqtui.readers.dna.blocks import Blocks
from seqtui.readers.dna.files import fill, format_of, sequence_set
from seqtui.readers.dna.genbank import genbank_records, record_letters, record_name
from seqtui.readers.dna.intake import Intake
from seqtui.readers.dna.policy import notes_of
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.dna.store import Store
from seqtui.text_safety import clean

BACKGROUND: Final = "background"
_TOLD: Final = ("locus_tag", "gene", "product", "note")
_ALWAYS_IN_MEMORY: Final = 2**62


@dataclass(frozen=True, slots=True)
class _Piece:
    """One sequence to be: its letters are given to the intake, the rest is kept here under its number."""

    label: str
    place: str
    strand: int
    length: int


@dataclass(slots=True)
class _Reading:
    """What has been collected, over all records."""

    kinds: tuple[str, ...]
    generator: np.random.Generator
    pieces: list[_Piece] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    unreadable: Counter[str] = field(default_factory=Counter)
    wanted_lengths: list[int] = field(default_factory=list)
    placed_lengths: list[int] = field(default_factory=list)


def read_features(path: Path, kinds: Sequence[str], *, seed: int) -> SequenceSet:
    """Each feature of a kind in `kinds` (CDS, gene …), joins spliced, labeled with its kind; then the background.

    The background is as many stretches of the same lengths and strands, from places of the same records where no such
    feature lies, without overlap; as many as fit. BadInput for what is no GenBank file, or has no such feature.
    """
    if not kinds or BACKGROUND in kinds:
        raise Usage(f"name the kinds of features to read (CDS, gene …); {BACKGROUND!r} is added by itself")
    blocks = Blocks(path)
    if format_of(blocks) != "GenBank":
        raise BadInput(f"{blocks.name} is {format_of(blocks)}, which has no features; give a GenBank file (.gb)")
    reading = _Reading(tuple(dict.fromkeys(kinds)), np.random.default_rng(seed))
    with Store(blocks, in_memory=_ALWAYS_IN_MEMORY) as store:
        intake = Intake(store, lambda number: reading.pieces[number].place)
        tally = fill(blocks, intake, lambda: _take_all(blocks, intake, reading))
        stored = store.finish(tally)
    _check_found(blocks.name, reading)
    labels = [reading.pieces[number].label for number in stored.columns["lines"].tolist()]
    notes = (*notes_of(tally), *_notes(reading))
    return sequence_set(
        stored, lambda number: reading.pieces[number].place, labels=labels, notes=notes, definitions_only=True
    )


def _take_all(blocks: Blocks, intake: Intake, reading: _Reading) -> None:
    for record, _ in genbank_records(blocks, intake):
        letters = record_letters(record)
        where = f"{blocks.name}, record {clean(record_name(record), limit=200)}"
        lengths, strands, occupied = _take_features(record, letters, where, intake, reading)
        placed = place_stretches(free_stretches(letters, occupied), lengths, reading.generator)
        for index, begin in sorted(placed):
            end = begin + lengths[index]
            place = f"{where}, {BACKGROUND} at {begin + 1}..{end}"
            taken = _on_strand(letters[begin:end], strands[index])
            _add(record, _Piece(BACKGROUND, place, strands[index], lengths[index]), taken, "", intake, reading)
        reading.wanted_lengths += lengths
        reading.placed_lengths += [lengths[index] for index, _ in placed]
    intake.close()


def _take_features(
    record: Any, letters: bytes, where: str, intake: Intake, reading: _Reading
) -> tuple[list[int], list[int], list[tuple[int, int]]]:
    """Adds the record's features. Lengths and strands of them, and (begin, end) of every part of every one met."""
    lengths: list[int] = []
    strands: list[int] = []
    occupied: list[tuple[int, int]] = []
    for feature in record.features:
        reading.met[clean(feature.type, limit=40)] += 1
        if feature.type not in reading.kinds:
            continue
        parts = [] if feature.location is None else feature.location.parts
        occupied += [(int(part.start), int(part.end)) for part in parts if part.ref is None]
        if not letters or not parts or any(part.ref or part.end > len(letters) for part in parts):
            reading.unreadable[feature.type] += 1
            continue
        taken = bytes(feature.location.extract(record.seq))
        strand = feature.location.strand or 1
        at = f"{where}, feature {clean(feature.type)} at {_span(feature.location)}"
        piece = _Piece(feature.type, at, strand, len(taken))
        told = [f"{key}={value}" for key in _TOLD for value in feature.qualifiers.get(key, ())]
        _add(record, piece, taken, "; ".join(told), intake, reading)
        lengths.append(len(taken))
        strands.append(strand)
    return lengths, strands, occupied


def _span(location: Any) -> str:
    """First and last base on the strand of the file, counted from 1; across the origin of a circle, as in 1981..25."""
    parts = location.parts[:: location.strand or 1]
    if location.strand is None:  # parts on both strands have no order
        return f"{int(location.start) + 1}..{int(location.end)}"
    return f"{int(parts[0].start) + 1}..{int(parts[-1].end)}"


def _add(record: Any, piece: _Piece, letters: bytes, told: str, intake: Intake, reading: _Reading) -> None:
    reading.pieces.append(piece)
    number, span = len(reading.pieces) - 1, piece.place.rsplit(" ", 1)[1]
    name = f"{record_name(record)}:{piece.label}:{span}({'+' if piece.strand > 0 else '-'})".replace(" ", "_")
    title = f"{name} {told}".strip().encode(errors="replace")
    intake.add([letters], [title], np.array([number]))


def _on_strand(letters: bytes, strand: int) -> bytes:
    from Bio.Seq import Seq

    return letters if strand > 0 else bytes(Seq(letters).reverse_complement())  # type: ignore[no-untyped-call]


def _check_found(name: str, reading: _Reading) -> None:
    if reading.wanted_lengths:
        return
    kinds = " or ".join(clean(kind, limit=40) for kind in reading.kinds)
    if any(reading.unreadable.values()):
        raise BadInput(f"{name} has features {kinds}, but not the letters that they lie on; give the full GenBank file")
    has = ", ".join(f"{kind} ({count:,})" for kind, count in reading.met.most_common(8)) or "no features at all"
    raise BadInput(f"{name} has no feature {kinds}; it has: {has}")


def _notes(reading: _Reading) -> list[str]:
    notes = [
        f"there is no feature {clean(kind, limit=40)} in the file" for kind in reading.kinds if not reading.met[kind]
    ]
    notes += [
        f"{count:,} features {clean(kind, limit=40)} were left out, as their letters are not in the file"
        for kind, count in reading.unreadable.items()
    ]
    wanted, placed = reading.wanted_lengths, reading.placed_lengths
    if len(placed) < len(wanted):
        notes.append(f"{BACKGROUND}: {len(placed):,} of {len(wanted):,} stretches fit between the features")
    if 0 < len(placed) < len(wanted):
        notes[-1] += f"; their median length is {np.median(placed):,.0f}, of the features {np.median(wanted):,.0f}"
    return notes
