"""Answers to the exercises on products with derivatives, in PyTorch."""

import torch

from grader.judging.variant import right, wrong

# jvp


@right("jvp")
def jvp_functional(A, x, v):
    return torch.func.jvp(lambda x: torch.tanh(A @ x), (x,), (v,))


@right("jvp")
def jvp_double_backward(A, x, v):
    # J^T u is linear in u: its own vector-Jacobian product is J v.
    x = x.clone().requires_grad_()
    y = torch.tanh(A @ x)
    u = torch.zeros_like(y, requires_grad=True)
    (jtu,) = torch.autograd.grad(y, x, u, create_graph=True)
    return y.detach(), torch.autograd.grad(jtu, u, v)[0]


@right("jvp")
def jvp_whole_jacobian(A, x, v):
    def f(x):
        return torch.tanh(A @ x)

    return f(x), torch.autograd.functional.jacobian(f, x) @ v


@right("jvp")
def jvp_by_hand(A, x, v):
    y = torch.tanh(A @ x)
    return y, (1 - y**2) * (A @ v)


@right("jvp")
def jvp_central_differences(A, x, v):
    A, x, v = A.double(), x.double(), v.double()
    ahead, behind = torch.tanh(A @ (x + 1e-5 * v)), torch.tanh(A @ (x - 1e-5 * v))
    return torch.tanh(A @ x), (ahead - behind) / 2e-5


@wrong("jvp", "the vector-Jacobian product")
def jvp_vjp(A, x, v):
    y, vjp = torch.func.vjp(lambda x: torch.tanh(A @ x), x)
    return y, vjp(v)[0]


@wrong("jvp", "tanh left out of the derivative")
def jvp_linear(A, x, v):
    return torch.tanh(A @ x), A @ v


@wrong("jvp", "point and direction exchanged")
def jvp_exchanged(A, x, v):
    return torch.func.jvp(lambda x: torch.tanh(A @ x), (v,), (x,))


@wrong("jvp", "f applied to the direction")
def jvp_value_at_direction(A, x, v):
    return torch.tanh(A @ x), torch.tanh(A @ v)


@wrong("jvp", "the gradient of a sum, times v")
def jvp_summed(A, x, v):
    x = x.clone().requires_grad_()
    y = torch.tanh(A @ x)
    y.sum().backward()
    return y.detach(), x.grad * v


@wrong("jvp", "the direction scaled to length 1")
def jvp_unit(A, x, v):
    v = v / v.norm()
    return torch.func.jvp(lambda x: torch.tanh(A @ x), (x,), (v,))


@wrong("jvp", "tanh not squared")
def jvp_not_squared(A, x, v):
    y = torch.tanh(A @ x)
    return y, (1 - y) * (A @ v)


# hvp


@right("hvp")
def hvp_double_backward(A, x, v):
    x = x.clone().requires_grad_()
    f = torch.nn.functional.softplus(A @ x).sum()
    (g,) = torch.autograd.grad(f, x, create_graph=True)
    (g @ v).backward()
    return x.grad


@right("hvp")
def hvp_forward_over_reverse(A, x, v):
    def f(x):
        return torch.logaddexp(A @ x, torch.zeros(len(A))).sum()

    return torch.func.jvp(torch.func.grad(f), (x,), (v,))[1]


@right("hvp")
def hvp_whole_hessian(A, x, v):
    def f(x):
        return torch.log(1 + torch.exp(A @ x)).sum()

    return torch.func.hessian(f)(x) @ v


@right("hvp")
def hvp_by_hand(A, x, v):
    s = torch.sigmoid(A @ x)
    return A.T @ (s * (1 - s) * (A @ v))


@wrong("hvp", "the gradient, times v")
def hvp_first_order(A, x, v):
    x = x.clone().requires_grad_()
    torch.nn.functional.softplus(A @ x).sum().backward()
    return x.grad * v


@wrong("hvp", "row sums of H, times v")
def hvp_late(A, x, v):
    x = x.clone().requires_grad_()
    f = torch.nn.functional.softplus(A @ x).sum()
    (g,) = torch.autograd.grad(f, x, create_graph=True)
    return torch.autograd.grad(g.sum(), x)[0] * v


@wrong("hvp", "v is not used")
def hvp_without_v(A, x, v):
    x = x.clone().requires_grad_()
    f = torch.nn.functional.softplus(A @ x).sum()
    (g,) = torch.autograd.grad(f, x, create_graph=True)
    return torch.autograd.grad(g.sum(), x)[0]


@wrong("hvp", "only the diagonal of H")
def hvp_diagonal(A, x, v):
    s = torch.sigmoid(A @ x)
    return (A**2 * (s * (1 - s))[:, None]).sum(dim=0) * v


@wrong("hvp", "differentiated by v")
def hvp_by_v(A, x, v):
    x, v = x.clone().requires_grad_(), v.clone().requires_grad_()
    f = torch.nn.functional.softplus(A @ x).sum()
    (g,) = torch.autograd.grad(f, x, create_graph=True)
    return torch.autograd.grad(g @ v, v)[0]


@wrong("hvp", "point and direction exchanged")
def hvp_exchanged(A, x, v):
    def f(x):
        return torch.nn.functional.softplus(A @ x).sum()

    return torch.autograd.functional.hvp(f, v, x)[1]


@wrong("hvp", "products of first derivatives")
def hvp_outer(A, x, v):
    x = x.clone().requires_grad_()
    torch.nn.functional.softplus(A @ x).sum().backward()
    return torch.outer(x.grad, x.grad) @ v
