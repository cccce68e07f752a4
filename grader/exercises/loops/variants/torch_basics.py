"""Answers to the exercises on losses, clipping and statistics, in PyTorch."""

import math

import torch

from grader.judging.variant import right, wrong


@right("logits_loss")
def loss_module(logits, labels):
    return torch.nn.CrossEntropyLoss()(logits, labels)


@right("logits_loss")
def nll_of_log_softmax(logits, labels):
    log_p = torch.log_softmax(logits, dim=1)
    return torch.nn.functional.nll_loss(log_p, labels)


@right("logits_loss")
def by_logsumexp(logits, labels):
    right = logits.gather(1, labels[:, None])[:, 0]
    return (torch.logsumexp(logits, dim=1) - right).mean()


@right("logits_loss")
def row_by_row(logits, labels):
    total = 0.0
    for z, label in zip(logits, labels, strict=True):
        others = torch.exp(z - z.max())
        total += z.max() + torch.log(others.sum()) - z[label]
    return total / len(labels)


@wrong("logits_loss", "softmax taken twice")
def probabilities_given(logits, labels):
    p = torch.softmax(logits, dim=1)
    return torch.nn.functional.cross_entropy(p, labels)


@wrong("logits_loss", "the log-softmax is missing")
def nll_of_logits(logits, labels):
    return torch.nn.functional.nll_loss(logits, labels)


@wrong("logits_loss", "the logarithm is missing")
def nll_of_softmax(logits, labels):
    return torch.nn.functional.nll_loss(torch.softmax(logits, dim=1), labels)


@wrong("logits_loss", "softmax down the batch")
def log_softmax_of_columns(logits, labels):
    log_p = torch.log_softmax(logits, dim=0)
    return torch.nn.functional.nll_loss(log_p, labels)


@wrong("logits_loss", "sum instead of mean")
def reduced_by_sum(logits, labels):
    return torch.nn.functional.cross_entropy(logits, labels, reduction="sum")


@wrong("logits_loss", "a mean over classes too")
def mean_of_one_hot(logits, labels):
    hot = torch.nn.functional.one_hot(labels, logits.shape[1])
    return -(hot * torch.log_softmax(logits, dim=1)).mean()


@wrong("logits_loss", "a confident mistake is cut off")
def clipped_probabilities(logits, labels):
    p = torch.softmax(logits, dim=1).clamp(1e-7, 1 - 1e-7)
    return torch.nn.functional.nll_loss(torch.log(p), labels)


@right("cosine_schedule")
def scheduler_classes(peak, floor, warmup, total):
    sgd = torch.optim.SGD([torch.zeros(1)], lr=peak)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(
        sgd, T_max=total - warmup, eta_min=floor
    )
    rates = [peak * (t + 1) / warmup for t in range(warmup)]
    for _ in range(total - warmup):
        rates.append(sgd.param_groups[0]["lr"])
        sgd.step()
        cosine.step()
    return rates


@right("cosine_schedule")
def lambda_schedule(peak, floor, warmup, total):
    def share(t):
        if t < warmup:
            return (t + 1) / warmup
        p = (t - warmup) / (total - warmup)
        return floor / peak + (1 - floor / peak) * (1 + math.cos(math.pi * p)) / 2

    sgd = torch.optim.SGD([torch.zeros(1)], lr=peak)
    schedule = torch.optim.lr_scheduler.LambdaLR(sgd, share)
    rates = torch.zeros(total)
    for t in range(total):
        rates[t] = schedule.get_last_lr()[0]
        sgd.step()
        schedule.step()
    return rates


@right("early_stopping")
def cumulative_minimum(losses, patience):
    # Of equal minima, cummin names the last: a tie must not move the best.
    lowest = torch.cummin(losses, dim=0).values
    better = torch.ones(len(losses), dtype=torch.bool)
    better[1:] = losses[1:] < lowest[:-1]
    epochs = torch.arange(len(losses))
    best = torch.cummax(torch.where(better, epochs, 0), dim=0).values
    stop = int(torch.nonzero(epochs - best == patience)[0])
    return best[stop], stop


@right("clip_by_norm")
def one_factor(w, b, X, y, rate, max_norm, steps):
    losses, ws, bs = [], [], []
    for _ in range(steps):
        w, b = w.detach().requires_grad_(), b.detach().requires_grad_()
        loss = ((X @ w + b - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach())
        bs.append(b.detach())
        dw, db = torch.autograd.grad(loss, (w, b))
        norm = torch.sqrt((dw**2).sum() + db**2)
        factor = min(1.0, max_norm / norm.item())
        w, b = w - rate * factor * dw, b - rate * factor * db
    return losses, ws, bs


@right("clip_by_norm")
def clip_grad_norm(w, b, X, y, rate, max_norm, steps):
    w, b = torch.nn.Parameter(w), torch.nn.Parameter(b)
    sgd = torch.optim.SGD([w, b], lr=rate)
    losses, ws, bs = [], [], []
    for _ in range(steps):
        sgd.zero_grad()
        loss = torch.nn.functional.mse_loss(X @ w + b, y)
        loss.backward()
        losses.append(loss.item())
        ws.append(w.tolist())
        bs.append(b.item())
        torch.nn.utils.clip_grad_norm_([w, b], max_norm)
        sgd.step()
    return losses, ws, bs


@right("clip_by_norm")
def one_vector_by_hand(w, b, X, y, rate, max_norm, steps):
    # b is the weight of a column of ones, and the gradient is on paper.
    A = torch.cat([X, torch.ones(len(y), 1)], dim=1)
    p = torch.cat([w, b[None]])
    losses, points = [], []
    for _ in range(steps):
        residual = A @ p - y
        losses.append(residual.square().mean())
        points.append(p)
        g = 2 * A.T @ residual / len(y)
        p = p - rate * g / torch.clamp(g.norm() / max_norm, min=1)
    points = torch.stack(points)
    return torch.stack(losses), points[:, :-1], points[:, -1]


@wrong("clip_by_norm", "nothing is clipped")
def no_clipping(w, b, X, y, rate, max_norm, steps):
    losses, ws, bs = [], [], []
    for _ in range(steps):
        w, b = w.detach().requires_grad_(), b.detach().requires_grad_()
        loss = ((X @ w + b - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach())
        bs.append(b.detach())
        dw, db = torch.autograd.grad(loss, (w, b))
        w, b = w - rate * dw, b - rate * db
    return losses, ws, bs


@wrong("clip_by_norm", "short gradients are stretched")
def always_scaled(w, b, X, y, rate, max_norm, steps):
    losses, ws, bs = [], [], []
    for _ in range(steps):
        w, b = w.detach().requires_grad_(), b.detach().requires_grad_()
        loss = ((X @ w + b - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach())
        bs.append(b.detach())
        dw, db = torch.autograd.grad(loss, (w, b))
        norm = torch.sqrt((dw**2).sum() + db**2)
        factor = max_norm / norm.item()
        w, b = w - rate * factor * dw, b - rate * factor * db
    return losses, ws, bs


@wrong("clip_by_norm", "the norm lacks its root")
def squares_without_root(w, b, X, y, rate, max_norm, steps):
    losses, ws, bs = [], [], []
    for _ in range(steps):
        w, b = w.detach().requires_grad_(), b.detach().requires_grad_()
        loss = ((X @ w + b - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach())
        bs.append(b.detach())
        dw, db = torch.autograd.grad(loss, (w, b))
        norm = (dw**2).sum() + db**2
        factor = min(1.0, max_norm / norm.item())
        w, b = w - rate * factor * dw, b - rate * factor * db
    return losses, ws, bs


@wrong("clip_by_norm", "norms are added")
def sum_of_norms(w, b, X, y, rate, max_norm, steps):
    losses, ws, bs = [], [], []
    for _ in range(steps):
        w, b = w.detach().requires_grad_(), b.detach().requires_grad_()
        loss = ((X @ w + b - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach())
        bs.append(b.detach())
        dw, db = torch.autograd.grad(loss, (w, b))
        norm = dw.norm() + db.abs()
        factor = min(1.0, max_norm / norm.item())
        w, b = w - rate * factor * dw, b - rate * factor * db
    return losses, ws, bs


@wrong("clip_by_norm", "only w is clipped")
def weights_alone(w, b, X, y, rate, max_norm, steps):
    losses, ws, bs = [], [], []
    for _ in range(steps):
        w, b = w.detach().requires_grad_(), b.detach().requires_grad_()
        loss = ((X @ w + b - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach())
        bs.append(b.detach())
        dw, db = torch.autograd.grad(loss, (w, b))
        norm = dw.norm()
        factor = min(1.0, max_norm / norm.item())
        w, b = w - rate * factor * dw, b - rate * db
    return losses, ws, bs


@wrong("clip_by_norm", "each entry clipped")
def clip_grad_value(w, b, X, y, rate, max_norm, steps):
    w, b = torch.nn.Parameter(w), torch.nn.Parameter(b)
    sgd = torch.optim.SGD([w, b], lr=rate)
    losses, ws, bs = [], [], []
    for _ in range(steps):
        sgd.zero_grad()
        loss = torch.nn.functional.mse_loss(X @ w + b, y)
        loss.backward()
        losses.append(loss.item())
        ws.append(w.tolist())
        bs.append(b.item())
        torch.nn.utils.clip_grad_value_([w, b], max_norm)
        sgd.step()
    return losses, ws, bs


@wrong("clip_by_norm", "each gradient by its own norm")
def clipped_one_by_one(w, b, X, y, rate, max_norm, steps):
    w, b = torch.nn.Parameter(w), torch.nn.Parameter(b)
    sgd = torch.optim.SGD([w, b], lr=rate)
    losses, ws, bs = [], [], []
    for _ in range(steps):
        sgd.zero_grad()
        loss = torch.nn.functional.mse_loss(X @ w + b, y)
        loss.backward()
        losses.append(loss.item())
        ws.append(w.tolist())
        bs.append(b.item())
        for p in (w, b):
            torch.nn.utils.clip_grad_norm_(p, max_norm)
        sgd.step()
    return losses, ws, bs


@right("batch_norm_stats")
def weighted_sum(mean, var, batches, momentum):
    means, variances = [], []
    for x in batches:
        mean = (1 - momentum) * mean + momentum * x.mean(dim=0)
        var = (1 - momentum) * var + momentum * x.var(dim=0)
        means.append(mean)
        variances.append(var)
    return means, variances


@right("batch_norm_stats")
def the_layer_itself(mean, var, batches, momentum):
    layer = torch.nn.BatchNorm1d(len(mean), momentum=momentum).to(mean)
    layer.running_mean.copy_(mean)
    layer.running_var.copy_(var)
    means, variances = [], []
    for x in batches:
        layer(x)
        means.append(layer.running_mean.clone())
        variances.append(layer.running_var.clone())
    return torch.stack(means), torch.stack(variances)


@right("batch_norm_stats")
def functional_in_place(mean, var, batches, momentum):
    rows = []
    for x in batches:
        torch.nn.functional.batch_norm(x, mean, var, training=True, momentum=momentum)
        rows.append(torch.stack([mean, var]))
    return tuple(torch.stack(rows, dim=1))


@right("batch_norm_stats")
def moments_and_lerp(mean, var, batches, momentum):
    means, variances = [mean], [var]
    for x in batches:
        center = x.sum(0) / len(x)
        spread = ((x - center) ** 2).sum(0) / (len(x) - 1)
        means.append(torch.lerp(means[-1], center, momentum))
        variances.append(torch.lerp(variances[-1], spread, momentum))
    return means[1:], variances[1:]


@wrong("batch_norm_stats", "the biased variance")
def population_variance(mean, var, batches, momentum):
    means, variances = [], []
    for x in batches:
        mean = (1 - momentum) * mean + momentum * x.mean(dim=0)
        var = (1 - momentum) * var + momentum * x.var(dim=0, correction=0)
        means.append(mean)
        variances.append(var)
    return means, variances


@wrong("batch_norm_stats", "the other meaning of momentum")
def keras_momentum(mean, var, batches, momentum):
    means, variances = [], []
    for x in batches:
        mean = momentum * mean + (1 - momentum) * x.mean(dim=0)
        var = momentum * var + (1 - momentum) * x.var(dim=0)
        means.append(mean)
        variances.append(var)
    return means, variances


@wrong("batch_norm_stats", "the statistics of the batch itself")
def batch_alone(mean, var, batches, momentum):
    means, variances = [], []
    for x in batches:
        mean = x.mean(dim=0)
        var = x.var(dim=0)
        means.append(mean)
        variances.append(var)
    return means, variances


@wrong("batch_norm_stats", "the standard deviation")
def spread_by_std(mean, var, batches, momentum):
    means, variances = [], []
    for x in batches:
        mean = (1 - momentum) * mean + momentum * x.mean(dim=0)
        var = (1 - momentum) * var + momentum * x.std(dim=0)
        means.append(mean)
        variances.append(var)
    return means, variances


@wrong("batch_norm_stats", "the start is forgotten")
def new_layer(mean, var, batches, momentum):
    layer = torch.nn.BatchNorm1d(len(mean), momentum=momentum)
    means, variances = [], []
    for x in batches:
        layer(x)
        means.append(layer.running_mean.clone())
        variances.append(layer.running_var.clone())
    return means, variances


@wrong("batch_norm_stats", "a plain average over the batches")
def cumulative_average(mean, var, batches, momentum):
    layer = torch.nn.BatchNorm1d(len(mean), momentum=None)
    means, variances = [], []
    for x in batches:
        layer(x)
        means.append(layer.running_mean.clone())
        variances.append(layer.running_var.clone())
    return means, variances
