"""A learner's edits are made in a lesson as its text asks, and what fails is told."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from grader.authoring.running.edits import Edited
from grader.authoring.running.walk import Ended

PICTURE = new_output("display_data", data={"image/png": ""})


class Kernel:
    """Runs cells in this process, where ``draw()`` draws and ``die()`` ends it."""

    def __init__(self, cells: list) -> None:
        self.cells, self.ran, self.names = cells, [], {"die": self.die}

    def run(self, number: int) -> str:
        cell = self.cells[number - 1]
        self.ran.append(number)
        cell.outputs = []
        self.names["draw"] = lambda: cell.outputs.append(PICTURE)
        try:
            exec(cell.source, self.names)
        except Ended:
            raise
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return ""

    def die(self) -> None:
        raise Ended("the kernel died")


def code(source: str, *tags: str, drawn: bool = False, **header: str) -> dict:
    outputs = [PICTURE] if drawn else []
    metadata = {"tags": list(tags), **header}
    return new_code_cell(source, metadata=metadata, outputs=outputs)


def ask(edits: str, heading: str = "## 1. Spread") -> dict:
    return new_markdown_cell(f"{heading}\n\n**You try:** do. <!-- try: {edits} -->")


def tried(*cells: dict, track: str = "both") -> tuple[list[str], list[int], dict]:
    """The problems, the numbers of the cells that ran, and the names at the end."""
    kernel = Kernel(list(cells))
    found = list(Edited(new_notebook(cells=kernel.cells), track).problems(kernel))
    return found, kernel.ran, kernel.names


def test_an_edited_cell_runs_again_with_those_after_it_and_stays():
    found, ran, names = tried(
        code("x = 0"),
        code("x += 1", name="a"),
        code("y = x"),
        ask("a `x += 1` with `x += 5`"),
        code("z = y"),
    )
    assert found == []
    assert ran == [1, 2, 3, 2, 3, 5]
    assert names["z"] == 6


def test_a_line_is_added_at_the_end():
    found, _, names = tried(code("x = 1", name="a"), ask("a + `x = 2`"))
    assert (found, names["x"]) == ([], 2)


def test_several_edits_are_made_at_once():
    found, ran, names = tried(
        code("x, y = 1, 1", name="a"),
        code("z = x", name="b"),
        ask("a `x,` with `w, x,`; b `x` with `w`; a `= 1` with `= 3, 1`"),
    )
    assert (found, ran) == ([], [1, 2, 1, 2])
    assert names["z"] == 3


def test_a_cell_below_runs_as_it_is_and_then_edited():
    found, ran, names = tried(
        ask("a `1` with `2`"),
        code("seen = []"),
        code("seen.append(1)", name="a"),
        code("end = seen"),
    )
    assert (found, ran) == ([], [2, 3, 3, 4])
    assert names["end"] == [1, 2]


def test_each_half_that_has_the_text_is_edited():
    halves = [code(f"{name} = 1", name, pair="a") for name in ("torch", "tensorflow")]
    found, _, names = tried(*halves, ask("a `= 1` with `= 2`"))
    assert (found, names["torch"], names["tensorflow"]) == ([], 2, 2)


@pytest.mark.parametrize(("track", "ran"), [("torch", [1, 1]), ("tensorflow", [2])])
def test_what_only_the_other_framework_has_is_left_to_its_track(track, ran):
    halves = [code(f"{name} = 1", name, pair="a") for name in ("torch", "tensorflow")]
    found, here, _ = tried(*halves, ask("a `torch` with `torch_`"), track=track)
    assert (found, here) == ([], ran)


@pytest.mark.parametrize(
    "edit", ["a `z` with `y`", "b `x` with `y`", "b + `x`", "a `x` with `y`"]
)
def test_an_edit_without_a_place_fails(edit):
    (found,), ran, _ = tried(code("x = 1\nx = x", name="a"), ask(edit))
    wanted = "no cell of that name has this text just once"
    assert found == f"1. Spread, {edit}: {wanted}"
    assert ran == [1]


def test_what_raises_is_told_and_taken_back():
    found, _, names = tried(
        code("x = 1", name="a"),
        code("y = 1 / x"),
        ask("a `1` with `0`"),
        code("z = 1 / x"),
    )
    assert found == [
        "1. Spread, a `1` with `0`: cell 2 (y = 1 / x) raises "
        "ZeroDivisionError: division by zero"
    ]
    assert names["z"] == 1


def test_what_raises_later_is_told_with_the_edit_before_it():
    found, ran, _ = tried(
        code("x = 1", name="a"),
        ask("a `1` with `0`"),
        ask("nothing", "## 2. Later"),
        code("1 / x", name="b"),
        code("y = x"),
    )
    assert found == [
        "after 1. Spread, a `1` with `0`: cell 4 (b) raises "
        "ZeroDivisionError: division by zero"
    ]
    assert ran[-1] == 4


def test_a_lesson_that_fails_by_itself_is_not_edited():
    found, ran, _ = tried(code("1 / 0", name="a"), ask("a `1` with `0`"))
    assert found == [
        "before any edit: cell 1 (a) raises ZeroDivisionError: division by zero"
    ]
    assert ran == [1]


def test_what_is_said_to_raise_has_to():
    cells = [code("x = 1", name="a"), code("1 / x", name="b")]
    assert tried(*cells, ask("a `1` with `0` raises"))[0] == []
    cells = [code("x = 1", name="a"), code("1 / x", name="b")]
    (found,) = tried(*cells, ask("a `1` with `2` raises"))[0]
    assert found.endswith("nothing raises, though the text says so")


@pytest.mark.parametrize("track", ["both", "torch", "tensorflow"])
def test_one_half_may_be_the_one_that_raises(track):
    halves = [
        code("x = 1; x", "torch", pair="a"),
        code("x = 1; 1 / x", "tensorflow", pair="a"),
    ]
    edit = "a `x = 1` with `x = 0` raises"
    assert tried(*halves, ask(edit), track=track)[0] == []


def test_a_picture_that_an_edit_takes_away_is_missed():
    cell = code("if n == 1:\n    draw()", drawn=True, name="a")
    found, *_ = tried(code("n = 1", name="n"), cell, ask("n `1` with `2`"))
    assert found == ["1. Spread, n `1` with `2`: cell 2 (a) draws nothing"]


def test_a_cell_that_asserts_before_it_draws_is_told_though_it_passes():
    cells = [
        code("from grader.pictures import plots", name="setup"),
        code("def f():\n    assert True\n    plots.curves()", name="a"),
    ]
    (found,) = tried(*cells, ask("a `True` with `1`"))[0]
    assert found.endswith("cell 2 (a) asserts before it draws")


def test_a_kernel_that_dies_ends_it():
    cells = [code("x = 1", name="a"), ask("a `x = 1` with `die()`"), code("x")]
    found, ran, _ = tried(*cells)
    said = "after 1. Spread, a `x = 1` with `die()`: cell 1 (a): the kernel died"
    assert found == [said]
    assert ran == [1, 1]
