"""All that Tandem knows of PyTorch's tensors. Imports torch."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import numpy as np
import torch


def is_tensor(value: object) -> bool:
    return isinstance(value, torch.Tensor)


def to_numpy(tensor: torch.Tensor) -> np.ndarray:
    values = tensor.detach().cpu().resolve_conj().resolve_neg()
    if values.dtype == torch.bfloat16:  # NumPy has no such dtype
        values = values.float()
    return values.numpy()


def from_numpy(array: np.ndarray) -> torch.Tensor:
    return torch.tensor(array)


def tracked(tensor: torch.Tensor) -> bool:
    return tensor.requires_grad


def device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"


@contextmanager
def full_precision() -> Iterator[None]:
    """Float32 matrix products keep all bits of their factors, on a GPU too.

    Convolutions do as cuDNN is set; what exercises convolve is exact in TF32.
    """
    # TF32 has an older and a newer name. Once the newer is used, the older one can't
    # be read; while it can, both are set, since some of PyTorch still reads the older.
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
