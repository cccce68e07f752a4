# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Graphs: built as you go, or traced first
#
# After this lesson you can
#
# - say what a trace keeps of your Python and what it throws away,
# - predict when `tf.function` and `torch.compile` trace again, and stop it,
# - find a graph break, and mend it,
# - read, draw, edit and export a graph,
# - say what a compiler gains in launches, memory and time, and when it
#   loses.
#
# | Section | Minutes |
# |---|---|
# | 1. A tracer of our own | 8 |
# | 2. How often does Python run? | 5 |
# | 3. When is it traced again? | 7 |
# | 4. A branch that depends on data | 7 |
# | 5. A graph to read, edit, and walk back | 7 |
# | 6. A graph to take away | 4 |
# | 7. Where the error points | 6 |
# | 8. How it was done before | 3 |
# | 9. What a compiler gains | 8 |
#
# Exercises are in
# [03_graphs_exercises](../exercises/03_graphs/03_graphs_exercises.ipynb).

# %% tags=["torch", "nbval-ignore-output"] pair="setup"
import torch

print("torch", torch.__version__)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="setup"
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import tensorflow as tf
tf.config.set_visible_devices([], "GPU")  # CPU alone
print("tensorflow", tf.__version__)

# %%
import logging, operator, re
import numpy as np
from grader import agree, predict, reveal
from grader.learner import graph_plots, plots
from grader.learner.graph_measure import best, lines_named, peak

logging.disable(logging.ERROR)  # spares you pages


def refused(call, *inputs):
    try:
        call(*inputs)
    except Exception as error:
        return str(error)
    return "not refused"

# %% [markdown]
# ## 1. A tracer of our own
#
# A function prints, then multiplies. You call it three times, and it prints
# once. How?
#
# Here is the engine of the autograd lesson in short. It builds its **graph
# as you go**: each operation adds a node, and the next call begins anew.

# %%
class Scalar:
    def __init__(self, value, *edges):
        self.value, self.edges = value, edges
        self.grad = 0.0
        Scalar.made.append(self)

    def __add__(self, other):
        total = self.value + other.value
        return Scalar(total, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        a, b = self.value, other.value
        return Scalar(a * b, (self, b), (other, a))

# %%
def gradient(f, *values):
    Scalar.made = []
    inputs = [Scalar(value) for value in values]
    f(*inputs).grad = 1.0
    for node in reversed(Scalar.made):
        for source, slope in node.edges:
            source.grad = slope * node.grad + source.grad
    return [scalar.grad for scalar in inputs]

# %% [markdown]
# A **tracer** calls your function *once*, with symbols for numbers. A symbol
# computes nothing: it writes down what you do to it. The record is a
# program of rows `[op, i, j]`: `i` and `j` number values, the inputs
# first, then one per row. By hand, for $(ab)(ab + a)$ with $a$, $b$ as
# values 0 and 1: `mul 0 1` makes value 2, `add 2 0` value 3, `mul 2 3`
# the result.

# %%
class Symbol:
    def __init__(self, number):
        self.number = number

    def record(self, op, other):
        known = isinstance(other, Symbol)
        j = other.number if known else float(other)
        Symbol.rows.append([op, self.number, j])
        return Symbol(Symbol.inputs + len(Symbol.rows) - 1)

    def __add__(self, other): return self.record("add", other)
    def __mul__(self, other): return self.record("mul", other)
    __radd__, __rmul__ = __add__, __mul__

# %%
def trace(f, inputs):
    Symbol.rows, Symbol.inputs = [], inputs
    ends = f(*[Symbol(k) for k in range(inputs)])
    ends = ends if isinstance(ends, list) else [ends]
    return Symbol.rows, [end.number for end in ends]


def replay(traced, *values):
    rows, ends = traced
    values, do = list(values), {"add": operator.add,
                                "mul": operator.mul}
    for op, i, j in rows:
        right = values[j] if isinstance(j, int) else j
        values.append(do[op](values[i], right))
    return [values[end] for end in ends]

# %%
log = []


def f(a, b):
    log.append("Python")
    c = a * b
    return c * (c + a)


traced = trace(f, 2)
print(*traced[0], sep="\n")
agree(replay(traced, 2.0, 3.0), [48.0])
agree(replay(traced, 1.0, 4.0), [20.0])
assert log == ["Python"]

# %% [markdown]
# The replay asks no Python of yours. So whatever is not an operation on
# symbols happens at the trace, once, and is **baked in**: a branch, a
# random number, the `log.append`. A branch *on a symbol* can't be taken at
# all, since a symbol has no value. *Predict the two replays of `odd`.*
#
# And since the engine only adds and multiplies, symbols can flow through
# *it*: then the way back is a program too. Some of its rows multiply by 1
# or add 0. That is what makes traces worth their trouble: a program known
# as a whole can be *improved* before it runs.
#
# **You try:** which rows change if `f` ends in `(c + a) * c`? Then
# `graphs.replay`, `graphs.record`, `graphs.backward_replay`.

# %%
predict("graphs.replays", ..., a="equal", b="different")
def odd(a, b):
    c = a * np.random.rand()
    return c + b if polite else c * b

polite = True
traced = trace(odd, 2)
polite = False
once, again = replay(traced, 1, 5), replay(traced, 1, 5)
assert once == again and once[0] > 5
reveal("graphs.replays", "a" if once == again else "b")

message = refused(trace, lambda a: a if a > 0 else -a, 1)
print(message)
assert "'>' not supported" in message

# %%
traced = trace(lambda a, b: gradient(f, a, b), 2)
print(len(traced[0]), "rows")
agree(replay(traced, 2.0, 3.0), gradient(f, 2.0, 3.0))
wasted = [row for row in traced[0] if row[2] in (0.0, 1.0)
          and isinstance(row[2], float)]
print("of them, times 1 or plus 0:", len(wasted))
assert wasted

# %% [markdown]
# ## 2. How often does Python run?
#
# Both frameworks run as you go by default, and trace when
# asked. <!-- shown: default, runs -->
# Two calls: how long is `log`, on either side?

# %% tags=["torch"] pair="runs"
def f(x):
    log.append("Python")
    return x * 2


log, fast = [], torch.compile(f, backend="eager")
fast(torch.ones(2)), fast(torch.ones(2))
print(log)
assert len(log) == 2

# %% tags=["tensorflow"] pair="runs"
def f(x):
    log.append("Python")
    return x * 2


log, fast = [], tf.function(f)
fast(tf.ones(2)), fast(tf.ones(2))
print(log)
assert len(log) == 1

# %% [markdown]
# `tf.function` is our tracer: Python runs once. <!-- shown: runs -->
# `torch.compile` reads the *bytecode* instead (**Dynamo**), and what a
# trace does to your lists, each call does again. <!-- shown: runs -->
#
# A **backend** gets the graphs that Dynamo finds; one of our own counts
# them. <!-- shown: prints -->
# Now, a `print` in the middle. For PyTorch it is a **graph break**: Dynamo
# makes two graphs, and Python runs what lies between. <!-- shown: prints -->
# In TensorFlow it prints at the trace alone, but `tf.print` is an operation
# and prints at each call. <!-- shown: prints -->

# %% tags=["torch"]
graphs = []


def counting(graph, inputs):
    graphs.append(graph)
    return graph.forward

# %% tags=["torch"] pair="prints"
def f(x):
    y = torch.sin(x)
    print("Python runs")
    return y * 2


fast = torch.compile(f, backend=counting)
fast(torch.ones(2)), fast(torch.ones(2))
assert len(graphs) == 2

# %% tags=["tensorflow"] pair="prints"
from pathlib import Path
from tempfile import mkdtemp

printed = Path(mkdtemp(), "printed")


@tf.function
def fast(x):
    print("Python runs")
    tf.print(x, output_stream=f"file://{printed}")


fast(tf.constant(1)), fast(tf.constant(2))
assert printed.read_text() == "1\n2\n"

# %% [markdown]
# ## 3. When is it traced again?
#
# A trace is kept with conditions for its use, and a call that meets none of
# them makes a new one. Which of these sizes do? *Predict both pictures.*

# %% tags=["torch"] pair="made"
def made_torch(calls, **how):  # graphs after each call
    torch.compiler.reset(), graphs.clear()
    fast = torch.compile(lambda x, k: x * k,
                         backend=counting, **how)
    return [(fast(*c), len(graphs))[1] for c in calls]

# %% tags=["tensorflow"] pair="made"
def made_tf(calls, **how):  # graphs after each call
    fast = tf.function(lambda x, k=2.0: x * k, **how)
    count = fast.experimental_get_tracing_count
    return [(fast(*c), count())[1] for c in calls]

# %% tags=["torch"] pair="shapes"
sizes = [2, 3, 4, 5, 1]
calls = [(torch.ones(n), 2.0) for n in sizes]
rows = {f"dynamic={d}": made_torch(calls, dynamic=d)
        for d in (None, False, True)}
graph_plots.traces(rows, sizes)
assert [*rows.values()] == [
    [1, 2, 2, 2, 3], [1, 2, 3, 4, 5], [1, 1, 1, 1, 2]]

# %% tags=["tensorflow"] pair="shapes"
sizes = [2, 3, 4, 5, 1]
calls = [(tf.ones(n),) for n in sizes]
spec = [tf.TensorSpec([None])]
less = {"reduce_retracing": True}
rows = {
    "default": made_tf(calls),
    "retrace less": made_tf(calls, **less),
    "signature": made_tf(calls, input_signature=spec)}
graph_plots.traces(rows, sizes)
assert [*rows.values()] == [
    [1, 2, 3, 4, 5], [1, 2, 2, 2, 2], [1, 1, 1, 1, 1]]

# %% [markdown]
# `tf.function` traces each new shape; with `reduce_retracing` it gives the
# shape up at the second, and with an `input_signature` it never had
# it. <!-- shown: shapes -->
# PyTorch gives the size up at the second by itself, or from the start with
# `dynamic=True`; a size of 1 always gets a graph of its
# own. <!-- shown: shapes -->
#
# Static graphs do *not* break when shapes change. They are traced again,
# which costs time. Next: the same tensor, times 2, 3, 4, 2.

# %% tags=["torch"] pair="scalars"
x, ks = torch.ones(3), [2.0, 3.0, 4.0, 2.0]
calls = [(x, torch.tensor(k)) for k in ks]
rows = {"Python": made_torch([(x, k) for k in ks]),
        "tensor": made_torch(calls)}
graph_plots.traces(rows, ks)
assert [*rows.values()] == [[1, 2, 2, 2], [1, 1, 1, 1]]

# %% tags=["tensorflow"] pair="scalars"
x, ks = tf.ones(3), [2.0, 3.0, 4.0, 2.0]
calls = [(x, tf.constant(k)) for k in ks]
rows = {"Python": made_tf([(x, k) for k in ks]),
        "tensor": made_tf(calls)}
graph_plots.traces(rows, ks)
assert [*rows.values()] == [[1, 2, 3, 3], [1, 1, 1, 1]]

# %% [markdown]
# A Python number is a constant of the trace, and `tf.function` makes one
# for each value. <!-- shown: scalars -->
# Dynamo lets a float vary once it has seen a second value; a tensor is an
# input in both. <!-- shown: scalars -->
#
# A harder one: `scale` below is no argument. Who notices that it has
# changed?

# %% tags=["torch"] pair="baked"
scale = 2.0
fast = torch.compile(lambda x: x * scale,
                     backend="eager")
agree(fast(torch.ones(3)), [2.0, 2, 2])
scale = 3.0
agree(fast(torch.ones(3)), [3.0, 3, 3])

# %% tags=["tensorflow"] pair="baked"
scale = 2.0
fast = tf.function(lambda x: x * scale)
agree(fast(tf.ones(3)), [2.0, 2, 2])
scale = 3.0
agree(fast(tf.ones(3)), [2.0, 2, 2])  # no error

# %% tags=["tensorflow"] name="variable"
inside = tf.function(lambda x: x * tf.Variable(2.0))
message = refused(inside, tf.ones(3))
assert "created on the first call" in message
w = tf.Variable(2.0)
fast = tf.function(lambda x: x * w)
fast(tf.ones(3)), w.assign(3.0)
agree(fast(tf.ones(3)), [3.0, 3, 3])

# %% tags=["torch"] name="limit"
calls = [(torch.ones(n), 2.0) for n in range(2, 14)]
print(made_torch(calls, dynamic=False))
assert len(graphs) == 8

# %% [markdown]
# Dynamo turns all that it read into **guards**, checked before each call:
# shapes, and the global `scale` too. <!-- shown: baked, shapes -->
# `tf.function` looks at the arguments only; what comes from elsewhere stays
# what it was at the trace, in silence. <!-- shown: baked -->
# The cure is a `tf.Variable`, made *outside*, since one made inside is
# refused. <!-- shown: variable -->
# Guards have a price as well: after 8 graphs of one function, Dynamo gives
# it up and runs it as you go. <!-- shown: limit -->
#
# **You try:** add `tf.constant([1.0], tf.float64)` or its twin to the
# calls. Is a dtype ever given up? Then `graphs.count_traces`,
# `graphs.trace_once`, `graphs.running_mean`.

# %% [markdown]
# ## 4. A branch that depends on data
#
# Our tracer refused `a > 0`. What do the others do with
# `if x.sum() > 0`, where only the data knows? Running as you go, there is
# no question: Python asks the number. By hand: $2x$ for $(1, 2)$, and
# $x - 10$ for $(-1, -2)$.

# %%
batch = np.array([[1.0, 2], [-1.0, -2]])
by_hand = [[2.0, 4], [-11.0, -12]]

# %% tags=["torch"] pair="if"
def f_torch(x):
    if x.sum() > 0:
        return x * 2
    return x - 10


xs_torch = torch.tensor(batch)
agree([*map(f_torch, xs_torch)], by_hand)

# %% tags=["tensorflow"] pair="if"
def f_tf(x):
    if tf.reduce_sum(x) > 0:
        return x * 2
    return x - 10


xs_tf = tf.constant(batch)
agree([*map(f_tf, xs_tf)], by_hand)

# %% tags=["torch"] pair="branch"
graphs.clear()
fast = torch.compile(f_torch, backend=counting)
agree([*map(fast, xs_torch)], by_hand)
assert len(graphs) == 3
whole = torch.compile(f_torch, fullgraph=True)
message = refused(whole, xs_torch[0])
assert "Data-dependent branching" in message

# %% tags=["tensorflow"] pair="branch"
fast_tf = tf.function(f_tf)
agree([*map(fast_tf, xs_tf)], by_hand)
assert fast_tf.experimental_get_tracing_count() == 1
assert "if_stmt" in tf.autograph.to_code(f_tf)
plain = tf.function(f_tf, autograph=False)
message = refused(plain, xs_tf[0])
assert "as a Python `bool` is not allowed" in message

# %% [markdown]
# TensorFlow traced once: **AutoGraph** rewrites your source, `if` into a
# call of `if_stmt`, before it traces. <!-- shown: branch -->
# Switch it off, and you meet our tracer's refusal. <!-- shown: branch -->
# PyTorch breaks the graph: one for the condition, one for each branch
# taken so far; with `fullgraph=True`, a break is an
# error. <!-- shown: branch -->
#
# All are right, but three graphs can't be improved as one. To mend the
# break, say both branches, with `torch.cond`: <!-- shown: mended -->

# %% tags=["torch"] pair="mended"
ways = lambda x: x * 2, lambda x: x - 10
mended = lambda x: torch.cond(x.sum() > 0, *ways, (x,))
graphs.clear()
fast = torch.compile(
    mended, backend=counting, fullgraph=True)
agree([*map(fast, xs_torch)], by_hand)
plots.graph(graphs[0])

# %% tags=["tensorflow"] pair="mended"
kinds = lambda concrete: [
    op.type for op in concrete.graph.get_operations()]
concrete = fast_tf.get_concrete_function(xs_tf[0])
assert "StatelessIf" in kinds(concrete)
plots.graph(concrete)

# %% [markdown]
# In both pictures the branch is one box, `cond` or `StatelessIf`, and the
# condition is an input of it like any other. Each branch is a graph of
# its own inside that box: both are traced, one runs.
#
# And loops? A Python `range` is unrolled: three products in the graph, in
# both. <!-- shown: loops -->
# Over a tensor, AutoGraph makes a `StatelessWhile`. <!-- shown: loops -->
#
# **You try:** unroll 300 steps instead of 3, and time the first call. Then
# `graphs.branch`, `graphs.gcd_loop`, `graphs.leaky_scan`.

# %% tags=["torch"] pair="loops"
def power(x, steps):
    for n in steps:
        x = x * x
    return x


graphs.clear()
fast = torch.compile(power, backend=counting)
fast(torch.ones(2), range(3))
names = [n.target for n in graphs[0].graph.nodes]
assert names.count(operator.mul) == 3

# %% tags=["tensorflow"] pair="loops"
@tf.function
def power(x, steps):
    for n in steps:
        x = x * x
    return x


x = tf.TensorSpec([2])
unrolled = power.get_concrete_function(x, range(3))
assert kinds(unrolled).count("Mul") == 3
loop = power.get_concrete_function(
    x, tf.constant([1, 2, 3]))
assert "StatelessWhile" in kinds(loop)

# %% [markdown]
# ## 5. A graph to read, edit, and walk back
#
# Once it is data, a graph can be listed, drawn, and changed by a program.
# `torch.fx` traces with symbols, as we did; <!-- no claim -->
# a **concrete function** is one trace of a `tf.function`, for one kind of
# arguments. <!-- no claim -->

# %% tags=["torch"] pair="read"
f = lambda x: torch.abs(torch.sin(x)) + x
traced = torch.fx.symbolic_trace(f)
print(traced.code.strip())
plots.graph(traced)

# %% tags=["tensorflow"] pair="read"
f = tf.function(lambda x: tf.abs(tf.sin(x)) + x)
concrete = f.get_concrete_function(tf.TensorSpec([]))
print(kinds(concrete))
plots.graph(concrete)

# %% [markdown]
# Follow `x`: it has two users, so two arrows leave it. Names of variables
# and lines of Python are gone; what is left is what depends on what.
#
# An FX graph can be edited in place: <!-- shown: edit -->

# %% tags=["torch"] name="edit"
for node in traced.graph.nodes:
    if node.target is torch.sin:
        node.target = torch.relu
traced.recompile()
agree(traced(torch.tensor([-1.0, 2.0])), [-1.0, 4.0])

# %% [markdown]
# **You try:** swap `operator.add` for `operator.mul`, and predict the
# values. Then `graphs.edit_graph`, `graphs.dead_code` and
# `graphs.common_subexpressions`.
#
# In section 1 the engine's way back became a program. PyTorch's **AOT
# autograd** makes it one before any number flows; in TensorFlow, a tape
# inside a `tf.function` does. <!-- shown: back -->
# For $\tanh(wx)$:

# %% tags=["torch"]
from functorch.compile import make_boxed_func
from torch._dynamo.backends.common import aot_autograd


def keep(graph, inputs):
    graphs.append(graph)
    return make_boxed_func(graph.forward)


aot = aot_autograd(fw_compiler=keep)

# %% tags=["torch"] pair="back"
graphs.clear()
fast = torch.compile(lambda w, x: torch.tanh(w * x),
                     backend=aot)
w = torch.tensor(2.0, requires_grad=True)
fast(w, torch.tensor(3.0)).backward()
agree(w.grad, 3 * (1 - np.tanh(6.0) ** 2))
assert len(graphs) == 2
plots.graph(graphs[1])

# %% tags=["tensorflow"] pair="back"
@tf.function
def slope(w, x):
    with tf.GradientTape() as tape:
        tape.watch(w)
        y = tf.tanh(w * x)
    return tape.gradient(y, w)


two, three = tf.constant(2.0), tf.constant(3.0)
agree(slope(two, three), 3 * (1 - np.tanh(6.0) ** 2))
plots.graph(slope.get_concrete_function(two, three))

# %% [markdown]
# Both end in the slope of tanh times $x$. PyTorch has *two* graphs, and
# this one, the way back, begins with what the other kept for it: the result
# of tanh (`detach`), and $x$ (`primals_2`). <!-- shown: back -->

# %% [markdown]
# ## 6. A graph to take away
#
# Files, servers and phones want the graph without your Python. How many
# rows may its input have? If you don't say, what the example had:

# %% tags=["torch"] pair="fixed"
class Net(torch.nn.Module):
    def forward(self, x):
        return torch.sin(x).sum(0)


two, four = torch.ones(2, 3), torch.ones(4, 3)
fixed = torch.export.export(Net(), (two,)).module()
message = refused(fixed, four)
print(message)
assert "Guard failed" in message

# %% tags=["tensorflow"] pair="fixed"
def exported(rows):
    net, folder = tf.Module(), mkdtemp()
    net.f = tf.function(
        lambda x: tf.reduce_sum(tf.sin(x), 0),
        input_signature=[tf.TensorSpec([rows, 3])])
    tf.saved_model.save(net, folder)
    return tf.saved_model.load(folder).f


message = refused(exported(2), tf.ones([4, 3]))
assert "Can not cast TensorSpec" in message

# %% tags=["torch"] pair="free"
rows = {"x": {0: torch.export.Dim("rows")}}
free = torch.export.export(
    Net(), (two,), dynamic_shapes=rows).module()
agree(free(four), 3 * [4 * np.sin(1.0)])

# %% tags=["tensorflow"] pair="free"
free = exported(None)
agree(free(tf.ones([4, 3])), 3 * [4 * np.sin(1.0)])

# %% [markdown]
# The number of rows was baked in; name the dimension that varies:
# `dynamic_shapes` in `torch.export`, `None` in TensorFlow's
# signature. <!-- shown: fixed, free -->
#
# **You try:** export section 4's branch, in either framework. Which one asks
# you to mend it first?

# %% [markdown]
# ## 7. Where the error points
#
# "Eager code fails at the line; a graph fails at a node, somewhere." So it
# is said. Each function below is wrong in its last line. Which modes name
# it? (`lines_named` looks through the whole trace and message.)

# %% tags=["torch"] pair="wrong_shape"
def wrong(x):
    return torch.sin(x) @ torch.ones(5, 5)


x, fast = torch.ones(3), torch.compile(wrong)
assert lines_named(wrong, wrong, x) == [2]
assert lines_named(wrong, fast, x) == [2]

# %% tags=["tensorflow"] pair="wrong_shape"
def wrong(x):
    return tf.matmul(tf.sin(x), tf.ones([5, 5]))


x, fast = tf.ones([1, 3]), tf.function(wrong)
assert lines_named(wrong, wrong, x) == [2]
assert lines_named(wrong, fast, x) == [2]

# %% tags=["torch"] pair="wrong_index"
def late(x, i):
    y = torch.sin(x)
    return torch.gather(y, 0, i)


x, i = torch.tensor([1.0, 2, 3]), torch.tensor([7])
fast = torch.compile(late, backend="eager")
assert lines_named(late, late, x, i) == [3]
assert lines_named(late, fast, x, i) == [1]

# %% tags=["tensorflow"] pair="wrong_index"
def late(x, i):
    y = tf.sin(x)
    return tf.gather(y, i)


x, i = tf.constant([1.0, 2, 3]), tf.constant([7])
fast = tf.function(late)
assert lines_named(late, late, x, i) == [3]
assert lines_named(late, fast, x, i) == [3]
xla = tf.function(late, jit_compile=True)
agree(xla(x, i), [np.sin(3.0)])  # the last one!

# %% [markdown]
# A wrong shape shows while tracing, when Python still runs: all four name
# the line. <!-- shown: wrong_shape -->
# A wrong *index* shows when the graph runs on numbers, and there the saying
# is wrong in both halves. `tf.function` notes for each node the line that
# made it, and names it; the compiled PyTorch function names its `def` and
# no more. <!-- shown: wrong_index -->
# Worst is silence: with `jit_compile=True` (XLA), the index 7 of 3 becomes
# the last one. <!-- shown: wrong_index -->
#
# And an error on PyTorch's way *back*, though nothing is compiled, names
# the line with `backward` and not the one at fault; anomaly detection
# shows that. <!-- shown: on_the_way_back -->

# %% tags=["torch"] name="on_the_way_back"
import warnings


def spoiled(x):
    y = torch.exp(x)
    y.add_(1)  # but exp needs its result
    y.sum().backward()


w = torch.ones(3, requires_grad=True)
assert lines_named(spoiled, spoiled, w) == [4]
with warnings.catch_warnings(record=True) as caught:
    with torch.autograd.set_detect_anomaly(True):
        refused(spoiled, w)
assert "y = torch.exp(x)" in str(caught[-1].message)

# %% [markdown]
# ## 8. How it was done before
#
# In TensorFlow 1, results had no value until a session ran the graph;
# `tf.compat.v1` still does so. <!-- shown: history -->
# PyTorch's first graphs were TorchScript, by now
# deprecated: <!-- shown: history -->
# `torch.jit.trace` bakes a branch in, with a warning; `script` compiles the
# source, branches and all. <!-- shown: history -->

# %% tags=["torch"] pair="history"
def f(x):
    if x.sum() > 0:
        return x * 2
    return x - 10


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    traced = torch.jit.trace(f, xs_torch[0])
    scripted = torch.jit.script(f)
said = {w.category.__name__ for w in caught}
assert said == {"DeprecationWarning", "TracerWarning"}
agree(scripted(xs_torch[1]), by_hand[1])
agree(traced(xs_torch[1]), 2 * batch[1])  # wrong

# %% tags=["tensorflow"] pair="history"
with tf.Graph().as_default():
    x = tf.compat.v1.placeholder(tf.float32, [])
    y = x * 2 + 1
    print(y)
    assert not hasattr(y, "numpy")  # no value yet
    with tf.compat.v1.Session() as session:
        agree(session.run(y, {x: 3.0}), 7.0)

# %% [markdown]
# ## 9. What a compiler gains
#
# Square a tensor six times, sum, and take the gradient. Run as you go,
# each step is a **launch** of its own, that reads and writes a whole
# tensor. How many, and how many would do? By hand: $y = x^{64}$ has the
# slope 64 at 1.

# %% tags=["torch"] pair="squares"
def squares_torch(x):
    for n in range(6):
        x = x * x
    return x.sum()


def slopes_torch(x, f=squares_torch):
    (dx,) = torch.autograd.grad(f(x), x)
    return dx


ones_torch = torch.ones(1000, requires_grad=True)
agree(slopes_torch(ones_torch), 1000 * [64])

# %% tags=["tensorflow"] pair="squares"
def squares_tf(x):
    for n in range(6):
        x = x * x
    return tf.reduce_sum(x)


def slopes_tf(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = squares_tf(x)
    return tape.gradient(y, x)


ones_tf = tf.ones(1000)
agree(slopes_tf(ones_tf), 1000 * [64])

# %% tags=["torch"] pair="launches"
graphs.clear()
traced = torch.compile(squares_torch, backend=aot)
slopes_torch(ones_torch, traced)
ops = [n.op for g in graphs for n in g.graph.nodes]
launches = ops.count("call_function")
print(launches, "operations, forward and back")
assert launches > 20

# %% tags=["tensorflow"] pair="launches"
fast_tf = tf.function(slopes_tf)
found = kinds(fast_tf.get_concrete_function(ones_tf))
launches = sum(kind in {"Mul", "AddN", "Sum", "Tile"}
               for kind in found)
print(launches, "operations, forward and back")
assert launches > 20

# %% tags=["torch", "nbval-ignore-output"] pair="fused"
from torch._inductor import metrics

inductor = torch.compile(squares_torch, dynamic=True)
fused = lambda x: slopes_torch(x, inductor)
try:
    agree(fused(ones_torch), 1000 * [64])
    built = metrics.generated_kernel_count
    print(built, "kernels")
except RuntimeError as error:
    print("No C++ compiler; going on without:", error)
    built, inductor = 0, traced
assert built in (0, 2)

# %% tags=["tensorflow"] pair="fused"
xla = tf.function(slopes_tf, jit_compile=True)
hlo = xla.experimental_get_compiler_ir(ones_tf)(
    stage="optimized_hlo").split("ENTRY")[1]
steps = re.findall(r"= \S+ (\w+)\(", hlo)
print(steps)
assert steps == ["parameter", "fusion"]

# %% [markdown]
# XLA makes *one* kernel of all that. <!-- shown: fused -->
# `torch.compile`'s default backend, **inductor**, needs two, forward and
# back. <!-- shown: fused -->
# (On a CPU it writes C++, and where no compiler is found, the cell says so
# and the lesson goes on.)
#
# And memory? `peak` watches the process while the gradient is taken, of
# a tensor of 38 MB.

# %% tags=["torch", "nbval-ignore-output"] pair="memory"
x = torch.ones(9 * 2**20, requires_grad=True)
held = {"as you go": peak(lambda: slopes_torch(x)),
        "compiled": peak(lambda: fused(x))}
graph_plots.bars(held, xlabel="peak memory (MB)")
assert held["as you go"] > 5 * 38
assert not built or held["compiled"] < 2 * 38

# %% tags=["tensorflow", "nbval-ignore-output"] pair="memory"
x = tf.ones(9 * 2**20)
held = {"as you go": peak(lambda: slopes_tf(x)),
        "tf.function": peak(lambda: fast_tf(x)),
        "XLA": peak(lambda: xla(x))}
graph_plots.bars(held, xlabel="peak memory (MB)")
assert held["as you go"] > held["tf.function"] > 4 * 38
assert held["XLA"] < 2 * 38

# %% [markdown]
# As you go, the six squares wait in memory for the way back. Fused kernels
# compute them again instead, and hold one tensor, the result; tracing
# *without* fusing gains far less. <!-- shown: memory -->

# %% tags=["torch", "nbval-ignore-output"] pair="times"
sizes = [8**k for k in range(1, 7)]
inputs = [torch.ones(n, requires_grad=True)
          for n in sizes]
times = lambda f: [best(lambda: f(x)) for x in inputs]
lines = {"as you go": times(slopes_torch),
         "compiled": times(fused)}
plots.curves(sizes, lines, log=True,
             xlabel="elements", ylabel="gradient (µs)")

# %% tags=["tensorflow", "nbval-ignore-output"] pair="times"
sizes = [8**k for k in range(1, 7)]
inputs = [tf.ones(n) for n in sizes]
times = lambda f: [best(lambda: f(x)) for x in inputs]
lines = {"as you go": times(slopes_tf),
         "tf.function": times(fast_tf),
         "XLA": times(xla)}
plots.curves(sizes, lines, log=True,
             xlabel="elements", ylabel="gradient (µs)")

# %% [markdown]
# On the left, lines are flat: time goes into calls and launches, not into
# numbers. On the right they rise with the size, and it matters how often
# memory is read and written.
#
# **When it loses.** A traced call has a price of its own, so for a single
# operation running as you go wins; and a shape that is new costs more than
# ten calls with one that is known. <!-- shown: price -->
#
# **You try:** replace `torch.sin` or `tf.sin` by a chain of 100. Then
# `graphs.peak_memory`.

# %% tags=["torch"] pair="price"
one = torch.compile(lambda x: torch.sin(x),
                    backend="eager", dynamic=False)
x, other = torch.ones(4), iter(range(5, 12))
eager = best(lambda: torch.sin(x), 200)
known = best(lambda: one(x), 200)
new = best(lambda: one(torch.ones(next(other))), 1)
assert known > 2 * eager and new > 10 * known

# %% tags=["tensorflow"] pair="price"
one = tf.function(tf.sin, jit_compile=True)
x, other = tf.ones(4), iter(range(5, 12))
eager = best(lambda: tf.sin(x), 200)
known = best(lambda: one(x), 200)
new = best(lambda: one(tf.ones(next(other))), 1)
assert known > 2 * eager and new > 10 * known

# %% [markdown]
# ## What to remember
#
# | | PyTorch | TensorFlow |
# |---|---|---|
# | trace | `torch.compile(f)` | `tf.function(f)` <!-- shown: runs --> |
# | your lists | as in Python | at the trace <!-- shown: runs --> |
# | your globals | guarded | baked in <!-- shown: baked --> |
# | `print` | breaks the graph | at the trace; `tf.print` <!-- shown: prints --> |
# | new shape | given up at the second | traced; `reduce_retracing` <!-- shown: shapes --> |
# | new Python float | given up at the second | traced <!-- shown: scalars --> |
# | `if` on data | breaks the graph | AutoGraph <!-- shown: branch --> |
# | in the graph | `torch.cond` | `StatelessIf` <!-- shown: mended --> |
# | way back | AOT autograd | a tape inside <!-- shown: back --> |
# | any size | `dynamic_shapes` | `None` <!-- shown: free --> |
# | fuse | inductor | `jit_compile=True` <!-- shown: fused --> |
#
# **Next:** the exercises, in their order, and the quiz below. Then
# [04 Initialization](04_initialization.ipynb).

# %% [markdown]
# ## Quiz
#
# Decide first; the cells at the end show the answers.
#
# **1.** If a `tf.function` appends to a list, and you call it with shapes
# (2,), (3,), (2,), how long is the list?
#
# - **A** 1
# - **B** 2
# - **C** 3
#
# <details><summary>Answer</summary>
#
# **B.** Python runs once per trace, and there are two shapes. A would need
# a signature that leaves the size open. C is what `torch.compile`
# does. <!-- shown: quiz, runs -->
# </details>
#
# **2.** How many graphs for `torch.compile` with sizes 4, 1, 4, 8?
#
# - **A** 2
# - **B** 3
# - **C** 4
#
# <details><summary>Answer</summary>
#
# **B.** One for 4, one for 1, which is always special, and one for 8 that
# leaves the size open. A forgets the 1; C forgets that 4 came
# before. <!-- shown: quiz -->
# </details>
#
# **3.** Your training step reads a global Python number `rate`, which you
# halve after each epoch. What happens in a `tf.function`?
#
# - **A** steps get smaller
# - **B** it is traced again
# - **C** nothing
#
# <details><summary>Answer</summary>
#
# **C.** The number was baked in at the trace, and only arguments are looked
# at again. A is what `torch.compile` gives, by a guard; B would happen if
# `rate` were an argument. <!-- shown: baked, scalars -->
# </details>
#
# **4.** The last batch of an epoch is smaller. What does `tf.function` do
# by default?
#
# - **A** raises an error
# - **B** traces once more
# - **C** pads the batch
#
# <details><summary>Answer</summary>
#
# **B.** A needs an `input_signature`, or an exported graph. C nobody does
# for you. <!-- shown: shapes, fixed -->
# </details>
#
# **5.** An index is out of range. Who says nothing?
#
# - **A** a TensorFlow function run as you go
# - **B** `tf.function`
# - **C** `tf.function` with `jit_compile=True`
#
# <details><summary>Answer</summary>
#
# **C.** XLA takes the last element. <!-- shown: wrong_index -->
# A and B raise, and name the line. <!-- shown: wrong_index -->
# </details>
#
# **6.** You compile ten sines, and ten matrix products. Where does the way
# back need to keep less than before?
#
# - **A** in the first
# - **B** in the second
# - **C** in both
#
# <details><summary>Answer</summary>
#
# **A.** Sines are cheap to compute again from their first input, so one
# tensor is kept for ten. Products are not: in B, and so in C, all inputs
# are kept as before. <!-- shown: quiz_counts -->
# </details>
#
# **7.** *Asked in interviews:* static against dynamic graphs: what is the
# difference, and what does it mean for memory?
#
# <details><summary>A model answer</summary>
#
# Built as it runs, a graph is new for each call, and any Python goes.
# Traced first, it is a program that is kept: it runs without your Python,
# can be improved as a whole, exported, and must be traced again when what
# it assumed changes. It is no longer PyTorch against TensorFlow: both run
# as you go by default, and both trace when asked. <!-- shown: default -->
# For memory, the graph itself is small. What counts are the values kept
# for the way back, which grow with depth in both kinds. A whole graph
# *allows* a compiler to fuse, so that values between are never written,
# and to compute again instead of keeping: seven tensors became one in
# section 9. <!-- shown: memory -->
# Tracing alone does not do that, and where products of matrices fill the
# memory, there is little to gain. <!-- shown: memory, quiz_counts -->
# It is wrong that dynamic graphs wait for Python's garbage collector: a
# tensor goes when its last reference does. <!-- shown: default -->
# </details>

# %% tags=["torch"] pair="quiz"
calls = [(torch.ones(n), 2.0) for n in (4, 1, 4, 8)]
print("2:", made_torch(calls))
assert len(graphs) == 3

# %% tags=["tensorflow"] pair="quiz"
calls = [(tf.ones(n),) for n in (2, 3, 2)]
print("1:", made_tf(calls))
assert made_tf(calls)[-1] == 2

# %% tags=["torch"] name="quiz_counts"
from functorch import compile as fc

cut = fc.min_cut_rematerialization_partition
aot = aot_autograd(fw_compiler=keep, partition_fn=cut)
w, kept = torch.ones(4, 4, requires_grad=True), []
for step in torch.sin, lambda x: x @ w:
    def chain(x):
        for n in range(10):
            x = step(x)
        return x.sum()
    graphs.clear()
    torch.compile(chain, backend=aot)(w)
    out = graphs[0].graph.output_node()
    kept.append(len(out.args[0]) - 1)
assert kept == [1, 10], kept

# %% tags=["torch"] pair="default"
import gc
import weakref

gc.disable()
y = torch.ones(3, requires_grad=True) * 2
assert y.grad_fn is not None  # recorded as it ran
alive = weakref.ref(y)
del y
assert alive() is None
gc.enable()

# %% tags=["tensorflow"] pair="default"
import gc
import weakref

gc.disable()
y = tf.ones(3) * 2
assert tf.executing_eagerly()
alive = weakref.ref(y)
del y
assert alive() is None
gc.enable()
