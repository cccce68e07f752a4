"""Of all notebooks that a learner handed in, the one that counts."""

import io
import json
import os
import subprocess
import zipfile

import nbformat
import pytest

from grader.grading.intake import arrivals, candidates
from grader.grading.intake.submission import Arrival
from tests.classes import toy_course as toy

BLANK = toy.submission()
RIGHT = toy.submission(**toy.RIGHT)
PART = toy.submission(double=toy.RIGHT["double"])
OTHER = toy.submission(double="def double(x):\n    return x")
EXACT = f"{toy.NAME}.ipynb"


def scanned(course):
    found = arrivals.scan(course / "submitted", toy.released())
    return {one.learner: one for one in found}


def hand_in(course, **files):
    """One learner's files by name; ``_`` stands for the assignment's notebook."""
    folder = course / "submitted" / "ann" / toy.ASSIGNMENT
    for name, notebook in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        raw = notebook if isinstance(notebook, bytes) else text(notebook)
        path.write_bytes(raw)
    return scanned(course)["ann"]


def text(notebook):
    return json.dumps(notebook).encode()  # as it is: nbformat would mend it


def zipped(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def answer(submission, course):
    path = toy.stage(submission, course / "staging")
    return nbformat.read(path, as_version=4).cells[2].source


@pytest.mark.parametrize(
    "copy", [f"{toy.NAME}-Copy1.ipynb", f"{toy.NAME} (1).ipynb", "work/mine.ipynb"]
)
def test_a_copy_with_the_work_counts_before_the_untouched_file(tmp_path, copy):
    submission = hand_in(tmp_path, **{EXACT: BLANK, copy: RIGHT})
    assert submission.arrival is Arrival.ACCEPTED
    assert submission.notes == [f"found as {copy}", f"left aside: {EXACT}"]
    assert answer(submission, tmp_path) == toy.RIGHT["double"]


def test_the_file_with_the_work_counts_before_an_untouched_copy(tmp_path):
    submission = hand_in(tmp_path, **{EXACT: RIGHT, "b-Copy1.ipynb": BLANK})
    assert submission.notes == ["left aside: b-Copy1.ipynb"]


def test_a_copy_with_all_the_work_of_another_counts(tmp_path):
    submission = hand_in(tmp_path, **{EXACT: PART, "b (1).ipynb": RIGHT})
    assert submission.notes == ["found as b (1).ipynb", f"left aside: {EXACT}"]


def test_copies_with_the_same_work_are_no_question(tmp_path):
    submission = hand_in(tmp_path, **{"b.ipynb": RIGHT, EXACT: RIGHT})
    assert submission.notes == ["left aside: b.ipynb"]


@pytest.mark.parametrize("names", [(EXACT, "b (1).ipynb"), ("a.ipynb", "b.ipynb")])
def test_copies_with_different_work_wait_for_the_instructor(tmp_path, names):
    submission = hand_in(tmp_path, **dict(zip(names, (RIGHT, OTHER), strict=True)))
    assert submission.arrival is Arrival.QUARANTINED
    assert submission.reason == (
        f"several copies were worked on, and they differ: {', '.join(sorted(names))}; "
        "keep the one that counts"
    )


def test_a_file_that_holds_two_answers_waits_and_is_named(tmp_path):
    twice = nbformat.from_dict(json.loads(json.dumps(RIGHT)))
    twice.cells += [cell for cell in OTHER.cells if cell.id == "double-solution"]
    submission = hand_in(tmp_path, **{EXACT: twice})
    assert submission.arrival is Arrival.QUARANTINED
    assert submission.reason == (
        f"{EXACT} has several copies that were worked on, and they differ: "
        "toy-double-torch in cells 3 and 7 (counted from the top); delete those that "
        "do not count"
    )


@pytest.mark.parametrize(
    "name", ["a.ipynb.json", "a.ipynb.txt", "A.IPYNB", f"{toy.NAME}.IPYNB"]
)
def test_names_that_browsers_give_are_taken_with_a_note(tmp_path, name):
    submission = hand_in(tmp_path, **{name: RIGHT})
    assert submission.notes == [f"found as {name}"]
    path = toy.stage(submission, tmp_path / "staging")
    assert [p.name for p in path.parent.iterdir()] == [EXACT]


def test_of_a_whole_work_folder_in_a_zip_the_assignments_notebook_counts(tmp_path):
    other = toy.submission(**toy.RIGHT)
    for number, cell in enumerate(other.cells):
        cell.metadata["nbgrader"]["grade_id"] = f"other-{number}"
        cell.source, cell.id = f"x = {number}", f"other-{number}"
    files = {
        "work/01_toy/exercises.ipynb": text(RIGHT),
        "work/01_toy/exercises-Copy1.ipynb": text(BLANK),
        "work/02_other/exercises.ipynb": text(other),
        "work/lesson.ipynb": b"damaged",
        "work/data.csv": b"1,2",
        "work/.ipynb_checkpoints/exercises.ipynb": text(OTHER),
    }
    submission = hand_in(tmp_path, **{"all of it.zip": zipped(**files)})
    assert submission.notes == [
        "found as all of it.zip",
        "work/01_toy/exercises.ipynb in it",
        "left aside in the zip: work/01_toy/exercises-Copy1.ipynb, "
        "work/02_other/exercises.ipynb, work/lesson.ipynb, work/data.csv",
    ]
    assert answer(submission, tmp_path) == toy.RIGHT["double"]


def test_two_works_in_a_zip_wait_for_the_instructor(tmp_path):
    files = {"a.ipynb": text(RIGHT), "b.ipynb": text(OTHER)}
    submission = hand_in(tmp_path, **{"a.zip": zipped(**files)})
    assert "they differ: a.ipynb, b.ipynb; keep" in submission.reason


def test_no_more_notebooks_are_looked_at_than_a_bound(tmp_path, monkeypatch):
    monkeypatch.setattr(candidates, "MAX_BYTES", 1)
    files = {f"{number}.ipynb": BLANK for number in range(3)}
    submission = hand_in(tmp_path, **files, **{"z.ipynb": RIGHT})
    assert submission.notes[0] == "found as 0.ipynb"


def test_the_content_of_a_hard_link_is_not_copied_in(tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("1,2")
    folder = tmp_path / "submitted" / "ann" / toy.ASSIGNMENT
    folder.mkdir(parents=True)
    os.link(secret, folder / "data.csv")
    submission = hand_in(tmp_path, **{EXACT: RIGHT})
    assert submission.notes == ["left aside: data.csv"]
    path = toy.stage(submission, tmp_path / "staging")
    assert [p.name for p in path.parent.iterdir()] == [EXACT]


def test_a_notebook_that_is_a_hard_link_has_its_reason(tmp_path):
    victim = tmp_path / "victim.ipynb"
    victim.write_bytes(text(RIGHT))
    folder = tmp_path / "submitted" / "ann" / toy.ASSIGNMENT
    folder.mkdir(parents=True)
    os.link(victim, folder / EXACT)
    submission = scanned(tmp_path)["ann"]
    assert submission.arrival is Arrival.QUARANTINED
    assert "hard link" in submission.reason


def test_folders_in_folders_have_their_reason(tmp_path):
    hand_in(tmp_path, **{EXACT: RIGHT})
    toy.submit(tmp_path, "bob", RIGHT)
    here = os.open(tmp_path / "submitted" / "ann" / toy.ASSIGNMENT, os.O_RDONLY)
    for _ in range(1_200):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    found = scanned(tmp_path)
    # Python's own rmtree gives up at such a depth.
    subprocess.run(["rm", "-rf", tmp_path / "submitted" / "ann"], check=True)
    assert found["ann"].reason == "folders lie more than 30 deep in each other"
    assert found["bob"].arrival is Arrival.ACCEPTED


def test_what_nobody_foresaw_stops_at_its_submission(tmp_path, monkeypatch):
    def fail(self):
        raise RuntimeError("\x1b[2Junforeseen") if "ann" in str(self.folder) else None

    toy.submit(tmp_path, "bob", RIGHT)
    real = candidates.Candidates.chosen
    monkeypatch.setattr(
        candidates.Candidates,
        "chosen",
        lambda self: fail(self) if "ann" in str(self.folder) else real(self),
    )
    submission = hand_in(tmp_path, **{EXACT: RIGHT})
    assert submission.arrival is Arrival.QUARANTINED
    assert submission.reason == "can't be read (RuntimeError: \\x1b[2Junforeseen)"
    assert scanned(tmp_path)["bob"].arrival is Arrival.ACCEPTED


@pytest.mark.parametrize("name", [" ann", "ann ", "a\\n", "a*", "a[b]", "what?"])
def test_folder_names_that_nbgrader_cannot_take_have_their_reason(tmp_path, name):
    toy.submit(tmp_path, name, RIGHT)
    submission = scanned(tmp_path)[name]
    assert submission.arrival is Arrival.QUARANTINED
    assert "nbgrader can't take a folder name" in submission.reason
    assert "rename the folder" in submission.reason
