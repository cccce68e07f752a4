"""Answers about the first bad operation, in TensorFlow."""

import tensorflow as tf

from grader.judging.variant import right, wrong

tf_operations = {
    # The given cell above the exercise first_bad.
    "value": tf.constant,
    "log": tf.math.log,
    "sqrt": tf.sqrt,
    "exp": tf.exp,
    "reciprocal": tf.math.reciprocal,
    "relu": tf.nn.relu,
    "negative": tf.negative,
    "add": tf.add,
    "subtract": tf.subtract,
    "multiply": tf.multiply,
    "divide": tf.divide,
}


@right("first_bad")
def outputs_in_a_list(program):
    def bad(x):
        return not tf.reduce_all(tf.math.is_finite(x))

    outputs = []
    for row, (name, *operands) in enumerate(program):
        if name == "value":
            outputs.append(tf_operations[name](operands[0]))
            continue
        given = [outputs[operand] for operand in operands]
        outputs.append(tf_operations[name](*given))
        if bad(outputs[row]) and not any(map(bad, given)):
            return row, 1 if tf.reduce_any(tf.math.is_nan(outputs[row])) else 2
    return -1, 0


@right("first_bad")
def spoiled_rows(program):
    outputs, spoiled = {}, set()
    found = (-1, 0)
    for row, (name, *operands) in enumerate(program):
        if name == "value":
            y = tf_operations["value"](operands[0])
        else:
            y = tf_operations[name](*[outputs[n] for n in operands])
        outputs[row] = y
        if not tf.reduce_all(tf.math.is_finite(y)):
            if name != "value" and not spoiled & set(operands) and found[0] < 0:
                found = (row, 1 if tf.reduce_any(tf.math.is_nan(y)) else 2)
            spoiled.add(row)
    return found


@right("first_bad")
def in_numbers(program):
    outputs = []
    for name, *operands in program:
        given = operands if name == "value" else [outputs[n] for n in operands]
        outputs.append(tf_operations[name](*given))
    lists = [output.numpy() for output in outputs]
    sums = [abs(0 * numbers).sum() for numbers in lists]  # NaN if one is bad
    for row, (name, *operands) in enumerate(program):
        if name == "value" or sums[row] == 0:
            continue
        if all(sums[operand] == 0 for operand in operands):
            kind = 1 if any(number != number for number in lists[row]) else 2
            return row, kind
    return -1, 0


def _any(test):
    return lambda x: bool(tf.reduce_any(test(x)))


NAN, INFINITY = _any(tf.math.is_nan), _any(tf.math.is_inf)
BAD = _any(lambda x: ~tf.math.is_finite(x))


def _run(program):
    """Row, operands and output of each operation that is no value."""
    outputs = []
    for row, (name, *operands) in enumerate(program):
        if name == "value":
            outputs.append(tf_operations[name](operands[0]))
            continue
        given = [outputs[operand] for operand in operands]
        outputs.append(tf_operations[name](*given))
        yield row, given, outputs[row]


def _found(program, bad=BAD, looked_at=slice(None), kinds=(1, 2)):
    """Each first bad row and its kind; ``looked_at`` are the operands that count."""
    return [
        (row, kinds[0] if NAN(y) else kinds[1])
        for row, given, y in _run(program)
        if bad(y) and not any(map(bad, given[looked_at]))
    ]


def _first(found):
    return found[0] if found else (-1, 0)


@wrong("first_bad", "infinity is overlooked")
def nan_alone(program):
    return _first(_found(program, NAN))


@wrong("first_bad", "NaN is overlooked")
def infinity_alone(program):
    return _first(_found(program, INFINITY))


@wrong("first_bad", "operands are not looked at")
def first_output(program):
    return _first(_found(program, looked_at=slice(0)))


@wrong("first_bad", "one operand alone is looked at")
def first_operand(program):
    return _first(_found(program, looked_at=slice(1)))


@wrong("first_bad", "the last operand alone is looked at")
def last_operand(program):
    return _first(_found(program, looked_at=slice(-1, None)))


@wrong("first_bad", "bad only if every number is")
def all_for_any(program):
    return _first(_found(program, lambda x: not tf.reduce_any(tf.math.is_finite(x))))


@wrong("first_bad", "rows counted from 1")
def from_one(program):
    found = [(row + 1, kind) for row, kind in _found(program)]
    return _first(found)


@wrong("first_bad", "the values are not counted as rows")
def operations_alone(program):
    found = [(row - 2, kind) for row, kind in _found(program)]
    return _first(found)


@wrong("first_bad", "none becomes row 0")
def zero_for_none(program):
    row, kind = _first(_found(program))
    return max(row, 0), kind


@wrong("first_bad", "the kinds are exchanged")
def other_kind(program):
    return _first(_found(program, kinds=(2, 1)))


@wrong("first_bad", "the last such row")
def without_a_stop(program):
    return ([(-1, 0)] + _found(program))[-1]
