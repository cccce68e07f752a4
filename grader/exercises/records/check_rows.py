"""Rows of texts against a schema."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from grader.judging import Case, Exercise, Mistake

Report = tuple[np.ndarray, np.ndarray]
Table = list[list[str]]
TYPE, RANGE, UNSEEN, NULL, FINE = range(5)
FLOAT, INT, CATEGORY = "float", "int", "category"
WORDS = ("red", "green", "blue", "black", "white")


def _draw(rng: np.random.Generator) -> Case:
    """Seven columns of 16 rows: each breaks one rule, or none by a hair."""
    rows = 16
    # Eighths, so that no share of nulls is rounded.
    most = rng.choice([0.125, 0.25, 0.375], size=7)
    nulls = [int(share * rows) for share in most]
    low, high = int(rng.integers(2, 6)), int(rng.integers(20, 40))
    seen = [WORDS[i] for i in rng.permutation(len(WORDS))[:3]]

    def floats() -> list[str]:
        return [f"{value:.2f}" for value in rng.uniform(low, high, size=rows)]

    def ints() -> list[str]:
        return [str(value) for value in rng.integers(low, high, size=rows)]

    def words() -> list[str]:
        return [seen[i] for i in rng.integers(len(seen), size=rows)]

    def put(column: list[str], *odd: str) -> list[str]:
        places = rng.choice(rows, size=len(odd), replace=False)
        for place, text in zip(places, odd, strict=True):
            column[place] = text
        return column

    columns: list[tuple[str, list[str]]] = [
        # Both ends belong to the range, and as many rows as allowed are null.
        (FLOAT, put(floats(), str(low), f"{high}.0", *[""] * nulls[0])),
        (FLOAT, put(floats(), *[""] * (nulls[1] + 1))),
        (FLOAT, put(floats(), "n/a", "1,5")),
        (INT, put(ints(), f"{low}.0", f"{low + 1}.5", "many")),
        (INT, put(ints(), str(low - 1), str(high + 1), str(-high), "")),
        (CATEGORY, put(words(), seen[0].upper(), "plaid", "")),
        (CATEGORY, put(words(), *[""] * (nulls[6] - 1))),
    ]
    order = rng.permutation(len(columns))
    columns = [columns[i] for i in order]
    count = len(columns)
    return {
        "rows": [[column[row] for _, column in columns] for row in range(rows)],
        "kinds": [kind for kind, _ in columns],
        "low": np.full(count, low, np.float32),
        "high": np.full(count, high, np.float32),
        "seen": [seen if kind == CATEGORY else [] for kind, _ in columns],
        "most": most[order].astype(np.float32),
    }


def _fault(text: str, kind: str, low: float, high: float, seen: list[str]) -> int:
    if text == "":
        return NULL
    if kind == CATEGORY:
        return FINE if text in seen else UNSEEN
    try:
        value = int(text) if kind == INT else float(text)
    except ValueError:
        return TYPE
    return FINE if low <= value <= high else RANGE


def _reference(
    rows: Table,
    kinds: list[str],
    low: np.ndarray,
    high: np.ndarray,
    seen: list[list[str]],
    most: np.ndarray,
) -> Report:
    """(counts, passed): (columns, 4) of type, range, unseen, null; and (columns,)."""
    return _report(rows, kinds, low, high, seen, most)


def _passes(counts: np.ndarray, share: np.ndarray, most: np.ndarray) -> np.ndarray:
    return (counts[:, :NULL].sum(axis=1) == 0) & (share <= most)


def _report(
    rows: Table,
    kinds: list[str],
    low: np.ndarray,
    high: np.ndarray,
    seen: list[list[str]],
    most: np.ndarray,
    fault: Callable[[str, str, float, float, list[str]], int] = _fault,
    passes: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray] = _passes,
) -> Report:
    counts = np.zeros((len(kinds), FINE + 1))
    for row in rows:
        rules = zip(row, kinds, low, high, seen, strict=True)
        for column, rule in enumerate(rules):
            counts[column, fault(*rule)] += 1
    counts = counts[:, :FINE]
    return counts, passes(counts, counts[:, NULL] / len(rows), most)


def _whole_floats(
    text: str, kind: str, low: float, high: float, seen: list[str]
) -> int:
    return _fault(text, FLOAT if kind == INT else kind, low, high, seen)


def _open_ends(text: str, kind: str, low: float, high: float, seen: list[str]) -> int:
    found = _fault(text, kind, low, high, seen)
    if found == FINE and kind != CATEGORY and float(text) in (low, high):
        return RANGE
    return found


def _only_upper(text: str, kind: str, low: float, high: float, seen: list[str]) -> int:
    return _fault(text, kind, -np.inf, high, seen)


def _null_is_wrong(
    text: str, kind: str, low: float, high: float, seen: list[str]
) -> int:
    if text:
        return _fault(text, kind, low, high, seen)
    return UNSEEN if kind == CATEGORY else TYPE


def _any_case(text: str, kind: str, low: float, high: float, seen: list[str]) -> int:
    return _fault(text.lower(), kind, low, high, seen)


def _no_null(**inputs: Any) -> Report:
    inputs["most"] = 0 * inputs["most"]
    return _reference(**inputs)


def _less_than_most(**inputs: Any) -> Report:
    def passes(counts: np.ndarray, share: np.ndarray, most: np.ndarray) -> np.ndarray:
        return _passes(counts, share, most) & (share < most)

    return _report(**inputs, passes=passes)


def _nulls_alone(**inputs: Any) -> Report:
    return _report(**inputs, passes=lambda counts, share, most: share <= most)


def _nulls_ignored(**inputs: Any) -> Report:
    def passes(counts: np.ndarray, share: np.ndarray, most: np.ndarray) -> np.ndarray:
        return _passes(counts, 0 * share, most)

    return _report(**inputs, passes=passes)


def _as_listed(**inputs: Any) -> Report:
    counts, passed = _reference(**inputs)
    return counts[:, [NULL, UNSEEN, TYPE, RANGE]], passed


_MISTAKES = (
    Mistake(
        "a whole float is an int",
        "In columns of ints, you read texts such as 3.0 as numbers.",
        "Which function reads a text of a column of ints?",
        compute=partial(_report, fault=_whole_floats),
    ),
    Mistake(
        "counts in the order of the list of rules",
        "Your counts are right, in another order: null comes first, as in the list of "
        "rules.",
        "In which order does the exercise return the four counts?",
        compute=_as_listed,
    ),
    Mistake(
        "the ends are out of range",
        "A value that equals the lowest or highest one counts as out of range.",
        "Do the ends belong to the range, by the exercise?",
        compute=partial(_report, fault=_open_ends),
    ),
    Mistake(
        "only too large is out of range",
        "Values below the lowest one count as fine.",
        "Which of your arguments is unused?",
        compute=partial(_report, fault=_only_upper),
    ),
    Mistake(
        "an empty text is of a wrong type",
        "Empty texts count as numbers that can't be read, or as unseen categories.",
        "Ask for the empty text before you ask anything else.",
        compute=partial(_report, fault=_null_is_wrong),
    ),
    Mistake(
        "capitals don't count",
        "A category in capitals counts as seen.",
        "A model that one-hot encodes RED finds no column for it. When is a category "
        "seen, by the exercise?",
        compute=partial(_report, fault=_any_case),
    ),
    Mistake(
        "no null is allowed",
        "Your counts are right. A column with a single null doesn't pass.",
        "Which of your arguments is unused?",
        compute=_no_null,
    ),
    Mistake(
        "the share itself is too much",
        "Your counts are right. A column with exactly the share of nulls that is "
        "allowed doesn't pass.",
        "Read again how many nulls a column may have.",
        compute=_less_than_most,
    ),
    Mistake(
        "only nulls decide",
        "Your counts are right. A column passes although it breaks other rules.",
        "Which of the four counts must be 0?",
        compute=_nulls_alone,
    ),
    Mistake(
        "nulls don't matter",
        "Your counts are right. A column passes with any number of nulls.",
        "Which of your arguments is unused?",
        compute=_nulls_ignored,
    ),
)

CHECK_ROWS = Exercise(
    id="records.check_rows",
    title="Rows against a schema",
    points=2,
    neutral=True,
    cases=_draw,
    reference=_reference,
    returns=("counts", "passed"),
    mistakes=_MISTAKES,
    truth_values=True,
    hints=(
        "Write a function that says of one text which of the four rules it breaks, if "
        "any. Then count its answers for each column.",
        "number(text, kind) is given, and None where a text can't be read; "
        "text in [...]; enumerate(row) gives columns; np.zeros((columns, 4)).",
        "for each column, for each of its texts:\n"
        "    empty: null\n"
        "    a category: unseen if it is not among those of the column\n"
        "    not readable as the column's type: wrong type\n"
        "    below low or above high: out of range\n"
        "passed = the first three counts are 0, and the share of nulls is allowed",
    ),
)
