"""WAV and FLAC files, sound and hostile, as numbers; libsndfile is the referee."""

import os
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sounds import CODES, chunk, form, pcm16, riff, tone, write_wav

from seqtui.errors import BadInput, NotFound, SeqtuiError
from seqtui.readers.speech.audio_file import at_rate, mixed_down, read_sound
from seqtui.readers.speech.audio_wav import Sound, read_wav

WAVES = np.stack([tone(300), -tone(500)], 1)
SOUND = pcm16(tone())


def read(data: bytes, tmp_path: Path, *, longest: float = 60) -> Sound:
    path = tmp_path / "a.wav"
    path.write_bytes(data)
    return read_wav(path, longest=longest)


@pytest.mark.parametrize("shape", ["WAV", "WAVEX", "RF64"])
@pytest.mark.parametrize("kind", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW"])
def test_every_coding_is_what_libsndfile_makes_of_it(kind: str, shape: str, tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    path = tmp_path / "a.wav"
    soundfile.write(path, WAVES, 11_025, subtype=kind, format=shape)
    wanted, _ = soundfile.read(path, always_2d=True)
    found = read_wav(path, longest=60)
    assert (found.rate, found.channels, found.frames, found.faults) == (11_025, 2, len(WAVES), ())
    np.testing.assert_allclose(found.samples, wanted, atol=1e-7)


@pytest.mark.parametrize(("kind", "code"), [("a-law", 6), ("mu-law", 7)])
def test_companded_codes_are_odd_symmetric_and_within_full_scale(kind: str, code: int, tmp_path: Path) -> None:
    assert CODES[kind] == code
    every = bytes(range(256))
    found = read(riff(form(code=code, bits=8), chunk(b"data", every)), tmp_path).samples[:, 0]
    assert len(np.unique(found)) >= 255
    np.testing.assert_allclose(found[:128], -found[128:], atol=1e-7)
    assert 0.9 < np.abs(found).max() < 1


def test_only_what_is_asked_for_is_read(tmp_path: Path) -> None:
    found = read(riff(form(), chunk(b"data", SOUND)), tmp_path, longest=0.1)
    assert (len(found.samples), found.frames) == (800, 2400)
    assert found.seconds == pytest.approx(0.3)


def test_chunks_before_the_samples_are_stepped_over_and_never_looked_at(tmp_path: Path) -> None:
    listed = chunk(b"LIST", b"INFOIART" + b"\x1b]0;owned\x07" * 3 + b"x")
    found = read(riff(listed, form(), listed, chunk(b"data", SOUND), listed), tmp_path)
    assert found.samples.tobytes() == read(riff(form(), chunk(b"data", SOUND)), tmp_path).samples.tobytes()
    assert found.faults == ()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "no WAV file"),
        (b"RIFF\0\0\0\0AVI ", "no WAV file"),
        (riff(form()), "holds no samples: it ends at byte 36"),
        (riff(chunk(b"data", SOUND), form()), "has samples at byte 20 before it says what they are"),
        (riff(chunk(b"fmt ", b"\1\0\1\0"), chunk(b"data", SOUND)), "its format has 4 bytes"),
        (riff(form(rate=0), chunk(b"data", SOUND)), "says 0 samples a second"),
        (riff(form(rate=4_000_000_000), chunk(b"data", SOUND)), "4,000,000,000 samples a second"),
        (riff(form(channels=0, block=0), chunk(b"data", SOUND)), "says that it has 0 channels"),
        (riff(form(channels=30_000, block=60_000), chunk(b"data", SOUND)), "30000 channels"),
        (riff(form(bits=12, block=2), chunk(b"data", SOUND)), "PCM samples of 12 bits are not read"),
        (riff(form(code=2, bits=4, block=256), chunk(b"data", SOUND)), "of format 0x2"),
        (riff(form(block=7), chunk(b"data", SOUND)), "it says 7: its header is damaged"),
        (riff(chunk(b"\x1b[2J", b"", said=2**31), form(), chunk(b"data", SOUND)), "reach past the file's end"),
    ],
)
def test_what_is_no_sound_is_refused_with_a_sentence(data: bytes, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=sentence) as caught:
        read(data, tmp_path)
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (riff(form(), chunk(b"data", SOUND, said=10**9)), "cut short: its header says 1,000,000,000 bytes"),
        (riff(form(), chunk(b"data", SOUND[:-1])[:-1]), "its last 1 bytes are no whole frame"),
        (riff(form(), chunk(b"data", SOUND, said=0xFFFFFFFF), said=0xFFFFFFFF), "does not say how long it is"),
        (riff(form(), chunk(b"data", SOUND, said=0), said=0), "does not say how long it is"),
    ],
)
def test_headers_that_lie_about_the_length_are_not_believed(data: bytes, fault: str, tmp_path: Path) -> None:
    found = read(data, tmp_path)
    assert any(fault in each for each in found.faults)
    assert found.frames in (len(SOUND) // 2, len(SOUND) // 2 - 1)
    assert len(found.samples) == found.frames


def test_a_wide_length_that_is_cut_off_is_none(tmp_path: Path) -> None:
    data = riff(form(), chunk(b"ds64", b"", said=28))
    with pytest.raises(BadInput, match="reach past the file's end"):
        read(data, tmp_path)


def test_an_empty_data_chunk_is_not_taken_for_what_follows_it(tmp_path: Path) -> None:
    data = riff(form(), chunk(b"data", b""), chunk(b"LIST", b"INFO" * 50))
    assert read(data, tmp_path).frames == 0
    with pytest.raises(BadInput, match="it is a header alone"):
        read_sound(tmp_path / "a.wav", longest=1)


def test_a_header_that_promises_a_billion_samples_costs_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "huge.wav"
    path.write_bytes(riff(form(), chunk(b"data", b"", said=2_000_000_000)))
    os.truncate(path, 2_000_000_044)  # sparse: nothing of it is on the disk
    found = read_wav(path, longest=1.0)
    assert (found.frames, len(found.samples)) == (1_000_000_000, 8000)


def test_floating_point_that_is_no_sound_becomes_silence(tmp_path: Path) -> None:
    given = np.array([0.5, np.nan, np.inf, -1e300, 2.5], "<f8")
    found = read(riff(form(code=3, bits=64), chunk(b"data", given.tobytes())), tmp_path)
    assert found.samples[:, 0].tolist() == [0.5, 0.0, 0.0, 0.0, 2.5]
    assert found.faults == ("3 of its samples are no numbers of a sound and were taken as 0",)


def test_pipes_folders_and_nothing_at_all_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(BadInput, match="no regular file"):
        read_wav(tmp_path / "pipe.wav", longest=1)
    with pytest.raises(SeqtuiError):
        read_wav(tmp_path, longest=1)
    with pytest.raises(NotFound, match="there is no file"):
        read_wav(tmp_path / "none.wav", longest=1)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 90), st.binary(min_size=1, max_size=6), st.integers(0, 120))
def test_damaged_bytes_give_sound_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, at: int, junk: bytes, cut: int
) -> None:
    whole = riff(form(), chunk(b"fact", struct.pack("<I", 20)), chunk(b"data", SOUND[:60]))
    data = (whole[:at] + junk + whole[at + len(junk) :])[: max(len(whole) - cut, 0)]
    path = tmp_path_factory.getbasetemp() / "damaged.wav"
    path.write_bytes(data)
    try:
        found = read_wav(path, longest=1)
    except BadInput:
        return
    assert np.isfinite(found.samples).all()
    assert len(found.samples) <= found.frames <= len(data)


def test_flac_is_read_whatever_its_rate_and_depth_and_refused_where_it_is_damaged(tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    path = tmp_path / "a.flac"
    soundfile.write(path, WAVES, 44_100, subtype="PCM_24")
    found = read_sound(path, longest=60)
    assert (found.rate, found.channels, found.bits, found.coding, found.frames) == (44_100, 2, 24, "FLAC", len(WAVES))
    np.testing.assert_allclose(found.samples, WAVES, atol=1e-6)
    assert len(read_sound(path, longest=0.01).samples) == 441
    data = path.read_bytes()
    for cut in (len(data) // 2, 60, 20):
        path.write_bytes(data[:cut])
        with pytest.raises(BadInput, match="damaged FLAC"):
            read_sound(path, longest=60)
    path.write_bytes(b"no flac" * 20)
    with pytest.raises(BadInput, match="does not begin with fLaC"):
        read_sound(path, longest=60)


def surround(path: Path) -> tuple[bytes, np.ndarray]:
    """A FLAC file of five channels at 192 kHz, of many frames of its own, and what is in it."""
    soundfile = pytest.importorskip("soundfile")
    waves = np.stack([tone(200 + 100 * n, 0.5, rate=192_000) for n in range(5)], 1)
    soundfile.write(path, waves, 192_000, subtype="PCM_24")
    return path.read_bytes(), waves


def saying(data: bytes, frames: int) -> bytes:
    """The same FLAC file with another number of frames in its header, of 36 bits; 0 is what a stream says."""
    told = int.from_bytes(data[18:26], "big") >> 36 << 36 | frames
    return data[:18] + told.to_bytes(8, "big") + data[26:]


@pytest.mark.parametrize(
    ("frames", "fault"),
    [(0, "does not say how long it is"), (2**36 - 1, "says 68,719,476,735 frames, and 96,000 can be read")],
)
def test_flac_that_says_nothing_of_its_length_or_lies_is_read_to_its_end(
    frames: int, fault: str, tmp_path: Path
) -> None:
    data, waves = surround(tmp_path / "a.flac")
    (tmp_path / "a.flac").write_bytes(saying(data, frames))
    found = read_sound(tmp_path / "a.flac", longest=60)
    assert (found.rate, found.channels, found.frames) == (192_000, 5, 96_000)
    np.testing.assert_allclose(found.samples, waves, atol=1e-6)
    assert len(found.faults) == 1 and fault in found.faults[0]
    some = read_sound(tmp_path / "a.flac", longest=0.1)
    assert len(some.samples) == 19_200 and some.seconds > 0.1, "that there is more is known"
    assert read_sound(tmp_path / "a.flac", longest=0).rate == 192_000


def test_flac_that_is_cut_is_read_to_where_it_is_cut_and_told(tmp_path: Path) -> None:
    data, waves = surround(tmp_path / "a.flac")
    (tmp_path / "a.flac").write_bytes(data[: len(data) * 2 // 3])
    found = read_sound(tmp_path / "a.flac", longest=60)
    assert 40_000 < found.frames == len(found.samples) < 96_000
    np.testing.assert_allclose(found.samples[:40_000], waves[:40_000], atol=1e-6)
    assert found.faults == (f"cut short: its header says 96,000 frames, and {found.frames:,} can be read",)


@pytest.mark.parametrize(("rate", "channels", "bits"), [(192_000, 5, 24), (1000, 64, 8), (768_000, 1, 32), (7, 1, 16)])
def test_any_rate_depth_and_number_of_channels_becomes_one_channel_at_one_rate(
    rate: int, channels: int, bits: int, tmp_path: Path
) -> None:
    levels = np.round(np.outer(tone(100, 0.25, rate=rate), np.ones(channels)) * (2 ** (bits - 1) - 1)).astype(np.int64)
    wide = (levels + 128 * (bits == 8)).astype("<i8")[..., None].view(np.uint8)[..., : bits // 8]
    data = riff(form(channels=channels, rate=rate, bits=bits), chunk(b"data", wide.tobytes()))
    if rate < 1000:
        with pytest.raises(BadInput, match="1,000 to 768,000 Hz are read"):
            read(data, tmp_path)
        return
    found = read(data, tmp_path)
    assert (found.rate, found.channels, found.bits, found.faults) == (rate, channels, bits, ())
    np.testing.assert_allclose(found.samples[:, -1], tone(100, 0.25, rate=rate), atol=1.5 / 2 ** (bits - 1))
    wave = at_rate(mixed_down(found), 8000)
    assert wave.samples.shape == (2000,) and wave.samples.dtype == np.float32
    np.testing.assert_allclose(wave.samples[400:1600], tone(100, 0.25)[400:1600], atol=0.02)


@pytest.mark.parametrize(("told", "is_cut"), [(len(SOUND), False), (2**63, True), (0, False)])
def test_the_wide_length_of_rf64_is_believed_no_more_than_the_narrow_one(
    told: int, is_cut: bool, tmp_path: Path
) -> None:
    wide = chunk(b"ds64", struct.pack("<QQQI", 2**40, told, 0, 0))
    data = riff(wide, form(), chunk(b"data", SOUND, said=0xFFFFFFFF), said=0xFFFFFFFF, magic=b"RF64")
    found = read(data, tmp_path)
    assert found.frames == len(found.samples) == (0 if told == 0 else len(SOUND) // 2)
    assert any("cut short" in fault for fault in found.faults) == is_cut


def test_an_extensible_format_is_what_it_says_inside_or_refused(tmp_path: Path) -> None:
    plain = form(code=0xFFFE)[8:]
    tail = bytes.fromhex("000000001000800000aa00389b71")
    for code, guid in ((1, tail), (1, b"\x07" * 14), (0x55, tail)):
        more = struct.pack("<HHI", 22, 16, 4) + struct.pack("<H", code) + guid
        data = riff(chunk(b"fmt ", plain + more), chunk(b"data", SOUND))
        if (code, guid) == (1, tail):
            assert (
                read(data, tmp_path).samples.tobytes()
                == read(riff(form(), chunk(b"data", SOUND)), tmp_path).samples.tobytes()
            )
            continue
        with pytest.raises(BadInput, match="its samples are of format 0x"):
            read(data, tmp_path)


def test_channels_are_mixed_down_to_their_mean(tmp_path: Path) -> None:
    found = mixed_down(read_sound(write_wav(tmp_path / "a.wav", WAVES), longest=60))
    np.testing.assert_allclose(found.samples, WAVES.mean(1), atol=1e-4)


@pytest.mark.parametrize("rate", [8000, 11_025, 22_050, 44_100, 48_000])
def test_another_rate_keeps_the_tone_and_its_length(rate: int) -> None:
    from seqtui.readers.speech.audio_file import Wave

    wave = at_rate(Wave(rate, tone(440, 1.0, rate=rate).astype(np.float32)), 16_000)
    assert wave.rate == 16_000
    assert wave.seconds == pytest.approx(1.0, abs=0.002)
    spectrum = np.abs(np.fft.rfft(wave.samples * np.hanning(len(wave.samples))))
    assert np.fft.rfftfreq(len(wave.samples), 1 / 16_000)[spectrum.argmax()] == pytest.approx(440, abs=1.5)
    assert np.abs(wave.samples[2000:-2000]).max() == pytest.approx(0.5, abs=0.01)
