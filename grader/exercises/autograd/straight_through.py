"""A custom gradient: the straight-through estimator of a sign function.

Formula: Hubara et al., Binarized Neural Networks, 2016, equation 4.
"""

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake


def _cases(rng: np.random.Generator) -> Case:
    # Beyond 1 on both sides, inside on both, and exactly 1 and -1, where the gradient
    # passes; none other near the steps at 0 and 1.
    inside = rng.uniform(0.15, 0.85, size=int(rng.integers(2, 5)))
    outside = rng.uniform(1.2, 2.0, size=int(rng.integers(2, 5)))
    for group in (inside, outside):
        group[0] *= -1
        group[2:] *= rng.choice([-1, 1], size=len(group) - 2)
    x = rng.permutation(np.concatenate([inside, outside, [-1.0, 1.0]]))
    return {
        "x": x.astype(np.float32),
        "t": rng.uniform(-0.8, 0.8, size=len(x)).astype(np.float32),
    }


def _mask(x: np.ndarray) -> np.ndarray:
    return np.abs(x) <= 1


def _loss(q: np.ndarray, t: np.ndarray) -> np.ndarray:
    return np.mean((q - t) ** 2)


def _by_q(q: np.ndarray, t: np.ndarray) -> np.ndarray:
    return 2 * (q - t) / len(t)


def _passed(q: np.ndarray, t: np.ndarray, through: np.ndarray) -> np.ndarray:
    # Not a product, which would leave zeros with a sign.
    return np.where(through, _by_q(q, t), 0.0)


def _reference(x: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """L = mean((q - t)^2) of q = sign(x), and dL/dx with dq/dx := 1 where |x| <= 1.

    dL/dx, x and t have the shape (n,) and are float64.
    """
    q = np.sign(x)
    return _loss(q, t), _passed(q, t, _mask(x))


def _with_gradient(gradient: Compute) -> Compute:
    return lambda x, t: (_loss(np.sign(x), t), gradient(x, t))


def _clipped(x: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    q = np.clip(x, -1, 1)
    return _loss(q, t), _passed(q, t, _mask(x))


STRAIGHT_THROUGH = Exercise(
    id="autograd.straight_through",
    title="A straight-through estimator",
    points=3,
    cases=_cases,
    reference=_reference,
    returns=("L", "dL/dx"),
    derivatives=("dL/dx",),
    mistakes=(
        Mistake(
            "the sign's own gradient",
            "Your gradient is 0 everywhere: that is the true derivative of a step, "
            "and nothing could be learned from it.",
            "The backward pass has to be told what to do instead. Where do you say so?",
            compute=_with_gradient(lambda x, t: np.zeros_like(x)),
        ),
        Mistake(
            "the gradient passes everywhere",
            "Entries with |x| > 1 have a gradient too, and should have 0.",
            "The estimator looks at x in the backward pass. Does yours?",
            compute=_with_gradient(lambda x, t: _by_q(np.sign(x), t)),
        ),
        Mistake(
            "only one side is cut off",
            "Entries below -1 have a gradient, and should have 0.",
            "Try your condition on x = -2.",
            compute=_with_gradient(lambda x, t: _passed(np.sign(x), t, x <= 1)),
        ),
        Mistake(
            "stopped at 1 and -1 as well",
            "Entries with |x| = 1 exactly have gradient 0, and should have one. All "
            "others are right.",
            "Read the condition in the formula once more, and try yours on x = 1. "
            "Where a function of the framework masks for you, look at its gradient "
            "there.",
            compute=_with_gradient(lambda x, t: _passed(np.sign(x), t, np.abs(x) < 1)),
        ),
        Mistake(
            "the mask is inverted",
            "The gradient passes where |x| > 1, and nowhere else.",
            "Try your condition on x = 0.5.",
            compute=_with_gradient(lambda x, t: _passed(np.sign(x), t, ~_mask(x))),
        ),
        Mistake(
            "the incoming gradient is dropped",
            "Your gradient is 1 where |x| <= 1 and 0 elsewhere: the loss has no say "
            "in it.",
            "A backward pass receives the gradient by its output. What does the "
            "chain rule do with it?",
            compute=_with_gradient(lambda x, t: _mask(x).astype(float)),
        ),
        Mistake(
            "x in place of its sign",
            "Your loss is that of x itself: the forward pass does not quantise.",
            "The two passes use different functions. Print q: it holds -1 and 1.",
            compute=lambda x, t: (_loss(x, t), _by_q(x, t)),
        ),
        Mistake(
            "clipped, not quantised",
            "Your forward pass clips x to [-1, 1]. The gradient of clipping is the "
            "right one to imitate; its value is not.",
            "The two passes use different functions. Print q: it holds -1 and 1.",
            compute=_clipped,
        ),
        Mistake(
            "sum instead of mean",
            "L and its gradient are n times too large.",
            "Read the loss again: what happens to the n squared differences?",
            compute=lambda x, t: tuple(len(t) * part for part in _reference(x, t)),
        ),
    ),
    hints=(
        "Give the forward pass one function and the backward pass another: the "
        "value of sign(x), the gradient of clipping to [-1, 1].",
        "torch: torch.autograd.Function with forward and backward, or .detach()\n"
        "TensorFlow: @tf.custom_gradient, or tf.stop_gradient",
        "forward(x): the value is sign(x); remember x\n"
        "backward(g): g is dL/dq; return g where the gradient may pass, else 0\n"
        "track x\nq = your function of x\nL = ...\nreturn L, and its gradient by x",
    ),
)
