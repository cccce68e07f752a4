"""Bounds that more than one room keeps to."""

MIB = 2**20  # bytes
CELL_SECONDS = 120  # that a cell of the course may take
ANSWER_PARTS = 10_000  # values, lists and dicts in all answers to a check
ANSWER_DEPTH = 4  # of lists and dicts in each other
