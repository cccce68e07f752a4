"""The notebooks in a zip file that anything may have been packed into.

Nothing is unpacked to disk: a notebook is read into memory, up to a bound.
"""

import io
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from grader.common.bounds import MIB
from grader.common.printable import one_line
from grader.grading.intake.folders import is_notebook
from grader.grading.intake.notebook_file import MAX_SIZE
from grader.grading.intake.notebook_format import Unreadable

MAX_MEMBERS = 1_000
MAX_RATIO = 200  # text seldom shrinks to a twentieth, a bomb to a thousandth
SMALL = MIB  # what no ratio makes dangerous
ENTRY = b"PK\x01\x02"
DROPPINGS = ("__MACOSX",)


def members(raw: bytes) -> tuple[list[str], list[str]]:
    """The names of the notebooks in a zip file, and of all other files.

    Raises:
        Unreadable: a name leads out of the archive, an entry is a link or encrypted,
            it is damaged, or would not stop growing.
    """
    with _opened(raw) as archive:
        names = [m.filename for m in archive.infolist() if not m.is_dir()]
    names = [name for name in names if _counts(name)]
    notebooks = [name for name in names if is_notebook(name)]
    return notebooks, [name for name in names if name not in notebooks]


def member(raw: bytes, name: str) -> bytes:
    """The content of a file in a zip file.

    Raises:
        Unreadable: as :func:`members`, or it is too large.
        KeyError: there is no such file.
    """
    with _opened(raw) as archive, archive.open(name) as file:
        content = file.read(MAX_SIZE + 1)  # stops at the size that it announced
    if len(content) > MAX_SIZE:
        raise Unreadable(
            f"holds a notebook that is too large (more than {MAX_SIZE // MIB} MiB): "
            "clear its outputs and attachments"
        )
    return content


@contextmanager
def _opened(raw: bytes) -> Iterator[zipfile.ZipFile]:
    if raw.count(ENTRY) > MAX_MEMBERS:
        raise Unreadable(f"is a zip of more than {MAX_MEMBERS:,} files")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for info in archive.infolist():
                _check(info)
            yield archive
    except Unreadable:
        raise
    except Exception as error:
        # zipfile and its decompressors believe what a file says of itself, so damage
        # shows as any exception.
        words = one_line(error, 100) or type(error).__name__
        raise Unreadable(f"is a damaged zip file ({words})") from error


def _check(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    if not info.filename or not name:
        raise Unreadable("holds a file without a name")
    told = name.encode("unicode_escape").decode()[:100]
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if name.startswith(("/", "\\")) or name[1:2] == ":":
        raise Unreadable(f"holds an absolute name ({told}); none of it was unpacked")
    if ".." in parts:
        raise Unreadable(
            f"holds a name that leads out of it ({told}); none of it was unpacked"
        )
    if "\\" in name or not name.isprintable():
        raise Unreadable(f"holds a name with forbidden characters ({told})")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Unreadable(f"holds a link or a special file ({told})")
    if info.flag_bits & 1:
        raise Unreadable("is encrypted: pack it without a password")
    if info.file_size > max(SMALL, MAX_RATIO * info.compress_size):
        raise Unreadable(f"would swell too much ({told}): a zip bomb")


def _counts(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return not any(part.startswith(".") or part in DROPPINGS for part in parts)
