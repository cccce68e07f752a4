"""Opens a Keras model in another process, where Keras runs on PyTorch."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

PROGRAM = """
import sys, numpy, torch, keras
keras.config.set_floatx("float64")
model = keras.saving.load_model("model.keras")
output = model(numpy.load("x.npy"))
numpy.save("output.npy", output.detach().cpu().numpy())
print("is a PyTorch module:", isinstance(model, torch.nn.Module))
print("TensorFlow imported:", "tensorflow" in sys.modules)
print("float64 with float32 is", keras.backend.result_type("float64", "float32"))
"""


def run(model: Any, x: np.ndarray) -> tuple[np.ndarray, str]:
    """Save a Keras model, open it with ``KERAS_BACKEND=torch``, and run it on ``x``.

    Args:
        model: a Keras model without code of its own.
        x: its input.

    Returns:
        Its output, and what the process printed.
    """
    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder, "model.keras"))
        np.save(Path(folder, "x.npy"), x)
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=folder,
            env=os.environ | {"KERAS_BACKEND": "torch", "CUDA_VISIBLE_DEVICES": ""},
            check=True,
            capture_output=True,
            text=True,
        )
        return np.load(Path(folder, "output.npy")), done.stdout.strip()
