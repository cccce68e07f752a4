"""Answers on settings of optimizers and losses, carried over."""

import numpy as np

from grader.judging.variant import right, wrong


@right("align_settings")
def factor_by_convention(momentum, rate, parts, beta, convention):
    factor = parts / beta
    if convention == "keras":
        factor = 1 / factor
    return 1 - momentum, rate * factor


@right("align_settings")
def two_branches(momentum, rate, parts, beta, convention):
    if convention == "torch":
        return 1 - momentum, rate * parts / beta
    return 1 - momentum, rate / parts * beta


@right("align_settings")
def signed_power(momentum, rate, parts, beta, convention):
    sign = {"torch": 1, "keras": -1}[convention]
    return 1 - momentum, rate * np.float64(parts / beta) ** sign


@wrong("align_settings", "the momentum is taken over")
def same_momentum(momentum, rate, parts, beta, convention):
    factor = parts / beta if convention == "torch" else beta / parts
    return momentum, rate * factor


@wrong("align_settings", "the rate is taken over")
def same_rate(momentum, rate, parts, beta, convention):
    return 1 - momentum, rate


@wrong("align_settings", "the parts are left out")
def beta_only(momentum, rate, parts, beta, convention):
    return 1 - momentum, rate / beta if convention == "torch" else rate * beta


@wrong("align_settings", "beta is left out")
def parts_only(momentum, rate, parts, beta, convention):
    return 1 - momentum, rate * parts if convention == "torch" else rate / parts


@wrong("align_settings", "beta goes the other way")
def times_beta(momentum, rate, parts, beta, convention):
    factor = parts * beta
    return 1 - momentum, rate * factor if convention == "torch" else rate / factor


@wrong("align_settings", "the parts go the other way")
def through_parts(momentum, rate, parts, beta, convention):
    factor = 1 / (parts * beta)
    return 1 - momentum, rate * factor if convention == "torch" else rate / factor


@wrong("align_settings", "the other direction")
def turned_over(momentum, rate, parts, beta, convention):
    factor = parts / beta
    return 1 - momentum, rate / factor if convention == "torch" else rate * factor


@wrong("align_settings", "always from torch to Keras")
def into_keras(momentum, rate, parts, beta, convention):
    return 1 - momentum, rate * parts / beta


@wrong("align_settings", "always from Keras to torch")
def into_torch(momentum, rate, parts, beta, convention):
    return 1 - momentum, rate * beta / parts


@right("adam_epsilon")
def whole_array(epsilon, beta2, steps, convention):
    root = np.sqrt(1 - beta2 ** np.arange(1, steps + 1))
    return epsilon * root if convention == "torch" else epsilon / root


@right("adam_epsilon")
def step_by_step(epsilon, beta2, steps, convention):
    power, epsilons = 1.0, []
    for _ in range(steps):
        power *= beta2
        root = (1 - power) ** 0.5
        epsilons.append(epsilon * root if convention == "torch" else epsilon / root)
    return epsilons


@right("adam_epsilon")
def signed_exponent(epsilon, beta2, steps, convention):
    exponent = 0.5 if convention == "torch" else -0.5
    t = np.linspace(1, steps, steps)
    return epsilon * (-np.expm1(t * np.log(beta2))) ** exponent


@wrong("adam_epsilon", "the other direction")
def turned_round(epsilon, beta2, steps, convention):
    root = np.sqrt(1 - beta2 ** np.arange(1, steps + 1))
    return epsilon / root if convention == "torch" else epsilon * root


@wrong("adam_epsilon", "always multiplied")
def times_root(epsilon, beta2, steps, convention):
    return epsilon * np.sqrt(1 - beta2 ** np.arange(1, steps + 1))


@wrong("adam_epsilon", "always divided")
def through_root(epsilon, beta2, steps, convention):
    return epsilon / np.sqrt(1 - beta2 ** np.arange(1, steps + 1))


@wrong("adam_epsilon", "epsilon is taken over")
def same_epsilon(epsilon, beta2, steps, convention):
    return [epsilon] * steps


@wrong("adam_epsilon", "the root is missing")
def correction_itself(epsilon, beta2, steps, convention):
    c = 1 - beta2 ** np.arange(1, steps + 1)
    return epsilon * c if convention == "torch" else epsilon / c


@wrong("adam_epsilon", "every step is the first")
def beta_without_power(epsilon, beta2, steps, convention):
    root = np.sqrt(1 - beta2)
    value = epsilon * root if convention == "torch" else epsilon / root
    return np.full(steps, value)


@wrong("adam_epsilon", "the steps are counted from 0")
def range_from_0(epsilon, beta2, steps, convention):
    root = np.sqrt(1 - beta2 ** np.arange(steps))
    with np.errstate(divide="ignore"):
        return epsilon * root if convention == "torch" else epsilon / root


@wrong("adam_epsilon", "beta2 in place of 1 less beta2")
def power_itself(epsilon, beta2, steps, convention):
    root = np.sqrt(beta2 ** np.arange(1, steps + 1))
    return epsilon * root if convention == "torch" else epsilon / root


@right("class_weights")
def taken_by_label(losses, labels, weights, convention):
    weight = weights[labels]
    divisor = weight.sum() if convention == "torch" else len(labels)
    share = weight / divisor
    return share, (share * losses).sum()


@right("class_weights")
def loop_over_examples(losses, labels, weights, convention):
    total, divisor = 0.0, 0.0
    for loss, label in zip(losses, labels, strict=True):
        total += float(weights[label]) * float(loss)
        divisor += float(weights[label]) if convention == "torch" else 1
    return [weights[label] / divisor for label in labels], total / divisor


@right("class_weights")
def one_hot_and_average(losses, labels, weights, convention):
    weight = np.eye(len(weights))[labels] @ weights
    if convention == "torch":
        return weight / weight.sum(), np.average(losses, weights=weight)
    return weight / len(weight), np.mean(weight * losses)


@wrong("class_weights", "the other framework's divisor")
def swapped(losses, labels, weights, convention):
    weight = weights[labels]
    share = weight / (weight.sum() if convention == "keras" else len(labels))
    return share, share @ losses


@wrong("class_weights", "always divided by the sum of the weights")
def weighted_mean(losses, labels, weights, convention):
    weight = weights[labels]
    return weight / weight.sum(), np.average(losses, weights=weight)


@wrong("class_weights", "always divided by n")
def mean_of_products(losses, labels, weights, convention):
    weight = weights[labels]
    return weight / len(weight), (weight * losses).mean()


@wrong("class_weights", "the sum over the classes")
def sum_of_weights(losses, labels, weights, convention):
    share = weights[labels] / weights.sum()
    return share, share @ losses


@wrong("class_weights", "divided by the number of classes")
def length_of_weights(losses, labels, weights, convention):
    share = weights[labels] / len(weights)
    return share, share @ losses


@wrong("class_weights", "no mean at all")
def weights_as_shares(losses, labels, weights, convention):
    share = weights[labels]
    return share, share @ losses


@wrong("class_weights", "no weights at all")
def plain_mean(losses, labels, weights, convention):
    return np.full(len(losses), 1 / len(losses)), losses.mean()


@wrong("class_weights", "divided by the weights")
def inverse_weights(losses, labels, weights, convention):
    weight = 1 / weights[labels]
    share = weight / (weight.sum() if convention == "torch" else len(labels))
    return share, share @ losses


@wrong("class_weights", "a mean of the weighted losses")
def mean_of_shares(losses, labels, weights, convention):
    weight = weights[labels]
    share = weight / (weight.sum() if convention == "torch" else len(labels))
    return share, np.mean(share * losses)


@wrong("class_weights", "the sum over the classes, for PyTorch")
def each_class_once(losses, labels, weights, convention):
    of_example = weights[labels]
    divisor = weights.sum() if convention == "torch" else len(labels)
    share = of_example / divisor
    return share, (share * losses).sum()


@wrong("class_weights", "shares without a divisor")
def loss_alone_divided(losses, labels, weights, convention):
    _, loss = taken_by_label(losses, labels, weights, convention)
    return weights[labels], loss
