"""The references of the exercises on hidden defaults, by other means."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from grader.exercises.catalogue import find
from grader.judging.exercise import widened

SEEDS = range(1, 11)  # `course check` draws more
ADAM_STEPS = 3  # that are compared


def wide(name: str) -> list[dict[str, object]]:
    """Inputs of many cases in float64."""
    exercise = find(f"defaults.{name}")
    cases = exercise.public_cases()
    cases += [case for seed in SEEDS for case in exercise.fresh_cases(seed)]
    return [widened(case) for case in cases]


def agree(name: str, by_hand: Callable[..., object]) -> None:
    """The reference gives what ``by_hand`` gives, in every case."""
    exercise = find(f"defaults.{name}")
    for case in wide(name):
        got = exercise.values(exercise.reference(**case))
        wanted = exercise.values(by_hand(**case))
        for one, other in zip(got, wanted, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


def test_paired_difference_has_the_errors_of_two_t_tests():
    def by_hand(a, b):
        paired = stats.ttest_rel(b, a)
        unpaired = stats.ttest_ind(b, a, equal_var=False)
        gap = b.mean() - a.mean()
        error = gap / paired.statistic
        enough = 1
        while error * np.sqrt(len(a) / enough) * 2 > abs(gap):
            enough += 1
        return gap, error, gap / unpaired.statistic, enough

    agree("paired_difference", by_hand)


@pytest.fixture
def features() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(12, 3))


def torch_run(x, momentum, rate, parts, beta):
    """Three steps of plain SGD behind batch norm, with summed gradients."""
    import torch

    norm = torch.nn.BatchNorm1d(3, momentum=momentum, affine=False).double()
    w = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    sgd = torch.optim.SGD([w], lr=rate)
    loss = torch.nn.SmoothL1Loss(beta=beta)
    size = len(x) // parts
    for _ in range(3):
        sgd.zero_grad()
        for part in torch.tensor(x[: size * parts]).split(size):
            loss(norm(part) @ w, part.sum(dim=1)).backward()
        sgd.step()
    return w.detach().numpy(), norm.running_mean.numpy()


def keras_run(x, momentum, rate, parts, beta):
    """The same with Keras's layer and loss, and the mean of the gradients."""
    import keras
    import tensorflow as tf

    norm = keras.layers.BatchNormalization(
        momentum=momentum, epsilon=1e-5, center=False, scale=False, dtype="float64"
    )
    w = keras.Variable(np.zeros(3), dtype="float64")
    sgd = keras.optimizers.SGD(rate, gradient_accumulation_steps=parts)
    loss = keras.losses.Huber(delta=beta, dtype="float64")
    size = len(x) // parts
    for _ in range(3):
        for part in np.split(x[: size * parts], parts):
            with tf.GradientTape() as tape:
                out = tf.linalg.matvec(norm(part, training=True), w.value)
                value = loss(part.sum(axis=1), out)
            sgd.apply([tape.gradient(value, w.value)], [w])
    return w.numpy(), norm.moving_mean.numpy()


def test_aligned_settings_make_the_same_steps(features):
    reference = find("defaults.align_settings").reference
    runs = {"torch": torch_run, "keras": keras_run}
    for case in wide("align_settings")[:6]:
        parts, beta = case["parts"], case["beta"]
        momentum, rate = reference(**case)
        own = runs.pop(case["convention"])
        (other,) = runs.values()
        runs[case["convention"]] = own
        wanted = own(features, case["momentum"], case["rate"], parts, beta)
        got = other(features, momentum, rate, parts, beta)
        for one, two in zip(got, wanted, strict=True):
            # Keras keeps its rate in float32.
            np.testing.assert_allclose(one, two, rtol=1e-5)


def test_adam_makes_the_step_of_the_other_framework_with_this_epsilon():
    import keras
    import torch

    rate, g = 0.5, np.array([3e-9, 2e-6, 5e-4])

    def torch_steps(epsilon, beta2):
        w = torch.zeros(3, dtype=torch.float64, requires_grad=True)
        adam = torch.optim.Adam([w], rate, (0.9, beta2), epsilon)
        return _steps(lambda: _torch_step(adam, w))

    def _torch_step(adam, w):
        w.grad = torch.tensor(g)
        before = w.detach().clone()
        adam.step()
        return (w.detach() - before).numpy()

    def keras_steps(epsilon, beta2):
        w = keras.Variable(np.zeros(3), dtype="float64")
        adam = keras.optimizers.Adam(rate, beta_2=beta2, epsilon=epsilon)
        return _steps(lambda: _keras_step(adam, w))

    def _keras_step(adam, w):
        before = w.numpy()
        adam.apply([keras.ops.convert_to_tensor(g)], [w])
        return w.numpy() - before

    def _steps(one):
        return [one() for _ in range(ADAM_STEPS)]

    reference = find("defaults.adam_epsilon").reference
    for case in wide("adam_epsilon")[:6]:
        mine, theirs = torch_steps, keras_steps
        if case["convention"] == "keras":
            mine, theirs = theirs, mine
        wanted = mine(case["epsilon"], case["beta2"])
        for t, epsilon in enumerate(reference(**case)[:ADAM_STEPS]):
            got = theirs(float(epsilon), case["beta2"])
            # Keras keeps beta_2 and its powers in float32.
            np.testing.assert_allclose(got[t], wanted[t], rtol=1e-4)


def test_the_loss_with_class_weights_is_that_of_each_framework():
    import keras
    import torch

    def by_hand(losses, labels, weights, convention):
        # Logits whose cross-entropy is the loss: one class has the probability e^-loss.
        p = np.exp(-losses)
        spread = (1 - p) / (len(weights) - 1)
        logits = np.log(np.repeat(spread[:, None], len(weights), axis=1))
        logits[np.arange(len(labels)), labels] = -losses
        z = torch.tensor(logits, requires_grad=True)
        if convention == "torch":
            loss = torch.nn.functional.cross_entropy(
                z, torch.tensor(labels), weight=torch.tensor(weights)
            )
            loss.backward()
            # Of the logit of the right class: share times (p - 1).
            share = z.grad.numpy()[np.arange(len(labels)), labels] / (p - 1)
            return share, loss.item()
        model = keras.Sequential(
            [keras.Input((len(weights),)), keras.layers.Identity()]
        )
        model.compile(
            keras.optimizers.SGD(0.0),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        told = model.fit(
            logits,
            labels,
            batch_size=len(labels),
            class_weight=dict(enumerate(weights)),
            verbose=0,
        )
        return weights[labels] / len(labels), told.history["loss"][0]

    exercise = find("defaults.class_weights")
    for case in wide("class_weights")[:8]:
        for one, other in zip(exercise.reference(**case), by_hand(**case), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-5)


def test_settings_differ_has_values_of_all_kinds():
    reference = find("defaults.settings_differ").reference
    for case in wide("settings_differ"):
        differs = reference(**case)
        assert 0 < differs.sum() < len(differs)
        rows = list(
            zip(case["names"], case["torch_values"], case["keras_values"], strict=True)
        )
        rounded = [a != b for name, a, b in rows if name == "adam.rate"]
        assert rounded == [True]
        assert (1e-8, 1e-7) in [(a, b) for _, a, b in rows]
        assert min(min(a, b) for _, a, b in rows) >= 1e-9
        assert max(max(a, b) for _, a, b in rows) < 1


def test_a_learning_rate_of_keras_is_kept_in_float32():
    import keras

    kept = float(keras.optimizers.SGD(0.001).learning_rate)
    assert kept == float(np.float32(0.001)) == 0.0010000000474974513
