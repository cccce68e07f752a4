"""Answers to the exercises that send a batch through a network, in PyTorch."""

import torch

from grader.judging.variant import right, wrong


@right("dead_share")
def means_of_masks(z):
    dead = (torch.relu(z) == 0).all(dim=0)
    saturated = torch.tanh(z).abs() > 0.97
    return dead.float().mean(), saturated.float().mean()


@right("dead_share")
def largest_of_each_column(z):
    dead = (z.amax(dim=0) <= 0).sum() / z.shape[1]
    saturated = (torch.tanh(z) ** 2 > 0.97**2).sum() / z.numel()
    return dead, saturated


@right("dead_share")
def counted(z):
    dead = sum(1 for column in z.T if not torch.relu(column).any())
    flat = torch.tanh(z).flatten().tolist()
    return dead / z.shape[1], sum(abs(v) > 0.97 for v in flat) / len(flat)


@wrong("dead_share", "entries, not units")
def all_zeros(z):
    dead = (torch.relu(z) == 0).float().mean()
    return dead, (torch.tanh(z).abs() > 0.97).float().mean()


@wrong("dead_share", "dead once is enough")
def any_row(z):
    dead = (z <= 0).any(dim=0).float().mean()
    return dead, (torch.tanh(z).abs() > 0.97).float().mean()


@wrong("dead_share", "an exact 0 taken for alive")
def strictly_negative(z):
    dead = (z < 0).all(dim=0).float().mean()
    return dead, (torch.tanh(z).abs() > 0.97).float().mean()


@wrong("dead_share", "a small output taken for 0")
def nearly_nothing(z):
    dead = (torch.relu(z).amax(dim=0) < 0.01).float().mean()
    return dead, (torch.tanh(z).abs() > 0.97).float().mean()


@wrong("dead_share", "judged by the mean over the rows")
def negative_on_average(z):
    dead = (z.mean(dim=0) <= 0).float().mean()
    return dead, (torch.tanh(z).abs() > 0.97).float().mean()


@wrong("dead_share", "rows, not units")
def other_axis(z):
    dead = (z <= 0).all(dim=1).float().mean()
    return dead, (torch.tanh(z).abs() > 0.97).float().mean()


@wrong("dead_share", "a count, not a share")
def summed(z):
    dead = (z <= 0).all(dim=0).sum()
    return dead, (torch.tanh(z).abs() > 0.97).float().mean()


@wrong("dead_share", "only one side saturates")
def no_absolute_value(z):
    dead = (z <= 0).all(dim=0).float().mean()
    return dead, (torch.tanh(z) > 0.97).float().mean()


@wrong("dead_share", "the limit is held against z")
def no_tanh_at_all(z):
    dead = (z <= 0).all(dim=0).float().mean()
    return dead, (z.abs() > 0.97).float().mean()


@wrong("dead_share", "saturated in every row")
def whole_units(z):
    dead = (z <= 0).all(dim=0).float().mean()
    return dead, (torch.tanh(z).abs() > 0.97).all(dim=0).float().mean()


@right("variance_step")
def loop(x, weights):
    found = []
    z = x @ weights[0]
    found.append(z.var(unbiased=False))
    for W in weights[1:]:
        z = torch.relu(z) @ W
        found.append(z.var(unbiased=False))
    return torch.stack(found)


@right("variance_step")
def by_moments(x, weights):
    found = []
    for W in weights:
        z = x @ W
        found.append(((z - z.mean()) ** 2).mean().item())
        x = z.clamp(min=0)
    return found


@right("variance_step")
def with_hooks(x, weights):
    found, layers = [], []
    for W in weights:
        layer = torch.nn.Linear(*W.shape, bias=False)
        layer.weight = torch.nn.Parameter(W.T)
        layer.register_forward_hook(
            lambda module, args, z: found.append(torch.var(z, correction=0))
        )
        layers += [layer, torch.nn.ReLU()]
    with torch.no_grad():
        torch.nn.Sequential(*layers)(x)
    return found


@wrong("variance_step", "the mean square")
def squares(x, weights):
    found = []
    for W in weights:
        z = x @ W
        found.append((z**2).mean())
        x = torch.relu(z)
    return found


@wrong("variance_step", "measured after the ReLU")
def after(x, weights):
    found = []
    for W in weights:
        x = torch.relu(x @ W)
        found.append(x.var(correction=0))
    return found


@wrong("variance_step", "divided by one less")
def default_var(x, weights):
    found = []
    for W in weights:
        z = x @ W
        found.append(z.var())
        x = torch.relu(z)
    return found


@wrong("variance_step", "standard deviations")
def std(x, weights):
    found = []
    for W in weights:
        z = x @ W
        found.append(z.std(correction=0))
        x = torch.relu(z)
    return found


@wrong("variance_step", "no ReLU between the layers")
def linear(x, weights):
    found = []
    for W in weights:
        x = x @ W
        found.append(x.var(correction=0))
    return found


@wrong("variance_step", "a ReLU on the input")
def relu_first(x, weights):
    found = []
    for W in weights:
        x = torch.relu(x) @ W
        found.append(x.var(correction=0))
    return found


@wrong("variance_step", "one variance per unit")
def per_unit(x, weights):
    found = []
    for W in weights:
        z = x @ W
        found.append(z.var(dim=0, correction=0).mean())
        x = torch.relu(z)
    return found


@right("backward_variance")
def retained(x, weights, g):
    h, zs = x.clone().requires_grad_(), []
    for W in weights:
        z = h @ W
        z.retain_grad()
        zs.append(z)
        h = torch.tanh(z)
    h.backward(g)
    return torch.stack([(z.grad**2).mean() for z in zs])


@right("backward_variance")
def with_zeros_added(x, weights, g):
    # dL/dz is the gradient by anything that is added to z.
    shifts = [torch.zeros(len(x), W.shape[1], requires_grad=True) for W in weights]
    h = x
    for W, shift in zip(weights, shifts, strict=True):
        h = torch.tanh(h @ W + shift)
    torch.sum(h * g).backward()
    return [shift.grad.square().mean() for shift in shifts]


@right("backward_variance")
def by_hand(x, weights, g):
    hs = [x]
    for W in weights:
        hs.append(torch.tanh(hs[-1] @ W))
    found = []
    for W, h in zip(reversed(weights), reversed(hs), strict=False):
        d = g * (1 - h**2)
        found.append((d**2).mean().item())
        g = d @ W.T
    return found[::-1]


@wrong("backward_variance", "gradients by the outputs")
def outputs(x, weights, g):
    h, hs = x.clone().requires_grad_(), []
    for W in weights:
        h = torch.tanh(h @ W)
        hs.append(h)
    grads = torch.autograd.grad((h * g).sum(), hs)
    return [(d**2).mean() for d in grads]


@wrong("backward_variance", "gradients by the weights")
def by_weights(x, weights, g):
    weights = [W.clone().requires_grad_() for W in weights]
    h = x
    for W in weights:
        h = torch.tanh(h @ W)
    (h * g).sum().backward()
    return [(W.grad**2).mean() for W in weights]


@wrong("backward_variance", "the last layer first")
def not_turned_round(x, weights, g):
    hs = [x]
    for W in weights:
        hs.append(torch.tanh(hs[-1] @ W))
    found = []
    for W, h in zip(reversed(weights), reversed(hs), strict=False):
        d = g * (1 - h**2)
        found.append((d**2).mean())
        g = d @ W.T
    return found


@wrong("backward_variance", "root mean squares")
def roots(x, weights, g):
    h, zs = x.clone().requires_grad_(), []
    for W in weights:
        zs.append(h @ W)
        h = torch.tanh(zs[-1])
    grads = torch.autograd.grad((h * g).sum(), zs)
    return [(d**2).mean() ** 0.5 for d in grads]


@wrong("backward_variance", "variances about the mean")
def centred(x, weights, g):
    h, zs = x.clone().requires_grad_(), []
    for W in weights:
        zs.append(h @ W)
        h = torch.tanh(zs[-1])
    grads = torch.autograd.grad((h * g).sum(), zs)
    return [d.var(correction=0) for d in grads]


@wrong("backward_variance", "g is left out")
def plain_sum(x, weights, g):
    h, zs = x.clone().requires_grad_(), []
    for W in weights:
        zs.append(h @ W)
        h = torch.tanh(zs[-1])
    grads = torch.autograd.grad(h.sum(), zs)
    return [(d**2).mean() for d in grads]


@wrong("backward_variance", "a mean in the loss")
def mean_loss(x, weights, g):
    h, zs = x.clone().requires_grad_(), []
    for W in weights:
        zs.append(h @ W)
        h = torch.tanh(zs[-1])
    grads = torch.autograd.grad((h * g).mean(), zs)
    return [(d**2).mean() for d in grads]


@wrong("backward_variance", "no tanh")
def linear_network(x, weights, g):
    z, zs = x.clone().requires_grad_(), []
    for W in weights:
        z = z @ W
        zs.append(z)
    grads = torch.autograd.grad((z * g).sum(), zs)
    return [(d**2).mean() for d in grads]


@right("keep_variance")
def one_over_rms(x, z, activation):
    gains = []
    for layer in z:
        a = x @ layer / x.shape[1] ** 0.5
        gains.append(1 / a.square().mean().sqrt())
        x = getattr(torch, activation)(a * gains[-1])
    return torch.stack(gains)


@right("keep_variance")
def by_the_weights(x, z, activation):
    n, gains = z.shape[1], []
    for layer in z:
        rms = torch.linalg.norm(x @ layer) / (x.shape[0] * n) ** 0.5
        W = layer / rms
        gains.append((n**0.5 / rms).item())
        x = getattr(torch, activation)(x @ W)
    return gains


@right("keep_variance")
def with_one_table(x, z, activation):
    function = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}
    W = z / z.shape[1] ** 0.5
    gains = torch.empty(len(W), dtype=z.dtype)
    for k in range(len(W)):
        a = x @ W[k]
        gains[k] = (a * a).mean() ** -0.5
        x = function[activation](x @ (gains[k] * W[k]))
    return gains


@wrong("keep_variance", "the standard deviation")
def sample_std(x, z, activation):
    gains = []
    for layer in z:
        a = x @ layer / x.shape[1] ** 0.5
        gains.append(1 / a.std())
        x = getattr(torch, activation)(a * gains[-1])
    return gains


@wrong("keep_variance", "the gain is squared")
def mean_square(x, z, activation):
    gains = []
    for layer in z:
        a = x @ layer / x.shape[1] ** 0.5
        gains.append(1 / (a**2).mean())
        x = getattr(torch, activation)(a * gains[-1])
    return gains


@wrong("keep_variance", "the inverse of the gain")
def returns_rms(x, z, activation):
    sizes = []
    for layer in z:
        a = x @ layer / x.shape[1] ** 0.5
        sizes.append((a**2).mean() ** 0.5)
        x = getattr(torch, activation)(a / sizes[-1])
    return sizes


@wrong("keep_variance", "the root of n is part of the gain")
def whole_factor(x, z, activation):
    gains = []
    for layer in z:
        a = x @ layer
        gains.append((a**2).mean() ** -0.5)
        x = getattr(torch, activation)(a * gains[-1])
    return gains


@wrong("keep_variance", "the scaled layer does not go on")
def not_passed_on(x, z, activation):
    gains = []
    for layer in z:
        a = x @ layer / x.shape[1] ** 0.5
        gains.append((a**2).mean() ** -0.5)
        x = getattr(torch, activation)(a)
    return gains


@wrong("keep_variance", "no activation between the layers")
def linear_layers(x, z, activation):
    gains = []
    for layer in z:
        a = x @ layer / x.shape[1] ** 0.5
        gains.append((a**2).mean() ** -0.5)
        x = a * gains[-1]
    return gains


@wrong("keep_variance", "the activation on the input")
def activated_first(x, z, activation):
    gains = []
    for layer in z:
        a = getattr(torch, activation)(x) @ layer / x.shape[1] ** 0.5
        gains.append((a**2).mean() ** -0.5)
        x = a * gains[-1]
    return gains


@wrong("keep_variance", "the gain from the table")
def looked_up(x, z, activation):
    return [torch.nn.init.calculate_gain(activation)] * len(z)


@wrong("keep_variance", "measured after the activation")
def outputs_measured(x, z, activation):
    function, gains = getattr(torch, activation), []
    for layer in z:
        a = x @ layer / x.shape[1] ** 0.5
        gains.append((function(a) ** 2).mean() ** -0.5)
        x = function(a * gains[-1])
    return gains


@right("find_the_bug")
def two_places(x, zs):
    stds, squares, h = [], [], x
    for z in zs:
        fan = z.shape[0]
        std = 2**0.5 / fan**0.5
        out = h @ (std * z)
        stds.append(std)
        squares.append((out**2).mean())
        h = torch.relu(out)
    return stds, squares


@right("find_the_bug")
def scaled_afterwards(x, zs):
    stds = torch.tensor([(2 / len(z)) ** 0.5 for z in zs])
    squares = []
    for std, z in zip(stds, zs, strict=True):
        out = std * (x @ z)
        squares.append(out.square().mean().item())
        x = out.clamp(min=0)
    return stds, squares


@right("find_the_bug")
def fan_from_the_signal(x, zs):
    stds, squares = [], []
    for z in zs:
        std = (x.shape[1] / 2) ** -0.5
        out = torch.mm(x, z) * std
        stds.append(std)
        squares.append(torch.linalg.norm(out) ** 2 / out.numel())
        x = torch.where(out > 0, out, 0.0)
    return stds, torch.stack(squares)


@wrong("find_the_bug", "both bugs are still there")
def unmended(x, zs):
    stds, squares, h = [], [], x
    for z in zs:
        fan = z.shape[1]
        std = 2 / fan**0.5
        out = h @ (std * z)
        stds.append(std)
        squares.append((out**2).mean())
        h = torch.relu(out)
    return stds, squares


@wrong("find_the_bug", "the fan is still the other one")
def only_the_gain(x, zs):
    stds, squares, h = [], [], x
    for z in zs:
        fan = z.shape[1]
        std = (2 / fan) ** 0.5
        out = h @ (std * z)
        stds.append(std)
        squares.append((out**2).mean())
        h = torch.relu(out)
    return stds, squares


@wrong("find_the_bug", "the gain is still squared")
def only_the_fan(x, zs):
    stds, squares, h = [], [], x
    for z in zs:
        fan = z.shape[0]
        std = 2 / fan**0.5
        out = h @ (std * z)
        stds.append(std)
        squares.append((out**2).mean())
        h = torch.relu(out)
    return stds, squares


@wrong("find_the_bug", "the gain is gone")
def no_gain(x, zs):
    stds, squares, h = [], [], x
    for z in zs:
        fan = z.shape[0]
        std = 1 / fan**0.5
        out = h @ (std * z)
        stds.append(std)
        squares.append((out**2).mean())
        h = torch.relu(out)
    return stds, squares


@wrong("find_the_bug", "a variance in place of a std")
def no_root(x, zs):
    stds, squares, h = [], [], x
    for z in zs:
        fan = z.shape[0]
        std = 2 / fan
        out = h @ (std * z)
        stds.append(std)
        squares.append((out**2).mean())
        h = torch.relu(out)
    return stds, squares


@wrong("find_the_bug", "the mean of both fans")
def glorot(x, zs):
    stds, squares, h = [], [], x
    for z in zs:
        fan = sum(z.shape) / 2
        std = (2 / fan) ** 0.5
        out = h @ (std * z)
        stds.append(std)
        squares.append((out**2).mean())
        h = torch.relu(out)
    return stds, squares


@wrong("find_the_bug", "the ReLU is gone")
def no_relu(x, zs):
    stds, squares, h = [], [], x
    for z in zs:
        fan = z.shape[0]
        std = (2 / fan) ** 0.5
        h = h @ (std * z)
        stds.append(std)
        squares.append((h**2).mean())
    return stds, squares
