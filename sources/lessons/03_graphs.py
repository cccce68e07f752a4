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
# [03_graphs_exercises](../exercises/03_graphs/03_graphs_exercises.ipynb). <!-- no claim -->

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
import gc, logging, operator, re, weakref
import numpy as np
from grader import agree, predict, reveal
from grader.pictures import graph_plots, plots
from grader.pictures.graph_measure import (
    best, lines_named, peak, printed_by)

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
# first, then one per row (a float `j` is itself). <!-- no claim -->
# By hand, for $(ab)(ab + a)$ with $a$, $b$ as values 0 and 1: `mul 0 1`
# makes value 2, `add 2 0` value 3. <!-- shown: tracer `traced[0][:2]` -->
# `mul 2 3` makes the result. <!-- shown: tracer `48.0` -->

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

# %% name="tracer"
log = []


def f(a, b):
    log.append("Python")
    c = a * b
    return c * (c + a)


traced = trace(f, 2)
print(*traced[0], sep="\n")
agree(replay(traced, 2.0, 3.0), [48.0])
assert traced[0][:2] == [["mul", 0, 1], ["add", 2, 0]]
assert log == ["Python"]

# %% [markdown]
# The replay runs none of your Python: the append to `log` happened once, at
# the trace. <!-- shown: tracer `log ==` -->
# Whatever is not an operation on symbols is **baked in**: a branch that was
# taken, a random number that was drawn. <!-- shown: odd `once == again` -->
# A branch on `a > 0` can't be taken at all, since a symbol has no value to
# compare. <!-- shown: odd `not supported` -->
# *Predict the two replays of `odd`.* <!-- no claim -->
#
# And since the engine only adds and multiplies, symbols can flow through
# *it*: then the way back is a program too. <!-- shown: reverse `gradient` -->
# Some of its rows multiply by 1 or add 0. <!-- shown: reverse `forms` -->
# That is what makes traces worth their trouble: a program known as a whole
# can be *improved* before it runs.
#
# **You try:** which rows change if `f` ends in `(c + a) * c`? Then
# `graphs.replay`, `graphs.record`,
# `graphs.backward_replay`. <!-- try: tracer `c * (c + a)` with `(c + a) * c` -->

# %% name="odd"
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

# %% name="reverse"
traced = trace(lambda a, b: gradient(f, a, b), 2)
print(len(traced[0]), "rows")
agree(replay(traced, 2.0, 3.0), gradient(f, 2.0, 3.0))
wasted = [row for row in traced[0] if row[2] in (0.0, 1.0)
          and isinstance(row[2], float)]
print("of them, times 1 or plus 0:", len(wasted))
forms = {(op, j) for op, _, j in wasted}
assert forms == {("mul", 1.0), ("add", 0.0)}

# %% [markdown]
# ## 2. How often does Python run?
#
# By default, both frameworks run your functions as you
# go. <!-- shown: runs `len(log)` -->
# Both trace when asked. <!-- shown: runs `traces ==` -->
# Two traced calls: how long is `log`?

# %% tags=["torch"]
graphs = []


def counting(graph, inputs):
    graphs.append(graph)
    return graph.forward

# %% tags=["torch"] pair="runs"
def f(x):
    log.append("Python")
    return x * 2

log, x = [], torch.ones(2)
f(x), f(x)  # as you go
assert len(log) == 2
log, fast = [], torch.compile(f, backend=counting)
graphs.clear()
fast(x), fast(x)
traces, runs = len(graphs), len(log)
print("traces:", traces, "entries of log:", runs)
assert traces == 2
assert runs == 2

# %% tags=["tensorflow"] pair="runs"
def f(x):
    log.append("Python")
    return x * 2

log, x = [], tf.ones(2)
f(x), f(x)  # as you go
assert len(log) == 2
log, fast = [], tf.function(f)
fast(x), fast(x)
traces = fast.experimental_get_tracing_count()
runs = len(log)
print("traces:", traces, "entries of log:", runs)
assert traces == 1
assert runs == 1

# %% [markdown]
# `tf.function` is our tracer: your Python runs at the trace
# alone. <!-- shown: runs `runs ==` -->
# `torch.compile` has **Dynamo**, which rewrites your function's
# *bytecode* ([from the documentation](https://docs.pytorch.org/docs/stable/torch.compiler_dynamo_overview.html)).
# What your Python does to a list, it does at each call in
# PyTorch. <!-- shown: runs `runs ==` -->
# Dynamo has seen that the list grows, and traces at each call
# too. <!-- shown: runs `traces ==` -->
# A **backend** gets the graphs that Dynamo makes; ours keeps
# them. <!-- shown: runs `traces ==` -->
#
# TensorFlow also traces unasked: Keras's `fit`, by default, runs your
# `train_step` once for four batches. <!-- shown: unasked `fitted == 1` -->
# So does `map` of TensorFlow's `tf.data`. <!-- shown: unasked `mapped == 1` -->
# A loop in PyTorch is Python. <!-- shown: unasked -->
#
# Now, a `print` in the middle. <!-- no claim -->
# For PyTorch it is a **graph break**: Dynamo makes two
# graphs. <!-- shown: prints `len(graphs)` -->
# Between PyTorch's two, Python prints at each
# call. <!-- shown: prints `len(lines)` -->
# TensorFlow prints at the trace alone. <!-- shown: prints `len(lines)` -->
# `tf.print` is an operation, and prints at each
# call. <!-- shown: prints `read_text` -->

# %% tags=["torch"] pair="unasked"
def train_step(batch):
    log.append("Python")
    return {"sum": batch.sum()}

log, data = [], torch.ones(32, 1)
for batch in data.split(8):  # four batches
    train_step(batch)
print(log)
assert len(log) == 4

# %% tags=["tensorflow"] pair="unasked"
class Net(tf.keras.Model):
    def train_step(self, batch):
        log.append("Python")
        return {"sum": tf.reduce_sum(batch)}

log, data, net = [], tf.ones([32, 1]), Net()
net.compile()
net.fit(data, batch_size=8, verbose=0)  # four batches
print(log)
fitted = len(log)
list(tf.data.Dataset.range(4).map(f))
mapped = len(log) - fitted
assert fitted == 1
assert mapped == 1

# %% tags=["torch"] pair="prints"
def f(x):
    y = torch.sin(x)
    print("Python runs")
    return y * 2


graphs.clear()
fast = torch.compile(f, backend=counting)
x = torch.ones(2)
lines = printed_by(fast, x) + printed_by(fast, x)
print(lines)
assert len(graphs) == 2
assert len(lines) == 2

# %% tags=["tensorflow"] pair="prints"
from pathlib import Path
from tempfile import mkdtemp

@tf.function
def fast(x):
    print("Python runs")
    tf.print("runs", output_stream=f"file://{file}")


file, x = Path(mkdtemp(), "printed"), tf.ones(2)
lines = printed_by(fast, x) + printed_by(fast, x)
print(lines)
assert len(lines) == 1
assert file.read_text() == "runs\nruns\n"

# %% [markdown]
# ## 3. When is it traced again?
#
# Each trace is kept together with the conditions under which it is valid. A
# call that satisfies the conditions of no kept trace causes a new one:
# **retracing**. Which of these sizes do that? *Predict both pictures.*

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
sizes = [2, 3, 4, 5, 1, 0]
calls = [(torch.ones(n), 2.0) for n in sizes]
rows = {f"dynamic={d}": made_torch(calls, dynamic=d)
        for d in (None, False, True)}
graph_plots.traces(rows, sizes)
default, static, dynamic = rows.values()
assert default == [1, 2, 2, 2, 3, 4]
assert static == [1, 2, 3, 4, 5, 6]
assert dynamic == [1, 1, 1, 1, 2, 3]

# %% tags=["tensorflow"] pair="shapes"
sizes = [2, 3, 4, 5, 1, 0]
calls = [(tf.ones(n),) for n in sizes]
less = {"reduce_retracing": True}
some = {"input_signature": [tf.TensorSpec([None])]}
rows = {"default": made_tf(calls),
        "retrace less": made_tf(calls, **less),
        "signature": made_tf(calls, **some)}
graph_plots.traces(rows, sizes)
default, relaxed, signed = rows.values()
assert default == [1, 2, 3, 4, 5, 6]
assert relaxed == [1, 2, 2, 2, 2, 2]
assert signed == [1, 1, 1, 1, 1, 1]

# %% [markdown]
# `tf.function` traces each new shape. <!-- shown: shapes `default ==` -->
# With `reduce_retracing`, TensorFlow gives the size up at the
# second. <!-- shown: shapes `relaxed ==` -->
# With an `input_signature` of size `None`, TensorFlow never had
# one. <!-- shown: shapes `signed ==` -->
# PyTorch gives the size up at the second by
# itself. <!-- shown: shapes `default ==` -->
# With `dynamic=True`, PyTorch does so from the start, but sizes 0 and 1
# still get graphs of their own. <!-- shown: shapes `dynamic ==` -->
#
# A traced function does *not* break when shapes change: it is traced again,
# which costs time. <!-- shown: shapes `[1, 2, 3, 4, 5, 6]` -->
# Next: the same tensor, times 2, 3, 4, 2. <!-- no claim -->

# %% tags=["torch"] pair="scalars"
x, ks = torch.ones(3), [2.0, 3.0, 4.0, 2.0]
calls = [(x, k) for k in ks]
given = [(x, torch.tensor(float(k))) for k in ks]
rows = {"Python": made_torch(calls),
        "dynamic": made_torch(calls, dynamic=True),
        "tensor": made_torch(given)}
graph_plots.traces(rows, ks)
python, told, tensor = rows.values()
assert python == [1, 2, 2, 2]
assert told == [1, 1, 1, 1]
assert tensor == [1, 1, 1, 1]

# %% tags=["tensorflow"] pair="scalars"
x, ks = tf.ones(3), [2.0, 3.0, 4.0, 2.0]
calls = [(x, k) for k in ks]
given = [(x, tf.constant(float(k))) for k in ks]
rows = {"Python": made_tf(calls),
        "retrace less": made_tf(calls, **less),
        "tensor": made_tf(given)}
graph_plots.traces(rows, ks)
python, told, tensor = rows.values()
assert python == [1, 2, 3, 3]
assert told == [1, 2, 3, 3]
assert tensor == [1, 1, 1, 1]

# %% [markdown]
# A Python number is a constant of `tf.function`'s trace: each new value is
# traced. <!-- shown: scalars `python ==` -->
# TensorFlow's `reduce_retracing` changes nothing
# there. <!-- shown: scalars `told ==` -->
# Dynamo lets a float vary once it has seen a second
# value. <!-- shown: scalars `python ==` -->
# A tensor is an input in both. <!-- shown: scalars `tensor ==` -->
#
# A harder one: `scale` below is no argument. <!-- no claim -->
# Who notices that it has changed?

# %% tags=["torch"] pair="baked"
scale = 2.0
fast = torch.compile(lambda x: x * scale,
                     backend="eager")
print(fast(torch.ones(3)))
scale = 3.0
agree(fast(torch.ones(3)), [3.0, 3, 3])

# %% tags=["tensorflow"] pair="baked"
scale = 2.0
fast = tf.function(lambda x: x * scale)
print(fast(tf.ones(3)))
scale = 3.0
agree(fast(tf.ones(3)), [2.0, 2, 2])  # no error

# %% tags=["tensorflow"] name="variable"
w = tf.Variable(2.0)
fast = tf.function(lambda x: x * w)
fast(tf.ones(3)), w.assign(3.0)
agree(fast(tf.ones(3)), [3.0, 3, 3])
each = tf.function(lambda x: x * tf.Variable(2.0))
message = refused(each, tf.ones(3))
assert "created on the first call" in message
made = []
@tf.function
def first(x):
    if not made:
        made.append(tf.Variable(5.0))
    return x * made[0]
agree(first(tf.ones(3)), [5.0, 5, 5])

# %% tags=["torch"] name="limit"
def told(x):
    return x * 2, torch.compiler.is_compiling()

how = {"backend": counting, "dynamic": False}
graphs.clear()
fast = torch.compile(told, **how)
new = [fast(torch.ones(n))[1] for n in range(2, 14)]
old = [fast(torch.ones(n))[1] for n in range(2, 10)]
print(new)
assert new == 8 * [True] + 4 * [False]
assert old == 8 * [True]
whole = torch.compile(abs, fullgraph=True, **how)
each = lambda: [whole(torch.ones(n)) for n in range(9)]
message = refused(each)
assert "Hard failure" in message

# %% [markdown]
# Dynamo turns what it reads into **guards**, checked before each call: the
# global `scale` is one. <!-- shown: baked -->
# `tf.function` looks at arguments, not at globals: `scale` stays what it was
# at the trace, in silence. <!-- shown: baked -->
# One cure in TensorFlow is a tensor as an
# argument. <!-- shown: scalars `tensor ==` -->
# Another is a `tf.Variable` made
# *outside*. <!-- shown: variable `[3.0, 3, 3]` -->
# A `tf.Variable` made anew at each call is
# refused. <!-- shown: variable `created on` -->
# A `tf.Variable` made at the first call alone is
# not. <!-- shown: variable `[5.0, 5, 5]` -->
#
# Guards have a price: by default, after 8 graphs of one function Dynamo makes
# no more, and runs what they don't serve as you
# go. <!-- shown: limit `new ==` -->
# The 8 stay in use. <!-- shown: limit `old ==` -->
# With `fullgraph=True`, one more is an
# error. <!-- shown: limit `Hard failure` -->
#
# **You try:** let the factors `ks` be `[2, 3, 4, 2]`. Is an `int` treated
# as a `float` is? Then `graphs.count_traces`, `graphs.trace_once`,
# `graphs.running_mean`. <!-- try: scalars `[2.0, 3.0, 4.0, 2.0]` with `[2, 3, 4, 2]` -->

# %% [markdown]
# ## 4. A branch that depends on data
#
# Our tracer refused `a > 0`. <!-- shown: odd `not supported` -->
# What do the others do with `if x.sum() > 0`, where only the data knows?
# Running as you go, there is no question: Python asks the number. By hand:
# $2x$ for $(1, 2)$, and $x - 10$ for $(-1, -2)$.

# %% tags=["torch"] pair="if"
def f_torch(x):
    if x.sum() > 0:
        return x * 2
    return x - 10


by_hand = [[2.0, 4], [-11.0, -12]]
xs_torch = torch.tensor([[1.0, 2], [-1.0, -2]])
agree([*map(f_torch, xs_torch)], by_hand)

# %% tags=["tensorflow"] pair="if"
def f_tf(x):
    if tf.reduce_sum(x) > 0:
        return x * 2
    return x - 10


by_hand = [[2.0, 4], [-11.0, -12]]
xs_tf = tf.constant([[1.0, 2], [-1.0, -2]])
agree([*map(f_tf, xs_tf)], by_hand)

# %% tags=["torch"] pair="branch"
graphs.clear()
fast = torch.compile(f_torch, backend=counting)
agree(fast(xs_torch[0]), by_hand[0])
before = len(graphs)
agree(fast(xs_torch[1]), by_hand[1])
traces = before, len(graphs)
print("graphs:", traces)
assert traces == (2, 3)
whole = torch.compile(f_torch, fullgraph=True)
message = refused(whole, xs_torch[0])
assert "Data-dependent branching" in message

# %% tags=["tensorflow"] pair="branch"
fast_tf = tf.function(f_tf)
agree([*map(fast_tf, xs_tf)], by_hand)
traces = fast_tf.experimental_get_tracing_count()
print("traces:", traces)
assert traces == 1
assert "if_stmt" in tf.autograph.to_code(f_tf)
plain = tf.function(f_tf, autograph=False)
message = refused(plain, xs_tf[0])
assert "as a Python `bool` is not allowed" in message

# %% [markdown]
# TensorFlow traced once. <!-- shown: branch `traces ==` -->
# **AutoGraph** rewrote your source: `if` became a call of
# `if_stmt`. <!-- shown: branch `if_stmt` -->
# With `autograph=False`, TensorFlow refuses as our tracer
# did. <!-- shown: branch `is not allowed` -->
# PyTorch breaks the graph: one for the condition, and one for each branch
# taken so far. <!-- shown: branch `traces ==` -->
# With PyTorch's `fullgraph=True`, a break is an
# error. <!-- shown: branch `Data-dependent` -->
#
# All are right, but three graphs can't be improved as one. To mend the
# break, give both branches as functions to
# `torch.cond`: <!-- shown: mended `len(graphs)` -->

# %% tags=["torch"] pair="mended"
ways = lambda x: x * 2, lambda x: x - 10
mended = lambda x: torch.cond(x.sum() > 0, *ways, (x,))
graphs.clear()
fast = torch.compile(
    mended, backend=counting, fullgraph=True)
agree([*map(fast, xs_torch)], by_hand)
plots.graph(graphs[0])
assert len(graphs) == 1
*_, cond, getitem, end = graphs[0].graph.nodes
inputs = [node.name for node in cond.all_input_nodes]
branches = ["cond_true_0", "cond_false_0"]
assert inputs == ["gt", *branches, "l_x_"]

# %% tags=["tensorflow"] pair="mended"
def kinds(concrete):
    found = concrete.graph.get_operations()
    return [op.type for op in found]

concrete = fast_tf.get_concrete_function(xs_tf[0])
plots.graph(concrete)
(box,) = [op for op in concrete.graph.get_operations()
          if op.type == "StatelessIf"]
inputs = [x.op.type for x in box.inputs]
assert inputs == ["Greater", "Placeholder"]
branches = (box.get_attr("then_branch").name,
            box.get_attr("else_branch").name)
assert branches[0] != branches[1]

# %% [markdown]
# In both pictures the branch is one box, `cond` or `StatelessIf`, and the
# condition is an input of it. <!-- shown: mended `inputs ==` -->
# Each branch is a graph of its own, and both are traced. PyTorch draws them
# as inputs, `cond_true_0` and
# `cond_false_0`. <!-- shown: mended `inputs ==` -->
# TensorFlow keeps their names inside the box. <!-- shown: mended `branches` -->
# (PyTorch's `l_x_` is `x`, and `getitem` takes the result out of a
# tuple.) <!-- shown: mended `inputs ==` -->
#
# And loops?

# %% tags=["torch"] pair="loops"
def power(x, steps):
    for n in steps:
        x = x * x
    return x


steps = range(3)
graphs.clear()
fast = torch.compile(power, backend=counting)
fast(torch.ones(2), steps)
names = [n.target for n in graphs[0].graph.nodes]
products = names.count(operator.mul)
assert products == len(steps)

# %% tags=["tensorflow"] pair="loops"
@tf.function
def power(x, steps):
    for n in steps:
        x = x * x
    return x

steps = range(3)
x = tf.TensorSpec([2])
unrolled = power.get_concrete_function(x, steps)
products = kinds(unrolled).count("Mul")
assert products == len(steps)
loop = power.get_concrete_function(
    x, tf.constant([1, 2, 3]))
assert "StatelessWhile" in kinds(loop)

# %% [markdown]
# A loop over a Python `range` is unrolled: the graph has a product for each
# step. <!-- shown: loops `products ==` -->
# Over a tensor, AutoGraph makes a
# `StatelessWhile`. <!-- shown: loops `StatelessWhile` -->
#
# **You try:** unroll 300 steps instead of 3, and see how long the cell takes.
# Then `graphs.branch`, `graphs.gcd_loop`,
# `graphs.leaky_scan`. <!-- try: loops `range(3)` with `range(300)` -->

# %% [markdown]
# ## 5. A graph to read, edit, and walk back
#
# Once it is data, a graph can be listed, drawn, and changed by a program.
# `torch.fx.symbolic_trace` traces with symbols, as we
# did. <!-- shown: edit `control flow` -->
# A **concrete function** is one trace of a `tf.function`, for one kind of
# arguments. <!-- no claim -->

# %% tags=["torch"] pair="read"
def f(x):
    y = torch.sin(x)
    return torch.abs(y) + x

traced = torch.fx.symbolic_trace(f)
print(traced.code.strip())
plots.graph(traced)
x, sine, *_ = traced.graph.nodes
assert len(x.users) == 2
assert (sine.name, sine.meta) == ("sin", {})
graphs.clear()
torch.compile(f, backend=counting)(torch.ones(2))
x, sine, *_ = graphs[0].graph.nodes
line = sine.meta["stack_trace"].split("\n")[1].strip()
assert (sine.name, line) == ("y", "y = torch.sin(x)")

# %% tags=["tensorflow"] pair="read"
@tf.function
def f(x):
    y = tf.sin(x)
    return tf.abs(y) + x

concrete = f.get_concrete_function(tf.TensorSpec([]))
print(kinds(concrete))
plots.graph(concrete)
x, sine, *_ = concrete.graph.get_operations()
assert len(x.outputs[0].consumers()) == 2
lines = {at.name: at.lineno for at in sine.traceback}
assert lines["f"] == 3

# %% [markdown]
# Follow `x`: it has two users, so two arrows leave
# it. <!-- shown: read `== 2` -->
# The name `y` and the line are lost in
# `torch.fx.symbolic_trace`. <!-- shown: read `sine.meta) ==` -->
# Dynamo keeps both. <!-- shown: read `(sine.name, line)` -->
# TensorFlow keeps the line. <!-- shown: read `lines["f"]` -->
#
# An FX graph can be edited in place: <!-- shown: edit `[-1.0, 4.0]` -->

# %% tags=["torch"] name="edit"
old, new = torch.sin, torch.relu
for node in traced.graph.nodes:
    if node.target is old:
        node.target = new
traced.recompile()
y = traced(torch.tensor([-1.0, 2.0]))
print(y)
if new is torch.relu:
    agree(y, [-1.0, 4.0])
message = refused(torch.fx.symbolic_trace, f_torch)
assert "control flow" in message

# %% [markdown]
# **You try:** in PyTorch, put `operator.mul` for `operator.add`, and predict
# the values. Then `graphs.edit_graph`, `graphs.dead_code` and
# `graphs.common_subexpressions`. <!-- try: edit `torch.sin, torch.relu` with `operator.add, operator.mul` -->
#
# In section 1 the engine's way back became a
# program. <!-- shown: reverse `gradient` -->
# PyTorch's **AOT autograd** gives the backend a second graph, the way
# back. <!-- shown: back `len(graphs)` -->
# In TensorFlow, a tape inside a `tf.function` puts it into the same
# graph. <!-- shown: back `TanhGrad` -->
# For $\tanh(wx)$:

# %% tags=["torch"] pair="back"
from functorch.compile import make_boxed_func
from torch._dynamo.backends.common import aot_autograd

boxed = lambda *each: make_boxed_func(counting(*each))
aot = aot_autograd(fw_compiler=boxed)
graphs.clear()
fast = torch.compile(lambda w, x: torch.tanh(w * x),
                     backend=aot)
w = torch.tensor(2.0, requires_grad=True)
fast(w, torch.tensor(3.0)).backward()
plots.graph(graphs[1])
agree(w.grad, 3 * (1 - np.tanh(6.0) ** 2))
assert len(graphs) == 2
names = [n.name for n in graphs[1].graph.nodes][:3]
assert names == ["primals_2", "detach", "tangents_1"]

# %% tags=["tensorflow"] pair="back"
@tf.function
def slope(w, x):
    with tf.GradientTape() as tape:
        tape.watch(w)
        y = tf.tanh(w * x)
    return tape.gradient(y, w)


two, three = tf.constant(2.0), tf.constant(3.0)
concrete = slope.get_concrete_function(two, three)
plots.graph(concrete)
agree(slope(two, three), 3 * (1 - np.tanh(6.0) ** 2))
assert "TanhGrad" in kinds(concrete)

# %% [markdown]
# Both pictures end in the slope of tanh times $x$. PyTorch's second graph
# begins with what the first kept for it, $x$ (`primals_2`) and the result of
# tanh (`detach`), and the incoming gradient
# (`tangents_1`). <!-- shown: back `names ==` -->

# %% [markdown]
# ## 6. A graph to take away
#
# Files, servers and phones want the graph without your Python. How many
# rows may its input have? If you don't say, as many as the example
# had: <!-- shown: fixed -->

# %% tags=["torch"] pair="fixed"
from tempfile import mkdtemp
def saved_torch(f, example, **how):
    class Net(torch.nn.Module):
        def forward(self, x):
            return f(x)
    file = mkdtemp() + "/net.pt2"
    net = torch.export.export(Net(), (example,), **how)
    torch.export.save(net, file)
    return torch.export.load(file).module()

f = sine_torch = lambda x: torch.sin(x).sum(0)
two, four = torch.ones(2, 3), torch.ones(4, 3)
message = refused(saved_torch(f, two), four)
print(message)
assert "Guard failed" in message

# %% tags=["tensorflow"] pair="fixed"
from tempfile import mkdtemp
def saved_tf(f, example, **how):
    net, folder = tf.Module(), mkdtemp()
    net.f = tf.function(f, **how)
    net.f(example)  # the trace that is saved
    tf.saved_model.save(net, folder)
    return tf.saved_model.load(folder).f

f = sine_tf = lambda x: tf.reduce_sum(tf.sin(x), 0)
two, four = tf.ones([2, 3]), tf.ones([4, 3])
message = refused(saved_tf(f, two), four)
print(message.split(".")[0])
assert "matching concrete function" in message

# %% tags=["torch"] pair="free"
rows = {"x": {0: torch.export.Dim("rows")}}
two, four = torch.ones(2, 3), torch.ones(4, 3)
how = {"dynamic_shapes": rows}
free = saved_torch(sine_torch, two, **how)
agree(free(four), 3 * [4 * np.sin(1.0)])

# %% tags=["tensorflow"] pair="free"
rows = [tf.TensorSpec([None, 3])]
free = saved_tf(sine_tf, two, input_signature=rows)
agree(free(four), 3 * [4 * np.sin(1.0)])

# %% [markdown]
# The number of rows was baked in. Name the dimension that varies:
# `dynamic_shapes` in `torch.export`, `None` in TensorFlow's
# signature. <!-- shown: free -->
#
# **You try:** let `f` be section 4's branch, `f_torch` or `f_tf`. Which
# framework raises? <!-- try: fixed `f = sine_torch = lambda` with `f, sine_torch = f_torch, lambda`; fixed `f = sine_tf = lambda` with `f, sine_tf = f_tf, lambda` raises -->

# %% [markdown]
# ## 7. Where the error points
#
# "Eager code fails at the line; a graph fails at a node, somewhere." So it
# is said. Each function below is wrong in its last line. Which modes name
# it?

# %% tags=["torch"] pair="wrong_shape"
def wrong(x):
    return torch.sin(x) @ torch.ones(5, 5)


x, fast = torch.ones(3), torch.compile(wrong)
both = wrong, fast
named = [lines_named(wrong, call, x) for call in both]
print("as you go, traced:", named)
assert named == [[2], [2]]

# %% tags=["tensorflow"] pair="wrong_shape"
def wrong(x):
    return tf.matmul(tf.sin(x), tf.ones([5, 5]))


x, fast = tf.ones([1, 3]), tf.function(wrong)
both = wrong, fast
named = [lines_named(wrong, call, x) for call in both]
print("as you go, traced:", named)
assert named == [[2], [2]]

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
unused = tf.function(lambda x: (tf.gather(x, i), x)[1])
agree(unused(x), x)  # no error

# %% [markdown]
# A wrong shape shows while tracing, when Python still runs: all four name
# the line. <!-- shown: wrong_shape -->
# A wrong *index* shows when the graph runs on numbers. On the CPU, the
# saying is wrong for `tf.function`: the node knows its
# line. <!-- shown: wrong_index `late, fast` -->
# It is right for `torch.compile`, which names the function's `def` and no
# more. <!-- shown: wrong_index `late, fast` -->
# Worst is silence: with `jit_compile=True` (XLA), TensorFlow reads the last
# of 3 for index 7. <!-- shown: wrong_index `np.sin(3.0)` -->
#
# And an error on PyTorch's way *back*, though nothing is compiled, names the
# line with `backward`. <!-- shown: on_the_way_back `[4]` -->
# PyTorch's anomaly detection adds `torch.exp(x)`, whose gradient
# failed. <!-- shown: on_the_way_back `torch.exp` -->
# The fault is `y.add_(1)`, which PyTorch's message doesn't
# name. <!-- shown: on_the_way_back `add_` -->

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
said = str(caught[-1].message)
assert "y = torch.exp(x)" in said
assert "add_" not in said

# %% [markdown]
# ## 8. How it was done before
#
# TensorFlow 1 built its graph first, as `tf.compat.v1` still does: a result
# has no value yet. <!-- shown: history `hasattr` -->
# A TensorFlow session runs it. <!-- shown: history `session.run` -->
# PyTorch's first traced graphs were TorchScript, by now
# deprecated. <!-- shown: history `DeprecationWarning` -->
# `torch.jit.trace` bakes a branch in. <!-- shown: history `-4` -->
# `torch.jit.script` compiles the source, branches and
# all. <!-- shown: history `scripted` -->

# %% tags=["torch"] pair="history"
def f(x):
    if x.sum() > 0:
        return x * 2
    return x - 10

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    traced = torch.jit.trace(f, xs_torch[0])
    scripted = torch.jit.script(f)
said = [w.category for w in caught]
assert DeprecationWarning in said
agree(traced(xs_torch[1]), [-2.0, -4])  # wrong
agree(scripted(xs_torch[1]), by_hand[1])

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
# slope 64 at 1. <!-- shown: squares -->

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
assert launches == 26

# %% tags=["tensorflow"] pair="launches"
fast_tf = tf.function(slopes_tf)
found = kinds(fast_tf.get_concrete_function(ones_tf))
launches = sum(kind in {"Mul", "AddN", "Sum", "Tile"}
               for kind in found)
print(launches, "operations, forward and back")
assert launches == 26

# %% tags=["torch", "nbval-ignore-output"] pair="fused"
from torch._inductor import metrics

inductor = torch.compile(squares_torch, dynamic=True)
fused = lambda x: slopes_torch(x, inductor)
try:
    agree(fused(ones_torch), 1000 * [64])
except RuntimeError as error:
    print("No C++ compiler; going on without:", error)
    built, inductor = 0, traced
else:
    built = metrics.generated_kernel_count
    print(built, "kernels")
    assert built == 2

# %% tags=["tensorflow"] pair="fused"
xla = tf.function(slopes_tf, jit_compile=True)
hlo = xla.experimental_get_compiler_ir(ones_tf)(
    stage="optimized_hlo").split("ENTRY")[1]
built = re.findall(r"= \S+ (\w+)\(", hlo)
print(built)
assert built == ["parameter", "fusion"]

# %% [markdown]
# Traced, that is 26 operations in both. <!-- shown: launches -->
# TensorFlow with XLA makes *one* kernel of them, on the
# CPU. <!-- shown: fused `built ==` -->
# `torch.compile`'s default backend, **inductor**, needs two, forward and
# back. <!-- shown: fused `built ==` -->
# (On a CPU it writes C++, where a compiler is found.)
#
# And memory? What waits for the way back, and how much is held at most, if a
# tensor has 38 MB?

# %% tags=["torch"] pair="kept"
def squares(x):
    for n in range(6):
        x = x * x
        weakref.finalize(x, gone.append, n)
    return x.sum()

gc.disable()  # the garbage collector is no help
gone = []
end = squares(ones_torch)
kept = 6 - len(gone)
del end
gc.enable()
print(kept, "squares kept, then", 6 - len(gone))
assert kept == 5
assert len(gone) == 6

# %% tags=["tensorflow"] pair="kept"
def squares(x):
    for n in range(6):
        x = x * x
        weakref.finalize(x, gone.append, n)
    return tf.reduce_sum(x)
gc.disable()  # the garbage collector is no help
gone = []
with tf.GradientTape() as tape:
    end = squares(tf.Variable(ones_tf))
kept = 6 - len(gone)
del tape, end
gc.enable()
print(kept, "squares kept, then", 6 - len(gone))
assert kept == 6
assert len(gone) == 6

# %% tags=["torch", "nbval-ignore-output"] pair="memory"
x = torch.ones(9 * 2**20, requires_grad=True)
held = {"as you go": peak(lambda: slopes_torch(x)),
        "compiled": peak(lambda: fused(x))}
graph_plots.bars(held, xlabel="peak memory (MB)")
most = held["as you go"]
assert most > 6 * 38
if built:
    assert held["compiled"] < 2 * 38

# %% tags=["tensorflow", "nbval-ignore-output"] pair="memory"
x = tf.ones(9 * 2**20)
held = {"as you go": peak(lambda: slopes_tf(x)),
        "tf.function": peak(lambda: fast_tf(x)),
        "XLA": peak(lambda: xla(x))}
graph_plots.bars(held, xlabel="peak memory (MB)")
most = held["as you go"]
assert most > 6 * 38
assert most > held["tf.function"] > 4 * 38
assert held["XLA"] < 2 * 38

# %% [markdown]
# As you go, PyTorch keeps `x` and five squares for the way
# back. <!-- shown: kept `kept ==` -->
# TensorFlow's tape keeps all six. <!-- shown: kept `kept ==` -->
# Fused kernels compute them again instead, and hold one tensor, the
# result. <!-- shown: memory `< 2 * 38` -->
# In TensorFlow, tracing *without* fusing gains far
# less. <!-- shown: memory `> 4 * 38` -->

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

# %% tags=["torch", "nbval-ignore-output"] pair="price"
def sines(x):
    for n in range(length):
        x = torch.sin(x)
    return x

length, x = 1, torch.ones(4)
others = map(torch.ones, range(5, 12))
how = {"backend": "eager", "dynamic": False}
one = torch.compile(sines, **how)
calls = {"as you go": lambda: sines(x),
         "traced": lambda: one(x),
         "new shape": lambda: one(next(others))}
for what, call in calls.items():
    print(f"{best(call, 1):8.0f} µs", what)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="price"
def sines(x):
    for n in range(length):
        x = tf.sin(x)
    return x

length, x = 1, tf.ones(4)
others = map(tf.ones, range(5, 12))
one = tf.function(sines)
calls = {"as you go": lambda: sines(x),
         "traced": lambda: one(x),
         "new shape": lambda: one(next(others))}
for what, call in calls.items():
    print(f"{best(call, 1):8.0f} µs", what)

# %% [markdown]
# On the left, lines are nearly flat: time goes into calls and launches. On
# the right they rise with the size, and the fused line is the lowest, since
# it reads and writes memory least often.
#
# **When it loses.** A traced call has a price of its own: a single operation
# is usually faster as you go. A new shape is traced first, which takes far
# longer, though the last cells compile nothing.
#
# **You try:** make a chain of 100 sines: `length` is 100. Then
# `graphs.peak_memory`. <!-- try: price `length, x = 1,` with `length, x = 100,` -->

# %% [markdown]
# ## What to remember
#
# | | PyTorch | TensorFlow |
# |---|---|---|
# | trace | `torch.compile(f)` | `tf.function(f)` <!-- shown: runs `traces ==` --> |
# | your lists | as in Python | at the trace <!-- shown: runs `runs ==` --> |
# | your globals | guarded | baked in <!-- shown: baked --> |
# | `print` | at each call | at the trace <!-- shown: prints `len(lines)` --> |
# | new shape | given up at the second | traced; see `reduce_retracing` <!-- shown: shapes `default ==` --> |
# | new Python float | given up at the second | traced, always <!-- shown: scalars `python ==` --> |
# | `if` on data | breaks the graph | AutoGraph <!-- shown: branch `traces ==` --> |
# | way back | AOT autograd | a tape inside <!-- shown: back `len(graphs)`, back `TanhGrad` --> |
# | any size | `dynamic_shapes` | `None` <!-- shown: free --> |
# | fuse | inductor | `jit_compile=True` <!-- shown: fused `built ==` --> |
#
# **Next:** the exercises and the quiz, then
# [04 Initialization](04_initialization.ipynb). <!-- no claim -->

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
# **B.** Python runs once per trace, and TensorFlow traces two
# shapes. <!-- shown: quiz `appended` -->
# A would need, in TensorFlow, a signature that leaves the size
# open. <!-- shown: shapes `signed ==` -->
# C is what `torch.compile` does. <!-- shown: quiz `appended` -->
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
# **B.** PyTorch makes one for 4, one for 1, which is special, and one for 8
# that leaves the size open. <!-- shown: quiz `[1, 2, 2, 3]` -->
# A forgets the 1; C forgets that 4 came before. <!-- no claim -->
# </details>
#
# **3.** Your training step reads a global Python number, which you halve
# after each epoch. What happens in a `tf.function`?
#
# - **A** steps get smaller
# - **B** it is traced again
# - **C** nothing
#
# <details><summary>Answer</summary>
#
# **C.** The number was baked in at the trace of the
# `tf.function`. <!-- shown: baked -->
# A is what `torch.compile` gives, by a guard. <!-- shown: baked -->
# B would happen in TensorFlow if the number were an
# argument. <!-- shown: scalars `python ==` -->
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
# **B.** It is a new shape for the `tf.function`. <!-- shown: shapes `default ==` -->
# A is what a TensorFlow graph does that was saved with one
# size. <!-- shown: fixed -->
# C is wrong: the `tf.function` returns as many rows as the batch
# has. <!-- shown: quiz `last` -->
# </details>
#
# **5.** On the CPU, an index is out of range, and the result is used. Who says
# nothing?
#
# - **A** a TensorFlow function run as you go
# - **B** `tf.function`
# - **C** `tf.function` with `jit_compile=True`
#
# <details><summary>Answer</summary>
#
# **C.** XLA takes the last element in TensorFlow. <!-- shown: wrong_index `np.sin(3.0)` -->
# A raises in TensorFlow, and names the
# line. <!-- shown: wrong_index `late, late` -->
# So does B, a `tf.function`. <!-- shown: wrong_index `late, fast` -->
# (Where the result isn't used, `tf.function` leaves the operation out and says
# nothing either.) <!-- shown: wrong_index `unused` -->
# </details>
#
# **6.** You compile ten sines, and ten matrix products, with inductor or XLA:
# where does the way back need less in memory than before?
#
# - **A** in the first
# - **B** in the second
# - **C** in both
#
# <details><summary>Answer</summary>
#
# **A.** Sines are cheap to compute again: PyTorch's inductor cuts the graph
# so that one tensor is kept for ten. <!-- shown: quiz_counts `counts[0]` -->
# On the CPU, XLA makes one kernel of TensorFlow's sines and their way
# back. <!-- shown: quiz_counts `counts[0]` -->
# Products are not cheap, and the same cut keeps ten tensors in
# PyTorch. <!-- shown: quiz_counts `counts[1]` -->
# TensorFlow's XLA makes more than 20 kernels of them, and keeps what is
# between. <!-- shown: quiz_counts `counts[1]` -->
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
# your functions as you go by default. <!-- shown: runs `len(log)` -->
# Both trace when asked, PyTorch and TensorFlow. <!-- shown: runs `traces ==` -->
# Keras's `fit` traces unasked. <!-- shown: unasked `fitted == 1` -->
# For memory, the graph itself is small. What counts are the values kept
# for the way back, which grow with depth in both kinds. A whole graph
# *allows* a compiler to fuse, so that values between are never written,
# and to compute again instead of keeping. As you go, section 9 held more
# than six tensors of 38 MB. <!-- shown: memory `most > 6` -->
# Fused, it held less than two of 38 MB. <!-- shown: memory `< 2 * 38` -->
# TensorFlow's tracing alone does not do that. <!-- shown: memory `> 4 * 38` -->
# Where products of matrices fill the memory, there is little to
# gain. <!-- shown: quiz_counts `counts[1]` -->
# It is wrong that dynamic graphs wait for Python's garbage collector: a
# tensor goes when its last reference does. <!-- shown: kept `len(gone)` -->
# </details>

# %% tags=["torch"] pair="quiz"
def f(x):
    appended.append("Python")
    return x * 2

appended, fast = [], torch.compile(f, backend="eager")
[fast(torch.ones(n)) for n in (2, 3, 2)]
print("1:", len(appended))
assert len(appended) == 3
calls = [(torch.ones(n), 2.0) for n in (4, 1, 4, 8)]
counts = made_torch(calls)
print("2:", counts)
assert counts == [1, 2, 2, 3]

# %% tags=["tensorflow"] pair="quiz"
@tf.function
def fast(x):
    appended.append("Python")
    return x * 2

appended = []
shapes = [fast(tf.ones(n)).shape for n in (2, 3, 2)]
print("1:", len(appended))
assert len(appended) == 2
last = fast(tf.ones([5, 3])), fast(tf.ones([4, 3]))
print("4:", *[y.shape for y in last])
assert [len(y) for y in last] == [5, 4]

# %% tags=["torch"] pair="quiz_counts"
from functorch import compile as fc
cut = fc.min_cut_rematerialization_partition
aot = aot_autograd(fw_compiler=boxed, partition_fn=cut)
w, counts = torch.ones(4, 4, requires_grad=True), []
for step in torch.sin, lambda x: x @ w:
    def chain(x):
        for n in range(10):
            x = step(x)
        return x.sum()
    graphs.clear()
    torch.compile(chain, backend=aot)(w)
    end = graphs[0].graph.output_node()
    counts.append(len(end.args[0]) - 1)
assert counts[0] == 1
assert counts[1] == 10

# %% tags=["tensorflow"] pair="quiz_counts"
w, counts = tf.Variable(tf.ones([4, 4])), []
for step in tf.sin, lambda x: x @ w:
    @tf.function(jit_compile=True)
    def slopes():
        with tf.GradientTape() as tape:
            x = tf.identity(w)
            for n in range(10):
                x = step(x)
        return tape.gradient(x, w)
    hlo = slopes.experimental_get_compiler_ir()(
        stage="optimized_hlo").split("ENTRY")[1]
    found = re.findall(r"= \S+ (dot|fusion)\(", hlo)
    counts.append(len(found))
assert counts[0] == 1
assert counts[1] > 20
