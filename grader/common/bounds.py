"""Bounds that more than one package uses."""

MIB = 2**20  # bytes
CELL_SECONDS = 120  # how long a cell of the course may run
ANSWER_PARTS = 10_000  # values, lists and dicts in all answers to a check
ANSWER_DEPTH = 4  # how deep lists and dicts may be nested
