"""Answers about optimizers' settings."""

import numpy as np

from grader.judging.variant import right, wrong


@right("align_sgd")
def by_coefficients(rate, weight_decay, n):
    learning_rate = rate / n
    l2 = rate * weight_decay / (2 * learning_rate)
    return learning_rate, l2


@right("align_sgd")
def directly(rate, weight_decay, n):
    return rate / n, n * weight_decay / 2


@right("align_sgd")
def as_array(rate, weight_decay, n):
    per_example, half = np.array([rate / n, 0.5 * weight_decay])
    return per_example, half * n


@wrong("align_sgd", "the factor 2 of the square is missing")
def no_half(rate, weight_decay, n):
    return rate / n, weight_decay * n


@wrong("align_sgd", "twice instead of half")
def doubled(rate, weight_decay, n):
    return rate / n, 2 * weight_decay * n


@wrong("align_sgd", "the decay is not scaled")
def decay_as_it_was(rate, weight_decay, n):
    return rate / n, weight_decay / 2


@wrong("align_sgd", "the decay is scaled the other way")
def decay_over_n(rate, weight_decay, n):
    return rate / n, weight_decay / (2 * n)


@wrong("align_sgd", "the sum of the losses is not used")
def without_n(rate, weight_decay, n):
    return rate, weight_decay / 2


@wrong("align_sgd", "the rate is scaled the other way")
def times_n(rate, weight_decay, n):
    return rate * n, weight_decay * n / 2


@right("decayed_steps")
def two_branches(w, gradients, rate, momentum, decay, convention):
    velocity = np.zeros_like(w)
    found = []
    for gradient in gradients:
        if convention == "torch":
            velocity = momentum * velocity + (gradient + decay * w)
            w = w - rate * velocity
        else:
            w = w - rate * decay * w
            velocity = momentum * velocity + gradient
            w = w - rate * velocity
        found.append(w)
    return np.array(found)


@right("decayed_steps")
def keras_velocity(w, gradients, rate, momentum, decay, convention):
    coupled = decay if convention == "torch" else 0.0
    shrinks = 1 - rate * (decay - coupled)
    velocity = 0.0
    found = []
    for gradient in gradients:
        velocity = momentum * velocity - rate * (gradient + coupled * w)
        w = shrinks * w + velocity
        found.append(w)
    return found


@right("decayed_steps")
def element_by_element(w, gradients, rate, momentum, decay, convention):
    found = np.zeros((len(gradients), len(w)))
    for i in range(len(w)):
        weight, velocity = float(w[i]), 0.0
        for step in range(len(gradients)):
            velocity = momentum * velocity + float(gradients[step, i])
            if convention == "torch":
                velocity += decay * weight
                weight -= rate * velocity
            else:
                weight -= rate * decay * weight + rate * velocity
            found[step, i] = weight
    return found


@wrong("decayed_steps", "the other framework's decay")
def branches_swapped(w, gradients, rate, momentum, decay, convention):
    velocity = np.zeros_like(w)
    found = []
    for gradient in gradients:
        if convention == "keras":
            velocity = momentum * velocity + (gradient + decay * w)
            w = w - rate * velocity
        else:
            velocity = momentum * velocity + gradient
            w = (1 - rate * decay) * w - rate * velocity
        found.append(w)
    return np.array(found)


@wrong("decayed_steps", "the decay is not multiplied by the rate")
def without_rate(w, gradients, rate, momentum, decay, convention):
    velocity = np.zeros_like(w)
    found = []
    for gradient in gradients:
        if convention == "torch":
            velocity = momentum * velocity + rate * gradient + decay * w
            w = w - velocity
        else:
            velocity = momentum * velocity + rate * gradient
            w = (1 - decay) * w - velocity
        found.append(w)
    return np.array(found)


@wrong("decayed_steps", "the decay as a penalty")
def derivative_of_square(w, gradients, rate, momentum, decay, convention):
    velocity = np.zeros_like(w)
    found = []
    for gradient in gradients:
        if convention == "torch":
            velocity = momentum * velocity + gradient + 2 * decay * w
            w = w - rate * velocity
        else:
            velocity = momentum * velocity + gradient
            w = w - 2 * rate * decay * w - rate * velocity
        found.append(w)
    return np.array(found)


@wrong("decayed_steps", "no momentum")
def forgets(w, gradients, rate, momentum, decay, convention):
    found = []
    for gradient in gradients:
        w = w - rate * (gradient + decay * w)
        found.append(w)
    return np.array(found)


@wrong("decayed_steps", "the velocity as a mean")
def running_mean(w, gradients, rate, momentum, decay, convention):
    velocity = np.zeros_like(w)
    found = []
    for gradient in gradients:
        if convention == "torch":
            gradient = gradient + decay * w
        else:
            w = w - rate * decay * w
        velocity = momentum * velocity + (1 - momentum) * gradient
        w = w - rate * velocity
        found.append(w)
    return np.array(found)


@wrong("decayed_steps", "no decay")
def plain_momentum(w, gradients, rate, momentum, decay, convention):
    velocity = np.zeros_like(w)
    found = []
    for gradient in gradients:
        velocity = momentum * velocity + gradient
        w = w - rate * velocity
        found.append(w)
    return np.array(found)


@wrong("decayed_steps", "always PyTorch's convention")
def decayed_steps_in_torch(w, gradients, rate, momentum, decay, convention):
    return two_branches(w, gradients, rate, momentum, decay, "torch")


@wrong("decayed_steps", "always Keras's convention")
def decayed_steps_in_keras(w, gradients, rate, momentum, decay, convention):
    return two_branches(w, gradients, rate, momentum, decay, "keras")


@wrong("decayed_steps", "the decay of the new weights")
def shrinks_last(w, gradients, rate, momentum, decay, convention):
    if convention == "torch":
        return two_branches(w, gradients, rate, momentum, decay, convention)
    u, path = np.zeros_like(w), []
    for g in gradients:
        u = momentum * u + g
        w = w - rate * u
        w = w - rate * decay * w
        path.append(w)
    return np.stack(path)
