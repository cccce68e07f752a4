"""The rules for the layers of both frameworks, one module for each family."""

from twin.rules import (
    activation,
    attention,
    convolution,
    dense,
    embedding,
    normalization,
    recurrent,
)

__all__ = [
    "activation",
    "attention",
    "convolution",
    "dense",
    "embedding",
    "normalization",
    "recurrent",
]
