"""The notebook in a zip file that anything may have been packed into.

Nothing is unpacked to disk: the one notebook is read into memory, up to a bound.
"""

import io
import stat
import zipfile
import zlib
from pathlib import PurePosixPath

from grader.grading.notebook_file import MAX_SIZE, MIB, Unreadable

MAX_MEMBERS = 1_000
MAX_RATIO = 200  # text seldom shrinks to a twentieth, a bomb to a thousandth
SMALL = MIB  # what no ratio makes dangerous
ENTRY = b"PK\x01\x02"
DROPPINGS = ("__MACOSX",)


def notebook_in(raw: bytes) -> tuple[str, bytes, list[str]]:
    """The name and content of the only notebook in a zip file, and all other names.

    Raises:
        Unreadable: a name leads out of the archive, an entry is a link or encrypted,
            it is damaged, holds no or several notebooks, or would not stop growing.
    """
    if raw.count(ENTRY) > MAX_MEMBERS:
        raise Unreadable(f"is a zip of more than {MAX_MEMBERS:,} files")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            for info in archive.infolist():
                _check(info)
            members = [m for m in members if _counts(m.filename)]
            found = [m for m in members if m.filename.lower().endswith(".ipynb")]
            if len(found) != 1:
                names = ", ".join(m.filename for m in found) or "none"
                raise Unreadable(f"must hold exactly one notebook; it holds {names}")
            others = [m.filename for m in members if m is not found[0]]
            return found[0].filename, _content(archive, found[0]), others
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise Unreadable(f"is a damaged zip file ({error})") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise Unreadable("is a damaged zip file") from error


def _check(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    shown = name.encode("unicode_escape").decode()[:100]
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if name.startswith(("/", "\\")) or name[1:2] == ":":
        raise Unreadable(f"holds an absolute name ({shown}); none of it was unpacked")
    if ".." in parts:
        raise Unreadable(
            f"holds a name that leads out of it ({shown}); none of it was unpacked"
        )
    if "\\" in name or not name.isprintable():
        raise Unreadable(f"holds a name with forbidden characters ({shown})")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Unreadable(f"holds a link or a special file ({shown})")
    if info.flag_bits & 1:
        raise Unreadable("is encrypted: pack it without a password")
    if info.file_size > max(SMALL, MAX_RATIO * info.compress_size):
        raise Unreadable(f"would swell too much ({shown}): a zip bomb")


def _counts(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return not any(part.startswith(".") or part in DROPPINGS for part in parts)


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as file:  # stops at the size that it announced
        content = file.read(MAX_SIZE + 1)
    if len(content) > MAX_SIZE:
        raise Unreadable(
            f"holds a notebook that is too large (more than {MAX_SIZE >> 20} MiB): "
            "clear its outputs and attachments"
        )
    return content
