"""Answers to the exercises on biases, truncated and orthogonal draws, in PyTorch."""

import math

import torch

from grader.judging.variant import right, wrong


@right("lstm_bias")
def slice_assigned(b_ih, b_hh):
    units = b_ih.shape[0] // 4
    bias = b_ih + b_hh
    bias[units : 2 * units] = 1
    return bias


@right("lstm_bias")
def four_rows(b_ih, b_hh):
    gates = torch.stack([b_ih, b_hh]).sum(0).reshape(4, -1)
    gates[1].fill_(1.0)
    return gates.flatten()


@right("lstm_bias")
def joined(b_ih, b_hh):
    i, f, g, o = (b_ih + b_hh).chunk(4)
    return torch.cat([i, torch.ones_like(f), g, o])


@right("lstm_bias")
def masked(b_ih, b_hh):
    gate = torch.arange(len(b_ih)) // (len(b_ih) // 4)
    return torch.where(gate == 1, 1.0, b_ih + b_hh)


@wrong("lstm_bias", "the forget gate gets 2")
def one_in_each(b_ih, b_hh):
    n = len(b_ih) // 4
    b_ih[n : 2 * n] = 1
    b_hh[n : 2 * n] = 1
    return b_ih + b_hh


@wrong("lstm_bias", "1 is added")
def shifted(b_ih, b_hh):
    n = len(b_ih) // 4
    bias = b_ih + b_hh
    bias[n : 2 * n] += 1
    return bias


@wrong("lstm_bias", "the input gate is set")
def first_quarter(b_ih, b_hh):
    bias = b_ih + b_hh
    bias[: len(bias) // 4] = 1
    return bias


@wrong("lstm_bias", "the candidate is set")
def third_quarter(b_ih, b_hh):
    bias = (b_ih + b_hh).reshape(4, -1)
    bias[2] = 1
    return bias.flatten()


@wrong("lstm_bias", "every fourth entry is set")
def columns(b_ih, b_hh):
    bias = (b_ih + b_hh).reshape(-1, 4)
    bias[:, 1] = 1
    return bias.flatten()


@wrong("lstm_bias", "the other gates are zero")
def keras_default(b_ih, b_hh):
    n = len(b_ih) // 4
    bias = torch.zeros(4 * n)
    bias[n : 2 * n] = 1
    return bias


@wrong("lstm_bias", "only b_ih counts")
def one_vector(b_ih, b_hh):
    n = len(b_ih) // 4
    b_ih[n : 2 * n] = 1
    return b_ih


@right("truncated_normal")
def by_ndtri(u, std):
    low = torch.special.ndtr(torch.tensor(-2.0))
    p = low + u * (1 - 2 * low)
    return std * torch.special.ndtri(p) / 0.87962566


@right("truncated_normal")
def by_erfinv(u, std):
    # Between -2 and 2 the distribution function is (1 + erf(x / root 2)) / 2.
    reach = math.erf(2 / math.sqrt(2))
    x = torch.erfinv((2 * u - 1) * reach) * math.sqrt(2)
    return x * (std / 0.87962566)


@right("truncated_normal")
def by_icdf(u, std):
    # The variance of a truncated normal, from its density at the cut.
    normal = torch.distributions.Normal(0.0, 1.0)
    inside = math.erf(math.sqrt(2))
    density = math.exp(-2) / math.sqrt(2 * math.pi)
    shrunk = math.sqrt(1 - 4 * density / inside)
    return normal.icdf(0.5 + (u - 0.5) * inside) / shrunk * std


@wrong("truncated_normal", "the cut shrinks the weights")
def not_rescaled(u, std):
    high = 0.97724987
    p = 1 - high + u * (2 * high - 1)
    return std * torch.special.ndtri(p)


@wrong("truncated_normal", "rescaled the wrong way")
def smaller_still(u, std):
    high = 0.97724987
    p = 1 - high + u * (2 * high - 1)
    return std * 0.87962566 * torch.special.ndtri(p)


@wrong("truncated_normal", "nothing is cut off")
def whole_normal(u, std):
    return std * torch.special.ndtri(u)


@wrong("truncated_normal", "clipped, not truncated")
def clamped(u, std):
    x = torch.special.ndtri(u).clamp(-2, 2)
    return x * std / 0.87962566


@wrong("truncated_normal", "only one tail is cut off")
def upper_tail(u, std):
    return std / 0.87962566 * torch.special.ndtri(u * 0.97724987)


@wrong("truncated_normal", "rescaled by these numbers' own spread")
def own_spread(u, std):
    high = 0.97724987
    x = torch.special.ndtri(1 - high + u * (2 * high - 1))
    return std * x / x.std(correction=0)


@right("orthogonal")
def qr_signs(a):
    q, r = torch.linalg.qr(a)
    return q @ torch.diag(r.diagonal().sign())


@right("orthogonal")
def gram_schmidt(a):
    found = []
    for column in a.T:
        for q in found:
            column = column - (q @ column) * q
        found.append(column / column.norm())
    return torch.stack(found, dim=1)


@right("orthogonal")
def cholesky(a):
    # AᵀA = RᵀR, and the Cholesky factor's diagonal is positive.
    wide = a.double()
    upper = torch.linalg.cholesky(wide.T @ wide).T
    return torch.linalg.solve_triangular(upper, wide, upper=True, left=False)


@wrong("orthogonal", "the signs are left to chance")
def plain_qr(a):
    return torch.linalg.qr(a)[0]


@wrong("orthogonal", "rows are turned, not columns")
def signs_on_rows(a):
    q, r = torch.linalg.qr(a)
    return torch.diag(r.diagonal().sign()) @ q


@wrong("orthogonal", "R in place of Q")
def other_factor(a):
    r = torch.linalg.qr(a)[1]
    return r * r.diagonal().sign()[:, None]


@wrong("orthogonal", "columns of length 1, not orthogonal")
def normalised(a):
    return a / a.norm(dim=0)


@wrong("orthogonal", "the nearest orthogonal matrix")
def by_svd(a):
    u, _, vt = torch.linalg.svd(a)
    return u @ vt


@wrong("orthogonal", "rows in place of columns")
def transposed_first(a):
    q, r = torch.linalg.qr(a.T)
    return (q * r.diagonal().sign()).T


@wrong("orthogonal", "divided by the root of n")
def scaled(a):
    q, r = torch.linalg.qr(a)
    return q * r.diagonal().sign() / math.sqrt(len(a))
