"""Answers about what is traced_tf, and how often, in TensorFlow."""

import numpy as np
import tensorflow as tf

from grader.judging.variant import right, wrong

# The locked cells above the exercise count_traces.


def traced_tf(f, **options):
    g = tf.function(f, autograph=False, **options)
    return g, g.experimental_get_tracing_count


def scale(x, k):
    return k * x


def energy_tf(x, k):
    return tf.reduce_sum((k * x) ** 2)


@right("count_traces")
def measured(sizes, factors):
    python, tensor = [], []
    g, count = traced_tf(scale)
    for n, k in zip(sizes, factors, strict=True):
        g(tf.ones(n), k)
        python.append(count())
    g, count = traced_tf(scale)
    for n, k in zip(sizes, factors, strict=True):
        g(tf.ones(n), tf.constant(float(k)))
        tensor.append(count())
    return python, tensor


@right("count_traces")
def measured_by_a_list(sizes, factors):
    counts = []
    for convert in (int, lambda k: tf.constant(k, tf.float32)):
        log, after = [], []

        def noted(x, k, log=log):
            log.append(1)
            return scale(x, k)

        g = tf.function(lambda x, k, noted=noted: noted(x, k))
        for i in range(len(sizes)):
            g(tf.zeros([sizes[i]]), convert(factors[i]))
            after.append(len(log))
        counts.append(after)
    return counts


@wrong("count_traces", "every call is traced")
def traced_anew(sizes, factors):
    python, tensor = [0], [0]
    for n, k in zip(sizes, factors, strict=True):
        g, count = traced_tf(scale)
        g(tf.ones(n), k)
        python.append(python[-1] + count())
        g, count = traced_tf(scale)
        g(tf.ones(n), tf.constant(float(k)))
        tensor.append(tensor[-1] + count())
    return python[1:], tensor[1:]


@wrong("count_traces", "a Python number's value left out")
def tensors_both_times(sizes, factors):
    g, count = traced_tf(scale)
    after = []
    for n, k in zip(sizes, factors, strict=True):
        g(tf.ones(n), tf.constant(float(k)))
        after.append(count())
    return after, after


@wrong("count_traces", "a tensor's value counted")
def numbers_both_times(sizes, factors):
    g, count = traced_tf(scale)
    after = []
    for n, k in zip(sizes, factors, strict=True):
        g(tf.ones(n), k)
        after.append(count())
    return after, after


@wrong("count_traces", "the end alone")
def counted_at_the_end(sizes, factors):
    g, python = traced_tf(scale)
    for n, k in zip(sizes, factors, strict=True):
        g(tf.ones(n), k)
    python = python()
    g, tensor = traced_tf(scale)
    for n, k in zip(sizes, factors, strict=True):
        g(tf.ones(n), tf.constant(float(k)))
    return python, tensor()


@wrong("count_traces", "the two counts exchanged")
def tensors_first(sizes, factors):
    counts = []
    for convert in (lambda k: tf.constant(float(k)), int):
        g, count = traced_tf(scale)
        after = []
        for n, k in zip(sizes, factors, strict=True):
            g(tf.ones(n), convert(k))
            after.append(count())
        counts.append(after)
    return counts


@right("trace_once")
def signature(xs, factors):
    specs = [tf.TensorSpec([None, 3]), tf.TensorSpec([])]
    g, count = traced_tf(energy_tf, input_signature=specs)
    energies = [g(tf.cast(x, tf.float32), k) for x, k in zip(xs, factors, strict=True)]
    return energies, count()


@right("trace_once")
def concrete_function(xs, factors):
    g, count = traced_tf(energy_tf)
    rows = tf.TensorSpec([None, None], xs[0].dtype)
    once = g.get_concrete_function(rows, tf.TensorSpec([], xs[0].dtype))
    energies = []
    for i in range(len(xs)):
        energies.append(once(xs[i], tf.constant(factors[i], xs[0].dtype)))
    return tf.stack(energies), count()


@right("trace_once")
def signature_of_any_rank(xs, factors):
    dtype = xs[0].dtype
    specs = [tf.TensorSpec(None, dtype), tf.TensorSpec([], dtype)]
    g, count = traced_tf(energy_tf, input_signature=specs)
    energies = [g(x, tf.cast(k, dtype)) for x, k in zip(xs, factors, strict=True)]
    return tf.stack(energies), count()


@wrong("trace_once", "a trace for each pair of size and factor")
def nothing_left_open(xs, factors):
    g, count = traced_tf(energy_tf)
    energies = [g(x, k) for x, k in zip(xs, factors, strict=True)]
    return energies, count()


@wrong("trace_once", "every call is traced")
def traced_for_each_call(xs, factors):
    energies, traces = [], 0
    for x, k in zip(xs, factors, strict=True):
        g, count = traced_tf(energy_tf)
        energies.append(g(x, tf.constant(k)))
        traces += count()
    return energies, traces


@wrong("trace_once", "a trace for each number of rows")
def only_factors_as_tensors(xs, factors):
    g, count = traced_tf(energy_tf)
    energies = [g(x, tf.constant(k)) for x, k in zip(xs, factors, strict=True)]
    return energies, count()


@wrong("trace_once", "a trace for each factor")
def function_for_each_factor(xs, factors):
    specs = [tf.TensorSpec([None, 3])]
    energies, counts, functions = [], [], {}
    for x, k in zip(xs, factors, strict=True):
        if k not in functions:
            g, count = traced_tf(lambda x, k=k: energy_tf(x, k), input_signature=specs)
            functions[k] = g
            counts.append(count)
        energies.append(functions[k](x))
    return energies, sum(count() for count in counts)


@wrong("trace_once", "a first trace for one size, a second for all")
def reduced_retracing(xs, factors):
    g, count = traced_tf(energy_tf, reduce_retracing=True)
    energies = [g(x, tf.constant(k)) for x, k in zip(xs, factors, strict=True)]
    return energies, count()


@wrong("trace_once", "the first factor is baked in")
def factor_from_outside(xs, factors):
    k = None

    def f(x):
        return energy_tf(x, k)

    g, count = traced_tf(f, input_signature=[tf.TensorSpec([None, 3])])
    energies = []
    for i in range(len(xs)):
        k = factors[i]
        energies.append(g(xs[i]))
    return energies, count()


@right("branch")
def where_of_both(xs, limit):
    def huber(x):
        m = tf.reduce_mean(tf.abs(x))
        return tf.where(m <= limit, m**2 / 2, limit * (m - limit / 2))

    g, count = traced_tf(huber)
    return [g(x) for x in xs], count()


@right("branch")
def cond_of_functions(xs, limit):
    def huber(x):
        m = tf.reduce_mean(tf.abs(x))
        return tf.cond(
            m <= limit,
            lambda: m**2 / 2,
            lambda: limit * (m - limit / 2),
        )

    g, count = traced_tf(huber)
    losses = [g(x) for x in xs]
    return tf.stack(losses), count()


@right("branch")
def without_a_choice(xs, limit):
    def huber(x):
        m = tf.reduce_mean(tf.abs(x))
        # The same two pieces: c (m - c / 2) with c the smaller of m and limit.
        c = tf.minimum(m, limit)
        return c * (m - c / 2)

    g, count = traced_tf(huber)
    return [g(x) for x in xs], count()


@wrong("branch", "the choice is made outside the graph")
def flag_as_argument(xs, limit):
    def huber(x, small):
        m = tf.reduce_mean(tf.abs(x))
        if small:
            return m**2 / 2
        return limit * (m - limit / 2)

    g, count = traced_tf(huber)
    return [g(x, bool(tf.reduce_mean(tf.abs(x)) <= limit)) for x in xs], count()


@wrong("branch", "the first call's branch for all")
def decided_by_the_first(xs, limit):
    small = bool(tf.reduce_mean(tf.abs(xs[0])) <= limit)

    def huber(x):
        m = tf.reduce_mean(tf.abs(x))
        if small:
            return m**2 / 2
        return limit * (m - limit / 2)

    g, count = traced_tf(huber)
    return [g(x) for x in xs], count()


@wrong("branch", "branches exchanged")
def line_below(xs, limit):
    def huber(x):
        m = tf.reduce_mean(tf.abs(x))
        return tf.where(m <= limit, limit * (m - limit / 2), m**2 / 2)

    g, count = traced_tf(huber)
    return [g(x) for x in xs], count()


@wrong("branch", "the mean before the absolute value")
def absolute_mean(xs, limit):
    def huber(x):
        m = tf.abs(tf.reduce_mean(x))
        return tf.where(m <= limit, m**2 / 2, limit * (m - limit / 2))

    g, count = traced_tf(huber)
    return [g(x) for x in xs], count()


@wrong("branch", "every call is traced")
def traced_for_each_of_xs(xs, limit):
    def huber(x):
        m = tf.reduce_mean(tf.abs(x))
        return tf.where(m <= limit, m**2 / 2, limit * (m - limit / 2))

    losses, traces = [], 0
    for x in xs:
        g, count = traced_tf(huber)
        losses.append(g(x))
        traces += count()
    return losses, traces


@wrong("branch", "a traced function made for each call")
def the_last_count(xs, limit):
    def huber(x):
        m = tf.reduce_mean(tf.abs(x))
        return tf.where(m <= limit, m**2 / 2, limit * (m - limit / 2))

    losses = []
    for x in xs:
        g, count = traced_tf(huber)
        losses.append(g(x))
    return losses, count()


@wrong("branch", "a choice for each element")
def mean_at_the_end(xs, limit):
    def huber(x):
        m = tf.abs(x)
        losses = tf.where(m <= limit, m**2 / 2, limit * (m - limit / 2))
        return tf.reduce_mean(losses)

    g, count = traced_tf(huber)
    return [g(x) for x in xs], count()


@right("running_mean")
def variable_assigned(xs, decay):
    m = tf.Variable(tf.zeros_like(xs[0][0]))

    def step(x):
        return m.assign(decay * m + (1 - decay) * tf.reduce_mean(x))

    g, count = traced_tf(step)
    return [g(x) for x in xs], count()


@right("running_mean")
def change_added(xs, decay):
    m = tf.Variable(tf.zeros_like(xs[0][0]))

    def step(x):
        m.assign_add((1 - decay) * (tf.reduce_mean(x) - m))
        return tf.identity(m)

    g, count = traced_tf(step)
    means = []
    for x in xs:
        means.append(g(x).numpy())
    return means, count()


@right("running_mean")
def state_as_argument(xs, decay):
    def step(m, x):
        return decay * m + (1 - decay) * tf.reduce_mean(x)

    g, count = traced_tf(step)
    m, means = tf.zeros_like(xs[0][0]), []
    for x in xs:
        m = g(m, x)
        means.append(m)
    return tf.stack(means), count()


@wrong("running_mean", "the state is frozen in the trace")
def python_number(xs, decay):
    m = 0.0

    def step(x):
        return decay * m + (1 - decay) * tf.reduce_mean(x)

    g, count = traced_tf(step)
    means = []
    for x in xs:
        m = float(g(x))
        means.append(m)
    return means, count()


@wrong("running_mean", "a trace for each value of the state")
def number_as_argument(xs, decay):
    def step(m, x):
        return decay * m + (1 - decay) * tf.reduce_mean(x)

    g, count = traced_tf(step)
    m, means = 0.0, []
    for x in xs:
        m = float(g(m, x))
        means.append(m)
    return means, count()


@wrong("running_mean", "a traced step made for each call")
def the_last_step_counted(xs, decay):
    m, means = tf.Variable(0.0), []

    def step(x):
        return m.assign(decay * m + (1 - decay) * tf.reduce_mean(x))

    for x in xs:
        g, count = traced_tf(step)
        means.append(g(x))
    return means, count()


@wrong("running_mean", "the state is lost between calls")
def made_in_each_call(xs, decay):
    def step(x):
        m = tf.zeros([])
        return decay * m + (1 - decay) * tf.reduce_mean(x)

    g, count = traced_tf(step)
    return [g(x) for x in xs], count()


@wrong("running_mean", "decay on the wrong side")
def weights_exchanged(xs, decay):
    m = tf.Variable(0.0)

    def step(x):
        return m.assign((1 - decay) * m + decay * tf.reduce_mean(x))

    g, count = traced_tf(step)
    return [g(x) for x in xs], count()


@wrong("running_mean", "m before the update")
def old_value(xs, decay):
    m = tf.Variable(0.0)

    def step(x):
        before = tf.identity(m)
        m.assign(decay * m + (1 - decay) * tf.reduce_mean(x))
        return before

    g, count = traced_tf(step)
    return [g(x) for x in xs], count()


@right("leaky_scan")
def tensor_array(xs, keep):
    def scan(xs):
        steps = tf.shape(xs)[0]

        def body(t, y, history):
            y = keep * y + xs[t]
            return t + 1, y, history.write(t, y)

        start = (0, tf.zeros_like(xs[0]), tf.TensorArray(xs.dtype, steps))
        _, _, history = tf.while_loop(lambda t, *_: t < steps, body, start)
        return history.stack()

    g, _ = traced_tf(scan)
    return g(xs)


@right("leaky_scan")
def library_scan(xs, keep):
    def scan(xs):
        return tf.scan(lambda y, x: keep * y + x, xs)

    g, _ = traced_tf(scan)
    return g(xs)


@right("leaky_scan")
def unrolled(xs, keep):
    def scan(xs):
        y, history = tf.zeros_like(xs[0]), []
        for x in tf.unstack(xs):
            y = keep * y + x
            history.append(y)
        return tf.stack(history)

    g, _ = traced_tf(scan)
    return g(xs)


@wrong("leaky_scan", "the last step alone")
def final_state(xs, keep):
    def body(t, y):
        return t + 1, keep * y + xs[t]

    start = (0, tf.zeros_like(xs[0]))
    return tf.while_loop(lambda t, y: t < len(xs), body, start)[1]


@wrong("leaky_scan", "every row is the last step")
def same_variable(xs, keep):
    y, history = tf.Variable(tf.zeros_like(xs[0])), []
    for x in xs:
        y.assign(keep * y + x)
        history.append(y)
    return tf.stack(history)


@wrong("leaky_scan", "nothing leaks")
def running_sum(xs, keep):
    return tf.cumsum(xs)


@wrong("leaky_scan", "an average in place of a sum")
def moving_average(xs, keep):
    zero = tf.zeros_like(xs[0])
    return tf.scan(lambda y, x: keep * y + (1 - keep) * x, xs, initializer=zero)


@wrong("leaky_scan", "y before the step")
def exclusive(xs, keep):
    y, history = tf.zeros_like(xs[0]), []
    for x in xs:
        history.append(y)
        y = keep * y + x
    return tf.stack(history)


@wrong("leaky_scan", "from the end to the beginning")
def from_the_last(xs, keep):
    return tf.scan(lambda y, x: keep * y + x, xs, reverse=True)


@right("gcd_loop")
def while_any(a, b):
    def condition(a, b, steps):
        return tf.reduce_any(b > 0)

    def body(a, b, steps):
        on = b > 0
        rest = a % tf.where(on, b, 1)
        steps += tf.cast(on, steps.dtype)
        return tf.where(on, b, a), tf.where(on, rest, b), steps

    g, _ = traced_tf(
        lambda a, b: tf.while_loop(condition, body, (a, b, tf.zeros_like(a)))
    )
    a, _, steps = g(a, b)
    return a, steps


@right("gcd_loop")
def unrolled_rounds(a, b):
    def euclid(a, b):
        steps = tf.zeros_like(a)
        for _ in range(12):
            on = b > 0
            rest = a % tf.maximum(b, 1)
            a, b = tf.where(on, b, a), tf.where(on, rest, b)
            steps += tf.cast(on, steps.dtype)
        return a, steps

    g, _ = traced_tf(euclid)
    return g(a, b)


@right("gcd_loop")
def library_and_count(a, b):
    gcd, steps = np.gcd(a, b), tf.zeros_like(a)
    while tf.reduce_any(b > 0):
        on = b > 0
        steps += tf.where(on, 1, 0 * b)
        a, b = tf.where(on, b, a), tf.where(on, a % tf.maximum(b, 1), b)
    return gcd, steps


@wrong("gcd_loop", "finished pairs go on counting")
def one_counter(a, b):
    steps = tf.zeros_like(a)
    while tf.reduce_any(b > 0):
        on = b > 0
        rest = a % tf.where(on, b, 1)
        a, b = tf.where(on, b, a), tf.where(on, rest, b)
        steps += 1
    return a, steps


@wrong("gcd_loop", "finished pairs are not held")
def only_the_divisor_is_safe(a, b):
    def body(a, b, steps):
        on = b > 0
        rest = a % tf.where(on, b, 1)
        return b, tf.where(on, rest, 0), steps + tf.cast(on, steps.dtype)

    a, _, steps = tf.while_loop(
        lambda a, b, steps: tf.reduce_any(b > 0), body, (a, b, tf.zeros_like(a))
    )
    return a, steps


@wrong("gcd_loop", "every divisor is 0")
def rest_returned(a, b):
    def body(a, b, steps):
        on = b > 0
        rest = a % tf.where(on, b, 1)
        steps += tf.cast(on, steps.dtype)
        return tf.where(on, b, a), tf.where(on, rest, b), steps

    _, b, steps = tf.while_loop(
        lambda a, b, steps: tf.reduce_any(b > 0), body, (a, b, tf.zeros_like(a))
    )
    return b, steps


@wrong("gcd_loop", "nothing is done")
def while_all(a, b):
    def condition(a, b, steps):
        return tf.reduce_all(b > 0)

    def body(a, b, steps):
        on = b > 0
        rest = a % tf.where(on, b, 1)
        steps += tf.cast(on, steps.dtype)
        return tf.where(on, b, a), tf.where(on, rest, b), steps

    a, _, steps = tf.while_loop(condition, body, (a, b, tf.zeros_like(a)))
    return a, steps


@wrong("gcd_loop", "one round too few")
def looks_at_the_rest(a, b):
    def condition(a, b, steps):
        return tf.reduce_any((b > 0) & (a % tf.maximum(b, 1) > 0))

    def body(a, b, steps):
        on = b > 0
        rest = a % tf.where(on, b, 1)
        steps += tf.cast(on, steps.dtype)
        return tf.where(on, b, a), tf.where(on, rest, b), steps

    a, _, steps = tf.while_loop(condition, body, (a, b, tf.zeros_like(a)))
    return a, steps
