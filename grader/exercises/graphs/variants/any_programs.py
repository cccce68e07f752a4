"""Answers about recorded programs that are the same lines in both frameworks."""

import numpy as np

from grader.judging.variant import right, wrong

# The locked cell above the exercise record.


def walk(x, y, bits):
    for bit in bits:
        if bit:
            x, y = y, x * y
        else:
            y = x + y
    return y


@right("record")
def own_symbol(bits):
    rows = []

    class Symbol:
        def __init__(self, number):
            self.number = number

        def made(self, op, other):
            rows.append([op, self.number, other.number])
            return Symbol(len(rows) + 1)

        def __add__(self, other):
            return self.made(0, other)

        def __mul__(self, other):
            return self.made(1, other)

    walk(Symbol(0), Symbol(1), bits)
    return rows


@right("record")
def by_following_names(bits):
    x, y = 0, 1
    rows = np.zeros((len(bits), 3))
    for r in range(len(bits)):
        rows[r] = bits[r], x, y
        x, y = (y, r + 2) if bits[r] else (x, r + 2)
    return rows


@right("record")
def ops_as_truth_values(bits):
    x, y, rows = 0, 1, []
    for made, bit in enumerate(bits, start=2):
        rows.append([bit == 1, x, y])
        x, y = (y, made) if bit else (x, made)
    return rows


@wrong("record", "operands exchanged")
def reflected(bits):
    rows = []

    class Symbol:
        def __init__(self, number):
            self.number = number

        def __add__(self, other):
            rows.append([0, other.number, self.number])
            return Symbol(len(rows) + 1)

        def __mul__(self, other):
            rows.append([1, other.number, self.number])
            return Symbol(len(rows) + 1)

    walk(Symbol(0), Symbol(1), bits)
    return rows


@wrong("record", "op numbers exchanged")
def products_are_zero(bits):
    rows = []

    class Symbol:
        def __init__(self, number):
            self.number = number

        def __add__(self, other):
            rows.append([1, self.number, other.number])
            return Symbol(len(rows) + 1)

        def __mul__(self, other):
            rows.append([0, self.number, other.number])
            return Symbol(len(rows) + 1)

    walk(Symbol(0), Symbol(1), bits)
    return rows


@wrong("record", "values counted from 1")
def inputs_one_and_two(bits):
    rows = []

    class Symbol:
        def __init__(self, number):
            self.number = number

        def __add__(self, other):
            rows.append([0, self.number, other.number])
            return Symbol(len(rows) + 2)

        def __mul__(self, other):
            rows.append([1, self.number, other.number])
            return Symbol(len(rows) + 2)

    walk(Symbol(1), Symbol(2), bits)
    return rows


@wrong("record", "rows numbered without the inputs")
def first_row_makes_zero(bits):
    rows = []

    class Symbol:
        def __init__(self, number):
            self.number = number

        def __add__(self, other):
            rows.append([0, self.number, other.number])
            return Symbol(len(rows) - 1)

        def __mul__(self, other):
            rows.append([1, self.number, other.number])
            return Symbol(len(rows) - 1)

    walk(Symbol(0), Symbol(1), bits)
    return rows


@wrong("record", "x never moves")
def left_is_x(bits):
    rows = []
    for r in range(len(bits)):
        rows.append([bits[r], 0, r + 1])
    return rows


@right("dead_code")
def set_of_numbers(program, inputs):
    needed = {inputs + len(program) - 1}
    for r in reversed(range(len(program))):
        if inputs + r in needed:
            needed.update(program[r][1:])
    return [int(inputs + r in needed) for r in range(len(program))]


@right("dead_code")
def recursion_from_the_result(program, inputs):
    keep = np.zeros(len(program))

    def visit(number):
        row = number - inputs
        if row >= 0 and not keep[row]:
            keep[row] = 1
            visit(program[row][1])
            visit(program[row][2])

    visit(inputs + len(program) - 1)
    return keep


@right("dead_code")
def until_nothing_changes(program, inputs):
    needed, before = {inputs + len(program) - 1}, set()
    while needed != before:
        before = set(needed)
        for number in before:
            if number >= inputs:
                needed |= set(program[number - inputs][1:])
    return [float(inputs + r in needed) for r in range(len(program))]


@right("dead_code")
def truth_values(program, inputs):
    needed = np.zeros(inputs + len(program), dtype=bool)
    needed[-1] = True
    for r in reversed(range(len(program))):
        needed[program[r][1:]] |= needed[inputs + r]
    return needed[inputs:]


@right("dead_code")
def list_of_truth_values(program, inputs):
    needed = {inputs + len(program) - 1}
    for r in reversed(range(len(program))):
        if inputs + r in needed:
            needed.update(program[r][1:])
    return [inputs + r in needed for r in range(len(program))]


@right("dead_code")
def struck_out_until_nothing_changes(program, inputs):
    left, before = set(range(len(program))), None
    while left != before:
        before = left
        used = {number for r in left for number in program[r][1:]}
        left = {r for r in left if inputs + r in used} | {len(program) - 1}
    return [int(r in left) for r in range(len(program))]


@wrong("dead_code", "used by a dead row")
def used_anywhere(program, inputs):
    used = {inputs + len(program) - 1}
    for _, i, j in program:
        used |= {i, j}
    return [int(inputs + r in used) for r in range(len(program))]


@wrong("dead_code", "two sweeps are not enough")
def struck_out_twice(program, inputs):
    left = set(range(len(program)))
    for _ in range(2):
        used = {number for r in left for number in program[r][1:]}
        left = {r for r in left if inputs + r in used} | {len(program) - 1}
    return [int(r in left) for r in range(len(program))]


@wrong("dead_code", "only the result's own operands")
def walked_forwards(program, inputs):
    needed = {inputs + len(program) - 1}
    for r in range(len(program)):
        if inputs + r in needed:
            needed.update(program[r][1:])
    return [int(inputs + r in needed) for r in range(len(program))]


@wrong("dead_code", "the result is thrown away")
def operands_only(program, inputs):
    needed = set(program[-1][1:])
    for r in reversed(range(len(program))):
        if inputs + r in needed:
            needed.update(program[r][1:])
    return [int(inputs + r in needed) for r in range(len(program))]


@wrong("dead_code", "row numbers taken for value numbers")
def no_offset(program, inputs):
    needed = {len(program) - 1}
    for r in reversed(range(len(program))):
        if r in needed:
            needed.update(program[r][1:])
    return [int(r in needed) for r in range(len(program))]


@wrong("dead_code", "dead and live exchanged")
def marks_the_dead(program, inputs):
    needed = {inputs + len(program) - 1}
    for r in reversed(range(len(program))):
        if inputs + r in needed:
            needed.update(program[r][1:])
    return [int(inputs + r not in needed) for r in range(len(program))]


@right("common_subexpressions")
def dict_of_forms(program, inputs):
    first, seen = list(range(inputs)), {}
    for op, i, j in program:
        i, j = first[i], first[j]
        if op != "sub":
            i, j = sorted((i, j))
        first.append(seen.setdefault((op, i, j), len(first)))
    return first[inputs:]


@right("common_subexpressions")
def search_all_rows_before(program, inputs):
    first = list(range(inputs))
    forms = []
    for op, i, j in program:
        pair = [first[i], first[j]]
        form = [op, pair if op == "sub" else [min(pair), max(pair)]]
        if form in forms:
            first.append(forms.index(form) + inputs)
        else:
            first.append(len(first))
        forms.append(form)
    return np.array(first[inputs:])


@right("common_subexpressions")
def by_symbolic_text(program, inputs):
    texts = [f"x{k}" for k in range(inputs)]
    for op, i, j in program:
        pair = [texts[i], texts[j]]
        if op in ("add", "mul"):
            pair.sort()
        texts.append(f"({op} {pair[0]} {pair[1]})")
    return [texts.index(text) for text in texts[inputs:]]


@wrong("common_subexpressions", "operands compared as they are written")
def no_renaming(program, inputs):
    first, seen = list(range(inputs)), {}
    for op, i, j in program:
        if op != "sub":
            i, j = sorted((i, j))
        first.append(seen.setdefault((op, i, j), len(first)))
    return first[inputs:]


@wrong("common_subexpressions", "a + b and b + a taken for different")
def no_sorting(program, inputs):
    first, seen = list(range(inputs)), {}
    for op, i, j in program:
        key = (op, first[i], first[j])
        first.append(seen.setdefault(key, len(first)))
    return first[inputs:]


@wrong("common_subexpressions", "a * b and b * a taken for different")
def sums_sorted(program, inputs):
    first, seen = list(range(inputs)), {}
    for op, i, j in program:
        i, j = first[i], first[j]
        if op == "add":
            i, j = min(i, j), max(i, j)
        first.append(seen.setdefault((op, i, j), len(first)))
    return first[inputs:]


@wrong("common_subexpressions", "all differences of equals taken for one")
def zeros_are_equal(program, inputs):
    first, seen = list(range(inputs)), {}
    for op, i, j in program:
        i, j = first[i], first[j]
        form = (op, i, j) if op == "sub" else (op, *sorted((i, j)))
        if op == "sub" and i == j:
            form = 0
        first.append(seen.setdefault(form, len(first)))
    return first[inputs:]


@wrong("common_subexpressions", "the op left out")
def operands_alone(program, inputs):
    first, seen = list(range(inputs)), {}
    for op, i, j in program:
        i, j = first[i], first[j]
        form = (i, j) if op == "sub" else (min(i, j), max(i, j))
        first.append(seen.setdefault(form, len(first)))
    return first[inputs:]


@wrong("common_subexpressions", "the right operand left out")
def left_alone(program, inputs):
    first, seen = list(range(inputs)), {}
    for op, i, j in program:
        pair = [first[i], first[j]]
        if op != "sub":
            pair.sort()
        first.append(seen.setdefault((op, pair[0]), len(first)))
    return first[inputs:]


@wrong("common_subexpressions", "the left operand left out")
def right_alone(program, inputs):
    first, seen = list(range(inputs)), {}
    for op, i, j in program:
        pair = [first[i], first[j]]
        if op != "sub":
            pair.sort()
        first.append(seen.setdefault((op, pair[1]), len(first)))
    return first[inputs:]


@wrong("common_subexpressions", "operands renamed in one more pass")
def two_passes(program, inputs):
    names = list(range(inputs + len(program)))
    for _ in range(2):
        seen, first = {}, list(range(inputs))
        for op, i, j in program:
            i, j = names[i], names[j]
            form = (op, i, j) if op == "sub" else (op, min(i, j), max(i, j))
            first.append(seen.setdefault(form, len(first)))
        names = first
    return first[inputs:]


@wrong("common_subexpressions", "a - b and b - a taken for equal")
def all_sorted(program, inputs):
    first, seen = list(range(inputs)), {}
    for op, i, j in program:
        key = (op, *sorted((first[i], first[j])))
        first.append(seen.setdefault(key, len(first)))
    return first[inputs:]


@wrong("common_subexpressions", "the latest equal value")
def newest_place(program, inputs):
    texts = [f"x{k}" for k in range(inputs)]
    found = []
    for op, i, j in program:
        pair = [texts[i], texts[j]]
        if op in ("add", "mul"):
            pair.sort()
        text = f"({op} {pair[0]} {pair[1]})"
        equal = [k for k in range(len(texts)) if texts[k] == text]
        found.append(equal[-1] if equal else len(texts))
        texts.append(text)
    return found


@wrong("common_subexpressions", "row numbers taken for value numbers")
def counted_in_rows(program, inputs):
    texts = [f"x{k}" for k in range(inputs)]
    for op, i, j in program:
        pair = [texts[i], texts[j]]
        if op in ("add", "mul"):
            pair.sort()
        texts.append(f"({op} {pair[0]} {pair[1]})")
    return [texts.index(text) - inputs for text in texts[inputs:]]


@right("backward_replay")
def by_hand_with_operators(program, x):
    values = list(x)
    for op, i, j in program:
        a, b = values[i], values[j]
        values.append(a + b if op == "add" else a - b if op == "sub" else a * b)
    grads = [0 * value for value in values]
    grads[-1] = grads[-1] + 1
    for r in reversed(range(len(program))):
        op, i, j = program[r]
        g = grads[len(x) + r]
        grads[i] = grads[i] + (g * values[j] if op == "mul" else g)
        change = g * values[i] if op == "mul" else g
        grads[j] = grads[j] - change if op == "sub" else grads[j] + change
    return grads[: len(x)]


@wrong("backward_replay", "gradients overwritten")
def assigned(program, x):
    values = list(x)
    for op, i, j in program:
        a, b = values[i], values[j]
        values.append(a + b if op == "add" else a - b if op == "sub" else a * b)
    grads = [0 * value for value in values]
    grads[-1] = grads[-1] + 1
    for r in reversed(range(len(program))):
        op, i, j = program[r]
        g = grads[len(x) + r]
        grads[i] = g * values[j] if op == "mul" else g
        grads[j] = g * values[i] if op == "mul" else -g if op == "sub" else g
    return grads[: len(x)]


@wrong("backward_replay", "a row that takes one value twice")
def both_read_before_either_is_written(program, x):
    values = list(x)
    for op, i, j in program:
        a, b = values[i], values[j]
        values.append(a + b if op == "add" else a - b if op == "sub" else a * b)
    grads = [0 * value for value in values]
    grads[-1] = grads[-1] + 1
    for r in reversed(range(len(program))):
        op, i, j = program[r]
        g, a, b = grads[len(x) + r], values[i], values[j]
        left = g * b if op == "mul" else g
        right = {"add": g, "sub": -g, "mul": g * a}[op]
        grads[i], grads[j] = grads[i] + left, grads[j] + right
    return grads[: len(x)]


@wrong("backward_replay", "a subtraction without its minus")
def sub_as_add(program, x):
    values = list(x)
    for op, i, j in program:
        a, b = values[i], values[j]
        values.append(a + b if op == "add" else a - b if op == "sub" else a * b)
    grads = [0 * value for value in values]
    grads[-1] = grads[-1] + 1
    for r in reversed(range(len(program))):
        op, i, j = program[r]
        g = grads[len(x) + r]
        grads[i] = grads[i] + (g * values[j] if op == "mul" else g)
        grads[j] = grads[j] + (g * values[i] if op == "mul" else g)
    return grads[: len(x)]


@wrong("backward_replay", "a product's own operand")
def same_operand(program, x):
    values = list(x)
    for op, i, j in program:
        a, b = values[i], values[j]
        values.append(a + b if op == "add" else a - b if op == "sub" else a * b)
    grads = [0 * value for value in values]
    grads[-1] = grads[-1] + 1
    for r in reversed(range(len(program))):
        op, i, j = program[r]
        g = grads[len(x) + r]
        grads[i] = grads[i] + (g * values[i] if op == "mul" else g)
        change = g * values[j] if op == "mul" else g
        grads[j] = grads[j] - change if op == "sub" else grads[j] + change
    return grads[: len(x)]


@wrong("backward_replay", "the record walked forwards")
def first_row_first(program, x):
    values = list(x)
    for op, i, j in program:
        a, b = values[i], values[j]
        values.append(a + b if op == "add" else a - b if op == "sub" else a * b)
    grads = [0 * value for value in values]
    grads[-1] = grads[-1] + 1
    for r in range(len(program)):
        op, i, j = program[r]
        g = grads[len(x) + r]
        grads[i] = grads[i] + (g * values[j] if op == "mul" else g)
        change = g * values[i] if op == "mul" else g
        grads[j] = grads[j] - change if op == "sub" else grads[j] + change
    return grads[: len(x)]


@wrong("backward_replay", "the walk begins with the result")
def seeded_with_value(program, x):
    values = list(x)
    for op, i, j in program:
        a, b = values[i], values[j]
        values.append(a + b if op == "add" else a - b if op == "sub" else a * b)
    grads = [0 * value for value in values]
    grads[-1] = values[-1]
    for r in reversed(range(len(program))):
        op, i, j = program[r]
        g = grads[len(x) + r]
        grads[i] = grads[i] + (g * values[j] if op == "mul" else g)
        change = g * values[i] if op == "mul" else g
        grads[j] = grads[j] - change if op == "sub" else grads[j] + change
    return grads[: len(x)]


@right("peak_memory")
def running_total(rows, sizes):
    inputs = len(sizes) - len(rows)
    last = {inputs + r: r for r in range(len(rows))}
    for r, operands in enumerate(rows):
        last.update(dict.fromkeys(operands, r))
    last.pop(len(sizes) - 1)
    live, levels = sum(sizes[:inputs]), []
    for r in range(len(rows)):
        live += sizes[inputs + r]
        levels.append(live)
        live -= sum(sizes[n] for n in last if last[n] == r)
    return max(levels), levels.index(max(levels))


@right("peak_memory")
def set_of_values(rows, sizes):
    inputs = len(sizes) - len(rows)
    there, peak, where = set(range(inputs)), 0, 0
    for r in range(len(rows)):
        there.add(inputs + r)
        level = sum(sizes[n] for n in there)
        if level > peak:
            peak, where = level, r
        later = {n for row in rows[r + 1 :] for n in row} | {len(sizes) - 1}
        there &= later
    return peak, where


@right("peak_memory")
def matrix_of_lives(rows, sizes):
    steps, inputs = len(rows), len(sizes) - len(rows)
    alive = np.zeros((steps, len(sizes)))
    for n in range(len(sizes)):
        made = max(n - inputs, 0)
        users = [r for r in range(steps) if n in rows[r]]
        end = steps - 1 if n == len(sizes) - 1 else max(users, default=made)
        alive[made : end + 1, n] = 1
    levels = alive @ np.array(sizes)
    return levels.max(), levels.argmax()


@wrong("peak_memory", "nothing is ever freed")
def only_grows(rows, sizes):
    inputs = len(sizes) - len(rows)
    live, levels = sum(sizes[:inputs]), []
    for r in range(len(rows)):
        live += sizes[inputs + r]
        levels.append(live)
    return max(levels), levels.index(max(levels))


@wrong("peak_memory", "measured after freeing")
def level_after_the_row(rows, sizes):
    inputs = len(sizes) - len(rows)
    there, levels = set(range(inputs)), []
    for r in range(len(rows)):
        there.add(inputs + r)
        there &= {n for row in rows[r + 1 :] for n in row} | {len(sizes) - 1}
        levels.append(sum(sizes[n] for n in there))
    return max(levels), levels.index(max(levels))


@wrong("peak_memory", "inputs are never freed")
def inputs_stay(rows, sizes):
    inputs = len(sizes) - len(rows)
    there, levels = set(range(inputs)), []
    for r in range(len(rows)):
        there.add(inputs + r)
        levels.append(sum(sizes[n] for n in there))
        later = {n for row in rows[r + 1 :] for n in row}
        there &= later | {len(sizes) - 1} | set(range(inputs))
    return max(levels), levels.index(max(levels))


@wrong("peak_memory", "freed at the first use")
def first_user_frees(rows, sizes):
    inputs = len(sizes) - len(rows)
    there, levels = set(range(inputs)), []
    for r in range(len(rows)):
        there.add(inputs + r)
        levels.append(sum(sizes[n] for n in there))
        there -= set(rows[r])
        if all(inputs + r not in row for row in rows) and r < len(rows) - 1:
            there.discard(inputs + r)
    return max(levels), levels.index(max(levels))


@wrong("peak_memory", "unused results stay")
def last_uses_alone(rows, sizes):
    inputs = len(sizes) - len(rows)
    last = {}
    for r, operands in enumerate(rows):
        for number in operands:
            last[number] = r
    live, levels = sum(sizes[:inputs]), []
    for r in range(len(rows)):
        live += sizes[inputs + r]
        levels.append(live)
        live -= sum(sizes[n] for n in last if last[n] == r)
    return max(levels), levels.index(max(levels))


@wrong("peak_memory", "one value is freed twice")
def each_operand_freed(rows, sizes):
    inputs = len(sizes) - len(rows)
    last = {inputs + r: r for r in range(len(rows))}
    for r, operands in enumerate(rows):
        last.update(dict.fromkeys(operands, r))
    live, levels = sum(sizes[:inputs]), []
    for r, (i, j) in enumerate(rows):
        live += sizes[inputs + r]
        levels.append(live)
        live -= sizes[i] if last[i] == r else 0
        live -= sizes[j] if last[j] == r else 0
        live -= sizes[inputs + r] if last[inputs + r] == r else 0
    return max(levels), levels.index(max(levels))


@wrong("peak_memory", "inputs come with their first use")
def nothing_there_at_first(rows, sizes):
    inputs = len(sizes) - len(rows)
    there, levels = set(), []
    for r in range(len(rows)):
        there |= {inputs + r, *rows[r]}
        levels.append(sum(sizes[n] for n in there))
        there &= {n for row in rows[r + 1 :] for n in row} | {len(sizes) - 1}
    return max(levels), levels.index(max(levels))


@wrong("peak_memory", "the last of several peaks")
def at_least_as_high(rows, sizes):
    inputs = len(sizes) - len(rows)
    there, peak, where = set(range(inputs)), 0, 0
    for r in range(len(rows)):
        there.add(inputs + r)
        level = sum(sizes[n] for n in there)
        if level >= peak:
            peak, where = level, r
        there &= {n for row in rows[r + 1 :] for n in row} | {len(sizes) - 1}
    return peak, where


@wrong("peak_memory", "values counted, not their sizes")
def number_of_values(rows, sizes):
    inputs = len(sizes) - len(rows)
    there, levels = set(range(inputs)), []
    for r in range(len(rows)):
        there.add(inputs + r)
        levels.append(len(there))
        there &= {n for row in rows[r + 1 :] for n in row} | {len(sizes) - 1}
    return max(levels), levels.index(max(levels))


@right("count_traces")
def by_thinking(sizes, factors):
    pairs = list(zip(sizes, factors, strict=True))
    ends = range(1, len(pairs) + 1)
    return [len(set(pairs[:e])) for e in ends], [len(set(sizes[:e])) for e in ends]


@right("count_traces")
def by_keeping_keys(sizes, factors):
    seen, after = [set(), set()], np.zeros((2, len(sizes)))
    for c, (n, k) in enumerate(zip(sizes, factors, strict=True)):
        seen[0].add((n, k))
        seen[1].add(n)
        after[:, c] = [len(keys) for keys in seen]
    return tuple(after)


@wrong("count_traces", "a tensor's shape left out")
def the_factors_alone(sizes, factors):
    pairs = list(zip(sizes, factors, strict=True))
    ends = range(1, len(pairs) + 1)
    return [len(set(pairs[:e])) for e in ends], [len(set(factors[:e])) for e in ends]


@wrong("count_traces", "sizes and factors counted apart")
def one_key_for_each_argument(sizes, factors):
    ends = range(1, len(sizes) + 1)
    tensor = [len(set(sizes[:e])) for e in ends]
    return [len(set(sizes[:e])) + len(set(factors[:e])) for e in ends], tensor


@wrong("count_traces", "combinations that no call has")
def product_of_kinds(sizes, factors):
    ends = range(1, len(sizes) + 1)
    tensor = [len(set(sizes[:e])) for e in ends]
    return [len(set(sizes[:e])) * len(set(factors[:e])) for e in ends], tensor


@wrong("count_traces", "only the newest trace is remembered")
def counts_changes(sizes, factors):
    python, tensor = [1], [1]
    for c in range(1, len(sizes)):
        other = sizes[c] != sizes[c - 1]
        python.append(python[-1] + (other or factors[c] != factors[c - 1]))
        tensor.append(tensor[-1] + other)
    return python, tensor


@wrong("count_traces", "new traces, not all so far")
def ones_for_new_keys(sizes, factors):
    pairs = list(zip(sizes, factors, strict=True))
    python = [int(pair not in pairs[:c]) for c, pair in enumerate(pairs)]
    return python, [int(n not in sizes[:c]) for c, n in enumerate(sizes)]
