"""The program whose runs are recorded, in Keras: a small CNN on digits."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from grader.production.records import read_keras
from grader.production.records.digits import BATCH, LOOK_EVERY, STEPS, digits
from grader.production.records.store import Metric, Run, Store
from grader.production.records.values import fingerprint

Arguments = Mapping[str, Mapping[str, Any]]
"""By place, the arguments that somebody wrote."""


class Trained(NamedTuple):
    """What is left of a run: live objects, and (step, name, value) each 20 steps."""

    seed: int
    written: Arguments
    model: keras.Model
    optimizer: keras.optimizers.Optimizer
    metrics: list[Metric]


def train(seed: int, written: Arguments) -> Trained:
    """Train for 80 steps of 32 images.

    Args:
        seed: of the weights, and of the images' order.
        written: arguments for ``norm1``, ``norm2`` and ``optimizer``; all others have
            their defaults.

    Returns:
        The model, its optimizer, and as metrics the ``loss`` of the last batch and the
        ``accuracy`` on held-out images, in percent.
    """
    keras.utils.set_random_seed(seed)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(8, 3, padding="same", name="conv1"),
            layers.BatchNormalization(name="norm1", **written.get("norm1", {})),
            layers.ReLU(name="relu1"),
            layers.MaxPooling2D(name="pool1"),
            layers.Conv2D(16, 3, padding="same", name="conv2"),
            layers.BatchNormalization(name="norm2", **written.get("norm2", {})),
            layers.ReLU(name="relu2"),
            layers.MaxPooling2D(name="pool2"),
            layers.Flatten(name="flat"),
            layers.Dense(10, name="dense"),
        ]
    )
    optimizer = keras.optimizers.Adam(**written.get("optimizer", {}))
    optimizer.build(model.trainable_variables)
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def step_eagerly(images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = cross_entropy(labels, model(images, training=True))
        weights = model.trainable_variables
        optimizer.apply(tape.gradient(loss, weights), weights)
        return loss

    step_on = tf.function(step_eagerly)  # a graph is several times as fast
    data, metrics = digits(seed), []
    for step in range(1, STEPS + 1):
        rows = slice((step - 1) * BATCH, step * BATCH)
        loss = step_on(tf.constant(data.images[rows, ..., None]), data.labels[rows])
        if step % LOOK_EVERY == 0:
            logits = model(data.held_out[..., None], training=False)
            right = np.argmax(logits, axis=1) == data.held_out_labels
            metrics.append((step, "loss", float(loss)))
            metrics.append((step, "accuracy", 100 * float(right.mean())))
    return Trained(seed, written, model, optimizer, metrics)


def record(store: Store, name: str, trained: Trained) -> None:
    """Add a run to a log.

    Args:
        store: the log.
        name: of the run; new in the log.
        trained: what is left of the run.

    Raises:
        CourseError: the log refuses it.
    """
    data = digits(trained.seed)
    run = Run(
        run=name,
        framework="tensorflow",
        version=f"{tf.__version__}, keras {keras.__version__}",
        code=f"tandem-course {version('tandem-course')}",
        data=fingerprint(data.images, data.labels),
        seed=trained.seed,
    )
    settings = read_keras.settings(trained.model, trained.optimizer, trained.written)
    store.add(run, settings, trained.metrics)
