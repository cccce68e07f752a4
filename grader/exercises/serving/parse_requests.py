"""Bodies of requests: a status for each, and one batch of those that are right."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake

Parsed = tuple[np.ndarray, np.ndarray]
Good = Callable[[Any, int], bool]
FINE, BAD, TOO_LARGE = 200, 400, 413
LARGEST = float(np.finfo(np.float32).max)


def _draw(rng: np.random.Generator, width: int, most: int) -> Case:
    def rows(count: int, length: int = width) -> list[list[Any]]:
        numbers: list[list[Any]] = rng.integers(-8, 9, size=(count, length)).tolist()
        numbers[0][0] += 0.25
        return numbers

    def odd(value: object) -> list[list[Any]]:
        made = rows(2)
        made[int(rng.integers(2))][int(rng.integers(width))] = value
        return made

    ragged = [*rows(1), *rows(1, width - 1)]
    instances = [
        *(rows(1) for _ in range(int(rng.integers(1, 4)))),
        rows(2),
        rows(most),  # as many as allowed
        rows(most + 1),
        rows(most + 2, width + 1),  # both wrong: the size is looked at first
        rows(2, width + 1),
        ragged,
        [],
        rows(1)[0],  # numbers where rows belong
        [rows(1)],  # an axis too many
        {"row": rows(1)[0]},
        odd("1.5"),
        odd(True),
        odd(None),
        odd(float("nan")),
        odd(float("-inf")),
        odd(1e39),
    ]
    bodies = [json.dumps({"instances": one}) for one in instances]
    bodies += [
        json.dumps(rows(1)),  # no object
        json.dumps({"inputs": rows(1)}),
        json.dumps({"instances": rows(1)})[:-1],  # no JSON
    ]
    order = rng.permutation(len(bodies))
    return {"bodies": [bodies[i] for i in order], "width": width, "most": most}


def _number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= LARGEST


def _row(row: object, width: int, number: Callable[[object], bool] = _number) -> bool:
    return isinstance(row, list) and len(row) == width and all(map(number, row))


def _instances(body: str) -> Any:
    """What "instances" holds; None if there is no such thing."""
    try:
        told = json.loads(body)
    except ValueError:
        return None
    return told.get("instances") if isinstance(told, dict) else None


def _status(
    body: str,
    width: int,
    most: int,
    row: Good = _row,
    empty: int = BAD,
    late: bool = False,
) -> int:
    instances = _instances(body)
    if not isinstance(instances, list):
        return BAD
    good = FINE if all(row(one, width) for one in instances) else BAD
    if len(instances) > most and not (late and good == BAD):
        return TOO_LARGE
    return good if instances else empty


def _reference(bodies: list[str], width: int, most: int) -> Parsed:
    """(statuses, batch): (bodies,), and (rows, width) of those whose status is 200."""
    return _parsed(bodies, width, most)


def _parsed(bodies: list[str], width: int, most: int, **rules: Any) -> Parsed:
    statuses = [_status(body, width, most, **rules) for body in bodies]
    batch: list[Any] = []
    for body, status in zip(bodies, statuses, strict=True):
        if status == FINE:
            batch += _instances(body)
    with np.errstate(over="ignore"):
        return np.array(statuses), np.array(batch, np.float64).astype(np.float32)


def _numbers(number: Callable[[object], bool]) -> Compute:
    return partial(_parsed, row=partial(_row, number=number))


def _and_truth(value: object) -> bool:
    return isinstance(value, bool) or _number(value)


def _and_text(value: object) -> bool:
    return isinstance(value, str) or _number(value)


def _numpys_finite(value: object) -> bool:
    return isinstance(value, bool | str) or _number(value)


def _numpys(value: object) -> bool:
    return value is None or isinstance(value, bool | int | float | str)


def _and_not_finite(value: object) -> bool:
    odd = isinstance(value, float) and not np.isfinite(value)
    return odd or _number(value)


def _and_infinity(value: object) -> bool:
    return _number(value) or (isinstance(value, float) and np.isinf(value))


def _and_huge(value: object) -> bool:
    return _number(value) or (isinstance(value, float) and bool(np.isfinite(value)))


def _exactly_most(bodies: list[str], width: int, most: int) -> Parsed:
    return _parsed(bodies, width, most - 1)


def _never_too_large(bodies: list[str], width: int, most: int) -> Parsed:
    statuses, batch = _reference(bodies, width, most)
    return np.where(statuses == TOO_LARGE, BAD, statuses), batch


_MISTAKES = (
    Mistake(
        "true is a number",
        "A row that holds true is accepted, as 1: in Python, True is an int.",
        "Ask for bool before you ask for int.",
        compute=_numbers(_and_truth),
    ),
    Mistake(
        "texts are numbers",
        'A row that holds a text such as "1.5" is accepted. NumPy turns such a text '
        "into a number.",
        "Look at the type of each value before you make an array.",
        compute=_numbers(_and_text),
    ),
    Mistake(
        "NumPy decides what a number is",
        'Rows that hold true, or a text such as "1.5", are accepted: NumPy turns both '
        "into numbers.",
        "Look at the type of each value before you make an array.",
        compute=_numbers(_numpys_finite),
    ),
    Mistake(
        "all that fits into an array is accepted",
        "Rows are accepted whatever they hold: true, null, texts, NaN and infinity. "
        "NumPy makes a number of each.",
        "Look at the type and the size of each value before you make an array.",
        compute=_numbers(_numpys),
    ),
    Mistake(
        "what is not finite is accepted",
        "Rows that hold NaN or infinity are accepted. JSON has no such numbers, and "
        "Python's json.loads reads them all the same.",
        "How do you tell a finite number from the others?",
        compute=_numbers(_and_not_finite),
    ),
    Mistake(
        "only NaN is refused",
        "Rows that hold infinity are accepted.",
        "Which values are not finite, beside NaN?",
        compute=_numbers(_and_infinity),
    ),
    Mistake(
        "a number that float32 can't hold",
        "A row that holds 1e39 is accepted. It is finite in Python, and infinite as "
        "float32.",
        "What is the largest float32?",
        compute=_numbers(_and_huge),
    ),
    Mistake(
        "nothing is accepted",
        "A body whose list of instances is empty gets 200.",
        "How many rows has a request at least?",
        compute=partial(_parsed, empty=FINE),
    ),
    Mistake(
        "as many rows as allowed are too many",
        "A body with exactly `most` rows gets 413.",
        "Is `most` itself allowed?",
        compute=_exactly_most,
    ),
    Mistake(
        "the rows are looked at first",
        "A body that has too many rows, and wrong ones, gets 400. A server that reads "
        "all of a request before it refuses its size has done the work already.",
        "In which order does the exercise look?",
        compute=partial(_parsed, late=True),
    ),
    Mistake(
        "too many rows are bad rows",
        "A body with too many rows gets 400, so that its client looks for an error "
        "that isn't there.",
        "Which status says that a request is too large?",
        compute=_never_too_large,
    ),
)

PARSE_REQUESTS = Exercise(
    id="serving.parse_requests",
    title="From requests to a batch",
    points=3,
    neutral=True,
    cases=tuple(
        partial(_draw, width=width, most=most)
        for width, most in ((3, 4), (4, 3), (2, 5))
    ),
    reference=_reference,
    returns=("statuses", "batch"),
    mistakes=_MISTAKES,
    hints=(
        "Write a function that gives one body its status. It asks one question after "
        "the other, and stops at the first whose answer is bad.",
        "instances(body) is given; isinstance(value, list); type(value) is int for 1 "
        "and bool for True; abs(value), LARGEST.",
        "for each body:\n"
        "    None instead of a list: 400\n"
        "    more than most instances: 413\n"
        "    none at all: 400\n"
        "    any instance that is no list of `width` numbers: 400\n"
        "        a number: int or float, no bool, not beyond the largest float32\n"
        "    else 200, and its rows belong to the batch",
    ),
)
