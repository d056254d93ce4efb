"""Archives unpacked: honest ones of every kind, and those that lie, climb out, clash or swell."""

import bz2
import gzip
import io
import lzma
import os
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from seqtui.errors import BadInput
from seqtui.readers.archive import Bounds, unpack

FILES = {"set/one.txt": b"one\n", "set/deep/er/two.bin": bytes(range(256)) * 600, "set/empty": b""}


def tar_of(*members: tuple[str, bytes | str], mode: str = "w", kind: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar file; a member's body is its bytes, or the letter of a link, a device or a pipe."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode, format=kind) as archive:  # type: ignore[call-overload]
        for name, body in members:
            info = tarfile.TarInfo(name)
            if isinstance(body, str):
                info.type, info.linkname = body.encode(), "/etc/passwd"
                archive.addfile(info)
            else:
                info.size = len(body)
                archive.addfile(info, io.BytesIO(body))
    return made.getvalue()


def zip_of(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """A zip file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members:
            archive.writestr(name, body)
    return made.getvalue()


def unpacked(data: bytes, folder: Path, name: str = "set.tar", **options: object) -> dict[str, bytes]:
    """What comes out, by path."""
    archive, into = folder / name, folder / "out"
    archive.write_bytes(data)
    written = unpack(archive, into, **options)  # type: ignore[arg-type]
    found = {str(path.relative_to(into)): path.read_bytes() for path in into.rglob("*") if path.is_file()}
    assert sorted(written) == sorted(found)
    return found


def refused(data: bytes, folder: Path, name: str = "set.tar", **options: object) -> str:
    """The sentence; and nothing was left, inside or outside."""
    with pytest.raises(BadInput) as error:
        unpacked(data, folder, name, **options)
    assert [path.name for path in folder.iterdir()] == [name]
    return str(error.value)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("kind", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_a_tar_comes_out_as_it_went_in(pack: Callable[[bytes], bytes], kind: int, tmp_path: Path) -> None:
    assert unpacked(pack(tar_of(*FILES.items(), kind=kind)), tmp_path) == FILES


def test_a_zip_and_a_packed_file_come_out_as_they_went_in(tmp_path: Path) -> None:
    assert unpacked(zip_of(*FILES.items()), tmp_path, "set.zip") == FILES
    (tmp_path / "more").mkdir()
    two = gzip.compress(b"a" * 100_000) + gzip.compress(b"b") + b"\0" * 77
    assert unpacked(two, tmp_path / "more", "text.txt.gz") == {"text.txt": b"a" * 100_000 + b"b"}


def test_long_and_foreign_names_come_out_whole(tmp_path: Path) -> None:
    long = "folder/" * 12 + "n" * 150 + "é.txt"
    for place, kind in (("pax", tarfile.PAX_FORMAT), ("gnu", tarfile.GNU_FORMAT)):
        (tmp_path / place).mkdir()
        assert unpacked(tar_of((long, b"x"), kind=kind), tmp_path / place) == {long: b"x"}


def test_only_what_is_chosen_is_written_and_under_another_name(tmp_path: Path) -> None:
    data = tar_of(*FILES.items(), ("set/link", "2"), ("../bad", b"x"))
    taken = unpacked(data, tmp_path, choose=lambda name: "1.txt" if name == "set/one.txt" else None)
    assert taken == {"1.txt": b"one\n"}


NAMES = {
    "climbs out": ["../x", "a/../../x", "a/..", ".", "a/./b", "a//b"],
    "is absolute": ["/x", "C:/x", "C:x", "//server/x"],
    "is for another system": ["a\\..\\x", "con", "a/NUL.txt", "a:b", "dot.", "space ", " x", "a?"],
    "cannot be seen": ["a\nb", "a\x1b[31m", "a\u202eb", "a\u200bb"],
    "is too long": ["n" * 201, "d/" * 20 + "x"],
}


@pytest.mark.parametrize("name", [name for names in NAMES.values() for name in names])
def test_a_name_that_must_not_become_a_file_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "zip").mkdir()
    for folder, data in ((tmp_path / "zip", zip_of((name, b"x"))),):
        sentence = refused(data, folder, "set.zip")
        assert sentence.startswith("set.zip holds") and sentence.endswith("nothing of it was unpacked")
        assert sentence.isprintable()
    (tmp_path / "tar").mkdir()
    if name != ".":
        assert "nothing of it was unpacked" in refused(tar_of(("fine", b"x"), (name, b"x")), tmp_path / "tar")


def test_a_name_cut_short_by_a_nul_is_refused(tmp_path: Path) -> None:
    data = zip_of(("good.txtQ.sh", b"x")).replace(b"good.txtQ.sh", b"good.txt\0.sh")
    assert "cannot be seen" in refused(data, tmp_path, "set.zip")


@pytest.mark.parametrize(
    "names", [("a", "a"), ("a", "A"), ("straße", "STRASSE"), ("é", "e\u0301"), ("a", "a/b"), ("D/x", "d/y")]
)
def test_names_that_are_one_on_some_systems_are_refused(names: tuple[str, str], tmp_path: Path) -> None:
    sentence = refused(tar_of(*((name, b"x") for name in names)), tmp_path)
    assert "one file on some systems" in sentence


@pytest.mark.parametrize(
    ("letter", "what"), [("1", "a hard link"), ("2", "a link"), ("3", "device"), ("4", "device"), ("6", "pipe")]
)
def test_what_is_no_file_is_refused(letter: str, what: str, tmp_path: Path) -> None:
    assert what in refused(tar_of(("one", b"x"), ("set/odd", letter)), tmp_path)


def test_a_link_or_a_secret_in_a_zip_is_refused(tmp_path: Path) -> None:
    for place, mode, bits in (("link", stat.S_IFLNK | 0o777, 0), ("pipe", stat.S_IFIFO | 0o644, 0), ("secret", 0, 1)):
        info = zipfile.ZipInfo("odd")
        info.external_attr = mode << 16
        data = zip_of((info, b"/etc/passwd"))
        if bits:
            at = data.index(b"PK\x01\x02") + 8
            data = data[:at] + b"\x01" + data[at + 1 :]
        (tmp_path / place).mkdir()
        refused(data, tmp_path / place, "set.zip")


def test_a_folder_does_not_lead_out_through_a_link_that_was_there_before(tmp_path: Path) -> None:
    assert "a link" in refused(tar_of(("out", "2"), ("out/x", b"x")), tmp_path)
    assert not Path("/etc/passwd/x").exists()


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_what_swells_is_stopped_while_it_swells(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    data = pack(bytes(20 * 2**20))
    assert "too many for what it is" in refused(data, tmp_path, "zeros.gz", bounds=Bounds(total=2**20))
    assert "16," in refused(data, tmp_path, "zeros.gz", bounds=Bounds(ratio=1))
    (tmp_path / "zip").mkdir()
    swelling = zip_of(("zeros", bytes(20 * 2**20)))
    assert "too many" in refused(swelling, tmp_path / "zip", "set.zip", bounds=Bounds(ratio=1))


def test_a_member_that_declares_little_is_counted_by_what_comes(tmp_path: Path) -> None:
    data = zip_of(("zeros", bytes(20 * 2**20)))
    for at in (data.index(b"PK\x03\x04") + 22, data.index(b"PK\x01\x02") + 24):
        data = data[:at] + (10).to_bytes(4, "little") + data[at + 4 :]
    refused(data, tmp_path, "set.zip", bounds=Bounds(ratio=1))


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    members = [(f"f{number}", b"") for number in range(12)]
    for place, data in (("tar", tar_of(*members)), ("zip", zip_of(*members))):
        (tmp_path / place).mkdir()
        assert "more than 11 members" in refused(data, tmp_path / place, bounds=Bounds(members=11))


def test_a_header_that_asks_for_a_gigabyte_is_refused_before_it_is_read(tmp_path: Path) -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 2**30
    assert "at most 65,536" in refused(info.tobuf(tarfile.USTAR_FORMAT), tmp_path)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_an_archive_that_was_cut_is_refused(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    body = os.urandom(40_000)
    whole = pack(tar_of(("one", body)))
    assert "again" in refused(whole[: len(whole) // 2], tmp_path)
    (tmp_path / "zip").mkdir()
    packed = zip_of(("one", body))
    refused(packed[: len(packed) // 2], tmp_path / "zip", "set.zip")
    refused(packed.replace(body[:40], bytes(40)), tmp_path / "zip", "set.zip")


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    assert "no archive" in refused(b"just text\n" * 100, tmp_path)
    assert "no archive" in refused(b"", tmp_path)


@settings(max_examples=40, deadline=None)
@given(some.binary(max_size=40), some.integers(0, 2000), some.integers(0, 255))
def test_no_damage_brings_anything_but_a_sentence(noise: bytes, at: int, byte: int) -> None:
    for data in (tar_of(*list(FILES.items())[:1]), zip_of(*list(FILES.items())[:1])):
        hurt = bytearray(data)
        hurt[at % len(hurt)] = byte
        with tempfile.TemporaryDirectory() as folder:
            archive = Path(folder, "x.tar.gz")
            for bad in (bytes(hurt), data[: at % len(data)] + noise, b"\x1f\x8b" + noise, gzip.compress(bytes(hurt))):
                archive.write_bytes(bad)
                try:
                    unpack(archive, Path(folder, "out"))
                except BadInput:
                    continue
                for path in sorted(Path(folder, "out").rglob("*"), reverse=True):
                    path.rmdir() if path.is_dir() else path.unlink()
                Path(folder, "out").rmdir()
