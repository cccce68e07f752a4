"""What people do meanwhile."""

import os
import shutil
import signal
import time
from pathlib import Path

import nbformat

from tests.classes import toy_course as toy
from tests.faults import drill
from tests.faults.bench import (
    GRADE,
    Running,
    course,
    expected,
    grade,
    gradebook,
    left_behind,
    until,
)
from tests.faults.disk import MARKS, TWO, well_afterwards

SLOW = "import time; time.sleep(2)\n"


def at_work(folder: Path, *learners: str) -> Running:
    """``course grade`` at the moment when these learners' kernels run."""
    running = Running(folder, *GRADE)
    place = folder / ".grading" / toy.ASSIGNMENT / "running"
    until(
        lambda: all((place / name / toy.ASSIGNMENT).is_dir() for name in learners),
        running,
    )
    until(lambda: any((folder / "tmp").glob("tandem-*/kernel-*/*ipc*")), running)
    return running


@drill("Ctrl-C while kernels are at work")
def keyboard_interrupt(folder: Path) -> str:
    course(folder, **TWO | {"cy": {"total": "import time; time.sleep(100)"}})
    running = at_work(folder)
    begin = time.monotonic()
    os.kill(running.pid, signal.SIGINT)
    ended = running.end()
    took = time.monotonic() - begin
    assert ended.code == 130, ended
    assert "nothing is lost" in ended.err, ended.err
    processes = [one for one in left_behind(folder) if "process" in one]
    assert not processes, processes
    shutil.rmtree(folder / "submitted" / "cy")
    well_afterwards(folder)
    assert not left_behind(folder)
    return f"stopped with one sentence after {took:.1f} s, went on later"


@drill("two course grade at once")
def two_at_once(folder: Path) -> str:
    course(folder, **TWO)
    first = at_work(folder, "ann")
    sentence = grade(folder).sentence()
    assert f"process {first.pid}" in sentence, sentence
    assert first.end().code == 0
    expected(folder, **MARKS)
    return f"the second: {sentence}"


@drill("a learner's folder is deleted before its turn, another's while it runs")
def folders_deleted(folder: Path) -> str:
    slow = {"double": SLOW + toy.RIGHT["double"]}
    course(folder, ann=slow, bob=slow, cy=slow, zoe=toy.RIGHT)
    arguments = [*GRADE[:3], "--jobs", "1", *GRADE[5:]]
    running = Running(folder, *arguments)
    place = folder / ".grading" / toy.ASSIGNMENT / "running"
    until(lambda: (place / "ann" / toy.ASSIGNMENT).is_dir(), running)
    until(lambda: any((folder / "tmp").glob("tandem-*/kernel-*/*ipc*")), running)
    shutil.rmtree(folder / "submitted" / "ann")
    shutil.rmtree(folder / "submitted" / "cy")
    ended = running.end()
    states = {name: row["state"] for name, row in ended.rows.items()}
    assert states["bob"] == states["zoe"] == "graded", states
    assert states["ann"] == "missing" and ended.rows["ann"]["score"] == 2, ended.rows
    assert "cy" not in {learner for learner, *_ in gradebook(folder)["scores"]}
    return "the first keeps its marks, the second is missing, the class is graded"


@drill("a submission is replaced while it is being graded")
def submission_changed(folder: Path) -> str:
    course(folder, ann={"double": SLOW + toy.RIGHT["double"]}, bob=toy.RIGHT)
    running = at_work(folder, "ann")
    toy.submit(folder, "ann", toy.submission(**toy.RIGHT))
    ended = running.end()
    row = ended.rows["ann"]
    assert (ended.code, row["state"], row["score"]) == (1, "not graded", 2), row
    assert "submitted anew" in row["notes"][0], row
    regrade = Running(folder, "regrade", toy.ASSIGNMENT, "--dry-run").end()
    assert "1 not graded yet, and left out" in regrade.err, regrade
    assert grade(folder).code == 0
    expected(folder, ann=(2, 3), bob=(2, 3))
    return "the report says that a newer one waits; the next run grades it"


@drill("the instructor's notebook got another exercise after the release")
def stale_solutions(folder: Path) -> str:
    course(folder, **TWO)
    source = folder / "solutions" / toy.ASSIGNMENT / f"{toy.NAME}.ipynb"
    notebook = nbformat.read(source, as_version=4)
    del notebook.cells[4:]
    notebook.cells[2].source = "this is not even Python"
    nbformat.write(notebook, source)
    ended = grade(folder)
    assert ended.code == 0, ended.err
    expected(folder, **MARKS)
    sentence = Running(folder, "release", toy.ASSIGNMENT).end().sentence()
    assert "has graded submissions" in sentence, sentence
    well_afterwards(folder)
    return "graded as released; to release it now is refused"


@drill("commands that can't work: each says one sentence and exits with 2")
def exit_codes(folder: Path) -> str:
    course(folder)
    told = [
        Running(folder, "grade", "02_nothing").end().sentence(),
        Running(folder, "grade", toy.ASSIGNMENT).end().sentence(),
        Running(folder, "report", "02_nothing").end().sentence(),
        Running(folder / "tmp" / "..", "regrade", toy.ASSIGNMENT).end().sentence(),
        Running(folder.parent, "report", toy.ASSIGNMENT).end().sentence(),
    ]
    (folder / "gradebook.db").unlink()
    told.append(Running(folder, "report", toy.ASSIGNMENT).end().sentence())
    assert not (folder / "gradebook.db").exists(), "a report made a gradebook"
    assert all(len(sentence) < 200 for sentence in told), told
    return f"{len(told)} sentences, such as: {told[1]}"


@drill("a grading run is repeated with the seed that the report tells")
def seed_repeats_a_run(folder: Path) -> str:
    course(
        folder, ann={"double": "def double(x):\n    return 2 * x[:3]"}, **{"bob": {}}
    )
    first = Running(folder, *GRADE[:-2]).end()
    seed = first.rows["ann"]["run"]["seed"]
    page = folder / "feedback" / "ann" / toy.ASSIGNMENT / f"{toy.NAME}.html"
    shown = page.read_text(encoding="utf-8")
    marks = gradebook(folder)
    shutil.rmtree(folder / "autograded")
    (folder / "gradebook.db").unlink()
    again = Running(folder, *GRADE[:-2], "--seed", str(seed)).end()
    run = again.rows["ann"]["run"]
    assert run["seed"] == seed and gradebook(folder) == marks
    assert page.read_text(encoding="utf-8") == shown
    wanted = {"seed", "versions", "device", "isolation", "bounded_by", "limits"}
    wanted |= {"seconds", "missing"}
    assert wanted == set(run) and "tandem-course" in run["versions"], run
    return "the same marks and the same feedback, byte by byte"
