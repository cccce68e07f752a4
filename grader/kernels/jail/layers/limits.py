"""What one graded kernel may use, with all its processes together."""

import resource
from dataclasses import dataclass

from grader.common.bounds import MIB


@dataclass(frozen=True)
class Limits:
    """Limits of one kernel.

    Attributes:
        memory: bytes, for each process and also for all of them together.
        processes: processes and threads.
        cpu: seconds of processor time, of all processes together.
        file: bytes of one file.
        scratch: bytes of all files together.
        files: number of files in scratch, and also of open files in each process.
    """

    memory: int = 4096 * MIB
    processes: int = 512
    cpu: int = 900
    file: int = 256 * MIB
    scratch: int = 512 * MIB
    files: int = 4096

    def ruled(self, others: int = 0) -> dict[int, int]:
        """The limits that Linux enforces (``setrlimit``), by their numbers.

        Args:
            others: how many processes and threads of the same user are not this
                kernel's. Linux counts them too.
        """
        return {
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_DATA: self.memory,
            resource.RLIMIT_FSIZE: self.file,
            resource.RLIMIT_NOFILE: self.files,
            resource.RLIMIT_NPROC: self.processes + others,
            resource.RLIMIT_CPU: self.cpu,
        }

    def enter(self, others: int) -> None:
        """Set the limits on this process and its children, for good.

        Args:
            others: as in :meth:`ruled`.

        Raises:
            OSError: the kernel refused.
        """
        for kind, value in self.ruled(others).items():
            _, most = resource.getrlimit(kind)
            value = value if most == resource.RLIM_INFINITY else min(value, most)
            resource.setrlimit(kind, (value, value))
