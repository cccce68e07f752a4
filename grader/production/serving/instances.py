"""Reads the body of a request, which a stranger wrote."""

import json
from typing import NoReturn

import numpy as np

from grader.production.serving.refused import Refused

BEYOND = float(np.finfo(np.float32).max)


def parse(body: bytes, width: int, most: int) -> np.ndarray:
    """Return the rows of a request's body, ``{"instances": [[...], ...]}``.

    Args:
        body: what the client sent, which should be JSON in UTF-8.
        width: how many numbers the model takes for one row.
        most: how many rows a request may have.

    Returns:
        The rows, float32 of shape (n, width), with n of at least 1.

    Raises:
        Refused: 400 for a body that is not like that or has NaN, an infinity or a
            number beyond float32; 413 for too many rows.
    """
    try:
        content = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Refused(400, f"the body is not JSON: {error}") from None
    if not isinstance(content, dict) or "instances" not in content:
        raise Refused(400, 'the body has to be an object such as {"instances": [...]}')
    rows = content["instances"]
    if not isinstance(rows, list) or not rows:
        raise Refused(400, '"instances" has to be a list of at least one row')
    if len(rows) > most:
        raise Refused(413, f"{len(rows)} rows are too many: send {most} at most")
    for place, row in enumerate(rows):
        _check(row, f"instances[{place}]", width)
    return np.asarray(rows, np.float32)


def _check(row: object, name: str, width: int) -> None:
    if not isinstance(row, list) or len(row) != width:
        found = f"{len(row)} entries" if isinstance(row, list) else type(row).__name__
        raise Refused(400, f"{name} has to be a list of {width} numbers: got {found}")
    for place, value in enumerate(row):
        # type, because True is an int to isinstance.
        if type(value) not in (int, float) or not abs(value) <= BEYOND:
            shown = json.dumps(value)[:40]
            raise Refused(400, f"{name}[{place}] is no float32 number: {shown}")


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
