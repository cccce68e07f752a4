"""What can't work says why in one sentence, before or instead of a traceback."""

import subprocess
import sys
from itertools import pairwise

import keras
import numpy as np
import pytest
import torch
from torch import nn

from tests.twin.small import Cnn, Lstm, cnn, images, labels, losses, lstm, sequences
from tests.twin.test_faults import sgd
from twin import Twin, TwinError

K = keras.layers


def dense(*sizes):
    return keras.Sequential([K.Dense(size) for size in sizes])


def linear(*sizes):
    layers = [nn.Linear(a, b) for a, b in pairwise(sizes)]
    return nn.Sequential(*layers).double()


def fixed(*shape):
    given = keras.Input(shape)
    return keras.Model(given, K.Flatten()(given))


def numbers(*shape):
    return np.random.default_rng(0).normal(size=shape)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Twin(dense(2), linear(3, 2), numbers(4, 3)), "torch.nn.Module first"),
        (lambda: Twin(linear(3, 2), linear(3, 2), numbers(4, 3)), "keras.Model second"),
        (lambda: Twin(linear(3, 2), dense(2), "images"), "array of numbers"),
        (lambda: Twin(linear(3, 2), dense(2), numbers(0, 3)), "at least one example"),
        (lambda: Twin(linear(3, 2), dense(2), 3.0), "at least one example"),
        (lambda: Twin(linear(3, 2), dense(2), numbers(4, 5)), r"\(4, 5\).*cannot be"),
        (lambda: Twin(linear(3, 2, 2), dense(2), numbers(4, 3)), "1 .*has no partner"),
        (lambda: Twin(linear(3, 2), dense(2, 2), numbers(4, 3)), "Dense.* no partner"),
        (
            lambda: Twin(Cnn(), fixed(9, 9, 2), images()),
            r"\(6, 8, 8, 2\) with its channels last, and the Keras model takes",
        ),
        (
            lambda: Twin(linear(3, 2).float(), dense(2), numbers(4, 3)),
            r"float32 \(in 0\), Keras's float64 .*set_dtype_policy",
        ),
        (
            lambda: Twin(linear(3, 2), dense(2), (numbers(4, 3), numbers(4, 3))),
            "can't take a sample of shape",
        ),
    ],
)
def test_a_pair_that_is_none_says_why(make, words):
    with pytest.raises(TwinError, match=words) as caught:
        make()
    assert "\n" not in str(caught.value)
    assert caught.value._render_traceback_() == [f"TwinError: {caught.value}"]


def test_channels_first_in_keras_is_refused():
    layer = K.Conv2D(3, 3, 2, padding="same", data_format="channels_first")
    with pytest.raises(TwinError, match="data_format='channels_first'"):
        Twin(Cnn(), keras.Sequential([layer]), images())


def test_keras_s_own_complaint_is_passed_on():
    class Wrong(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = K.Dense(2)

        def call(self, x):
            return self.dense(keras.ops.reshape(x, (7, 7)))

    with pytest.raises(TwinError, match="Keras model can't take the sample"):
        Twin(linear(3, 2), Wrong(), numbers(4, 3))


def test_another_backend_is_refused(monkeypatch):
    monkeypatch.setattr(keras.config, "backend", lambda: "jax")
    with pytest.raises(TwinError, match=r"runs on 'jax'.*KERAS_BACKEND=tensorflow"):
        Twin(linear(3, 2), dense(2), numbers(4, 3))


@pytest.fixture
def pair():
    return Twin(linear(3, 2), dense(2), numbers(4, 3))


def test_a_direction_that_there_is_not(pair):
    with pytest.raises(TwinError, match='use to="keras" or to="torch"'):
        pair.copy(to="tensorflow")


def test_another_shape_in_a_comparison(pair):
    with pytest.raises(TwinError, match=r"sample of shape \(4, 2\)"):
        pair.compare(numbers(4, 2))


def test_a_model_whose_layers_depend_on_the_data():
    class Depends(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Linear(3, 3).double()

        def forward(self, x):
            return self.a(x) if x.sum() > 0 else x * self.a.weight.sum()

    pair = Twin(Depends(), dense(3), np.ones((4, 3)))
    with pytest.raises(TwinError, match="depend on the data"):
        pair.compare(-np.ones((4, 3)))


def test_another_number_of_outputs(pair):
    class Doubled(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Linear(3, 2).double()

        def forward(self, x):
            return self.a(x), x

    with pytest.raises(TwinError, match="returns 2 tensors, the Keras model 1"):
        Twin(Doubled(), dense(2), numbers(4, 3)).compare(numbers(4, 3))


def test_a_sample_that_holds_nan_is_refused():
    pair = Twin(nn.Linear(3, 2).double(), dense(2), numbers(4, 3))
    missing = numbers(4, 3)
    missing[1] = np.nan
    with pytest.raises(TwinError, match="3 of the 12 numbers of the sample are NaN"):
        pair.compare(missing)


def test_nan_is_named_where_it_begins():
    model = cnn()
    pair = Twin(Cnn(), model, images())
    pair.copy(to="keras")
    model.get_layer("norm").gamma.assign(np.full(3, np.nan))
    found = pair.compare(images())
    assert found.first.path == "norm" and "NaN in Keras's" in str(found)
    pair.copy(to="torch")
    found = pair.compare(images())
    assert found.first.path == "norm" and "NaN in both" in str(found)
    assert not found.equal
    run = pair.train([(images(), labels())], losses(), sgd(pair.module), steps=3)
    assert (run.first.step, run.steps) == (1, 1)
    assert "NaN" in str(run.first)


def batch():
    return numbers(4, 3), np.array([0, 1, 1, 0])


def vector(target, output):
    return keras.losses.sparse_categorical_crossentropy(target, output, True)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"batches": [numbers(4, 3)]}, "a pair of inputs and targets"),
        ({"batches": [(numbers(4, 3), [])]}, "at least one example|not 0"),
        (
            {"batches": iter([batch()]), "steps": 5},
            "no batches in epoch 2: a generator",
        ),
        ({"batches": []}, "no batches in epoch 1"),
        ({"steps": 1, "epochs": 1}, "not both"),
        ({"steps": 0}, "at least one step"),
        ({"losses": nn.functional.cross_entropy}, r"losses=\(PyTorch's, Keras's\)"),
        (
            {"losses": (nn.functional.cross_entropy, vector)},
            r"Keras's loss has .*\(4,\)",
        ),
        (
            {"losses": (lambda a, b: a.sum(1), vector)},
            r"PyTorch's loss has the shape \(4,\)",
        ),
    ],
)
def test_a_training_that_can_not_be_says_why(pair, changed, words):
    given = {"batches": [batch()], "losses": losses()} | changed
    given["optimizers"] = sgd(pair.module)
    with pytest.raises(TwinError, match=words):
        pair.train(**given)


def test_optimizers_in_the_wrong_order_or_of_another_module(pair):
    ours, theirs = sgd(pair.module)
    with pytest.raises(TwinError, match=r"first of optimizers= .*torch\.optim"):
        pair.train([batch()], losses(), (theirs, ours))
    with pytest.raises(TwinError, match=r"second of optimizers= .*keras\.optimizers"):
        pair.train([batch()], losses(), (ours, ours))
    with pytest.raises(TwinError, match="holds no parameter of this module"):
        pair.train([batch()], losses(), sgd(linear(3, 2)))


@pytest.mark.parametrize(
    ("module", "model", "named"),
    [
        (nn.Dropout(0.1), K.Dropout(0.1), r"0 \(PyTorch\), dropout.* \(Keras\)"),
        (nn.LSTM(3, 3, 2, batch_first=True, dropout=0.1), None, r"0 \(PyTorch\)"),
        (nn.MultiheadAttention(4, 2, dropout=0.1), None, r"0 \(PyTorch\)"),
    ],
)
def test_dropout_in_training_is_refused(pair, module, model, named):
    pair.module.insert(0, module)
    if model is not None:
        pair.model.add(model)
    with pytest.raises(TwinError, match=f"rate to 0 in {named}"):
        pair.compare(numbers(4, 3), training=True)
    with pytest.raises(TwinError, match=f"rate to 0 in {named}"):
        pair.train([batch()], losses(), sgd(pair.module))


def test_a_sample_may_be_a_tensor_of_either_framework():
    for sample in (torch.from_numpy(sequences()), keras.ops.array(sequences())):
        pair = Twin(Lstm(), lstm(), sample)
        pair.copy(to="keras")
        assert pair.compare(sample).equal


def test_both_models_stay_as_they_are_in_a_comparison():
    module, model = Cnn(), cnn()
    pair = Twin(module.train(), model, images())
    before = {name: one.clone() for name, one in module.state_dict().items()}
    there = [one.numpy() for one in model.weights]
    pair.compare(images(), training=True)
    assert module.training
    assert all(torch.equal(one, before[k]) for k, one in module.state_dict().items())
    for one, old in zip(model.weights, there, strict=True):
        assert np.array_equal(one.numpy(), old)


@pytest.mark.parametrize(
    ("package", "name"), [("torch", "PyTorch"), ("keras", "Keras")]
)
def test_a_framework_that_is_missing_is_named(package, name):
    code = f"""
import sys
sys.modules[{package!r}] = None
import twin
try:
    from twin import Twin
except twin.TwinError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert f"{name} is not installed: pip install {package}" in done.stdout, done.stderr


def test_a_name_that_twin_has_not():
    import twin

    with pytest.raises(AttributeError, match="twin has no 'Twins'; it has "):
        twin.Twins  # noqa: B018
