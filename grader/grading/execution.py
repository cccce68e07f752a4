"""Running one submission: needs the notebook, its folder and settings, nothing else.

No gradebook and no solution notebooks: it may happen in a thread or on another machine.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from jupyter_client.manager import AsyncKernelManager
from nbformat import NotebookNode
from traitlets.config import Config

from grader.common.errors import CourseError
from grader.common.frameworks import FRAMEWORKS, TITLES, installed
from grader.common.grade_id import GradeId
from grader.grading.plugins.execute_and_judge import ExecuteAndJudge, Ran
from grader.kernels.provisioner import SandboxProvisioner

Settings = dict[str, dict[str, object]]
_CONFIGURED = (ExecuteAndJudge, SandboxProvisioner, AsyncKernelManager)


Execute = Callable[[NotebookNode, Path, Settings], Ran]


def settings(config: Config, **own: object) -> Settings:
    """The part of nbgrader's settings that running depends on, as plain data.

    ``own`` are traits of ``ExecuteAndJudge`` for this submission.
    """
    names = {name for one in _CONFIGURED for name in one.section_names()}
    chosen = {name: dict(config[name]) for name in sorted(names & config.keys())}
    chosen[ExecuteAndJudge.__name__] = {
        **chosen.get(ExecuteAndJudge.__name__, {}),
        **own,
    }
    return chosen


def execute(notebook: NotebookNode, folder: Path, chosen: Settings) -> Ran:
    """Run a sanitized notebook in ``folder`` and judge it."""
    return ExecuteAndJudge(config=Config(chosen)).run(notebook, str(folder))


def require_frameworks(cells: Iterable[str]) -> None:
    """Make sure that what the graded cells with these ids need is installed here.

    Raises:
        CourseError: a framework is missing, so that every submission would fail on
            the machine's account.
    """
    needed = {one.framework for one in map(GradeId.parse, cells) if one is not None}
    for framework in FRAMEWORKS:
        if framework in needed and not installed(framework):
            raise CourseError(
                f"{TITLES[framework]} is not installed here, and the assignment uses "
                "it: install it, or release and grade one track"
            )
