"""All that Tandem knows of PyTorch's tensors. Imports torch."""

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
