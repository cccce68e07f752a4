# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises: graphs
#
# They follow the lesson
# [03_graphs](../../notebooks/03_graphs.ipynb). Each exercise is one function,
# written once in PyTorch and once in TensorFlow. Do one half or both: the points
# count for each.
#
# **How to work**
#
# 1. Replace `raise NotImplementedError` by your own lines. Keep the
#    function's name and its arguments.
# 2. Run the cell, then the `check` below it. It calls your function with
#    three sets of inputs of different sizes and says what it found. When
#    an answer is wrong, it shows where, and names the mistake if it can.
# 3. Stuck? Three hints open one after the other below the message: the
#    idea, the functions to use, a skeleton. In a new cell,
#    `hint("graphs.replay", 2)` shows the second.
#
# **What your functions get.** Arrays arrive as float32 tensors of the
# framework, unless the exercise says otherwise. Programs arrive as plain lists
# of names and whole numbers, and numbers as plain `int` and `float`.
#
# **What they leave alone.** Whoever calls your function still needs what it
# passes in. Work on a copy: a function that changes one of its arguments in
# place is not correct.
#
# **What they return.** Tensors, plain numbers, or lists of them; several
# values as a tuple, in the order the exercise names. No compiler is needed
# anywhere. The first check that traces with PyTorch takes some seconds longer,
# while Dynamo is imported.
#
# **What counts.** The values that your function returns, and nothing else.
# Any right computation earns the points of its half, in NumPy or plain Python
# too. With the framework you practise what the half is there for.
#
# Grading uses fresh inputs. Run the next cells first.

# %% tags=["torch"] pair="setup"
import torch

# %% tags=["tensorflow"] pair="setup"
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import tensorflow as tf

tf.get_logger().setLevel("ERROR")

# %%
import operator

import numpy as np

from grader import check, hint

# %% [markdown]
# ## 1. Replay a recorded program (1 point)
#
# A tracer has left a **program**: a list of rows, each of which makes one value
# of two others. A row `[op, i, j]` applies `op` to value `i` (left) and value
# `j` (right). Values are numbered: the inputs first, from 0, then the rows in
# their order. With two inputs,
#
# ```
# [["sub", 0, 1],     makes value 2
#  ["mul", 2, 0],     makes value 3
#  ["max", 3, 1]]     makes value 4, the result
# ```
#
# gives for the inputs 5 and 3: $5 - 3 = 2$, then $2\cdot 5 = 10$, then
# $\max(10, 3) = 10$. Write `replay(program, x)`.
#
# - `program`: the rows; `op` is `"add"`, `"sub"`, `"mul"` or `"max"` (the larger
#   one, element by element); `i` and `j` may be the same number
# - `x`: list of the inputs, two or more tensors of one shape `(n,)`
# - returns the last row's value, shape `(n,)`
#
# *Lesson: section 1.*

# %% tags=["torch"] pair="replay"
def replay(program, x):
    """The last row's value, shape (n,)."""
    ### BEGIN SOLUTION
    do = {"add": torch.add, "sub": torch.sub,
          "mul": torch.mul, "max": torch.maximum}
    values = list(x)
    for op, i, j in program:
        values.append(do[op](values[i], values[j]))
    return values[-1]
    ### END SOLUTION

# %% tags=["torch"] pair="replay_check"
check("graphs.replay", replay, "torch")

# %% tags=["tensorflow"] pair="replay"
def replay(program, x):
    """The last row's value, shape (n,)."""
    ### BEGIN SOLUTION
    do = {"add": tf.add, "sub": tf.subtract,
          "mul": tf.multiply, "max": tf.maximum}
    values = list(x)
    for op, i, j in program:
        values.append(do[op](values[i], values[j]))
    return values[-1]
    ### END SOLUTION

# %% tags=["tensorflow"] pair="replay_check"
check("graphs.replay", replay, "tensorflow")

# %% [markdown]
# ## 2. Record a Python function (2 points)
#
# The next cell holds a function with a loop, a branch and an assignment of two
# names at once. None of these is an operation. What is left of it when it is
# traced?

# %%
def walk(x, y, bits):
    for bit in bits:
        if bit:
            x, y = y, x * y
        else:
            y = x + y
    return y

# %% [markdown]
# Write `record(bits)`: the program that `walk` leaves, for a list `bits` of the
# whole numbers 0 and 1, as rows `[op, i, j]` with **0 for an addition and 1 for a
# product**, and `i`, `j` the numbers of the left and the right operand. `x` is
# value 0 and `y` is value 1, so the first row makes value 2.
#
# For `bits = [1, 0]`: the first step multiplies values 0 and 1, after which `x`
# is value 1 and `y` is value 2; the second adds these. The rows are
# `[[1, 0, 1], [0, 1, 2]]`.
#
# - returns the rows, in the order in which they are computed, shape
#   `(len(bits), 3)`
#
# Each framework's tracer can do it: `torch.fx.symbolic_trace(f)` gives a module
# whose `graph.nodes` you can walk through; a concrete function of TensorFlow has
# a `graph` with `get_operations()`. A small class of your own is as good: then
# both halves are the same. *Lesson: sections 1 and 5.*

# %% tags=["torch"] pair="record"
def record(bits):
    """Rows [op, i, j], shape (len(bits), 3)."""
    ### BEGIN SOLUTION
    traced = torch.fx.symbolic_trace(
        lambda x, y: walk(x, y, bits))
    number, rows = {}, []
    for node in traced.graph.nodes:
        if node.op == "call_function":
            op = int(node.target is operator.mul)
            i, j = [number[a] for a in node.args]
            rows.append([op, i, j])
        number[node] = len(number)
    return rows
    ### END SOLUTION

# %% tags=["torch"] pair="record_check"
check("graphs.record", record, "torch")

# %% tags=["tensorflow"] pair="record"
def record(bits):
    """Rows [op, i, j], shape (len(bits), 3)."""
    ### BEGIN SOLUTION
    f = tf.function(lambda x, y: walk(x, y, bits))
    one = tf.TensorSpec([])
    graph = f.get_concrete_function(one, one).graph
    number, rows = {}, []
    for node in graph.get_operations():
        if node.type in ("AddV2", "Mul"):
            left, right = node.inputs
            rows.append([int(node.type == "Mul"),
                         number[left.op.name],
                         number[right.op.name]])
        number[node.name] = len(number)
    return rows
    ### END SOLUTION

# %% tags=["tensorflow"] pair="record_check"
check("graphs.record", record, "tensorflow")

# %% [markdown]
# ## 3. Dead code (2 points)
#
# A program known as a whole can be improved before it runs. First: strike out
# the rows that its result, the last row, does not need, neither directly nor by
# way of others. With 2 inputs:
#
# ```
# [["add", 0, 1],     value 2: needed by value 4
#  ["mul", 2, 2],     value 3: needed by nobody
#  ["sub", 2, 0],     value 4: needed by value 6
#  ["add", 3, 3],     value 5: needed by nobody
#  ["mul", 4, 1]]     value 6: the result
# ```
#
# Row 1 is used, by row 3. But row 3 is dead, so row 1 is dead as well. The
# answer is `[1, 0, 1, 0, 1]`. Write `dead_code(program, inputs)`.
#
# - `program`: rows `[op, i, j]`, numbered as in exercise 1
# - `inputs`: how many inputs there are, a Python int
# - returns one number for each row: 1 if the result needs it (the result itself
#   is needed), else 0; shape `(rows,)`. `True` and `False` are as good as 1 and 0.
#
# No tensors are needed here, and the same lines serve both halves.
# *Lesson: sections 1 and 5.*

# %% tags=["torch"] pair="dead_code"
def dead_code(program, inputs):
    """1 for each row that is needed, else 0."""
    ### BEGIN SOLUTION
    needed = {inputs + len(program) - 1}
    rows = range(len(program))
    for r in reversed(rows):
        if inputs + r in needed:
            needed.update(program[r][1:])
    return [int(inputs + r in needed) for r in rows]
    ### END SOLUTION

# %% tags=["torch"] pair="dead_code_check"
check("graphs.dead_code", dead_code, "torch")

# %% tags=["tensorflow"] pair="dead_code"
def dead_code(program, inputs):
    """1 for each row that is needed, else 0."""
    ### BEGIN SOLUTION
    needed = {inputs + len(program) - 1}
    rows = range(len(program))
    for r in reversed(rows):
        if inputs + r in needed:
            needed.update(program[r][1:])
    return [int(inputs + r in needed) for r in rows]
    ### END SOLUTION

# %% tags=["tensorflow"] pair="dead_code_check"
check("graphs.dead_code", dead_code, "tensorflow")

# %% [markdown]
# ## 4. Common subexpressions (3 points)
#
# Second improvement: what was computed before need not be computed again. Two
# rows are **equal** if they have the same op and their operands are equal values,
# in the same order or, for `"add"` and `"mul"`, in the other one. With 2 inputs:
#
# ```
# [["add", 0, 1],     value 2: new
#  ["add", 1, 0],     value 3: equal to value 2
#  ["mul", 2, 0],     value 4: new
#  ["mul", 0, 3],     value 5: equal to value 4, since 3 is 2
#  ["sub", 4, 5]]     value 6: new
# ```
#
# The answer is `[2, 2, 4, 4, 6]`. Write `common_subexpressions(program, inputs)`.
#
# - `program`: rows `[op, i, j]` with op `"add"`, `"sub"` or `"mul"`, numbered as in
#   exercise 1
# - `inputs`: how many inputs there are, a Python int; inputs are equal to
#   themselves alone
# - returns one number for each row: the **number of the first value** that is
#   equal to the row's value, its own where there is none before; shape `(rows,)`
#
# Nothing else is equal. No arithmetic is done on the way: value 6 above is a
# difference of equals, so always 0, and still a new value. Another difference of
# equals, say `["sub", 0, 0]`, would be new as well, because its operands are other
# values. *Lesson: sections 5 and 9.*

# %% tags=["torch"] pair="common_subexpressions"
def common_subexpressions(program, inputs):
    """For each row, its first equal's number."""
    ### BEGIN SOLUTION
    first, seen = list(range(inputs)), {}
    for op, i, j in program:
        i, j = first[i], first[j]
        if op != "sub":
            i, j = min(i, j), max(i, j)
        form = (op, i, j)
        first.append(seen.setdefault(form, len(first)))
    return first[inputs:]
    ### END SOLUTION

# %% tags=["torch"] pair="common_subexpressions_check"
check(
    "graphs.common_subexpressions",
    common_subexpressions, "torch")

# %% tags=["tensorflow"] pair="common_subexpressions"
def common_subexpressions(program, inputs):
    """For each row, its first equal's number."""
    ### BEGIN SOLUTION
    first, seen = list(range(inputs)), {}
    for op, i, j in program:
        i, j = first[i], first[j]
        if op != "sub":
            i, j = min(i, j), max(i, j)
        form = (op, i, j)
        first.append(seen.setdefault(form, len(first)))
    return first[inputs:]
    ### END SOLUTION

# %% tags=["tensorflow"] pair="common_subexpressions_check"
check(
    "graphs.common_subexpressions",
    common_subexpressions, "tensorflow")

# %% [markdown]
# ## 5. Walk the record backwards (3 points)
#
# A record holds all that a gradient needs. Write `backward_replay(program, x)`:
# the gradients of the *sum* of the result's elements by each input.
#
# - `program`: rows with op `"add"`, `"sub"` or `"mul"`, numbered as in exercise 1
# - `x`: list of the inputs, two or more tensors of one shape `(n,)`
# - returns the gradients, one row for each input, in order: a tensor of shape
#   `(inputs, n)`, or a list of tensors of shape `(n,)`
#
# Every program of the check has an input that the result does not depend on. Its
# gradient is 0, in the shape `(n,)` like the others. And every program has a row
# that takes one value twice, such as `["mul", 2, 2]`.
#
# By hand: `[["mul", 0, 1], ["sub", 2, 0]]` is $r = ab - a$. The last value's own
# gradient is 1. The subtraction hands $+1$ to value 2 and $-1$ to $a$; the product
# hands $b$ to $a$ and $a$ to $b$. For $a = 5$, $b = 3$ the gradients are
# $3 - 1 = 2$ and $5$.
#
# Do it by hand, or let the framework differentiate your replay. *Lesson:
# sections 1 and 5.*

# %% tags=["torch"] pair="backward_replay"
def backward_replay(program, x):
    """d sum(result)/d input, shape (inputs, n)."""
    ### BEGIN SOLUTION
    values = list(x)
    for op, i, j in program:
        f = getattr(torch, op)  # torch.add and so on
        values.append(f(values[i], values[j]))
    grads = torch.zeros_like(torch.stack(values))
    grads[-1] = 1
    for r in reversed(range(len(program))):
        (op, i, j), g = program[r], grads[len(x) + r]
        a, b = values[i], values[j]
        grads[i] += g * b if op == "mul" else g
        back = {"add": g, "sub": -g, "mul": g * a}
        grads[j] += back[op]
    return grads[:len(x)]
    ### END SOLUTION

# %% tags=["torch"] pair="backward_replay_check"
check(
    "graphs.backward_replay",
    backward_replay, "torch")

# %% tags=["tensorflow"] pair="backward_replay"
def backward_replay(program, x):
    """d sum(result)/d input, shape (inputs, n)."""
    ### BEGIN SOLUTION
    do = {"add": tf.add, "sub": tf.subtract,
          "mul": tf.multiply}
    with tf.GradientTape() as tape:
        tape.watch(x)
        values = list(x)
        for op, i, j in program:
            values.append(do[op](values[i], values[j]))
    return tape.gradient(
        values[-1], x, unconnected_gradients="zero")
    ### END SOLUTION

# %% tags=["tensorflow"] pair="backward_replay_check"
check(
    "graphs.backward_replay",
    backward_replay, "tensorflow")

# %% [markdown]
# ## 6. Peak memory of a schedule (3 points)
#
# Whoever knows the whole program knows when a value is needed for the last time,
# and can free it. The rules:
#
# - At the start all inputs are in memory.
# - A row's result is put into memory **while its operands are still there**. The
#   sum of the sizes at this moment is the row's level.
# - After the row, each value that no later row uses is freed, inputs too. A result
#   that no row ever uses is freed right after the row that made it. The last row's
#   value, the result, stays.
#
# Write `peak_memory(rows, sizes)`.
#
# - `rows`: list of `[i, j]`, the numbers of each row's operands, counted as in
#   exercise 1; `i` and `j` may be the same value, which is in memory once
# - `sizes`: how large each value is, a list of ints: first the inputs' sizes, then
#   the rows'. So there are `len(sizes) - len(rows)` inputs. Each is used somewhere.
# - returns `(peak, row)`, two whole numbers: the highest level, and the number of
#   the row that has it, counted from 0; the first one if there are several
#
# By hand, with two inputs of size 4 and 1:
# `rows = [[0, 1], [2, 1], [2, 3]]`, `sizes = [4, 1, 3, 2, 5]`.
#
# | row | in memory while it runs | level | freed |
# |---|---|---|---|
# | 0 | 4, 1 and its 3 | 8 | value 0 |
# | 1 | 1, 3 and its 2 | 6 | value 1 |
# | 2 | 3, 2 and its 5 | 10 | values 2 and 3 |
#
# The answer is `(10, 2)`. *Lesson: section 9.*

# %% tags=["torch"] pair="peak_memory"
def peak_memory(rows, sizes):
    """The highest level, and its first row."""
    ### BEGIN SOLUTION
    inputs = len(sizes) - len(rows)
    here, levels = set(range(inputs)), []
    for r in range(len(rows)):
        here.add(inputs + r)
        levels.append(sum(sizes[v] for v in here))
        used = {v for row in rows[r + 1:] for v in row}
        here &= used | {len(sizes) - 1}
    return max(levels), levels.index(max(levels))
    ### END SOLUTION

# %% tags=["torch"] pair="peak_memory_check"
check("graphs.peak_memory", peak_memory, "torch")

# %% tags=["tensorflow"] pair="peak_memory"
def peak_memory(rows, sizes):
    """The highest level, and its first row."""
    ### BEGIN SOLUTION
    inputs = len(sizes) - len(rows)
    here, levels = set(range(inputs)), []
    for r in range(len(rows)):
        here.add(inputs + r)
        levels.append(sum(sizes[v] for v in here))
        used = {v for row in rows[r + 1:] for v in row}
        here &= used | {len(sizes) - 1}
    return max(levels), levels.index(max(levels))
    ### END SOLUTION

# %% tags=["tensorflow"] pair="peak_memory_check"
check("graphs.peak_memory", peak_memory, "tensorflow")

# %% [markdown]
# ## A tool for what follows
#
# From here on your functions trace others. The next cells give you
# `traced_torch(f)` and `traced_tf(f)` for that. Each returns the pair `(g, count)`,
# where `g` does what `f` does, in graphs, and `count()` says how many graphs there
# are so far. Use them as they are:
#
# - `traced_torch`: `torch.compile` with a backend that counts. Each shape gets a
#   graph of its own, until you say `traced_torch(f, dynamic=True)`.
# - `traced_tf`: `tf.function` without AutoGraph, so that Python is Python. It takes
#   the options of `tf.function`: `traced_tf(f, input_signature=[...])`.

# %% tags=["torch"] pair="traced"
def traced_torch(f, dynamic=False):
    """f in graphs, and a count of them."""
    torch.compiler.reset()
    graphs = []

    def backend(graph, inputs):
        graphs.append(graph)
        return graph.forward

    g = torch.compile(
        f, backend=backend, dynamic=dynamic)
    return g, lambda: len(graphs)

# %% tags=["tensorflow"] pair="traced"
def traced_tf(f, **options):
    """f in graphs, and a count of them."""
    g = tf.function(f, autograph=False, **options)
    return g, g.experimental_get_tracing_count

# %% [markdown]
# ## 7. Count the traces (2 points)

# %%
def scale(x, k):
    return k * x

# %% [markdown]
# A trace is kept under a **key**, and used again by every call with an equal key.
# With these tools an argument's part of the key is
#
# - for a tensor: its shape and dtype, and nothing of its values,
# - for a Python number: its value.
#
# A traced `scale` is called once for each entry of `sizes` and `factors`. Call `c`
# has as `x` a float32 tensor of shape `(sizes[c],)`, and as `k` the whole number
# `factors[c]`, passed
#
# 1. as a Python int,
# 2. as a float32 tensor of shape `()`; all calls again, with `scale` traced anew.
#
# Write `count_traces(sizes, factors)`.
#
# - `sizes`, `factors`: lists of Python ints, of one length
# - returns `(python, tensor)`, two lists or tensors of shape `(calls,)`: how many
#   traces there are **after each call**, in case 1 and in case 2
#
# For sizes 4, 4, 5, 4 and factors 2, 3, 2, 2 the calls (4, 2), (4, 3), (5, 2) are
# traced, and the last call finds its trace: `[1, 2, 3, 3]` in case 1. In case 2 each
# size is traced once: `[1, 1, 2, 2]`. No case makes more than 6 traces; PyTorch makes
# no more than 8 of one function. Measure it or think it out; better still, do one and
# test it by the other. *Lesson: section 3.*

# %% tags=["torch"] pair="count_traces"
def count_traces(sizes, factors):
    """Traces after each call: k an int, k a tensor."""
    ### BEGIN SOLUTION
    after = [], []
    g, count = traced_torch(scale)
    for n, k in zip(sizes, factors):
        g(torch.ones(n), k)
        after[0].append(count())
    g, count = traced_torch(scale)
    for n, k in zip(sizes, factors):
        g(torch.ones(n), torch.tensor(float(k)))
        after[1].append(count())
    return after
    ### END SOLUTION

# %% tags=["torch"] pair="count_traces_check"
check("graphs.count_traces", count_traces, "torch")

# %% tags=["tensorflow"] pair="count_traces"
def count_traces(sizes, factors):
    """Traces after each call: k an int, k a tensor."""
    ### BEGIN SOLUTION
    after = [], []
    g, count = traced_tf(scale)
    for n, k in zip(sizes, factors):
        g(tf.ones(n), k)
        after[0].append(count())
    g, count = traced_tf(scale)
    for n, k in zip(sizes, factors):
        g(tf.ones(n), tf.constant(float(k)))
        after[1].append(count())
    return after
    ### END SOLUTION

# %% tags=["tensorflow"] pair="count_traces_check"
check(
    "graphs.count_traces",
    count_traces, "tensorflow")

# %% [markdown]
# ## 8. Trace once (2 points)

# %% tags=["torch"] pair="energy"
def energy_torch(x, k):
    return ((k * x) ** 2).sum()

# %% tags=["tensorflow"] pair="energy"
def energy_tf(x, k):
    return tf.reduce_sum((k * x) ** 2)

# %% [markdown]
# Batches of every size and factors of every value, and **one trace for all of
# them**. Write `trace_once(xs, factors)`, which calls the traced energy once for
# each pair of `xs` and `factors`, in their order.
#
# - `xs`: list of float32 tensors, `xs[c]` of shape `(n_c, 3)`; the $n_c$ differ,
#   and none is 1
# - `factors`: list of Python floats, as long as `xs`
# - returns `(energies, traces)`: the value of each call, shape `(calls,)` or a list
#   of numbers, and the number of traces that were made in all: 1
#
# For one call with `x` three ones in one row and $k = 0.5$ the energy is
# $3\cdot 0.5^2 = 0.75$. The 1 is easily written down; let `count()` say it.
# *Lesson: section 3.*

# %% tags=["torch"] pair="trace_once"
def trace_once(xs, factors):
    """Energies (calls,), and how many traces."""
    ### BEGIN SOLUTION
    g, count = traced_torch(energy_torch, dynamic=True)
    energies = [g(x, k) for x, k in zip(xs, factors)]
    return energies, count()
    ### END SOLUTION

# %% tags=["torch"] pair="trace_once_check"
check("graphs.trace_once", trace_once, "torch")

# %% tags=["tensorflow"] pair="trace_once"
def trace_once(xs, factors):
    """Energies (calls,), and how many traces."""
    ### BEGIN SOLUTION
    g, count = traced_tf(energy_tf, input_signature=[
        tf.TensorSpec([None, 3]), tf.TensorSpec([])])
    energies = [g(x, k) for x, k in zip(xs, factors)]
    return energies, count()
    ### END SOLUTION

# %% tags=["tensorflow"] pair="trace_once_check"
check(
    "graphs.trace_once",
    trace_once, "tensorflow")

# %% [markdown]
# ## 9. A branch in the graph (2 points)
#
# Huber's loss is a square for small errors and a straight line for large ones.
# Here one number decides for a whole vector, its mean absolute value $m$:
#
# $$m = \frac1n \sum_{i=1}^{n} |x_i|, \qquad L(x) = \begin{cases}
# m^2/2 & \text{if } m \le \mathrm{limit} \\
# \mathrm{limit}\cdot(m - \mathrm{limit}/2) & \text{otherwise}
# \end{cases}$$
#
# Write `branch(xs, limit)`: trace a function of `x` **alone** that computes
# $L(x)$, and call it for each of `xs`.
#
# - `xs`: list of tensors, `xs[c]` of shape `(n_c,)`
# - `limit`: a Python float, the same for all
# - returns `(losses, traces)`: $L$ of each call, shape `(calls,)` or a list of
#   numbers, and what `count()` says in the end
#
# There should be one trace for each different $n_c$, whatever branch a call takes.
# For `xs` $= (1, -3), (2, 8), (1, 1, 1)$ and limit 2, $m$ is 2, 5, 1, the losses
# are $2$, $2\cdot(5 - 1) = 8$, $0.5$, and there are 2 traces.
#
# A Python `if` on $m$ is refused by TensorFlow here, and breaks PyTorch's graph:
# the values are right, and the count is not. *Lesson: section 4.*

# %% tags=["torch"] pair="branch"
def branch(xs, limit):
    """Losses (calls,), and how many traces."""
    ### BEGIN SOLUTION
    def huber(x):
        m = x.abs().mean()
        line = limit * (m - limit / 2)
        return torch.where(m <= limit, m**2 / 2, line)

    g, count = traced_torch(huber)
    return [g(x) for x in xs], count()
    ### END SOLUTION

# %% tags=["torch"] pair="branch_check"
check("graphs.branch", branch, "torch")

# %% tags=["tensorflow"] pair="branch"
def branch(xs, limit):
    """Losses (calls,), and how many traces."""
    ### BEGIN SOLUTION
    def huber(x):
        m = tf.reduce_mean(tf.abs(x))
        line = limit * (m - limit / 2)
        return tf.where(m <= limit, m**2 / 2, line)

    g, count = traced_tf(huber)
    return [g(x) for x in xs], count()
    ### END SOLUTION

# %% tags=["tensorflow"] pair="branch_check"
check("graphs.branch", branch, "tensorflow")

# %% [markdown]
# ## 10. State that stays (2 points)
#
# A running mean changes with every call:
#
# $$m \leftarrow \mathrm{decay}\cdot m + (1 - \mathrm{decay})\cdot
# \operatorname{mean}(x), \qquad m = 0 \text{ at first}$$
#
# Write `running_mean(xs, decay)`: trace a step that does this, and call it for
# each of `xs`, in order.
#
# - `xs`: list of tensors, `xs[c]` of shape `(n_c,)`
# - `decay`: a Python float
# - returns `(means, traces)`: $m$ **after** each call, shape `(calls,)` or a list of
#   numbers, and what `count()` says in the end
#
# There should be one trace for each different $n_c$, and no more. With decay 0.5
# and `xs` $= (4, 4), (1, 1, 1), (2, 6)$: $m = 2$, $1.5$, $2.75$, and 2 traces.
#
# If $m$ is a Python number, the two frameworks do different things with it, and
# neither is what you want. *Lesson: section 3.*

# %% tags=["torch"] pair="running_mean"
def running_mean(xs, decay):
    """m after each call, and how many traces."""
    ### BEGIN SOLUTION
    m = torch.zeros_like(xs[0][0])

    def step(x):
        m.mul_(decay).add_((1 - decay) * x.mean())
        return m.clone()

    g, count = traced_torch(step)
    return [g(x) for x in xs], count()
    ### END SOLUTION

# %% tags=["torch"] pair="running_mean_check"
check("graphs.running_mean", running_mean, "torch")

# %% tags=["tensorflow"] pair="running_mean"
def running_mean(xs, decay):
    """m after each call, and how many traces."""
    ### BEGIN SOLUTION
    m = tf.Variable(0.0)

    def step(x):
        new = (1 - decay) * tf.reduce_mean(x)
        return m.assign(decay * m + new)

    g, count = traced_tf(step)
    return [g(x) for x in xs], count()
    ### END SOLUTION

# %% tags=["tensorflow"] pair="running_mean_check"
check(
    "graphs.running_mean",
    running_mean, "tensorflow")

# %% [markdown]
# ## 11. Keep every step of a loop (2 points)
#
# A recurrence with a leak, $y_t = \mathrm{keep}\cdot y_{t-1} + x_t$ from
# $y_{-1} = 0$: all its steps are wanted, not the last one alone. Write
# `leaky_scan(xs, keep)`, and let a traced function do the loop.
#
# - `xs`: $x_0, x_1, \dots$ as rows, shape `(steps, d)`
# - `keep`: a Python float
# - returns $y_0, y_1, \dots$ as rows, shape `(steps, d)`
#
# For `keep` 0.5 and one column $4, 2, 0$: $y = 4$, $0.5\cdot 4 + 2 = 4$,
# $0.5\cdot 4 + 0 = 2$.
#
# A Python loop over the rows is unrolled: the graph grows with the steps, and
# that is fine for both halves. TensorFlow can also keep the loop a loop, with
# `tf.while_loop` and a `tf.TensorArray`: inside such a loop a Python list is
# filled once, while tracing, and no more. Try it. *Lesson: section 4.*

# %% tags=["torch"] pair="leaky_scan"
def leaky_scan(xs, keep):
    """y after each step, shape (steps, d)."""
    ### BEGIN SOLUTION
    def scan(xs):
        history = xs.clone()
        for t in range(1, len(xs)):
            history[t] += keep * history[t - 1]
        return history

    g, count = traced_torch(scan)
    return g(xs)
    ### END SOLUTION

# %% tags=["torch"] pair="leaky_scan_check"
check("graphs.leaky_scan", leaky_scan, "torch")

# %% tags=["tensorflow"] pair="leaky_scan"
def leaky_scan(xs, keep):
    """y after each step, shape (steps, d)."""
    ### BEGIN SOLUTION
    def scan(xs):
        def body(t, y, history):
            y = keep * y + xs[t]
            return t + 1, y, history.write(t, y)

        steps = xs.shape[0]
        rows = tf.TensorArray(xs.dtype, steps)
        start = 0, tf.zeros_like(xs[0]), rows
        end = tf.while_loop(
            lambda t, *_: t < steps, body, start)
        return end[2].stack()

    return traced_tf(scan)[0](xs)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="leaky_scan_check"
check(
    "graphs.leaky_scan",
    leaky_scan, "tensorflow")

# %% [markdown]
# ## 12. A loop that depends on data (3 points)
#
# Euclid's algorithm finds the greatest common divisor of two whole numbers: as
# long as $b > 0$, replace $(a, b)$ by $(b,\, a \bmod b)$; then $a$ is the divisor.
# How many rounds that takes, only the numbers know, and each pair of a batch takes
# its own. Write `gcd_loop(a, b)`, and let a traced function do the work.
#
# - `a`, `b`: **int64** tensors of shape `(n,)`, all below 350; $a \ge 1$, $b \ge 0$
# - returns `(gcd, steps)`, both of shape `(n,)`: the divisor of each pair, and how
#   many rounds this pair took; 0 where $b$ is 0 from the start
#
# For $(12, 8)$: $(8, 4)$, then $(4, 0)$: divisor 4 in 2 steps. In the same batch,
# $(7, 0)$ has to stay as it is: divisor 7, 0 steps.
#
# No pair below 350 takes more than 12 rounds, and some take all 12. Beware: a `where` computes both of
# its sides for all pairs, and whole numbers can't be divided by 0.
# *Lesson: section 4.*

# %% tags=["torch"] pair="gcd_loop"
def gcd_loop(a, b):
    """Divisors and steps, both of shape (n,)."""
    ### BEGIN SOLUTION
    def euclid(a, b):
        steps = torch.zeros_like(a)
        for _ in range(12):
            on = b > 0
            rest = a % torch.where(on, b, 1)
            a = torch.where(on, b, a)
            b = torch.where(on, rest, b)
            steps = steps + on
        return a, steps

    g, count = traced_torch(euclid)
    return g(a, b)
    ### END SOLUTION

# %% tags=["torch"] pair="gcd_loop_check"
check("graphs.gcd_loop", gcd_loop, "torch")

# %% tags=["tensorflow"] pair="gcd_loop"
def gcd_loop(a, b):
    """Divisors and steps, both of shape (n,)."""
    ### BEGIN SOLUTION
    def go_on(a, b, steps):
        return tf.reduce_any(b > 0)

    def body(a, b, steps):
        on = b > 0
        rest = a % tf.where(on, b, 1)
        steps += tf.cast(on, tf.int64)
        a = tf.where(on, b, a)
        return a, tf.where(on, rest, b), steps

    g, count = traced_tf(tf.while_loop)
    values = a, b, tf.zeros_like(a)
    return g(go_on, body, values)[::2]
    ### END SOLUTION

# %% tags=["tensorflow"] pair="gcd_loop_check"
check("graphs.gcd_loop", gcd_loop, "tensorflow")

# %% [markdown]
# ## 13. Edit a graph (3 points)
#
# The network in the next cell has a tanh after each layer but the last. Somebody
# has traced it, and now it is to run with ReLU, $\max(0, x)$, in place of tanh.
# Change the *graph*, not the function.

# %% tags=["torch"] pair="network"
def network_torch(x, weights):
    for W in weights[:-1]:
        x = torch.tanh(x @ W)
    return x @ weights[-1]

# %% tags=["tensorflow"] pair="network"
def network_tf(x, weights):
    for W in weights[:-1]:
        x = tf.tanh(x @ W)
    return x @ weights[-1]

# %% [markdown]
# In PyTorch, `torch.fx.symbolic_trace` gives a module whose graph you can change
# in place. Trace a function of `x` alone; it calls `network_torch`.
#
# In TensorFlow, the graph of a concrete function is fixed, but
# `concrete.graph.as_graph_def()` gives a copy of it as data that you can change:
# each of its `.node` has an `.op`, the kind of operation as text. This cell makes
# a function of the changed data again; it takes the tensors that the concrete
# function took, one by one:

# %% tags=["tensorflow"]
def rebuilt(data, concrete):
    """A function of changed graph data."""
    names = [value.name for value in concrete.inputs]
    outputs = [concrete.outputs[0].name]

    @tf.function(autograph=False)
    def edited(*given):
        given = dict(zip(names, given, strict=True))
        (y,) = tf.graph_util.import_graph_def(
            data, given, outputs)
        return y

    return edited

# %% [markdown]
# Write `edit_graph(x, weights)`.
#
# - `x`: shape `(n, d)`
# - `weights`: list of the layers' matrices, `weights[0]` of shape `(d, h)` and so on
# - returns `(y, edited)`: the edited graph's output for `x`, and how many nodes you
#   have edited, a whole number
#
# With `x` $= (1)$ and the three weights $(2)$, $(-1)$, $(5)$, all of shape
# `(1, 1)`: $\mathrm{relu}(2) = 2$, $\mathrm{relu}(-2) = 0$, $y = 0$, and 2 nodes are
# edited. *Lesson: section 5.*

# %% tags=["torch"] pair="edit_graph"
def edit_graph(x, weights):
    """The edited graph's output, and the edits."""
    ### BEGIN SOLUTION
    module = torch.fx.symbolic_trace(
        lambda x: network_torch(x, weights))
    edited = 0
    for node in module.graph.nodes:
        if node.target is torch.tanh:
            node.target = torch.relu
            edited += 1
    module.recompile()
    return module(x), edited
    ### END SOLUTION

# %% tags=["torch"] pair="edit_graph_check"
check("graphs.edit_graph", edit_graph, "torch")

# %% tags=["tensorflow"] pair="edit_graph"
def edit_graph(x, weights):
    """The edited graph's output, and the edits."""
    ### BEGIN SOLUTION
    f = tf.function(network_tf)
    concrete = f.get_concrete_function(x, weights)
    data, edited = concrete.graph.as_graph_def(), 0
    for node in data.node:
        if node.op == "Tanh":
            node.op = "Relu"
            edited += 1
    return rebuilt(data, concrete)(x, *weights), edited
    ### END SOLUTION

# %% tags=["tensorflow"] pair="edit_graph_check"
check("graphs.edit_graph", edit_graph, "tensorflow")
