"""Answers about what is traced_torch, and how often, in PyTorch."""

import torch

from grader.judging.variant import right, wrong

# The locked cells above the exercise count_traces.


def traced_torch(f, dynamic=False):
    torch.compiler.reset()
    graphs = []

    def backend(graph, inputs):
        graphs.append(graph)
        return graph.forward

    g = torch.compile(f, backend=backend, dynamic=dynamic)
    return g, lambda: len(graphs)


def scale(x, k):
    return k * x


def energy_torch(x, k):
    return ((k * x) ** 2).sum()


@right("count_traces")
def measured(sizes, factors):
    python, tensor = [], []
    g, count = traced_torch(scale)
    for n, k in zip(sizes, factors, strict=True):
        g(torch.ones(n), k)
        python.append(count())
    g, count = traced_torch(scale)
    for n, k in zip(sizes, factors, strict=True):
        g(torch.ones(n), torch.tensor(float(k)))
        tensor.append(count())
    return python, tensor


@wrong("count_traces", "every call is traced")
def traced_anew(sizes, factors):
    python, tensor = [0], [0]
    for n, k in zip(sizes, factors, strict=True):
        g, count = traced_torch(scale)
        g(torch.ones(n), k)
        python.append(python[-1] + count())
        g, count = traced_torch(scale)
        g(torch.ones(n), torch.tensor(float(k)))
        tensor.append(tensor[-1] + count())
    return python[1:], tensor[1:]


@wrong("count_traces", "a Python number's value left out")
def tensors_both_times(sizes, factors):
    g, count = traced_torch(scale)
    after = []
    for n, k in zip(sizes, factors, strict=True):
        g(torch.ones(n), torch.tensor(float(k)))
        after.append(count())
    return after, after


@wrong("count_traces", "a tensor's value counted")
def numbers_both_times(sizes, factors):
    g, count = traced_torch(scale)
    after = []
    for n, k in zip(sizes, factors, strict=True):
        g(torch.ones(n), k)
        after.append(count())
    return after, after


@wrong("count_traces", "the end alone")
def counted_at_the_end(sizes, factors):
    g, python = traced_torch(scale)
    for n, k in zip(sizes, factors, strict=True):
        g(torch.ones(n), k)
    python = python()
    g, tensor = traced_torch(scale)
    for n, k in zip(sizes, factors, strict=True):
        g(torch.ones(n), torch.tensor(float(k)))
    return python, tensor()


@wrong("count_traces", "the two counts exchanged")
def tensors_first(sizes, factors):
    counts = []
    for convert in (lambda k: torch.tensor(float(k)), int):
        g, count = traced_torch(scale)
        after = []
        for n, k in zip(sizes, factors, strict=True):
            g(torch.ones(n), convert(k))
            after.append(count())
        counts.append(after)
    return counts


@right("trace_once")
def dynamic_with_numbers(xs, factors):
    g, count = traced_torch(energy_torch, dynamic=True)
    energies = [g(x, k) for x, k in zip(xs, factors, strict=True)]
    return energies, count()


@right("trace_once")
def one_written_down(xs, factors):
    energies = torch.zeros(len(xs)).to(xs[0])
    for i in range(len(xs)):
        energies[i] = energy_torch(xs[i], factors[i])
    return energies, 1


@right("trace_once")
def marked_rows(xs, factors):
    g, count = traced_torch(energy_torch, dynamic=None)
    energies = []
    for x, k in zip(xs, factors, strict=True):
        torch._dynamo.mark_dynamic(x, 0)
        energies.append(g(x, torch.tensor(k)))
    return torch.stack(energies), count()


@wrong("trace_once", "a trace for each pair of size and factor")
def nothing_left_open(xs, factors):
    g, count = traced_torch(energy_torch)
    energies = [g(x, k) for x, k in zip(xs, factors, strict=True)]
    return energies, count()


@wrong("trace_once", "every call is traced")
def traced_for_each_call(xs, factors):
    energies, traces = [], 0
    for x, k in zip(xs, factors, strict=True):
        g, count = traced_torch(energy_torch, dynamic=True)
        energies.append(g(x, k))
        traces += count()
    return energies, traces


@wrong("trace_once", "a trace for each number of rows")
def only_factors_as_tensors(xs, factors):
    g, count = traced_torch(energy_torch)
    energies = [g(x, torch.tensor(k)) for x, k in zip(xs, factors, strict=True)]
    return energies, count()


@wrong("trace_once", "a first trace for one size, a second for all")
def found_out_by_itself(xs, factors):
    g, count = traced_torch(energy_torch, dynamic=None)
    energies = [g(x, torch.tensor(k)) for x, k in zip(xs, factors, strict=True)]
    return energies, count()


@right("branch")
def where_of_both(xs, limit):
    def huber(x):
        m = x.abs().mean()
        return torch.where(m <= limit, m**2 / 2, limit * (m - limit / 2))

    g, count = traced_torch(huber)
    return [g(x) for x in xs], count()


@right("branch")
def cond_of_functions(xs, limit):
    def huber(x):
        m = x.abs().mean()
        return torch.cond(
            m <= limit,
            lambda m: m**2 / 2,
            lambda m: limit * (m - limit / 2),
            (m,),
        )

    g, count = traced_torch(huber)
    losses = [g(x) for x in xs]
    return torch.stack(losses), count()


@right("branch")
def without_a_choice(xs, limit):
    def huber(x):
        m = x.abs().mean()
        # The same two pieces: c (m - c / 2) with c the smaller of m and limit.
        c = torch.clamp(m, max=limit)
        return c * (m - c / 2)

    return [huber(x) for x in xs], len({x.shape for x in xs})


@wrong("branch", "a Python if breaks the graph")
def python_if(xs, limit):
    def huber(x):
        m = x.abs().mean()
        if m <= limit:
            return m**2 / 2
        return limit * (m - limit / 2)

    g, count = traced_torch(huber)
    return [g(x) for x in xs], count()


@wrong("branch", "a Python if breaks the graph before the mean is used")
def python_if_on_x(xs, limit):
    def huber(x):
        if x.abs().mean() <= limit:
            return x.abs().mean() ** 2 / 2
        return limit * (x.abs().mean() - limit / 2)

    g, count = traced_torch(huber)
    return [g(x) for x in xs], count()


@wrong("branch", "the choice is made outside the graph")
def flag_as_argument(xs, limit):
    def huber(x, small):
        m = x.abs().mean()
        if small:
            return m**2 / 2
        return limit * (m - limit / 2)

    g, count = traced_torch(huber)
    return [g(x, bool(x.abs().mean() <= limit)) for x in xs], count()


@wrong("branch", "the first call's branch for all")
def decided_by_the_first(xs, limit):
    small = bool(xs[0].abs().mean() <= limit)

    def huber(x):
        m = x.abs().mean()
        if small:
            return m**2 / 2
        return limit * (m - limit / 2)

    g, count = traced_torch(huber)
    return [g(x) for x in xs], count()


@wrong("branch", "branches exchanged")
def line_below(xs, limit):
    def huber(x):
        m = x.abs().mean()
        return torch.where(m <= limit, limit * (m - limit / 2), m**2 / 2)

    g, count = traced_torch(huber)
    return [g(x) for x in xs], count()


@wrong("branch", "the mean before the absolute value")
def absolute_mean(xs, limit):
    def huber(x):
        m = x.mean().abs()
        return torch.where(m <= limit, m**2 / 2, limit * (m - limit / 2))

    g, count = traced_torch(huber)
    return [g(x) for x in xs], count()


@wrong("branch", "every call is traced")
def traced_for_each_of_xs(xs, limit):
    def huber(x):
        m = x.abs().mean()
        return torch.where(m <= limit, m**2 / 2, limit * (m - limit / 2))

    losses, traces = [], 0
    for x in xs:
        g, count = traced_torch(huber)
        losses.append(g(x))
        traces += count()
    return losses, traces


@wrong("branch", "a traced function made for each call")
def the_last_count(xs, limit):
    def huber(x):
        m = x.abs().mean()
        return torch.where(m <= limit, m**2 / 2, limit * (m - limit / 2))

    losses = []
    for x in xs:
        g, count = traced_torch(huber)
        losses.append(g(x))
    return losses, count()


@wrong("branch", "a choice for each element")
def mean_at_the_end(xs, limit):
    def huber(x):
        m = x.abs()
        return torch.where(m <= limit, m**2 / 2, limit * (m - limit / 2)).mean()

    g, count = traced_torch(huber)
    return [g(x) for x in xs], count()


@right("running_mean")
def tensor_in_place(xs, decay):
    m = xs[0].new_zeros(())

    def step(x):
        m.copy_(decay * m + (1 - decay) * x.mean())
        return m.clone()

    g, count = traced_torch(step)
    return [g(x) for x in xs], count()


@right("running_mean")
def module_with_a_buffer(xs, decay):
    class Mean(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("m", xs[0].new_zeros(()))

        def forward(self, x):
            self.m.lerp_(x.mean(), 1 - decay)
            return self.m + 0

    g, count = traced_torch(Mean())
    return torch.stack([g(x) for x in xs]), count()


@right("running_mean")
def state_as_argument(xs, decay):
    def step(m, x):
        return decay * m + (1 - decay) * x.mean()

    m, means = xs[0].new_zeros(()), []
    for x in xs:
        m = step(m, x)
        means.append(m)
    return means, len({len(x) for x in xs})


@wrong("running_mean", "a trace for each value of the state")
def python_number(xs, decay):
    m = 0.0

    def step(x):
        return decay * m + (1 - decay) * x.mean()

    g, count = traced_torch(step)
    means = []
    for x in xs:
        m = float(g(x))
        means.append(m)
    return means, count()


@wrong("running_mean", "a traced step made for each call")
def the_last_step_counted(xs, decay):
    m, means = torch.zeros_like(xs[0][0]), []

    def step(x):
        m.mul_(decay).add_((1 - decay) * x.mean())
        return m.clone()

    for x in xs:
        g, count = traced_torch(step)
        means.append(g(x))
    return means, count()


@wrong("running_mean", "the state is lost between calls")
def made_in_each_call(xs, decay):
    def step(x):
        m = x.new_zeros(())
        return decay * m + (1 - decay) * x.mean()

    g, count = traced_torch(step)
    return [g(x) for x in xs], count()


@wrong("running_mean", "decay on the wrong side")
def weights_exchanged(xs, decay):
    m = xs[0].new_zeros(())

    def step(x):
        m.copy_((1 - decay) * m + decay * x.mean())
        return m.clone()

    g, count = traced_torch(step)
    return [g(x) for x in xs], count()


@wrong("running_mean", "m before the update")
def old_value(xs, decay):
    m = xs[0].new_zeros(())

    def step(x):
        before = m.clone()
        m.copy_(decay * m + (1 - decay) * x.mean())
        return before

    g, count = traced_torch(step)
    return [g(x) for x in xs], count()


@right("leaky_scan")
def list_and_stack(xs, keep):
    def scan(xs):
        y, history = torch.zeros_like(xs[0]), []
        for x in xs:
            y = keep * y + x
            history.append(y)
        return torch.stack(history)

    g, _ = traced_torch(scan)
    return g(xs)


@right("leaky_scan")
def rows_filled(xs, keep):
    def scan(xs):
        history = torch.empty_like(xs)
        history[0] = xs[0]
        for t in range(1, xs.shape[0]):
            history[t] = keep * history[t - 1] + xs[t]
        return history

    return scan(xs)


@right("leaky_scan")
def matrix_of_powers(xs, keep):
    steps = torch.arange(len(xs))
    lag = steps[:, None] - steps
    powers = torch.where(lag >= 0, keep ** lag.clamp(min=0), 0.0)
    return powers.to(xs) @ xs


@wrong("leaky_scan", "the last step alone")
def final_state(xs, keep):
    y = torch.zeros_like(xs[0])
    for x in xs:
        y = keep * y + x
    return y


@wrong("leaky_scan", "every row is the last step")
def same_memory(xs, keep):
    y, history = torch.zeros_like(xs[0]), []
    for x in xs:
        y.mul_(keep).add_(x)
        history.append(y)
    return torch.stack(history)


@wrong("leaky_scan", "nothing leaks")
def running_sum(xs, keep):
    return torch.cumsum(xs, dim=0)


@wrong("leaky_scan", "an average in place of a sum")
def moving_average(xs, keep):
    y, history = torch.zeros_like(xs[0]), []
    for x in xs:
        y = keep * y + (1 - keep) * x
        history.append(y)
    return torch.stack(history)


@wrong("leaky_scan", "y before the step")
def noted_too_early(xs, keep):
    y, history = torch.zeros_like(xs[0]), []
    for x in xs:
        history.append(y)
        y = keep * y + x
    return torch.stack(history)


@wrong("leaky_scan", "from the end to the beginning")
def from_the_last(xs, keep):
    y, history = torch.zeros_like(xs[0]), torch.empty_like(xs)
    for t in reversed(range(len(xs))):
        y = keep * y + xs[t]
        history[t] = y
    return history


@right("gcd_loop")
def masked_rounds(a, b):
    def euclid(a, b):
        steps = torch.zeros_like(a)
        for _ in range(12):
            on = b > 0
            rest = a % torch.where(on, b, 1)
            a, b = torch.where(on, b, a), torch.where(on, rest, b)
            steps = steps + on
        return a, steps

    g, _ = traced_torch(euclid)
    return g(a, b)


@right("gcd_loop")
def safe_divisor(a, b):
    def euclid(a, b):
        steps = 0 * a
        for _ in range(12):
            on = (b != 0).long()
            # Where b is 0: a modulo 1 is 0, and a takes its own place.
            a, b = on * b + (1 - on) * a, (a % b.clamp(min=1)) * on
            steps += on
        return a, steps

    return euclid(a, b)


@right("gcd_loop")
def library_and_count(a, b):
    gcd, steps = torch.gcd(a, b), torch.zeros_like(a)
    while (b > 0).any():
        steps += b > 0
        a, b = torch.where(b > 0, b, a), torch.where(b > 0, a % b.clamp(min=1), b)
    return gcd, steps


@wrong("gcd_loop", "finished pairs go on counting")
def one_counter(a, b):
    steps = torch.zeros_like(a)
    while (b > 0).any():
        on = b > 0
        rest = a % torch.where(on, b, 1)
        a, b = torch.where(on, b, a), torch.where(on, rest, b)
        steps = steps + 1
    return a, steps


@wrong("gcd_loop", "nothing is done")
def while_all(a, b):
    steps = torch.zeros_like(a)
    while (b > 0).all():
        a, b, steps = b, a % b, steps + 1
    return a, steps


@wrong("gcd_loop", "finished pairs are not held")
def only_the_divisor_is_safe(a, b):
    steps = torch.zeros_like(a)
    for _ in range(12):
        on = b > 0
        rest = torch.where(on, a % torch.where(on, b, 1), 0)
        a, b = b, rest
        steps = steps + on
    return a, steps


@wrong("gcd_loop", "one step too many")
def counted_before_the_test(a, b):
    steps = torch.ones_like(a)
    for _ in range(12):
        on = b > 0
        rest = a % torch.where(on, b, 1)
        a, b = torch.where(on, b, a), torch.where(on, rest, b)
        steps = steps + on
    return a, steps


@wrong("gcd_loop", "every divisor is 0")
def rest_returned(a, b):
    steps = torch.zeros_like(a)
    for _ in range(12):
        on = b > 0
        rest = a % torch.where(on, b, 1)
        a, b = torch.where(on, b, a), torch.where(on, rest, b)
        steps = steps + on
    return b, steps
