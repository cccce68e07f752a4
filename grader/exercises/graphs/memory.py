"""When each value of a program is in memory, and how much is in memory then."""

from itertools import accumulate
from typing import NamedTuple

Rows = list[list[int]]
Sizes = list[int]


class Life(NamedTuple):
    """The rows in which a value is in memory, from ``first`` to ``last``.

    Inputs are there before row 0, which is -1; the result outlives all rows.
    """

    size: int
    first: int
    last: int
    users: tuple[int, ...]


def lives(rows: Rows, sizes: Sizes) -> list[Life]:
    """The life of each value; one that no row uses goes after the row that made it."""
    inputs = len(sizes) - len(rows)
    users: Rows = [[] for _ in sizes]
    for row, pair in enumerate(rows):
        for number in set(pair):
            users[number].append(row)
    found = []
    for number, size in enumerate(sizes):
        made = max(number - inputs, -1)
        last = max(users[number], default=made)
        found.append(Life(size, made, last, tuple(users[number])))
    found[-1] = found[-1]._replace(last=len(rows))
    return found


def levels(lives: list[Life]) -> list[int]:
    """What is in memory while each row runs: its operands and its result too."""
    rows = lives[-1].last
    changes = [0] * (rows + 2)
    for life in lives:
        changes[max(life.first, 0)] += life.size
        changes[life.last + 1] -= life.size
    return list(accumulate(changes))[:rows]
