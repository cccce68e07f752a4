"""Answers about the graphs that a loop keeps alive."""

from grader.judging.variant import right, wrong


@right("leak")
def sets_of_batches(kept, lines):
    loss, total, losses, freed = set(), set(), set(), set()
    during, after = [], []
    for batch, batch_lines in enumerate(lines):
        alive = (loss | total | losses) - freed
        during.append(sum(kept[n] for n in alive) + kept[batch])
        loss = {batch}
        for line in batch_lines:
            if line == "total += loss":
                total.add(batch)
            elif line == "losses.append(loss)":
                losses.add(batch)
            elif line == "loss.backward()":
                freed.add(batch)
            elif line == "del loss":
                loss = set()
        alive = (loss | total | losses) - freed
        after.append(sum(kept[n] for n in alive))
    return during, after


@right("leak")
def bytes_left_of_each_batch(kept, lines):
    left = list(kept)
    held = [set() for _ in kept]
    during, after = [], []
    for batch, batch_lines in enumerate(lines):
        before = sum(n for n, names in zip(left, held, strict=True) if names)
        during.append(before + kept[batch])
        for names in held:
            names.discard("loss")
        held[batch].add("loss")
        for line in batch_lines:
            if line in ("total += loss", "losses.append(loss)"):
                held[batch].add("total" if line.startswith("total") else "losses")
            elif "backward" in line:
                left[batch] = 0
            elif line == "del loss":
                held[batch].remove("loss")
        after.append(sum(n for n, names in zip(left, held, strict=True) if names))
    return during, after


@right("leak")
def python_itself(kept, lines):
    # Objects of Python's own, which go when the last name goes.
    class Tensor:
        def __init__(self, *parts):
            self.parts = parts
            self.saved = 0

        def __radd__(self, other):
            return Tensor(self)

        def __iadd__(self, other):
            return Tensor(self, other) if isinstance(other, Tensor) else self

        def item(self):
            return 0.0

        def detach(self):
            return 0.0

        def backward(self):
            self.saved = 0

    def reached(*roots):
        found, waiting = {}, list(roots)
        while waiting:
            one = waiting.pop()
            if isinstance(one, Tensor) and id(one) not in found:
                found[id(one)] = one.saved
                waiting += one.parts
        return sum(found.values())

    names = {"total": 0.0, "losses": []}
    during, after = [], []
    for size, batch_lines in zip(kept, lines, strict=True):
        alive = reached(names.get("loss"), names["total"], *names["losses"])
        during.append(alive + size)
        names["loss"] = Tensor()
        names["loss"].saved = size
        for line in batch_lines:
            exec(line, {}, names)
        after.append(reached(names.get("loss"), names["total"], *names["losses"]))
    return during, after


TOTAL, LOSSES = "total += loss", "losses.append(loss)"
BACKWARD, DELETE = "loss.backward()", "del loss"


def _loop(kept, lines, read=lambda line: line, names=("loss", "total", "losses")):
    """Bytes during and after each batch.

    ``read`` may take a line for another; of the names, only ``names`` hold a graph.
    """
    held, freed = {"loss": set(), "total": set(), "losses": set()}, set()

    def alive():
        return sum(kept[n] for n in set().union(*(held[n] for n in names)) - freed)

    during, after = [], []
    for batch, batch_lines in enumerate(lines):
        during.append(alive() + kept[batch])
        held["loss"] = {batch}
        for line in map(read, batch_lines):
            if line == TOTAL:
                held["total"].add(batch)
            elif line == LOSSES:
                held["losses"].add(batch)
            elif line == BACKWARD:
                freed.add(batch)
            elif line == DELETE:
                held["loss"] = set()
        after.append(alive())
    return during, after


@wrong("leak", "numbers hold graphs")
def any_use_holds(kept, lines):
    def read(line):
        starts = {"total +=": TOTAL, "losses.append": LOSSES}
        return next(
            (to for start, to in starts.items() if line.startswith(start)), line
        )

    return _loop(kept, lines, read)


@wrong("leak", "the name loss holds nothing")
def total_and_losses(kept, lines):
    return _loop(kept, lines, names=("total", "losses"))


@wrong("leak", "the last graph goes before the next forward pass")
def name_first(kept, lines):
    _, after = _loop(kept, lines)
    before, _ = _loop(kept, lines, names=("total", "losses"))
    return before, after


@wrong("leak", "backward frees nothing")
def without_backward(kept, lines):
    return _loop(kept, lines, lambda line: "" if line == BACKWARD else line)


@wrong("leak", "backward frees only what no other name holds")
def backward_as_del(kept, lines):
    return _loop(kept, lines, lambda line: DELETE if line == BACKWARD else line)


@wrong("leak", "total holds its last graph alone")
def total_replaced(kept, lines):
    loss, total, losses, freed = set(), set(), set(), set()
    during, after = [], []
    for batch, batch_lines in enumerate(lines):
        alive = (loss | total | losses) - freed
        during.append(sum(kept[n] for n in alive) + kept[batch])
        loss = {batch}
        for line in batch_lines:
            if line.startswith("total"):
                total = {batch} if line == TOTAL else set()
            elif line == LOSSES:
                losses.add(batch)
            elif line == BACKWARD:
                freed.add(batch)
            elif line == DELETE:
                loss = set()
        alive = (loss | total | losses) - freed
        after.append(sum(kept[n] for n in alive))
    return during, after


@wrong("leak", "a list holds nothing")
def no_list(kept, lines):
    return _loop(kept, lines, names=("loss", "total"))


@wrong("leak", "del frees the graph")
def del_frees(kept, lines):
    return _loop(kept, lines, lambda line: BACKWARD if line == DELETE else line)


@wrong("leak", "del is overlooked")
def without_del(kept, lines):
    return _loop(kept, lines, lambda line: "" if line == DELETE else line)


@wrong("leak", "the newest batch alone")
def own_bytes(kept, lines):
    after = []
    for size, batch_lines in zip(kept, lines, strict=True):
        held = "del loss" not in batch_lines
        held = held or "total += loss" in batch_lines
        held = held or "losses.append(loss)" in batch_lines
        after.append(size if held and "loss.backward()" not in batch_lines else 0)
    return kept, after


@wrong("leak", "during and after are exchanged")
def after_first(kept, lines):
    during, after = _loop(kept, lines)
    return after, during
