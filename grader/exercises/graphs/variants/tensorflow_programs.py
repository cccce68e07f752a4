"""Answers about recorded programs and captured graphs, in TensorFlow."""

import operator

import tensorflow as tf

from grader.judging.variant import right, wrong

# The locked cells above the exercises record and edit_graph.


def walk(x, y, bits):
    for bit in bits:
        if bit:
            x, y = y, x * y
        else:
            y = x + y
    return y


def network_tf(x, weights):
    for W in weights[:-1]:
        x = tf.tanh(x @ W)
    return x @ weights[-1]


def rebuilt(data, concrete):
    names = [value.name for value in concrete.inputs]
    outputs = [concrete.outputs[0].name]

    @tf.function(autograph=False)
    def edited(*given):
        (y,) = tf.graph_util.import_graph_def(
            data, dict(zip(names, given, strict=True)), outputs
        )
        return y

    return edited


@right("replay")
def list_of_values(program, x):
    ops = {
        "add": tf.add,
        "sub": tf.subtract,
        "mul": tf.multiply,
        "max": tf.maximum,
    }
    values = list(x)
    for op, i, j in program:
        values.append(ops[op](values[i], values[j]))
    return values[-1]


@right("replay")
def chain_of_ifs(program, x):
    values = {k: x[k] for k in range(len(x))}
    for op, i, j in program:
        a, b = values[i], values[j]
        if op == "add":
            c = a + b
        elif op == "sub":
            c = a - b
        elif op == "mul":
            c = a * b
        else:
            c = tf.where(a > b, a, b)
        values[len(values)] = c
    return c


@right("replay")
def from_the_result(program, x):
    def value(number):
        if number < len(x):
            return x[number]
        op, i, j = program[number - len(x)]
        a, b = value(i), value(j)
        if op == "max":
            return tf.reduce_max(tf.stack([a, b]), axis=0)
        return getattr(operator, op)(a, b)

    return value(len(x) + len(program) - 1)


@wrong("replay", "operands exchanged")
def right_minus_left(program, x):
    ops = {
        "add": tf.add,
        "sub": lambda a, b: b - a,
        "mul": tf.multiply,
        "max": tf.maximum,
    }
    values = list(x)
    for op, i, j in program:
        values.append(ops[op](values[i], values[j]))
    return values[-1]


@wrong("replay", "the left operand is always the newest value")
def chain(program, x):
    ops = {
        "add": tf.add,
        "sub": tf.subtract,
        "mul": tf.multiply,
        "max": tf.maximum,
    }
    values = list(x)
    for op, _, j in program:
        values.append(ops[op](values[-1], values[j]))
    return values[-1]


@wrong("replay", "the result is read too early in the list")
def by_row_number(program, x):
    ops = {
        "add": tf.add,
        "sub": tf.subtract,
        "mul": tf.multiply,
        "max": tf.maximum,
    }
    values = list(x)
    for op, i, j in program:
        values.append(ops[op](values[i], values[j]))
    return values[len(program) - 1]


@wrong("replay", "max is taken for mul")
def else_is_mul(program, x):
    values = list(x)
    for op, i, j in program:
        a, b = values[i], values[j]
        values.append(a + b if op == "add" else a - b if op == "sub" else a * b)
    return values[-1]


@right("record")
def graph_operations(bits):
    spec = tf.TensorSpec([], tf.float32)
    f = tf.function(lambda x, y: walk(x, y, bits))
    number, rows = {}, []
    for op in f.get_concrete_function(spec, spec).graph.get_operations():
        if op.type in ("AddV2", "Mul"):
            i, j = (number[value.op.name] for value in op.inputs)
            rows.append([int(op.type == "Mul"), i, j])
        number[op.name] = len(number)
    return tf.constant(rows)


@right("backward_replay")
def tape_over_the_replay(program, x):
    ops = {"add": tf.add, "sub": tf.subtract, "mul": tf.multiply}
    with tf.GradientTape() as tape:
        tape.watch(x)
        values = list(x)
        for op, i, j in program:
            values.append(ops[op](values[i], values[j]))
    zero = tf.UnconnectedGradients.ZERO
    return tape.gradient(values[-1], x, unconnected_gradients=zero)


@right("backward_replay")
def walked_backwards(program, x):
    ops = {"add": tf.add, "sub": tf.subtract, "mul": tf.multiply}
    values = list(x)
    for op, i, j in program:
        values.append(ops[op](values[i], values[j]))
    grads = [tf.zeros_like(value) for value in values]
    grads[-1] = tf.ones_like(values[-1])
    for r in range(len(program) - 1, -1, -1):
        op, i, j = program[r]
        g = grads[len(x) + r]
        grads[i] += g * values[j] if op == "mul" else g
        grads[j] += {"add": g, "sub": -g, "mul": g * values[i]}[op]
    return tf.stack(grads[: len(x)])


@right("edit_graph")
def renamed_ops(x, weights):
    concrete = tf.function(network_tf).get_concrete_function(x, weights)
    data, edited = concrete.graph.as_graph_def(), 0
    for node in data.node:
        if node.op == "Tanh":
            node.op = "Relu"
            edited += 1
    return rebuilt(data, concrete)(x, *weights), edited


@right("edit_graph")
def captured_weights(x, weights):
    f = tf.function(lambda x: network_tf(x, weights))
    concrete = f.get_concrete_function(x)
    data = concrete.graph.as_graph_def()
    old = [node for node in data.node if node.op == "Tanh"]
    for node in old:
        node.op = "Relu"
    edited = rebuilt(data, concrete)
    return edited(x, *concrete.captured_inputs), len(old)


@right("edit_graph")
def counted_in_the_graph(x, weights):
    f = tf.function(lambda x: network_tf(x, weights))
    ops = f.get_concrete_function(x).graph.get_operations()
    edited = sum(op.type == "Tanh" for op in ops)
    for W in weights[:-1]:
        x = tf.nn.relu(x @ W)
    return x @ weights[-1], edited


@wrong("edit_graph", "the old graph still runs")
def copy_of_the_data(x, weights):
    f = tf.function(lambda x: network_tf(x, weights))
    concrete, edited = f.get_concrete_function(x), 0
    for node in concrete.graph.as_graph_def().node:
        if node.op == "Tanh":
            node.op = "Relu"
            edited += 1
    return concrete(x), edited


@wrong("edit_graph", "only the first node is edited")
def by_one_name(x, weights):
    concrete = tf.function(network_tf).get_concrete_function(x, weights)
    data, edited = concrete.graph.as_graph_def(), 0
    for node in data.node:
        if node.name == "Tanh":
            node.op = "Relu"
            edited += 1
    return rebuilt(data, concrete)(x, *weights), edited


@wrong("edit_graph", "the tanh is removed and nothing put in")
def made_identities(x, weights):
    concrete = tf.function(network_tf).get_concrete_function(x, weights)
    data, edited = concrete.graph.as_graph_def(), 0
    for node in data.node:
        if node.op == "Tanh":
            node.op = "Identity"
            edited += 1
    return rebuilt(data, concrete)(x, *weights), edited
