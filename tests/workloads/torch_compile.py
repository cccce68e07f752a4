"""What inductor compiles."""

import torch


@torch.compile
def f(x):
    return torch.sin(x) ** 2 + torch.cos(x).sum()


x = torch.rand(100, requires_grad=True)
f(x).sum().backward()
print(x.grad[:2])
