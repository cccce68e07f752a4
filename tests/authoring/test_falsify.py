"""Assertions that cannot fail are found, and those that can are left in peace."""

import jupytext
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output

from grader.authoring.running.falsify import Watched
from grader.authoring.running.walk import Ended

SETUP = """\
# %%
import math
import numpy as np
from grader import agree

def refused(call):
    error = None
    try:
        call()
    except ZeroDivisionError as raised:
        error = raised
    assert error, "it was not refused"

def each_near(values, far):
    for value in values:
        assert abs(value) < far or far is None

def flaky(x):
    return x

x, xs, none = 2, [1, 2, 3], []
a = np.array([1.0, -2.0, math.nan])
b, empty, calls = a.copy(), np.zeros((0, 3)), []

def counted(value):
    calls.append(value)
    return value
"""
SOUND = [
    "assert x == 2",
    "assert not x != 2 and x",
    "assert 1 < x <= 2",
    "assert x is not None",
    "assert (none or x) == 2",
    "assert x in xs",
    "assert x not in [4]",
    "assert 'b' not in str(x) and '2' in str(x)",
    "assert none == []",
    "assert not [v for v in xs if v > 3]",
    "assert all(v > 0 for v in xs)",
    "assert any(v == 2 for v in xs)",
    "assert (a == b)[:2].all()",
    "assert (a[:2] == b[:2]).all()",
    "assert np.allclose(a, b, equal_nan=True)",
    "assert np.isfinite(a[:2]).all()",
    "assert a[1] != a[1] + 1",
    "assert a[2] != a[2]",
    "assert counted(3) == counted(3)",
    "assert math.fsum(xs) == 6.0",
    "agree(a, b)",
    "agree(a[:1], [1.0], a[:1] / 1)",
    "agree(True, x == 2)",
    "agree(x - 2, 0)",
    "agree([0, x], [0, 2])",
    "assert abs(x) >= 1 and len(xs) > 0",
    "for v in xs:\n    assert v in xs",
    "for v in xs:\n    assert v > 1 or v == 1",
    "for v in xs:\n    assert v > 1 if v != 1 else v == 1",
    "if x == 2:\n    agree(x, 2.0)",
    "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    assert 'zero' in str(e)",
    "refused(lambda: 1 / 0)",
    "y = refused(lambda: 1 / 0)",
    "np.testing.assert_array_equal(xs, [1, 2, 3])",
    "assert (last := x) == 2",
    "assert {\n    'a': 1,\n    'b': x,\n} == dict(a=1, b=2)",
    "class Two:\n    assert x == 2",
]
UNSOUND = [
    ("if x == 3:\n    assert x == 2", "`assert x == 2` is never run"),
    ("for v in none:\n    agree(v, 1)", "`agree(v, 1)` is never run"),
    ("assert x in (0, 2)", "`x in (0, 2)` allows for more than one answer"),
    ("assert not none or x == 2", "`x == 2` decides nothing"),
    ("assert x == 3 or x == 2", "`x == 3` decides nothing"),
    ("assert not (x == 3 and x == 2)", "`x == 2` decides nothing"),
    ("assert x == 2 if xs else x == 3", "`x == 3` is never evaluated"),
    ("assert (x or none) == 2", "`none` is never evaluated"),
    ("assert all([])", "`all([])` looks at nothing"),
    ("assert all(v > 0 for v in none)", "looks at nothing"),
    ("assert all(v > 0 for v in xs if v > 9)", "looks at nothing"),
    ("assert not any(none)", "`any(none)` looks at nothing"),
    ("assert not [v for v in none if v > 3]", "`none` is empty"),
    ("assert (empty == empty[:]).all()", "looks at nothing"),
    ("assert np.all(empty == 0)", "looks at nothing"),
    ("assert none == list(none)", "compares nothing with nothing"),
    ("agree(empty, empty[:])", "compares nothing with nothing"),
    ("assert np.array_equal(empty, empty[:])", "compares nothing with nothing"),
    ("assert True", "`True` has the same truth always"),
    ("assert 'it is so'", "has the same truth always"),
    ("assert (x == 3, 'wrong')", "`(x == 3, 'wrong')` has the same truth always"),
    ("assert 1 + 1 == 2", "`1 + 1 == 2` compares constants"),
    ("agree(1, 1.0)", "`agree(1, 1.0)` compares constants"),
    ("assert x == x", "`x == x` compares a value with itself"),
    ("assert x and x == x", "`x == x` compares a value with itself"),
    ("agree(xs[1], x, x)", "compares a value with itself"),
    ("agree(a, a)", "`agree(a, a)` compares a value with itself"),
    ("assert abs(x) >= 0 and len(xs) >= 0.0", "`len(xs) >= 0.0` holds for whatever"),
    ("agree(x / 1e9, 2e-9)", "holds as well for other values"),
    ("agree(a, b, tolerance=9)", "holds as well for other values"),
    ("assert np.allclose(a, b, atol=99, equal_nan=True)", "holds as well for other"),
    ("assert flaky", "`flaky` is a function, which is always true"),
    ("each_near(none, 3)", "`each_near(none, 3)` comes to no assertion"),
    (
        "each_near(xs, 9)",
        "`each_near(xs, 9)` comes to `assert abs(value) < far or far is None`: "
        "`far is None` decides nothing",
    ),
]


class Kernel:
    """Runs a notebook's cells in this process."""

    def __init__(self, notebook: NotebookNode) -> None:
        self.notebook, self.names = notebook, {}

    def prepare(self, source: str) -> None:
        exec(source, self.names)

    def run(self, number: int) -> str:
        cell = self.notebook.cells[number - 1]
        try:
            if number == len(self.notebook.cells):
                seen = eval(cell.source, self.names)._repr_json_()
                data = {"application/json": seen}
                cell.outputs = [new_output("execute_result", data=data)]
            else:
                exec(cell.source, self.names)
        except Exception as error:
            if "raises-exception" not in cell.metadata.get("tags", ()):
                return f"{type(error).__name__}: {error}"
            cell.outputs = [new_output("error", ename="", evalue="")]
        return ""


def watched(*cells: str, header: str = "# %%", track: str = "both") -> Watched:
    texts = [SETUP, *(f"{header}\n{cell}\n" for cell in cells)]
    return Watched(jupytext.reads("\n".join(texts), fmt="py:percent"), track)


def faults(*cells: str, header: str = "# %%") -> dict[str, list[str]]:
    """What is found in each cell, by its text; all of them run once."""
    lesson = watched(*cells, header=header)
    said = {cell: [] for cell in cells}
    for (number, _, _), each in lesson.faults(Kernel(lesson.notebook)).items():
        said[cells[number - 2]] += each
    return said


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    once = "assert len(calls) == 2"
    said = faults(*SOUND, *(cell for cell, _ in UNSOUND), once)
    assert said.pop(once) == []
    return said


@pytest.mark.parametrize("cell", SOUND)
def test_what_can_fail_is_sound(found, cell):
    assert found[cell] == []


@pytest.mark.parametrize(("cell", "said"), UNSOUND)
def test_what_cannot_fail_is_found(found, cell, said):
    assert any(said in each for each in found[cell]), found[cell]


def test_the_rest_of_a_cell_stays_as_it_is():
    text = "σ = 'é'; assert (σ ==\n  'é')  # so\nassert all(\n  [x]), 'no'\ny = 1 # end"
    changed = watched(text).notebook.cells[1].source.split("\n")
    assert changed[0].startswith("σ = 'é'; assert (")
    assert changed[1].endswith("))  # so")
    assert changed[3].endswith("), 'no'")
    assert changed[4] == "y = 1 # end"
    assert faults(text) == {text: []}


def test_a_cell_that_is_meant_to_raise_raises():
    said = faults("x / 0", "x / 1", "for = 1", header='# %% tags=["raises-exception"]')
    assert said == {
        "x / 0": [],
        "x / 1": ["`x / 1  # raises` raises nothing"],
        "for = 1": [],
    }


def test_a_cell_that_raises_unasked_is_named():
    lesson = watched("assert x == 3")
    with pytest.raises(Ended, match=r"cell 2 \(assert x == 3\) raises AssertionError"):
        lesson.faults(Kernel(lesson.notebook))


NAMED = """\
assert x in (2, 3)
assert x in (1, 2)

# %% tags=["torch"] pair="half"
assert xs == []

# %% tags=["tensorflow"] pair="half"
if not x:
    assert xs == [1, 2, 3]

# %% [markdown]
# `x` is 2. <!-- shown: two `in (2` --> So is `y`. <!-- shown: half -->
"""


def test_those_that_sentences_name_are_told_with_their_cell():
    lesson = watched(NAMED, header='# %% name="two"', track="tensorflow")
    assert list(lesson.problems(Kernel(lesson.notebook))) == [
        "cell 2 (two): `x in (2, 3)` allows for more than one answer",
        "cell 4 (half): `assert xs == [1, 2, 3]` is never run: a condition is false, "
        "or a loop has no turn",
    ]
