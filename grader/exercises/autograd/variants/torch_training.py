"""Answers to the exercises on gradients in training, in PyTorch."""

import torch

from grader.judging.variant import right, wrong


def f(w):
    # The locked cell above the exercise numerical_gradient.
    return sum(w[i] ** 3 * w[i - 1] for i in range(w.shape[0]))


@right("accumulation")
def summed_into_grad(w, X, y):
    w = w.clone().requires_grad_()
    n = sum(len(part) for part in y)
    for i in range(len(X)):
        loss = ((X[i] @ w - y[i]) ** 2).sum() / n
        loss.backward()
    return w.grad


@right("accumulation")
def weighted_means(w, X, y):
    w.requires_grad_(True)
    total, rows = torch.zeros_like(w), 0
    for i in range(len(X)):
        loss = torch.nn.functional.mse_loss(X[i] @ w, y[i])
        total += len(y[i]) * torch.autograd.grad(loss, w)[0]
        rows += len(y[i])
    return total / rows


@right("accumulation")
def running_mean(w, X, y):
    grad_of_mean = torch.func.grad(lambda w, a, b: (a @ w - b).square().mean())
    mean, seen = torch.zeros(3), 0
    for a, b in zip(X, y, strict=True):
        seen += b.shape[0]
        mean += (grad_of_mean(w, a, b) - mean) * b.shape[0] / seen
    return mean


@right("accumulation")
def with_an_optimizer(w, X, y):
    p = torch.nn.Parameter(w)
    sgd = torch.optim.SGD([p], lr=0.1)
    sgd.zero_grad()
    rows = sum(map(len, y))
    for a, b in zip(X, y, strict=True):
        weight = len(b) / rows
        (weight * ((a * p).sum(dim=1) - b).pow(2).mean()).backward()
    return p.grad.clone()


@wrong("accumulation", "a mean of means")
def divided_by_count(w, X, y):
    w = w.clone().requires_grad_()
    for a, b in zip(X, y, strict=True):
        (((a @ w - b) ** 2).mean() / len(X)).backward()
    return w.grad


@wrong("accumulation", "a sum of means")
def means_added(w, X, y):
    w = w.clone().requires_grad_()
    for a, b in zip(X, y, strict=True):
        ((a @ w - b) ** 2).mean().backward()
    return w.grad


@wrong("accumulation", "sum instead of mean")
def sums_added(w, X, y):
    w = w.clone().requires_grad_()
    for a, b in zip(X, y, strict=True):
        ((a @ w - b) ** 2).sum().backward()
    return w.grad


@wrong("accumulation", "divided by the number of micro-batches")
def sums_over_count(w, X, y):
    w = w.clone().requires_grad_()
    for a, b in zip(X, y, strict=True):
        (((a @ w - b) ** 2).sum() / len(X)).backward()
    return w.grad


@wrong("accumulation", "only the last micro-batch, unweighted")
def zeroed_each_time(w, X, y):
    w = w.clone().requires_grad_()
    sgd = torch.optim.SGD([w])
    for a, b in zip(X, y, strict=True):
        sgd.zero_grad()
        ((a @ w - b) ** 2).mean().backward()
    return w.grad


@wrong("accumulation", "only the last micro-batch is left")
def weighted_and_zeroed(w, X, y):
    w = w.clone().requires_grad_()
    n = sum(len(b) for b in y)
    for a, b in zip(X, y, strict=True):
        w.grad = None
        (((a @ w - b) ** 2).sum() / n).backward()
    return w.grad


@right("stop_gradient")
def detached(w, X, r, X_next, gamma):
    w = w.clone().requires_grad_()
    target = (r + gamma * (X_next @ w)).detach()
    loss = ((X @ w - target) ** 2).mean()
    loss.backward()
    return loss.detach(), w.grad


@right("stop_gradient")
def under_no_grad(w, X, r, X_next, gamma):
    w.requires_grad_(True)
    with torch.no_grad():
        target = r + gamma * torch.mv(X_next, w)
    loss = torch.nn.functional.mse_loss(X @ w, target)
    return loss.item(), torch.autograd.grad(loss, w)[0]


@right("stop_gradient")
def frozen_copy(w, X, r, X_next, gamma):
    frozen = w.clone()

    def loss(w):
        return (X @ w - r - gamma * X_next @ frozen).square().mean()

    gradient, value = torch.func.grad_and_value(loss)(w)
    return value, gradient


@wrong("stop_gradient", "the target is not stopped")
def nothing_stopped(w, X, r, X_next, gamma):
    w = w.clone().requires_grad_()
    loss = ((X @ w - (r + gamma * (X_next @ w))) ** 2).mean()
    loss.backward()
    return loss.detach(), w.grad


@wrong("stop_gradient", "the target is not stopped")
def detach_result_dropped(w, X, r, X_next, gamma):
    w = w.clone().requires_grad_()
    target = r + gamma * (X_next @ w)
    target.detach()
    loss = ((X @ w - target) ** 2).mean()
    loss.backward()
    return loss.detach(), w.grad


@wrong("stop_gradient", "the wrong branch is stopped")
def prediction_detached(w, X, r, X_next, gamma):
    w = w.clone().requires_grad_()
    loss = (((X @ w).detach() - (r + gamma * (X_next @ w))) ** 2).mean()
    loss.backward()
    return loss.detach(), w.grad


@wrong("stop_gradient", "the next value is thrown away")
def reward_alone(w, X, r, X_next, gamma):
    w = w.clone().requires_grad_()
    loss = ((X @ w - r) ** 2).mean()
    loss.backward()
    return loss.detach(), w.grad


@wrong("stop_gradient", "the discount is missing")
def no_gamma(w, X, r, X_next, gamma):
    w = w.clone().requires_grad_()
    loss = ((X @ w - (r + X_next @ w).detach()) ** 2).mean()
    loss.backward()
    return loss.detach(), w.grad


@wrong("stop_gradient", "sum instead of mean")
def summed_differences(w, X, r, X_next, gamma):
    w = w.clone().requires_grad_()
    loss = ((X @ w - (r + gamma * X_next @ w).detach()) ** 2).sum()
    loss.backward()
    return loss.detach(), w.grad


@right("gradient_penalty")
def create_graph(W, v, X, y, lam):
    W = W.clone().requires_grad_()
    X = X.clone().requires_grad_()
    out = torch.tanh(X @ W) @ v
    g = torch.autograd.grad(out.sum(), X, create_graph=True)[0]
    excess = (g.norm(dim=1) - 1) ** 2
    loss = ((out - y) ** 2).mean() + lam * excess.mean()
    return loss.detach(), torch.autograd.grad(loss, W)[0]


@right("gradient_penalty")
def with_torch_func(W, v, X, y, lam):
    def out(W, x):
        return torch.tanh(x @ W) @ v

    def loss(W):
        slopes = torch.vmap(torch.func.grad(out, argnums=1), (None, 0))(W, X)
        penalty = ((torch.linalg.vector_norm(slopes, dim=1) - 1) ** 2).mean()
        return torch.nn.functional.mse_loss(out(W, X), y) + lam * penalty

    gradient, value = torch.func.grad_and_value(loss)(W)
    return value, gradient


@right("gradient_penalty")
def slopes_on_paper(W, v, X, y, lam):
    W = torch.nn.Parameter(W)
    h = torch.tanh(X @ W)
    slopes = ((1 - h**2) * v) @ W.T
    loss = (h @ v - y).pow(2).mean()
    loss = loss + lam * (slopes.pow(2).sum(1).sqrt() - 1).pow(2).mean()
    loss.backward()
    return loss.item(), W.grad


@right("gradient_penalty")
def row_by_row(W, v, X, y, lam):
    W = W.clone().requires_grad_()
    loss = torch.tensor(0.0)
    for x, t in zip(X, y, strict=True):
        x = x.clone().requires_grad_()
        out = torch.tanh(x @ W) @ v
        (slope,) = torch.autograd.grad(out, x, create_graph=True)
        loss = loss + (out - t) ** 2 + lam * (slope.norm() - 1) ** 2
    loss = loss / len(y)
    loss.backward()
    return loss.item(), W.grad


@wrong("gradient_penalty", "the penalty has no gradient")
def no_create_graph(W, v, X, y, lam):
    W = W.clone().requires_grad_()
    X = X.clone().requires_grad_()
    out = torch.tanh(X @ W) @ v
    g = torch.autograd.grad(out.sum(), X, retain_graph=True)[0]
    loss = ((out - y) ** 2).mean() + lam * ((g.norm(dim=1) - 1) ** 2).mean()
    return loss.detach(), torch.autograd.grad(loss, W)[0]


@wrong("gradient_penalty", "the norm's square root is missing")
def squared_length(W, v, X, y, lam):
    W = W.clone().requires_grad_()
    X = X.clone().requires_grad_()
    out = torch.tanh(X @ W) @ v
    g = torch.autograd.grad(out.sum(), X, create_graph=True)[0]
    loss = ((out - y) ** 2).mean() + lam * (((g**2).sum(1) - 1) ** 2).mean()
    return loss.detach(), torch.autograd.grad(loss, W)[0]


@wrong("gradient_penalty", "one norm for the whole batch")
def norm_without_dim(W, v, X, y, lam):
    W = W.clone().requires_grad_()
    X = X.clone().requires_grad_()
    out = torch.tanh(X @ W) @ v
    g = torch.autograd.grad(out.sum(), X, create_graph=True)[0]
    loss = ((out - y) ** 2).mean() + lam * ((g.norm() - 1) ** 2).mean()
    return loss.detach(), torch.autograd.grad(loss, W)[0]


@wrong("gradient_penalty", "slopes of the mean output")
def slopes_of_the_mean(W, v, X, y, lam):
    W = W.clone().requires_grad_()
    X = X.clone().requires_grad_()
    out = torch.tanh(X @ W) @ v
    g = torch.autograd.grad(out.mean(), X, create_graph=True)[0]
    loss = ((out - y) ** 2).mean() + lam * ((g.norm(dim=1) - 1) ** 2).mean()
    return loss.detach(), torch.autograd.grad(loss, W)[0]


@wrong("gradient_penalty", "the 1 is missing")
def any_slope(W, v, X, y, lam):
    W = W.clone().requires_grad_()
    X = X.clone().requires_grad_()
    out = torch.tanh(X @ W) @ v
    g = torch.autograd.grad(out.sum(), X, create_graph=True)[0]
    loss = ((out - y) ** 2).mean() + lam * (g.norm(dim=1) ** 2).mean()
    return loss.detach(), torch.autograd.grad(loss, W)[0]


@wrong("gradient_penalty", "each component against 1")
def no_norm(W, v, X, y, lam):
    W = W.clone().requires_grad_()
    X = X.clone().requires_grad_()
    out = torch.tanh(X @ W) @ v
    g = torch.autograd.grad(out.sum(), X, create_graph=True)[0]
    loss = ((out - y) ** 2).mean() + lam * ((g - 1) ** 2).mean()
    return loss.detach(), torch.autograd.grad(loss, W)[0]


@wrong("gradient_penalty", "lam is missing")
def no_lam(W, v, X, y, lam):
    W = W.clone().requires_grad_()
    X = X.clone().requires_grad_()
    out = torch.tanh(X @ W) @ v
    g = torch.autograd.grad(out.sum(), X, create_graph=True)[0]
    loss = ((out - y) ** 2).mean() + ((g.norm(dim=1) - 1) ** 2).mean()
    return loss.detach(), torch.autograd.grad(loss, W)[0]


@right("numerical_gradient")
def rows_of_the_identity(w, h):
    steps = h * torch.eye(len(w))
    numeric = torch.stack([f(w + s) - f(w - s) for s in steps]) / (2 * h)
    w = w.clone().requires_grad_()
    f(w).backward()
    return numeric, (numeric - w.grad).abs().max()


@right("numerical_gradient")
def cloned_and_moved(w, h):
    exact = torch.func.grad(f)(w)
    numeric = torch.zeros_like(w)
    for i in range(len(w)):
        up, down = w.clone(), w.clone()
        up[i] += h
        down[i] -= h
        numeric[i] = (f(up) - f(down)) / (2 * h)
    return numeric, torch.max(torch.abs(numeric - exact))


@right("numerical_gradient")
def moved_and_put_back(w, h):
    leaf = w.clone().requires_grad_()
    (exact,) = torch.autograd.grad(f(leaf), leaf)
    numeric = []
    for i in range(len(w)):
        kept = w[i].item()
        w[i] = kept + h
        up = f(w).item()
        w[i] = kept - h
        numeric.append((up - f(w).item()) / h / 2)
        w[i] = kept
    return numeric, max(abs(a - b.item()) for a, b in zip(numeric, exact, strict=True))


@wrong("numerical_gradient", "forward differences")
def one_sided(w, h):
    numeric = torch.stack([f(w + s) - f(w) for s in h * torch.eye(len(w))]) / h
    return numeric, (numeric - torch.func.grad(f)(w)).abs().max()


@wrong("numerical_gradient", "divided by h")
def over_h(w, h):
    numeric = torch.stack([f(w + s) - f(w - s) for s in h * torch.eye(len(w))]) / h
    return numeric, (numeric - torch.func.grad(f)(w)).abs().max()


@wrong("numerical_gradient", "autograd's gradient itself")
def exact_twice(w, h):
    w = w.clone().requires_grad_()
    f(w).backward()
    return w.grad, (w.grad - w.grad).abs().max()


@wrong("numerical_gradient", "a step is not undone")
def moved_in_place(w, h):
    exact = torch.func.grad(f)(w.clone())
    numeric = torch.zeros_like(w)
    for i in range(len(w)):
        w[i] += h
        up = f(w)
        w[i] -= 2 * h
        numeric[i] = (up - f(w)) / (2 * h)
    return numeric, (numeric - exact).abs().max()


@wrong("numerical_gradient", "all entries moved at once")
def whole_w_moved(w, h):
    numeric = (f(w + h) - f(w - h)) / (2 * h)
    return numeric, (numeric - torch.func.grad(f)(w)).abs().max()


@wrong("numerical_gradient", "the mean difference")
def mean_error(w, h):
    steps = h * torch.eye(len(w))
    numeric = torch.stack([f(w + s) - f(w - s) for s in steps]) / (2 * h)
    return numeric, (numeric - torch.func.grad(f)(w)).abs().mean()


@wrong("numerical_gradient", "the absolute value is missing")
def signed_error(w, h):
    steps = h * torch.eye(len(w))
    numeric = torch.stack([f(w + s) - f(w - s) for s in steps]) / (2 * h)
    return numeric, (numeric - torch.func.grad(f)(w)).max()


@wrong("numerical_gradient", "the differences' norm")
def length_of_error(w, h):
    steps = h * torch.eye(len(w))
    numeric = torch.stack([f(w + s) - f(w - s) for s in steps]) / (2 * h)
    return numeric, (numeric - torch.func.grad(f)(w)).norm()


@right("line_fit")
def with_autograd_grad(x, y, w, b, rate, steps):
    w = w.clone().requires_grad_()
    b = b.clone().requires_grad_()
    rows = []
    for _ in range(steps):
        loss = ((w * x + b - y) ** 2).mean()
        rows.append([loss.item(), w.item(), b.item()])
        dw, db = torch.autograd.grad(loss, (w, b))
        with torch.no_grad():
            w -= rate * dw
            b -= rate * db
    return tuple(zip(*rows, strict=True))


@right("line_fit")
def with_sgd(x, y, w, b, rate, steps):
    w, b = torch.nn.Parameter(w.clone()), torch.nn.Parameter(b.clone())
    sgd = torch.optim.SGD([w, b], lr=rate)
    losses, ws, bs = [], [], []
    for _ in range(steps):
        sgd.zero_grad()
        loss = torch.nn.functional.mse_loss(w * x + b, y)
        loss.backward()
        losses.append(loss.detach())
        ws.append(w.detach().clone())
        bs.append(b.detach().clone())
        sgd.step()
    return losses, ws, bs


@right("line_fit")
def new_leaves(x, y, w, b, rate, steps):
    out = torch.zeros(3, steps)
    for t in range(steps):
        w, b = w.detach().requires_grad_(), b.detach().requires_grad_()
        loss = (y - (b + x * w)).pow(2).sum() / len(x)
        loss.backward()
        out[:, t] = torch.stack([loss, w, b]).detach()
        w, b = w - rate * w.grad, b - rate * b.grad
    return out[0], out[1], out[2]


@right("line_fit")
def one_vector(x, y, w, b, rate, steps):
    A = torch.stack([x, torch.ones_like(x)], dim=1)

    def loss(p):
        return (A @ p - y).square().mean()

    p, losses, points = torch.stack([w, b]), [], []
    for _ in range(steps):
        gradient, value = torch.func.grad_and_value(loss)(p)
        losses.append(value)
        points.append(p)
        p = p - rate * gradient
    points = torch.stack(points)
    return torch.stack(losses), points[:, 0], points[:, 1]


@wrong("line_fit", "gradients add up")
def never_zeroed(x, y, w, b, rate, steps):
    w, b = w.clone().requires_grad_(), b.clone().requires_grad_()
    losses, ws, bs = [], [], []
    for _ in range(steps):
        loss = ((w * x + b - y) ** 2).mean()
        loss.backward()
        losses.append(loss.item())
        ws.append(w.item())
        bs.append(b.item())
        with torch.no_grad():
            w -= rate * w.grad
            b -= rate * b.grad
    return losses, ws, bs


@wrong("line_fit", "recorded after the update")
def recorded_at_the_end(x, y, w, b, rate, steps):
    w, b = torch.nn.Parameter(w), torch.nn.Parameter(b)
    sgd = torch.optim.SGD([w, b], lr=rate)
    losses, ws, bs = [], [], []
    for _ in range(steps):
        loss = ((w * x + b - y) ** 2).mean()
        sgd.zero_grad()
        loss.backward()
        sgd.step()
        losses.append(loss.item())
        ws.append(w.item())
        bs.append(b.item())
    return losses, ws, bs


@wrong("line_fit", "the same tensor in every entry")
def recorded_itself(x, y, w, b, rate, steps):
    w, b = w.clone().requires_grad_(), b.clone().requires_grad_()
    losses, ws, bs = [], [], []
    for _ in range(steps):
        loss = ((w * x + b - y) ** 2).mean()
        losses.append(loss.detach())
        ws.append(w.detach())
        bs.append(b.detach())
        dw, db = torch.autograd.grad(loss, (w, b))
        with torch.no_grad():
            w -= rate * dw
            b -= rate * db
    return losses, ws, bs


@wrong("line_fit", "b sees the new w")
def one_then_the_other(x, y, w, b, rate, steps):
    w, b = w.clone().requires_grad_(), b.clone().requires_grad_()
    rows = []
    for _ in range(steps):
        loss = ((w * x + b - y) ** 2).mean()
        rows.append([loss.item(), w.item(), b.item()])
        for p in (w, b):
            loss = ((w * x + b - y) ** 2).mean()
            (gradient,) = torch.autograd.grad(loss, p)
            with torch.no_grad():
                p -= rate * gradient
    return tuple(zip(*rows, strict=True))


@wrong("line_fit", "sum instead of mean")
def summed_squares(x, y, w, b, rate, steps):
    w, b = w.clone().requires_grad_(), b.clone().requires_grad_()
    rows = []
    for _ in range(steps):
        loss = ((w * x + b - y) ** 2).sum()
        rows.append([loss.item(), w.item(), b.item()])
        dw, db = torch.autograd.grad(loss, (w, b))
        with torch.no_grad():
            w -= rate * dw
            b -= rate * db
    return tuple(zip(*rows, strict=True))


@wrong("line_fit", "uphill")
def along_the_gradient(x, y, w, b, rate, steps):
    w, b = w.clone().requires_grad_(), b.clone().requires_grad_()
    rows = []
    for _ in range(steps):
        loss = ((w * x + b - y) ** 2).mean()
        rows.append([loss.item(), w.item(), b.item()])
        dw, db = torch.autograd.grad(loss, (w, b))
        with torch.no_grad():
            w += rate * dw
            b += rate * db
    return tuple(zip(*rows, strict=True))


@right("find_the_bug")
def mended_in_place(w, X, y, lam, rate, steps):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for _ in range(steps):
        fit = ((X @ w - y) ** 2).mean()
        loss = fit + lam * (w**2).sum()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
    return losses, ws


@right("find_the_bug")
def zeroed_after_the_step(w, X, y, lam, rate, steps):
    w = torch.nn.Parameter(w.clone())
    sgd = torch.optim.SGD([w], lr=rate)
    losses, ws = [], []
    for _ in range(steps):
        loss = torch.nn.functional.mse_loss(X @ w, y) + lam * w.dot(w)
        loss.backward()
        losses.append(loss.item())
        ws.append(w.tolist())
        sgd.step()
        sgd.zero_grad()
    return losses, torch.tensor(ws)


@right("find_the_bug")
def weight_decay(w, X, y, lam, rate, steps):
    # The gradient of lam |w|^2 is 2 lam w: an optimizer can add it itself.
    p = torch.nn.Parameter(w.clone())
    sgd = torch.optim.SGD([p], lr=rate, weight_decay=2 * lam)
    losses, ws = [], []
    for _ in range(steps):
        fit = (X @ p - y).square().mean()
        losses.append((fit + lam * p.square().sum()).item())
        ws.append(p.detach().clone())
        p.grad = torch.autograd.grad(fit, p)[0]
        sgd.step()
    return losses, ws


@wrong("find_the_bug", "the gradients still add up")
def only_the_penalty_mended(w, X, y, lam, rate, steps):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for _ in range(steps):
        fit = ((X @ w - y) ** 2).mean()
        loss = fit + lam * (w**2).sum()
        loss.backward()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        with torch.no_grad():
            w -= rate * w.grad
    return losses, ws


@wrong("find_the_bug", "the penalty is still cut off")
def only_the_gradient_mended(w, X, y, lam, rate, steps):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for _ in range(steps):
        fit = ((X @ w - y) ** 2).mean()
        loss = fit + lam * (w.detach() ** 2).sum()
        loss.backward()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        with torch.no_grad():
            w -= rate * w.grad
        w.grad.zero_()
    return losses, ws


@wrong("find_the_bug", "both bugs are still there")
def unmended(w, X, y, lam, rate, steps):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for _ in range(steps):
        fit = ((X @ w - y) ** 2).mean()
        norm = (w.detach() ** 2).sum()
        loss = fit + lam * norm
        loss.backward()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        with torch.no_grad():
            w -= rate * w.grad
    return losses, ws


@wrong("find_the_bug", "the penalty is gone")
def penalty_deleted(w, X, y, lam, rate, steps):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for _ in range(steps):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
    return losses, ws


@wrong("find_the_bug", "the gradients add up, and the penalty is gone")
def penalty_deleted_only(w, X, y, lam, rate, steps):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for _ in range(steps):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
    return losses, ws


@wrong("find_the_bug", "nothing moves")
def zeroed_too_late(w, X, y, lam, rate, steps):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for _ in range(steps):
        fit = ((X @ w - y) ** 2).mean()
        loss = fit + lam * (w**2).sum()
        loss.backward()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad.zero_()
        with torch.no_grad():
            w -= rate * w.grad
    return losses, ws
