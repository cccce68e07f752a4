"""A schema of the digits' table, checked by pandera: which rows break which rule.

    python -m grader.production.records.check_digits

It prints what is wrong with rows that are broken on purpose, as JSON. It needs pandas
beside the course: ``pip install "tandem-course[schemas]"``.
"""

import json
import sys
from importlib import import_module
from typing import Any

import numpy as np


def rows() -> dict[str, np.ndarray]:
    """Five rows: the ink of a picture, from 0 to 1, and its label. Three are broken."""
    ink = np.array([0.2, 0.4, 5.0, np.nan, 0.3], np.float32)
    return {"ink": ink, "label": np.array([3, 0, 7, 9, 12])}


def schema(pandera: Any) -> Any:
    """What each column has to hold."""
    columns = {
        "ink": pandera.Column("float32", pandera.Check.in_range(0, 1)),
        "label": pandera.Column("int64", pandera.Check.in_range(0, 9)),
    }
    return pandera.DataFrameSchema(columns, strict=True)


def failures(pandera: Any, pandas: Any) -> list[list[Any]]:
    """(column, rule, row, value as text) of each broken rule."""
    table = pandas.DataFrame(rows())
    try:
        schema(pandera).validate(table, lazy=True)
    except pandera.errors.SchemaErrors as error:
        found = error.failure_cases
        names = ("column", "check", "index", "failure_case")
        parts = (found[name].tolist() for name in names)
        return [[c, r, int(i), str(v)] for c, r, i, v in zip(*parts, strict=True)]
    return []


def main() -> str | None:
    """Print what is wrong; an answer is what is missing here."""
    try:
        pandera, pandas = import_module("pandera.pandas"), import_module("pandas")
    except ImportError:
        return 'pandas is not installed: run pip install "tandem-course[schemas]"'
    print(json.dumps(failures(pandera, pandas)))
    return None


if __name__ == "__main__":
    sys.exit(main())
