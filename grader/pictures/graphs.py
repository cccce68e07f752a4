"""Computational graphs, read from the live objects of either framework.

Neither framework is imported: objects are recognised by their attributes. A PyTorch
tensor has ``grad_fn``; a TensorFlow concrete function and an FX module have ``graph``;
a number of the autograd lesson's own engine has ``edges``. Reading gives a plain
``Graph``; ``plots.graph`` draws it without knowing where it came from.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

# Computes nothing: TensorFlow adds one per returned value.
_COPIES = {"Identity", "NoOp"}


@dataclass(frozen=True)
class Graph:
    """Nodes by key, and edges from each input value to the values computed from it.

    Attributes:
        labels: key -> text in the node.
        edges: (input, operation) pairs of keys; a pair occurs twice if used twice.
        leaves: keys of the nodes that were given, not computed.
        backward: keys of the nodes of a backward pass.
        arrows: ``"gradients"`` if drawn against the edges, else ``"values"``.
        slopes: one text per edge, or no texts.
    """

    labels: dict[str, str]
    edges: tuple[tuple[str, str], ...]
    leaves: frozenset[str]
    backward: frozenset[str]
    arrows: str
    slopes: tuple[str, ...] = ()


def read_torch(tensor: Any, names: Mapping[str, object] | None = None) -> Graph:
    """The graph that PyTorch recorded for ``tensor``, from it back to the leaves."""
    called = {id(leaf): name for name, leaf in (names or {}).items()}
    keys: dict[Any, str] = {}
    labels: dict[str, str] = {}
    edges: list[tuple[str, str]] = []
    leaves: set[str] = set()
    pending = [tensor.grad_fn]
    while pending:
        function = pending.pop()
        if function in keys:
            continue
        key = keys[function] = f"n{len(keys)}"
        leaf = getattr(function, "variable", None)
        if leaf is None:
            labels[key] = function.name()
        else:
            labels[key] = called.get(id(leaf), "leaf")
            leaves.add(key)
        pending += [before for before, _ in function.next_functions if before]
    for function, key in keys.items():
        for before, _ in function.next_functions:
            if before:
                edges.append((keys[before], key))
    return Graph(
        labels, tuple(edges), frozenset(leaves), frozenset(labels) - leaves, "gradients"
    )


def read_tensorflow(concrete: Any) -> Graph:
    """The operations of a concrete function, except copies of its results."""
    operations = [
        op for op in concrete.graph.get_operations() if op.type not in _COPIES
    ]
    labels: dict[str, str] = {}
    leaves: set[str] = set()
    backward: set[str] = set()
    for op in operations:
        given = op.type == "Placeholder"
        labels[op.name] = op.name if given else op.type
        if given:
            leaves.add(op.name)
        if op.name.startswith("gradient_tape/"):
            backward.add(op.name)
    edges = [
        (value.op.name, op.name)
        for op in operations
        for value in op.inputs
        if value.op.name in labels
    ]
    return Graph(labels, tuple(edges), frozenset(leaves), frozenset(backward), "values")


def read_fx(module: Any) -> Graph:
    """The operations of a ``torch.fx`` module, without its one ``output`` node."""
    nodes = [node for node in module.graph.nodes if node.op != "output"]
    leaves = {node.name for node in nodes if node.op in ("placeholder", "get_attr")}
    labels = {
        node.name: node.name
        if node.op == "placeholder"
        # An operator names its overload too, as in mul.Tensor.
        else getattr(node.target, "__name__", str(node.target)).split(".")[0]
        for node in nodes
    }
    # If a node uses a value twice, the value is twice among its inputs.
    edges = [
        (value.name, node.name)
        for node in nodes
        for value in _inputs(node.args, node.kwargs)
    ]
    return Graph(labels, tuple(edges), frozenset(leaves), frozenset(), "values")


def _inputs(*given: Any) -> Iterator[Any]:
    """The nodes among an FX node's arguments, in their order."""
    for value in given:
        if isinstance(value, Mapping):
            yield from _inputs(*value.values())
        elif isinstance(value, list | tuple):
            yield from _inputs(*value)
        elif hasattr(value, "op") and hasattr(value, "users"):
            yield value


def read_engine(end: Any, names: Mapping[str, Any] | None = None) -> Graph:
    """The numbers that ``end`` was computed from, as the lesson's engine links them.

    Each number has ``value``, ``grad`` and ``edges``: pairs of an input number and the
    local slope. A box holds the value and below it the gradient.
    """
    called = {id(number): name for name, number in (names or {}).items()}
    numbers: dict[int, Any] = {}
    pending = [end]
    while pending:
        number = pending.pop()
        if id(number) not in numbers:
            numbers[id(number)] = number
            pending += [source for source, _ in number.edges]
    labels = {}
    for key, number in numbers.items():
        name = f"{called[key]} = " if key in called else ""
        labels[str(key)] = f"{name}{number.value:.3g}\ngrad {number.grad:.3g}"
    edges = [
        (str(id(source)), str(key), f"{slope:.3g}")
        for key, number in numbers.items()
        for source, slope in number.edges
    ]
    return Graph(
        labels,
        tuple(edge[:2] for edge in edges),
        leaves=frozenset(str(key) for key, one in numbers.items() if not one.edges),
        backward=frozenset(),
        arrows="gradients",
        slopes=tuple(slope for *_, slope in edges),
    )


def read(live: object, names: Mapping[str, object] | None = None) -> Graph:
    """Read ``live`` with the reader for its framework.

    Raises:
        TypeError: ``live`` has no graph; the message says what to pass.
    """
    if getattr(live, "grad_fn", None) is not None:
        return read_torch(live, names)
    if hasattr(getattr(live, "graph", None), "get_operations"):
        return read_tensorflow(live)
    if hasattr(getattr(live, "graph", None), "nodes"):
        return read_fx(live)
    if hasattr(live, "edges"):
        return read_engine(live, names)
    raise TypeError(
        "no graph to draw: pass a PyTorch result that requires a gradient, a "
        "torch.fx module, or what get_concrete_function() of a tf.function returns"
    )


def places(graph: Graph) -> dict[str, tuple[float, float]]:
    """The place of each node: its column is the longest path from an input.

    Returns:
        key -> (column, row), rows centred on 0.
    """
    sources: dict[str, list[str]] = {key: [] for key in graph.labels}
    users: dict[str, list[str]] = {key: [] for key in graph.labels}
    for before, after in graph.edges:
        sources[after].append(before)
        users[before].append(after)

    @cache
    def depth(key: str) -> int:
        return max((depth(before) + 1 for before in sources[key]), default=0)

    # An input stands just before its first user, not in a heap on the left.
    columns = {
        key: depth(key)
        if sources[key] or not users[key]
        else min(depth(after) for after in users[key]) - 1
        for key in graph.labels
    }
    rows: dict[str, float] = {}
    for column in range(max(columns.values()), -1, -1):
        here = [key for key in graph.labels if columns[key] == column]
        # A node goes near its users, already placed to the right: few edges cross.
        pull = {
            key: sum(rows.get(after, 0.0) for after in users[key])
            / max(1, len(users[key]))
            for key in here
        }
        # Arrows that skip a column bend downwards, so their nodes go below.
        jump = {key: max((columns[a] for a in users[key]), default=0) for key in here}
        here.sort(key=lambda key: (-pull[key], jump[key]))
        middle = (len(here) - 1) / 2
        rows |= {key: middle - place for place, key in enumerate(here)}
    return {key: (columns[key], rows[key]) for key in graph.labels}
