"""The small CNN in Keras, with its own defaults or some of PyTorch's."""

import keras
import numpy as np
import tensorflow as tf

from bench.defaults.digits import batches, split
from bench.defaults.experiments import Experiment

TORCH_MOMENTUM, TORCH_BN_EPSILON, TORCH_ADAM_EPSILON = 0.1, 1e-5, 1e-8
_LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


class UnbiasedBatchNormalization(keras.layers.BatchNormalization):
    """Batch norm whose moving variance is unbiased (over n - 1), as PyTorch's is."""

    def call(self, inputs: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        """Normalise (n, ..., c); in training also average the statistics."""
        before = tf.identity(self.moving_variance)
        out = super().call(inputs, training=training)
        if training:
            n = tf.cast(tf.size(inputs) // inputs.shape[self.axis], before.dtype)
            kept = self.momentum * before
            new = self.moving_variance - kept
            self.moving_variance.assign(kept + new * n / (n - 1))
        return out


class TorchAdam(keras.optimizers.Adam):
    """Adam that adds PyTorch's ε where PyTorch does, after the bias correction."""

    def update_step(
        self, gradient: tf.Tensor, variable: keras.Variable, learning_rate: tf.Tensor
    ) -> None:
        """Update one variable; the step's ε is what makes the two formulas equal."""
        step = tf.cast(self.iterations + 1, variable.dtype)
        self.epsilon = TORCH_ADAM_EPSILON * tf.sqrt(1 - self.beta_2**step)
        super().update_step(gradient, variable, learning_rate)


def build(seed: int, taken: frozenset[str]) -> keras.Sequential:
    """Return the net: images of shape (n, 8, 8, 1) to logits of shape (n, 10)."""
    options = {}
    if "batch_norm.momentum" in taken:
        options["momentum"] = 1 - TORCH_MOMENTUM
    if "batch_norm.epsilon" in taken:
        options["epsilon"] = TORCH_BN_EPSILON
    norm = keras.layers.BatchNormalization
    if "batch_norm.variance" in taken:
        norm = UnbiasedBatchNormalization
    blocks = []
    for place, (filters, fan_in) in enumerate(((8, 9), (16, 72))):
        start = _start(seed, place, "initialization.convolution", fan_in, taken)
        blocks += [
            keras.layers.Conv2D(filters, 3, padding="same", **start),
            norm(**options),
            keras.layers.ReLU(),
            keras.layers.MaxPooling2D(2),
        ]
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            *blocks,
            keras.layers.Flatten(),
            keras.layers.Dense(
                10, **_start(seed, 2, "initialization.dense", 64, taken)
            ),
        ]
    )


def _start(
    seed: int, place: int, cause: str, fan_in: int, taken: frozenset[str]
) -> dict[str, keras.Initializer]:
    """The initializers of one layer, each with a seed of its own."""
    draws = keras.initializers
    kernel = draws.GlorotUniform(seed=10 * seed + 2 * place)
    bias = draws.Zeros()
    bound = fan_in**-0.5  # PyTorch's, for kernels and biases
    if cause in taken:
        kernel = draws.RandomUniform(-bound, bound, seed=10 * seed + 2 * place)
    if "initialization.bias" in taken:
        bias = draws.RandomUniform(-bound, bound, seed=10 * seed + 2 * place + 1)
    return {"kernel_initializer": kernel, "bias_initializer": bias}


def weights(net: keras.Sequential) -> list[np.ndarray]:
    """Return kernels and biases: (h, w, in, out), (in, out), (out,)."""
    return [np.array(one) for layer in _weighted(net) for one in layer.get_weights()]


def load(net: keras.Sequential, values: list[np.ndarray]) -> None:
    """Copy kernels and biases into the net."""
    for place, layer in enumerate(_weighted(net)):
        layer.set_weights(values[2 * place : 2 * place + 2])


def _weighted(net: keras.Sequential) -> list[keras.Layer]:
    return [layer for layer in net.layers if hasattr(layer, "kernel")]


def train(
    experiment: Experiment, seed: int, start: list[np.ndarray] | None = None
) -> tuple[list[int], list[int]]:
    """Train one net and count right answers on the held-out images, at each step asked.

    Args:
        experiment: what the net takes from PyTorch.
        seed: of the split, the batch order and the weights.
        start: the weights to begin with, in place of its own.

    Returns:
        How many of the 597 images are right: as the net is, and with the statistics of
        batch norm recomputed on the training images with the same weights.
    """
    (images, digits), held_out = split(seed)
    net = build(seed, experiment.taken)
    if start is not None:
        load(net, start)
    opt = TorchAdam() if "adam.epsilon" in experiment.taken else keras.optimizers.Adam()
    opt.build(net.trainable_variables)

    @tf.function
    def learn(x: tf.Tensor, y: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            loss = _LOSS(y, net(x, training=True))
        opt.apply(tape.gradient(loss, net.trainable_variables), net.trainable_variables)

    right, recomputed = [], []
    steps = batches(images, digits, seed, experiment.steps[-1], experiment.flips)
    for step, (x, y) in enumerate(steps, start=1):
        learn(tf.constant(x[..., None]), tf.constant(y))
        if step in experiment.steps:
            right.append(_right(net, *held_out))
            recomputed.append(_recomputed(net, images, held_out))
    return right, recomputed


def _right(net: keras.Sequential, images: np.ndarray, digits: np.ndarray) -> int:
    guess = np.argmax(net(images[..., None], training=False), axis=1)
    return int((guess == digits).sum())


def _recomputed(
    net: keras.Sequential,
    images: np.ndarray,
    held_out: tuple[np.ndarray, np.ndarray],
) -> int:
    """Right answers with the statistics of all training images in one batch."""
    norms = [
        layer
        for layer in net.layers
        if isinstance(layer, keras.layers.BatchNormalization)
    ]
    kept = [(norm.momentum, norm.get_weights()) for norm in norms]
    for norm in norms:
        norm.momentum = 0.0
    net(images[..., None], training=True)
    count = _right(net, *held_out)
    for norm, (momentum, values) in zip(norms, kept, strict=True):
        norm.momentum = momentum
        norm.set_weights(values)
    return count
