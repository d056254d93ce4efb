"""Commands reach the run whole and checked; what is no command is refused with its reason."""

import pytest

from seqtui.config import RunConfig
from seqtui.runs.control import (
    ControlReader,
    Interrupt,
    Pause,
    Refused,
    Resume,
    SampleNow,
    SaveNow,
    SetKnob,
    SingleStep,
    Stop,
    parse,
    send,
)
from seqtui.runs.folder import create

ALL = [Pause(), Resume(), SingleStep(), Stop(), Interrupt(), SaveNow(), SampleNow(0.7), SetKnob("lr", 1e-4)]


def test_every_command_arrives_with_the_offset_of_its_end(tmp_path) -> None:
    folder = create(RunConfig(app="music"), parent=tmp_path)
    reader = ControlReader(folder.control_file)
    assert reader.poll() == []
    ends = [send(folder, command) for command in ALL]
    assert reader.poll() == list(zip(ALL, ends, strict=True))
    assert reader.poll() == []
    again = ControlReader(folder.control_file, ends[5])
    assert [command for command, _ in again.poll()] == ALL[6:]
    for opened in (reader, again):
        opened.close()


def test_a_line_is_followed_when_it_is_whole(tmp_path) -> None:
    path = tmp_path / "control.jsonl"
    reader = ControlReader(path)
    assert reader.poll() == []
    path.write_bytes(b'{"command": "pau')
    assert reader.poll() == []
    with path.open("ab") as file:
        file.write(b'se"}\n\n{"command": "nonsense"}\n')
    assert [type(command) for command, _ in reader.poll()] == [Pause, Refused]
    reader.close()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff\xfe",
        b"[" * 10_000,
        b"[]",
        b"{}",
        b'{"command": null}',
        b'{"command": []}',
        b'{"command": "pause", "extra": 1}',
        b'{"command": "set"}',
        b'{"command": "set", "name": "lr"}',
        b'{"command": "set", "name": "lr", "value": true}',
        b'{"command": "set", "name": "lr", "value": NaN}',
        b'{"command": "set", "name": "lr", "value": 0}',
        b'{"command": "set", "name": "lr", "value": 1' + b"0" * 400 + b"}",
        b'{"command": "set", "name": "max_grad_norm", "value": -1}',
        b'{"command": "set", "name": "seed", "value": 1}',
        b'{"command": "sample", "temperature": 0}',
        b'{"command": "sample", "temperature": "hot"}',
        b'{"command": "pause"' + b" " * 70_000 + b"}",
    ],
)
def test_what_is_no_command_is_refused(line: bytes) -> None:
    found = parse(line)
    assert isinstance(found, Refused)
    assert found.reason
