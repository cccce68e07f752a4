"""What differs between the settings of two runs."""

from collections.abc import Callable
from functools import partial

import numpy as np

from grader.judging import Case, Exercise, Mistake

Setting = tuple[str, float]  # its text, and its number or NaN
Equal = Callable[[Setting, Setting], bool]

SAME, DIFFERS, LEFT_ONLY, RIGHT_ONLY = 0, 1, 2, 3
SHARE = 1e-6
NAN = float("nan")
PLACES = ("conv1", "conv2", "data", "dense", "dense_1", "norm1", "norm2", "optimizer")
NAMES = ("alpha", "beta_1", "epsilon", "kept", "momentum", "padding", "rate", "units")


def _draw(rng: np.random.Generator) -> Case:
    number = round(float(rng.uniform(0.001, 0.009)), 3)
    large, unit = int(rng.integers(16, 300)), round(float(rng.uniform(0.1, 0.9)), 2)
    pairs: list[tuple[Setting | None, Setting | None]] = [
        ((str(number), number), (f"{number * 1000:g}e-3", number)),  # two spellings
        ((f"{large}", large), (f"{large}.0", large)),
        (("0", 0.0), ("0.0", 0.0)),
        (_number(unit), _number(unit * (1 + 5e-7))),  # float32's rounding
        (_number(1e-9), _number(1e-8)),  # small, and not equal
        (_number(unit), _number(unit + 0.09)),
        (("relu", NAN), ("relu", NAN)),
        (("relu", NAN), ("ReLU", NAN)),
        (("True", NAN), ("True", NAN)),
        (("True", NAN), ("1.0", 1.0)),
        (_number(0.0), None),
        (("valid", NAN), None),
        (None, _number(unit)),
        (None, ("None", NAN)),
        (None, _number(0.0)),
    ]
    more = rng.integers(1, 100, size=int(rng.integers(0, 4)))
    pairs += [(_number(float(value)),) * 2 for value in more]
    everything = [f"{place}.{name}" for place in PLACES for name in NAMES]
    names = [everything[i] for i in rng.permutation(len(everything))[: len(pairs)]]
    made: Case = {}
    for side, position in (("left", 0), ("right", 1)):
        rows = [
            (name, *one)
            for name, pair in zip(names, pairs, strict=True)
            if (one := pair[position]) is not None
        ]
        rows = [rows[i] for i in rng.permutation(len(rows))]
        made[f"{side}_names"] = [name for name, _, _ in rows]
        made[f"{side}_texts"] = [text for _, text, _ in rows]
        made[f"{side}_numbers"] = np.array([n for _, _, n in rows], np.float32)
    return made


def _number(value: float) -> Setting:
    return f"{value:.9g}", value


def _equal(one: Setting, other: Setting) -> bool:
    (text, a), (other_text, b) = one, other
    if np.isnan(a) or np.isnan(b):
        return text == other_text
    return bool(abs(a - b) <= SHARE * (abs(a) + abs(b)))


def _reference(
    left_names: list[str],
    left_texts: list[str],
    left_numbers: np.ndarray,
    right_names: list[str],
    right_texts: list[str],
    right_numbers: np.ndarray,
) -> np.ndarray:
    """A code for each name of either run, in the order of ``sorted``.

    0 stands for equal, 1 for different, 2 for a name that only the left run has, and
    3 for one that only the right run has.
    """
    left = _rows(left_names, left_texts, left_numbers)
    right = _rows(right_names, right_texts, right_numbers)
    return _codes(left, right)


Run = dict[str, Setting]


def _rows(names: list[str], texts: list[str], numbers: np.ndarray) -> Run:
    pairs = zip(texts, numbers.tolist(), strict=True)
    return dict(zip(names, pairs, strict=True))


def _codes(left: Run, right: Run, equal: Equal = _equal) -> np.ndarray:
    return np.array([_code(n, left, right, equal) for n in sorted({**left, **right})])


def _code(name: str, left: Run, right: Run, equal: Equal) -> int:
    if name not in right:
        return LEFT_ONLY
    if name not in left:
        return RIGHT_ONLY
    return SAME if equal(left[name], right[name]) else DIFFERS


def _judged(
    left_names: list[str],
    left_texts: list[str],
    left_numbers: np.ndarray,
    right_names: list[str],
    right_texts: list[str],
    right_numbers: np.ndarray,
    equal: Equal = _equal,
    codes: Callable[[Run, Run, Equal], np.ndarray] = _codes,
) -> np.ndarray:
    left = _rows(left_names, left_texts, left_numbers)
    right = _rows(right_names, right_texts, right_numbers)
    return codes(left, right, equal)


def _as_texts(one: Setting, other: Setting) -> bool:
    return one[0] == other[0]


def _exactly(one: Setting, other: Setting) -> bool:
    return one[1] == other[1] or one[0] == other[0]


def _absolute(one: Setting, other: Setting) -> bool:
    if np.isnan(one[1]) or np.isnan(other[1]):
        return one[0] == other[0]
    return bool(np.isclose(one[1], other[1]))


def _as_numbers(one: Setting, other: Setting) -> bool:
    return bool(abs(one[1] - other[1]) <= SHARE * (abs(one[1]) + abs(other[1])))


def _any_case(one: Setting, other: Setting) -> bool:
    return _equal((one[0].lower(), one[1]), (other[0].lower(), other[1]))


def _in_both(left: Run, right: Run, equal: Equal) -> np.ndarray:
    names = sorted(left.keys() & right.keys())
    return np.array([_code(n, left, right, equal) for n in names])


def _unsorted(left: Run, right: Run, equal: Equal) -> np.ndarray:
    return np.array([_code(n, left, right, equal) for n in {**left, **right}])


def _swapped(left: Run, right: Run, equal: Equal) -> np.ndarray:
    return _codes(right, left, equal)


def _just_different(left: Run, right: Run, equal: Equal) -> np.ndarray:
    return np.minimum(_codes(left, right, equal), DIFFERS)


_MISTAKES = (
    Mistake(
        "numbers compared as texts",
        'Two spellings of one number, such as "0.001" and "1e-3", count as different.',
        "Which of your arguments are unused?",
        compute=partial(_judged, equal=_as_texts),
    ),
    Mistake(
        "numbers compared exactly",
        "Two numbers that differ by a rounding of float32 count as different.",
        "How far apart may equal numbers be, by the exercise?",
        compute=partial(_judged, equal=_exactly),
    ),
    Mistake(
        "small numbers are equal",
        "1e-9 and 1e-8 count as equal. A tolerance that is not a share of the numbers, "
        "such as np.isclose's atol, is larger than both of them.",
        "What does the exercise multiply by a millionth?",
        compute=partial(_judged, equal=_absolute),
    ),
    Mistake(
        "texts compared as numbers",
        "Settings that are no numbers always count as different: NaN equals nothing.",
        "What decides if one of the two numbers is NaN?",
        compute=partial(_judged, equal=_as_numbers),
    ),
    Mistake(
        "capitals don't count",
        '"relu" and "ReLU" count as equal.',
        "When are two texts equal, by the exercise?",
        compute=partial(_judged, equal=_any_case),
    ),
    Mistake(
        "only what both runs have",
        "You leave out the settings that only one of the runs has. The cause may be "
        "among them.",
        "Which names does the exercise ask for?",
        compute=partial(_judged, codes=_in_both),
    ),
    Mistake(
        "names in the order in which they come",
        "Your codes are in the order in which the runs hold their settings.",
        "In which order does the exercise ask for the names?",
        compute=partial(_judged, codes=_unsorted),
    ),
    Mistake(
        "left and right are exchanged",
        "Your codes 2 and 3 stand for the other run.",
        "Which run has a name whose code is 2?",
        compute=partial(_judged, codes=_swapped),
    ),
    Mistake(
        "a missing setting just differs",
        "Settings that only one run has get the code 1.",
        "Which codes does the exercise give them?",
        compute=partial(_judged, codes=_just_different),
    ),
)

DIFFERENCES = Exercise(
    id="records.differences",
    title="What differs between two runs",
    points=2,
    neutral=True,
    cases=_draw,
    reference=_reference,
    returns=("codes",),
    mistakes=_MISTAKES,
    hints=(
        "First make of each run something in which you can look up a name. Then go "
        "through all names of both, and ask three questions about each.",
        "dict(zip(names, zip(texts, numbers))); sorted(set(a) | set(b)); np.isnan; "
        "abs.",
        "left, right = name -> (text, number), for each run\n"
        "for each name of either, sorted:\n"
        "    not in the right run: 2; not in the left run: 3\n"
        "    both are numbers: compare them by the rule of the exercise\n"
        "    else compare the texts: 0 if equal, 1 if not",
    ),
)
