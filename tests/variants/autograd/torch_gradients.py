"""Answers to the exercises on first gradients, in PyTorch."""

import torch

from tests.variants import right, wrong


@right("mse_gradient")
def with_backward(w, X, y):
    w = w.clone().requires_grad_()
    ((X @ w - y) ** 2).mean().backward()
    return w.grad


@wrong("mse_gradient", "sum instead of mean")
def summed(w, X, y):
    w = w.clone().requires_grad_()
    return torch.autograd.grad(((X @ w - y) ** 2).sum(), w)[0]
