"""A learner's cell as a syntax tree: read, never run."""

import ast
from threading import RLock

# Python counts how deep it is in a tree for all threads together, and raises
# SystemError where another's tree came in between, as of Python 3.11:
# https://github.com/python/cpython/issues/106905
_alone = RLock()


def parse(source: str) -> ast.Module:
    """``ast.parse``, by one thread at a time, with what it raises."""
    with _alone:
        return ast.parse(source)
