"""Answers to the exercises on optimizers, in PyTorch."""

import torch

from grader.judging.variant import right, wrong


@right("sgd_momentum")
def velocity_by_hand(w, X, y, rates, mu):
    w = w.clone().requires_grad_()
    v = torch.zeros_like(w)
    losses, ws = [], []
    for rate in rates:
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            v = mu * v + w.grad
            w -= rate * v
    return losses, ws


@right("sgd_momentum")
def rate_in_the_group(w, X, y, rates, mu):
    w = torch.nn.Parameter(w)
    sgd = torch.optim.SGD([w], lr=rates[0], momentum=mu)
    losses, ws = [], []
    for rate in rates:
        sgd.param_groups[0]["lr"] = rate
        sgd.zero_grad()
        loss = torch.nn.functional.mse_loss(X @ w, y)
        loss.backward()
        losses.append(loss.item())
        ws.append(w.tolist())
        sgd.step()
    return losses, ws


@right("sgd_momentum")
def sum_of_all_gradients(w, X, y, rates, mu):
    gradients, losses, ws = [], [], []
    for step, rate in enumerate(rates):
        residual = X @ w - y
        losses.append(residual.square().mean())
        ws.append(w)
        gradients.append(2 / len(y) * X.T @ residual)
        shares = [mu ** (step - t) for t in range(step + 1)]
        v = sum(s * g for s, g in zip(shares, gradients, strict=True))
        w = w - rate * v
    return torch.stack(losses), torch.stack(ws)


@right("sgd_momentum")
def heavy_ball(w, X, y, rates, mu):
    # Without a velocity: it is in the last move.
    slope = torch.func.grad_and_value(lambda w: (X @ w - y).square().mean())
    losses, ws, v = [], [w], 0
    for i, rate in enumerate(rates):
        g, loss = slope(ws[-1])
        losses.append(loss)
        v = (ws[-2] - ws[-1]) / rates[i - 1] if i else 0
        ws.append(ws[-1] - rate * (mu * v + g))
    return losses, ws[:-1]


@wrong("sgd_momentum", "the rate is inside the velocity")
def rate_in_velocity(w, X, y, rates, mu):
    w = w.clone().requires_grad_()
    v = torch.zeros_like(w)
    losses, ws = [], []
    for rate in rates:
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            v = mu * v - rate * w.grad
            w += v
    return losses, ws


@wrong("sgd_momentum", "no momentum")
def velocity_reset(w, X, y, rates, mu):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for rate in rates:
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            v = torch.zeros_like(w)
            v = mu * v + w.grad
            w -= rate * v
    return losses, ws


@wrong("sgd_momentum", "the gradient is damped")
def running_mean(w, X, y, rates, mu):
    w = w.clone().requires_grad_()
    v = torch.zeros_like(w)
    losses, ws = [], []
    for rate in rates:
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            v = mu * v + (1 - mu) * w.grad
            w -= rate * v
    return losses, ws


@wrong("sgd_momentum", "the velocity of the step before")
def moved_before_velocity(w, X, y, rates, mu):
    w = w.clone().requires_grad_()
    v = torch.zeros_like(w)
    losses, ws = [], []
    for rate in rates:
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            w -= rate * v
            v = mu * v + w.grad
    return losses, ws


@wrong("sgd_momentum", "gradients add up")
def never_zeroed(w, X, y, rates, mu):
    w = w.clone().requires_grad_()
    v = torch.zeros_like(w)
    losses, ws = [], []
    for rate in rates:
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        loss.backward()
        with torch.no_grad():
            v = mu * v + w.grad
            w -= rate * v
    return losses, ws


@wrong("sgd_momentum", "the same tensor in every entry")
def aliased(w, X, y, rates, mu):
    w = w.clone().requires_grad_()
    v = torch.zeros_like(w)
    losses, ws = [], []
    for rate in rates:
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            v = mu * v + w.grad
            w -= rate * v
    return losses, ws


@wrong("sgd_momentum", "sum instead of mean")
def squares_summed(w, X, y, rates, mu):
    w = w.clone().requires_grad_()
    v = torch.zeros_like(w)
    losses, ws = [], []
    for rate in rates:
        loss = ((X @ w - y) ** 2).sum()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            v = mu * v + w.grad
            w -= rate * v
    return losses, ws


@right("nesterov")
def bracket_by_hand(w, X, y, rate, mu, steps):
    w = w.clone().requires_grad_()
    v = torch.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            v = mu * v + w.grad
            w -= rate * (w.grad + mu * v)
    return losses, ws


@right("nesterov")
def nesterov_option(w, X, y, rate, mu, steps):
    w = torch.nn.Parameter(w)
    sgd = torch.optim.SGD([w], lr=rate, momentum=mu, nesterov=True)
    losses, ws = [], []
    for _ in range(steps):
        sgd.zero_grad()
        loss = torch.nn.functional.mse_loss(X @ w, y)
        loss.backward()
        losses.append(loss.item())
        ws.append(w.tolist())
        sgd.step()
    return losses, ws


@right("nesterov")
def shifted_weights(w, X, y, rate, mu, steps):
    # Nesterov's own form, whose point ahead is the recorded w.
    inner, v, losses, ws = w, torch.zeros_like(w), [], []
    for _ in range(steps):
        ahead = inner - rate * mu * v
        residual = X @ ahead - y
        losses.append(residual.square().mean())
        ws.append(ahead)
        v = mu * v + 2 * X.T @ residual / len(y)
        inner = inner - rate * v
    return torch.stack(losses), torch.stack(ws)


@wrong("nesterov", "plain momentum")
def momentum_only(w, X, y, rate, mu, steps):
    w = w.clone().requires_grad_()
    v = torch.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            v = mu * v + w.grad
            w -= rate * v
    return losses, ws


@wrong("nesterov", "the step lacks the gradient")
def velocity_alone(w, X, y, rate, mu, steps):
    w = w.clone().requires_grad_()
    v = torch.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            v = mu * v + w.grad
            w -= rate * mu * v
    return losses, ws


@wrong("nesterov", "the velocity is not damped in the step")
def undamped(w, X, y, rate, mu, steps):
    w = w.clone().requires_grad_()
    v = torch.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            v = mu * v + w.grad
            w -= rate * (w.grad + v)
    return losses, ws


@wrong("nesterov", "no momentum")
def gradient_alone(w, X, y, rate, mu, steps):
    w = w.clone().requires_grad_()
    v = torch.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            v = mu * v + w.grad
            w -= rate * w.grad
    return losses, ws


@wrong("nesterov", "gradients add up")
def stale_gradients(w, X, y, rate, mu, steps):
    w = w.clone().requires_grad_()
    v = torch.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        loss.backward()
        with torch.no_grad():
            v = mu * v + w.grad
            w -= rate * (w.grad + mu * v)
    return losses, ws


@wrong("nesterov", "the gradient at the point ahead")
def gradient_ahead(w, X, y, rate, mu, steps):
    v, losses, ws = torch.zeros_like(w), [], []
    for _ in range(steps):
        losses.append(((X @ w - y) ** 2).mean())
        ws.append(w)
        ahead = (w - rate * mu * v).requires_grad_()
        (g,) = torch.autograd.grad(((X @ ahead - y) ** 2).mean(), ahead)
        v = mu * v + g
        w = w - rate * v
    return losses, ws


@right("rmsprop")
def squares_by_hand(w, X, y, rate, alpha, eps, steps):
    w = w.clone().requires_grad_()
    s = torch.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            s = alpha * s + (1 - alpha) * w.grad**2
            w -= rate * w.grad / (s.sqrt() + eps)
    return losses, ws


@right("rmsprop")
def optimizer_class(w, X, y, rate, alpha, eps, steps):
    w = torch.nn.Parameter(w)
    rms = torch.optim.RMSprop([w], lr=rate, alpha=alpha, eps=eps)
    losses, ws = [], []
    for _ in range(steps):
        rms.zero_grad()
        loss = torch.nn.functional.mse_loss(X @ w, y)
        loss.backward()
        losses.append(loss.item())
        ws.append(w.tolist())
        rms.step()
    return losses, ws


@right("rmsprop")
def lerp_and_closed_form(w, X, y, rate, alpha, eps, steps):
    s, losses, ws = torch.zeros_like(w), [], []
    for _ in range(steps):
        residual = X @ w - y
        losses.append(residual.square().mean())
        ws.append(w)
        g = 2 * X.T @ residual / len(y)
        s = torch.lerp(g.square(), s, alpha)
        w = torch.addcdiv(w, g, s.sqrt() + eps, value=-rate)
    return torch.stack(losses), torch.stack(ws)


@wrong("rmsprop", "epsilon inside the root")
def eps_under_root(w, X, y, rate, alpha, eps, steps):
    w = w.clone().requires_grad_()
    s = torch.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            s = alpha * s + (1 - alpha) * w.grad**2
            w -= rate * w.grad / (s + eps).sqrt()
    return losses, ws


@wrong("rmsprop", "alpha and 1 - alpha exchanged")
def alpha_swapped(w, X, y, rate, alpha, eps, steps):
    w = w.clone().requires_grad_()
    s = torch.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            s = (1 - alpha) * s + alpha * w.grad**2
            w -= rate * w.grad / (s.sqrt() + eps)
    return losses, ws


@wrong("rmsprop", "the root is missing")
def no_root(w, X, y, rate, alpha, eps, steps):
    w = w.clone().requires_grad_()
    s = torch.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            s = alpha * s + (1 - alpha) * w.grad**2
            w -= rate * w.grad / (s + eps)
    return losses, ws


@wrong("rmsprop", "the squares add up")
def sum_of_squares(w, X, y, rate, alpha, eps, steps):
    w = w.clone().requires_grad_()
    s = torch.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            s = s + w.grad**2
            w -= rate * w.grad / (s.sqrt() + eps)
    return losses, ws


@wrong("rmsprop", "the s of the step before")
def squares_too_late(w, X, y, rate, alpha, eps, steps):
    w = w.clone().requires_grad_()
    s = torch.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad / (s.sqrt() + eps)
            s = alpha * s + (1 - alpha) * w.grad**2
    return losses, ws


@wrong("rmsprop", "a bias correction too many")
def corrected_like_adam(w, X, y, rate, alpha, eps, steps):
    w = w.clone().requires_grad_()
    s = torch.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            s = alpha * s + (1 - alpha) * w.grad**2
            w -= rate * w.grad / ((s / (1 - alpha ** len(ws))).sqrt() + eps)
    return losses, ws


@right("adam")
def means_by_hand(w, X, y, rate, beta1, beta2, eps, steps):
    w = w.clone().requires_grad_()
    m, v = torch.zeros_like(w), torch.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            m = beta1 * m + (1 - beta1) * w.grad
            v = beta2 * v + (1 - beta2) * w.grad**2
            mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
            w -= rate * mean / (square.sqrt() + eps)
    return losses, ws


@right("adam")
def adam_class(w, X, y, rate, beta1, beta2, eps, steps):
    w = torch.nn.Parameter(w)
    adam = torch.optim.Adam([w], lr=rate, betas=(beta1, beta2), eps=eps)
    losses, ws = [], []
    for _ in range(steps):
        adam.zero_grad()
        loss = torch.nn.functional.mse_loss(X @ w, y)
        loss.backward()
        losses.append(loss.item())
        ws.append(w.tolist())
        adam.step()
    return losses, ws


@right("adam")
def weighted_means(w, X, y, rate, beta1, beta2, eps, steps):
    # The corrected mean of the gradients, with weights that add up to 1.
    gradients, losses, ws = [], [], []
    for t in range(1, steps + 1):
        residual = X @ w - y
        losses.append(residual.square().mean())
        ws.append(w)
        gradients.append(2 * X.T @ residual / len(y))
        g, age = torch.stack(gradients), torch.arange(t - 1, -1, -1)
        first, second = beta1**age, beta2**age
        mean = first.to(g) @ g / first.sum()
        square = second.to(g) @ g**2 / second.sum()
        w = w - rate * mean / (square.sqrt() + eps)
    return torch.stack(losses), torch.stack(ws)


@wrong("adam", "no bias correction")
def uncorrected(w, X, y, rate, beta1, beta2, eps, steps):
    w = w.clone().requires_grad_()
    m, v = torch.zeros_like(w), torch.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            m = beta1 * m + (1 - beta1) * w.grad
            v = beta2 * v + (1 - beta2) * w.grad**2
            mean, square = m, v
            w -= rate * mean / (square.sqrt() + eps)
    return losses, ws


@wrong("adam", "v is not corrected")
def only_m_corrected(w, X, y, rate, beta1, beta2, eps, steps):
    w = w.clone().requires_grad_()
    m, v = torch.zeros_like(w), torch.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            m = beta1 * m + (1 - beta1) * w.grad
            v = beta2 * v + (1 - beta2) * w.grad**2
            mean, square = m / (1 - beta1**t), v
            w -= rate * mean / (square.sqrt() + eps)
    return losses, ws


@wrong("adam", "m is not corrected")
def only_v_corrected(w, X, y, rate, beta1, beta2, eps, steps):
    w = w.clone().requires_grad_()
    m, v = torch.zeros_like(w), torch.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            m = beta1 * m + (1 - beta1) * w.grad
            v = beta2 * v + (1 - beta2) * w.grad**2
            mean, square = m, v / (1 - beta2**t)
            w -= rate * mean / (square.sqrt() + eps)
    return losses, ws


@wrong("adam", "epsilon inside the root")
def eps_in_root(w, X, y, rate, beta1, beta2, eps, steps):
    w = w.clone().requires_grad_()
    m, v = torch.zeros_like(w), torch.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            m = beta1 * m + (1 - beta1) * w.grad
            v = beta2 * v + (1 - beta2) * w.grad**2
            mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
            w -= rate * mean / (square + eps).sqrt()
    return losses, ws


@wrong("adam", "t doesn't count")
def t_stays_one(w, X, y, rate, beta1, beta2, eps, steps):
    w = w.clone().requires_grad_()
    m, v = torch.zeros_like(w), torch.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        t = 1
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            m = beta1 * m + (1 - beta1) * w.grad
            v = beta2 * v + (1 - beta2) * w.grad**2
            mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
            w -= rate * mean / (square.sqrt() + eps)
    return losses, ws


@wrong("adam", "t starts at 2")
def t_from_two(w, X, y, rate, beta1, beta2, eps, steps):
    w = w.clone().requires_grad_()
    m, v = torch.zeros_like(w), torch.zeros_like(w)
    losses, ws = [], []
    for t in range(2, steps + 2):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            m = beta1 * m + (1 - beta1) * w.grad
            v = beta2 * v + (1 - beta2) * w.grad**2
            mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
            w -= rate * mean / (square.sqrt() + eps)
    return losses, ws


@wrong("adam", "the betas are exchanged")
def betas_swapped(w, X, y, rate, beta1, beta2, eps, steps):
    w = w.clone().requires_grad_()
    m, v = torch.zeros_like(w), torch.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            m = beta2 * m + (1 - beta2) * w.grad
            v = beta1 * v + (1 - beta1) * w.grad**2
            mean, square = m / (1 - beta2**t), v / (1 - beta1**t)
            w -= rate * mean / (square.sqrt() + eps)
    return losses, ws


@wrong("adam", "gradients add up")
def zero_grad_missing(w, X, y, rate, beta1, beta2, eps, steps):
    w = w.clone().requires_grad_()
    m, v = torch.zeros_like(w), torch.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        loss.backward()
        with torch.no_grad():
            m = beta1 * m + (1 - beta1) * w.grad
            v = beta2 * v + (1 - beta2) * w.grad**2
            mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
            w -= rate * mean / (square.sqrt() + eps)
    return losses, ws


@right("adamw")
def decay_by_hand(w, X, y, rate, beta1, beta2, eps, lam, steps):
    w = w.clone().requires_grad_()
    m, v = torch.zeros_like(w), torch.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            m = beta1 * m + (1 - beta1) * w.grad
            v = beta2 * v + (1 - beta2) * w.grad**2
            mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
            w -= rate * lam * w
            w -= rate * mean / (square.sqrt() + eps)
    return losses, ws


@right("adamw")
def adamw_class(w, X, y, rate, beta1, beta2, eps, lam, steps):
    w = torch.nn.Parameter(w)
    adamw = torch.optim.AdamW(
        [w], lr=rate, betas=(beta1, beta2), eps=eps, weight_decay=lam
    )
    losses, ws = [], []
    for _ in range(steps):
        adamw.zero_grad()
        loss = torch.nn.functional.mse_loss(X @ w, y)
        loss.backward()
        losses.append(loss.item())
        ws.append(w.tolist())
        adamw.step()
    return losses, ws


@right("adamw")
def adam_and_a_shrunk_w(w, X, y, rate, beta1, beta2, eps, lam, steps):
    w = torch.nn.Parameter(w)
    adam = torch.optim.Adam([w], lr=rate, betas=(beta1, beta2), eps=eps)
    losses, ws = [], []
    for _ in range(steps):
        loss = (X @ w - y).pow(2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        (w.grad,) = torch.autograd.grad(loss, w)
        with torch.no_grad():
            w *= 1 - rate * lam
        adam.step()
    return losses, ws


@wrong("adamw", "the decay is in the gradient")
def adam_weight_decay(w, X, y, rate, beta1, beta2, eps, lam, steps):
    w = torch.nn.Parameter(w)
    adamw = torch.optim.Adam(
        [w], lr=rate, betas=(beta1, beta2), eps=eps, weight_decay=lam
    )
    losses, ws = [], []
    for _ in range(steps):
        adamw.zero_grad()
        loss = torch.nn.functional.mse_loss(X @ w, y)
        loss.backward()
        losses.append(loss.item())
        ws.append(w.tolist())
        adamw.step()
    return losses, ws


@wrong("adamw", "the decay lacks the rate")
def decay_without_rate(w, X, y, rate, beta1, beta2, eps, lam, steps):
    w = w.clone().requires_grad_()
    m, v = torch.zeros_like(w), torch.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            m = beta1 * m + (1 - beta1) * w.grad
            v = beta2 * v + (1 - beta2) * w.grad**2
            mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
            w -= lam * w
            w -= rate * mean / (square.sqrt() + eps)
    return losses, ws


@wrong("adamw", "no decay")
def decay_dropped(w, X, y, rate, beta1, beta2, eps, lam, steps):
    w = w.clone().requires_grad_()
    m, v = torch.zeros_like(w), torch.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            m = beta1 * m + (1 - beta1) * w.grad
            v = beta2 * v + (1 - beta2) * w.grad**2
            mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
            w -= rate * mean / (square.sqrt() + eps)
    return losses, ws


@wrong("adamw", "growth instead of decay")
def grows(w, X, y, rate, beta1, beta2, eps, lam, steps):
    w = w.clone().requires_grad_()
    m, v = torch.zeros_like(w), torch.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            m = beta1 * m + (1 - beta1) * w.grad
            v = beta2 * v + (1 - beta2) * w.grad**2
            mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
            w += rate * lam * w
            w -= rate * mean / (square.sqrt() + eps)
    return losses, ws


@wrong("adamw", "the decay comes after the step")
def shrunk_at_the_end(w, X, y, rate, beta1, beta2, eps, lam, steps):
    w = w.clone().requires_grad_()
    m, v = torch.zeros_like(w), torch.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            m = beta1 * m + (1 - beta1) * w.grad
            v = beta2 * v + (1 - beta2) * w.grad**2
            mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
            w -= rate * mean / (square.sqrt() + eps)
            w -= rate * lam * w
    return losses, ws


@wrong("adamw", "a penalty in the loss")
def l2_in_the_loss(w, X, y, rate, beta1, beta2, eps, lam, steps):
    w = w.clone().requires_grad_()
    m, v = torch.zeros_like(w), torch.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        loss = ((X @ w - y) ** 2).mean() + lam / 2 * (w**2).sum()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            m = beta1 * m + (1 - beta1) * w.grad
            v = beta2 * v + (1 - beta2) * w.grad**2
            mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
            w -= rate * mean / (square.sqrt() + eps)
    return losses, ws
