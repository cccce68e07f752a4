"""The environment of a track, without the other framework, or without extras."""

import os
from pathlib import Path

from grader.common.optional import OPTIONAL

HIDING = Path(__file__).parent / "one_framework"
OTHERS = {
    "both": (),
    "torch": ("tensorflow", "keras"),
    "tensorflow": ("torch",),
}


def environment(track: str) -> dict[str, str]:
    """The environment for a process, and its kernels, that can run only ``track``.

    The packages of the other framework can't be imported there, as if they were
    not installed.
    """
    return _hiding(OTHERS[track])


def without_extras(track: str, folder: Path) -> dict[str, str]:
    """The same, where nothing that ``grader.common.optional`` lists can be found.

    Args:
        folder: is, and stays, without a JDK.
    """
    return _hiding((*OTHERS[track], *OPTIONAL)) | {"JAVA_HOME": str(folder)}


def _hiding(packages: tuple[str, ...]) -> dict[str, str]:
    if not packages:
        return dict(os.environ)
    paths = [str(HIDING), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "TANDEM_HIDE": ",".join(packages),
    }
