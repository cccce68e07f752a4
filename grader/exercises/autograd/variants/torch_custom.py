"""Answers to the exercise on a gradient of one's own, in PyTorch."""

import torch

from grader.judging.variant import right, wrong


@right("straight_through")
def custom_function(x, t):
    class Sign(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return torch.sign(x)

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return g * (x.abs() <= 1)

    x = x.clone().requires_grad_()
    loss = ((Sign.apply(x) - t) ** 2).mean()
    loss.backward()
    return loss, x.grad


@right("straight_through")
def detached_difference(x, t):
    def loss(x):
        clipped = torch.clamp(x, -1, 1)
        q = clipped + (torch.sign(x) - clipped).detach()
        return ((q - t) ** 2).mean()

    gradient, value = torch.func.grad_and_value(loss)(x)
    return value, gradient


@right("straight_through")
def hook_on_the_sign(x, t):
    x = x.clone().requires_grad_()
    q = torch.where(x > 0, 1.0, -1.0) + x - x.detach()
    inside = (x.detach() >= -1) & (x.detach() <= 1)
    q.register_hook(lambda g: torch.where(inside, g, 0.0))
    loss = torch.nn.functional.mse_loss(q, t)
    return loss.detach(), torch.autograd.grad(loss, x)[0]


@right("straight_through")
def by_hand(x, t):
    q = torch.sign(x)
    gradient = 2 * (q - t) / len(t)
    gradient[x.abs() > 1] = 0
    return ((q - t) ** 2).mean().item(), gradient


@wrong("straight_through", "the sign's own gradient")
def plain_sign(x, t):
    x = x.clone().requires_grad_()
    loss = ((torch.sign(x) - t) ** 2).mean()
    loss.backward()
    return loss.detach(), x.grad


@wrong("straight_through", "the gradient passes everywhere")
def no_mask(x, t):
    x = x.clone().requires_grad_()
    q = x + (torch.sign(x) - x).detach()
    loss = ((q - t) ** 2).mean()
    loss.backward()
    return loss.detach(), x.grad


@wrong("straight_through", "only one side is cut off")
def one_sided(x, t):
    class Sign(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return torch.sign(x)

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return g * (x <= 1)

    x = x.clone().requires_grad_()
    loss = ((Sign.apply(x) - t) ** 2).mean()
    loss.backward()
    return loss.detach(), x.grad


@wrong("straight_through", "stopped at 1 and -1 as well")
def hard_tanh(x, t):
    x = x.clone().requires_grad_()
    clipped = torch.nn.functional.hardtanh(x)
    q = clipped + (torch.sign(x) - clipped).detach()
    loss = ((q - t) ** 2).mean()
    loss.backward()
    return loss.detach(), x.grad


@wrong("straight_through", "stopped at 1 and -1 as well")
def strictly_inside(x, t):
    q = torch.sign(x)
    gradient = 2 * (q - t) / len(t) * (x.abs() < 1)
    return ((q - t) ** 2).mean(), gradient


@wrong("straight_through", "the mask is inverted")
def inverted(x, t):
    class Sign(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return torch.sign(x)

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return torch.where(x.abs() <= 1, 0.0, g)

    x = x.clone().requires_grad_()
    loss = ((Sign.apply(x) - t) ** 2).mean()
    loss.backward()
    return loss.detach(), x.grad


@wrong("straight_through", "the incoming gradient is dropped")
def dropped(x, t):
    class Sign(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return torch.sign(x)

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return (x.abs() <= 1).float()

    x = x.clone().requires_grad_()
    loss = ((Sign.apply(x) - t) ** 2).mean()
    loss.backward()
    return loss.detach(), x.grad


@wrong("straight_through", "x in place of its sign")
def not_quantised(x, t):
    x = x.clone().requires_grad_()
    loss = ((x - t) ** 2).mean()
    loss.backward()
    return loss.detach(), x.grad


@wrong("straight_through", "clipped, not quantised")
def clipped(x, t):
    x = x.clone().requires_grad_()
    loss = ((torch.clamp(x, -1, 1) - t) ** 2).mean()
    loss.backward()
    return loss.detach(), x.grad


@wrong("straight_through", "sum instead of mean")
def summed(x, t):
    x = x.clone().requires_grad_()
    clipped = torch.clamp(x, -1, 1)
    q = clipped + (torch.sign(x) - clipped).detach()
    loss = ((q - t) ** 2).sum()
    loss.backward()
    return loss.detach(), x.grad
