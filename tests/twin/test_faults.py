"""Faults that people make when they port a model: each is named at its place."""

import keras
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from tests.twin.small import (
    NORM,
    Attention,
    Cnn,
    Gru,
    Lstm,
    attention,
    cnn,
    gru,
    images,
    labels,
    losses,
    lstm,
    sequences,
)
from twin import Twin, TwinError

K = keras.layers


def paired(module, model, sample):
    pair = Twin(module, model, sample)
    pair.copy(to="keras")
    return pair


def weight(model, layer, name):
    return getattr(model.get_layer(layer), name)


# What is changed in Keras's model, and the first row that differs.
SETTINGS = {
    "epsilon of batch norm": ({"norm": NORM | {"epsilon": 1e-3}}, "norm"),
    "slope of LeakyReLU": ({"slope": 0.3}, "act"),
    "activation missing": ({"relu": None}, "between wide and pool"),
    "GELU by its other formula": ({"gelu": "gelu"}, "between fc and head"),
    "another pooling": (
        {"pool": K.AveragePooling2D(3, 1, padding="same")}, "between wide and fc"
    ),
    "softmax too many": ({"last": "softmax"}, "between head and the output"),
}  # fmt: skip


@pytest.mark.parametrize("fault", SETTINGS)
def test_a_setting_is_named_at_its_layer(fault):
    changed, path = SETTINGS[fault]
    found = paired(Cnn(), cnn(**changed), images()).compare(images())
    assert found.first.path == path, found
    assert not found.equal


def test_zeros_around_a_pooling_are_named():
    """PyTorch's pooling ignores its padding; zeros win over negative numbers."""

    class Negative(Cnn):
        def forward(self, x):
            return self.head(self.fc(self.pool(-F.relu(self.wide(x))).flatten(1)))

    class NegativeK(keras.Model):
        def __init__(self):
            super().__init__()
            self.wide = K.Conv2D(4, 3, padding="same", activation="relu")
            self.pad, self.pool = K.ZeroPadding2D(1), K.MaxPooling2D(3, 1)
            self.flatten, self.fc, self.head = K.Flatten(), K.Dense(8), K.Dense(4)

        def call(self, x):
            x = self.pool(self.pad(-self.wide(x)))
            return self.head(self.fc(self.flatten(x)))

    x = np.random.default_rng(0).normal(size=(6, 3, 4, 4))
    found = paired(Negative(), NegativeK(), x).compare(x)
    assert found.first.path == "pool"


def test_symmetric_padding_is_named():
    class Padded(Cnn):
        def __init__(self):
            super().__init__()
            self.pad = nn.Identity()
            self.conv = nn.Conv2d(2, 3, 3, 2, padding=1).double()

    found = paired(Padded(), cnn(), images()).compare(images())
    assert found.first.path == "conv"


def test_statistics_that_were_not_copied_are_named():
    model = cnn()
    pair = paired(Cnn(), model, images())
    weight(model, "norm", "moving_variance").assign([1.0, 2.0, 1.0])
    assert pair.compare(images()).first.path == "norm"


def test_a_kernel_in_the_order_of_the_other_flatten_is_named():
    model = cnn()
    module = Cnn()
    pair = paired(module, model, images())
    weight(model, "fc", "kernel").assign(module.fc.weight.detach().numpy().T)
    assert pair.compare(images()).first.path == "fc"


@pytest.mark.parametrize(("layer", "path"), [("lower", "gru[0]"), ("upper", "gru[1]")])
def test_gates_in_the_other_order_are_named_at_their_layer(layer, path):
    model = gru()
    pair = paired(Gru(), model, sequences())
    kernel = model.get_layer(layer).cell.kernel
    update, reset, new = np.split(kernel.numpy(), 3, axis=1)
    kernel.assign(np.concatenate([reset, update, new], axis=1))
    assert pair.compare(sequences()).first.path == path


def test_the_other_formula_of_a_gru_is_named():
    with pytest.raises(TwinError, match=r"gru\[0\] .*reset_after=True"):
        Twin(Gru(), gru(reset_after=False), sequences())


def test_epsilon_of_layer_norm_is_named():
    found = paired(Attention(), attention(1e-3), sequences()).compare(sequences())
    assert found.first.path == "norm"


def test_a_missing_mask_of_attention_is_named():
    model = attention(causal=False)
    found = paired(Attention(), model, sequences()).compare(sequences())
    assert found.first.path == "attention"


def batches(seed=0, number=3, size=6):
    """Batches, with their inputs for both frameworks."""
    rng = np.random.default_rng(seed)
    return [
        (rng.normal(size=(size, 2, 8, 8)), rng.integers(0, 4, size))
        for _ in range(number)
    ]


def as_keras(given):
    return [(np.moveaxis(x, 1, -1), y) for x, y in given]


def sgd(module, **settings):
    trained = [one for one in module.parameters() if one.requires_grad]
    return (
        torch.optim.SGD(trained, 0.0625),
        keras.optimizers.SGD(0.0625, **settings),
    )


def adam(module, **settings):
    """With betas that float32 holds; epsilon is 0 in effect, if it is not set."""
    decay = settings.pop("decay", 0.0)
    return (
        torch.optim.Adam(
            module.parameters(), 2**-10, (0.875, 0.984375), 1e-30, weight_decay=decay
        ),
        keras.optimizers.Adam(
            2**-10, 0.875, 0.984375,
            **{"epsilon": 1e-30, "weight_decay": decay} | settings,
        ),
    )  # fmt: skip


TRAININGS = {
    "momentum of batch norm": (
        {"model": {"norm": NORM | {"momentum": 0.99}}}, "statistic norm.moving_mean"
    ),
    "loss of probabilities": (
        {
            "losses": lambda: (
                F.cross_entropy, keras.losses.SparseCategoricalCrossentropy()
            )
        },
        "loss",
    ),
    "loss summed": (
        {
            "losses": lambda: (
                lambda a, b: F.cross_entropy(a, b, reduction="sum"), losses()[1]
            )
        },
        "loss",
    ),
    "batches in another order": (
        {"batches": (batches(), as_keras(batches()[::-1]))}, "batch"
    ),
    "one layer frozen in Keras": (
        {"model": {"trained": False}}, "whether fc.kernel is trained"
    ),
    "epsilon of Adam": (
        {"optimizers": lambda m: adam(m, epsilon=1e-7)}, "weight conv.kernel"
    ),
    "coupled decay": (
        {"optimizers": lambda m: adam(m, decay=0.0625)}, "weight conv.kernel"
    ),
    "Nesterov": (
        {"optimizers": lambda m: sgd(m, momentum=0.5, nesterov=True)},
        "weight conv.kernel",
    ),
    "clipped gradients": (
        {"optimizers": lambda m: sgd(m, clipnorm=0.01)}, "weight conv.kernel"
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", TRAININGS)
def test_what_only_training_shows_is_named_in_its_first_step(fault):
    changed, quantity = TRAININGS[fault]
    module = Cnn()
    pair = paired(module, cnn(**changed.get("model", {})), images())
    assert pair.compare(images()).equal
    run = pair.train(
        changed.get("batches", batches()),
        changed.get("losses", losses)(),
        changed.get("optimizers", sgd)(module),
        steps=2,
    )
    assert (run.first.step, run.first.quantity) == (1, quantity), run


def test_a_last_batch_that_is_dropped_is_named_in_its_step():
    module = Cnn()
    pair = paired(module, cnn(), images())
    both = batches(), as_keras(batches()[:-1])
    run = pair.train(both, losses(), sgd(module), epochs=1)
    assert (run.first.step, run.first.quantity) == (3, "batch")


def test_two_trained_biases_are_named_with_the_cause():
    module = Lstm(freeze=False)
    pair = paired(module, lstm(), sequences())
    run = pair.train([(sequences(), labels())], losses(), sgd(module), steps=1)
    assert run.first.quantity == "weight lstm.bias"
    assert "freeze bias_hh" in run.first.note


def test_float32_hides_no_fault_of_the_first_step(float64):
    keras.config.set_dtype_policy("float32")
    module, model = Cnn().float(), cnn(gelu=lambda x: keras.ops.gelu(x, True))
    pair = paired(module, model, images())
    run = pair.train(batches(), losses(), adam(module, epsilon=1e-4), steps=2)
    assert (run.first.step, run.first.quantity) == (1, "weight conv.kernel")


def test_float32_asks_to_confirm_what_a_later_step_shows(float64):
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")
    module, model = nn.Linear(3, 4), keras.Sequential([K.Dense(4)])
    x = np.random.default_rng(0).normal(size=(6, 3)).astype("float32")
    pair = paired(module, model, x)
    optimizers = (
        torch.optim.SGD(module.parameters(), 0.125, momentum=0.5),
        keras.optimizers.SGD(0.125, momentum=0.875),
    )
    run = pair.train([(x, labels())], losses(), optimizers, steps=3)
    assert run.first.step == 2
    assert "confirm it in float64" in str(run.first)
