"""What a track needs to run: its environment, without the other framework."""

import os
from pathlib import Path

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
    if not OTHERS[track]:
        return dict(os.environ)
    paths = [str(HIDING), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "TANDEM_HIDE": ",".join(OTHERS[track]),
    }
