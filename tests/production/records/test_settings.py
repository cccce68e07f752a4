"""The settings of live objects, read in both frameworks under the same names."""

import keras
import numpy as np
import pytest
import torch

from grader.production.records import read_keras, read_torch, train_keras, train_torch
from grader.production.records.values import Setting, fingerprint, number, text


def of(settings, place):
    return {s.name: (s.value, s.explicit) for s in settings if s.place == place}


def torch_settings(written=None, **adam):
    layers = {
        "dense": torch.nn.Linear(2, 3, bias=False),
        "norm": torch.nn.BatchNorm1d(3),
    }
    model = torch.nn.Sequential()
    for name, layer in layers.items():
        model.add_module(name, layer)
    optimizer = torch.optim.Adam(model.parameters(), **adam)
    return model, optimizer, read_torch.settings(model, optimizer, written or {})


def test_the_defaults_of_adam_have_shared_names():
    ours = of(torch_settings()[2], "optimizer")
    optimizer = keras.optimizers.Adam()
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    theirs = of(read_keras.settings(model, optimizer, {}), "optimizer")
    for name in ("learning_rate", "beta_1", "beta_2", "weight_decay"):
        assert ours[name][0] == pytest.approx(theirs[name][0], abs=1e-9)
        assert not ours[name][1] and not theirs[name][1]
    assert (ours["epsilon"][0], theirs["epsilon"][0]) == (1e-8, 1e-7)


def test_what_was_written_is_explicit_even_if_it_is_the_default():
    found = of(torch_settings({"optimizer": {"lr", "betas"}})[2], "optimizer")
    assert found["learning_rate"] == (0.001, True)
    assert found["beta_1"] == (0.9, True) and found["beta_2"] == (0.999, True)
    assert found["epsilon"] == (1e-8, False)


def test_momentum_becomes_the_share_that_is_kept():
    ours = of(torch_settings({"norm": {"momentum"}})[2], "norm")
    assert ours["kept"] == (pytest.approx(0.9), True)
    norm = keras.layers.BatchNormalization(momentum=0.8, name="norm")
    model = keras.Sequential([keras.Input((2,)), norm])
    optimizer = keras.optimizers.SGD()
    theirs = read_keras.settings(model, optimizer, {"norm": {"momentum"}})
    assert of(theirs, "norm")["kept"] == (0.8, True)


def test_momentum_none_is_no_share():
    model = torch.nn.Sequential(torch.nn.BatchNorm1d(2, momentum=None))
    optimizer = torch.optim.SGD(model.parameters())
    found = of(read_torch.settings(model, optimizer, {}), "0")
    assert "kept" not in found and found["momentum"] == (None, False)


def test_a_bias_is_there_or_not():
    found = torch_settings()[2]
    assert of(found, "dense")["bias"] == (False, False)
    dense = keras.layers.Dense(3, use_bias=False, name="dense")
    model = keras.Sequential([keras.Input((2,)), dense])
    theirs = read_keras.settings(model, keras.optimizers.SGD(), {"dense": {"use_bias"}})
    assert of(theirs, "dense")["bias"] == (False, True)


def test_the_rate_is_the_one_that_is_in_force():
    _, optimizer, _ = torch_settings(lr=0.1)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    optimizer.step()
    schedule.step()
    found = of(read_torch.settings(torch.nn.Sequential(), optimizer, {}), "optimizer")
    assert found["learning_rate"][0] == 0.05
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5, staircase=True)
    theirs = keras.optimizers.Adam(rate)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    theirs.build(model.trainable_variables)
    theirs.iterations.assign(1)
    found = of(read_keras.settings(model, theirs, {}), "optimizer")
    assert found["learning_rate"][0] == pytest.approx(0.05)


def test_groups_are_places_of_their_own():
    weights = [torch.nn.Parameter(torch.ones(1)) for _ in range(2)]
    groups = [{"params": weights[:1]}, {"params": weights[1:], "lr": 0.5}]
    optimizer = torch.optim.SGD(groups, lr=0.1)
    found = read_torch.settings(torch.nn.Sequential(), optimizer, {})
    assert of(found, "optimizer.0")["learning_rate"][0] == 0.1
    assert of(found, "optimizer.1")["learning_rate"][0] == 0.5


def test_an_initializer_is_told_by_its_class_where_it_is_kept():
    start = keras.initializers.HeNormal()
    dense = keras.layers.Dense(3, kernel_initializer=start, name="dense")
    model = keras.Sequential([keras.Input((2,)), dense])
    found = of(read_keras.settings(model, keras.optimizers.SGD(), {}), "dense")
    assert found["kernel_initializer"][0] == "HeNormal"
    assert not any("init" in s.name for s in torch_settings()[2])


@pytest.mark.parametrize("train", [train_torch.train, train_keras.train])
def test_a_run_is_told_every_20_steps(train):
    metrics = train(0, {}).metrics
    assert [step for step, name, _ in metrics if name == "loss"] == [20, 40, 60, 80]
    assert all(0 <= v <= 100 for _, name, v in metrics if name == "accuracy")


def test_values_are_told_as_text_and_as_number():
    assert [text(v) for v in (1e-8, True, None, "x")] == ["1e-08", "True", "None", "x"]
    assert number(3) == 3.0 and number(0.5) == 0.5
    for none in (True, None, "1", float("nan"), float("inf"), (1, 2)):
        assert number(none) is None


def test_a_fingerprint_is_of_the_numbers_and_their_kind():
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    same = fingerprint(array)
    assert len(same) == 64
    assert fingerprint(np.asfortranarray(array)) == same
    assert fingerprint(array[::-1][::-1]) == same
    for other in (array[::-1], array.reshape(3, 2), array.astype("f8"), array + 1):
        assert fingerprint(other) != same
    labels = np.array([3, 7])
    together = fingerprint(array, labels)
    assert together not in (same, fingerprint(array, labels + 1))
    with pytest.raises(TypeError, match="Python objects"):
        fingerprint(np.array([None]))


def test_a_setting_is_a_row():
    assert Setting("a", "b", 1, True) == ("a", "b", 1, True)
