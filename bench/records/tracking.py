"""What MLflow records of a run of each framework, in a process for each."""

import json
import subprocess
import sys
from typing import Any

MODULE = "grader.production.records.with_mlflow"
# What a reader's environment lacks where nobody has installed TensorBoard.
_WITHOUT = f"""
import runpy, sys
sys.modules["tensorboard"] = None
runpy.run_module({MODULE!r}, run_name="__main__", alter_sys=True)
"""


def measure() -> dict[str, Any]:
    """By framework and way of recording: parameters, names of metrics, any error.

    TensorFlow is tried twice, with TensorBoard and as if it were not installed.
    """
    return {
        "torch": _told("-m", MODULE, "torch"),
        "tensorflow": _told("-m", MODULE, "tensorflow"),
        "without TensorBoard": _told("-c", _WITHOUT, "tensorflow"),
    }


def _told(*arguments: str) -> Any:
    done = subprocess.run(
        [sys.executable, *arguments], stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout)["runs"]
