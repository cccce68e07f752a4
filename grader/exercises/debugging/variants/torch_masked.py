"""Answers about a masked loss, in PyTorch."""

import torch

from grader.judging.variant import right, wrong


@right("masked_loss")
def where_twice(w, x, y, mask):
    w = w.clone().requires_grad_()
    rate = x @ w
    safe = torch.where(mask == 1, rate, 1.0)
    losses = torch.where(mask == 1, safe - y * torch.log(safe), 0.0)
    loss = losses.sum() / mask.sum().clamp(min=1)
    loss.backward()
    return loss.detach(), w.grad


@right("masked_loss")
def real_rows_alone(w, x, y, mask):
    x, y = x[mask == 1], y[mask == 1]
    if len(x) == 0:
        return 0.0, torch.zeros_like(w)

    def loss(w):
        rate = x @ w
        return (rate - y * rate.log()).mean()

    gradient, value = torch.func.grad_and_value(loss)(w)
    return value, gradient


@right("masked_loss")
def clean_input(w, x, y, mask):
    # Rows of padding get the first feature 1 and the weight 1 by a constant.
    w = w.clone().requires_grad_()
    rate = (x * mask[:, None]) @ w + (1 - mask)
    loss = (mask * (rate - y * torch.log(rate))).sum()
    loss = loss / max(1.0, float(mask.sum()))
    return loss.item(), torch.autograd.grad(loss, w)[0]


@wrong("masked_loss", "the gradient goes through the padding")
def where_once(w, x, y, mask):
    w = w.clone().requires_grad_()
    rate = x @ w
    losses = torch.where(mask == 1, rate - y * torch.log(rate), 0.0)
    loss = losses.sum() / mask.sum().clamp(min=1)
    loss.backward()
    return loss.detach(), w.grad


@wrong("masked_loss", "a NaN gradient made zero")
def nan_to_zero(w, x, y, mask):
    w = w.clone().requires_grad_()
    rate = x @ w
    losses = torch.where(mask == 1, rate - y * torch.log(rate), 0.0)
    loss = losses.sum() / mask.sum().clamp(min=1)
    loss.backward()
    return loss.detach(), w.grad.nan_to_num()


@wrong("masked_loss", "the loss of padding is multiplied by 0")
def times_mask(w, x, y, mask):
    w = w.clone().requires_grad_()
    rate = x @ w
    losses = mask * (rate - y * torch.log(rate))
    loss = losses.sum() / mask.sum().clamp(min=1)
    loss.backward()
    return loss.detach(), w.grad


@wrong("masked_loss", "the mean over all rows")
def mean_of_losses(w, x, y, mask):
    w = w.clone().requires_grad_()
    safe = torch.where(mask == 1, x @ w, 1.0)
    loss = torch.where(mask == 1, safe - y * torch.log(safe), 0.0).mean()
    loss.backward()
    return loss.detach(), w.grad


@wrong("masked_loss", "sum instead of mean")
def summed(w, x, y, mask):
    w = w.clone().requires_grad_()
    safe = torch.where(mask == 1, x @ w, 1.0)
    loss = torch.where(mask == 1, safe - y * torch.log(safe), 0.0).sum()
    loss.backward()
    return loss.detach(), w.grad


@wrong("masked_loss", "padding counts with the rate 1")
def safe_rate_alone(w, x, y, mask):
    w = w.clone().requires_grad_()
    safe = torch.where(mask == 1, x @ w, 1.0)
    loss = (safe - y * torch.log(safe)).mean()
    loss.backward()
    return loss.detach(), w.grad


@wrong("masked_loss", "no real row gives NaN")
def plain_division(w, x, y, mask):
    w = w.clone().requires_grad_()
    safe = torch.where(mask == 1, x @ w, 1.0)
    loss = torch.where(mask == 1, safe - y * torch.log(safe), 0.0).sum()
    loss = loss / mask.sum()
    loss.backward()
    return loss.detach(), w.grad


@wrong("masked_loss", "0.1 is added to every rate")
def moved_logarithm(w, x, y, mask):
    w = w.clone().requires_grad_()
    rate = torch.where(mask == 1, x @ w, 1.0)
    losses = torch.where(mask == 1, rate - y * torch.log(rate + 0.1), 0.0)
    loss = losses.sum() / mask.sum().clamp(min=1)
    loss.backward()
    return loss.detach(), w.grad


@wrong("masked_loss", "the counts are left out")
def without_y(w, x, y, mask):
    w = w.clone().requires_grad_()
    safe = torch.where(mask == 1, x @ w, 1.0)
    losses = torch.where(mask == 1, safe - torch.log(safe), 0.0)
    loss = losses.sum() / mask.sum().clamp(min=1)
    loss.backward()
    return loss.detach(), w.grad
