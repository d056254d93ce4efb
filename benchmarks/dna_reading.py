"""How fast a big FASTA or FASTQ file is read for the first time and again, and in how much memory, as a Markdown table.

    python benchmarks/dna_reading.py FOLDER [--gigabytes 1] [--shapes line lines60 reads fastq]

FOLDER must have room for twice the size; what is made there is removed. Each reading is a process of its own; the peak
is its VmHWM (Linux). MB/s are of processor time, as a busy machine has less of it. "biopython" is SimpleFastaParser or
FastqGeneralIterator over the same file: letters joined and dropped, nothing counted, nothing kept.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np

SURVEY = "from seqtui.readers.dna.files import survey; found = len(survey(path)[0])"
BIOPYTHON = """
from Bio.SeqIO.FastaIO import SimpleFastaParser
from Bio.SeqIO.QualityIO import FastqGeneralIterator
with path.open() as file:
    found = sum(1 for _ in (FastqGeneralIterator if path.suffix == ".fq" else SimpleFastaParser)(file))
"""
CHILD = """
import re, sys, time
from pathlib import Path
path, begun = Path(sys.argv[1]), time.perf_counter()
{code}
seconds = time.perf_counter() - begun
print(found, seconds, time.process_time(), re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def write_line(file: BinaryIO, size: int, letters: bytes) -> None:
    """One record, one line."""
    file.write(b">chromosome one line\n")
    while file.tell() < size:
        file.write(letters)


def write_lines(file: BinaryIO, size: int, letters: bytes, *, width: int) -> None:
    """Records of 10 million letters, in lines of `width`."""
    rows = np.frombuffer(letters, np.uint8)[: len(letters) // width * width].reshape(-1, width)
    text = np.pad(rows, ((0, 0), (0, 1)), constant_values=ord("\n")).tobytes()
    for record in range(size):
        file.write(b">contig%d in lines\n" % record)
        for _ in range(10):
            file.write(text)
        if file.tell() >= size:
            return


def write_reads(file: BinaryIO, size: int, letters: bytes, *, repeated: bool = False) -> None:
    """Records of 100 letters; where names are repeated, each stands in two records, one after the other."""
    for record in range(size):
        begin = record * 100 % (len(letters) - 100)
        file.write(b">read%d\n%b\n" % (record // (1 + repeated), letters[begin : begin + 100]))
        if record % 1000 == 0 and file.tell() >= size:
            return


def write_fastq(file: BinaryIO, size: int, letters: bytes) -> None:
    """Records of 150 letters, titled as sequencers do."""
    qualities = b"F" * 100 + b"@" * 10 + b":" * 40
    for record in range(size):
        begin = record * 150 % (len(letters) - 150)
        title = b"@A00123:45:HXXXXXXXX:1:1101:%d:%d 1:N:0:ACGT\n" % (record >> 12, record & 4095)
        file.write(b"%b%b\n+\n%b\n" % (title, letters[begin : begin + 150], qualities))
        if record % 1000 == 0 and file.tell() >= size:
            return


SHAPES: dict[str, Callable[[BinaryIO, int, bytes], None]] = {
    "line": write_line,
    "lines60": partial(write_lines, width=60),
    "lines70": partial(write_lines, width=70),
    "lines80": partial(write_lines, width=80),
    "reads": write_reads,
    "pairs": partial(write_reads, repeated=True),
    "fastq": write_fastq,
}


def measured(code: str, path: Path, home: Path) -> tuple[int, float, float, int]:
    """Records, seconds, seconds of a processor, peak MiB of a process that runs `code` on `path`."""
    command = [sys.executable, "-P", "-c", CHILD.format(code=code), str(path)]
    environment = {**os.environ, "SEQTUI_HOME": str(home)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    records, seconds, busy, kibibytes = done.stdout.split()
    return int(records), float(seconds), float(busy), int(kibibytes) // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--shapes", nargs="+", choices=tuple(SHAPES), default=tuple(SHAPES))
    parser.add_argument("--biopython", action="store_true", help="also measure SimpleFastaParser")
    given = parser.parse_args()
    letters = np.random.default_rng(0).choice(np.frombuffer(b"ACGT", np.uint8), 1_000_000).tobytes()
    print(
        "| file | GB | records | reading | seconds | of CPU | MB per s of CPU | peak, MiB |\n|--|--|--|--|--|--|--|--|"
    )
    for shape in given.shapes:
        with tempfile.TemporaryDirectory(dir=given.folder) as name:
            path, home = Path(name) / ("big.fq" if shape == "fastq" else "big.fa"), Path(name) / "home"
            with path.open("wb") as file:
                SHAPES[shape](file, int(given.gigabytes * 1e9), letters)
            runs = [("first", SURVEY), ("again", SURVEY)] + [("biopython", BIOPYTHON)] * given.biopython
            for what, code in runs:
                records, seconds, busy, peak = measured(code, path, home)
                size = path.stat().st_size
                speed = f"{seconds:.1f} | {busy:.1f} | **{size / 1e6 / busy:.0f}**"
                print(f"| {shape} | {size / 1e9:.2f} | {records:,} | {what} | {speed} | {peak} |", flush=True)


if __name__ == "__main__":
    main()
