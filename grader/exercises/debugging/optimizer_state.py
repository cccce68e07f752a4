"""Bytes that an optimizer keeps from one step to the next."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from math import prod

import numpy as np

from grader.exercises.debugging.dtypes import ITEM
from grader.judging import Case, Compute, Exercise, Mistake

Shapes = list[list[int]]

# How many arrays of a parameter's shape each optimizer keeps for it.
KEPT = {"sgd": 0, "momentum": 1, "rmsprop": 1, "adam": 2, "adadelta": 2, "amsgrad": 3}
STEP = 4  # bytes of the float32 counter that PyTorch keeps for each parameter
COUNTED = {"rmsprop", "adam", "adadelta", "amsgrad"}
SETTINGS = 12  # bytes of Keras's step counter, int64, and its rate, float32


def _draw(
    rng: np.random.Generator, optimizers: Sequence[str], dtypes: Sequence[str]
) -> Case:
    widths = rng.choice(np.arange(3, 13), size=rng.integers(4, 6), replace=False)
    layers = [
        [[int(before), int(after)], [int(after)]] for before, after in pairwise(widths)
    ]
    first, *others = (layers[n] for n in rng.permutation(len(layers)))
    bias = int(rng.integers(len(others)))
    frozen = [*first, others[bias].pop()]
    # A parameter with one element is no counter.
    trained = [*(shape for layer in others for shape in layer), [1]]
    return {
        "trained": trained,
        "frozen": frozen,
        "optimizer": str(rng.choice(optimizers)),
        "dtype": str(rng.choice(dtypes)),
    }


def _reference(
    trained: Shapes, frozen: Shapes, optimizer: str, dtype: str
) -> tuple[int, int]:
    """(state, total): bytes of the state, and of parameters, gradients and state.

    For each trained parameter there is a gradient, and there are ``KEPT`` arrays of its
    shape and dtype: for Adam see Kingma and Ba, arXiv:1412.6980, algorithm 1.
    """
    return _counted(trained, frozen, optimizer, dtype)


def _counted(
    trained: Shapes,
    frozen: Shapes,
    optimizer: str,
    dtype: str,
    *,
    size: Callable[[list[int]], int] = prod,
    item: Callable[[str], int] = ITEM.__getitem__,
    state_item: Callable[[str], int] | None = None,
    kept: Callable[[str], int] = KEPT.__getitem__,
) -> tuple[int, int]:
    live, fixed = (sum(map(size, shapes)) for shapes in (trained, frozen))
    state = kept(optimizer) * live * (state_item or item)(dtype)
    return state, item(dtype) * (2 * live + fixed) + state


def _all_trained(
    trained: Shapes, frozen: Shapes, optimizer: str, dtype: str
) -> tuple[int, int]:
    return _counted(trained + frozen, [], optimizer, dtype)


def _state_of_frozen(
    trained: Shapes, frozen: Shapes, optimizer: str, dtype: str
) -> tuple[int, int]:
    right, total = _counted(trained, frozen, optimizer, dtype)
    state, _ = _all_trained(trained, frozen, optimizer, dtype)
    return state, total - right + state


def _no_frozen(
    trained: Shapes, frozen: Shapes, optimizer: str, dtype: str
) -> tuple[int, int]:
    return _counted(trained, [], optimizer, dtype)


def _no_gradients(
    trained: Shapes, frozen: Shapes, optimizer: str, dtype: str
) -> tuple[int, int]:
    state, total = _counted(trained, frozen, optimizer, dtype)
    gradients, _ = _counted(trained, frozen, "momentum", dtype)
    return state, total - gradients


def _with_counters(
    trained: Shapes, frozen: Shapes, optimizer: str, dtype: str
) -> tuple[int, int]:
    state, total = _counted(trained, frozen, optimizer, dtype)
    more = STEP * len(trained) if optimizer in COUNTED else 0
    return state + more, total + more


def _with_settings(
    trained: Shapes, frozen: Shapes, optimizer: str, dtype: str
) -> tuple[int, int]:
    state, total = _counted(trained, frozen, optimizer, dtype)
    return state + SETTINGS, total + SETTINGS


def _kept(**others: int) -> Compute:
    """As if some optimizers kept another number of arrays."""
    return partial(_counted, kept=lambda name: others.get(name, KEPT[name]))


_MISTAKES = (
    Mistake(
        "frozen parameters are trained too",
        "You count gradients and state for the frozen parameters as well.",
        "Which parameters get a gradient, and which of them does the optimizer hold?",
        compute=_all_trained,
    ),
    Mistake(
        "frozen parameters have a state",
        "You count no gradients for frozen parameters, but a state.",
        "For which parameters does the optimizer make arrays of its own? Print its "
        "state after a step.",
        compute=_state_of_frozen,
    ),
    Mistake(
        "frozen parameters take no room",
        "Your state is right. In total, frozen parameters are missing: they have no "
        "gradient and no state, but they are in memory.",
        "Of which arrays does the total consist for a frozen parameter?",
        compute=_no_frozen,
    ),
    Mistake(
        "the gradients are left out",
        "Your state is right. In total, the gradients are missing.",
        "A trained parameter has three kinds of arrays. Which?",
        compute=_no_gradients,
    ),
    Mistake(
        "measured before the first step",
        "Your state is 0 for every optimizer. PyTorch's optimizers make their arrays "
        "in the first step.",
        "When do you look into the state?",
        compute=partial(_counted, kept=lambda name: 0),
    ),
    Mistake(
        "PyTorch's counters are counted",
        "You count the step counters too, which PyTorch keeps for each parameter. "
        "They are left out here.",
        "Print the shapes of all arrays in the state. Which of them have no axes?",
        compute=_with_counters,
    ),
    Mistake(
        "Keras's counter and rate are counted",
        "You count Keras's step counter and learning rate too. They are left out here.",
        "Print the shapes of all variables of the optimizer. Which of them have no "
        "axes?",
        compute=_with_settings,
    ),
    Mistake(
        "4 bytes for every dtype",
        "You count 4 bytes for each number. Only float32 has 4 bytes.",
        "How many bits does each dtype have in its name?",
        compute=partial(_counted, item=lambda dtype: 4),
    ),
    Mistake(
        "the state is always float32",
        "Your state is counted with 4 bytes for each number. These optimizers keep it "
        "in the dtype of the parameters.",
        "Print the dtype of an array in the state after a step with float16.",
        compute=partial(_counted, state_item=lambda dtype: 4),
    ),
    Mistake(
        "numbers instead of bytes",
        "You return how many numbers there are. Asked for are their bytes.",
        "How many bytes does one number of this dtype take?",
        compute=partial(_counted, item=lambda dtype: 1),
    ),
    Mistake(
        "bits instead of bytes",
        "Your numbers are 8 times too large: the dtype's name has bits.",
        "How many bits are a byte?",
        compute=partial(_counted, item=lambda dtype: 8 * ITEM[dtype]),
    ),
    Mistake(
        "the axes are added, not multiplied",
        "You count rows plus columns of a matrix.",
        "How many numbers does a matrix of shape [3, 4] have?",
        compute=partial(_counted, size=sum),
    ),
    Mistake(
        "one array for Adam and Adadelta",
        "You count one array for each parameter where Adam and Adadelta keep two.",
        "Adam divides one running mean by the root of another.",
        compute=_kept(adam=1, adadelta=1),
    ),
    Mistake(
        "AMSGrad keeps what Adam keeps",
        "You count two arrays for AMSGrad. It remembers one thing more than Adam.",
        "AMSGrad divides by the largest value so far. Where is that value kept?",
        compute=_kept(amsgrad=2),
    ),
)

OPTIMIZER_STATE = Exercise(
    id="debugging.optimizer_state",
    title="What an optimizer carries along",
    points=2,
    # Each mistake shows in one of them at least.
    cases=(
        partial(_draw, optimizers=("sgd", "momentum", "rmsprop"), dtypes=("float32",)),
        partial(_draw, optimizers=("adam", "adadelta"), dtypes=("float16", "bfloat16")),
        partial(_draw, optimizers=("amsgrad",), dtypes=("float64",)),
    ),
    reference=_reference,
    returns=("state", "total"),
    mistakes=_MISTAKES,
    hints=(
        "Measure it: make parameters of these shapes, let the optimizer do one step, "
        "and add up what lies in its state. Then the total is a sum of three kinds of "
        "arrays.",
        'torch: torch.zeros; getattr(torch, "float16") is a dtype; set .grad; step(); '
        "optimizer.state is a dict that has a dict for each parameter; "
        "Tensor.nbytes, Tensor.ndim\n"
        "TensorFlow: keras.Variable(np.zeros(shape), dtype=dtype); "
        "apply(gradients, variables); optimizer.variables; "
        "np.prod of the shape; tf.as_dtype(dtype).size",
        "parameters of both kinds = zeros of each shape, in the dtype\n"
        "give the trained ones a gradient of ones, and let the optimizer do a step\n"
        "state = bytes of all arrays in its state that have an axis\n"
        "total = bytes of both kinds of parameters, of the gradients, and state",
    ),
)
