"""Answers that run a ported network, in PyTorch."""

import torch

from grader.judging.variant import right, wrong


@right("two_paddings")
def padded_by_hand(x, first, second):
    x = x.permute(0, 3, 1, 2)
    w = first.permute(3, 2, 0, 1)
    pads = []
    for size, kernel in zip(x.shape[:1:-1], w.shape[:1:-1], strict=True):
        outputs = (size + 1) // 2
        total = max((outputs - 1) * 2 + kernel - size, 0)
        pads += [total // 2, total - total // 2]
    hidden = torch.nn.functional.conv2d(torch.nn.functional.pad(x, pads), w, stride=2)
    out = torch.nn.functional.conv2d(hidden, second, stride=2, padding=1)
    return out.permute(0, 2, 3, 1)


@right("two_paddings")
def with_modules(x, first, second):
    k, _, c, m = first.shape
    height, width = x.shape[1:3]

    def amounts(size):
        total = k - 2 if size % 2 == 0 else k - 1
        return total // 2, total - total // 2

    one = torch.nn.Conv2d(c, m, k, stride=2, bias=False)
    two = torch.nn.Conv2d(m, len(second), 3, stride=2, padding=1, bias=False)
    with torch.no_grad():
        one.weight.copy_(first.permute(3, 2, 0, 1))
        two.weight.copy_(second)
        pad = torch.nn.ZeroPad2d((*amounts(width), *amounts(height)))
        return two(one(pad(x.permute(0, 3, 1, 2)))).permute(0, 2, 3, 1)


@right("two_paddings")
def zeros_and_slices(x, first, second):
    def convolved(x, w, rows, columns):
        n, height, width, _ = x.shape
        padded = torch.zeros(
            n, height + sum(rows), width + sum(columns), x.shape[3], dtype=x.dtype
        )
        padded[:, rows[0] : rows[0] + height, columns[0] : columns[0] + width] = x
        windows = padded.unfold(1, len(w), 2).unfold(2, len(w), 2)
        return torch.einsum("nijckl,klco->nijo", windows, w)

    def same(size):
        total = len(first) - 1 - (size % 2 == 0)
        return total // 2, total - total // 2

    hidden = convolved(x, first, same(x.shape[1]), same(x.shape[2]))
    return convolved(hidden, second.permute(2, 3, 1, 0), (1, 1), (1, 1))


@wrong("two_paddings", "the first layer is padded evenly")
def half_a_kernel(x, first, second):
    x, w = x.permute(0, 3, 1, 2), first.permute(3, 2, 0, 1)
    half = len(first) // 2
    hidden = torch.nn.functional.conv2d(x, w, stride=2, padding=half)
    out = torch.nn.functional.conv2d(hidden, second, stride=2, padding=1)
    return out.permute(0, 2, 3, 1)


@wrong("two_paddings", "the first layer is padded evenly")
def larger_part_before(x, first, second):
    x, w = x.permute(0, 3, 1, 2), first.permute(3, 2, 0, 1)
    k = len(first)
    pads = []
    for size in (x.shape[3], x.shape[2]):
        total = k - 2 if size % 2 == 0 else k - 1
        pads += [total - total // 2, total // 2]
    x = torch.nn.functional.pad(x, pads)
    hidden = torch.nn.functional.conv2d(x, w, stride=2)
    out = torch.nn.functional.conv2d(hidden, second, stride=2, padding=1)
    return out.permute(0, 2, 3, 1)


@wrong("two_paddings", "the second layer is padded as the first")
def same_twice(x, first, second):
    def same(x, w):
        pads = []
        for size in (x.shape[3], x.shape[2]):
            total = w.shape[2] - 2 if size % 2 == 0 else w.shape[2] - 1
            pads += [total // 2, total - total // 2]
        return torch.nn.functional.conv2d(torch.nn.functional.pad(x, pads), w, stride=2)

    hidden = same(x.permute(0, 3, 1, 2), first.permute(3, 2, 0, 1))
    return same(hidden, second).permute(0, 2, 3, 1)


@wrong("two_paddings", "each layer has the other's padding")
def rules_exchanged(x, first, second):
    x, w = x.permute(0, 3, 1, 2), first.permute(3, 2, 0, 1)
    half = len(first) // 2
    hidden = torch.nn.functional.conv2d(x, w, stride=2, padding=half)
    pads = []
    for size in (hidden.shape[3], hidden.shape[2]):
        pads += [0, 1] if size % 2 == 0 else [1, 1]
    hidden = torch.nn.functional.pad(hidden, pads)
    out = torch.nn.functional.conv2d(hidden, second, stride=2)
    return out.permute(0, 2, 3, 1)


@wrong("two_paddings", "as if every size were even")
def one_more_after(x, first, second):
    x, w = x.permute(0, 3, 1, 2), first.permute(3, 2, 0, 1)
    before = len(first) // 2 - 1
    x = torch.nn.functional.pad(x, (before, before + 1) * 2)
    hidden = torch.nn.functional.conv2d(x, w, stride=2)
    out = torch.nn.functional.conv2d(hidden, second, stride=2, padding=1)
    return out.permute(0, 2, 3, 1)


@wrong("two_paddings", "height and width are exchanged")
def height_first(x, first, second):
    x, w = x.permute(0, 3, 1, 2), first.permute(3, 2, 0, 1)
    pads = []
    for size in x.shape[2:]:
        total = len(first) - 2 if size % 2 == 0 else len(first) - 1
        pads += [total // 2, total - total // 2]
    x = torch.nn.functional.pad(x, pads)
    hidden = torch.nn.functional.conv2d(x, w, stride=2)
    out = torch.nn.functional.conv2d(hidden, second, stride=2, padding=1)
    return out.permute(0, 2, 3, 1)


@wrong("two_paddings", "the first layer is not padded")
def valid_first(x, first, second):
    x, w = x.permute(0, 3, 1, 2), first.permute(3, 2, 0, 1)
    hidden = torch.nn.functional.conv2d(x, w, stride=2)
    out = torch.nn.functional.conv2d(hidden, second, stride=2, padding=1)
    return out.permute(0, 2, 3, 1)


@wrong("two_paddings", "the second layer is not padded")
def valid_second(x, first, second):
    x, w = x.permute(0, 3, 1, 2), first.permute(3, 2, 0, 1)
    pads = []
    for size in (x.shape[3], x.shape[2]):
        total = len(first) - 2 if size % 2 == 0 else len(first) - 1
        pads += [total // 2, total - total // 2]
    x = torch.nn.functional.pad(x, pads)
    hidden = torch.nn.functional.conv2d(x, w, stride=2)
    out = torch.nn.functional.conv2d(hidden, second, stride=2)
    return out.permute(0, 2, 3, 1)
