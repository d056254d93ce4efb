"""The microphone: recorded through ALSA where PortAudio is, else a stand-in for the library; all that goes wrong."""

import os
import tempfile
import time
import wave
from collections.abc import Callable
from ctypes.util import find_library
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sounds import tone
from stand_in_sound import lay_sound_library

from seqtui.errors import RunFailed
from seqtui.tui.studio.microphone import Begun, Microphone, NoRecording, Recording
from seqtui.tui.studio.recorder import Recorded, no_device, spoken_part

PATIENCE = 60.0
Lay = Callable[[str], None]


@pytest.fixture
def lay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lay:
    """Lay a sound library on the path of processes, with changes to it."""
    return lambda changes: monkeypatch.setenv("PYTHONPATH", lay_sound_library(tmp_path / "library", changes))


def outcome(microphone: Microphone, *, finish: bool = False) -> Recording | NoRecording:
    """How it ends; finish: as soon as it has begun."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        match microphone.look():
            case Begun() if finish:
                assert microphone.finish()
            case Recording() | NoRecording() as found:
                assert not microphone.is_on and microphone.look() is None
                return found
    raise AssertionError("it never ended")


def recorded(path: Path, seconds: float = 0.5) -> Recording | NoRecording:
    microphone = Microphone()
    microphone.start(path, seconds)
    return outcome(microphone)


def read(path: Path) -> tuple[int, NDArray[np.int16]]:
    """The rate, and (frames, channels)."""
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return file.getframerate(), samples.reshape(-1, file.getnchannels())


def alsa(folder: Path, monkeypatch: pytest.MonkeyPatch, device: str) -> None:
    """Make a device the default of ALSA; skip where nothing could be recorded through it."""
    if find_library("portaudio") is None:
        pytest.skip("PortAudio is not installed (apt-get install libportaudio2)")
    if not Path("/usr/share/alsa/alsa.conf").exists():
        pytest.skip("ALSA is not installed")
    (folder / "asound.conf").write_text(f"</usr/share/alsa/alsa.conf>\n{device}")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(folder / "asound.conf"))


def test_what_alsa_gives_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = np.round(tone(1200, 8.0, rate=16_000) * 32767).astype("<i2")
    sound.tofile(tmp_path / "spoken.raw")
    file = f'type file slave.pcm "null" file "/dev/null" infile "{tmp_path / "spoken.raw"}" format "raw"'
    alsa(tmp_path, monkeypatch, f"pcm.!default {{ {file} }}\n")
    found = recorded(tmp_path / "said.wav")
    assert isinstance(found, Recording), found
    rate, samples = read(found.path)
    assert rate == 16_000 and samples.shape == (8000, 1)
    assert 2 * np.abs(np.fft.rfft(samples[:, 0])).argmax() == 1200


def test_a_system_without_a_device_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alsa(tmp_path, monkeypatch, "")
    if list(Path("/dev").glob("snd/pcm*c")):
        pytest.skip("a device that records is here")
    found = recorded(tmp_path / "said.wav")
    assert isinstance(found, NoRecording) and "no device that records is connected" in found.reason


FAULTS = {
    "raise ImportError": 'recording needs the extra "audio": pip install "seqtui[audio]"',
    "raise OSError('PortAudio library not found')": "PortAudio is missing; on Debian: apt install libportaudio2",
    """
def query_devices(kind):
    raise PortAudioError("Error querying device -1")
""": "no device that records is connected, or none is the system's default",
    """
def check_input_settings(channels, dtype, samplerate):
    raise PortAudioError("Invalid sample rate [PaErrorCode -9997]")
""": "it takes neither 16,000 nor 44,100 Hz at 16 bits (Invalid sample rate)",
    """
def __init__(self, rate, channels, dtype):
    raise PortAudioError("Error opening RawInputStream: Device unavailable [PaErrorCode -9985]")
RawInputStream.__init__ = __init__
""": "no microphone here that can be opened (Error opening RawInputStream: Device unavailable): another program may",
    """
def lose(self, frames, usual=RawInputStream.read):
    if self.reads == 3:
        raise PortAudioError("Unanticipated host error [PaErrorCode -9999]: No such device")
    return usual(self, frames)
RawInputStream.read = lose
""": "the microphone went away after 0.3 seconds (Unanticipated host error)",
    """
RawInputStream.read = lambda self, frames: (bytes(2 * frames), False)
""": "the recording is silent: is the microphone off, or may the terminal not listen to it?",
    """
RawInputStream.read = lambda self, frames: (b"", False)
""": "nothing was recorded: it ended before the first sample",
    """
RawInputStream.read = lambda self, frames: os.abort()
""": "the process that records has ended (killed by SIGABRT)",
    """
RawInputStream.read = lambda self, frames: 1 / 0
""": "the process that records has ended (exit code 1)",
}


@pytest.mark.parametrize(("changes", "sentence"), FAULTS.items(), ids=lambda text: text[:40].strip().split("\n")[0])
def test_what_goes_wrong_is_one_sentence(lay: Lay, tmp_path: Path, changes: str, sentence: str) -> None:
    lay(changes)
    found = recorded(tmp_path / "said.wav")
    assert isinstance(found, NoRecording) and sentence in found.reason and "\n" not in found.reason
    assert not (tmp_path / "said.wav").exists()


def test_a_microphone_of_another_rate_is_recorded_at_its_own(lay: Lay, tmp_path: Path) -> None:
    lay("""
def check_input_settings(channels, dtype, samplerate):
    if (channels, samplerate) != (2, 44100):
        raise ValueError("no")
""")
    found = recorded(tmp_path / "said.wav")
    assert isinstance(found, Recording)
    rate, samples = read(found.path)
    assert rate == 44_100 and samples.shape == (22_050, 2)


def test_one_that_is_stopped_in_the_middle_keeps_what_was_said(lay: Lay, tmp_path: Path) -> None:
    lay("")
    microphone = Microphone()
    microphone.start(tmp_path / "said.wav", 3600)
    found = outcome(microphone, finish=True)
    assert isinstance(found, Recording)
    assert 0 < len(read(found.path)[1]) < 3600 * 16_000


def test_one_that_is_stopped_before_it_began_keeps_nothing(lay: Lay, tmp_path: Path) -> None:
    lay("time.sleep(3600)")
    microphone = Microphone()
    microphone.start(tmp_path / "said.wav", 3)
    assert microphone.is_on and not microphone.finish()
    assert not microphone.is_on and microphone.look() is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ("RawInputStream.__enter__ = lambda self: time.sleep(3600)", "the microphone did not open within 0.2 seconds"),
        ("RawInputStream.read = lambda self, frames: time.sleep(3600)", "the microphone gives no sound any more"),
    ],
)
def test_one_that_hangs_is_given_up(lay: Lay, tmp_path: Path, changes: str, sentence: str) -> None:
    lay(changes)
    microphone = Microphone(opening=0.2 if "open" in sentence else 30.0, ending=0.1)
    microphone.start(tmp_path / "said.wav", 0.1)
    assert outcome(microphone) == NoRecording(sentence)


def test_where_nothing_can_be_written_it_is_said(lay: Lay, tmp_path: Path) -> None:
    lay("")
    with pytest.raises(RunFailed, match="nothing can be recorded: No such file or directory"):
        Microphone().start(tmp_path / "gone" / "said.wav", 1)
    (tmp_path / "said.wav").mkdir()
    assert recorded(tmp_path / "said.wav") == NoRecording("cannot write the recording: Is a directory")


def test_a_device_that_the_user_may_not_open_is_named() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        assert no_device(Path(folder)).startswith("no device that records")
        (Path(folder) / "pcmC0D0c").touch(mode=0o000)
        read_end, write_end = os.pipe()
        child = os.fork()
        if not child:
            if os.getuid() == 0:
                os.setuid(65_534)
            os.write(write_end, no_device(Path(folder)).encode())
            os._exit(0)
        os.waitpid(child, 0)
        said = os.read(read_end, 1000).decode()
        assert said == f"{folder}/pcmC0D0c may not be opened by this user: add them to the group audio"


def test_silence_around_what_is_said_is_cut_away() -> None:
    rng = np.random.default_rng(3)
    noise = rng.normal(0, 20, 3 * 16_000)
    noise[16_000:20_000] += 8000 * np.sin(np.arange(4000))
    cut = spoken_part(Recorded(noise.astype("<i2").tobytes(), 16_000, 1))
    kept = np.frombuffer(cut.samples, "<i2")
    assert 4000 <= len(kept) <= 4000 + 4 * 320
    assert (kept == noise.astype("<i2")[16_000 - 320 : 16_000 - 320 + len(kept)]).all()


def test_what_is_as_loud_throughout_is_kept_whole() -> None:
    samples = np.round(tone(300, 1.0) * 32767).astype("<i2")
    for channels in (1, 2):
        whole = Recorded(np.repeat(samples, channels).tobytes(), 8000, channels)
        assert spoken_part(whole) == whole
