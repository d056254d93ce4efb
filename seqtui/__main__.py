"""`python -m seqtui`: the same as the command `seqtui`."""

from seqtui.cli import main

main()
