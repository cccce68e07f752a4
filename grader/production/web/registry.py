"""How a kernel tells Jupyter's server which folder a page is for.

The server makes a folder for itself and names it, and the address of its pages, in its
environment, which kernels inherit. A kernel writes there a file for each page.
"""

import hashlib
import os
import re
from pathlib import Path

FOLDER, ADDRESS = "TANDEM_PAGES_FOLDER", "TANDEM_PAGES_ADDRESS"
KEY = re.compile(r"[0-9a-f]{32}")


def offer(folder: Path, address: str) -> None:
    """In a server: let kernels know where to register, and where the pages are."""
    os.environ[FOLDER], os.environ[ADDRESS] = str(folder), address


def register(models: Path) -> str | None:
    """In a kernel: the address of the page for a folder; None if no server offers one.

    The address is relative to the server's, and ends in a slash.
    """
    folder, address = os.environ.get(FOLDER), os.environ.get(ADDRESS)
    if not folder or not address or not Path(folder).is_dir():
        return None
    path = str(models.resolve())
    key = hashlib.sha256(path.encode()).hexdigest()[:32]
    Path(folder, key).write_text(path, encoding="utf-8")
    return f"{address}{key}/"


def registered(folder: Path, key: str) -> Path | None:
    """In a server: the folder of models that a kernel registered under a key."""
    record = folder / key
    if not KEY.fullmatch(key) or not record.is_file():
        return None
    return Path(record.read_text(encoding="utf-8"))
