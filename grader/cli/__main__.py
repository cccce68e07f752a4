"""``python -m grader.cli``: the ``course`` command."""

from grader.cli import main

main()
