"""``python -m tests.kernels.no_locks MODULE ...`` runs it where ``flock`` has no locks.

As on a network file system without a lock service; SQLite's own locks still work.
"""

import errno
import fcntl
import os
import runpy
import sys


def missing(number: int = errno.ENOLCK):
    """A function of ``fcntl`` that fails with this error."""

    def lock(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return lock


if __name__ == "__main__":
    fcntl.flock = missing()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
