"""Whatever was given, as pairs: a file by its form, or a folder of such files, each a split or all one set.

The form is found by looking, or said: table (two columns), lexicon (word and phonemes), parallel (two files).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from seqtui.errors import BadInput
from seqtui.readers.listing import listed
from seqtui.readers.pairs.lexicon import looks_like_lexicon, read_lexicon
from seqtui.readers.pairs.pair_set import PairSet, joined_pairs
from seqtui.readers.pairs.parallel import chosen_sides, partners, read_parallel, side_of
from seqtui.readers.pairs.table import Sides, has_tab, read_table
from seqtui.readers.split_folder import SPLITS, data_files, splits_of
from seqtui.readers.unpacked_file import Progress, silent
from seqtui.text_safety import clean

FormAsked = Literal["auto", "table", "parallel", "lexicon"]

_TOLD: Final = 3
_WANTED: Final = (
    "give two columns with a TAB between (.tsv, .txt), a pronouncing dictionary (.dict), or two files of as many lines "
    "such as train.en and train.fr"
)


def read_pairs(
    data: str,
    form: FormAsked,
    sides: Sides,
    *,
    stress: bool,
    strict: bool = True,
    lexicons: bool = True,
    progress: Progress = silent,
) -> PairSet:
    """All pairs of a file or folder; BadInput where there is none.

    strict: every text needs its other side; lexicons: a file may be taken for a pronouncing dictionary by its look.
    """
    path = Path(data)
    if path.is_dir():
        pairs = _folder(path, form, sides, stress, progress)
    else:
        found: FormAsked = "lexicon" if form == "auto" and lexicons and looks_like_lexicon(path) else form
        pairs = _file(path, found, sides, stress, strict=strict, progress=progress)
    if not len(pairs):
        raise BadInput(f"{clean(path.name)} holds no pair with two sides; {_WANTED}")
    return pairs


def _file(
    path: Path, form: FormAsked, sides: Sides, stress: bool, *, strict: bool, progress: Progress, prefix: str = ""
) -> PairSet:
    """One file, or that and its partner beside it."""
    name = prefix + clean(path.name)
    if form == "lexicon":
        return read_lexicon(path, stress=stress, name=name, progress=progress)
    if form == "parallel" or (form == "auto" and strict and not has_tab(path)):
        beside = _beside(path)
        if beside or form == "parallel":
            return _two(beside, sides, name, prefix, progress)
    return read_table(path, sides, name=name, strict=strict, progress=progress)


def _beside(path: Path) -> dict[str, Path]:
    """The sides of which a file is one, by name; those of its folder that share what comes before."""
    shared, _ = side_of(path)
    found = partners(_files(path.absolute().parent))
    return found.get(shared, {})


def _two(found: dict[str, Path], sides: Sides, where: str, prefix: str, progress: Progress) -> PairSet:
    if len(found) < 2:
        raise BadInput(f"{where} stands alone: there is no other side beside it; {_WANTED}")
    source, target = chosen_sides(sorted(found), sides, where)
    return read_parallel(found[source], found[target], name=prefix, progress=progress)


def _folder(folder: Path, form: FormAsked, sides: Sides, stress: bool, progress: Progress) -> PairSet:
    files = _files(folder)
    if not files:
        raise BadInput(f"{clean(str(folder))} holds no file of pairs; {_WANTED}")
    lexicons = [path for path in files if form == "lexicon" or (form == "auto" and _is_named_lexicon(path))]
    if lexicons:
        aside = [path for path in files if path not in lexicons]
        return _split_files(lexicons, aside, "lexicon", sides, stress, progress)
    tables = [path for path in files if form == "table" or (form == "auto" and has_tab(path))]
    if tables:
        aside = [path for path in files if path not in tables]
        return _split_files(tables, aside, "table", sides, stress, progress)
    if form == "auto" and (lexicons := [path for path in files if looks_like_lexicon(path)]):
        aside = [path for path in files if path not in lexicons]
        return _split_files(lexicons, aside, "lexicon", sides, stress, progress)
    return _split_parallel(folder, files, sides, progress)


def _files(folder: Path) -> list[Path]:
    """Those that may be data: source.txt too, where target.txt is beside it."""
    files = [path for path in data_files(folder) if path.is_file()]
    targets = {path.name.lower() for path in files if path.name.lower().startswith("target.")}
    if not targets:
        return files
    beside = [path for path in folder.iterdir() if path.name.lower().replace("source.", "target.", 1) in targets]
    return sorted({*files, *(path for path in beside if path.is_file())})


def _is_named_lexicon(path: Path) -> bool:
    return path.name.lower().removesuffix(".gz").endswith(".dict")


def _split_files(
    files: Sequence[Path],
    aside: Sequence[Path],
    form: FormAsked,
    sides: Sides,
    stress: bool,
    progress: Progress,
) -> PairSet:
    """Each file a split, or all one set; aside: files of other forms, left out."""
    splits, others = splits_of(files)
    chosen = list(splits.values()) if splits else list(others)
    left_out = [*aside, *(others if splits else [])]
    parts = [_file(path, form, sides, stress, strict=True, progress=progress) for path in chosen]
    return _told(joined_pairs(parts, list(splits) if splits else None), left_out)


def _split_parallel(folder: Path, files: Sequence[Path], sides: Sides, progress: Progress) -> PairSet:
    found = partners(files)
    if not found:
        raise BadInput(f"{clean(str(folder))} holds no two files that belong together, and none with TABs; {_WANTED}")
    # A stem stands for all its files: train.en and train.fr are one claim to be train.
    stems = {folder / (shared or "pairs"): shared for shared in sorted(found)}
    splits, others = splits_of(list(stems))
    chosen = [stems[path] for path in (splits.values() if splits else others)]
    parts = [_two(found[shared], sides, clean(shared or folder.name), "", progress) for shared in chosen]
    used = {path for shared in chosen for path in found[shared].values()}
    left_out = [path for path in files if path not in used]
    names = [split for split in SPLITS if split in splits] if splits else None
    return _told(joined_pairs(parts, names), left_out)


def _told(pairs: PairSet, left_out: Sequence[Path]) -> PairSet:
    if not left_out:
        return pairs
    names = listed((clean(path.name) for path in left_out), _TOLD)
    note = f"left out, as they are no part of these pairs: {names}"
    return PairSet(pairs.sources, pairs.targets, pairs.names, pairs.splits, (*pairs.notes, note), pairs.form)
