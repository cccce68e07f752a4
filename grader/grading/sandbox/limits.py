"""What one graded kernel may use, with all its processes together."""

from dataclasses import dataclass

MIB = 2**20


@dataclass(frozen=True)
class Limits:
    """Limits of one kernel.

    Attributes:
        memory: bytes, of each process by itself and of all of them together.
        processes: processes and threads.
        cpu: seconds of processor time, of all processes together.
        file: bytes of one file.
        scratch: bytes of all files together.
        files: number of files in scratch, and of open files per process.
    """

    memory: int = 4096 * MIB
    processes: int = 512
    cpu: int = 900
    file: int = 256 * MIB
    scratch: int = 512 * MIB
    files: int = 4096
