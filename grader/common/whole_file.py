"""Files that are replaced as a whole.

A reader finds the old content or the new content, even if the writer was killed or the
disk was full. A writer that was killed may leave a hidden file beside it, which nothing
reads.

No writer waits until the content is on the disk (``fsync``): that would take longer
than the rest of a ``check``. So a power failure may leave an empty file on some file
systems. Then ``course check-all`` restores progress and a backup restores a notebook,
but guesses are lost. SQLite protects the gradebook by itself.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write(path: Path, data: bytes) -> None:
    """Write a file, and make the folders above it if needed.

    Raises:
        OSError: the file can't be written. The old file stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as new:
        new.write_bytes(data)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write a new file to, which then replaces ``path``.

    Raises:
        OSError: the file can't be written. The old file stays.
    """
    # The new file is in the same folder: only there can it replace the other in one
    # step. Its name is unique: two processes may write the same file at a time.
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        yield new
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
