"""A round of the fairness drill; and the drill could tell if a right answer lost."""

import dataclasses
import secrets

import pytest
from rich.console import Console

from grader.authoring.proving import variants
from grader.common.tracks import TRACKS
from tests.fairness.__main__ import hold, prepared

pytestmark = pytest.mark.slow
CONSOLE = Console(width=140)


def test_every_right_variant_gets_full_marks():
    """Inputs drawn anew each time; what it prints tells how to repeat it.

    One track, by chance: ``make test-fairness`` holds 20 rounds in all of them.
    """
    with prepared([], [secrets.choice(TRACKS)]) as sittings:
        fairness = hold(sittings, [secrets.randbelow(2**31)], CONSOLE)
    assert fairness.losses == []
    assert sum(fairness.right.values()) == fairness.answers > 240


def test_a_right_answer_that_loses_is_named(monkeypatch):
    known = variants.load("graphs", "torch")
    mistaken = next(variant for variant in known if variant.mistake)
    taken = {variant.exercise: variant for variant in known if not variant.mistake}
    taken[mistaken.exercise] = dataclasses.replace(mistaken, mistake=None)

    def load(lesson, framework):
        return list(taken.values()) if framework == "torch" else []

    monkeypatch.setattr(variants, "load", load)
    with prepared(["03_graphs"], ["torch"]) as sittings:
        fairness = hold(sittings, [7], CONSOLE)
    [sentence] = fairness.losses
    seed = sittings[0].seeds(7)["variant-0"]
    for words in (mistaken.exercise, "PyTorch", mistaken.function.__name__):
        assert words in sentence
    assert "wrong, 0 of" in sentence
    assert f"03_graphs, track torch, inputs drawn from seed {seed}" in sentence
