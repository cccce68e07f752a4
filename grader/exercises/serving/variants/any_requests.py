"""Answers about requests that may be served."""

import numpy as np

from grader.judging.variant import right, wrong

# The locked cell above the exercise parse_requests.
LARGEST = float(np.finfo(np.float32).max)


@right("parse_requests")
def question_by_question(bodies, width, most):
    import json

    def fine(value):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return abs(value) <= LARGEST

    statuses, batch = [], []
    for body in bodies:
        try:
            told = json.loads(body)
        except ValueError:
            told = None
        rows = told.get("instances") if isinstance(told, dict) else None
        status = 200
        if not isinstance(rows, list):
            status = 400
        elif len(rows) > most:
            status = 413
        elif not rows:
            status = 400
        else:
            for row in rows:
                right_size = isinstance(row, list) and len(row) == width
                if not right_size or not all(fine(value) for value in row):
                    status = 400
        statuses.append(status)
        if status == 200:
            batch += rows
    return statuses, np.array(batch, dtype=np.float32)


@right("parse_requests")
def with_exceptions(bodies, width, most):
    import json

    def parse(body):
        rows = json.loads(body)["instances"]
        if not isinstance(rows, list):
            raise TypeError("no list")
        if len(rows) > most:
            raise OverflowError("too many")
        for row in rows:
            if not all(type(value) in (int, float) for value in row):
                raise TypeError("no numbers")
        with np.errstate(over="ignore"):
            array = np.array(rows, dtype=np.float32)
        if array.shape != (len(rows), width) or not rows:
            raise ValueError("shape")
        if not np.isfinite(array).all():
            raise ValueError("not finite")
        return array

    statuses, batches = [], []
    for body in bodies:
        try:
            batches.append(parse(body))
            statuses.append(200)
        except OverflowError:
            statuses.append(413)
        except (ValueError, TypeError, KeyError):
            statuses.append(400)
    return statuses, np.concatenate(batches)


@right("parse_requests")
def constants_refused(bodies, width, most):
    import json
    import math

    def refuse(name):
        raise ValueError(name)

    def number(value):
        if type(value) not in (int, float):
            return False
        return math.isfinite(value) and abs(value) < 3.5e38

    statuses, batch = [], []
    for body in bodies:
        rows = None
        try:
            json.loads(body)
            rows = json.loads(body)["instances"]
        except (ValueError, TypeError, KeyError):
            pass
        if type(rows) is list and len(rows) > most:
            statuses.append(413)
            continue
        try:
            json.loads(body, parse_constant=refuse)
            assert type(rows) is list
            assert len(rows) > 0
            assert all(type(row) is list and len(row) == width for row in rows)
            assert all(number(value) for row in rows for value in row)
        except (ValueError, AssertionError):
            statuses.append(400)
            continue
        statuses.append(200)
        batch.extend(rows)
    return statuses, batch


def _finite(value):
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= LARGEST


def _status(rows, most, good):
    if not isinstance(rows, list):
        return 400
    if len(rows) > most:
        return 413
    return 200 if rows and all(map(good, rows)) else 400


def _parsed(bodies, width, most, fine=_finite, status_of=_status):
    """The right answers, but for what a number is, and which status rows have."""
    import json

    def good(row):
        return isinstance(row, list) and len(row) == width and all(map(fine, row))

    statuses, batch = [], []
    for body in bodies:
        try:
            told = json.loads(body)
        except ValueError:
            told = None
        rows = told.get("instances") if isinstance(told, dict) else None
        statuses.append(status_of(rows, most, good))
        if statuses[-1] == 200:
            batch += rows
    with np.errstate(over="ignore"):
        return statuses, np.array(batch, dtype=np.float32)


@wrong("parse_requests", "true is a number")
def truth(bodies, width, most):
    def fine(value):
        return isinstance(value, int | float) and abs(value) <= LARGEST

    return _parsed(bodies, width, most, fine)


@wrong("parse_requests", "texts are numbers")
def texts(bodies, width, most):
    def fine(value):
        if value is None or isinstance(value, bool | list):
            return False
        return abs(float(value)) <= LARGEST

    return _parsed(bodies, width, most, fine)


@wrong("parse_requests", "NumPy decides what a number is")
def finite_arrays(bodies, width, most):
    import json

    statuses, batches = [], []
    for body in bodies:
        status = 400
        try:
            rows = json.loads(body)["instances"]
            if isinstance(rows, list) and len(rows) > most:
                status = 413
            elif isinstance(rows, list):
                with np.errstate(over="ignore"):
                    array = np.array(rows, dtype=np.float32)
                if array.shape == (len(rows), width) and np.isfinite(array).all():
                    status = 200
                    batches.append(array)
        except (ValueError, TypeError, KeyError):
            pass
        statuses.append(status)
    return statuses, np.concatenate(batches)


@wrong("parse_requests", "all that fits into an array is accepted")
def arrays(bodies, width, most):
    import json

    statuses, batches = [], []
    for body in bodies:
        status = 400
        try:
            rows = json.loads(body)["instances"]
            if isinstance(rows, list) and len(rows) > most:
                status = 413
            elif isinstance(rows, list):
                with np.errstate(over="ignore"):
                    array = np.array(rows, dtype=np.float32)
                if array.shape == (len(rows), width):
                    status = 200
                    batches.append(array)
        except (ValueError, TypeError, KeyError):
            pass
        statuses.append(status)
    return statuses, np.concatenate(batches)


@wrong("parse_requests", "what is not finite is accepted")
def not_finite(bodies, width, most):
    def fine(value):
        return _finite(value) or (isinstance(value, float) and not np.isfinite(value))

    return _parsed(bodies, width, most, fine)


@wrong("parse_requests", "only NaN is refused")
def nan_refused(bodies, width, most):
    def fine(value):
        return _finite(value) or (isinstance(value, float) and np.isinf(value))

    return _parsed(bodies, width, most, fine)


@wrong("parse_requests", "a number that float32 can't hold")
def huge(bodies, width, most):
    import math

    def fine(value):
        return type(value) in (int, float) and math.isfinite(value)

    return _parsed(bodies, width, most, fine)


@wrong("parse_requests", "nothing is accepted")
def empty(bodies, width, most):
    def status_of(rows, most, good):
        return 200 if rows == [] else _status(rows, most, good)

    return _parsed(bodies, width, most, status_of=status_of)


@wrong("parse_requests", "as many rows as allowed are too many")
def most_is_too_many(bodies, width, most):
    return _parsed(bodies, width, most - 1)


@wrong("parse_requests", "the rows are looked at first")
def rows_first(bodies, width, most):
    def status_of(rows, most, good):
        sound = isinstance(rows, list) and rows and all(map(good, rows))
        return _status(rows, most, good) if sound else 400

    return _parsed(bodies, width, most, status_of=status_of)


@wrong("parse_requests", "too many rows are bad rows")
def always_400(bodies, width, most):
    def status_of(rows, most, good):
        return 200 if _status(rows, most, good) == 200 else 400

    return _parsed(bodies, width, most, status_of=status_of)
