"""Answers to the exercises on fans and on scaled draws.

The same arithmetic works on the tensors of both frameworks.
"""

import math

from grader.judging.variant import right, wrong


@right("fans")
def unpacked(torch_kernels, keras_kernels):
    def both(outputs, inputs, *window):
        size = math.prod(window)
        return inputs * size, outputs * size

    pairs = [both(*kernel.shape) for kernel in torch_kernels]
    for kernel in keras_kernels:
        *window, inputs, outputs = kernel.shape
        pairs.append(both(outputs, inputs, *window))
    return [a for a, _ in pairs], [b for _, b in pairs]


@right("fans")
def all_weights_shared_out(torch_kernels, keras_kernels):
    # Of all weights each output channel has an equal share, each input channel too.
    fan_in, fan_out = [], []
    for kernel in torch_kernels:
        total = math.prod(kernel.shape)
        fan_in.append(total // kernel.shape[0])
        fan_out.append(total // kernel.shape[1])
    for kernel in keras_kernels:
        total = math.prod(kernel.shape)
        fan_in.append(total // kernel.shape[-1])
        fan_out.append(total // kernel.shape[-2])
    return fan_in, fan_out


@right("fans")
def one_after_the_other(torch_kernels, keras_kernels):
    (o1, i1), (o2, i2, h2, w2) = (tuple(k.shape) for k in torch_kernels)
    (i3, o3), (h4, w4, i4, o4) = (tuple(k.shape) for k in keras_kernels)
    fan_in = [i1, i2 * h2 * w2, i3, i4 * h4 * w4]
    fan_out = [o1, o2 * h2 * w2, o3, o4 * h4 * w4]
    return fan_in, fan_out


@wrong("fans", "the window is left out")
def channels_alone(torch_kernels, keras_kernels):
    fan_in = [k.shape[1] for k in torch_kernels]
    fan_out = [k.shape[0] for k in torch_kernels]
    fan_in += [k.shape[-2] for k in keras_kernels]
    fan_out += [k.shape[-1] for k in keras_kernels]
    return fan_in, fan_out


@wrong("fans", "the window is left out of fan_out")
def outputs_alone(torch_kernels, keras_kernels):
    fan_in = [math.prod(k.shape[1:]) for k in torch_kernels]
    fan_out = [k.shape[0] for k in torch_kernels]
    fan_in += [math.prod(k.shape[:-1]) for k in keras_kernels]
    fan_out += [k.shape[-1] for k in keras_kernels]
    return fan_in, fan_out


@wrong("fans", "the window's height counts twice")
def square_of_the_height(torch_kernels, keras_kernels):
    (o1, i1), (o2, i2, h2, _) = (tuple(k.shape) for k in torch_kernels)
    (i3, o3), (h4, _, i4, o4) = (tuple(k.shape) for k in keras_kernels)
    fan_in = [i1, i2 * h2**2, i3, i4 * h4**2]
    fan_out = [o1, o2 * h2**2, o3, o4 * h4**2]
    return fan_in, fan_out


@wrong("fans", "the window's width counts twice")
def square_of_the_width(torch_kernels, keras_kernels):
    (o1, i1), (o2, i2, _, w2) = (tuple(k.shape) for k in torch_kernels)
    (i3, o3), (_, w4, i4, o4) = (tuple(k.shape) for k in keras_kernels)
    fan_in = [i1, i2 * w2**2, i3, i4 * w4**2]
    fan_out = [o1, o2 * w2**2, o3, o4 * w4**2]
    return fan_in, fan_out


@wrong("fans", "fan_in and fan_out are exchanged")
def exchanged(torch_kernels, keras_kernels):
    fan_in, fan_out = [], []
    for kernel in torch_kernels:
        i, o, *window = kernel.shape
        fan_in.append(i * math.prod(window))
        fan_out.append(o * math.prod(window))
    for kernel in keras_kernels:
        *window, o, i = kernel.shape
        fan_in.append(i * math.prod(window))
        fan_out.append(o * math.prod(window))
    return fan_in, fan_out


@wrong("fans", "Keras kernels read in PyTorch's order")
def all_as_torch(torch_kernels, keras_kernels):
    fan_in, fan_out = [], []
    for kernel in torch_kernels + keras_kernels:
        o, i, *window = kernel.shape
        fan_in.append(i * math.prod(window))
        fan_out.append(o * math.prod(window))
    return fan_in, fan_out


@wrong("fans", "PyTorch kernels read in Keras's order")
def all_as_keras(torch_kernels, keras_kernels):
    fan_in, fan_out = [], []
    for kernel in torch_kernels + keras_kernels:
        *window, i, o = kernel.shape
        fan_in.append(i * math.prod(window))
        fan_out.append(o * math.prod(window))
    return fan_in, fan_out


@right("glorot_bound")
def by_the_bound(u):
    a = math.sqrt(6 / sum(u.shape))
    return 2 * a * u - a


@right("glorot_bound")
def by_the_std(u):
    # U(0, 1) has the mean 1/2 and the variance 1/12.
    std = math.sqrt(2 / (u.shape[0] + u.shape[1]))
    return (u - 0.5) * math.sqrt(12) * std


@right("glorot_bound")
def between_both_ends(u):
    bound = math.sqrt(3) * ((u.shape[0] + u.shape[1]) / 2) ** -0.5
    return (1 - u) * -bound + u * bound


@wrong("glorot_bound", "only positive weights")
def never_negative(u):
    return math.sqrt(6 / sum(u.shape)) * u


@wrong("glorot_bound", "half as wide")
def half_width(u):
    return math.sqrt(6 / sum(u.shape)) * (u - 0.5)


@wrong("glorot_bound", "the standard deviation as the bound")
def std_as_bound(u):
    return math.sqrt(2 / sum(u.shape)) * (2 * u - 1)


@wrong("glorot_bound", "only fan_in counts")
def fan_in_alone(u):
    return math.sqrt(6 / u.shape[0]) * (2 * u - 1)


@wrong("glorot_bound", "the root is missing")
def no_root(u):
    return 6 / sum(u.shape) * (2 * u - 1)


@wrong("glorot_bound", "a variance of 1 over the sum of the fans")
def sum_for_mean(u):
    return math.sqrt(3 / sum(u.shape)) * (2 * u - 1)


@right("kaiming_std")
def gain_over_root(z):
    _, inputs, height, width = z.shape
    return z * math.sqrt(2) / math.sqrt(inputs * height * width)


@right("kaiming_std")
def root_of_a_variance(z):
    variance = 2 / math.prod(z.shape[1:])
    return variance**0.5 * z


@right("kaiming_std")
def all_weights_by_outputs(z):
    fan_in = math.prod(z.shape) // z.shape[0]
    return z / (fan_in / 2) ** 0.5


@wrong("kaiming_std", "the variance as the factor")
def scaled_by_variance(z):
    return z * 2 / math.prod(z.shape[1:])


@wrong("kaiming_std", "the gain is missing")
def lecun(z):
    return z / math.sqrt(math.prod(z.shape[1:]))


@wrong("kaiming_std", "the gain is squared")
def two_outside(z):
    return z * 2 / math.sqrt(math.prod(z.shape[1:]))


@wrong("kaiming_std", "fan_out in place of fan_in")
def outputs_counted(z):
    fan = z.shape[0] * z.shape[2] * z.shape[3]
    return z * (2 / fan) ** 0.5


@wrong("kaiming_std", "the window is left out")
def without_window(z):
    return z * (2 / z.shape[1]) ** 0.5


@wrong("kaiming_std", "the window's height counts twice")
def square_of_its_height(z):
    return z * (2 / (z.shape[1] * z.shape[2] ** 2)) ** 0.5


@wrong("kaiming_std", "the window's width counts twice")
def square_of_its_width(z):
    return z * (2 / (z.shape[1] * z.shape[3] ** 2)) ** 0.5


@wrong("kaiming_std", "the shape is read as Keras's")
def keras_order(z):
    return z * (2 / math.prod(z.shape[:3])) ** 0.5


@right("torch_default")
def cancelled(u, v):
    bound = 1 / math.sqrt(u.shape[0])
    return bound * (2 * u - 1), bound * (2 * v - 1)


@right("torch_default")
def as_the_source_has_it(u, v):
    gain = math.sqrt(2 / (1 + math.sqrt(5) ** 2))
    std = gain / math.sqrt(u.shape[0])
    bound = math.sqrt(3) * std
    W = -bound + (bound - -bound) * u
    return W, (v - 0.5) * 2 / math.sqrt(u.shape[0])


@right("torch_default")
def shifted_first(u, v):
    root = u.shape[0] ** 0.5
    return (u - 0.5) / (root / 2), (v - 0.5) / (root / 2)


@wrong("torch_default", "He's bound")
def he_uniform(u, v):
    bound = math.sqrt(6 / u.shape[0])
    return bound * (2 * u - 1), bound * (2 * v - 1)


@wrong("torch_default", "Glorot's bound")
def glorot_uniform(u, v):
    bound = math.sqrt(6 / sum(u.shape))
    return bound * (2 * u - 1), bound * (2 * v - 1)


@wrong("torch_default", "a standard deviation of 1 over the root")
def lecun_uniform(u, v):
    bound = math.sqrt(3 / u.shape[0])
    return bound * (2 * u - 1), bound * (2 * v - 1)


@wrong("torch_default", "fan_out in place of fan_in")
def torch_axis(u, v):
    bound = 1 / math.sqrt(u.shape[1])
    return bound * (2 * u - 1), bound * (2 * v - 1)


@wrong("torch_default", "the bias is zero")
def as_keras_bias(u, v):
    return (2 * u - 1) / math.sqrt(u.shape[0]), 0 * v


@wrong("torch_default", "the bias by its own length")
def bias_alone(u, v):
    b = (2 * v - 1) / math.sqrt(v.shape[0])
    return (2 * u - 1) / math.sqrt(u.shape[0]), b


@wrong("torch_default", "the root is missing")
def rootless(u, v):
    bound = 1 / u.shape[0]
    return bound * (2 * u - 1), bound * (2 * v - 1)
