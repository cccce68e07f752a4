"""Grades a class of attackers and honest learners, and looks what came of it."""

import contextlib
import dataclasses
import io
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import nbformat
from nbconvert.exporters import HTMLExporter
from nbgrader.converters import Autograde
from rich.console import Console
from rich.table import Table

from grader.exercises import catalogue
from grader.grading import commands
from grader.grading.place.converting import Converted
from grader.grading.place.course_folder import Course, find_course
from grader.judging import Mistake
from tests.attacks import browser
from tests.attacks.attack import (
    RIGHT,
    RIGHT_TOTAL,
    STOCK,
    SUCCEEDED,
    TRIED,
    UNSAFE,
    Attack,
    fill,
)
from tests.attacks.families import words
from tests.attacks.world import World
from tests.classes import toy_course as toy

# Numbers and lists: a kernel that needs no framework starts in a second.
DOUBLE = dataclasses.replace(
    toy.DOUBLE,
    cases=lambda rng: {"x": round(float(rng.normal()), 6)},
    reference=lambda x: 2 * x,
    mistakes=(Mistake("same", "You return x.", "Double it.", lambda x: x),),
)
TOTAL = dataclasses.replace(
    toy.TOTAL,
    cases=lambda rng: {"x": [round(float(v), 6) for v in rng.normal(size=3)]},
    reference=lambda x: sum(x),
    mistakes=(Mistake("mean", "The mean.", "Sum up.", lambda x: sum(x) / 3),),
)
HONEST = ("aa-honest", "m-honest", "zz-honest")
# Small enough that a flood is over in seconds.
SETTINGS = """
c.SandboxProvisioner.memory = 1536
c.SandboxProvisioner.processes = 128
c.SandboxProvisioner.cpu = 30
c.SandboxProvisioner.scratch = 32
c.ExecuteAndJudge.grace = 2
c.ExecuteAndJudge.notebook_timeout = 120
"""
# Forked, since the frameworks it imports are not what is tried here. Our own kernelspec
# would refuse another run.
AS_STOCK = """
c.Autograde.sanitize_preprocessors[2] = "nbgrader.preprocessors.OverwriteKernelspec"
c.Autograde.autograde_preprocessors[0] = "nbgrader.preprocessors.Execute"
c.Execute.kernel_name = "tandem"
"""
SECONDS = 10  # for one cell
PAGE_SECONDS, PAGE_SIZE = 60, 16 * 2**20
PEAK = 400 * 2**20  # bytes that grading may need more than before


@dataclass
class Result:
    """What came of one attack."""

    attack: Attack
    score: float
    harm: list[str] = field(default_factory=list)
    tried: bool = True
    lost: bool = False  # marks that it had earned before

    @property
    def gained(self) -> bool:
        return self.score > self.attack.worth


@dataclass
class Outcome:
    """What came of a class of attackers."""

    results: list[Result]
    around: list[str]
    peak: int
    seconds: float

    @property
    def clean(self) -> bool:
        harmless = not any(r.harm or r.gained or r.lost for r in self.results)
        return harmless and not self.around


def grade(attacks: Sequence[Attack], proof: str = "") -> Outcome:
    """Grade ``attacks`` with honest neighbours between them.

    Args:
        proof: ``UNSAFE`` or ``STOCK``: grade as the attacks are known to succeed.
    """
    begin = time.monotonic()
    world = World()
    try:
        with _course_of(world, proof):
            _submit(world, attacks)
            before = world.snapshot()
            resting = _reset_peak()
            rows = _graded(proof)
            peak = _peak() - resting
            around = world.harm(before)
            around += _neighbours(rows, attacks)
            around += [f"marked by hand: {m}" for m in world.marks_by_hand()]
            around += words.harm(world.course, sorted(rows))
            if peak > PEAK:
                around.append(f"grading took {peak >> 20} MiB more memory")
            page = _formgrader()
            results = [_result(world, attack, rows, page) for attack in attacks]
    finally:
        world.close()
    return Outcome(results, around, peak, time.monotonic() - begin)


@contextlib.contextmanager
def _course_of(world: World, proof: str) -> Iterator[None]:
    world.fill()
    settings = SETTINGS
    settings += AS_STOCK if proof == STOCK else ""
    with (world.course / toy.CONFIG.name).open("a") as config:
        config.write(settings)
    real = catalogue.exercises
    toys = {"toy": (DOUBLE, TOTAL)}
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.chdir(world.course))
        found = mock.patch.object(
            catalogue, "exercises", lambda lesson: toys.get(lesson) or real(lesson)
        )
        stack.enter_context(found)
        if not proof:
            world.start_sibling()
        yield


def _submit(world: World, attacks: Sequence[Attack]) -> None:
    for learner in HONEST:
        honest = toy.submission(double=RIGHT, total=RIGHT_TOTAL)
        toy.submit(world.course, learner, honest)
    known = world.known
    table = {str(case["x"]): 2 * case["x"] for case in DOUBLE.public_cases()}
    for attack in attacks:
        mine = known | {"MARK": f"{world.run}-{attack.learner}", "PUBLIC": repr(table)}
        path = toy.submit(world.course, attack.learner, attack.notebook(mine))
        for name, text in attack.files.items():
            beside = path.parent / name
            beside.parent.mkdir(parents=True, exist_ok=True)
            text = fill(text, mine)
            if text.startswith("->"):
                beside.symlink_to(text[2:])
            else:
                beside.write_text(text)


def _graded(proof: str) -> dict[str, dict]:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        if proof == STOCK:  # the commands use our own Execute, whatever is set
            course = find_course()
            for learner in sorted(os.listdir(course.folder("submitted"))):
                graded_by_nbgrader(course, learner)
            printed.truncate(0), printed.seek(0)
            commands.report(toy.ASSIGNMENT, as_json=True)
        else:
            unsafe = proof == UNSAFE
            options = {"timeout": SECONDS, "unsafe": unsafe}
            commands.grade(toy.ASSIGNMENT, as_json=True, **options)
    return {row["learner"]: row for row in json.loads(printed.getvalue())["learners"]}


def graded_by_nbgrader(course: Course, learner: str) -> Converted:
    """What came of ``nbgrader autograde``."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.chdir(course.root):
        if not (course.root / "gradebook.db").exists():
            commands.release(toy.ASSIGNMENT)
    return course.convert(Autograde, toy.ASSIGNMENT, learner)


def _neighbours(rows: dict[str, dict], attacks: Sequence[Attack]) -> list[str]:
    """What of the report and the neighbours' marks is not as it should be."""
    found = []
    expected = {*HONEST, *(attack.learner for attack in attacks)}
    for learner in sorted(expected ^ rows.keys()):
        found.append(f"the report is wrong about {learner}")
    for learner in HONEST:
        row = rows.get(learner, {})
        folder = find_course().folder("feedback") / learner / toy.ASSIGNMENT
        page = folder / f"{toy.NAME}.html"  # nbgrader's autograde makes none
        if page.is_file() and "nbgrader_cell" not in page.read_text():
            found.append(f"{learner} has no page that shows the cells")
        if (row.get("score"), row.get("state")) != (5, "graded"):
            found.append(f"{learner} has {row.get('score')}, {row.get('state')}")
    return found


def _result(
    world: World, attack: Attack, rows: dict[str, dict], page: HTMLExporter
) -> Result:
    row = rows.get(attack.learner, {})
    score = row.get("score") or 0.0
    harm = []
    if not row.get("state", "").startswith(attack.state):
        harm.append(f"state: {row.get('state')}")
        log = world.course / ".grading" / f"{toy.ASSIGNMENT}.log"
        if log.is_file():
            about = log.read_text().partition(f"== {attack.learner}\n")[2]
            harm.append(about.partition("\n==")[0].strip()[-300:])
    if row.get("by_hand") and not attack.by_hand:
        harm.append("calls for the instructor")
    printed = ""
    where = Path(attack.learner, toy.ASSIGNMENT, f"{toy.NAME}.ipynb")
    notebook = world.course / "autograded" / where
    if notebook.is_file():
        read = nbformat.read(notebook, as_version=4)
        outputs = [cell.get("outputs", []) for cell in read.cells]
        printed = json.dumps(outputs)
        if len(printed) > 8 * 2**20:
            harm.append(f"a notebook of {len(printed) >> 20} MiB")
        harm += _forged(read)
        token = f"{world.run}-{attack.learner}"
        begin = time.monotonic()
        try:
            made = _pages(world, notebook, where, page)
        except Exception as error:
            made = {}
            harm.append(f"no page can be made: {type(error).__name__}")
        if time.monotonic() - begin > PAGE_SECONDS:
            harm.append(f"a page took {time.monotonic() - begin:.0f} s")
        for name, text in made.items():
            if len(text) > PAGE_SIZE:
                harm.append(f"{name} is a page of {len(text) >> 20} MiB")
        for name, text in made.items():
            if world.loot in text:
                harm.append(f"read the loot ({name})")
            harm += [f"{name} runs {place}" for place in browser.runs(text, token)]
    if SUCCEEDED in printed:
        harm.append(_first_success(printed))
    if world.loot in printed:
        harm.append("read the loot")
    tried = not (attack.code and attack.shows) or TRIED in printed
    return Result(attack, score, harm, tried, score < attack.keeps)


def _first_success(printed: str) -> str:
    said = printed.partition(SUCCEEDED)[2].partition("\\n")[0]
    return f"says it worked: {said[:60]}"


def _forged(notebook: nbformat.NotebookNode) -> list[str]:
    """Graded cells that do not show the verdict which the grader came to."""
    found = []
    for cell in notebook.cells:
        verdict = cell.metadata.get("tandem", {}).get("verdict")
        if verdict:
            kinds = [output.output_type for output in cell.outputs]
            right = verdict["status"] == "correct"
            shown = str(cell.outputs[0].get("data", {}).get("text/plain", ""))
            wanted = ["display_data"] if right else ["display_data", "error"]
            if kinds != wanted or str(verdict["status"]) not in shown.splitlines()[0]:
                found.append(f"shows another verdict: {shown[:60]!r}")
            if any(set(output) & {"data"} for output in cell.outputs[1:]):
                found.append("adds to a verdict")
    return found


def _formgrader() -> HTMLExporter:
    """What formgrader shows submissions with."""
    config = find_course().app.config.copy()
    config.HTMLExporter.template_name = "formgrade"
    return HTMLExporter(config=config)


def _pages(
    world: World, notebook: Path, where: Path, page: HTMLExporter
) -> dict[str, str]:
    """The feedback, and formgrader's page of the submission, as HTML."""
    feedback = world.course / "feedback" / where.with_suffix(".html")
    resources = {"base_url": "", "index": 0, "total": 1, "mathjax_url": ""}
    shown, _ = page.from_filename(str(notebook), resources=resources)
    return {"formgrader": shown, "feedback": feedback.read_text(encoding="utf-8")}


def _reset_peak() -> int:
    """The memory in use now; what is most from here on is in ``_peak``."""
    Path("/proc/self/clear_refs").write_text("5")
    return _peak()


def _peak() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def print_table(outcome: Outcome, console: Console) -> None:
    """Name, what it tried, score and effect of each; what all came to."""
    table = Table("name", "what it tried", "score", "effect", box=None, pad_edge=False)
    for result in outcome.results:
        attack = result.attack
        effects = [*result.harm]
        effects += ["lost marks it had earned"] if result.lost else []
        effects += ["gained marks"] if result.gained else []
        effects += [] if result.tried else ["was not tried"]
        score = f"{result.score:g}"
        table.add_row(attack.name, attack.tries, score, "; ".join(effects) or "none")
    console.print(table)
    for line in outcome.around[:20]:
        console.print(f"Outside: {line}", markup=False)
    number = len(outcome.results)
    gained = sum(result.gained for result in outcome.results)
    harmed = sum(bool(result.harm or result.lost) for result in outcome.results)
    neighbours = "unharmed" if not outcome.around else "HARMED"
    console.print(f"neighbours, report and everything outside {neighbours}")
    console.print(
        f"grading took at most {outcome.peak >> 20} MiB more memory, and "
        f"{outcome.seconds:.0f} s in all ({os.cpu_count()} cores)"
    )
    console.print(f"{gained} of {number} gained marks")
    console.print(f"{harmed + bool(outcome.around)} of {number} harmed")
