"""Answers about an optimizer's state, in TensorFlow."""

import keras
import numpy as np
import tensorflow as tf

from grader.judging.variant import right, wrong


def keras_optimizer(name):
    # The given cell above the exercise optimizer_state.
    kinds = {
        "sgd": (keras.optimizers.SGD, {}),
        "momentum": (keras.optimizers.SGD, {"momentum": 0.9}),
        "rmsprop": (keras.optimizers.RMSprop, {}),
        "adam": (keras.optimizers.Adam, {}),
        "adadelta": (keras.optimizers.Adadelta, {}),
        "amsgrad": (keras.optimizers.Adam, {"amsgrad": True}),
    }
    kind, options = kinds[name]
    return kind(0.01, **options)


@right("optimizer_state")
def looked_into(trained, frozen, optimizer, dtype):
    def size(array):
        return np.prod(array.shape) * tf.as_dtype(array.dtype).size

    weights = [keras.Variable(np.zeros(shape), dtype=dtype) for shape in trained]
    fixed = [keras.Variable(np.zeros(shape), dtype=dtype) for shape in frozen]
    made = keras_optimizer(optimizer)
    made.apply([tf.ones_like(weight.value) for weight in weights], weights)
    state = sum(size(v) for v in made.variables if len(v.shape) > 0)
    return state, state + sum(map(size, weights + weights + fixed))


@right("optimizer_state")
def variables_of_tensorflow(trained, frozen, optimizer, dtype):
    weights = [tf.Variable(tf.ones(shape, dtype)) for shape in trained]
    fixed = [tf.Variable(tf.ones(shape, dtype), trainable=False) for shape in frozen]
    with tf.GradientTape() as tape:
        loss = tf.add_n([tf.reduce_sum(w) for w in weights + fixed])
    gradients = tape.gradient(loss, weights)
    made = keras_optimizer(optimizer)
    made.apply_gradients(zip(gradients, weights, strict=True))
    state = [v.numpy() for v in made.variables if v.numpy().ndim]
    arrays = [array.numpy() for array in (*weights, *fixed, *gradients)]
    kept = sum(array.nbytes for array in state)
    return kept, kept + sum(array.nbytes for array in arrays)


@right("optimizer_state")
def built_alone(trained, frozen, optimizer, dtype):
    item = tf.as_dtype(dtype).size
    weights = [keras.Variable(np.zeros(shape), dtype=dtype) for shape in trained]
    made = keras_optimizer(optimizer)
    made.build(weights)
    arrays = [v for v in made.variables if v.shape != ()]
    state = item * sum(int(np.prod(v.shape)) for v in arrays)
    everything = item * sum(int(np.prod(s)) for s in trained + trained + frozen)
    return state, state + everything


@wrong("optimizer_state", "frozen parameters are trained too")
def all_trained(trained, frozen, optimizer, dtype):
    item = tf.as_dtype(dtype).size
    shapes = trained + frozen
    weights = [keras.Variable(np.zeros(shape), dtype=dtype) for shape in shapes]
    made = keras_optimizer(optimizer)
    made.build(weights)
    arrays = [v for v in made.variables if v.shape != ()]
    state = item * sum(np.prod(v.shape) for v in arrays)
    return state, state + 2 * item * sum(np.prod(shape) for shape in shapes)


@wrong("optimizer_state", "frozen parameters have a state")
def built_for_all(trained, frozen, optimizer, dtype):
    item = tf.as_dtype(dtype).size
    shapes = trained + frozen
    weights = [keras.Variable(np.zeros(shape), dtype=dtype) for shape in shapes]
    made = keras_optimizer(optimizer)
    made.build(weights)
    arrays = [v for v in made.variables if v.shape != ()]
    state = item * sum(np.prod(v.shape) for v in arrays)
    return state, state + item * sum(np.prod(s) for s in shapes + trained)


@wrong("optimizer_state", "the gradients are left out")
def weights_and_state(trained, frozen, optimizer, dtype):
    item = tf.as_dtype(dtype).size
    weights = [keras.Variable(np.zeros(shape), dtype=dtype) for shape in trained]
    made = keras_optimizer(optimizer)
    made.apply([tf.ones_like(weight.value) for weight in weights], weights)
    arrays = [v for v in made.variables if v.shape != ()]
    state = item * sum(np.prod(v.shape) for v in arrays)
    return state, state + item * sum(np.prod(s) for s in trained + frozen)


@wrong("optimizer_state", "Keras's counter and rate are counted")
def everything_in_it(trained, frozen, optimizer, dtype):
    def size(array):
        return np.prod(array.shape) * tf.as_dtype(array.dtype).size

    weights = [keras.Variable(np.zeros(shape), dtype=dtype) for shape in trained]
    fixed = [keras.Variable(np.zeros(shape), dtype=dtype) for shape in frozen]
    made = keras_optimizer(optimizer)
    made.apply([tf.ones_like(weight.value) for weight in weights], weights)
    state = sum(size(v) for v in made.variables)
    return state, state + sum(map(size, weights + weights + fixed))


@wrong("optimizer_state", "bits instead of bytes")
def digits_of_the_name(trained, frozen, optimizer, dtype):
    item = int(dtype.removeprefix("b").removeprefix("float"))
    weights = [keras.Variable(np.zeros(shape), dtype=dtype) for shape in trained]
    made = keras_optimizer(optimizer)
    made.apply([tf.ones_like(weight.value) for weight in weights], weights)
    arrays = [v for v in made.variables if v.shape != ()]
    state = item * sum(np.prod(v.shape) for v in arrays)
    return state, state + item * sum(np.prod(s) for s in trained + trained + frozen)


@wrong("optimizer_state", "the axes are added, not multiplied")
def rows_plus_columns(trained, frozen, optimizer, dtype):
    item = tf.as_dtype(dtype).size
    kept = {"sgd": 0, "adam": 2, "adadelta": 2, "amsgrad": 3}.get(optimizer, 1)
    live = item * sum(map(sum, trained))
    return kept * live, (2 + kept) * live + item * sum(map(sum, frozen))


@wrong("optimizer_state", "one array for Adam and Adadelta")
def one_moment(trained, frozen, optimizer, dtype):
    item = tf.as_dtype(dtype).size
    kept = {"sgd": 0, "amsgrad": 3}.get(optimizer, 1)
    live = item * sum(np.prod(shape) for shape in trained)
    fixed = item * sum(np.prod(shape) for shape in frozen)
    return kept * live, (2 + kept) * live + fixed


@wrong("optimizer_state", "AMSGrad keeps what Adam keeps")
def two_moments(trained, frozen, optimizer, dtype):
    item = tf.as_dtype(dtype).size
    kept = {"sgd": 0, "momentum": 1, "rmsprop": 1}.get(optimizer, 2)
    live = item * sum(np.prod(shape) for shape in trained)
    fixed = item * sum(np.prod(shape) for shape in frozen)
    return kept * live, (2 + kept) * live + fixed
