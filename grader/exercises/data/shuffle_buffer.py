"""What a shuffle buffer does with given draws."""

from collections.abc import Callable
from functools import partial

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Shuffled = tuple[np.ndarray, np.ndarray]
Take = Callable[[list[int], int], int]
SIZES = (4, 6, 5)  # of the buffer; the cases take turns


def _draw(rng: np.random.Generator, size: int) -> Case:
    n = int(rng.integers(9, 14))
    return {
        "draws": [int(rng.integers(min(size, n - t))) for t in range(n)],
        "size": size,
    }


def _drawn(buffer: list[int], place: int) -> int:
    """The example at ``place``, which the last one of the buffer replaces."""
    taken, buffer[place] = buffer[place], buffer[-1]
    buffer.pop()
    return taken


def _order(draws: list[int], size: int, late: Take = _drawn) -> np.ndarray:
    """The examples in the order they leave; ``late`` takes one when none arrives."""
    buffer, arriving = list(range(size)), iter(range(size, len(draws)))
    order = []
    for place in draws:
        example = next(arriving, None)
        if example is None:
            order.append(late(buffer, place))
        else:
            order.append(buffer[place])
            buffer[place] = example
    return np.array(order)


def _with_moves(order: np.ndarray) -> Shuffled:
    """The order, and by how many places each example comes later than it arrived."""
    return order, np.argsort(order) - np.arange(len(order))


def _reference(draws: list[int], size: int) -> Shuffled:
    """(order, moved) of the examples 0 to n - 1, both (n,), int64; n = len(draws).

    The buffer of tf.data's shuffle: a new example takes the place that became free.
    moved is an example's place in the output minus its place in the input.
    """
    return _with_moves(_order(draws, size))


def _to_the_end(draws: list[int], size: int) -> Shuffled:
    waiting = list(range(len(draws)))
    return _with_moves(np.array([waiting.pop(place) for place in draws]))


def _whole_data(draws: list[int], size: int) -> Shuffled:
    return _with_moves(_order(draws, len(draws)))


def _one_more(draws: list[int], size: int) -> Shuffled:
    # A new example arrives before one is taken.
    return _with_moves(_order(draws, size + 1))


def _late(take: Take) -> Compute:
    """The mistake of taking examples by ``take`` when no more arrive."""

    def compute(draws: list[int], size: int) -> Shuffled:
        return _with_moves(_order(draws, size, take))

    return compute


def _places_for_examples(draws: list[int], size: int) -> Shuffled:
    order, moved = _reference(draws, size)
    return np.argsort(order), moved


def _without_sign(draws: list[int], size: int) -> Shuffled:
    order, moved = _reference(draws, size)
    return order, np.abs(moved)


def _moved_of_places(draws: list[int], size: int) -> Shuffled:
    order, _ = _reference(draws, size)
    return order, order - np.arange(len(order))


def _arrivals_by_place(draws: list[int], size: int) -> Shuffled:
    order, _ = _reference(draws, size)
    return order, np.arange(len(order)) - order


_MISTAKES = (
    Mistake(
        "a new example goes to the end",
        "When an example leaves, yours closes the gap and puts the new one at the end "
        "of the buffer. Then the size of the buffer makes no difference.",
        "Take a buffer of 3 and the draws 0, 0: which example stands at place 0 when "
        "the second one is drawn?",
        compute=_to_the_end,
    ),
    Mistake(
        "all examples are in the buffer",
        "Your buffer begins with all examples of the data, so that none arrives later.",
        "How many examples does the buffer hold at the first draw?",
        compute=_whole_data,
    ),
    Mistake(
        "the buffer holds one example too many",
        "Your buffer takes in a new example before one has left, so that it holds "
        "size + 1 for a moment.",
        "Print the length of your buffer right before each draw.",
        compute=_one_more,
    ),
    Mistake(
        "the rest comes in order",
        "Your examples are right as long as new ones arrive. After that you return the "
        "rest of the buffer as it stands, without the last draws.",
        "How many of the draws does your function use?",
        compute=_late(lambda buffer, place: buffer.pop(0)),
    ),
    Mistake(
        "the gap closes by moving up",
        "Your examples are right as long as new ones arrive. After that, all examples "
        "behind the gap move up by one place.",
        "By the rules, which one example moves when no new one arrives?",
        compute=_late(lambda buffer, place: buffer.pop(place)),
    ),
    Mistake(
        "places where examples are asked for",
        "moved is right. Entry i of your order is the place at which example i leaves.",
        "The first entry of order is the example that leaves first.",
        compute=_places_for_examples,
    ),
    Mistake(
        "moved has lost its sign",
        "order is right. Your moved says how far an example has moved, and not in "
        "which direction.",
        "Which examples leave earlier than they arrived? Their numbers are negative.",
        compute=_without_sign,
    ),
    Mistake(
        "moved is sorted by place, and its sign is turned",
        "order is right. Entry k of your moved belongs to the example that leaves in "
        "place k, and examples that come late have a negative number.",
        "Take example 0. At which place does it leave? That place, minus 0, is entry 0 "
        "of moved.",
        compute=_moved_of_places,
    ),
    Mistake(
        "moved is sorted by place",
        "order is right. Entry k of your moved belongs to the example that leaves in "
        "place k, not to example k.",
        "Take example 0. At which place does it leave? That place, minus 0, is entry 0 "
        "of moved.",
        compute=_arrivals_by_place,
    ),
)

SHUFFLE_BUFFER = Exercise(
    id="data.shuffle_buffer",
    title="A shuffle buffer, draw by draw",
    points=2,
    cases=tuple(
        separated(partial(_draw, size=size), _reference, _MISTAKES) for size in SIZES
    ),
    reference=_reference,
    returns=("order", "moved"),
    mistakes=_MISTAKES,
    hints=(
        "Keep the buffer as a list. In each step one place of it is read, and the same "
        "place gets another example: a new one, or the last of the buffer.",
        "range(size, n) are the examples that arrive later; list.pop() takes the last "
        "one off. np.argsort of a permutation is the inverse permutation.",
        "buffer = the first size examples\n"
        "for each draw, with a counter of what has arrived:\n"
        "    note the example at this place\n"
        "    is there a new one? then it takes the place\n"
        "    otherwise the last of the buffer takes it, and the buffer gets shorter\n"
        "for each example: its place in the notes, minus its number",
    ),
    neutral=True,
)
