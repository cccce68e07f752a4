"""Which framework a value belongs to; finding out imports no framework."""

import importlib.util
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

FRAMEWORKS = ("torch", "tensorflow")
# Stands, in ids and records, where others have a framework, for what needs none: an
# exercise of this kind gets NumPy arrays.
NEUTRAL = "numpy"
TITLES = {"torch": "PyTorch", "tensorflow": "TensorFlow", NEUTRAL: "NumPy"}


class Reason(NamedTuple):
    """What an adapter knows of an exception.

    Attributes:
        error: the exception with the reason; a framework may wrap it in another.
        stack: files and lines of the code that was being traced, outermost first.
        head: whether a long message begins with the reason; otherwise it may end with
            the reason.
    """

    error: BaseException
    stack: tuple[tuple[str, int], ...] = ()
    head: bool = False


def installed(framework: str) -> bool:
    """Whether the framework can be imported here."""
    try:
        return importlib.util.find_spec(framework) is not None
    except (ImportError, ValueError):
        return False


def adapter(framework: str) -> ModuleType:
    """The module that knows ``framework``; imports the framework.

    It has ``is_tensor(value)``, ``to_numpy(tensor)``, ``from_numpy(array)``,
    ``tracked(tensor)``, ``device()``, ``full_precision()``, ``reason(error)`` and
    ``switches()``.
    """
    if framework not in FRAMEWORKS:
        raise ValueError(
            f'unknown framework {framework!r}: use "torch" or "tensorflow"'
        )
    if not installed(framework):
        raise ModuleNotFoundError(
            f"{TITLES[framework]} is not installed here. Install it with "
            f'pip install "tandem-course[{framework}]", or do the other half.'
        )
    return import_module(f"grader.common.{framework}_adapter")


def framework_of(value: object) -> str | None:
    """The framework of a tensor; None for anything else."""
    # The class's module names its framework. A value can be a tensor only of a
    # framework that is already imported.
    for base in type(value).__mro__:
        root = base.__module__.split(".")[0]
        framework = "tensorflow" if root == "keras" else root
        if framework in FRAMEWORKS:
            return framework if adapter(framework).is_tensor(value) else None
    return None


def adapter_of(value: object) -> ModuleType | None:
    """The adapter of a tensor's own framework; None for anything else."""
    framework = framework_of(value)
    return None if framework is None else adapter(framework)


def to_numpy(value: object) -> "np.ndarray":
    """A tensor, array or number as a NumPy array (a copy when on another device)."""
    import numpy as np  # here, so that `course lab` starts without it

    module = adapter_of(value)
    return np.asarray(value) if module is None else module.to_numpy(value)
