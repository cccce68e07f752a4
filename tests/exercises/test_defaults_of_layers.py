"""The references of 07_hidden_defaults against what the frameworks themselves do."""

import math

import numpy as np
import pytest

from grader.common.frameworks import installed
from grader.exercises import catalogue
from grader.judging.exercise import widened

CONVENTIONS = {"torch": "torch", "tensorflow": "keras"}
here = {
    name: pytest.mark.skipif(not installed(name), reason=f"needs {name}")
    for name in CONVENTIONS
}
in_each = pytest.mark.parametrize(
    "framework", [pytest.param(name, marks=here[name]) for name in CONVENTIONS]
)
SEEDS = range(1, 4)


def cases(name: str, framework: str | None = None) -> list:
    """Cases of an exercise, and its reference's values; of one convention."""
    exercise = catalogue.find(f"defaults.{name}")
    drawn = exercise.public_cases()
    drawn += [case for seed in SEEDS for case in exercise.fresh_cases(seed)]
    wanted = framework and CONVENTIONS[framework]
    drawn = [c for c in map(widened, drawn) if c.get("convention") in (None, wanted)]
    assert drawn
    return [(case, exercise.expected(case)) for case in drawn]


def close(found, expected, tolerance=1e-6):
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


@in_each
def test_running_statistics_are_those_of_the_layers(framework):
    for case, (mean, variance) in cases("running_stats", framework):
        features = case["batches"].shape[2]
        if framework == "torch":
            import torch

            layer = torch.nn.BatchNorm1d(features, momentum=case["momentum"])
            for batch in case["batches"]:
                layer(torch.tensor(batch, dtype=torch.float32))
            found = layer.running_mean.numpy(), layer.running_var.numpy()
        else:
            import keras

            layer = keras.layers.BatchNormalization(momentum=case["momentum"])
            for batch in case["batches"]:
                layer(batch.astype(np.float32), training=True)
            found = layer.moving_mean.numpy(), layer.moving_variance.numpy()
        close(found[0], mean, 1e-5)
        close(found[1], variance, 1e-5)


@in_each
def test_what_is_left_of_the_start_is_what_batches_of_0_leave(framework):
    for case, (share,) in cases("share_left", framework):
        zeros = np.zeros((4, 1), np.float32)
        if framework == "torch":
            import torch

            layer = torch.nn.BatchNorm1d(1, momentum=case["momentum"])
            for _ in range(case["steps"]):
                layer(torch.tensor(zeros))
            found = layer.running_var.item()
        else:
            import keras

            layer = keras.layers.BatchNormalization(momentum=case["momentum"])
            for _ in range(case["steps"]):
                layer(zeros, training=True)
            found = layer.moving_variance.numpy().item()
        close(found, share, 1e-5)


def test_a_converted_momentum_leaves_the_same_after_an_epoch():
    share_left = catalogue.find("defaults.share_left").reference
    for framework, convention in CONVENTIONS.items():
        (other,) = {*CONVENTIONS.values()} - {convention}
        for case, (momentum,) in cases("convert_momentum", framework):
            before = share_left(case["momentum"], case["old_steps"], convention)
            close(share_left(float(momentum), case["new_steps"], other), before, 1e-9)


@in_each
def test_initial_spreads_are_those_of_the_layers(framework):
    rng = np.random.default_rng(0)
    case, spreads = max(
        cases("initial_std"), key=lambda each: math.prod(each[0].values())
    )
    window = case["height"], case["width"]
    if framework == "torch":
        import torch

        torch.manual_seed(int(rng.integers(100)))
        layer = torch.nn.Conv2d(case["inputs"], case["outputs"], window)
        found, expected = layer.weight.detach().numpy(), spreads[0]
    else:
        import keras

        layer = keras.layers.Conv2D(case["outputs"], window)
        keras.utils.set_random_seed(int(rng.integers(100)))
        layer.build((None, 9, 9, case["inputs"]))
        found, expected = layer.kernel.numpy(), spreads[1]
    assert found.size > 1000
    assert found.std() == pytest.approx(expected, rel=5 / math.sqrt(found.size))


@in_each
def test_decayed_steps_are_those_of_the_optimizers(framework):
    for case, (trajectory,) in cases("decayed_steps", framework):
        found = []
        settings = {"momentum": case["momentum"], "weight_decay": case["decay"]}
        if framework == "torch":
            import torch

            w = torch.tensor(case["w"])
            optimizer = torch.optim.SGD([w], case["rate"], **settings)
            for gradient in case["gradients"]:
                w.grad = torch.tensor(gradient)
                optimizer.step()
                found.append(w.numpy().copy())
        else:
            import keras

            w = keras.Variable(case["w"], dtype="float64")
            optimizer = keras.optimizers.SGD(case["rate"], **settings)
            for gradient in case["gradients"]:
                optimizer.apply([gradient], [w])
                found.append(w.numpy())
        close(found, trajectory, 1e-5)


@in_each
def test_an_aligned_sgd_makes_the_steps_that_it_is_aligned_with(framework):
    for case, (learning_rate, l2) in cases("align_sgd")[:3]:
        rate, decay, n = case["rate"], case["weight_decay"], case["n"]
        x, w = np.random.default_rng(0).normal(size=n), 2.0
        by_hand = w - rate * (x.mean() + decay * w)  # of the loss w x
        if framework == "torch":
            import torch

            weight = torch.tensor(w, dtype=torch.float64, requires_grad=True)
            optimizer = torch.optim.SGD([weight], rate, weight_decay=decay)
            (weight * torch.tensor(x)).mean().backward()
            optimizer.step()
            close(weight.item(), by_hand)
        else:
            import keras
            import tensorflow as tf

            weight = tf.Variable(w, dtype=tf.float64)
            with tf.GradientTape() as tape:
                penalty = keras.regularizers.L2(float(l2))(weight)
                loss = tf.reduce_sum(weight * x) + tf.cast(penalty, tf.float64)
            weight.assign_sub(float(learning_rate) * tape.gradient(loss, weight))
            close(weight.numpy(), by_hand)


@in_each
def test_losses_end_where_the_frameworks_end_them(framework):
    for case, (losses,) in cases("capped_loss", framework):
        chances = case["chances"]
        if framework == "torch":
            import torch

            found = torch.nn.BCELoss(reduction="none")(
                torch.tensor(chances), torch.ones(len(chances), dtype=torch.float64)
            )
        else:
            import keras

            criterion = keras.losses.BinaryCrossentropy(reduction=None)
            column = chances[:, None].astype(np.float32)
            found = criterion(np.ones_like(column), column)
        close(np.asarray(found), losses, 1e-5)


@in_each
def test_the_mean_divergence_is_the_frameworks(framework):
    for case, (divergence,) in cases("kl_mean", framework):
        target, predicted = case["target"], case["predicted"]
        if framework == "torch":
            import torch

            found = torch.nn.KLDivLoss()(
                torch.tensor(predicted).log(), torch.tensor(target)
            )
        else:
            import keras

            found = keras.losses.KLDivergence()(target, predicted)
        close(float(found), divergence, 1e-5)


@here["tensorflow"]
def test_the_zeros_are_those_that_keras_adds():
    import keras

    for case, numbers in cases("same_padding"):
        before, after, outputs = map(int, numbers)
        x = np.random.default_rng(0).normal(size=(1, case["size"], 1))
        layer = keras.layers.Conv1D(
            1,
            case["kernel"],
            case["stride"],
            padding="same",
            dilation_rate=case["dilation"],
            dtype="float64",
        )
        same = np.asarray(layer(x))
        layer.padding = "valid"
        padded = np.pad(x, ((0, 0), (before, after), (0, 0)))
        close(np.asarray(layer(padded))[:, :outputs], same)
        assert same.shape[1] == outputs
