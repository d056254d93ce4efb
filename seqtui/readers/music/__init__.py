"""MIDI and piano rolls in, frames or events out; MIDI."""
