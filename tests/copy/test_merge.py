"""An update's merge: what a learner wrote is never lost, whatever both sides did."""

import hashlib
from copy import deepcopy

import nbformat
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)

from grader.copy.merge import merge

LEARNERS, COURSES = "mine", "course"


def course_cell(text, kind="code", grade_id=None):
    """A cell as the build makes it: its id comes from its text."""
    make = new_code_cell if kind == "code" else new_markdown_cell
    cell = make(text, id=hashlib.sha256(text.encode()).hexdigest()[:10])
    if grade_id:
        cell.metadata["nbgrader"] = {"grade_id": grade_id, "solution": True}
    return cell


def notebook(*cells):
    made = new_notebook(metadata={})
    made.cells = [deepcopy(cell) for cell in cells]  # repaired nowhere
    return made


def texts(merged):
    return [cell.source for cell in merged.notebook.cells]


A, B, C = course_cell("a = 1"), course_cell("b = 2"), course_cell("# c", "markdown")
STUB = course_cell("def f(): raise", grade_id="l-f-torch-solution")


def edited(cell, text):
    changed = deepcopy(cell)
    changed.source = text
    return changed


def test_what_both_left_alone_stays_as_it_is():
    merged = merge(notebook(A, B), notebook(A, B), notebook(A, B))
    assert merged.notebook == notebook(A, B)
    assert not merged.added + merged.updated + merged.removed + merged.conflicts


def test_cells_above_one_that_was_run_have_been_run():
    base, mine, new = (notebook(A, B, course_cell("d = 4")) for _ in range(3))
    for number, cell in enumerate(base.cells, start=1):
        cell.outputs = [new_output("stream", text=f"{number}")]
        cell.execution_count = number
    mine.cells = deepcopy(base.cells)
    mine.cells[1].execution_count = 7
    cells = merge(base, mine, new).notebook.cells
    assert [cell.execution_count for cell in cells] == [1, 7, None]
    assert [len(cell.outputs) for cell in cells] == [1, 1, 0]
    own = notebook(*base.cells[:2], edited(A, "own"), base.cells[2])
    assert all(not cell.outputs for cell in merge(base, own, new).notebook.cells)


def test_new_cells_arrive_and_changed_ones_are_updated_and_old_ones_go():
    new = notebook(edited(STUB, "def f(x): raise"), course_cell("n = 0"), B)
    merged = merge(notebook(STUB, A, B, C), notebook(STUB, A, B, C), new)
    assert merged.notebook == new
    assert (merged.updated, merged.removed) == (("l-f-torch", "n = 0"), ("c",))


def test_a_learners_answer_stays_when_the_rest_changes():
    mine = notebook(A, edited(STUB, "def f(): return 1"))
    new = notebook(C, STUB, B)
    merged = merge(notebook(A, STUB), mine, new)
    assert texts(merged) == ["# c", "def f(): return 1", "b = 2"]
    assert merged.conflicts == ()


def test_a_conflict_keeps_the_learners_cell_and_shows_the_courses():
    mine = notebook(edited(STUB, "def f(): return 1"), B)
    new = notebook(edited(STUB, 'def f(x):\n    """```"""\n    raise'), B)
    merged = merge(notebook(STUB, B), mine, new)
    answer, note, rest = merged.notebook.cells
    assert (answer.source, rest.source) == ("def f(): return 1", "b = 2")
    assert answer.metadata == new.cells[0].metadata
    assert note.cell_type == "markdown"
    assert '````python\ndef f(x):\n    """```"""\n    raise\n````' in note.source
    assert merged.conflicts == ("l-f-torch",)
    again = merge(new, merged.notebook, new)
    assert again.notebook == merged.notebook
    # Stopped between the notebook and the record of what was released:
    assert merge(notebook(STUB, B), merged.notebook, new).notebook == merged.notebook


def test_a_changed_text_is_shown_as_a_quotation():
    new = notebook(course_cell("# c\n\nnewer", "markdown"))
    merged = merge(notebook(C), notebook(edited(C, "my notes")), new)
    assert texts(merged)[0] == "my notes"
    assert texts(merged)[1].endswith("> # c\n> \n> newer")


def test_the_same_change_on_both_sides_is_no_conflict():
    changed = edited(STUB, "def f(): return 1")
    merged = merge(notebook(STUB), notebook(changed), notebook(changed))
    assert (merged.notebook, merged.conflicts) == (notebook(changed), ())


def test_a_changed_cell_that_left_the_course_becomes_the_learners_own():
    merged = merge(
        notebook(A, STUB), notebook(A, edited(STUB, "return 1")), notebook(A)
    )
    assert texts(merged) == ["a = 1", "return 1"]
    assert merged.kept == ("l-f-torch",)
    assert "nbgrader" not in merged.notebook.cells[1].metadata


def test_a_deleted_cell_stays_away_until_the_course_changes_it():
    assert texts(merge(notebook(A, B), notebook(B), notebook(A, B, C))) == [
        "b = 2",
        "# c",
    ]
    newer = course_cell("a = 10")
    assert texts(merge(notebook(A, B), notebook(B), notebook(newer, B))) == [
        "a = 10",
        "b = 2",
    ]


def test_having_run_a_cell_is_no_change_and_its_output_stays():
    run = deepcopy(A)
    run.execution_count, run.outputs = 3, [new_output("stream", text="1")]
    merged = merge(notebook(A, B), notebook(run, B), notebook(A, C))
    assert merged.notebook.cells[0] == run
    newer = course_cell("a = 10")
    merged = merge(notebook(A, B), notebook(run, B), notebook(newer, B))
    assert merged.notebook == notebook(newer, B)


def test_own_cells_stay_behind_what_they_followed():
    first, own = new_markdown_cell("top"), new_code_cell("mine")
    mine = notebook(first, A, own, B)
    merged = merge(notebook(A, B), mine, notebook(C, B, A))
    assert texts(merged) == ["top", "# c", "b = 2", "a = 1", "mine"]


def test_a_copy_of_an_exercise_is_the_learners_own():
    mine = notebook(STUB, A, edited(STUB, "def f(): return 1"))
    new = notebook(A, STUB)
    once = merge(notebook(STUB, A), mine, new).notebook
    assert [cell.source for cell in once.cells] == [
        "a = 1",
        mine.cells[2].source,
        STUB.source,
    ]
    assert "nbgrader" not in once.cells[1].metadata
    assert merge(new, once, new).notebook == once


def test_what_the_learner_chose_for_the_notebook_stays():
    base, mine, new = notebook(A), notebook(A), notebook(A, B)
    base.metadata = {"kernelspec": {"name": "python3"}, "tandem": {"source": "1"}}
    mine.metadata = {"kernelspec": {"name": "tandem"}, "tandem": {"source": "1"}}
    new.metadata = {"kernelspec": {"name": "python3"}, "tandem_source_hash": "2"}
    mine.cells[0].metadata["collapsed"] = True
    merged = merge(base, mine, new).notebook
    assert merged.metadata.kernelspec.name == "tandem"
    # A key that the course wrote goes with the release that had it.
    assert merged.metadata.keys() == {"kernelspec", "tandem_source_hash"}
    assert merged.metadata.tandem_source_hash == "2"
    assert merged.cells[0].metadata == {"collapsed": True}


def test_cells_without_ids_are_found_by_what_they_hold():
    mine = notebook(A, edited(STUB, "def f(): return 1"), B)
    for cell in mine.cells:
        del cell["id"]
    newer = course_cell("b = 20")
    merged = merge(notebook(A, STUB, B), mine, notebook(A, STUB, newer))
    assert texts(merged) == ["a = 1", "def f(): return 1", "b = 20"]


@st.composite
def course_notebooks(draw):
    """What was released, and a later release of it."""
    numbers = draw(st.lists(st.integers(0, 15), min_size=1, max_size=8, unique=True))
    kinds = {n: draw(st.sampled_from(["code", "markdown", "stub"])) for n in range(16)}

    def cell(number, version):
        text = f"{COURSES} {number}.{version}"
        if kinds[number] == "stub":
            return course_cell(text, grade_id=f"l-{number}-solution")
        return course_cell(text, kinds[number])

    later = draw(st.lists(st.integers(0, 15), max_size=8, unique=True))
    later = draw(st.sampled_from([later, numbers, [*numbers, *later]]))
    later = list(dict.fromkeys(later))
    return (
        notebook(*(cell(n, 0) for n in numbers)),
        notebook(*(cell(n, draw(st.integers(0, 1))) for n in later)),
    )


@st.composite
def histories(draw):
    """Released, the learner's, and the new release."""
    base, new = draw(course_notebooks())
    cells = deepcopy(base.cells)
    for number in range(draw(st.integers(0, 6))):
        what = draw(
            st.sampled_from(["edit", "delete", "insert", "move", "run", "copy"])
        )
        at = draw(st.integers(0, max(len(cells) - 1, 0)))
        if what == "insert" or not cells:
            make = draw(st.sampled_from([new_code_cell, new_markdown_cell]))
            cells.insert(at, make(f"{LEARNERS} {number}", id=f"own{number}"))
        elif what == "edit":
            cells[at].source = f"{LEARNERS} {number}"
        elif what == "delete":
            del cells[at]
        elif what == "move":
            cells.insert(draw(st.integers(0, len(cells) - 1)), cells.pop(at))
        elif what == "copy":  # as a tool that does not know of ids would
            cells.insert(at, deepcopy(cells[at]))
        elif cells[at].cell_type == "code":
            cells[at].execution_count = number + 1
            cells[at].outputs = [new_output("stream", text=f"out {number}")]
    return base, notebook(*cells), new


@given(histories())
def test_no_cell_that_a_learner_wrote_is_ever_lost(history):
    base, mine, new = history
    before = [deepcopy(part) for part in history]
    merged = merge(base, mine, new)
    written = [c.source for c in mine.cells if c.source.startswith(LEARNERS)]
    assert sorted(s for s in texts(merged) if s.startswith(LEARNERS)) == sorted(written)
    assert list(history) == before
    nbformat.validate(merged.notebook)
    ids = [cell.id for cell in merged.notebook.cells]
    assert len(set(ids)) == len(ids)


@given(histories())
def test_all_of_the_new_release_is_there_or_was_deleted(history):
    base, mine, new = history
    merged = merge(base, mine, new)
    whole = "\n".join(texts(merged)).replace("> ", "")
    left = {c.source for c in base.cells} & {c.source for c in new.cells}
    kept = {c.id for c in merged.notebook.cells}
    for cell in new.cells:
        if cell.source not in left:
            assert cell.source in whole
        elif any(cell.source == c.source for c in mine.cells):
            assert cell.id in kept


@given(histories())
def test_updating_twice_is_updating_once(history):
    base, mine, new = history
    once = merge(base, mine, new).notebook
    again = merge(new, once, new)
    assert again.notebook == once
    assert not again.added + again.updated + again.removed + again.conflicts


@given(histories())
def test_an_update_that_was_interrupted_loses_nothing_when_repeated(history):
    base, mine, new = history
    repeated = merge(base, merge(base, mine, new).notebook, new)
    written = [c.source for c in mine.cells if c.source.startswith(LEARNERS)]
    assert sorted(s for s in texts(repeated) if s.startswith(LEARNERS)) == sorted(
        written
    )


@given(course_notebooks())
def test_an_untouched_notebook_becomes_the_new_release(releases):
    base, new = releases
    assert merge(base, base, new).notebook == new
