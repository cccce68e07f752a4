"""Records, in a lesson's kernel, which checks its assertions meet while it runs.

:mod:`grader.authoring.running.instrumented` puts calls of a :class:`Recorder` around
the parts of each asserting statement. Every part is evaluated as often as before. A
check is something that must happen to a part; each check has a number.
"""

import io
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from itertools import pairwise
from typing import Any

import numpy as np

from grader.common.frameworks import adapter_of, to_numpy

# The operators that a lesson may compare with.
OPERATORS: dict[str, Callable[[Any, Any], object]] = {
    "Eq": operator.eq,
    "NotEq": operator.ne,
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
    "Is": operator.is_,
    "IsNot": operator.is_not,
    "In": lambda left, right: left in right,
    "NotIn": lambda left, right: left not in right,
}
OTHER = object()  # equal to nothing else


class Recorder:
    """``seen``: for each statement that ran, by number, the checks that were met."""

    def __init__(self) -> None:
        self.seen: dict[int, set[int]] = {}
        self._met: set[int] = set()

    def _repr_json_(self) -> dict[str, list[int]]:
        return {str(number): sorted(met) for number, met in self.seen.items()}

    def begin(self, statement: int) -> None:
        """Note that a cell's asserting statement begins; the next checks are its."""
        self._met = self.seen.setdefault(statement, set())

    def within(self, statement: int) -> None:
        """Note that an asserting statement in a function of the lesson runs."""
        self._met.add(statement)

    def ran(self, begun: None, value: object) -> object:
        """Return the value of the expression after ``begin`` or ``within``."""
        return value

    def met(self, check: int, value: object) -> object:
        """Return ``value``; the check is met because it was evaluated."""
        self._met.add(check)
        return value

    def decides(self, check: int, wanted: bool, value: object) -> object:
        """Return ``value``; the check is met if its truth is ``wanted``."""
        if bool(value) == wanted:
            self._met.add(check)
        return value

    def items(self, check: int, values: Iterable[object]) -> Iterator[object]:
        """Yield ``values``; the check is met if there is at least one."""
        for value in values:
            self._met.add(check)
            yield value

    def atom(self, check: int, value: object) -> object:
        """Return ``value``; the check is met unless it is a function, always true."""
        if not callable(value) or "__bool__" in dir(value):
            self._met.add(check)
        return value

    def filled(self, check: int, value: object) -> object:
        """Return ``value``; the check is met unless it is empty."""
        if _size(value):
            self._met.add(check)
        return value

    def compare(
        self, check: int, filled: int, names: tuple[str, ...], *operands: object
    ) -> object:
        """Compare; ``check`` is met if other operands would change the result.

        ``filled`` is met unless both sides are empty.
        """
        changeable, size = True, 0
        for name, (left, right) in zip(names, pairwise(operands), strict=True):
            result = OPERATORS[name](left, right)
            changeable = changeable and _changeable(name, left, right, result)
            size += _size(left) + _size(right)
            if len(names) > 1 and not result:
                break
        if changeable:
            self._met.add(check)
        if size and _size(result):
            self._met.add(filled)
        return result

    def call(
        self,
        check: int,
        filled: int,
        function: Callable[..., object],
        *values: object,
        **options: object,
    ) -> object:
        """Call a function that compares arrays, then try other arrays in their place.

        ``check`` is met if, with each of them, it raises or its result's truth changes.
        ``filled`` is met unless a value is empty.
        """
        result = function(*values, **options)
        met, self._met = self._met, set()  # the calls below are not the lesson's
        if all(_size(value) for value in values):
            met.add(filled)
        if all(
            _raises_or_differs(function, changed, options, result)
            for changed in _changed(values)
        ):
            met.add(check)
        self._met = met
        return result


def _changeable(name: str, left: object, right: object, result: object) -> bool:
    for operands in _others(name, left, right):
        try:
            if _differs(OPERATORS[name](*operands), result):
                return True
        except Exception:  # in the lesson, the assertion would fail too
            return True
    return False


def _others(name: str, left: Any, right: Any) -> Iterator[tuple[object, object]]:
    """Operands for which a comparison may have another result."""
    if name == "NotIn":
        yield from ((one, right) for one in list(right)[:1])
    elif name == "In":
        yield ("\ue000" if isinstance(right, str) else OTHER), right
    elif name in ("Lt", "LtE", "Gt", "GtE"):
        yield right, left
        sign = 1 if name in ("Lt", "LtE") else -1
        yield right + sign * (abs(right) + 1), right
    else:
        yield OTHER, right
        yield right, right
        yield 0, 0


def _differs(one: object, other: object) -> bool:
    return not np.array_equal(to_numpy(one), to_numpy(other))


def _changed(values: Sequence[object]) -> Iterator[list[object]]:
    """The values with one of them changed, for each that has numbers."""
    for position, value in enumerate(values):
        other = _other(value)
        if other is not None:
            yield [*values[:position], other, *values[position + 1 :]]


def _raises_or_differs(
    function: Callable[..., object],
    values: Sequence[object],
    options: dict[str, object],
    result: object,
) -> bool:
    try:
        with redirect_stdout(io.StringIO()):
            return bool(function(*values, **options)) != bool(result)
    except Exception:
        return True


def _size(value: Any) -> int:
    """The number of elements; 1 if ``value`` is not a collection."""
    try:
        if hasattr(value, "shape"):
            return int(np.prod(tuple(value.shape)))
        return len(value)
    except TypeError:  # not a collection, or a graph's tensor of unknown size
        return 1


def _other(value: object) -> object | None:
    """The numbers doubled, or ones in place of zeros; None if it has no numbers.

    So a tolerance that is larger than the compared numbers is found. For example,
    ``agree`` takes 1e-9 for 0.
    """
    try:
        array = to_numpy(value)
    except Exception:
        return None
    if array.dtype.kind == "b":
        other = ~array
    elif array.dtype.kind in "iufc":
        some = (np.isfinite(array) & (array != 0)).any()
        other = 2 * array if some else np.ones_like(array)
    else:
        return None
    adapter = adapter_of(value)
    if adapter is None:
        return other
    return adapter.from_numpy(other.astype(array.dtype))
