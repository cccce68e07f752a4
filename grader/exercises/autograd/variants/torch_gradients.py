"""Answers to the exercises on first gradients, in PyTorch."""

import torch

from grader.judging.variant import right, wrong

# chain_rule


@right("chain_rule")
def chain_backward(x):
    x = x.clone().requires_grad_()
    y = torch.exp(torch.sin(x**2))
    y.backward()
    return y, x.grad


@right("chain_rule")
def chain_functional(x):
    dy, y = torch.func.grad_and_value(lambda t: (t * t).sin().exp())(x)
    return y, dy


@right("chain_rule")
def chain_forward_mode(x):
    def f(t):
        return torch.exp(torch.sin(t * t))

    return torch.func.jvp(f, (x,), (torch.ones_like(x),))


@right("chain_rule")
def chain_by_hand(x):
    u = x**2
    y = torch.exp(torch.sin(u))
    return float(y), float(y * torch.cos(u) * 2 * x)


@wrong("chain_rule", "the sine is squared, not x")
def chain_sine_squared(x):
    x = x.clone().requires_grad_()
    y = torch.exp(torch.sin(x) ** 2)
    y.backward()
    return y.detach(), x.grad


@wrong("chain_rule", "the chain runs backwards")
def chain_backwards(x):
    x = x.clone().requires_grad_()
    y = torch.sin(torch.exp(x)) ** 2
    y.backward()
    return y.detach(), x.grad


@wrong("chain_rule", "the derivative by u")
def chain_by_u(x):
    u = (x**2).requires_grad_()
    y = torch.exp(torch.sin(u))
    y.backward()
    return y.detach(), u.grad


@wrong("chain_rule", "the derivative by v")
def chain_by_v(x):
    v = torch.sin(x**2).requires_grad_()
    y = torch.exp(v)
    return y.detach(), torch.autograd.grad(y, v)[0]


@wrong("chain_rule", "the links are added")
def chain_added(x):
    u = x**2
    y = torch.exp(torch.sin(u))
    return y, y + torch.cos(u) + 2 * x


@wrong("chain_rule", "every link is taken at x")
def chain_all_at_x(x):
    y = torch.exp(torch.sin(x**2))
    return y, torch.exp(x) * torch.cos(x) * 2 * x


@wrong("chain_rule", "value and derivative exchanged")
def chain_exchanged(x):
    return torch.func.grad_and_value(lambda t: (t**2).sin().exp())(x)


# mse_gradient


@right("mse_gradient")
def mse_backward(w, X, y):
    w = w.clone().requires_grad_()
    ((X @ w - y) ** 2).mean().backward()
    return w.grad


@right("mse_gradient")
def mse_autograd_grad(w, X, y):
    w = torch.nn.Parameter(w)
    loss = torch.nn.functional.mse_loss(X @ w, y)
    return torch.autograd.grad(loss, w)[0]


@right("mse_gradient")
def mse_functional(w, X, y):
    return torch.func.grad(lambda w: (X.mv(w) - y).square().mean())(w)


@right("mse_gradient")
def mse_closed_form(w, X, y):
    return 2 / len(y) * X.T @ (X @ w - y)


@wrong("mse_gradient", "sum instead of mean")
def mse_summed(w, X, y):
    w = w.clone().requires_grad_()
    return torch.autograd.grad(((X @ w - y) ** 2).sum(), w)[0]


@wrong("mse_gradient", "the gradient of half the loss")
def mse_half(w, X, y):
    return X.T @ (X @ w - y) / len(y)


@wrong("mse_gradient", "the residual's sign")
def mse_sign(w, X, y):
    return 2 * X.T @ (y - X @ w) / len(y)


@wrong("mse_gradient", "the square is missing")
def mse_no_square(w, X, y):
    w = w.clone().requires_grad_()
    (X @ w - y).mean().backward()
    return w.grad


@wrong("mse_gradient", "every prediction minus every target")
def mse_broadcast(w, X, y):
    w = w.clone().requires_grad_()
    prediction = X @ w.reshape(-1, 1)
    ((prediction - y) ** 2).mean().backward()
    return w.grad


# softmax_cross_entropy


@right("softmax_cross_entropy")
def sce_cross_entropy(logits, labels):
    z = logits.clone().requires_grad_()
    torch.nn.functional.cross_entropy(z, labels).backward()
    return z.grad


@right("softmax_cross_entropy")
def sce_logsumexp(logits, labels):
    def loss(z):
        at_label = z.gather(1, labels[:, None])[:, 0]
        return (torch.logsumexp(z, dim=1) - at_label).mean()

    return torch.func.grad(loss)(logits)


@right("softmax_cross_entropy")
def sce_log_softmax(logits, labels):
    z = logits.clone().requires_grad_()
    log_p = torch.log_softmax(z, dim=1)
    loss = -log_p[torch.arange(len(labels)), labels].mean()
    return torch.autograd.grad(loss, z)[0]


@right("softmax_cross_entropy")
def sce_closed_form(logits, labels):
    p = torch.softmax(logits, dim=1)
    p[torch.arange(len(labels)), labels] -= 1
    return p / len(labels)


@wrong("softmax_cross_entropy", "sum instead of mean")
def sce_summed(logits, labels):
    z = logits.clone().requires_grad_()
    loss = torch.nn.functional.cross_entropy(z, labels, reduction="sum")
    loss.backward()
    return z.grad


@wrong("softmax_cross_entropy", "mean over all entries")
def sce_mean_over_all(logits, labels):
    z = logits.clone().requires_grad_()
    hot = torch.nn.functional.one_hot(labels, z.shape[1])
    (-hot * torch.log_softmax(z, dim=1)).mean().backward()
    return z.grad


@wrong("softmax_cross_entropy", "softmax along the wrong axis")
def sce_wrong_axis(logits, labels):
    z = logits.clone().requires_grad_()
    log_p = torch.log_softmax(z, dim=0)
    torch.nn.functional.nll_loss(log_p, labels).backward()
    return z.grad


@wrong("softmax_cross_entropy", "softmax taken twice")
def sce_twice(logits, labels):
    z = logits.clone().requires_grad_()
    p = torch.softmax(z, dim=1)
    torch.nn.functional.cross_entropy(p, labels).backward()
    return z.grad


@wrong("softmax_cross_entropy", "the softmax is missing")
def sce_no_softmax(logits, labels):
    z = logits.clone().requires_grad_()
    torch.nn.functional.nll_loss(z, labels).backward()
    return z.grad


@wrong("softmax_cross_entropy", "the exponential overflows")
def sce_plain_formula(logits, labels):
    e = torch.exp(logits)
    p = e / e.sum(dim=1, keepdim=True)
    p[torch.arange(len(labels)), labels] -= 1
    return p / len(labels)


@wrong("softmax_cross_entropy", "the exponential overflows")
def sce_log_of_sum(logits, labels):
    z = logits.clone().requires_grad_()
    at_label = z[torch.arange(len(labels)), labels]
    losses = torch.log(torch.exp(z).sum(dim=1)) - at_label
    losses.mean().backward()
    return z.grad


@wrong("softmax_cross_entropy", "the logarithm of 0")
def sce_log_of_softmax(logits, labels):
    z = logits.clone().requires_grad_()
    p = torch.softmax(z, dim=1)
    torch.nn.functional.nll_loss(torch.log(p), labels).backward()
    return z.grad


@wrong("softmax_cross_entropy", "the logarithm of 0")
def sce_one_hot_log(logits, labels):
    z = logits.clone().requires_grad_()
    hot = torch.nn.functional.one_hot(labels, z.shape[1])
    losses = -(hot * torch.softmax(z, dim=1).log()).sum(dim=1)
    losses.mean().backward()
    return z.grad


@wrong("softmax_cross_entropy", "the logarithm is kept from 0")
def sce_small_number_added(logits, labels):
    z = logits.clone().requires_grad_()
    p = torch.softmax(z, dim=1)[torch.arange(len(labels)), labels]
    (-torch.log(p + 1e-8)).mean().backward()
    return z.grad


@wrong("softmax_cross_entropy", "exponentials and logarithm in turn")
def sce_overflow(logits, labels):
    z = logits.clone().requires_grad_()
    e = torch.exp(z)
    p = e / e.sum(dim=1, keepdim=True)
    (-torch.log(p[torch.arange(len(labels)), labels])).mean().backward()
    return z.grad


@wrong("softmax_cross_entropy", "one maximum for all rows")
def sce_one_maximum(logits, labels):
    e = torch.exp(logits - logits.max())
    p = e / e.sum(dim=1, keepdim=True)
    p[torch.arange(len(labels)), labels] -= 1
    return p / len(labels)
