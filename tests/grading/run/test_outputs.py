"""What cells show, put into a notebook as a front end does, and bounded."""

import pytest
from nbformat.v4 import new_code_cell

from grader.grading.run.outputs import MESSAGE_COST, Outputs

DONE = ("status", {"execution_state": "idle"})


def printed(text, name="stdout"):
    return "stream", {"name": name, "text": text}


def shown(text, place="", kind="display_data"):
    transient = {"display_id": place} if place else {}
    data = {"text/plain": text}
    return kind, {"data": data, "metadata": {}, "transient": transient}


def updated(text, place):
    return shown(text, place, "update_display_data")


def cleared(wait):
    return "clear_output", {"wait": wait}


def took(outputs, *messages):
    """A cell that shows these."""
    cell = new_code_cell("x")
    outputs.begin(cell)
    for kind, content in messages:
        assert not outputs.take({"msg_type": kind, "content": content})
    assert outputs.take({"msg_type": DONE[0], "content": DONE[1]})
    return cell


def texts(cell):
    return [
        one.text if one.output_type == "stream" else one.data["text/plain"]
        for one in cell.outputs
    ]


@pytest.fixture
def outputs():
    return Outputs(10**5, 3 * 10**5)


def test_outputs_stand_in_the_order_they_came(outputs):
    cell = took(outputs, printed("a"), shown("b"), printed("c", "stderr"))
    assert texts(cell) == ["a", "b", "c"]
    assert [one.output_type for one in cell.outputs] == [
        *("stream", "display_data", "stream")
    ]


def test_the_count_is_the_kernels(outputs):
    assert took(outputs, ("execute_input", {"execution_count": 7})).execution_count == 7


def test_output_is_cleared_at_once_or_by_the_next(outputs):
    assert texts(took(outputs, printed("a"), cleared(False), printed("b"))) == ["b"]
    assert texts(took(outputs, printed("a"), cleared(True))) == ["a"]
    cell = took(outputs, printed("a"), cleared(True), printed("b"), printed("c"))
    assert texts(cell) == ["b", "c"]


def test_an_update_changes_every_display_of_its_id(outputs):
    first = took(outputs, shown("a", "d"), shown("b", "e"))
    second = took(outputs, shown("c", "d"), updated("new", "d"), updated("x", "none"))
    assert texts(first) == ["new", "b"]
    assert texts(second) == ["new"]


def test_what_was_cleared_is_no_longer_updated(outputs):
    first = took(outputs, shown("a", "d"), cleared(False), printed("b"))
    took(outputs, updated("new", "d"))
    assert texts(first) == ["b"]


def test_what_has_taken_a_displays_place_is_not_updated(outputs):
    """A verdict stands there: no later cell writes it."""
    first = took(outputs, shown("a", "d"))
    first.outputs = took(outputs, shown("verdict")).outputs
    took(outputs, updated("forged", "d"))
    assert texts(first) == ["verdict"]


def test_a_cells_output_is_cut_with_a_note(outputs):
    cell = took(outputs, *[printed("x" * 30_000)] * 9)
    kept = texts(cell)
    assert len("".join(kept[:-1])) <= 10**5
    assert kept[-1].count("output cut") == 1
    assert texts(took(outputs, printed("next"))) == ["next"]


def test_a_notebooks_output_is_cut(outputs):
    cells = [took(outputs, printed("x" * 90_000)) for _ in range(5)]
    sizes = [len(one.outputs[0].text) for one in cells[:4]]
    assert sizes[:3] == [90_000] * 3
    assert sizes[3] < 30_000
    assert "output cut" in texts(cells[4])[-1]


def test_many_empty_outputs_are_bounded_as_well(outputs):
    cell = took(outputs, *[printed("")] * 10**4)
    assert len(cell.outputs) <= 10**5 / MESSAGE_COST + 2


def test_updates_of_many_displays_are_bounded(outputs):
    many = [shown("x", "d")] * 100
    cell = took(outputs, *many, *[updated("y" * 1000, "d")] * 50)
    assert sum(len(text) for text in texts(cell)) < 10**5


def test_an_error_that_the_kernel_did_not_show_is_added_once(outputs):
    cell = took(outputs, printed("a"))
    for _ in range(2):
        outputs.add_error("ValueError", "no", ["line"])
    assert [one.get("ename") for one in cell.outputs] == [None, "ValueError"]
