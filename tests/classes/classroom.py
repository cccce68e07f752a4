"""A class that hands in everything a class does, with the marks each deserves.

Made from the release notebook as learners get it and from the exercises' variants.
"""

import copy
import json
from collections.abc import Collection, Iterable
from itertools import count, zip_longest
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from grader.authoring.proving import variants
from tests.classes.handout import Edit, Handout, Member, position
from tests.classes.mishaps import mishaps
from tests.kernels.surroundings import FILES, surroundings

ASSIGNMENT = "02_autograd"
NAME = "02_autograd_exercises"
LESSON = "autograd"
ROOT = Path(__file__).parents[2]
# A number, a gradient in closed form and a training loop, each in both frameworks: an
# assignment of the size for which graders' speeds are told.
FEW = ("chain_rule", "mse_gradient", "line_fit")
# One of each kind: what the roads other than course grade are tried with.
KINDS = (
    *("right", "mistaken-0", "half-done", "exits", "nan", "latin-1", "not-json"),
    *("format", "half-a-character", "lost-metadata", "lost-all-ids", "lost-in-four"),
    *("lost-checks", "stubs-last", "untouched-beside-work", "two-answers"),
    *("another-kernel", "another-python", "asks-what-runs-it", "missing-package"),
    *("helper-not-handed-in", "helper-forged", "helper-shadowed", "lock-picked"),
    "back\\slash",
)
CORRECT, BLANK = "correct", "not attempted"


def assignment(kind: str, exercises: Collection[str] | None = None) -> NotebookNode:
    """The notebook in ``exercises`` or ``solutions``, cut down to some exercises."""
    path = ROOT / kind / ASSIGNMENT / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    kept = []
    for cell in notebook.cells:
        name = cell.metadata.nbgrader.grade_id.split("-")[1]
        if exercises is None or name in ("locked", *exercises):
            kept.append(cell)
            continue
        # What is told and given for an exercise stands right before its cells.
        while kept[-1].metadata.nbgrader.grade_id.startswith(f"{LESSON}-locked-"):
            kept.pop()
    notebook.cells = kept
    return notebook


class Classroom(Handout):
    """Builds the class from the release notebook, or some of its exercises."""

    def __init__(self, exercises: Collection[str] | None = None) -> None:
        super().__init__(assignment("exercises", exercises))

    def member(
        self,
        learner: str,
        cells: dict[str, str],
        edit: Edit | None = None,
        well_formed: bool = True,
        state: str = "graded",
        **statuses: str,
    ) -> Member:
        """Correct where there is a right answer, unless ``statuses`` say otherwise.

        In the names of ``statuses`` an underscore before the framework stands for
        the hyphen of the grade id, whose lesson is left out.
        """
        expected = {i: CORRECT if i in cells else BLANK for i in self.ids}
        for name, status in statuses.items():
            exercise, _, framework = name.rpartition("_")
            expected[f"{LESSON}-{exercise}-{framework}"] = status
        content = self.submission(cells, edit)
        return Member(learner, content, expected, state=state, well_formed=well_formed)

    def members(self) -> list[Member]:
        """The whole class."""
        return [
            *self._mistaken(),
            *self._unlucky(),
            *self._unreadable(),
            *mishaps(self, NAME),
            *surroundings(self),
        ]

    def uncovered(self, members: list[Member]) -> list[str]:
        """Right answers that nobody in the class hands in."""
        handed_in = "\n".join(
            cell.source
            for member in members
            if member.state == "graded"
            for cell in nbformat.reads(member.content.decode(), as_version=4).cells
        )
        answers = [variants.cell(v) for known in self.right.values() for v in known]
        return [source for source in answers if source not in handed_in]

    def _mistaken(self) -> list[Member]:
        """As many learners as an exercise has mistakes; each makes one in each."""
        made = []
        for number, row in enumerate(zip_longest(*self.wrong.values())):
            variant_of = {i: v for i, v in zip(self.wrong, row, strict=True) if v}
            cells = self.solved() | {i: variants.cell(v) for i, v in variant_of.items()}
            member = self.member(f"mistaken-{number}", cells)
            for grade_id, variant in variant_of.items():
                member.expected[grade_id] = "wrong"
                member.mistakes[grade_id] = variant.mistake
            made.append(member)
        return made

    def _unlucky(self) -> list[Member]:
        """What happens to notebooks, one thing at a time, each on other answers."""
        turn = count()

        def solved() -> dict[str, str]:
            return self.solved(next(turn))

        half = {i: source for i, source in solved().items() if i.endswith("torch")}
        head = "def chain_rule(*arguments, **inputs):\n    "

        def chain_rule(source: str) -> dict[str, str]:
            return solved() | {f"{LESSON}-chain_rule-torch": source}

        right = self.solved(1)[f"{LESSON}-chain_rule-torch"]
        loud = (
            "\nimport sys, warnings\nquiet = chain_rule\n"
            "def chain_rule(x):\n    warnings.warn('deprecated')\n"
            "    print('working', file=sys.stderr)\n    return quiet(x)"
        )
        whole = self.member
        return [
            whole("right", solved()),
            whole("blank", {}),
            whole("half-done", half),
            whole(
                "syntax-error",
                chain_rule(right.replace("):", ")", 1)),
                chain_rule_torch="error",
            ),
            whole(
                "exception",
                chain_rule(f"{head}return undefined"),
                chain_rule_torch="error",
            ),
            whole(
                "infinite-loop",
                # A busy one is among the attacks.
                chain_rule(f"import time\n{head}while True:\n        time.sleep(1)"),
                chain_rule_torch="timeout",
                well_formed=False,
            ),
            whole("huge-print", chain_rule(f"print('x' * 50_000_000)\n{right}")),
            whole("noisy", chain_rule(right + loud), well_formed=False),
            whole(
                "nan",
                chain_rule(f"{head}return torch.tensor([float('nan')] * 2)"),
                chain_rule_torch="wrong",
            ),
            whole(
                "wrong-type",
                chain_rule(f"{head}return 'seven'"),
                chain_rule_torch="wrong",
            ),
            whole(
                "renamed-function",
                chain_rule(right.replace("def chain_rule", "def chainrule")),
                chain_rule_torch="error",
            ),
            whole(
                "deleted-check",
                solved(),
                self._delete(f"{LESSON}-chain_rule-torch", f"{LESSON}-locked-2"),
                well_formed=False,
                state="graded with note",
            ),
            whole("duplicated", solved(), self._duplicate, well_formed=False),
            whole(
                "prints-100",
                chain_rule(f"{head}print(100)\n    return 100"),
                self._replace(f"{LESSON}-chain_rule-torch", "print(100)\n100"),
                state="graded with note",
                chain_rule_torch="wrong",
            ),
            Member(
                "replaced-check",
                self.submission(solved(), self._shadow_check),
                dict.fromkeys(self.ids, "error"),
                well_formed=False,
            ),
            Member(
                "exits",
                self.submission(
                    solved()
                    | {
                        self.ids[4]: f"import os\ndef {self.ids[4].split('-')[1]}"
                        "(*arguments, **inputs):\n    os._exit(0)"
                    }
                ),
                dict.fromkeys(self.ids, CORRECT) | {self.ids[4]: "crashed"},
                well_formed=False,
            ),
        ]

    def _unreadable(self) -> list[Member]:
        solved = self.solved()
        accented = solved | {self.ids[0]: "# né à Zürich\n" + solved[self.ids[0]]}
        text = json.dumps(json.loads(self.submission(accented)), ensure_ascii=False)
        latin = dict.fromkeys(self.ids, CORRECT)
        return [
            Member("not-json", b"I lost it", {}, {}, "quarantined", False, False),
            Member(
                *("truncated", text.encode()[:9999], {}, {}, "quarantined"),
                well_formed=False,
                readable=False,
            ),
            Member(
                *("latin-1", _latin_1(text), latin, {}, "graded with note"),
                well_formed=False,
                readable=False,
            ),
        ]

    def _delete(self, *grade_ids: str) -> Edit:
        def edit(notebook: NotebookNode) -> None:
            for grade_id in grade_ids:
                del notebook.cells[position(notebook, grade_id)]

        return edit

    def _replace(self, grade_id: str, source: str) -> Edit:
        def edit(notebook: NotebookNode) -> None:
            notebook.cells[position(notebook, grade_id)].source = source

        return edit

    def _duplicate(self, notebook: NotebookNode) -> None:
        """The first exercise's cells once more, and its check at the very end."""
        at = position(notebook, self.ids[0])
        twice = [copy.deepcopy(notebook.cells[index]) for index in (at - 1, at, at)]
        for number, cell in enumerate(twice):
            cell.id = f"copy-{number}"
        notebook.cells[at + 1 : at + 1] = twice[:2]
        notebook.cells.append(twice[2])

    def _shadow_check(self, notebook: NotebookNode) -> None:
        at = position(notebook, f"{self.ids[0]}-solution")
        source = notebook.cells[at].source
        notebook.cells[at].source = f"def check(*anything): print(100)\n{source}"


def course_folder(
    folder: Path,
    members: Iterable[Member],
    config: str | None = None,
    exercises: Collection[str] | None = None,
) -> Path:
    """A course with the assignment, in which the class handed in.

    Args:
        config: the settings; by default the shipped ones.
        exercises: of the assignment; by default all.
    """
    source = folder / "solutions" / ASSIGNMENT / f"{NAME}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(assignment("solutions", exercises), source)
    for name, content in FILES.items():
        (source.parent / name).write_bytes(content)
    text = config or (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (folder / "nbgrader_config.py").write_text(text, encoding="utf-8")
    hand_in(folder, members)
    return folder


def marks(folder: Path, learners: Iterable[str]) -> dict[str, dict[str, float]]:
    """By learner, the score of each graded cell in the course's gradebook."""
    found = {}
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        for learner in learners:
            notebook = gradebook.find_submission_notebook(NAME, ASSIGNMENT, learner)
            found[learner] = {grade.name: grade.score for grade in notebook.grades}
    return found


def hand_in(
    course: Path,
    members: Iterable[Member],
    assignment: str = ASSIGNMENT,
    name: str = NAME,
) -> None:
    """Put each submission where nbgrader expects it."""
    for member in members:
        folder = course / "submitted" / member.learner / assignment
        folder.mkdir(parents=True)
        (folder / (member.filename or f"{name}.ipynb")).write_bytes(member.content)
        for other, content in member.beside.items():
            (folder / other).parent.mkdir(exist_ok=True)
            (folder / other).write_bytes(content)


def _latin_1(text: str) -> bytes:
    """JSON in Latin-1; characters that it lacks become JSON's own escapes."""
    return text.encode("latin-1", errors="backslashreplace")
