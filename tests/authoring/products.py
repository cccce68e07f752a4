"""What the frameworks multiply to where TF32 is emulated, for tests.

    python -m tests.authoring.products torch

A process of its own for each: what is replaced in a framework stays so. Prints, by the
way of computing, ``x @ w`` and its gradients by ``x`` and ``w`` along ``c``, or the
convolution of ``image`` by ``kernel`` and the gradients of its square.
"""

import json
import shutil
import sys
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from grader.authoring.running import tf32
from grader.learner.answering.answers import answers

draw = np.random.default_rng(0)


def twelve_bits(*shape: int) -> np.ndarray:
    """Numbers from 1 to 2 that TF32 rounds; four products of them then are exact."""
    return np.float32(1 + draw.integers(0, 2**12, shape) / 2**12)


x, w, c = twelve_bits(3, 2, 2)
image, kernel = twelve_bits(1, 2, 2, 1), twelve_bits(2, 2, 1, 1)
large = draw.standard_normal((2, 200, 200)).astype("float32")


def error(product: np.ndarray) -> float:
    """Of the product of ``large``, as a share of the product's own spread."""
    exact = large[0].astype("float64") @ large[1]
    return float((product - exact).std() / exact.std())


def torch() -> dict[str, object]:
    import torch
    import torch._inductor.config as inductor

    torch.set_float32_matmul_precision("high")

    # Worth their time only to whoever compiles more than once.
    inductor.cpp_cache_precompile_headers = inductor.cpp.vec_isa_ok = False

    def both_ways(f: Callable, *arrays: np.ndarray) -> list[torch.Tensor]:
        factors = [torch.tensor(a, requires_grad=True) for a in arrays]
        y = f(*factors)
        onto = torch.tensor(c) if y.shape == (2, 2) else 2 * y.detach()
        return [y.detach(), *torch.autograd.grad(y, factors, onto)]

    def product(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
        return x @ w

    def convolved(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
        return torch.conv2d(x.permute(0, 3, 1, 2), w.permute(3, 2, 0, 1))

    a, b = torch.tensor(x), torch.tensor(w)
    found = {
        "eagerly": both_ways(product, x, w),
        "in batches": both_ways(lambda x, w: (x[None] @ w[None])[0], x, w),
        "in a graph": both_ways(torch.compile(product, backend="aot_eager"), x, w),
        "convolved": both_ways(convolved, image, kernel),
        "in float64": a.double() @ b.double(),
        "beside a bias": torch.addmm(torch.full((2, 2), 1 / 3), a, b) - a @ b,
        "error": error((torch.tensor(large[0]) @ torch.tensor(large[1])).numpy()),
    }
    if shutil.which("c++"):
        found["compiled"] = both_ways(torch.compile(product), x, w)
    answers(lambda: found.update({"in a check": a @ b}), "torch", "[{}]")
    torch.set_float32_matmul_precision("highest")
    return found | {"switched off": a @ b}


def tensorflow() -> dict[str, object]:
    import keras
    import tensorflow as tf

    def both_ways(f: Callable, *arrays: np.ndarray) -> list[tf.Tensor]:
        factors = [tf.Variable(a) for a in arrays]
        with tf.GradientTape() as tape:
            y = f(*factors)
            end = y * c if y.shape == (2, 2) else y**2
        return [y, *tape.gradient(end, factors)]

    def product(x: tf.Tensor, w: tf.Tensor) -> tf.Tensor:
        return x @ w

    def convolved(x: tf.Tensor, w: tf.Tensor) -> tf.Tensor:
        return tf.nn.conv2d(x, w, 1, "VALID")

    def loop(x: tf.Tensor, w: tf.Tensor) -> tf.Tensor:
        zero = [tf.constant(0), tf.zeros((2, 2))]
        return tf.while_loop(lambda n, y: n < 1, lambda n, y: (n + 1, y + x @ w), zero)[
            1
        ]

    dense = keras.layers.Dense(2, use_bias=False)
    dense.build((None, 2))
    dense.set_weights([w])
    a, b = tf.constant(x), tf.constant(w)
    traced = partial(tf.function, autograph=False)
    graph = traced(product)
    nodes = graph.get_concrete_function(a, b).graph.get_operations()
    with tf.autodiff.ForwardAccumulator(a, tf.constant(c)) as forward:
        ahead = forward.jvp(a @ b)
    found = {
        "eagerly": both_ways(product, x, w),
        "in batches": both_ways(lambda x, w: (x[None] @ w[None])[0], x, w),
        "as a sum": both_ways(lambda x, w: tf.einsum("ij,jk->ik", x, w), x, w),
        "in a graph": both_ways(graph, x, w),
        "compiled": both_ways(traced(product, jit_compile=True), x, w),
        "in a loop": both_ways(traced(loop), x, w),
        "convolved": both_ways(convolved, image, kernel),
        "convolved in a graph": both_ways(traced(convolved), image, kernel),
        "by a layer": dense(a),
        "forward": ahead,
        "in float64": tf.cast(a, "float64") @ tf.cast(b, "float64"),
        "error": error((large[0] @ tf.constant(large[1])).numpy()),
        "seen": [node.type for node in nodes],
    }
    answers(lambda: found.update({"in a check": a @ b}), "tensorflow", "[{}]")
    tf.config.experimental.enable_tensor_float_32_execution(False)
    return found | {"switched off": a @ b, "off in a graph": traced(product)(a, b)}


def plain(value: object) -> object:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(part) for part in value]
    return value if isinstance(value, str | float) else np.asarray(value).tolist()


if __name__ == "__main__":
    tf32.emulate()
    found = {"torch": torch, "tensorflow": tensorflow}[sys.argv[1]]()
    print(json.dumps({name: plain(value) for name, value in found.items()}))
