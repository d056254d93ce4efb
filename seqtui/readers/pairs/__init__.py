"""Sequences and what they are translated to."""
