"""Runs what lesson 10 shows and no lesson can run: litert-torch and ExecuTorch.

Each has an environment of its own: litert-torch's pins don't fit beside the course's,
and ExecuTorch brings some 25 packages:

    python -m venv /tmp/litert
    /tmp/litert/bin/pip install "litert-torch==0.10.0" "torch==2.13.0"
    python -m bench.export litert_torch --python /tmp/litert/bin/python

    python -m venv /tmp/executorch
    /tmp/executorch/bin/pip install "executorch==1.5.1" "torch==2.13.0"
    python -m bench.export executorch --python /tmp/executorch/bin/python

The results go to ``grader/pictures/export/mobile_runs.json``. A run takes a minute.
"""

import json
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from grader.pictures.export import digits_cnn, mobile_runs

CALIBRATION = 100  # images


class Tool(StrEnum):
    """A way from PyTorch to a phone; a program beside this file is named after it."""

    litert_torch = "litert_torch"
    executorch = "executorch"


def main(
    tool: Tool,
    python: Annotated[Path, typer.Option(help="the interpreter of its environment")],
) -> None:
    """Convert the model, run it on the test images, and store what came out."""
    train, _, test, labels = digits_cnn.images()
    arrays = digits_cnn.weights()
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder, "given.npz")
        data = {"calibration": train[:CALIBRATION], "test": test}
        np.savez(given, **arrays, **data)
        program = Path(__file__).with_name(f"{tool}_program.py")
        done = subprocess.run(
            [python, program, given], cwd=folder, stdout=subprocess.PIPE, text=True
        )
        if done.returncode:
            sys.exit(f"{program.name} failed in {python}: see above")
        told = json.loads(done.stdout.splitlines()[-1])
        files = {
            title: _judged(Path(folder, name), found, labels)
            for title, (name, found) in told["files"].items()
        }
    stored = mobile_runs.stored()
    stored[tool] = {
        "date": datetime.now(UTC).date().isoformat(),
        "versions": told["versions"],
        "files": files,
    }
    text = json.dumps(stored, indent=2, sort_keys=True)
    mobile_runs.PATH.write_text(text + "\n", encoding="utf-8")


def _judged(file: Path, logits: str, labels: np.ndarray) -> dict[str, float]:
    """What is stored of a file: its bytes, its accuracy and its largest error."""
    _, _, test, _ = digits_cnn.images()
    expected = digits_cnn.logits(digits_cnn.weights(), test)
    found = np.load(file.with_name(logits))
    return {
        "bytes": file.stat().st_size,
        "accuracy": round(float(np.mean(found.argmax(axis=1) == labels)), 4),
        "largest_error": float(f"{np.abs(found - expected).max():.1e}"),
    }


if __name__ == "__main__":
    typer.run(main)
