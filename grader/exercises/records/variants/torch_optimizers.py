"""Answers that read a live optimizer, in PyTorch."""

import torch

from grader.judging.variant import right, wrong

# The locked cell above the exercise optimizer_settings.


def prepared(kind, numbers, steps):
    rate, *rest = numbers
    group = {"params": [torch.zeros(2)], "lr": rate}
    if kind == "adamw":
        beta_1, beta_2, eps, decay = rest
        optimizer = torch.optim.AdamW(
            [group], betas=(beta_1, beta_2), eps=eps, weight_decay=decay
        )
    elif kind == "rmsprop":
        momentum, rho, eps = rest
        optimizer = torch.optim.RMSprop([group], alpha=rho, eps=eps, momentum=momentum)
    else:
        optimizer = torch.optim.SGD([group], momentum=rest[0])
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    for _ in range(steps):
        optimizer.step()
        schedule.step()
    return optimizer


@right("optimizer_settings")
def from_the_group(kind, numbers, steps):
    group = prepared(kind, numbers, steps).param_groups[0]
    beta_1, beta_2 = group.get("betas", (-1, -1))
    names = ("alpha", "eps", "weight_decay")
    rest = [group.get(name, -1) for name in names]
    return [group["lr"], group.get("momentum", -1), beta_1, beta_2, *rest]


@right("optimizer_settings")
def from_the_state_dict(kind, numbers, steps):
    (group,) = prepared(kind, numbers, steps).state_dict()["param_groups"]
    found = torch.full((7,), -1.0)
    found[0], found[6] = group["lr"], group["weight_decay"]
    if "betas" in group:
        found[2:4] = torch.tensor(group["betas"])
    for place, name in ((1, "momentum"), (4, "alpha"), (5, "eps")):
        if name in group:
            found[place] = group[name]
    return found


@right("optimizer_settings")
def by_class(kind, numbers, steps):
    optimizer = prepared(kind, numbers, steps)
    (g,) = optimizer.param_groups
    if isinstance(optimizer, torch.optim.AdamW):
        return [g["lr"], -1, *g["betas"], -1, g["eps"], g["weight_decay"]]
    if isinstance(optimizer, torch.optim.RMSprop):
        middle = [g["momentum"], -1, -1, g["alpha"], g["eps"]]
        return [g["lr"], *middle, g["weight_decay"]]
    return [g["lr"], g["momentum"], -1, -1, -1, -1, g["weight_decay"]]


@wrong("optimizer_settings", "the rate at the beginning")
def initial(kind, numbers, steps):
    group = prepared(kind, numbers, steps).param_groups[0]
    beta_1, beta_2 = group.get("betas", (-1, -1))
    rest = [group.get(name, -1) for name in ("alpha", "eps", "weight_decay")]
    return [group["initial_lr"], group.get("momentum", -1), beta_1, beta_2, *rest]


@wrong("optimizer_settings", "the default learning rate")
def defaults(kind, numbers, steps):
    optimizer = prepared(kind, numbers, steps)
    group = {**optimizer.param_groups[0], "lr": optimizer.defaults["lr"]}
    beta_1, beta_2 = group.get("betas", (-1, -1))
    rest = [group.get(name, -1) for name in ("alpha", "eps", "weight_decay")]
    return [group["lr"], group.get("momentum", -1), beta_1, beta_2, *rest]


@wrong("optimizer_settings", "the rate of the step before")
def a_step_late(kind, numbers, steps):
    group = prepared(kind, numbers, steps - 1).param_groups[0]
    beta_1, beta_2 = group.get("betas", (-1, -1))
    rest = [group.get(name, -1) for name in ("alpha", "eps", "weight_decay")]
    return [group["lr"], group.get("momentum", -1), beta_1, beta_2, *rest]


@wrong("optimizer_settings", "beta 1 and beta 2 are exchanged")
def betas(kind, numbers, steps):
    group = prepared(kind, numbers, steps).param_groups[0]
    beta_2, beta_1 = group.get("betas", (-1, -1))
    rest = [group.get(name, -1) for name in ("alpha", "eps", "weight_decay")]
    return [group["lr"], group.get("momentum", -1), beta_1, beta_2, *rest]


@wrong("optimizer_settings", "what is not there is 0")
def zeros(kind, numbers, steps):
    group = prepared(kind, numbers, steps).param_groups[0]
    beta_1, beta_2 = group.get("betas", (0, 0))
    rest = [group.get(name, 0) for name in ("alpha", "eps", "weight_decay")]
    return [group["lr"], group.get("momentum", 0), beta_1, beta_2, *rest]


@wrong("optimizer_settings", "no weight decay is not there")
def falsy_decay(kind, numbers, steps):
    group = prepared(kind, numbers, steps).param_groups[0]
    beta_1, beta_2 = group.get("betas", (-1, -1))
    rest = [group.get(name, 0) or -1 for name in ("alpha", "eps", "weight_decay")]
    return [group["lr"], group.get("momentum", -1), beta_1, beta_2, *rest]


@wrong("optimizer_settings", "rho stands in the place of beta 2")
def alpha_is_beta(kind, numbers, steps):
    group = prepared(kind, numbers, steps).param_groups[0]
    beta_1, beta_2 = group.get("betas", (-1, group.get("alpha", -1)))
    rest = [-1, group.get("eps", -1), group["weight_decay"]]
    return [group["lr"], group.get("momentum", -1), beta_1, beta_2, *rest]


@wrong("optimizer_settings", "beta 1 is momentum too")
def momentum_of_adam(kind, numbers, steps):
    group = prepared(kind, numbers, steps).param_groups[0]
    beta_1, beta_2 = group.get("betas", (-1, -1))
    rest = [group.get(name, -1) for name in ("alpha", "eps", "weight_decay")]
    return [group["lr"], group.get("momentum", beta_1), beta_1, beta_2, *rest]
