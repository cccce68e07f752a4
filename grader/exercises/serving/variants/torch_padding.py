"""Answers that pad batches, in PyTorch."""

import torch

from grader.judging.variant import right, wrong

# The locked cell above the exercise pad_to_sizes.


def model(x, weight):
    return torch.softmax(x @ weight, dim=1)


@right("pad_to_sizes")
def with_pad(x, weight, sizes):
    outputs, runs = [], []
    for chunk in x.split(sizes[-1]):
        size = min(s for s in sizes if s >= len(chunk))
        padded = torch.nn.functional.pad(chunk, (0, 0, 0, size - len(chunk)))
        outputs.append(model(padded, weight)[: len(chunk)])
        runs.append(size)
    return torch.cat(outputs), runs


@right("pad_to_sizes")
def into_zeros(x, weight, sizes):
    largest, answers, runs = sizes[-1], [], []
    while len(x):
        rows, x = x[:largest], x[largest:]
        size = largest
        for allowed in reversed(sizes):
            if allowed >= len(rows):
                size = allowed
        batch = torch.zeros(size, rows.shape[1], dtype=rows.dtype)
        batch[: len(rows)] = rows
        answers += model(batch, weight)[: len(rows)].unbind()
        runs.append(size)
    return torch.stack(answers), torch.tensor(runs)


@right("pad_to_sizes")
def padded_once(x, weight, sizes):
    n, largest = len(x), sizes[-1]
    rest = n % largest
    end = [size for size in sizes if size >= rest][:1] if rest else []
    runs = [largest] * (n // largest) + end
    padded = torch.cat([x, x.new_zeros(sum(runs) - n, x.shape[1])])
    outputs = [model(batch, weight) for batch in padded.split(runs)]
    return torch.cat(outputs)[:n], runs


@wrong("pad_to_sizes", "the padding is not cut off")
def not_cut(x, weight, sizes):
    outputs, runs = [], []
    for chunk in x.split(sizes[-1]):
        size = min(s for s in sizes if s >= len(chunk))
        padded = torch.nn.functional.pad(chunk, (0, 0, 0, size - len(chunk)))
        outputs.append(model(padded, weight))
        runs.append(size)
    return torch.cat(outputs), runs


@wrong("pad_to_sizes", "the answers of the padding are kept")
def padded_in_front(x, weight, sizes):
    outputs, runs = [], []
    for chunk in x.split(sizes[-1]):
        size = min(s for s in sizes if s >= len(chunk))
        padded = torch.nn.functional.pad(chunk, (0, 0, size - len(chunk), 0))
        outputs.append(model(padded, weight)[: len(chunk)])
        runs.append(size)
    return torch.cat(outputs), runs


@wrong("pad_to_sizes", "an allowed size is padded")
def strictly_larger(x, weight, sizes):
    outputs, runs = [], []
    for chunk in x.split(sizes[-1]):
        larger = [s for s in sizes if s > len(chunk)]
        size = larger[0] if larger else sizes[-1]
        padded = torch.nn.functional.pad(chunk, (0, 0, 0, size - len(chunk)))
        outputs.append(model(padded, weight)[: len(chunk)])
        runs.append(size)
    return torch.cat(outputs), runs


@wrong("pad_to_sizes", "always the largest size")
def always_largest(x, weight, sizes):
    outputs, runs = [], []
    for chunk in x.split(sizes[-1]):
        missing = sizes[-1] - len(chunk)
        padded = torch.nn.functional.pad(chunk, (0, 0, 0, missing))
        outputs.append(model(padded, weight)[: len(chunk)])
        runs.append(sizes[-1])
    return torch.cat(outputs), runs


@wrong("pad_to_sizes", "a large batch runs as it is")
def in_one_piece(x, weight, sizes):
    n = len(x)
    size = next((s for s in sizes if s >= n), n)
    padded = torch.nn.functional.pad(x, (0, 0, 0, size - n))
    return model(padded, weight)[:n], [size]


@wrong("pad_to_sizes", "the rest is not padded")
def chunks_alone(x, weight, sizes):
    chunks = x.split(sizes[-1])
    outputs = [model(chunk, weight) for chunk in chunks]
    return torch.cat(outputs), [len(chunk) for chunk in chunks]


@wrong("pad_to_sizes", "an empty batch at the end")
def one_chunk_more(x, weight, sizes):
    outputs, runs = [], []
    for first in range(0, len(x) + 1, sizes[-1]):
        chunk = x[first : first + sizes[-1]]
        size = min(s for s in sizes if s >= len(chunk))
        padded = torch.nn.functional.pad(chunk, (0, 0, 0, size - len(chunk)))
        outputs.append(model(padded, weight)[: len(chunk)])
        runs.append(size)
    return torch.cat(outputs), runs


@wrong("pad_to_sizes", "cut into smaller sizes")
def change_like_coins(x, weight, sizes):
    outputs, runs = [], []
    while len(x):
        size = max([s for s in sizes if s <= len(x)], default=sizes[0])
        chunk, x = x[:size], x[size:]
        padded = torch.nn.functional.pad(chunk, (0, 0, 0, size - len(chunk)))
        outputs.append(model(padded, weight)[: len(chunk)])
        runs.append(size)
    return torch.cat(outputs), runs


@wrong("pad_to_sizes", "the rest is not padded")
def rows_given(x, weight, sizes):
    outputs, runs = [], []
    for chunk in x.split(sizes[-1]):
        size = min(s for s in sizes if s >= len(chunk))
        padded = torch.nn.functional.pad(chunk, (0, 0, 0, size - len(chunk)))
        outputs.append(model(padded, weight)[: len(chunk)])
        runs.append(len(chunk))
    return torch.cat(outputs), runs
