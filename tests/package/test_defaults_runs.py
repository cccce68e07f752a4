"""The experiments behind the lesson on hidden defaults train what they say."""

import json

import keras
import kornia
import numpy as np
import pytest
import torch

from bench.defaults import keras_net, runs, torch_net
from bench.defaults.digits import BATCH, EPOCH, FLIPS, batches, split
from bench.defaults.experiments import CAUSES, Experiment, experiments

X = np.random.default_rng(0).random((BATCH, 8, 8)).astype(np.float32)
NOTHING = frozenset()
SHORT = (1, 3)


@pytest.fixture(autouse=True)
def _one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def logits(torch_side, keras_side):
    torch_side.eval()
    with torch.no_grad():
        one = torch_side(torch.tensor(X[:, None])).numpy()
    return one, np.array(keras_side(X[..., None], training=False))


def test_both_frameworks_get_the_same_images_in_the_same_order():
    (images, digits), (held_out, _) = split(3)
    assert len(images) == 1200 and len(held_out) == 597
    first, again = (list(batches(images, digits, 3, EPOCH, "image")) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one[0], other[0])
        np.testing.assert_array_equal(one[1], other[1])
    seen = np.concatenate([x for x, _ in batches(images, digits, 3, EPOCH, "none")])
    assert len(np.unique(seen.reshape(-1, 64), axis=0)) > 1100  # an epoch repeats none


def told(images, layer):
    """Which of the three other forms of each image a layer gives."""
    forms = {
        "itself": images,
        "left to right": images[:, :, ::-1],
        "upside down": images[:, ::-1],
        "half a turn": images[:, ::-1, ::-1],
    }
    out = layer(images)
    same = {name: (out == form).all(axis=(1, 2)) for name, form in forms.items()}
    assert np.any(list(same.values()), axis=0).all()
    return {name for name, which in same.items() if which.any()}


@pytest.mark.parametrize(
    ("flips", "layer"),
    [
        ("turn", keras.layers.RandomFlip(seed=0)),
        ("image", keras.layers.RandomFlip("horizontal", seed=0)),
        ("image", kornia.augmentation.RandomHorizontalFlip(p=0.5)),
    ],
)
def test_the_coins_do_what_the_layers_of_the_libraries_do(flips, layer):
    if isinstance(layer, keras.Layer):
        theirs = lambda x: np.array(layer(x[..., None], training=True))[..., 0]  # noqa: E731
    else:
        theirs = lambda x: layer(torch.tensor(x[:, None])).numpy()[:, 0]  # noqa: E731
    coins = np.random.default_rng(0)
    assert told(X, theirs) == told(X, lambda x: FLIPS[flips](x, coins))


def test_one_coin_for_a_batch_flips_all_of_it_or_nothing():
    coins = np.random.default_rng(0)
    forms = [told(X, lambda x: FLIPS["batch"](x, coins)) for _ in range(20)]
    theirs = kornia.augmentation.RandomHorizontalFlip(p=0.5, same_on_batch=True)
    kornias = [
        told(X, lambda x: theirs(torch.tensor(x[:, None])).numpy()[:, 0])
        for _ in range(20)
    ]
    for all_of_it in (forms, kornias):
        assert {frozenset(one) for one in all_of_it} == {
            frozenset({"itself"}),
            frozenset({"left to right"}),
        }


def test_weights_go_over_in_both_directions():
    one, other = torch_net.build(0, NOTHING), keras_net.build(0, frozenset(CAUSES))
    keras_net.load(other, torch_net.weights(one))
    np.testing.assert_allclose(*logits(one, other), atol=1e-5)
    one, other = torch_net.build(0, frozenset(CAUSES)), keras_net.build(1, NOTHING)
    torch_net.load(one, keras_net.weights(other))
    np.testing.assert_allclose(*logits(one, other), atol=1e-5)


def test_a_copied_net_with_all_causes_is_the_other_frameworks_net():
    for framework, other in (("torch", "keras"), ("keras", "torch")):
        ours, theirs = runs._NETS[framework], runs._NETS[other]
        start = theirs.weights(theirs.build(0, NOTHING))
        follows = Experiment(framework, "copied", frozenset(CAUSES), steps=SHORT)
        natural = Experiment(other, "natural", steps=SHORT)
        for mine, its in zip(
            ours.train(follows, 0, start), theirs.train(natural, 0), strict=True
        ):
            np.testing.assert_allclose(mine, its, atol=3)  # images, of 597


def test_keras_adam_follows_pytorch_where_epsilon_matters():
    w = np.zeros(3, np.float32)
    g = np.array([1e-7, 1e-6, 1.0], np.float32)
    mine, optimizer = keras.Variable(w), keras_net.TorchAdam()
    usual, keras_own = keras.Variable(w), keras.optimizers.Adam()
    its = torch.zeros(3, requires_grad=True)
    its.grad = torch.tensor(g)
    torch_own = torch.optim.Adam([its])
    for _ in range(5):
        optimizer.apply([keras.ops.array(g)], [mine])
        keras_own.apply([keras.ops.array(g)], [usual])
        torch_own.step()
    expected = its.detach().numpy()
    np.testing.assert_allclose(np.array(mine), expected, rtol=1e-4)
    assert np.abs(np.array(usual) / expected - 1).max() > 0.1


def test_the_running_variance_follows_the_other_framework():
    x = np.random.default_rng(1).normal(size=(4, 2, 2, 3)).astype(np.float32)
    n, expected = 16, x.var(axis=(0, 1, 2))
    unbiased = keras_net.UnbiasedBatchNormalization(momentum=0.0)
    unbiased(x, training=True)
    np.testing.assert_allclose(
        np.array(unbiased.moving_variance), expected * n / (n - 1), rtol=1e-5
    )
    biased = torch_net.BatchNorm(3, frozenset({"batch_norm.variance"}))
    biased.momentum = 1.0
    biased(torch.tensor(x.transpose(0, 3, 1, 2).copy()))
    np.testing.assert_allclose(biased.running_var.numpy(), expected, rtol=1e-5)


def test_to_recompute_the_statistics_leaves_the_net_as_it_was():
    for framework, net in runs._NETS.items():
        often = net.train(Experiment(framework, "", steps=(1, 2, 3)), 0)
        once = net.train(Experiment(framework, "", steps=(3,)), 0)
        assert [one[-1] for one in often] == [one[-1] for one in once]


def test_each_cause_is_tried_in_both_frameworks_but_where_tensorflow_cannot():
    tried = {(one.framework, one.name) for one in experiments()}
    assert len(tried) == len(experiments())
    for cause in CAUSES:
        assert ("torch", cause) in tried
        assert (("keras", cause) in tried) == (cause != "layout.channels")


def test_a_run_goes_on_where_it_stopped(tmp_path, monkeypatch):
    few = [
        Experiment("torch", name, taken, steps=SHORT)
        for name, taken in (("natural", NOTHING), ("adam.epsilon", {"adam.epsilon"}))
    ]
    monkeypatch.setattr(runs, "experiments", lambda: few)
    path, said = tmp_path / "runs.json", []
    runs.run(path, 1, said.append)
    first = json.loads(path.read_text())
    runs.run(path, 2, said.append)
    later = json.loads(path.read_text())
    assert len(said) == 4  # each net once
    for name in ("natural", "adam.epsilon"):
        seeds = later["runs"]["torch"][name]
        assert list(seeds) == ["0", "1"]
        assert seeds["0"] == first["runs"]["torch"][name]["0"]


def test_runs_of_other_versions_are_not_mixed(tmp_path, monkeypatch):
    monkeypatch.setattr(
        runs, "experiments", lambda: [Experiment("torch", "natural", steps=(1,))]
    )
    path, said = tmp_path / "runs.json", []
    runs.run(path, 1, said.append)
    old = json.loads(path.read_text())
    path.write_text(json.dumps(old | {"versions": {"torch": "1.0"}}))
    runs.run(path, 1, said.append)
    assert len(said) == 2
    assert json.loads(path.read_text())["versions"] == old["versions"]
