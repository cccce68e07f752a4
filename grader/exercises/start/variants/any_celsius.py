"""Answers to the exercise of ``00_start_here``.

The same arithmetic works on the tensors of both frameworks.
"""

from grader.judging.variant import right, wrong


@right("celsius")
def shifted_then_scaled(f):
    return (f - 32) * 5 / 9


@right("celsius")
def divided_by_1_8(f):
    return (f - 32.0) / 1.8


@right("celsius")
def multiplied_out(f):
    return f * 5 / 9 - 160 / 9


@wrong("celsius", "a bracket is missing")
def no_bracket(f):
    return f - 32 * 5 / 9


@wrong("celsius", "scaled before the shift")
def scaled_first(f):
    return f * 5 / 9 - 32


@wrong("celsius", "the shift is missing")
def no_shift(f):
    return f * 5 / 9


@wrong("celsius", "the other direction")
def to_fahrenheit(f):
    return f * 9 / 5 + 32
