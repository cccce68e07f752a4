"""Answers about an optimizer's state, in PyTorch."""

import torch

from grader.judging.variant import right, wrong


def torch_optimizer(name, parameters):
    # The given cell above the exercise optimizer_state.
    kinds = {
        "sgd": (torch.optim.SGD, {}),
        "momentum": (torch.optim.SGD, {"momentum": 0.9}),
        "rmsprop": (torch.optim.RMSprop, {}),
        "adam": (torch.optim.Adam, {}),
        "adadelta": (torch.optim.Adadelta, {}),
        "amsgrad": (torch.optim.Adam, {"amsgrad": True}),
    }
    kind, options = kinds[name]
    return kind(parameters, lr=0.01, **options)


@right("optimizer_state")
def looked_into(trained, frozen, optimizer, dtype):
    dtype = getattr(torch, dtype)
    weights = [torch.zeros(shape, dtype=dtype) for shape in trained]
    fixed = [torch.zeros(shape, dtype=dtype) for shape in frozen]
    for weight in weights:
        weight.grad = torch.ones_like(weight)
    made = torch_optimizer(optimizer, weights)
    made.step()
    kept = [array for found in made.state.values() for array in found.values()]
    state = sum(array.nbytes for array in kept if array.ndim > 0)
    return state, state + sum(a.nbytes for a in weights + weights + fixed)


@right("optimizer_state")
def state_dict_after_backward(trained, frozen, optimizer, dtype):
    shapes = [(shape, True) for shape in trained]
    shapes += [(shape, False) for shape in frozen]
    parameters = [
        torch.nn.Parameter(torch.ones(shape, dtype=getattr(torch, dtype)), live)
        for shape, live in shapes
    ]
    made = torch_optimizer(optimizer, parameters)
    sum(p.sum() for p in parameters).backward()
    made.step()
    arrays = [p.data for p in parameters]
    arrays += [p.grad for p in parameters if p.grad is not None]
    kept = [
        array
        for found in made.state_dict()["state"].values()
        for array in found.values()
        if array is not None and array.shape != torch.Size([])
    ]
    state = sum(array.numel() * array.element_size() for array in kept)
    return state, state + sum(a.numel() * a.element_size() for a in arrays)


@right("optimizer_state")
def by_the_table(trained, frozen, optimizer, dtype):
    import math

    item = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}[dtype]
    kept = {"sgd": 0, "adam": 2, "adadelta": 2, "amsgrad": 3}.get(optimizer, 1)
    live = item * sum(math.prod(shape) for shape in trained)
    fixed = item * sum(math.prod(shape) for shape in frozen)
    return kept * live, fixed + (2 + kept) * live


@wrong("optimizer_state", "frozen parameters are trained too")
def all_trained(trained, frozen, optimizer, dtype):
    dtype = getattr(torch, dtype)
    weights = [torch.zeros(shape, dtype=dtype) for shape in trained + frozen]
    for weight in weights:
        weight.grad = torch.ones_like(weight)
    made = torch_optimizer(optimizer, weights)
    made.step()
    kept = [array for found in made.state.values() for array in found.values()]
    state = sum(array.nbytes for array in kept if array.ndim > 0)
    return state, state + 2 * sum(weight.nbytes for weight in weights)


@wrong("optimizer_state", "frozen parameters have a state")
def gradient_of_zeros(trained, frozen, optimizer, dtype):
    # A gradient of zeros is a gradient: the optimizer makes its arrays for it.
    dtype = getattr(torch, dtype)
    weights = [torch.zeros(shape, dtype=dtype) for shape in trained]
    fixed = [torch.zeros(shape, dtype=dtype) for shape in frozen]
    for weight in weights + fixed:
        weight.grad = torch.zeros_like(weight)
    made = torch_optimizer(optimizer, weights + fixed)
    made.step()
    kept = [array for found in made.state.values() for array in found.values()]
    state = sum(array.nbytes for array in kept if array.ndim > 0)
    return state, state + sum(a.nbytes for a in weights + weights + fixed)


@wrong("optimizer_state", "frozen parameters take no room")
def without_frozen(trained, frozen, optimizer, dtype):
    weights = [torch.zeros(s, dtype=getattr(torch, dtype)) for s in trained]
    for weight in weights:
        weight.grad = torch.ones_like(weight)
    made = torch_optimizer(optimizer, weights)
    made.step()
    kept = [array for found in made.state.values() for array in found.values()]
    state = sum(array.nbytes for array in kept if array.ndim > 0)
    return state, state + 2 * sum(weight.nbytes for weight in weights)


@wrong("optimizer_state", "the gradients are left out")
def weights_and_state(trained, frozen, optimizer, dtype):
    dtype = getattr(torch, dtype)
    weights = [torch.zeros(shape, dtype=dtype) for shape in trained]
    fixed = [torch.zeros(shape, dtype=dtype) for shape in frozen]
    for weight in weights:
        weight.grad = torch.ones_like(weight)
    made = torch_optimizer(optimizer, weights)
    made.step()
    kept = [array for found in made.state.values() for array in found.values()]
    state = sum(array.nbytes for array in kept if array.ndim > 0)
    return state, state + sum(array.nbytes for array in weights + fixed)


@wrong("optimizer_state", "measured before the first step")
def too_early(trained, frozen, optimizer, dtype):
    dtype = getattr(torch, dtype)
    weights = [torch.zeros(shape, dtype=dtype) for shape in trained]
    fixed = [torch.zeros(shape, dtype=dtype) for shape in frozen]
    made = torch_optimizer(optimizer, weights)
    kept = [array for found in made.state.values() for array in found.values()]
    state = sum(array.nbytes for array in kept if array.ndim > 0)
    return state, state + sum(a.nbytes for a in weights + weights + fixed)


@wrong("optimizer_state", "PyTorch's counters are counted")
def everything_in_it(trained, frozen, optimizer, dtype):
    dtype = getattr(torch, dtype)
    weights = [torch.zeros(shape, dtype=dtype) for shape in trained]
    fixed = [torch.zeros(shape, dtype=dtype) for shape in frozen]
    for weight in weights:
        weight.grad = torch.ones_like(weight)
    made = torch_optimizer(optimizer, weights)
    made.step()
    kept = [array for found in made.state.values() for array in found.values()]
    state = sum(array.nbytes for array in kept)
    return state, state + sum(a.nbytes for a in weights + weights + fixed)


@wrong("optimizer_state", "4 bytes for every dtype")
def default_dtype(trained, frozen, optimizer, dtype):
    weights = [torch.zeros(shape) for shape in trained]
    fixed = [torch.zeros(shape) for shape in frozen]
    for weight in weights:
        weight.grad = torch.ones_like(weight)
    made = torch_optimizer(optimizer, weights)
    made.step()
    kept = [array for found in made.state.values() for array in found.values()]
    state = sum(array.nbytes for array in kept if array.ndim > 0)
    return state, state + sum(a.nbytes for a in weights + weights + fixed)


@wrong("optimizer_state", "the state is always float32")
def full_precision_state(trained, frozen, optimizer, dtype):
    import math

    item = torch.zeros((), dtype=getattr(torch, dtype)).element_size()
    kept = {"sgd": 0, "adam": 2, "adadelta": 2, "amsgrad": 3}.get(optimizer, 1)
    live = sum(math.prod(shape) for shape in trained)
    fixed = sum(math.prod(shape) for shape in frozen)
    state = 4 * kept * live
    return state, item * (2 * live + fixed) + state


@wrong("optimizer_state", "numbers instead of bytes")
def counted_numbers(trained, frozen, optimizer, dtype):
    dtype = getattr(torch, dtype)
    weights = [torch.zeros(shape, dtype=dtype) for shape in trained]
    fixed = [torch.zeros(shape, dtype=dtype) for shape in frozen]
    for weight in weights:
        weight.grad = torch.ones_like(weight)
    made = torch_optimizer(optimizer, weights)
    made.step()
    kept = [array for found in made.state.values() for array in found.values()]
    state = sum(array.numel() for array in kept if array.ndim > 0)
    return state, state + sum(a.numel() for a in weights + weights + fixed)
