"""Answers to the exercises that send a batch through a network, in TensorFlow."""

import tensorflow as tf

from grader.judging.variant import right, wrong


@right("dead_share")
def means_of_masks(z):
    dead = tf.reduce_all(tf.nn.relu(z) == 0, axis=0)
    saturated = tf.abs(tf.tanh(z)) > 0.97
    return [tf.reduce_mean(tf.cast(mask, tf.float32)) for mask in (dead, saturated)]


@right("dead_share")
def largest_of_each_column(z):
    dead = tf.math.count_nonzero(tf.reduce_max(z, axis=0) <= 0) / z.shape[1]
    saturated = tf.math.count_nonzero(tf.tanh(z) ** 2 > 0.97**2)
    return dead, saturated / tf.size(z, tf.int64)


@right("dead_share")
def counted(z):
    alive = tf.reduce_sum(tf.sign(tf.reduce_sum(tf.nn.relu(z), axis=0)))
    flat = tf.reshape(tf.tanh(z), [-1]).numpy().tolist()
    dead = 1 - float(alive) / z.shape[1]
    return dead, sum(abs(v) > 0.97 for v in flat) / len(flat)


@wrong("dead_share", "entries, not units")
def all_zeros(z):
    dead = tf.reduce_mean(tf.cast(z <= 0, tf.float32))
    saturated = tf.abs(tf.tanh(z)) > 0.97
    return dead, tf.reduce_mean(tf.cast(saturated, tf.float32))


@wrong("dead_share", "an exact 0 taken for alive")
def strictly_negative(z):
    dead = tf.reduce_all(z < 0, axis=0)
    saturated = tf.abs(tf.tanh(z)) > 0.97
    return [tf.reduce_mean(tf.cast(mask, tf.float32)) for mask in (dead, saturated)]


@wrong("dead_share", "a small output taken for 0")
def nearly_nothing(z):
    dead = tf.reduce_max(tf.nn.relu(z), axis=0) < 0.01
    saturated = tf.abs(tf.tanh(z)) > 0.97
    return [tf.reduce_mean(tf.cast(mask, tf.float32)) for mask in (dead, saturated)]


@wrong("dead_share", "judged by the mean over the rows")
def negative_on_average(z):
    dead = tf.reduce_mean(z, axis=0) <= 0
    saturated = tf.abs(tf.tanh(z)) > 0.97
    return [tf.reduce_mean(tf.cast(mask, tf.float32)) for mask in (dead, saturated)]


@wrong("dead_share", "rows, not units")
def other_axis(z):
    dead = tf.reduce_all(z <= 0, axis=1)
    saturated = tf.abs(tf.tanh(z)) > 0.97
    return [tf.reduce_mean(tf.cast(mask, tf.float32)) for mask in (dead, saturated)]


@wrong("dead_share", "only one side saturates")
def no_absolute_value(z):
    dead = tf.reduce_all(z <= 0, axis=0)
    saturated = tf.tanh(z) > 0.97
    return [tf.reduce_mean(tf.cast(mask, tf.float32)) for mask in (dead, saturated)]


@wrong("dead_share", "the limit is held against z")
def no_tanh_at_all(z):
    dead = tf.reduce_all(z <= 0, axis=0)
    saturated = tf.abs(z) > 0.97
    return [tf.reduce_mean(tf.cast(mask, tf.float32)) for mask in (dead, saturated)]


@right("variance_step")
def loop(x, weights):
    found = []
    z = x @ weights[0]
    found.append(tf.math.reduce_variance(z))
    for W in weights[1:]:
        z = tf.nn.relu(z) @ W
        found.append(tf.math.reduce_variance(z))
    return tf.stack(found)


@right("variance_step")
def by_moments(x, weights):
    found = []
    for W in weights:
        z = x @ W
        found.append(tf.nn.moments(z, axes=[0, 1])[1])
        x = tf.maximum(z, 0)
    return found


@right("variance_step")
def with_dense_layers(x, weights):
    found = []
    for W in weights:
        layer = tf.keras.layers.Dense(W.shape[1], use_bias=False)
        layer.build(x.shape)
        layer.set_weights([W])
        z = layer(x)
        found.append(float(tf.reduce_mean((z - tf.reduce_mean(z)) ** 2)))
        x = tf.nn.relu(z)
    return found


@wrong("variance_step", "the mean square")
def squares(x, weights):
    found = []
    for W in weights:
        z = x @ W
        found.append(tf.reduce_mean(z**2))
        x = tf.nn.relu(z)
    return found


@wrong("variance_step", "measured after the ReLU")
def after(x, weights):
    found = []
    for W in weights:
        x = tf.nn.relu(x @ W)
        found.append(tf.math.reduce_variance(x))
    return found


@wrong("variance_step", "standard deviations")
def std(x, weights):
    found = []
    for W in weights:
        z = x @ W
        found.append(tf.math.reduce_std(z))
        x = tf.nn.relu(z)
    return found


@wrong("variance_step", "a ReLU on the input")
def relu_first(x, weights):
    found = []
    for W in weights:
        x = tf.nn.relu(x) @ W
        found.append(tf.math.reduce_variance(x))
    return found


@wrong("variance_step", "one variance per unit")
def per_unit(x, weights):
    found = []
    for W in weights:
        z = x @ W
        found.append(tf.reduce_mean(tf.math.reduce_variance(z, axis=0)))
        x = tf.nn.relu(z)
    return found


@right("backward_variance")
def one_tape(x, weights, g):
    zs = []
    with tf.GradientTape() as tape:
        tape.watch(weights)
        h = x
        for W in weights:
            zs.append(h @ W)
            h = tf.tanh(zs[-1])
    grads = tape.gradient(h, zs, output_gradients=g)
    return tf.stack([tf.reduce_mean(d**2) for d in grads])


@right("backward_variance")
def with_zeros_added(x, weights, g):
    # dL/dz is the gradient by anything that is added to z.
    shifts = [tf.Variable(tf.zeros([x.shape[0], W.shape[1]])) for W in weights]
    with tf.GradientTape() as tape:
        h = x
        for W, shift in zip(weights, shifts, strict=True):
            h = tf.tanh(h @ W + shift)
        loss = tf.reduce_sum(h * g)
    return [tf.reduce_mean(d**2) for d in tape.gradient(loss, shifts)]


@right("backward_variance")
def by_hand(x, weights, g):
    hs = [x]
    for W in weights:
        hs.append(tf.tanh(hs[-1] @ W))
    found = []
    for W, h in zip(reversed(weights), reversed(hs), strict=False):
        d = g * (1 - h**2)
        found.insert(0, float(tf.reduce_mean(d**2)))
        g = d @ tf.transpose(W)
    return found


@wrong("backward_variance", "gradients by the outputs")
def outputs(x, weights, g):
    h, hs = x, []
    with tf.GradientTape() as tape:
        tape.watch(x)
        for W in weights:
            h = tf.tanh(h @ W)
            hs.append(h)
        loss = tf.reduce_sum(h * g)
    return [tf.reduce_mean(d**2) for d in tape.gradient(loss, hs)]


@wrong("backward_variance", "gradients by the weights")
def by_weights(x, weights, g):
    h = x
    with tf.GradientTape() as tape:
        tape.watch(weights)
        for W in weights:
            h = tf.tanh(h @ W)
        loss = tf.reduce_sum(h * g)
    return [tf.reduce_mean(d**2) for d in tape.gradient(loss, weights)]


@wrong("backward_variance", "g is left out")
def plain_sum(x, weights, g):
    h, zs = x, []
    with tf.GradientTape() as tape:
        tape.watch(x)
        for W in weights:
            zs.append(h @ W)
            h = tf.tanh(zs[-1])
    return [tf.reduce_mean(d**2) for d in tape.gradient(h, zs)]


@wrong("backward_variance", "a mean in the loss")
def mean_loss(x, weights, g):
    h, zs = x, []
    with tf.GradientTape() as tape:
        tape.watch(x)
        for W in weights:
            zs.append(h @ W)
            h = tf.tanh(zs[-1])
        loss = tf.reduce_mean(h * g)
    return [tf.reduce_mean(d**2) for d in tape.gradient(loss, zs)]


@right("keep_variance")
def one_over_rms(x, z, activation):
    gains = []
    for layer in z:
        a = x @ layer / x.shape[1] ** 0.5
        gains.append(tf.math.rsqrt(tf.reduce_mean(tf.square(a))))
        x = getattr(tf.nn, activation)(a * gains[-1])
    return tf.stack(gains)


@right("keep_variance")
def by_the_weights(x, z, activation):
    n, gains = z.shape[1], []
    for layer in z:
        rms = tf.norm(x @ layer) / (x.shape[0] * n) ** 0.5
        gains.append(float(n**0.5 / rms))
        x = getattr(tf.nn, activation)(x @ (layer / rms))
    return gains


@right("keep_variance")
def with_keras_activations(x, z, activation):
    function = tf.keras.activations.get(activation)
    W = z / z.shape[1] ** 0.5
    gains = []
    for k in range(len(W)):
        gains.append(tf.reduce_mean((x @ W[k]) ** 2) ** -0.5)
        x = function(x @ (gains[k] * W[k]))
    return gains


@wrong("keep_variance", "the standard deviation")
def centred(x, z, activation):
    gains = []
    for layer in z:
        a = x @ layer / x.shape[1] ** 0.5
        gains.append(1 / tf.math.reduce_std(a))
        x = getattr(tf.nn, activation)(a * gains[-1])
    return gains


@wrong("keep_variance", "the gain is squared")
def mean_square(x, z, activation):
    gains = []
    for layer in z:
        a = x @ layer / x.shape[1] ** 0.5
        gains.append(1 / tf.reduce_mean(a**2))
        x = getattr(tf.nn, activation)(a * gains[-1])
    return gains


@wrong("keep_variance", "the scaled layer does not go on")
def not_passed_on(x, z, activation):
    gains = []
    for layer in z:
        a = x @ layer / x.shape[1] ** 0.5
        gains.append(tf.reduce_mean(a**2) ** -0.5)
        x = getattr(tf.nn, activation)(a)
    return gains


@wrong("keep_variance", "measured after the activation")
def outputs_measured(x, z, activation):
    function, gains = getattr(tf.nn, activation), []
    for layer in z:
        a = x @ layer / x.shape[1] ** 0.5
        gains.append(tf.reduce_mean(function(a) ** 2) ** -0.5)
        x = function(a * gains[-1])
    return gains


@wrong("keep_variance", "the activation on the input")
def activated_first(x, z, activation):
    gains = []
    for layer in z:
        a = getattr(tf.nn, activation)(x) @ layer / x.shape[1] ** 0.5
        gains.append(tf.reduce_mean(a**2) ** -0.5)
        x = a * gains[-1]
    return gains


@right("find_the_bug")
def two_places(x, zs):
    stds, squares, h = [], [], x
    for z in zs:
        fan = z.shape[0]
        std = 2**0.5 / fan**0.5
        out = h @ (std * z)
        stds.append(std)
        squares.append(tf.reduce_mean(out**2))
        h = tf.nn.relu(out)
    return stds, squares


@right("find_the_bug")
def scaled_afterwards(x, zs):
    stds = [(2 / len(z)) ** 0.5 for z in zs]
    squares = []
    for std, z in zip(stds, zs, strict=True):
        out = std * (x @ z)
        squares.append(float(tf.reduce_mean(tf.square(out))))
        x = tf.maximum(out, 0)
    return tf.constant(stds), squares


@right("find_the_bug")
def fan_from_the_signal(x, zs):
    stds, squares = [], []
    for z in zs:
        std = (x.shape[1] / 2) ** -0.5
        out = tf.linalg.matmul(x, z) * std
        stds.append(std)
        squares.append(tf.norm(out) ** 2 / (out.shape[0] * out.shape[1]))
        x = tf.where(out > 0, out, tf.zeros_like(out))
    return stds, tf.stack(squares)


@wrong("find_the_bug", "both bugs are still there")
def unmended(x, zs):
    stds, squares, h = [], [], x
    for z in zs:
        fan = z.shape[1]
        std = 2 / fan**0.5
        out = h @ (std * z)
        stds.append(std)
        squares.append(tf.reduce_mean(out**2))
        h = tf.nn.relu(out)
    return stds, squares


@wrong("find_the_bug", "the fan is still the other one")
def only_the_gain(x, zs):
    stds, squares, h = [], [], x
    for z in zs:
        fan = z.shape[1]
        std = (2 / fan) ** 0.5
        out = h @ (std * z)
        stds.append(std)
        squares.append(tf.reduce_mean(out**2))
        h = tf.nn.relu(out)
    return stds, squares


@wrong("find_the_bug", "the gain is still squared")
def only_the_fan(x, zs):
    stds, squares, h = [], [], x
    for z in zs:
        fan = z.shape[0]
        std = 2 / fan**0.5
        out = h @ (std * z)
        stds.append(std)
        squares.append(tf.reduce_mean(out**2))
        h = tf.nn.relu(out)
    return stds, squares


@wrong("find_the_bug", "a variance in place of a std")
def no_root(x, zs):
    stds, squares, h = [], [], x
    for z in zs:
        fan = z.shape[0]
        std = 2 / fan
        out = h @ (std * z)
        stds.append(std)
        squares.append(tf.reduce_mean(out**2))
        h = tf.nn.relu(out)
    return stds, squares
