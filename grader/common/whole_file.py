"""Files that are replaced whole.

Who reads one finds the former content or the new one, also when its writer was killed
or the disk was full. A writer that was killed may leave a hidden file beside it, which
nothing reads.

No writer waits until the content is on the disk (``fsync``), which would take longer
than the rest of a ``check``. So a failure of power may leave an empty file on some file
systems. ``course check-all`` brings progress back, and a backup a notebook; guesses are
lost. SQLite makes sure of the gradebook by itself.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write(path: Path, data: bytes) -> None:
    """Write a file; the folders to it are made.

    Raises:
        OSError: it can't be written. The former file stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as new:
        new.write_bytes(data)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A name for a new file, which takes the place of ``path`` once it is written.

    Raises:
        OSError: it can't be written. The former file stays.
    """
    # In the same folder, since only there a file takes another's place in one step; and
    # with a name of its own, since two processes may write the same file at a time.
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        yield new
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
