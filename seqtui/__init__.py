"""A terminal workbench for sequence learning. Importing this must cost nothing."""

__version__ = "0.1.0"
