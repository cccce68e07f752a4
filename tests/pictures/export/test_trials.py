"""Errors are told in one sentence, and fates by what a call gives."""

import sys

import numpy as np
import pytest

from grader.pictures.export.trials import Fates, accepted, refusal


def fails(message):
    def call(*_):
        print("the library's own noise", file=sys.stderr)
        raise TypeError(message)

    return call


def test_a_refusal_is_type_and_message_without_the_noise(capsys):
    assert refusal(fails("two\n  lines"), 1) == "TypeError: two lines"
    assert capsys.readouterr().err == ""


def test_a_long_message_is_cut():
    assert refusal(fails("x" * 999)) == f"TypeError: {'x' * 199}…"


def test_the_first_of_several_errors_is_told():
    def call():
        try:
            raise KeyError("cause")
        except KeyError as error:
            raise ValueError("effect") from error

    assert refusal(call) == "KeyError: 'cause'"


def test_of_autographs_message_the_error_alone_is_told():
    import tensorflow as tf

    traced = tf.function(lambda x: fails("int() of None")())
    assert refusal(traced, tf.ones(1)) == "TypeError: int() of None"


def test_a_call_that_succeeds_is_no_refusal():
    with pytest.raises(AssertionError, match="succeeded"):
        refusal(lambda: 1)


@pytest.mark.parametrize(
    ("make", "fate", "told"),
    [
        (lambda: lambda x: 3 * x, "right", "[3.0, 3.0] for [3, 3]"),
        (lambda: lambda x: 2 * x, "silent", "[2.0, 2.0] for [3, 3]"),
        (lambda: fails("no"), "loud", "TypeError: no"),
        (fails("at export"), "loud", "TypeError: at export"),
    ],
)
def test_a_fate_is_noted_and_printed(make, fate, told, capsys):
    fates = Fates()
    fates.note("case", "exporter", make, np.ones(2), [3, 3])
    assert fates == {("case", "exporter"): fate}
    assert capsys.readouterr().out == f"exporter: {fate}. {told}\n"


def test_sizes_are_accepted_or_not():
    def call(batch):
        if len(batch) > 2:
            raise ValueError

    assert accepted(call, np.ones(5), (1, 2, 3)) == {1: True, 2: True, 3: False}
