"""A score as the bytes of a standard MIDI file (format 1): the same score gives the same bytes.

mido writes; it is imported when first needed.
"""

from io import BytesIO
from typing import TYPE_CHECKING, Final

from seqtui.readers.music.midi import CHANNEL, OFFSET, ONSET, PITCH, TRACK, VELOCITY, Score

if TYPE_CHECKING:
    from mido import MidiTrack

_MAJOR: Final = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")
_MINOR: Final = ("Abm", "Ebm", "Bbm", "Fm", "Cm", "Gm", "Dm", "Am", "Em", "Bm", "F#m", "C#m", "G#m", "D#m", "A#m")


def midi_bytes(score: Score) -> bytes:
    """Track 0 holds tempo, meter and key; the others their name, program and notes, none left hanging."""
    from mido import MidiFile

    file = MidiFile(type=1, ticks_per_beat=score.ticks_per_beat, charset="utf-8")
    file.tracks.append(_conductor(score))
    for index in range(1, len(score.track_names)):
        file.tracks.append(_track(score, index))
    written = BytesIO()
    file.save(file=written)
    return written.getvalue()


def _conductor(score: Score) -> "MidiTrack":
    from mido import MetaMessage

    timed = [
        (tick, MetaMessage("time_signature", numerator=beats, denominator=unit)) for tick, beats, unit in score.meters
    ]
    for tick, sharps, minor in score.keys:
        timed.append((tick, MetaMessage("key_signature", key=(_MINOR if minor else _MAJOR)[sharps + 7])))
    timed += [(tick, MetaMessage("set_tempo", tempo=tempo)) for tick, tempo in score.tempos]
    return _in_order(score.track_names[0], timed, score.end)


def _track(score: Score, index: int) -> "MidiTrack":
    from mido import Message

    notes = score.notes[score.notes[:, TRACK] == index]
    channel = int(notes[0, CHANNEL]) if len(notes) else min(index - 1, 15)
    timed = []
    if score.programs[index] >= 0:
        timed.append((0, Message("program_change", channel=channel, program=score.programs[index])))
    moments = [(row[OFFSET], 0, row[PITCH], row[CHANNEL], 0) for row in notes.tolist()]
    moments += [(row[ONSET], 1, row[PITCH], row[CHANNEL], row[VELOCITY]) for row in notes.tolist()]
    for tick, struck, pitch, on_channel, velocity in sorted(moments):
        kind = "note_on" if struck else "note_off"
        timed.append((tick, Message(kind, channel=on_channel, note=pitch, velocity=velocity)))
    return _in_order(score.track_names[index], timed, max(score.end, int(notes[:, OFFSET].max(initial=0))))


def _in_order(name: str, timed: list[tuple[int, object]], end: int) -> "MidiTrack":
    from mido import MetaMessage, MidiTrack

    track, now = MidiTrack(), 0
    if name:
        track.append(MetaMessage("track_name", name=name, time=0))
    for tick, message in sorted(timed, key=lambda pair: pair[0]):
        message.time = tick - now  # type: ignore[attr-defined]
        track.append(message)
        now = tick
    track.append(MetaMessage("end_of_track", time=max(end - now, 0)))
    return track
