"""Answers that read a live optimizer, in TensorFlow."""

import keras
import tensorflow as tf

from grader.judging.variant import right, wrong

# The locked cell above the exercise optimizer_settings.


def prepared(kind, numbers, steps):
    rate, *rest = numbers
    rate = keras.optimizers.schedules.ExponentialDecay(rate, 1, 0.5)
    if kind == "adamw":
        beta_1, beta_2, eps, decay = rest
        optimizer = keras.optimizers.AdamW(rate, decay, beta_1, beta_2, eps)
    elif kind == "rmsprop":
        momentum, rho, eps = rest
        optimizer = keras.optimizers.RMSprop(rate, rho, momentum, eps)
    else:
        optimizer = keras.optimizers.SGD(rate, rest[0])
    weight = keras.Variable([1.0])
    for _ in range(steps):
        optimizer.apply([tf.zeros(1)], [weight])
    return optimizer


@right("optimizer_settings")
def from_attributes(kind, numbers, steps):
    optimizer = prepared(kind, numbers, steps)
    names = ("momentum", "beta_1", "beta_2", "rho", "epsilon")
    settings = [getattr(optimizer, name, -1) for name in names]
    return [optimizer.learning_rate, *settings, optimizer.weight_decay or 0]


@right("optimizer_settings")
def from_the_config(kind, numbers, steps):
    optimizer = prepared(kind, numbers, steps)
    config = optimizer.get_config()
    config["learning_rate"] = float(optimizer.learning_rate)
    config["weight_decay"] = config["weight_decay"] or 0.0
    names = ["learning_rate", "momentum", "beta_1", "beta_2"]
    names += ["rho", "epsilon", "weight_decay"]
    return [config.get(name, -1) for name in names]


@right("optimizer_settings")
def by_class(kind, numbers, steps):
    o = prepared(kind, numbers, steps)
    rate = tf.convert_to_tensor(o.learning_rate)
    decay = 0.0 if o.weight_decay is None else o.weight_decay
    if isinstance(o, keras.optimizers.AdamW):
        return tf.stack([rate, -1, o.beta_1, o.beta_2, -1, o.epsilon, decay])
    if isinstance(o, keras.optimizers.RMSprop):
        return tf.stack([rate, o.momentum, -1, -1, o.rho, o.epsilon, decay])
    return tf.stack([rate, o.momentum, -1, -1, -1, -1, decay])


@wrong("optimizer_settings", "the rate at the beginning")
def initial(kind, numbers, steps):
    optimizer = prepared(kind, numbers, steps)
    rate = optimizer.get_config()["learning_rate"]["config"]["initial_learning_rate"]
    names = ("momentum", "beta_1", "beta_2", "rho", "epsilon")
    settings = [getattr(optimizer, name, -1) for name in names]
    return [rate, *settings, optimizer.weight_decay or 0]


@wrong("optimizer_settings", "the rate of the step before")
def a_step_late(kind, numbers, steps):
    optimizer = prepared(kind, numbers, steps - 1)
    names = ("momentum", "beta_1", "beta_2", "rho", "epsilon")
    settings = [getattr(optimizer, name, -1) for name in names]
    return [optimizer.learning_rate, *settings, optimizer.weight_decay or 0]


@wrong("optimizer_settings", "beta 1 and beta 2 are exchanged")
def betas(kind, numbers, steps):
    optimizer = prepared(kind, numbers, steps)
    names = ("momentum", "beta_2", "beta_1", "rho", "epsilon")
    settings = [getattr(optimizer, name, -1) for name in names]
    return [optimizer.learning_rate, *settings, optimizer.weight_decay or 0]


@wrong("optimizer_settings", "what is not there is 0")
def zeros(kind, numbers, steps):
    optimizer = prepared(kind, numbers, steps)
    names = ("momentum", "beta_1", "beta_2", "rho", "epsilon")
    settings = [getattr(optimizer, name, 0) for name in names]
    return [optimizer.learning_rate, *settings, optimizer.weight_decay or 0]


@wrong("optimizer_settings", "no weight decay is not there")
def none_is_absent(kind, numbers, steps):
    optimizer = prepared(kind, numbers, steps)
    names = ("momentum", "beta_1", "beta_2", "rho", "epsilon")
    settings = [getattr(optimizer, name, -1) for name in names]
    decay = optimizer.weight_decay
    return [optimizer.learning_rate, *settings, -1 if decay is None else decay]


@wrong("optimizer_settings", "rho stands in the place of beta 2")
def rho_is_beta(kind, numbers, steps):
    o = prepared(kind, numbers, steps)
    beta_2 = getattr(o, "beta_2", getattr(o, "rho", -1))
    settings = [getattr(o, "momentum", -1), getattr(o, "beta_1", -1), beta_2, -1]
    rest = [getattr(o, "epsilon", -1), o.weight_decay or 0]
    return [o.learning_rate, *settings, *rest]


@wrong("optimizer_settings", "beta 1 is momentum too")
def momentum_of_adam(kind, numbers, steps):
    o = prepared(kind, numbers, steps)
    momentum = getattr(o, "momentum", getattr(o, "beta_1", -1))
    names = ("beta_1", "beta_2", "rho", "epsilon")
    settings = [getattr(o, name, -1) for name in names]
    return [o.learning_rate, momentum, *settings, o.weight_decay or 0]
