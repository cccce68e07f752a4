"""Answers about a gradient check, in PyTorch."""

import torch

from grader.judging.variant import right, wrong


def torch_loss(w, X, y):
    # The given cell above the exercise gradient_check.
    return torch.nn.functional.softplus(-y * (X @ w)).mean()


@right("gradient_check")
def one_weight_at_a_time(w, X, y, claimed, step, tolerance):
    w, X, y, claimed = (t.double() for t in (w, X, y, claimed))
    slopes = []
    for i in range(len(w)):
        up, down = w.clone(), w.clone()
        up[i] += step
        down[i] -= step
        slopes.append((torch_loss(up, X, y) - torch_loss(down, X, y)) / (2 * step))
    numeric = torch.stack(slopes)
    scale = torch.maximum(numeric.abs(), claimed.abs())
    gap = (numeric - claimed).abs()
    return numeric, (~(gap <= tolerance * scale)).int()


@right("gradient_check")
def rows_of_a_matrix(w, X, y, claimed, step, tolerance):
    w, X, y = w.double(), X.double(), y.double()
    steps = step * torch.eye(len(w), dtype=torch.float64)
    ups = torch.stack([torch_loss(w + s, X, y) for s in steps])
    downs = torch.stack([torch_loss(w - s, X, y) for s in steps])
    numeric = (ups - downs) / (2 * step)
    close = [
        abs(a - b) <= tolerance * max(abs(a), abs(b))
        for a, b in zip(numeric.tolist(), claimed.tolist(), strict=True)
    ]
    return numeric, [0 if one else 1 for one in close]


@right("gradient_check")
def autograd_in_float64(w, X, y, claimed, step, tolerance):
    # Not what is asked for, and the same numbers.
    w = w.double().requires_grad_()
    torch_loss(w, X.double(), y.double()).backward()
    larger = torch.where(w.grad.abs() > claimed.abs(), w.grad, claimed.double())
    close = (w.grad - claimed).abs() <= tolerance * larger.abs()
    return w.grad, 1 - close.long()


def _slopes(w, X, y, step):
    slopes = []
    for i in range(len(w)):
        up, down = w.clone(), w.clone()
        up[i] += step
        down[i] -= step
        slopes.append((torch_loss(up, X, y) - torch_loss(down, X, y)) / (2 * step))
    return torch.stack(slopes)


def _scale(numeric, claimed):
    return torch.maximum(numeric.abs(), claimed.abs())


def _wide(w, X, y, claimed, step):
    """The central differences and the claim, in float64."""
    w, X, y, claimed = (t.double() for t in (w, X, y, claimed))
    return _slopes(w, X, y, step), claimed


def _answer(numeric, claimed, tolerance):
    gap = (numeric - claimed).abs()
    return numeric, (~(gap <= tolerance * _scale(numeric, claimed))).int()


@wrong("gradient_check", "in float32")
def dtype_as_it_comes(w, X, y, claimed, step, tolerance):
    return _answer(_slopes(w, X, y, step), claimed, tolerance)


@wrong("gradient_check", "divided by the step")
def over_step(w, X, y, claimed, step, tolerance):
    numeric, claimed = _wide(w, X, y, claimed, step)
    return _answer(2 * numeric, claimed, tolerance)


@wrong("gradient_check", "all entries moved at once")
def moved_together(w, X, y, claimed, step, tolerance):
    w, X, y, claimed = (t.double() for t in (w, X, y, claimed))
    rise = torch_loss(w + step, X, y) - torch_loss(w - step, X, y)
    return _answer((rise / (2 * step)).expand(len(w)), claimed, tolerance)


@wrong("gradient_check", "absolute differences")
def plain_gap(w, X, y, claimed, step, tolerance):
    numeric, claimed = _wide(w, X, y, claimed, step)
    gap = (numeric - claimed).abs()
    return numeric, (~(gap <= tolerance)).int()


@wrong("gradient_check", "two zeros differ")
def quotients(w, X, y, claimed, step, tolerance):
    numeric, claimed = _wide(w, X, y, claimed, step)
    error = (numeric - claimed).abs() / _scale(numeric, claimed)
    return numeric, (~(error <= tolerance)).int()


@wrong("gradient_check", "NaN is overlooked")
def larger_than(w, X, y, claimed, step, tolerance):
    numeric, claimed = _wide(w, X, y, claimed, step)
    gap = (numeric - claimed).abs()
    return numeric, (gap > tolerance * _scale(numeric, claimed)).int()


@wrong("gradient_check", "the absolute value is missing")
def signed(w, X, y, claimed, step, tolerance):
    numeric, claimed = _wide(w, X, y, claimed, step)
    gap = claimed - numeric
    return numeric, (~(gap <= tolerance * _scale(numeric, claimed))).int()


@wrong("gradient_check", "exactly equal")
def bit_by_bit(w, X, y, claimed, step, tolerance):
    numeric, claimed = _wide(w, X, y, claimed, step)
    return numeric, (numeric != claimed).int()


@wrong("gradient_check", "the largest error alone")
def worst(w, X, y, claimed, step, tolerance):
    numeric, claimed = _wide(w, X, y, claimed, step)
    error = (numeric - claimed).abs() / _scale(numeric, claimed).clamp(min=1e-300)
    return numeric, (torch.arange(len(w)) == error.argmax()).int()


@wrong("gradient_check", "right and wrong are exchanged")
def marked_right(w, X, y, claimed, step, tolerance):
    numeric, claimed = _wide(w, X, y, claimed, step)
    numeric, wrong = _answer(numeric, claimed, tolerance)
    return numeric, 1 - wrong
