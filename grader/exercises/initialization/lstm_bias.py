"""PyTorch's two LSTM biases as the one of Keras, with an open forget gate.

Source: Jozefowicz et al., An Empirical Exploration of Recurrent Network
Architectures, 2015, section 2.2, for the forget gate's bias of 1.
"""

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    units = int(rng.integers(2, 5))
    bound = 1 / np.sqrt(units)
    one, other = rng.uniform(-bound, bound, size=(2, 4 * units))
    return {"b_ih": one.astype(np.float32), "b_hh": other.astype(np.float32)}


def _reference(b_ih: np.ndarray, b_hh: np.ndarray) -> np.ndarray:
    """b_ih + b_hh with 1 for the forget gate, the second of the four: (4 units,).

    All are float64; the gates' order, i, f, g, o, is that of both frameworks.
    """
    return _with_gate(b_ih + b_hh, 1, 1.0)


def _with_gate(bias: np.ndarray, gate: int, value: float | np.ndarray) -> np.ndarray:
    """The bias with another value in one of its four quarters."""
    gates = bias.reshape(4, -1).copy()
    gates[gate] = value
    return gates.ravel()


def _added(b_ih: np.ndarray, b_hh: np.ndarray) -> np.ndarray:
    bias = b_ih + b_hh
    return _with_gate(bias, 1, 1 + np.split(bias, 4)[1])


def _zeros(b_ih: np.ndarray, b_hh: np.ndarray) -> np.ndarray:
    return _reference(np.zeros_like(b_ih), np.zeros_like(b_hh))


def _interleaved(b_ih: np.ndarray, b_hh: np.ndarray) -> np.ndarray:
    bias = b_ih + b_hh
    bias[1::4] = 1.0
    return bias


_MISTAKES = (
    Mistake(
        "the forget gate gets 2",
        "Your forget gate's bias is 2, as if each of the two vectors had a 1 there.",
        "Which number does the gate see, when PyTorch adds b_ih and b_hh?",
        compute=lambda b_ih, b_hh: _with_gate(b_ih + b_hh, 1, 2.0),
    ),
    Mistake(
        "1 is added",
        "You add 1 to the forget gate's bias. It should be 1 whatever was there.",
        "What does the exercise say of the numbers that PyTorch drew for this gate?",
        compute=_added,
    ),
    Mistake(
        "the input gate is set",
        "The first quarter of your bias is 1, which is the input gate's.",
        "Write the four gates in their order, each beside its range of indices.",
        compute=lambda b_ih, b_hh: _with_gate(b_ih + b_hh, 0, 1.0),
    ),
    Mistake(
        "the candidate is set",
        "The third quarter of your bias is 1, which is that of the candidate g.",
        "Write the four gates in their order, each beside its range of indices.",
        compute=lambda b_ih, b_hh: _with_gate(b_ih + b_hh, 2, 1.0),
    ),
    Mistake(
        "every fourth entry is set",
        "You set entries 1, 5, 9 and so on: as if the gates took turns.",
        "A gate's entries lie side by side. How many are there, and where does the "
        "second gate begin?",
        compute=_interleaved,
    ),
    Mistake(
        "the other gates are zero",
        "Your forget gate is right. The other three gates have lost their numbers.",
        "What becomes of the biases that PyTorch drew for the other gates?",
        compute=_zeros,
    ),
    Mistake(
        "only b_ih counts",
        "Your forget gate is right. In the other gates b_hh is missing.",
        "What does PyTorch do with its two biases before a gate's activation?",
        compute=lambda b_ih, b_hh: _reference(b_ih, np.zeros_like(b_hh)),
    ),
)

LSTM_BIAS = Exercise(
    id="initialization.lstm_bias",
    title="One bias for an LSTM, with the forget gate open",
    points=1,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("bias",),
    mistakes=_MISTAKES,
    hints=(
        "Both vectors are four pieces of equal length, one for each gate. Add them "
        "up, then replace one piece.",
        "torch: torch.split, torch.chunk, torch.cat, or a slice of a clone\n"
        "TensorFlow: tf.split, tf.concat (a tensor can't be changed in place)",
        "total = one vector of both\n"
        "cut total into the four gates\n"
        "join them again, with ones of the same length for the forget gate",
    ),
)
