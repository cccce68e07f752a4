"""Loads a version of a model: TensorFlow's SavedModel or PyTorch's program."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from grader.common.errors import CourseError

PROGRAM = "model.pt2"
"""The file of a version that ``torch.export.save`` wrote."""
SAVED_MODEL = "saved_model.pb"
"""A file that each SavedModel has in its folder."""


class ServingError(CourseError):
    """A model or a server that is not as it should be."""


@dataclass(frozen=True)
class Loaded:
    """A model in memory.

    Attributes:
        predict: rows, float32 of shape (n, width), to answers of shape (n, classes).
        width: how many numbers a row has.
    """

    predict: Callable[[np.ndarray], np.ndarray]
    width: int


def load(folder: Path) -> Loaded:
    """Load the model in ``folder`` and run it once, so that no client pays for it.

    Each framework computes with one thread.

    Raises:
        ServingError: the folder has no model, or one that doesn't take (n, width).
    """
    if (folder / SAVED_MODEL).is_file():
        predict, shape = _saved_model(folder)
    elif (folder / PROGRAM).is_file():
        predict, shape = _program(folder / PROGRAM)
    else:
        raise ServingError(f"{folder} has neither {SAVED_MODEL} nor {PROGRAM}")
    if len(shape) != 2 or isinstance(shape[0], int) or not isinstance(shape[1], int):
        raise ServingError(
            f"{folder}: the model takes {shape}; (any number, width) needed"
        )
    loaded = Loaded(predict, shape[1])
    loaded.predict(np.zeros((1, loaded.width), np.float32))
    return loaded


Opened = tuple[Callable[[np.ndarray], np.ndarray], tuple[object, ...]]


def _saved_model(folder: Path) -> Opened:
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    model = tf.saved_model.load(str(folder))
    serve = model.signatures["serving_default"]
    (name, given), *_ = serve.structured_input_signature[1].items()
    (answer,) = serve.structured_outputs

    def predict(rows: np.ndarray) -> np.ndarray:
        return serve(**{name: tf.constant(rows)})[answer].numpy()

    return predict, tuple(given.shape)


def _program(file: Path) -> Opened:
    import torch

    torch.set_num_threads(1)
    program = torch.export.load(file)
    module = program.module()
    (name,) = program.graph_signature.user_inputs
    given = next(node for node in program.graph.nodes if node.name == name)

    def predict(rows: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return module(torch.from_numpy(rows)).numpy()

    return predict, tuple(given.meta["val"].shape)
