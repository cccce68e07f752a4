"""TF32 in PyTorch: its CPU's products get rounded factors. Imports torch.

The kernels of the operators themselves are replaced, below autograd and above what
``torch.compile`` calls. Products inside other kernels are not rounded: in a fused
attention or LSTM, and tiny ones that the compiler writes as sums.
"""

import warnings
from collections.abc import Callable
from typing import Any

import torch

from grader.authoring.running.tf32.rounding import rounded

# For each operator, its overloads and the positions of factors in its arguments.
MATRICES = {
    "mm": (("", ".out"), (0, 1)),
    "bmm": (("", ".out"), (0, 1)),
    "addmm": (("", ".out"), (1, 2)),
    "addmm_": (("",), (1, 2)),
    "_addmm_activation": (("", ".out"), (1, 2)),
    "baddbmm": (("", ".out"), (1, 2)),
    "baddbmm_": (("",), (1, 2)),
}
CONVOLUTIONS = {"convolution": (0, 1), "convolution_backward": (0, 1, 2)}
_library = torch.library.Library("aten", "IMPL")


def emulate() -> None:
    """Replace the operations that multiply matrices, and those that convolve."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Warning only once for all operators")
        for name, (overloads, factors) in MATRICES.items():
            for overload in overloads:
                _replace(name + overload, factors, torch.backends.cuda.matmul)
        convolving: Any = torch.backends.cudnn
        for name, places in CONVOLUTIONS.items():
            _replace(name, places, convolving.conv)


def _replace(name: str, factors: tuple[int, ...], switch: Any) -> None:
    """Round the arguments at ``factors`` while ``switch`` says so."""
    kernel = torch.library.get_kernel(f"aten::{name}", "CPU")
    replacement = _rounding(kernel.call_boxed, factors, switch)
    _library.impl(name, replacement, "CPU", with_keyset=True)


def _rounding(
    call: Callable[..., object], factors: tuple[int, ...], switch: Any
) -> Callable[..., object]:
    def product(keys: object, *arguments: Any, **named: object) -> object:
        if switch.fp32_precision == "tf32":
            arguments = tuple(
                _rounded(argument) if at in factors else argument
                for at, argument in enumerate(arguments)
            )
        return call(keys, *arguments, **named)

    return product


def _rounded(factor: torch.Tensor) -> torch.Tensor:
    if factor.dtype != torch.float32:
        return factor
    return torch.from_numpy(rounded(factor.numpy(force=True)))
