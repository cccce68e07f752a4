"""Stored digits, with what the model answers to them in the notebook."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from grader.common.errors import CourseError

NAME = "digits.json"


def write_digits(
    folder: Path, x: NDArray[np.float32], logits: NDArray[np.float32]
) -> None:
    """Write the digits that the page compares its runtimes on.

    Args:
        folder: where the page's models are.
        x: float32, shape (n, 8, 8, 1), at least one, scaled as the model expects it.
            The page takes the largest number for full ink.
        logits: float32, shape (n, 10): the model's answers in the notebook.

    Raises:
        CourseError: other shapes, or numbers that are not finite.
    """
    x, logits = np.asarray(x), np.asarray(logits)
    if x.shape[1:] != (8, 8, 1) or logits.shape != (len(x), 10) or not len(x):
        raise CourseError(
            "write_digits takes x of shape (n, 8, 8, 1) and logits of shape (n, 10), "
            f"with n at least 1; these have {x.shape} and {logits.shape}"
        )
    if not (np.isfinite(x).all() and np.isfinite(logits).all()):
        raise CourseError("x or logits hold NaN or infinity, which JSON does not have")
    told = {"inputs": x.reshape(len(x), 64).tolist(), "logits": logits.tolist()}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_text(json.dumps(told), encoding="utf-8")
