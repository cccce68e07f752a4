"""Answers to the exercises on resuming and mending, in PyTorch."""

import math

import torch

from grader.judging.variant import right, wrong

# The locked cells above the exercise find_the_bug.


def batches(X, y, size):
    starts = range(0, len(y), size)
    return [(X[i : i + size], y[i : i + size]) for i in starts]


def mse(w, X, y):
    return ((X @ w - y) ** 2).mean()


@right("resume")
def counted_on(w, v, done, X, y, rate, mu, steps):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for t in range(done, done + steps):
        i = t % len(X)
        loss = ((X[i] @ w - y[i]) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        (g,) = torch.autograd.grad(loss, w)
        v = mu * v + g
        with torch.no_grad():
            w -= rate / math.sqrt(t + 1) * v
    return losses, ws


@right("resume")
def restored_optimizer(w, v, done, X, y, rate, mu, steps):
    w = torch.nn.Parameter(w)
    sgd = torch.optim.SGD([w], lr=rate, momentum=mu)
    sgd.state[w]["momentum_buffer"] = v.clone()
    losses, ws = [], []
    for t in range(done, done + steps):
        sgd.param_groups[0]["lr"] = rate / (t + 1) ** 0.5
        sgd.zero_grad()
        loss = torch.nn.functional.mse_loss(X[t % len(X)] @ w, y[t % len(X)])
        loss.backward()
        losses.append(loss.item())
        ws.append(w.tolist())
        sgd.step()
    return losses, ws


@right("resume")
def rotated_lists(w, v, done, X, y, rate, mu, steps):
    start = done % len(X)
    X, y = X[start:] + X[:start], y[start:] + y[:start]
    rates = rate * torch.arange(done + 1, done + steps + 1).to(w).rsqrt()
    losses, ws = [], []
    for i, step_size in enumerate(rates):
        A, b = X[i % len(X)], y[i % len(X)]
        residual = A @ w - b
        losses.append(residual.square().mean())
        ws.append(w)
        v = mu * v + 2 * A.T @ residual / len(b)
        w = w - step_size * v
    return torch.stack(losses), torch.stack(ws)


@wrong("resume", "the velocity is forgotten")
def zero_velocity(w, v, done, X, y, rate, mu, steps):
    w = w.clone().requires_grad_()
    v, losses, ws = torch.zeros_like(v), [], []
    for t in range(done, done + steps):
        i = t % len(X)
        loss = ((X[i] @ w - y[i]) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        (g,) = torch.autograd.grad(loss, w)
        v = mu * v + g
        with torch.no_grad():
            w -= rate / math.sqrt(t + 1) * v
    return losses, ws


@wrong("resume", "the schedule starts again")
def new_schedule(w, v, done, X, y, rate, mu, steps):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for t in range(done, done + steps):
        i = t % len(X)
        loss = ((X[i] @ w - y[i]) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        (g,) = torch.autograd.grad(loss, w)
        v = mu * v + g
        with torch.no_grad():
            w -= rate / math.sqrt(t - done + 1) * v
    return losses, ws


@wrong("resume", "the data start again")
def first_batch_again(w, v, done, X, y, rate, mu, steps):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for t in range(done, done + steps):
        i = (t - done) % len(X)
        loss = ((X[i] @ w - y[i]) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        (g,) = torch.autograd.grad(loss, w)
        v = mu * v + g
        with torch.no_grad():
            w -= rate / math.sqrt(t + 1) * v
    return losses, ws


@wrong("resume", "t starts at 0")
def t_from_zero(w, v, done, X, y, rate, mu, steps):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for t in range(steps):
        i = t % len(X)
        loss = ((X[i] @ w - y[i]) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        (g,) = torch.autograd.grad(loss, w)
        v = mu * v + g
        with torch.no_grad():
            w -= rate / math.sqrt(t + 1) * v
    return losses, ws


@wrong("resume", "only w is restored")
def fresh_start(w, v, done, X, y, rate, mu, steps):
    w = w.clone().requires_grad_()
    v, losses, ws = torch.zeros_like(v), [], []
    for t in range(steps):
        i = t % len(X)
        loss = ((X[i] @ w - y[i]) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        (g,) = torch.autograd.grad(loss, w)
        v = mu * v + g
        with torch.no_grad():
            w -= rate / math.sqrt(t + 1) * v
    return losses, ws


@wrong("resume", "the last step is done again")
def one_step_twice(w, v, done, X, y, rate, mu, steps):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for t in range(done - 1, done - 1 + steps):
        i = t % len(X)
        loss = ((X[i] @ w - y[i]) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        (g,) = torch.autograd.grad(loss, w)
        v = mu * v + g
        with torch.no_grad():
            w -= rate / math.sqrt(t + 1) * v
    return losses, ws


@wrong("resume", "a step is skipped")
def one_step_skipped(w, v, done, X, y, rate, mu, steps):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for t in range(done + 1, done + 1 + steps):
        i = t % len(X)
        loss = ((X[i] @ w - y[i]) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        (g,) = torch.autograd.grad(loss, w)
        v = mu * v + g
        with torch.no_grad():
            w -= rate / math.sqrt(t + 1) * v
    return losses, ws


@right("find_the_bug")
def mended_in_place(w, X, y, size, rate, decay, epochs):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for _ in range(epochs):
        parts = []
        for a, b in batches(X, y, size):
            loss = mse(w, a, b)
            w.grad = None
            loss.backward()
            with torch.no_grad():
                w -= rate * w.grad
            parts.append(loss.item() * len(b))
        losses.append(sum(parts) / len(y))
        ws.append(w.detach().clone())
        rate *= decay
    return losses, ws


@right("find_the_bug")
def optimizer_and_scheduler(w, X, y, size, rate, decay, epochs):
    w = torch.nn.Parameter(w)
    sgd = torch.optim.SGD([w], lr=rate)
    schedule = torch.optim.lr_scheduler.ExponentialLR(sgd, decay)
    losses, ws = [], []
    for _ in range(epochs):
        errors = []
        for a, b in zip(X.split(size), y.split(size), strict=True):
            sgd.zero_grad()
            squared = (a @ w - b) ** 2
            squared.mean().backward()
            errors.append(squared.detach())
            sgd.step()
        losses.append(torch.cat(errors).mean())
        ws.append(w.detach().clone())
        schedule.step()
    return losses, ws


@right("find_the_bug")
def gradients_on_paper(w, X, y, size, rate, decay, epochs):
    losses, ws = [], []
    for epoch in range(epochs):
        total = 0.0
        for i in range(0, len(y), size):
            rows = slice(i, i + size)
            residual = X[rows] @ w - y[rows]
            total += residual.square().sum()
            g = 2 * X[rows].T @ residual / len(residual)
            w = w - rate * decay**epoch * g
        losses.append(total / len(y))
        ws.append(w)
    return torch.stack(losses), torch.stack(ws)


@wrong("find_the_bug", "all three bugs are still there")
def unchanged(w, X, y, size, rate, decay, epochs):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for _ in range(epochs):
        parts = []
        rate *= decay
        for a, b in batches(X, y, size):
            loss = mse(w, a, b)
            loss.backward()
            with torch.no_grad():
                w -= rate * w.grad
            parts.append(loss.item())
        losses.append(sum(parts) / len(parts))
        ws.append(w.detach().clone())
    return losses, ws


@wrong(
    "find_the_bug", "still there: gradients add up, and the schedule moves too early"
)
def only_loss_mended(w, X, y, size, rate, decay, epochs):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for _ in range(epochs):
        parts = []
        rate *= decay
        for a, b in batches(X, y, size):
            loss = mse(w, a, b)
            loss.backward()
            with torch.no_grad():
                w -= rate * w.grad
            parts.append(loss.item() * len(b))
        losses.append(sum(parts) / len(y))
        ws.append(w.detach().clone())
    return losses, ws


@wrong("find_the_bug", "still there: gradients add up, and the loss is a mean of means")
def only_schedule_mended(w, X, y, size, rate, decay, epochs):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for _ in range(epochs):
        parts = []
        for a, b in batches(X, y, size):
            loss = mse(w, a, b)
            loss.backward()
            with torch.no_grad():
                w -= rate * w.grad
            parts.append(loss.item())
        losses.append(sum(parts) / len(parts))
        ws.append(w.detach().clone())
        rate *= decay
    return losses, ws


@wrong(
    "find_the_bug",
    "still there: the schedule moves too early, and the loss is a mean of means",
)
def only_gradient_mended(w, X, y, size, rate, decay, epochs):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for _ in range(epochs):
        parts = []
        rate *= decay
        for a, b in batches(X, y, size):
            loss = mse(w, a, b)
            w.grad = None
            loss.backward()
            with torch.no_grad():
                w -= rate * w.grad
            parts.append(loss.item())
        losses.append(sum(parts) / len(parts))
        ws.append(w.detach().clone())
    return losses, ws


@wrong("find_the_bug", "still there: gradients add up")
def gradient_left(w, X, y, size, rate, decay, epochs):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for _ in range(epochs):
        parts = []
        for a, b in batches(X, y, size):
            loss = mse(w, a, b)
            loss.backward()
            with torch.no_grad():
                w -= rate * w.grad
            parts.append(loss.item() * len(b))
        losses.append(sum(parts) / len(y))
        ws.append(w.detach().clone())
        rate *= decay
    return losses, ws


@wrong("find_the_bug", "still there: the schedule moves too early")
def schedule_left(w, X, y, size, rate, decay, epochs):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for _ in range(epochs):
        parts = []
        rate *= decay
        for a, b in batches(X, y, size):
            loss = mse(w, a, b)
            w.grad = None
            loss.backward()
            with torch.no_grad():
                w -= rate * w.grad
            parts.append(loss.item() * len(b))
        losses.append(sum(parts) / len(y))
        ws.append(w.detach().clone())
    return losses, ws


@wrong("find_the_bug", "still there: the loss is a mean of means")
def loss_left(w, X, y, size, rate, decay, epochs):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for _ in range(epochs):
        parts = []
        for a, b in batches(X, y, size):
            loss = mse(w, a, b)
            w.grad = None
            loss.backward()
            with torch.no_grad():
                w -= rate * w.grad
            parts.append(loss.item())
        losses.append(sum(parts) / len(parts))
        ws.append(w.detach().clone())
        rate *= decay
    return losses, ws


@wrong("find_the_bug", "the last batch is dropped")
def full_batches_only(w, X, y, size, rate, decay, epochs):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for _ in range(epochs):
        parts = []
        for a, b in batches(X, y, size)[:-1]:
            loss = mse(w, a, b)
            w.grad = None
            loss.backward()
            with torch.no_grad():
                w -= rate * w.grad
            parts.append(loss.item())
        losses.append(sum(parts) / len(parts))
        ws.append(w.detach().clone())
        rate *= decay
    return losses, ws
