"""Answers to the exercises on layouts, windows and aliases, in TensorFlow."""

import tensorflow as tf

from grader.judging.variant import right, wrong

# port_dense


@right("port_dense")
def dense_matmul(x, W, b, V, c):
    hidden = tf.maximum(tf.matmul(x, W, transpose_b=True) + b, 0)
    return tf.matmul(hidden, V) + c


@right("port_dense")
def dense_layers(x, W, b, V, c):
    first = tf.keras.layers.Dense(W.shape[0], activation="relu")
    second = tf.keras.layers.Dense(V.shape[1])
    first.build(x.shape)
    second.build((None, V.shape[0]))
    first.set_weights([tf.transpose(W), b])
    second.set_weights([V, c])
    return second(first(x))


@right("port_dense")
def dense_einsum(x, W, b, V, c):
    hidden = tf.nn.relu(tf.nn.bias_add(tf.einsum("ni,oi->no", x, W), b))
    return tf.nn.bias_add(tf.einsum("ni,io->no", hidden, V), c)


@right("port_dense")
def dense_row_by_row(x, W, b, V, c):
    hidden = [tf.nn.relu(tf.linalg.matvec(W, row) + b) for row in x]
    rows = [tf.linalg.matvec(V, h, transpose_a=True) + c for h in hidden]
    return tf.stack(rows)


@wrong("port_dense", "W is reshaped, not transposed")
def dense_reshaped(x, W, b, V, c):
    hidden = tf.nn.relu(x @ tf.reshape(W, [W.shape[1], W.shape[0]]) + b)
    return hidden @ V + c


@wrong("port_dense", "V is transposed")
def dense_transposed_twice(x, W, b, V, c):
    hidden = tf.nn.relu(x @ tf.transpose(W) + b)
    return hidden @ tf.transpose(V) + c


@wrong("port_dense", "W is reshaped, and V transposed")
def dense_both(x, W, b, V, c):
    hidden = tf.nn.relu(x @ tf.reshape(W, [x.shape[1], -1]) + b)
    return tf.matmul(hidden, V, transpose_b=True) + c


@wrong("port_dense", "no ReLU in between")
def dense_straight(x, W, b, V, c):
    return (x @ tf.transpose(W) + b) @ V + c


@wrong("port_dense", "ReLU at the end as well")
def dense_relu_twice(x, W, b, V, c):
    return tf.nn.relu(tf.nn.relu(x @ tf.transpose(W) + b) @ V + c)


@wrong("port_dense", "the biases are missing")
def dense_no_bias(x, W, b, V, c):
    return tf.nn.relu(x @ tf.transpose(W)) @ V


@wrong("port_dense", "the first bias is missing")
def dense_no_first_bias(x, W, b, V, c):
    return tf.nn.relu(x @ tf.transpose(W)) @ V + c


@wrong("port_dense", "the second bias is missing")
def dense_no_second_bias(x, W, b, V, c):
    return tf.nn.relu(x @ tf.transpose(W) + b) @ V


# windows


@right("windows")
def windows_patches(image, size, step):
    patches = tf.image.extract_patches(
        image[None, :, :, None],
        [1, size, size, 1],
        [1, step, step, 1],
        [1, 1, 1, 1],
        "VALID",
    )
    return tf.reshape(patches, [-1, size * size])


@right("windows")
def windows_frames(image, size, step):
    rows = tf.signal.frame(image, size, step, axis=0)
    cut = tf.signal.frame(rows, size, step, axis=2)
    ordered = tf.transpose(cut, [0, 2, 1, 3])
    return tf.reshape(ordered, [-1, size * size])


@right("windows")
def windows_gathered(image, size, step):
    height, width = image.shape
    r = tf.range(0, height - size + 1, step)[:, None] + tf.range(size)
    c = tf.range(0, width - size + 1, step)[:, None] + tf.range(size)
    places = (width * r)[:, None, :, None] + c[None, :, None, :]
    return tf.gather(tf.reshape(image, [-1]), tf.reshape(places, [-1, size * size]))


@right("windows")
def windows_loops(image, size, step):
    height, width = image.shape
    cut = []
    for r in range(0, height - size + 1, step):
        for c in range(0, width - size + 1, step):
            cut.append(image[r : r + size, c : c + size])
    return tf.reshape(tf.stack(cut), [len(cut), -1])


@wrong("windows", "the step is left out")
def windows_everywhere(image, size, step):
    patches = tf.image.extract_patches(
        image[None, :, :, None],
        [1, size, size, 1],
        [1, 1, 1, 1],
        [1, 1, 1, 1],
        "VALID",
    )
    return tf.reshape(patches, [-1, size * size])


@wrong("windows", "side by side")
def windows_chunks(image, size, step):
    height, width = image.shape
    cut = [
        tf.reshape(image[r : r + size, c : c + size], [-1])
        for r in range(0, height - size + 1, size)
        for c in range(0, width - size + 1, size)
    ]
    return tf.stack(cut)


@wrong("windows", "down the columns")
def windows_down(image, size, step):
    height, width = image.shape
    cut = [
        tf.reshape(image[r : r + size, c : c + size], [-1])
        for c in range(0, width - size + 1, step)
        for r in range(0, height - size + 1, step)
    ]
    return tf.stack(cut)


@wrong("windows", "each window lies on its side")
def windows_turned(image, size, step):
    height, width = image.shape
    cut = [
        tf.reshape(tf.transpose(image[r : r + size, c : c + size]), [-1])
        for r in range(0, height - size + 1, step)
        for c in range(0, width - size + 1, step)
    ]
    return tf.stack(cut)


@wrong("windows", "the step goes inside")
def windows_dilated(image, size, step):
    patches = tf.image.extract_patches(
        image[None, :, :, None],
        [1, size, size, 1],
        [1, 1, 1, 1],
        [1, step, step, 1],
        "VALID",
    )
    return tf.reshape(patches, [-1, size * size])


@wrong("windows", "the border is padded")
def windows_same(image, size, step):
    patches = tf.image.extract_patches(
        image[None, :, :, None],
        [1, size, size, 1],
        [1, step, step, 1],
        [1, 1, 1, 1],
        "SAME",
    )
    return tf.reshape(patches, [-1, size * size])


@wrong("windows", "the window at the edge is missing")
def windows_before_the_edge(image, size, step):
    height, width = image.shape
    cut = [
        tf.reshape(image[r : r + size, c : c + size], [-1])
        for r in range(0, height - size, step)
        for c in range(0, width - size, step)
    ]
    return tf.stack(cut)


@wrong("windows", "the last ones are missing")
def windows_too_few(image, size, step):
    height, width = image.shape
    cut = [
        tf.reshape(image[r : r + size, c : c + size], [-1])
        for r in range(0, (height - size) // step * step, step)
        for c in range(0, (width - size) // step * step, step)
    ]
    return tf.stack(cut)


# port_conv


@right("port_conv")
def conv_function(x, w, b):
    kernel = tf.transpose(w, [2, 3, 1, 0])
    return tf.nn.bias_add(tf.nn.convolution(x, kernel, padding="VALID"), b)


@right("port_conv")
def conv_layer(x, w, b):
    conv = tf.keras.layers.Conv2D(w.shape[0], w.shape[2:])
    conv.build(x.shape)
    conv.set_weights([tf.transpose(w, [2, 3, 1, 0]), b])
    return conv(x)


@right("port_conv")
def conv_moved_twice(x, w, b):
    hwoi = tf.experimental.numpy.moveaxis(w, [0, 1], [2, 3])
    kernel = tf.experimental.numpy.swapaxes(hwoi, 2, 3)
    return tf.nn.conv2d(x, kernel, 1, "VALID") + b


@right("port_conv")
def conv_shifts(x, w, b):
    size = w.shape[2]
    reach = x.shape[1] - size + 1
    terms = [
        tf.einsum("nijc,oc->nijo", x[:, k : k + reach, m : m + reach], w[:, :, k, m])
        for k in range(size)
        for m in range(size)
    ]
    return tf.add_n(terms) + b


@wrong("port_conv", "the kernel's height and width are exchanged")
def conv_kernel_turned(x, w, b):
    return tf.nn.conv2d(x, tf.transpose(w), 1, "VALID") + b


@wrong("port_conv", "the kernel's channels are exchanged")
def conv_kernel_channels(x, w, b):
    return tf.nn.conv2d(x, tf.transpose(w, [2, 3, 0, 1]), 1, "VALID") + b


@wrong("port_conv", "the kernel is reshaped")
def conv_kernel_reshaped(x, w, b):
    o, i, height, width = w.shape
    return tf.nn.conv2d(x, tf.reshape(w, [height, width, i, o]), 1, "VALID") + b


@wrong("port_conv", "the images lie on their side")
def conv_on_their_side(x, w, b):
    kernel = tf.transpose(w, [2, 3, 1, 0])
    return tf.nn.conv2d(tf.transpose(x, [0, 2, 1, 3]), kernel, 1, "VALID") + b


@wrong("port_conv", "the result is channels-first")
def conv_turned_back(x, w, b):
    kernel = tf.transpose(w, [2, 3, 1, 0])
    out = tf.nn.conv2d(x, kernel, 1, "VALID") + b
    return tf.transpose(out, [0, 3, 1, 2])


@wrong("port_conv", "the border is padded")
def conv_same(x, w, b):
    return tf.nn.conv2d(x, tf.transpose(w, [2, 3, 1, 0]), 1, "SAME") + b


@wrong("port_conv", "the bias is missing")
def conv_no_bias(x, w, b):
    return tf.nn.conv2d(x, tf.transpose(w, [2, 3, 1, 0]), 1, "VALID")


# flatten_order


@right("flatten_order")
def flatten_layer(x, W, b):
    dense = tf.keras.layers.Dense(W.shape[0])
    flat = tf.keras.layers.Flatten()(tf.transpose(x, [0, 3, 1, 2]))
    dense.build(flat.shape)
    dense.set_weights([tf.transpose(W), b])
    return dense(flat)


@right("flatten_order")
def flatten_weights(x, W, b):
    _, height, width, channels = x.shape
    kernel = tf.reshape(W, [-1, channels, height, width])
    kernel = tf.reshape(tf.transpose(kernel, [2, 3, 1, 0]), [-1, W.shape[0]])
    return tf.reshape(x, [x.shape[0], -1]) @ kernel + b


@right("flatten_order")
def flatten_not_at_all(x, W, b):
    _, height, width, channels = x.shape
    kernel = tf.reshape(W, [-1, channels, height, width])
    return tf.einsum("nhwc,ochw->no", x, kernel) + b


@right("flatten_order")
def flatten_channel_by_channel(x, W, b):
    n, height, width, channels = x.shape
    planes = [tf.reshape(x[..., c], [n, height * width]) for c in range(channels)]
    return tf.matmul(tf.concat(planes, axis=1), W, transpose_b=True) + b


@wrong("flatten_order", "flattened as it lies")
def flatten_as_is(x, W, b):
    return tf.reshape(x, [x.shape[0], -1]) @ tf.transpose(W) + b


@wrong("flatten_order", "columns before rows")
def flatten_transposed(x, W, b):
    flat = tf.reshape(tf.transpose(x, [0, 3, 2, 1]), [x.shape[0], -1])
    return flat @ tf.transpose(W) + b


@wrong("flatten_order", "the permutation of the way back")
def flatten_way_back(x, W, b):
    flat = tf.reshape(tf.transpose(x, [0, 2, 3, 1]), [x.shape[0], -1])
    return flat @ tf.transpose(W) + b


@wrong("flatten_order", "the weights are reshaped")
def flatten_weights_reshaped(x, W, b):
    flat = tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0], -1])
    return flat @ tf.reshape(W, [-1, W.shape[0]]) + b


@wrong("flatten_order", "flattened as it lies, weights reshaped")
def flatten_both(x, W, b):
    flat = tf.reshape(x, [x.shape[0], -1])
    return flat @ tf.reshape(W, [-1, W.shape[0]]) + b


@wrong("flatten_order", "the weights are taken for channels-last")
def flatten_weights_misread(x, W, b):
    kernel = tf.transpose(tf.reshape(W, [-1, *x.shape[1:]]), [0, 3, 1, 2])
    flat = tf.reshape(x, [x.shape[0], -1])
    return tf.matmul(flat, tf.reshape(kernel, W.shape), transpose_b=True) + b


@wrong("flatten_order", "the bias is missing")
def flatten_no_bias(x, W, b):
    flat = tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0], -1])
    return flat @ tf.transpose(W)


# find_the_bug


@right("find_the_bug")
def relax_sliced(u, target, steps):
    us, errors = [], []
    for _ in range(steps):
        u = tf.concat([u[:1], (u[:-2] + u[2:]) / 2, u[-1:]], axis=0)
        errors.append(tf.reduce_mean((u - tf.squeeze(target, axis=1)) ** 2))
        us.append(u)
    return us, errors


@right("find_the_bug")
def relax_in_place_at_once(u, target, steps):
    u = tf.Variable(u)
    us = []
    for _ in range(steps):
        # The right side is complete before anything is written.
        u[1:-1].assign((u[:-2] + u[2:]) / 2)
        us.append(u.numpy())
    us = tf.stack(us)
    return us, tf.reduce_mean((us - tf.transpose(target)) ** 2, axis=1)


@right("find_the_bug")
def relax_convolved(u, target, steps):
    kernel = tf.constant([0.5, 0.0, 0.5], dtype=u.dtype)[:, None, None]
    us, errors = [], []
    for _ in range(steps):
        inner = tf.nn.conv1d(u[None, :, None], kernel, 1, "VALID")[0, :, 0]
        u = tf.concat([u[:1], inner, u[-1:]], axis=0)
        errors.append(tf.reduce_mean(tf.square(u[:, None] - target)))
        us.append(u)
    return us, errors


@right("find_the_bug")
def relax_masked(u, target, steps):
    place = tf.range(u.shape[0])
    inside = (place > 0) & (place < u.shape[0] - 1)
    us, errors = [], []
    for _ in range(steps):
        u = tf.where(inside, (tf.roll(u, 1, 0) + tf.roll(u, -1, 0)) / 2, u)
        errors.append(tf.reduce_mean((u - tf.reshape(target, [-1])) ** 2))
        us.append(u)
    return us, errors


@wrong("find_the_bug", "the neighbours are new already")
def relax_alias(u, target, steps):
    u = tf.Variable(u)
    us, errors = [], []
    for _ in range(steps):
        for i in range(1, u.shape[0] - 1):
            u[i].assign((u[i - 1] + u[i + 1]) / 2)
        errors.append(tf.reduce_mean((u - target[:, 0]) ** 2))
        us.append(tf.identity(u))
    return us, errors


@wrong("find_the_bug", "every entry against every target")
def relax_broadcast(u, target, steps):
    u = tf.Variable(u)
    us, errors = [], []
    for _ in range(steps):
        old = tf.identity(u)
        for i in range(1, u.shape[0] - 1):
            u[i].assign((old[i - 1] + old[i + 1]) / 2)
        errors.append(tf.reduce_mean((u - target) ** 2))
        us.append(tf.identity(u))
    return us, errors


@wrong("find_the_bug", "both bugs are still there")
def relax_unmended(u, target, steps):
    u = tf.Variable(u)
    us, errors = [], []
    for _ in range(steps):
        old = u
        for i in range(1, u.shape[0] - 1):
            u[i].assign((old[i - 1] + old[i + 1]) / 2)
        us.append(tf.identity(u))
        difference = u - target
        errors.append(tf.reduce_mean(difference**2))
    return us, errors


@wrong("find_the_bug", "the ends move")
def relax_rolled(u, target, steps):
    us, errors = [], []
    for _ in range(steps):
        u = (tf.roll(u, 1, axis=0) + tf.roll(u, -1, axis=0)) / 2
        errors.append(tf.reduce_mean((u - target[:, 0]) ** 2))
        us.append(u)
    return us, errors


@wrong("find_the_bug", "the same tensor in every entry")
def relax_recorded_itself(u, target, steps):
    u = tf.Variable(u)
    us, errors = [], []
    for _ in range(steps):
        u[1:-1].assign((u[:-2] + u[2:]) / 2)
        errors.append(tf.reduce_mean((u - target[:, 0]) ** 2))
        us.append(u)
    return us, errors


@wrong("find_the_bug", "recorded before the step")
def relax_recorded_early(u, target, steps):
    us, errors = [], []
    for _ in range(steps):
        errors.append(tf.reduce_mean((u - target[:, 0]) ** 2))
        us.append(u)
        u = tf.concat([u[:1], (u[:-2] + u[2:]) / 2, u[-1:]], axis=0)
    return us, errors
