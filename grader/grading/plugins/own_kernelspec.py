"""The kernel that a submission is run with, whatever its file names."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import OverwriteKernelspec

from grader.grading.intake.kernelspec import note_of_kernel
from grader.grading.plugins.steps import require_own_run


class OwnKernelspec(OverwriteKernelspec):
    """nbgrader's OverwriteKernelspec, which refuses another language's notebook.

    It belongs to the first round: there it is also seen to that the second one runs
    the submission in the sandbox alone.
    """

    def __init__(self, **settings: object) -> None:
        super().__init__(**settings)
        require_own_run(self)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Give the notebook the course's kernel.

        Raises:
            Unreadable: the notebook is written in another language.
        """
        note_of_kernel(nb)
        return super().preprocess(nb, resources)
