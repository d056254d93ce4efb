"""Recordings in, features and what was said out."""
