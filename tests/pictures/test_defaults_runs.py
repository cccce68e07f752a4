"""The stored runs are complete, and their effects are paired differences."""

import json

import numpy as np
import pytest

from grader.pictures.defaults_runs import paired, read, stored, unpaired


def net(*right):
    return {
        str(seed): {"right": list(one), "recomputed": list(one)}
        for seed, one in enumerate(right)
    }


@pytest.fixture
def small(tmp_path):
    content = {
        "command": "c",
        "versions": {"torch": "2"},
        "held_out": 200,
        "train": 1000,
        "batch": 32,
        "steps": [10, 20],
        "runs": {
            "torch": {"natural": net([100, 150], [110, 160]), "x": net([120], [140])},
            "keras": {"natural": net([80, 150])},
        },
    }
    path = tmp_path / "runs.json"
    path.write_text(json.dumps(content))
    return read(path)


def test_effects_are_means_of_paired_differences(small):
    found = small.effect(("torch", "x"), ("torch", "natural"), 10)
    assert (found.points, found.seeds) == (12.5, 2)  # 10 and 15 points
    assert found.error == pytest.approx(2.5)
    assert str(found) == "+12.50 ± 2.50"


def test_only_seeds_that_both_have_count(small):
    found = small.effect(("keras", "natural"), ("torch", "natural"), 10)
    assert (found.points, found.seeds) == (-10.0, 1)
    assert np.isnan(found.error)


def test_an_effect_that_was_not_measured_is_an_error(small):
    with pytest.raises(ValueError, match="20 steps"):
        small.effect(("torch", "x"), ("torch", "natural"), 20)


def test_paired_is_more_exact_where_pairs_share_their_noise():
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 5, 20)
    runs = noise + 1 + rng.normal(0, 0.1, 20), noise
    assert paired(*runs).points == pytest.approx(unpaired(*runs).points)
    assert paired(*runs).error < 0.05
    assert unpaired(*runs).error == pytest.approx(5 * (2 / 20) ** 0.5, rel=0.3)


def test_the_course_carries_twenty_seeds_of_every_net():
    runs = stored()
    for framework in ("torch", "keras"):
        for name in runs.names(framework):
            assert len(runs.accuracy((framework, name))) == 20


def test_each_cause_has_an_effect_in_each_net_that_can_take_it():
    causes = stored().causes(80)
    assert len(causes) == 6
    assert list(causes["layout in memory"]) == ["PyTorch's net"]
    both = [nets for cause, nets in causes.items() if cause != "layout in memory"]
    assert all(list(nets) == ["PyTorch's net", "Keras's net"] for nets in both)
