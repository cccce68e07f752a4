"""A captured graph, edited: each tanh becomes a ReLU."""

from itertools import pairwise

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Outcome = tuple[np.ndarray, int]


def _draw(rng: np.random.Generator) -> Case:
    sizes = rng.integers(2, 5, size=rng.integers(4, 6))
    rows = int(rng.integers(2, 5))
    while True:
        weights = [
            rng.normal(size=(m, n)).astype(np.float32) for m, n in pairwise(sizes)
        ]
        x = rng.normal(size=(rows, sizes[0])).astype(np.float32)
        # No small difference of large terms, which float32 gives few digits of.
        if np.abs(_reference(x, weights)[0]).max() > 0.5:
            return {"x": x, "weights": weights}


def relu(x: np.ndarray) -> np.ndarray:
    """max(x, 0), entry by entry."""
    return np.maximum(x, 0)


def _forward(
    x: np.ndarray, weights: list[np.ndarray], acts: list[Compute]
) -> np.ndarray:
    """``network`` of the locked cell with these activations between its layers."""
    for weight, act in zip(weights, acts, strict=False):
        x = act(x @ weight)
    return x @ weights[-1]


def _reference(x: np.ndarray, weights: list[np.ndarray]) -> Outcome:
    """(y, edited): the edited graph's output, and how many nodes were edited."""
    count = len(weights) - 1
    return _forward(x, weights, [relu] * count), count


def _unedited(x: np.ndarray, weights: list[np.ndarray]) -> Outcome:
    count = len(weights) - 1
    return _forward(x, weights, [np.tanh] * count), count


def _first_only(x: np.ndarray, weights: list[np.ndarray]) -> Outcome:
    acts = [relu] + [np.tanh] * (len(weights) - 2)
    return _forward(x, weights, acts), 1


def _on_top(x: np.ndarray, weights: list[np.ndarray]) -> Outcome:
    count = len(weights) - 1
    return _forward(x, weights, [lambda y: relu(np.tanh(y))] * count), count


def _removed(x: np.ndarray, weights: list[np.ndarray]) -> Outcome:
    count = len(weights) - 1
    return _forward(x, weights, [lambda y: y] * count), count


def _output_too(x: np.ndarray, weights: list[np.ndarray]) -> Outcome:
    y, count = _reference(x, weights)
    return relu(y), count + 1


_MISTAKES = (
    Mistake(
        "the old graph still runs",
        "You counted the right nodes, and the output is that of the unedited network.",
        "What runs is made from the graph. When was it made, before the edit or "
        "after it?",
        compute=_unedited,
    ),
    Mistake(
        "only the first node is edited",
        "One tanh has become a ReLU; the others are as before.",
        "Go through all nodes of the graph.",
        compute=_first_only,
    ),
    Mistake(
        "the ReLU comes on top of the tanh",
        "Each tanh is still there, and a ReLU follows it.",
        "Change the node that is there, or lead everyone who uses it to the new one "
        "and take the new one's input from before the tanh.",
        compute=_on_top,
    ),
    Mistake(
        "the tanh is removed and nothing put in",
        "No activation is left: your output is x times all weights.",
        "Each node's users need the ReLU's value, not the tanh's input.",
        compute=_removed,
    ),
    Mistake(
        "a ReLU after the last layer",
        "You put a ReLU behind the last layer too, where there was no tanh.",
        "Edit the nodes that are a tanh, and no others.",
        compute=_output_too,
    ),
)

EDIT_GRAPH = Exercise(
    id="graphs.edit_graph",
    title="Edit a graph",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("y", "edited"),
    mistakes=_MISTAKES,
    hints=(
        "Capture network as a graph, look for the nodes that are a tanh, change what "
        "they do, and make something that runs from the changed graph.",
        "torch: torch.fx.symbolic_trace(f) is a module; graph.nodes, node.target, "
        "recompile()\n"
        "TensorFlow: get_concrete_function(...).graph.as_graph_def() is a copy of the "
        "graph as data; each of its .node has .op; rebuilt makes a function of it",
        "capture the network\n"
        "for each node that is a tanh: let it be a ReLU, and count it\n"
        "make the changed graph run: regenerate its code, or rebuild it\n"
        "call it on x\n"
        "return the output and the count",
    ),
)
