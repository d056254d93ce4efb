"""Sentences with a tag a word."""
