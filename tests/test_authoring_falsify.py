"""Assertions that cannot fail are found, and those that can are left in peace."""

from pathlib import Path

import pytest

from grader.authoring import falsify, sources
from grader.authoring.execute import Failed
from grader.authoring.sources import Source

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


def lesson(root: Path, cells: list[str], header: str = "# %%") -> Source:
    source = Source(root, "lessons", "01_one")
    source.path.parent.mkdir(parents=True)
    source.notebook.parent.mkdir()
    texts = [SETUP, *(f"{header}\n{cell}\n" for cell in cells)]
    source.path.write_text("\n".join(texts), encoding="utf-8")
    return source


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict[str, list[str]]:
    """What is found in each cell, by its text; all of them run once."""
    once = "assert len(calls) == 2"
    cells = [*SOUND, *(cell for cell, _ in UNSOUND), once]
    source = lesson(tmp_path_factory.mktemp("lesson"), cells)
    faults = falsify.faults(source, sources.read(source))
    said = {cell: [] for cell in cells}
    for (number, _, _), each in faults.items():
        said[cells[number - 2]] += each
    assert said.pop(once) == []
    return said


@pytest.mark.parametrize("cell", SOUND)
def test_what_can_fail_is_sound(found, cell):
    assert found[cell] == []


@pytest.mark.parametrize(("cell", "said"), UNSOUND)
def test_what_cannot_fail_is_found(found, cell, said):
    assert any(said in each for each in found[cell]), found[cell]


def test_a_cell_that_is_meant_to_raise_raises(tmp_path):
    header = '# %% tags=["raises-exception"]'
    source = lesson(tmp_path, ["x / 0", "x / 1", "for = 1"], header)
    faults = falsify.faults(source, sources.read(source))
    assert faults == {
        (2, 1, 0): [],
        (3, 1, 0): ["`x / 1  # raises` raises nothing"],
        (4, 0, 0): [],
    }


def test_a_cell_that_raises_unasked_is_named(tmp_path):
    source = lesson(tmp_path, ["assert x == 3"])
    with pytest.raises(Failed, match="cell 2: raised AssertionError"):
        falsify.faults(source, sources.read(source))


def test_those_that_sentences_name_are_told_with_their_cell(tmp_path):
    text = "# %% [markdown]\n# `x` is 2. <!-- shown: two `in (2` --> So is it.\n"
    cells = ["assert x in (2, 3)\nassert x in (1, 2)", f"1\n\n{text}"]
    source = lesson(tmp_path, cells, '# %% name="two"')
    source.path.write_text(
        source.path.read_text().replace('"two"\n1', '"one"\n1'), encoding="utf-8"
    )
    notebook = sources.read(source)
    (problem,) = falsify.problems(source, notebook)
    assert str(problem) == (
        "sources/lessons/01_one.py, cell 2: `x in (2, 3)` allows for more than one "
        "answer. Assert what can fail."
    )
