"""The record of a run: what is written reads back, what is not ours is not there."""

import json

import pytest
from nbformat import from_dict, reads, writes
from nbformat.v4 import new_code_cell, new_notebook

from grader.common.status import Status
from grader.grading.record import (
    CellRecord,
    DecidedBy,
    Measure,
    Run,
    RunRecord,
    cell_records,
    record_verdict,
)
from grader.judging.verdict import Diagnosis, Difference, Verdict

RUN = Run(
    seed=7,
    versions={"torch": "2.13.0"},
    device="cpu",
    isolation="namespaces",
    bounded_by="cgroup",
    limits={"cell": None, "notebook": 900},
    seconds=4.5,
    missing=("pandas",),
)
WHOLE = RunRecord("0" * 64, ("locked cells had been changed: a",), RUN, True, 3)
VERDICT = Verdict(
    *("toy.double", "torch", Status.WRONG, "y is wrong"),
    Difference("y", "is wrong", index=(0, 1), inputs=(("x", "[1 2]"),)),
    Diagnosis("squared", "You square x.", "Add x to itself."),
)
# As version 0.1 wrote them.
OF_RUN = """{"submitted": "ab", "put_right": ["x"], "seed": 7, "versions": {"a": "1"},
 "device": "cpu", "isolation": "none", "bounded_by": "none", "limits": {"cell": 60},
 "missing": [], "seconds": 1.5, "recorded": true, "marked": 2}"""
OF_CELL = """{"verdict": {"exercise": "toy.double", "framework": "torch", "status":
 "wrong", "summary": "", "difference": null, "diagnosis": {"name": "squared"}},
 "decided_by": "fresh", "tolerance": 0.0001, "reference": "12ab", "seconds": 0.25}"""


def notebook(about=None, *cells):
    made = new_notebook(cells=list(cells))
    if about is not None:
        made.metadata["tandem"] = from_dict(about)
    return made


def cell(about, grade_id="toy-double-torch"):
    made = new_code_cell(metadata={"nbgrader": {"grade_id": grade_id}})
    made.metadata["tandem"] = from_dict(about)
    return made


@pytest.mark.parametrize("record", [WHOLE, RunRecord("ab"), RunRecord(run=RUN)])
def test_what_is_recorded_of_a_run_reads_back_from_the_file(record):
    made = notebook()
    record.write(made)
    assert RunRecord.of(reads(writes(made), as_version=4)) == record


def test_a_verdict_reads_back_from_the_file():
    made = new_code_cell(metadata={"nbgrader": {"grade_id": "toy-double-torch"}})
    record_verdict(made, VERDICT, DecidedBy.FRESH, Measure(1e-4, "12ab"), 0.25)
    read = reads(writes(notebook(None, made, new_code_cell())), as_version=4)
    wanted = CellRecord(Status.WRONG, "squared", Measure(1e-4, "12ab"), 0.25)
    assert cell_records(read) == {"toy-double-torch": wanted}
    # The rest is there for people: the whole verdict, and the cases that decided it.
    told = read.cells[0].metadata.tandem
    assert told.decided_by == "fresh"
    assert told.verdict == json.loads(json.dumps(VERDICT.to_dict()))


def test_what_the_version_before_has_graded_stays_graded():
    run = Run(7, {"a": "1"}, "cpu", "none", "none", {"cell": 60}, 1.5)
    wanted = RunRecord("ab", ("x",), run, recorded=True, marked=2)
    assert RunRecord.of(notebook(json.loads(OF_RUN))) == wanted
    wanted = CellRecord(Status.WRONG, "squared", Measure(1e-4, "12ab"), 0.25)
    assert CellRecord.of(cell(json.loads(OF_CELL))) == wanted


def test_a_key_that_an_older_version_did_not_write_is_not_there():
    assert RunRecord.of(notebook({"seed": 3})) == RunRecord(run=Run(3))
    found = CellRecord.of(cell({"verdict": {"status": "correct"}}))
    assert found == CellRecord(Status.CORRECT, "", Measure(), None)


@pytest.mark.parametrize("about", [None, {}, [], "x", 7, {"source": "0123"}])
def test_what_is_not_ours_is_no_record_of_a_run(about):
    assert RunRecord.of(notebook(about)) is None


@pytest.mark.parametrize(
    "about",
    [{}, [], "x", {"verdict": 7}, {"verdict": {"status": "bonus"}}, {"verdict": {}}],
)
def test_what_is_not_ours_is_no_record_of_a_verdict(about):
    assert CellRecord.of(cell(about)) is None


@pytest.mark.parametrize("junk", [[], {}, "x", ["x", 1], {"x": []}, -1.5])
def test_values_of_another_type_are_not_there(junk):
    keys = ("put_right", "recorded", "marked", "versions", "device", "isolation")
    keys += ("bounded_by", "limits", "missing")
    about = {"submitted": "ab", "seed": 7} | dict.fromkeys(keys, junk)
    record = RunRecord.of(notebook(about))
    texts = tuple(t for t in junk if isinstance(t, str)) if type(junk) is list else ()
    word = junk if isinstance(junk, str) else ""
    run = Run(7, device=word, isolation=word, bounded_by=word, missing=texts)
    assert record == RunRecord("ab", texts, run)
    about = json.loads(OF_CELL) | {"tolerance": [junk], "reference": [junk]}
    about["verdict"]["diagnosis"] = [junk]
    found = CellRecord.of(cell(about))
    assert found == CellRecord(Status.WRONG, "", Measure(), 0.25)
