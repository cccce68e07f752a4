"""Notebooks that break the format's rules, as tools write them, are put right."""

import copy
import json

import nbformat
import pytest

from grader.grading.intake.notebook_file import grade_ids, parse
from grader.grading.intake.notebook_format import Unreadable
from tests.classes import toy_course as toy

WHOLE = toy.submission(**toy.RIGHT)
IDS = grade_ids(WHOLE)


def cell(**values):
    return lambda data: data["cells"][2].update(values)


def markdown(**values):
    return lambda data: data["cells"][0].update(values)


def metadata(**values):
    return lambda data: data["cells"][2]["metadata"].update(values)


def whole(**values):
    return lambda data: data.update(values)


def about(**values):
    return lambda data: data["metadata"].update(values)


def without(key, *of):
    def edit(data):
        for one in of or range(len(data["cells"])):
            data["cells"][one].pop(key, None)

    return edit


def deep(data):
    inner = data["cells"][2]["metadata"]
    for _ in range(300):
        inner["deeper"] = inner = {}


# What was done to the notebook, and what the note says of it; "" for no note.
CASES = {
    "ids before the format had them": (whole(nbformat_minor=2), "the format's number"),
    "no minor number": (lambda data: data.pop("nbformat_minor"), "the format's number"),
    "a minor number of the future": (whole(nbformat_minor=99), ""),
    "no major number": (lambda data: data.pop("nbformat"), ""),
    "no ids": (without("id"), ""),
    "ids too long": (cell(id="x" * 80), "cell ids"),
    "ids with spaces": (cell(id="a b"), "cell ids"),
    "ids that are numbers": (cell(id=7), "cell ids"),
    "ids that two cells have": (cell(id="imports"), "cell ids"),
    "outputs of Markdown": (markdown(outputs=[], execution_count=None), "extra keys"),
    "collapsed": (cell(collapsed=True), "extra keys"),
    "prompt_number": (cell(prompt_number=3), "extra keys"),
    "keys beside the cells": (whole(worksheets=[]), "extra keys"),
    "code without outputs": (without("outputs", 2, 3), ""),
    "code without count": (without("execution_count", 2, 3), ""),
    "a count of text": (cell(execution_count="7"), "execution counts"),
    "a count below 0": (cell(execution_count=-1), "execution counts"),
    "a kernel without a name to show": (about(kernelspec={"name": "p"}), "metadata"),
    "a kernel without a name": (about(kernelspec={"display_name": "P"}), "metadata"),
    "a language without a name": (about(language_info={"version": "3"}), "metadata"),
    "no metadata of a cell": (without("metadata", 4), ""),
    "metadata that are text": (cell(metadata="x"), "metadata"),
    "tags with commas": (metadata(tags=["a,b", "torch"]), "metadata"),
    "tags twice": (metadata(tags=["torch", "torch"]), "metadata"),
    "tags that are text": (metadata(tags="torch"), "metadata"),
    "an empty name": (metadata(name=""), "metadata"),
    "collapsed as text": (metadata(collapsed="yes"), "metadata"),
    "scrolled as number": (metadata(scrolled=1), "metadata"),
    "times that are numbers": (
        metadata(execution={"iopub.status.busy": 3}),
        "metadata",
    ),
    "metadata too deep": (deep, "metadata"),
    "half a character in a text": (cell(source="# \ud83d\nx = 1"), "broken characters"),
    "half a character in metadata": (metadata(x={"\udc00": "\ud83d"}), "broken"),
    "attachments that are none": (markdown(attachments=None), "attachments"),
    "attachments of code": (cell(attachments={}), "extra keys"),
    "a text that is null": (markdown(source=None), ""),
    "not a number": (about(x=float("nan")), ""),
    "a cell type of the future": (markdown(cell_type="sql"), "cell types"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_grading_ignores_is_put_right_with_a_note(name):
    edit, told = CASES[name]
    data = copy.deepcopy(json.loads(json.dumps(WHOLE)))
    edit(data)
    content = parse(json.dumps(data).encode())
    notes = [f"its format was put right: {told}"] if told else []
    assert [note[: len(notes[0])] for note in content.notes] == notes
    written = nbformat.writes(content.notebook)
    json.loads(written.encode(), parse_constant=pytest.fail)
    read = nbformat.reads(written, as_version=4)
    nbformat.validate(read)
    assert len(read.cells) == len(WHOLE.cells)
    assert len({cell.id for cell in read.cells}) == len(WHOLE.cells)
    for position in (3, 5):
        assert read.cells[position].source == WHOLE.cells[position].source
    lost = {"metadata that are text": 1, "no metadata of a cell": 1}
    assert len(grade_ids(read)) == len(IDS) - lost.get(name, 0)


@pytest.mark.parametrize("name", CASES)
def test_what_was_put_right_is_not_put_right_again(name):
    data = json.loads(json.dumps(WHOLE))
    CASES[name][0](data)
    once = parse(json.dumps(data).encode()).notebook
    again = parse(nbformat.writes(once).encode())
    assert (again.notes, again.notebook) == ([], once)


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (lambda data: data.pop("cells"), "it has no list of cells"),
        (whole(cells={"0": 1}), "it has no list of cells"),
        (lambda data: data["cells"].insert(1, "x"), "cell 2 is no cell"),
        (without("source", 2), "cell 3 has no text"),
        (cell(source={"a": 1}), "cell 3 has no text"),
        (cell(source=["a", 1]), "cell 3 has no text"),
    ],
)
def test_what_cannot_be_walked_is_refused_with_what_to_do(edit, reason):
    data = json.loads(json.dumps(WHOLE))
    edit(data)
    with pytest.raises(Unreadable, match=reason) as caught:
        parse(json.dumps(data).encode())
    assert "open it in Jupyter, save it and hand it in again" in str(caught.value)


@pytest.mark.parametrize("line", [0, 3])
def test_gits_conflict_marks_are_named(line):
    lines = nbformat.writes(WHOLE).splitlines()
    lines[line:line] = ["<<<<<<< HEAD", "=======", ">>>>>>> theirs"]
    with pytest.raises(Unreadable, match=f"Git's conflict marks .* in line {line + 1}"):
        parse("\n".join(lines).encode())


def test_the_same_signs_in_a_text_are_no_conflict():
    notebook = toy.submission(double="<<<<<<< HEAD\nx = 1")
    assert parse(nbformat.writes(notebook).encode()).notes == []
