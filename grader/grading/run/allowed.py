"""What a submission's run may take."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Allowed:
    """Limits that the grader keeps, whatever the kernel does.

    Attributes:
        cell: seconds for one cell, or for one exercise's answers; None for no limit
            but the notebook's.
        notebook: seconds for all cells together.
        start: seconds until a kernel has started.
        grace: seconds that an interrupted kernel has to stop before it is killed.
        restarts: how often a submission gets a new kernel after it ended one.
        output: bytes of output that are kept of one cell.
        notebook_output: bytes of output that are kept of the notebook.
        unsafe: learners' code has the grader's own rights, files and network.
    """

    cell: int | None = 60
    notebook: int = 900
    start: int = 60
    grace: int = 5
    restarts: int = 3
    output: int = 2**20
    notebook_output: int = 6 * 2**20
    unsafe: bool = False
