"""What one attack is: a submission, and what may come of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import nbformat

from tests.classes import toy_course as toy

PRELUDE = """\
def succeeded(what=""):
    print("BROKE" "-OUT", str(what)[:500])
def attempt(action, *arguments):
    try:
        result = action(*arguments)
    except Exception as error:
        print("refused:", type(error).__name__, str(error)[:200])
    else:
        succeeded(result)
def show(action, *arguments):
    try:
        print(str(action(*arguments))[:20000])
    except Exception as error:
        print("refused:", type(error).__name__, str(error)[:200])
print("TRI" "ED", flush=True)  # before anything that ends the kernel
"""
TRIED, SUCCEEDED = "TRIED", "BROKE-OUT"
WRONG = "\ndef double(x):\n    return 0.5\n"
RIGHT = "def double(x):\n    return 2 * x\n"
RIGHT_TOTAL = "def total(x):\n    return sum(x)\n"

NONE, UNSAFE, STOCK = "", "unsafe", "stock"


@dataclass(frozen=True, eq=False)
class Attack:
    """One hostile submission of the toy course.

    ``code`` runs in the first solution cell, after helpers: ``succeeded(what)`` says
    that the attack worked, ``attempt(f, ...)`` says so unless ``f`` raises, and
    ``show(f, ...)`` prints what ``f`` returns, which must hold nothing of the loot.
    ``@NAME@`` in it stands for what the attacker knows of the world outside.

    Attributes:
        name: shown in the table; the learner's name as well.
        tries: what it tries, in a few words.
        code: see above; "" leaves the helpers out.
        function: the source of ``double``, put below ``code``; a wrong one by default.
        total: source of the second solution cell; blank by default.
        change: edits the notebook as a last step.
        files: further files of the submission, by relative path; a text that starts
            with ``->`` is a symbolic link to what follows.
        worth: points that it may end with at most.
        keeps: points that it must end with at least.
        proof: the circumstances in which the same attack is seen to succeed:
            ``UNSAFE``, without a sandbox, or ``STOCK``, with nbgrader's own Execute.
        shows: whether its output says that it was tried; not where nothing of its
            output can come back.
        state: in the report, in which it must end.
        namespaces: whether only namespaces close it, as the table of layers says.
        by_hand: whether it may end with a grader fault, for the instructor to mark.
    """

    name: str
    tries: str
    code: str = ""
    function: str = WRONG
    total: str = "def total(x):\n    raise NotImplementedError\n"
    change: Callable[[nbformat.NotebookNode], None] | None = None
    files: dict[str, str] = field(default_factory=dict)
    worth: float = 0
    keeps: float = 0
    proof: str = NONE
    shows: bool = True
    state: str = "graded"
    namespaces: bool = False
    by_hand: bool = False

    @property
    def learner(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")

    def notebook(self, known: dict[str, str]) -> nbformat.NotebookNode:
        """The submission, with what the attacker knows filled in."""
        double = self.function
        if self.code:
            double = f"{PRELUDE}{self.code}\n{self.function}"
        made = toy.submission(double=double, total=self.total)
        if self.change:
            self.change(made)
        return nbformat.from_dict(_filled(made, known))


def _filled(value: object, known: dict[str, str]) -> object:
    if isinstance(value, dict):
        return {fill(k, known): _filled(v, known) for k, v in value.items()}
    if isinstance(value, list):
        return [_filled(item, known) for item in value]
    return fill(value, known) if isinstance(value, str) else value


def fill(text: str, known: dict[str, str]) -> str:
    """``text`` with each ``@NAME@`` replaced."""
    for name, value in known.items():
        text = text.replace(f"@{name}@", value)
    return text
