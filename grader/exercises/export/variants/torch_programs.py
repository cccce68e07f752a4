"""Answers in PyTorch that export one program for all inputs.

The exercise's notebook gives an exporter that counts; each answer brings its own, since
a variant may only use what the notebook has imported.
"""

import torch

from grader.judging.variant import right, wrong


@right("one_export")
def where(xs, factors):
    runs = []

    class Program(torch.nn.Module):
        def forward(self, x, factor):
            runs.append(1)
            y = torch.where(x.sum() > 0, factor * x, x - factor)
            return y.sum(dim=0) / x.shape[0]

    example = xs[0], torch.tensor(factors[0])
    shapes = {0: torch.export.Dim.DYNAMIC}, None
    program = torch.export.export(Program(), example, dynamic_shapes=shapes).module()
    outputs = [program(x, torch.tensor(k)) for x, k in zip(xs, factors, strict=True)]
    return torch.stack(outputs), len(runs)


@right("one_export")
def cond(xs, factors):
    runs = []

    class Program(torch.nn.Module):
        def forward(self, x, factor):
            runs.append(1)
            y = torch.cond(
                x.sum() > 0, lambda x, k: k * x, lambda x, k: x - k, (x, factor)
            )
            return y.mean(dim=0)

    rows = torch.export.Dim("rows", min=2, max=100)
    program = torch.export.export(
        Program(), (torch.ones(4, 3), torch.ones(())), dynamic_shapes=({0: rows}, None)
    )
    program = program.module()
    outputs = [program(x, torch.tensor(k)) for x, k in zip(xs, factors, strict=True)]
    return outputs, len(runs)


@right("one_export")
def a_mask(xs, factors):
    runs = []

    class Program(torch.nn.Module):
        def forward(self, x, factor):
            runs.append(1)
            mask = (x.sum() > 0).float()
            return (mask * factor * x + (1 - mask) * (x - factor)).mean(dim=0)

    shapes = {"x": {0: torch.export.Dim.AUTO}, "factor": None}
    program = torch.export.export(
        Program(), (xs[-1], torch.tensor(2.0)), dynamic_shapes=shapes
    )
    call = program.module()
    outputs = [call(x, torch.tensor(k)) for x, k in zip(xs, factors, strict=True)]
    return outputs, len(runs)


@wrong("one_export", "an export for each call")
def in_the_loop(xs, factors):
    runs = []

    class Program(torch.nn.Module):
        def forward(self, x, factor):
            runs.append(1)
            y = torch.where(x.sum() > 0, factor * x, x - factor)
            return y.mean(dim=0)

    outputs = []
    for x, factor in zip(xs, factors, strict=True):
        program = torch.export.export(Program(), (x, factor)).module()
        outputs.append(program(x, factor))
    return outputs, len(runs)


@wrong("one_export", "the branch is frozen")
def condition_outside(xs, factors):
    runs = []
    scaled = bool(xs[0].sum() > 0)

    class Program(torch.nn.Module):
        def forward(self, x, factor):
            runs.append(1)
            return (factor * x if scaled else x - factor).mean(dim=0)

    shapes = {0: torch.export.Dim.DYNAMIC}, None
    program = torch.export.export(
        Program(), (xs[0], torch.tensor(factors[0])), dynamic_shapes=shapes
    ).module()
    outputs = [program(x, torch.tensor(k)) for x, k in zip(xs, factors, strict=True)]
    return outputs, len(runs)


@wrong("one_export", "the number of rows is frozen")
def rows_outside(xs, factors):
    runs = []
    rows = len(xs[0])

    class Program(torch.nn.Module):
        def forward(self, x, factor):
            runs.append(1)
            y = torch.where(x.sum() > 0, factor * x, x - factor)
            return y.sum(dim=0) / rows

    shapes = {0: torch.export.Dim.DYNAMIC}, None
    program = torch.export.export(
        Program(), (xs[0], torch.tensor(factors[0])), dynamic_shapes=shapes
    ).module()
    outputs = [program(x, torch.tensor(k)) for x, k in zip(xs, factors, strict=True)]
    return outputs, len(runs)


@wrong("one_export", "the factor is frozen")
def factor_outside(xs, factors):
    runs = []
    factor = factors[0]

    class Program(torch.nn.Module):
        def forward(self, x):
            runs.append(1)
            return torch.where(x.sum() > 0, factor * x, x - factor).mean(dim=0)

    shapes = ({0: torch.export.Dim.DYNAMIC},)
    program = torch.export.export(Program(), (xs[0],), dynamic_shapes=shapes).module()
    return [program(x) for x in xs], len(runs)


@wrong("one_export", "the two branches are exchanged")
def other_way_round(xs, factors):
    runs = []

    class Program(torch.nn.Module):
        def forward(self, x, factor):
            runs.append(1)
            return torch.where(x.sum() > 0, x - factor, factor * x).mean(dim=0)

    shapes = {0: torch.export.Dim.DYNAMIC}, None
    program = torch.export.export(
        Program(), (xs[0], torch.tensor(factors[0])), dynamic_shapes=shapes
    ).module()
    outputs = [program(x, torch.tensor(k)) for x, k in zip(xs, factors, strict=True)]
    return outputs, len(runs)


@wrong("one_export", "a choice for each entry")
def entry_by_entry(xs, factors):
    runs = []

    class Program(torch.nn.Module):
        def forward(self, x, factor):
            runs.append(1)
            return torch.where(x > 0, factor * x, x - factor).mean(dim=0)

    shapes = {0: torch.export.Dim.DYNAMIC}, None
    program = torch.export.export(
        Program(), (xs[0], torch.tensor(factors[0])), dynamic_shapes=shapes
    ).module()
    outputs = [program(x, torch.tensor(k)) for x, k in zip(xs, factors, strict=True)]
    return outputs, len(runs)
