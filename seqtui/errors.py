"""Every way seqtui fails on purpose: one exception class an exit code.

The message is one sentence for the user: what, where (file; line, record or byte), and what would be right.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a seqtui process returns to the shell; part of the command-line contract."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    BAD_INPUT = 3
    NOT_FOUND = 4
    BUSY = 5
    INTERRUPTED = 130


class SeqtuiError(Exception):
    """A failure that a user can cause or must hear of; `str(error)` is the sentence."""

    exit_code = ExitCode.FAILED


class RunFailed(SeqtuiError):
    """Training or sampling could not go on."""


class FetchFailed(SeqtuiError):
    """Nothing, or not enough, came from the network; trying again may help."""


class Usage(SeqtuiError):
    """The command or the configuration asks for something that cannot be."""

    exit_code = ExitCode.USAGE


class BadInput(SeqtuiError):
    """A data file is not what it should be."""

    exit_code = ExitCode.BAD_INPUT


class NotFound(SeqtuiError):
    """A run, a model, a file or an application that is not there."""

    exit_code = ExitCode.NOT_FOUND


class Busy(SeqtuiError):
    """Another process holds the run."""

    exit_code = ExitCode.BUSY


class CheckpointDamaged(SeqtuiError):
    """A checkpoint file does not verify: torn, altered, or not a checkpoint."""


class MissingExtra(Usage):
    """An optional dependency is needed; the sentence names the extra to install."""
