"""Answers about recorded programs and captured graphs, in PyTorch."""

import operator

import torch

from grader.judging.variant import right, wrong

# The locked cells above the exercises record and edit_graph.


def walk(x, y, bits):
    for bit in bits:
        if bit:
            x, y = y, x * y
        else:
            y = x + y
    return y


def network_torch(x, weights):
    for W in weights[:-1]:
        x = torch.tanh(x @ W)
    return x @ weights[-1]


@right("replay")
def list_of_values(program, x):
    ops = {
        "add": torch.add,
        "sub": torch.sub,
        "mul": torch.mul,
        "max": torch.maximum,
    }
    values = list(x)
    for op, i, j in program:
        values.append(ops[op](values[i], values[j]))
    return values[-1]


@right("replay")
def rows_of_a_matrix(program, x):
    values = torch.zeros(len(x) + len(program), len(x[0])).to(x[0])
    values[: len(x)] = torch.stack(x)
    for r, (op, i, j) in enumerate(program, start=len(x)):
        a, b = values[i], values[j]
        if op == "add":
            values[r] = a + b
        elif op == "sub":
            values[r] = a - b
        elif op == "mul":
            values[r] = a * b
        else:
            values[r] = torch.where(a > b, a, b)
    return values[-1]


@right("replay")
def from_the_result(program, x):
    def value(number):
        if number < len(x):
            return x[number]
        op, i, j = program[number - len(x)]
        a, b = value(i), value(j)
        if op == "max":
            return torch.stack([a, b]).amax(dim=0)
        return getattr(operator, op)(a, b)

    return value(len(x) + len(program) - 1)


@wrong("replay", "operands exchanged")
def right_minus_left(program, x):
    ops = {
        "add": torch.add,
        "sub": lambda a, b: b - a,
        "mul": torch.mul,
        "max": torch.maximum,
    }
    values = list(x)
    for op, i, j in program:
        values.append(ops[op](values[i], values[j]))
    return values[-1]


@wrong("replay", "the left operand is always the newest value")
def chain(program, x):
    ops = {
        "add": torch.add,
        "sub": torch.sub,
        "mul": torch.mul,
        "max": torch.maximum,
    }
    values = list(x)
    for op, _, j in program:
        values.append(ops[op](values[-1], values[j]))
    return values[-1]


@wrong("replay", "the result is read too early in the list")
def by_row_number(program, x):
    ops = {
        "add": torch.add,
        "sub": torch.sub,
        "mul": torch.mul,
        "max": torch.maximum,
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


@wrong("replay", "max takes the smaller one")
def minimum(program, x):
    values = list(x)
    for op, i, j in program:
        a, b = values[i], values[j]
        if op == "max":
            values.append(torch.where(a > b, b, a))
        else:
            values.append(getattr(torch, op)(a, b))
    return values[-1]


@wrong("replay", "every row's value")
def all_rows(program, x):
    ops = {
        "add": torch.add,
        "sub": torch.sub,
        "mul": torch.mul,
        "max": torch.maximum,
    }
    values = list(x)
    for op, i, j in program:
        values.append(ops[op](values[i], values[j]))
    return torch.stack(values[len(x) :])


@right("record")
def fx_nodes(bits):
    module = torch.fx.symbolic_trace(lambda x, y: walk(x, y, bits))
    number, rows = {}, []
    for node in module.graph.nodes:
        number[node] = len(number)
        if node.op == "call_function":
            i, j = (number[operand] for operand in node.args)
            rows.append([int(node.target is operator.mul), i, j])
    return torch.tensor(rows)


@right("backward_replay")
def autograd_of_the_replay(program, x):
    x = [value.clone().requires_grad_() for value in x]
    ops = {"add": torch.add, "sub": torch.sub, "mul": torch.mul}
    values = list(x)
    for op, i, j in program:
        values.append(ops[op](values[i], values[j]))
    total = values[-1].sum()
    grads = torch.autograd.grad(total, x, materialize_grads=True)
    return torch.stack(grads)


@right("backward_replay")
def walked_backwards(program, x):
    ops = {"add": torch.add, "sub": torch.sub, "mul": torch.mul}
    values = list(x)
    for op, i, j in program:
        values.append(ops[op](values[i], values[j]))
    grads = torch.zeros_like(torch.stack(values))
    grads[-1] = 1
    for r in range(len(program) - 1, -1, -1):
        op, i, j = program[r]
        g = grads[len(x) + r].clone()
        grads[i] += g * values[j] if op == "mul" else g
        grads[j] += {"add": g, "sub": -g, "mul": g * values[i]}[op]
    return grads[: len(x)]


@right("edit_graph")
def retargeted_nodes(x, weights):
    module = torch.fx.symbolic_trace(lambda x: network_torch(x, weights))
    edited = 0
    for node in module.graph.nodes:
        if node.target is torch.tanh:
            node.target = torch.relu
            edited += 1
    module.recompile()
    return module(x), edited


@right("edit_graph")
def inserted_and_erased(x, weights):
    module = torch.fx.symbolic_trace(lambda x: network_torch(x, weights))
    graph = module.graph
    old = [node for node in graph.nodes if node.target is torch.tanh]
    for node in old:
        with graph.inserting_after(node):
            new = graph.call_function(torch.relu, node.args)
        node.replace_all_uses_with(new)
        graph.erase_node(node)
    return torch.fx.GraphModule(module, graph)(x), len(old)


@right("edit_graph")
def an_interpreter(x, weights):
    class Edited(torch.fx.Interpreter):
        edited = 0

        def call_function(self, target, args, kwargs):
            if target is torch.tanh:
                self.edited += 1
                target = torch.relu
            return super().call_function(target, args, kwargs)

    run = Edited(torch.fx.symbolic_trace(lambda x: network_torch(x, weights)))
    return run.run(x), run.edited


@wrong("edit_graph", "the old graph still runs")
def not_recompiled(x, weights):
    module = torch.fx.symbolic_trace(lambda x: network_torch(x, weights))
    edited = 0
    for node in module.graph.nodes:
        if node.target is torch.tanh:
            node.target = torch.relu
            edited += 1
    return module(x), edited


@wrong("edit_graph", "only the first node is edited")
def stopped_too_early(x, weights):
    module = torch.fx.symbolic_trace(lambda x: network_torch(x, weights))
    edited = 0
    for node in module.graph.nodes:
        if node.target is torch.tanh:
            node.target = torch.relu
            edited += 1
            break
    module.recompile()
    return module(x), edited


@wrong("edit_graph", "the ReLU comes on top of the tanh")
def appended(x, weights):
    module = torch.fx.symbolic_trace(lambda x: network_torch(x, weights))
    graph = module.graph
    old = [node for node in graph.nodes if node.target is torch.tanh]
    for node in old:
        with graph.inserting_after(node):
            new = graph.call_function(torch.relu, (node,))
        node.replace_all_uses_with(new, lambda user, new=new: user is not new)
    module.recompile()
    return module(x), len(old)


@wrong("edit_graph", "the tanh is removed and nothing put in")
def bypassed(x, weights):
    module = torch.fx.symbolic_trace(lambda x: network_torch(x, weights))
    graph = module.graph
    old = [node for node in graph.nodes if node.target is torch.tanh]
    for node in old:
        node.replace_all_uses_with(node.args[0])
        graph.erase_node(node)
    module.recompile()
    return module(x), len(old)


@wrong("edit_graph", "a ReLU after the last layer")
def after_each_product(x, weights):
    module = torch.fx.symbolic_trace(lambda x: network_torch(x, weights))
    graph, edited = module.graph, 0
    for node in list(graph.nodes):
        if node.target is operator.matmul:
            with graph.inserting_after(node):
                new = graph.call_function(torch.relu, (node,))
            node.replace_all_uses_with(new, lambda user, new=new: user is not new)
            edited += 1
        elif node.target is torch.tanh:
            node.replace_all_uses_with(node.args[0])
    module.recompile()
    return module(x), edited
