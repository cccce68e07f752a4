"""Which layers are paired, and what a user can say of it."""

import keras
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from tests.twin.small import Cnn, cnn, images
from twin import Twin, TwinError, Weight, rule

K, ops = keras.layers, keras.ops


def numbers(*shape):
    return np.random.default_rng(0).normal(size=shape)


def equal(pair, sample):
    pair.copy(to="keras")
    return pair.compare(sample).equal


class Two(nn.Module):
    """Two layers of one shape, of which neither sees the other."""

    def __init__(self):
        super().__init__()
        self.query, self.key = nn.Linear(4, 3), nn.Linear(4, 3)
        self.double()

    def forward(self, x):
        return self.query(x) * torch.tanh(self.key(x))


class TwoK(keras.Model):
    def __init__(self):
        super().__init__()
        self.query, self.key = K.Dense(3, name="query"), K.Dense(3, name="key")

    def call(self, x):
        key = ops.tanh(self.key(x))
        return self.query(x) * key


def test_a_mapping_tells_what_the_order_does_not():
    assert not equal(Twin(Two(), TwoK(), numbers(5, 4)), numbers(5, 4))
    pair = Twin(Two(), TwoK(), numbers(5, 4), pairs={"query": "query"})
    assert [(one.path, one.keras_path) for one in pair.pairs] == [
        ("query", "query"),
        ("key", "key"),
    ]
    assert equal(pair, numbers(5, 4))


def test_several_keras_layers_are_mapped_to_one_module():
    module = nn.LSTM(3, 4, num_layers=2, batch_first=True).double()
    layers = [K.LSTM(4, return_sequences=True, name=name) for name in ("a", "b")]
    model = keras.Sequential(layers)
    module = nn.ModuleDict({"lstm": module})
    module.forward = lambda x: module["lstm"](x)[0]
    pair = Twin(module, model, numbers(2, 5, 3), pairs={"lstm": ["a", "b"]})
    assert [one.path for one in pair.pairs] == ["lstm[0]", "lstm[1]"]
    assert equal(pair, numbers(2, 5, 3))


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ({"querry": "query"}, "'querry'.* ran in PyTorch; these did: query, key"),
        ({"query": "querry"}, "'querry'.* ran in Keras; these did: key, query"),
    ],
)
def test_a_mapping_of_unknown_names_is_refused(pairs, words):
    with pytest.raises(TwinError, match=words):
        Twin(Two(), TwoK(), numbers(5, 4), pairs=pairs)


class Reshaped(keras.Model):
    """Flattens by a function, which no one sees from outside."""

    def __init__(self):
        super().__init__()
        self.conv, self.fc = K.Conv2D(3, 2), K.Dense(2)

    def call(self, x):
        return self.fc(ops.reshape(ops.relu(self.conv(x)), (-1, 3 * 9)))


class Flat(nn.Module):
    def __init__(self, as_keras=False):
        super().__init__()
        self.conv, self.fc = nn.Conv2d(1, 3, 2), nn.Linear(27, 2)
        self.as_keras = as_keras
        self.double()

    def forward(self, x):
        x = F.relu(self.conv(x))
        return self.fc((x.permute(0, 2, 3, 1) if self.as_keras else x).flatten(1))


def test_a_flattening_that_is_not_seen_is_told_of_and_can_be_named():
    sample = numbers(4, 1, 4, 4)
    pair = Twin(Flat(), Reshaped(), sample)
    pair.copy(to="keras")
    first = pair.compare(sample).first
    assert first.path == "between conv and fc"
    assert "flattened={'fc': (C, H, W)}" in str(first)
    assert equal(Twin(Flat(), Reshaped(), sample, flattened={"fc": (3, 3, 3)}), sample)


def test_a_module_that_flattens_in_keras_s_order_says_so():
    sample = numbers(4, 1, 4, 4)
    layers = [K.Conv2D(3, 2, activation="relu"), K.Flatten(), K.Dense(2)]
    pair = Twin(Flat(True), keras.Sequential(layers), sample, flattened={"fc": None})
    assert equal(pair, sample)


def test_a_model_that_takes_pytorch_s_layout_gets_it():
    given = keras.Input((2, 8, 8))
    model = keras.Model(given, cnn()(K.Permute((2, 3, 1))(given)))
    assert equal(Twin(Cnn(), model, images()), images())


def test_inputs_are_made_by_a_function():
    class Lengths(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = nn.LSTM(3, 4, batch_first=True).double()

        def forward(self, x, lengths):
            packed = nn.utils.rnn.pack_padded_sequence(
                x, lengths, batch_first=True, enforce_sorted=False
            )
            return self.lstm(packed)[1][0][-1]

    class Masked(keras.Model):
        def __init__(self):
            super().__init__()
            self.lstm = K.LSTM(4)

        def call(self, given):
            return self.lstm(given["x"], mask=given["mask"])

    def inputs(x, lengths):
        return {"x": x, "mask": np.arange(5) < lengths[:, None]}

    sample = numbers(3, 5, 3), np.array([2, 5, 4])
    assert equal(Twin(Lengths(), Masked(), sample, inputs=inputs), sample)


def test_layers_that_did_not_run_are_listed():
    module = Two()
    module.spare = nn.Linear(2, 2).double()
    pair = Twin(module, TwoK(), numbers(5, 4), pairs={"query": "query"})
    assert pair.unpaired == ["spare.weight (PyTorch)", "spare.bias (PyTorch)"]
    assert "Has no pair: spare.weight" in str(pair)
    assert "Not copied, as it has no pair: spare.weight" in str(pair.copy(to="torch"))


def test_a_layer_of_keras_that_learned_from_data_needs_no_partner():
    normalization = K.Normalization(mean=[0.0] * 4, variance=[1.0] * 4)
    normalization.build((None, 4))
    learned = K.Normalization()
    learned.adapt(numbers(50, 4))
    module = nn.Sequential(nn.Identity(), nn.Linear(4, 2)).double()
    pair = Twin(module, keras.Sequential([learned, K.Dense(2)]), numbers(5, 4))
    assert len(pair.unpaired) == 3


class Scale(nn.Module):
    """A layer of someone's own: a number for each feature."""

    def __init__(self, features):
        super().__init__()
        self.gain = nn.Parameter(torch.rand(features, 2).double())

    def forward(self, x):
        return x * self.gain[:, 0] + self.gain[:, 1]


class ScaleK(K.Layer):
    def build(self, shape):
        self.gain = self.add_weight(shape=(2, shape[-1]), name="gain")

    def call(self, x):
        return x * self.gain[0] + self.gain[1]


class Marked(nn.Module):
    """Holds a parameter itself, beside the layers inside of it."""

    def __init__(self):
        super().__init__()
        self.mark = nn.Parameter(torch.rand(4).double())
        self.head = nn.Linear(4, 2).double()

    def forward(self, x):
        return self.head(x + self.mark)


class MarkedK(keras.Model):
    def __init__(self):
        super().__init__()
        self.mark, self.head = self.add_weight(shape=(4,), name="mark"), K.Dense(2)

    def call(self, x):
        return self.head(x + self.mark)


def test_an_unknown_layer_is_named_and_a_rule_of_five_lines_pairs_it():
    module = nn.Sequential(nn.Linear(3, 4).double(), Scale(4))
    model = keras.Sequential([K.Dense(4), ScaleK()])
    with pytest.raises(TwinError, match=r"1\.gain .*class Scale, .*@twin\.rule"):
        Twin(module, model, numbers(5, 3))

    @rule(torch=Scale, keras=ScaleK)
    def scale(module, layer):
        yield Weight("gain", module.gain, layer.gain, np.transpose)

    pair = Twin(module, model, numbers(5, 3))
    assert equal(pair, numbers(5, 3))
    gain = module[1].gain.clone()
    module[1].gain.data.zero_()
    pair.copy(to="torch")
    assert torch.equal(module[1].gain, gain)


def test_a_layer_of_keras_without_a_rule_is_named():
    class Unknown(ScaleK):
        pass

    class Other(K.Layer):
        build = ScaleK.build
        call = ScaleK.call

    with pytest.raises(TwinError, match=r"Keras's .*gain belongs to .* Other"):
        Twin(
            nn.Sequential(nn.Linear(3, 4).double()),
            keras.Sequential([K.Dense(4), Other()]),
            numbers(5, 3),
        )


def test_a_rule_for_what_a_layer_holds_itself():
    with pytest.raises(TwinError, match="mark belongs to a layer of class Marked"):
        Twin(Marked(), MarkedK(), numbers(5, 4))

    @rule(torch=Marked, keras=MarkedK, own=True)
    def marked(module, layer):
        yield Weight("mark", module.mark, layer.mark)

    pair = Twin(Marked(), MarkedK(), numbers(5, 4))
    assert len(pair.pairs) == 2
    assert equal(pair, numbers(5, 4))


def test_a_rule_that_loses_numbers_is_refused():
    class Half(Scale):
        pass

    @rule(torch=Half, keras=ScaleK)
    def half(module, layer):
        yield Weight("gain", module.gain, layer.gain, lambda a: np.stack([a[:, 0]] * 2))

    with pytest.raises(TwinError, match="'gain' loses or repeats numbers"):
        Twin(nn.Sequential(Half(4)), keras.Sequential([ScaleK()]), numbers(5, 4))
