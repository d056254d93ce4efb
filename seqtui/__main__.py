"""`python -m seqtui`, and the command `seqtui`. The full screen is started without click, which it has no use for."""

import sys


def main() -> None:
    """Leave the process with the exit code."""
    if len(sys.argv) == 1:
        from seqtui.commands.fullscreen import obstacle, open_full_screen

        if not obstacle():
            sys.exit(open_full_screen())
    from seqtui.cli import main as run_a_command

    run_a_command()


if __name__ == "__main__":
    main()
