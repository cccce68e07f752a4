"""All that Tandem knows of PyTorch's tensors. Imports torch."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import numpy as np
import torch

from grader.common.frameworks import Reason


def is_tensor(value: object) -> bool:
    """Whether it is a PyTorch tensor; a parameter is one."""
    return isinstance(value, torch.Tensor)


def to_numpy(tensor: torch.Tensor) -> np.ndarray:
    """The values, in the tensor's shape and dtype; bfloat16 becomes float32.

    The tensor may be on any device; the values come without its graph.
    """
    values = tensor.detach().cpu().resolve_conj().resolve_neg()
    if values.dtype == torch.bfloat16:  # NumPy has no such dtype
        values = values.float()
    return values.numpy()


def from_numpy(array: np.ndarray) -> torch.Tensor:
    """A copy of the array, of its shape and dtype, on the CPU."""
    return torch.tensor(array)


def tracked(tensor: torch.Tensor) -> bool:
    """Whether gradients flow through it."""
    return tensor.requires_grad


def device() -> str:
    """``cuda`` where PyTorch finds a GPU, else ``cpu``."""
    return "cuda" if torch.cuda.is_available() else "cpu"


@contextmanager
def full_precision() -> Iterator[None]:
    """Float32 matrix products keep all bits of their factors, on a GPU too.

    Convolutions follow cuDNN's own setting: exercises convolve only numbers that TF32
    holds exactly.
    """
    # PyTorch has an older and a newer switch for TF32. Once the newer one is used, the
    # older one can't be read. Until then both are set: parts of PyTorch still read the
    # older one.
    matmul = torch.backends.cuda.matmul
    newer, older = matmul.fp32_precision, None
    with suppress(RuntimeError):
        older = torch.get_float32_matmul_precision()
        torch.set_float32_matmul_precision("highest")
    matmul.fp32_precision = "ieee"
    try:
        yield
    finally:
        if older is not None:
            torch.set_float32_matmul_precision(older)
        matmul.fp32_precision = newer


def reason(error: BaseException) -> Reason:
    """The reason of an error, and the traced line; Dynamo's begin with the reason."""
    dynamo = sys.modules.get("torch._dynamo.exc")
    if dynamo is None or not isinstance(error, dynamo.TorchDynamoException):
        return Reason(error)
    stack = tuple((at.filename, at.lineno) for at in getattr(error, "real_stack", ()))
    found = error
    if isinstance(error, dynamo.TorchRuntimeError):  # an operation's own error
        while isinstance(found, dynamo.TorchDynamoException):
            found = found.__cause__ or found.__context__
    return Reason(found or error, stack, head=True)


def switches() -> list[str]:
    """The global switches that are not as PyTorch sets them."""
    dynamo = sys.modules.get("torch._dynamo.config")
    on = {
        "torch.set_grad_enabled": not torch.is_grad_enabled()
        and not torch.is_inference_mode_enabled(),
        "torch.inference_mode": torch.is_inference_mode_enabled(),
        "torch.set_default_dtype": torch.get_default_dtype() != torch.float32,
        "torch.set_default_device": torch.get_default_device().type == "meta",
        "torch.use_deterministic_algorithms": (
            torch.are_deterministic_algorithms_enabled()
        ),
        "torch.autocast": torch.is_autocast_enabled("cpu")
        or torch.is_autocast_enabled("cuda"),
        "torch._dynamo.config.disable": bool(dynamo and dynamo.disable),
    }
    return [name for name, is_on in on.items() if is_on]
