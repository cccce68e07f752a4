"""A learner's cell as a syntax tree: read, never run."""

import ast
from threading import RLock

# Characters: of each, Python's parser makes up to a kilobyte.
MAX_SOURCE = 100_000

# Python counts how deep it is in a tree for all threads together, and raises
# SystemError where another's tree came in between, as of Python 3.11:
# https://github.com/python/cpython/issues/106905
_alone = RLock()


class TooLong(SyntaxError):
    """A source is longer than anybody writes into a cell, and was not read."""


def parse(source: str) -> ast.Module:
    """``ast.parse``, by one thread at a time, with what it raises.

    Raises:
        TooLong: the source has more than ``MAX_SOURCE`` characters.
    """
    if len(source) > MAX_SOURCE:
        raise TooLong
    with _alone:
        return ast.parse(source)
