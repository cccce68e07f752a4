"""audit names each hidden setting in which a module and a model differ."""

import importlib
import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from tests.twin.ported import PORTED
from tests.twin.test_aligned import ALIGNED
from twin import Twin, TwinError, audit
from twin.auditing import audit as home
from twin.auditing.table import rows

K = keras.layers
SPARSE = keras.losses.SparseCategoricalCrossentropy
BORDERS = "zeros around the input"


def built(*layers, shape):
    return keras.Sequential([keras.Input(shape), *layers])


def settings(found):
    return {one.what.rpartition(": ")[2]: (one.torch, one.keras) for one in found.rows}


def copied(module, model):
    """The same weights, so that it does not matter how they started."""
    with torch.no_grad():
        for ours, theirs in zip(module.parameters(), model.weights, strict=True):
            axes = tuple(range(2, ours.ndim)) + ((1, 0) if ours.ndim > 1 else (0,))
            theirs.assign(ours.permute(axes).numpy())


LAYERS = [
    # module, model, setting, PyTorch's value, Keras's
    (
        nn.BatchNorm1d(4), built(K.BatchNormalization(), shape=(4,)),
        "epsilon", "1e-5", "0.001",
    ),
    (
        nn.BatchNorm1d(4), built(K.BatchNormalization(), shape=(4,)),
        "running statistics", "keep 0.9 (momentum=0.1)", "keep 0.99 (momentum=0.99)",
    ),
    (
        nn.BatchNorm1d(4), built(K.BatchNormalization(), shape=(4,)),
        "running variance", "divided by n − 1", "divided by n",
    ),
    (
        nn.BatchNorm1d(4).requires_grad_(False),
        built(K.BatchNormalization(trainable=False), shape=(4,)),
        "frozen, and normalises by", "statistics of the batch", "running statistics",
    ),
    (
        nn.LayerNorm(4), built(K.LayerNormalization(), shape=(4,)),
        "epsilon", "1e-5", "0.001",
    ),
    (
        nn.GroupNorm(2, 4), built(K.GroupNormalization(4), shape=(4,)),
        "groups", "2", "4",
    ),
    (
        nn.Linear(4, 3).requires_grad_(False), built(K.Dense(3), shape=(4,)),
        "weights are trained", "no, frozen", "yes",
    ),
    (
        nn.Linear(64, 64), built(K.Dense(64), shape=(64,)),
        "weights start as", "uniform, ±0.12", "uniform, ±0.22 (GlorotUniform)",
    ),
    (
        nn.Linear(64, 64), built(K.Dense(64), shape=(64,)),
        "biases start as", "uniform, ±0.12", "all 0 (Zeros)",
    ),
    (
        nn.Embedding(50, 8), built(K.Embedding(50, 8), shape=(5,)),
        "vectors start as", "normal, standard deviation 1",
        "uniform, ±0.05 (RandomUniform)",
    ),
    (
        nn.Embedding(50, 8, padding_idx=0),
        built(K.Embedding(50, 8, mask_zero=True), shape=(5,)),
        "vector of zeros for padding", "index 0", "None",
    ),
    (
        nn.Conv2d(2, 3, 3, 2, padding=1),
        built(K.Conv2D(3, 3, 2, padding="same"), shape=(8, 8, 2)),
        BORDERS, "1 before, 1 after", "0 before, 1 after",
    ),
    (
        nn.Conv2d(2, 3, 3, padding=1), built(K.Conv2D(3, 3), shape=(8, 8, 2)),
        BORDERS, "1 before, 1 after", "0 before, 0 after",
    ),
    (
        nn.ConvTranspose2d(2, 3, 3, 2, padding=1, output_padding=1),
        built(K.Conv2DTranspose(3, 3, 2, padding="same"), shape=(8, 8, 2)),
        "cut off before", "(1, 1)", "(0, 0)",
    ),
    (
        nn.MaxPool2d(3, 2, padding=1),
        built(K.MaxPooling2D(3, 2, padding="same"), shape=(8, 8, 2)),
        BORDERS, "1 before, 1 after", "0 before, 1 after",
    ),
    (
        nn.AvgPool2d(3, 1, padding=1),
        built(K.AveragePooling2D(3, 1, padding="same"), shape=(8, 8, 2)),
        "border is divided by", "all cells", "cells of the image",
    ),
    (nn.Dropout(0.3), built(K.Dropout(0.5), shape=(4,)), "rate", "0.3", "0.5"),
    (
        nn.LeakyReLU(), built(K.LeakyReLU(), shape=(4,)),
        "slope", "0.01", "0.3",
    ),
    (
        nn.LeakyReLU(), built(K.Dense(3, "leaky_relu"), shape=(4,)),
        "slope", "0.01", "0.2",
    ),
    (
        nn.GELU("tanh"), built(K.Activation("gelu"), shape=(4,)),
        "formula", "by tanh", "exact",
    ),
    (
        nn.PReLU(4), built(K.PReLU(), shape=(4,)),
        "slopes start as", "all 0.25", "all 0",
    ),
    (
        nn.LSTM(3, 4), built(K.LSTM(4), shape=(5, 3)),
        "bias vectors that are trained", "2", "1",
    ),
    (
        nn.LSTM(3, 64), built(K.LSTM(64), shape=(5, 3)),
        "state weights start as", "uniform, ±0.12", "orthogonal (Orthogonal)",
    ),
    (
        nn.LSTM(3, 64), built(K.LSTM(64), shape=(5, 3)),
        "forget biases start as", "uniform, two vectors added", "all 1",
    ),
    (
        nn.GRU(3, 4), built(K.GRU(4, reset_after=False), shape=(5, 3)),
        "reset gate acts", "after the product", "before the product",
    ),
    (
        nn.LSTM(3, 4, bidirectional=True), built(K.LSTM(4), shape=(5, 3)),
        "bidirectional", "yes", "no",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("module", "model", "setting", "torchs", "kerass"), LAYERS)
def test_a_setting_of_a_layer_is_named(module, model, setting, torchs, kerass):
    assert settings(audit(module, model))[setting] == (torchs, kerass)


def attention(**settings):
    given = keras.Input((5, 8))
    return keras.Model(given, K.MultiHeadAttention(2, **settings)(given, given))


@pytest.mark.parametrize(
    ("made", "setting", "values"),
    [
        ({"key_dim": 8}, "size of a head", ("4", "8")),
        ({"key_dim": 4, "use_bias": False}, "biases", ("yes", "no")),
        ({"key_dim": 4, "dropout": 0.5}, "dropout", ("0", "0.5")),
    ],
)
def test_a_setting_of_attention_is_named(made, setting, values):
    found = audit(nn.MultiheadAttention(8, 2), attention(**made))
    assert settings(found)[setting] == values


def adam(**settings):
    return torch.optim.Adam([nn.Parameter(torch.ones(1))], **settings)


def sgd(**settings):
    return torch.optim.SGD([nn.Parameter(torch.ones(1))], **settings)


def rmsprop():
    return torch.optim.RMSprop([nn.Parameter(torch.ones(1))])


O = keras.optimizers  # noqa: E741
OPTIMIZERS = [
    (adam(), O.SGD(), "class", "Adam", "SGD"),
    (sgd(), O.SGD(), "learning rate", "0.001", "0.01"),
    (adam(), O.Adam(), "epsilon", "1e-8", "1e-7"),
    (
        adam(), O.Adam(), "epsilon is added",
        "after the bias correction", "before the bias correction",
    ),
    (adam(), O.Adam(beta_2=0.99), "β₂", "0.999", "0.99"),
    (sgd(momentum=0.9), O.SGD(), "momentum", "0.9", "0"),
    (
        sgd(momentum=0.9, nesterov=True), O.SGD(momentum=0.9),
        "Nesterov's momentum", "yes", "no",
    ),
    (adam(weight_decay=0.1), O.Adam(), "weight decay", "0.1", "0"),
    (
        adam(weight_decay=0.1), O.Adam(weight_decay=0.1), "weight decay enters",
        "in the gradient (L2)", "beside it (decoupled)",
    ),
    (
        sgd(momentum=0.9, weight_decay=0.1), O.SGD(momentum=0.9, weight_decay=0.1),
        "weight decay enters", "in the gradient (L2)", "beside it (decoupled)",
    ),
    (
        sgd(), O.SGD(clipnorm=1.0), "clips gradients",
        "not in the optimizer: see your loop", "by norm of each variable, 1",
    ),
    (
        rmsprop(), O.RMSprop(), "epsilon is added",
        "outside the root", "inside the root",
    ),
    (rmsprop(), O.RMSprop(), "old mean square kept", "0.99", "0.9"),
    (
        torch.optim.Adagrad([nn.Parameter(torch.ones(1))]), O.Adagrad(),
        "sum of squares starts at", "0", "0.1",
    ),
    (
        torch.optim.NAdam([nn.Parameter(torch.ones(1))]), O.Nadam(),
        "momentum decay", "0.004", "1",
    ),
    (
        sgd(), O.SGD(O.schedules.CosineDecay(0.1, 10)), "learning rate",
        "0.001", "CosineDecay",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("ours", "theirs", "setting", "torchs", "kerass"), OPTIMIZERS)
def test_a_setting_of_an_optimizer_is_named(ours, theirs, setting, torchs, kerass):
    found = audit(optimizers=(ours, theirs))
    assert settings(found)[setting] == (torchs, kerass)


LOSSES = [
    (nn.CrossEntropyLoss(), SPARSE(), "is given", "logits", "probabilities"),
    (F.cross_entropy, "sparse_categorical_crossentropy", "is given", "logits",
     "probabilities"),
    (nn.BCEWithLogitsLoss(), "binary_crossentropy", "is given", "logits",
     "probabilities"),
    (nn.CrossEntropyLoss(label_smoothing=0.1), SPARSE(from_logits=True),
     "label smoothing", "0.1", "0"),
    (nn.CrossEntropyLoss(weight=torch.ones(3)), SPARSE(from_logits=True),
     "class weights", "divided by the sum of the weights",
     "given to fit; divided by the number of examples"),
    (nn.CrossEntropyLoss(), SPARSE(from_logits=True, ignore_class=0),
     "class left out", "none", "0"),
    (nn.MSELoss(reduction="sum"), "mse", "reduction", "sum", "mean"),
    (nn.KLDivLoss(), keras.losses.KLDivergence(), "reduction", "mean", "batchmean"),
    (nn.SmoothL1Loss(beta=0.5), keras.losses.Huber(0.5), "size",
     "divided by β = 0.5", "as Huber's"),
    (nn.MSELoss(), "mae", "kind", "squared error", "MeanAbsoluteError"),
]  # fmt: skip


@pytest.mark.parametrize(("ours", "theirs", "setting", "torchs", "kerass"), LOSSES)
def test_a_setting_of_a_loss_is_named(ours, theirs, setting, torchs, kerass):
    found = audit(losses=(ours, theirs))
    assert settings(found)[setting] == (torchs, kerass)


def test_a_softmax_at_the_end_counts_as_part_of_the_loss():
    ours, theirs = nn.Linear(4, 3), built(K.Dense(3, "softmax"), shape=(4,))
    copied(ours, theirs)
    losses = nn.CrossEntropyLoss(), SPARSE()
    assert not audit(ours, theirs, losses=losses).rows
    twice = audit(nn.Sequential(ours, nn.Softmax(-1)), theirs, losses=losses)
    assert [one.row for one in twice.rows] == ["cross_entropy.of_probabilities"]


DATA = TensorDataset(torch.zeros(100, 2))
DATASET = tf.data.Dataset.from_tensor_slices(np.zeros((100, 2)))
LOADERS = [
    (DataLoader(DATA), DATASET.batch(8), "batch size", "1", "8"),
    (DataLoader(DATA, 8), DATASET.batch(8, drop_remainder=True),
     "last, short batch", "kept", "left out"),
    (DataLoader(DATA, 8), DATASET.shuffle(100).batch(8).prefetch(1),
     "order", "as it is", "shuffled"),
    (DataLoader(DATA, 8, shuffle=True), DATASET.shuffle(10).batch(8),
     "shuffled among", "all examples", "a buffer of 10"),
    (DataLoader(DATA, 8, shuffle=True), DATASET.batch(8).shuffle(100),
     "shuffled among", "all examples", "whole batches, not examples"),
    (DataLoader(DATA), {}, "batch size", "1", "32"),
    (DataLoader(DATA, 32), {"batch_size": 32}, "order", "as it is", "shuffled"),
]  # fmt: skip


@pytest.mark.parametrize(("ours", "theirs", "setting", "torchs", "kerass"), LOADERS)
def test_a_setting_of_a_loader_is_named(ours, theirs, setting, torchs, kerass):
    found = audit(loaders=(ours, theirs))
    assert settings(found)[setting] == (torchs, kerass)


class Aligned(nn.Module):
    def __init__(self):
        super().__init__()
        self.pad = nn.ZeroPad2d((0, 1, 0, 1))
        self.conv = nn.Conv2d(2, 3, 3, 2)
        self.act = nn.LeakyReLU(0.2)
        self.drop = nn.Dropout(0.25)
        self.head = nn.Linear(48, 4)
        for layer in (self.conv, self.head):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        return self.head(self.drop(self.act(self.conv(self.pad(x)))).flatten(1))


def aligned():
    return built(
        K.Conv2D(3, 3, 2, padding="same"),
        *(K.LeakyReLU(0.2), K.Dropout(0.25), K.Flatten(), K.Dense(4)),
        shape=(8, 8, 2),
    )


def test_nothing_is_found_on_an_aligned_pair():
    module = Aligned().double()
    tiny = {"betas": (0.875, 0.5), "eps": 1e-30}
    found = audit(
        module,
        aligned(),
        optimizers=(
            torch.optim.AdamW(module.parameters(), 0.5, **tiny, weight_decay=0.25),
            O.Adam(0.5, 0.875, 0.5, epsilon=1e-30, weight_decay=0.25),
        ),
        losses=(nn.CrossEntropyLoss(), SPARSE(from_logits=True)),
        loaders=(
            DataLoader(DATA, 8, shuffle=True, drop_last=True),
            DATASET.shuffle(100).batch(8, drop_remainder=True).prefetch(1),
        ),
        sample=np.zeros((2, 2, 8, 8)),
    )
    assert found.rows == [] and found.notes == []
    assert str(found).startswith("No setting was found in which the two differ.")


@pytest.mark.parametrize("case", ALIGNED)
def test_nothing_is_found_on_pairs_that_are_written_differently(case):
    make, make_k, sample, optimizers, _ = ALIGNED[case]
    module, model = make().double(), make_k()
    Twin(module, model, sample).copy(to="keras")
    found = audit(module, model, optimizers=optimizers(module), sample=sample)
    assert {one.row for one in found.rows} <= {"batch_norm.running_variance"}, found


@pytest.mark.parametrize("one", PORTED, ids=lambda one: one.name)
def test_nothing_is_found_on_ported_models(one):
    module, model = one.module().double(), one.model()
    sample = one.batches(1)[0][0]
    Twin(module, model, sample).copy(to="keras")
    found = audit(module, model, sample=sample)
    assert {one.row for one in found.rows} <= {"batch_norm.running_variance"}, found


@pytest.mark.parametrize(
    ("zeros", "first"), [((0, 1, 0, 1), None), ((1, 0, 1, 0), "1 before, 0 after")]
)
@pytest.mark.parametrize("sample", [None, np.zeros((2, 2, 8, 8))])
def test_zeros_of_a_layer_before_a_convolution_count(zeros, first, sample):
    module = nn.Sequential(nn.ZeroPad2d(zeros), nn.Conv2d(2, 3, 3, 2)).double()
    model = built(K.Conv2D(3, 3, 2, padding="same"), shape=(8, 8, 2))
    found = settings(audit(module, model, sample=sample))
    assert found.get(BORDERS, (None,))[0] == first


class Padded(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 3, 3, 2)

    def forward(self, x):
        return self.conv(F.pad(x, (0, 1, 0, 1)))


def test_zeros_of_a_function_are_told_by_the_size_of_the_input():
    model = built(K.Conv2D(3, 3, 2, padding="same"), shape=(8, 8, 2))
    sample = np.zeros((2, 2, 8, 8))
    assert BORDERS in settings(audit(Padded().double(), model))
    assert BORDERS not in settings(audit(Padded().double(), model, sample=sample))


def test_an_audit_of_one_framework_needs_the_other_not():
    """In a process in which Keras and TensorFlow can't be imported."""
    code = (
        "import sys\nsys.modules['keras'] = sys.modules['tensorflow'] = None\n"
        "import torch\nfrom twin import audit\n"
        "print([one.row for one in audit(torch.nn.LayerNorm(4)).rows])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "['layer_norm.epsilon']", done.stderr


def test_of_an_aligned_batch_norm_what_no_switch_aligns_is_left():
    model = built(K.BatchNormalization(epsilon=1e-5, momentum=0.9), shape=(4,))
    found = audit(nn.BatchNorm1d(4), model)
    assert [one.row for one in found.rows] == ["batch_norm.running_variance"]


def test_copied_weights_need_not_have_started_alike():
    ours, theirs = nn.Linear(4, 3).double(), built(K.Dense(3), shape=(4,))
    assert len(audit(ours, theirs).rows) == 2
    copied(ours, theirs)
    assert audit(ours, theirs).rows == []


def test_findings_are_in_the_order_of_their_harm():
    found = audit(
        nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8), nn.LayerNorm(8), nn.ELU(2.0)),
        built(
            *(K.Dense(8), K.BatchNormalization(), K.LayerNormalization(), K.ELU()),
            shape=(8,),
        ),
        optimizers=(adam(), O.Adam()),
    )
    tiers = [[], [], []]
    for one in found.rows:
        if one.matters:
            tiers[1 if one.points is None else 0 if one.points else 2].append(one)
    changed, unknown, unchanged = tiers
    assert [one for tier in tiers for one in tier] == found.rows[: sum(map(len, tiers))]
    points = [one.points for one in changed]
    harms = [one.harm for one in unknown]
    assert points == sorted(points, reverse=True) and points
    assert harms == sorted(harms, reverse=True) and len(harms) > 1
    assert found.rows[0].row == "batch_norm.momentum"
    assert "start.dense_bias" in [one.row for one in unchanged]
    # What was measured not to matter comes last.
    matter = [one.matters for one in found.rows]
    assert matter == sorted(matter, reverse=True)
    assert not found.rows[-1].matters


@pytest.mark.parametrize("size", [2, (2, 2)])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(nn.MaxPool2d, K.MaxPooling2D), (nn.AvgPool2d, K.AveragePooling2D)],
)
def test_a_window_may_be_written_as_one_number(ours, theirs, size):
    assert audit(ours(size), built(theirs(2), shape=(8, 8, 3))).rows == []


def test_a_small_difference_harms_less_than_that_of_the_defaults():
    near, far = (
        audit(optimizers=(sgd(lr=0.1), O.SGD(rate))).rows[0].harm
        for rate in (0.11, 0.01)
    )
    assert near == pytest.approx(1 / 11, rel=1e-5)
    assert far == rows()["sgd.rate"].effect


class Crossed(nn.Module):
    """Defines its layers in another order than it runs them in."""

    def __init__(self):
        super().__init__()
        self.second = nn.LayerNorm(4, eps=1e-2)
        self.first = nn.LayerNorm(4, eps=1e-4)

    def forward(self, x):
        return self.second(self.first(x))


def test_a_sample_pairs_layers_as_they_run():
    model = built(
        *(K.LayerNormalization(epsilon=one) for one in (1e-4, 1e-2)), shape=(4,)
    )
    module = Crossed().double()
    assert len(audit(module, model).rows) == 2
    assert audit(module, model, sample=np.ones((2, 4))).rows == []


def test_a_sample_builds_a_model_that_was_never_built():
    model = keras.Sequential([K.LayerNormalization(epsilon=1e-2)])
    found = audit(nn.LayerNorm(4).double(), model, sample=np.ones((2, 4)))
    assert [one.row for one in found.rows] == ["layer_norm.epsilon"]


def test_layers_are_named_by_their_paths():
    model = built(
        keras.Sequential([keras.Input((4,)), K.Dense(3, name="fc")], name="block"),
        shape=(4,),
    )
    module = nn.Sequential(nn.Sequential(nn.Linear(4, 3)))
    (one, _) = audit(module, model).rows
    assert (one.where, one.keras_path) == ("0.0", "block/fc")


def test_a_sample_that_does_not_fit_leaves_the_order_of_kinds():
    found = audit(
        nn.Linear(4, 3).double(), built(K.Dense(3), shape=(4,)), sample=np.ones((2, 5))
    )
    assert "by their kinds and order, because" in found.notes[0]
    assert len(found.rows) == 2


def test_layers_that_have_no_partner_are_said():
    found = audit(
        nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 3)), built(K.Dense(4), shape=(4,))
    )
    (note,) = found.notes
    assert "2 of the kind 'dense layer' and Keras 1: not compared are 1." in note


@pytest.mark.parametrize("side", ["torch", "keras"])
def test_one_side_alone_is_set_against_the_others_defaults(side):
    if side == "torch":
        found = audit(nn.LayerNorm(4))
        expected = ("1e-5", rows()["layer_norm.epsilon"].keras)
    else:
        found = audit(None, built(K.LayerNormalization(), shape=(4,)))
        expected = (rows()["layer_norm.epsilon"].torch, "0.001")
    assert settings(found)["epsilon"] == expected
    assert found.missing == {"torch": "Keras", "keras": "PyTorch"}[side]
    assert f"The column of {found.missing} shows its defaults" in str(found)


def test_one_side_that_has_the_others_default_differs_in_nothing():
    assert audit(nn.LayerNorm(4, eps=1e-3)).rows == []


def test_each_text_comes_from_the_table_of_defaults():
    found = audit(nn.LayerNorm(4), built(K.LayerNormalization(), shape=(4,)))
    row = rows()["layer_norm.epsilon"]
    (one,) = found.data
    assert (one["in_torch"], one["in_keras"]) == (row.in_torch, row.in_keras)
    assert row.in_keras in str(found) and row.in_torch in str(found)
    assert json.loads(json.dumps(found.data)) == found.data


def test_accuracy_is_told_where_it_was_measured():
    model = built(K.BatchNormalization(epsilon=1e-5), shape=(4,))
    found = audit(nn.BatchNorm1d(4), model)
    change = rows()["batch_norm.momentum"].change
    assert found.rows[0].points == abs(change["points"]) > 1
    assert f"{change['points']:+.2f} ± {change['error']:.2f} points" in str(found)
    # A smaller difference than that of the defaults was not measured.
    near = built(K.BatchNormalization(epsilon=1e-5, momentum=0.92), shape=(4,))
    assert audit(nn.BatchNorm1d(4), near).rows[0].points == 0


def test_html_follows_the_theme_and_marks_without_colour():
    found = audit(nn.LayerNorm(4), built(K.LayerNormalization(), shape=(4,)))
    page = found._repr_html_()
    assert "var(--jp-" in page and "<td>→</td>" in page
    assert "<script" not in page


def test_every_row_that_a_fact_names_is_in_the_table():
    """A wrong id would lose its text silently, since some settings have no row."""
    named = set()
    for path in Path(home.__file__).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r'"([a-z_0-9]+\.[a-z_0-9]+)"', text))
    named = {name for name in named if not name.startswith("twin.")}
    assert named - {"defaults.json"} - rows().keys() == set()
    of_torch, of_keras = (
        importlib.import_module(f"twin.auditing.{side}") for side in SIDES
    )
    read = [
        part
        for module, model, *_ in LAYERS
        for part in (*of_torch.parts(module), *of_keras.parts(model))
    ]
    facts = {fact.row for part in read for fact in part.facts}
    assert len(facts) > 20 and facts - rows().keys() == {""}


SIDES = ("of_torch.layers", "of_keras.layers")


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: audit(), "audit needs a module, a model"),
        (lambda: audit(K.Dense(3)), "takes a torch.nn.Module first"),
        (lambda: audit(None, nn.Linear(1, 1)), "takes a keras.Model second"),
        (lambda: audit(None, keras.Sequential([K.Dense(1)])), "was never built"),
        (lambda: audit(optimizers=adam()), "optimizers takes two"),
        (lambda: audit(optimizers=(O.Adam(), adam())), "torch.optim has no such"),
        (lambda: audit(optimizers=(None, adam())), "keras.optimizers has no such"),
        (lambda: audit(losses=(len, None)), "can't read settings off 'len'"),
        (lambda: audit(losses=(None, "mine")), "can't read settings off 'mine'"),
        (lambda: audit(loaders=([], None)), "give a torch.utils.data.DataLoader"),
        (lambda: audit(loaders=(None, [])), "give a tf.data.Dataset, or"),
    ],
)
def test_a_wrong_call_is_one_sentence(call, sentence):
    with pytest.raises(TwinError) as error:
        call()
    assert sentence in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("lacking", ["torch", "keras"])
def test_a_framework_that_is_not_installed_is_said(monkeypatch, lacking):
    monkeypatch.setattr(
        home, "find_spec", lambda name: None if name == lacking else find_spec(name)
    )
    with pytest.raises(TwinError, match="is not installed, and something of it"):
        audit(nn.LayerNorm(4), built(K.LayerNormalization(), shape=(4,)))
    alone = [nn.LayerNorm(4), built(K.LayerNormalization(), shape=(4,))]
    alone[["torch", "keras"].index(lacking)] = None
    assert len(audit(*alone).rows) == 1
