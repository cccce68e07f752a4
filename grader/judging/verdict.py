"""What judging concludes, as plain data that can be stored and shown."""

from dataclasses import asdict, dataclass

from grader.common.status import Status


@dataclass(frozen=True)
class Diagnosis:
    """A named mistake: what happened, and the next thing to try."""

    name: str
    message: str
    next_step: str


@dataclass(frozen=True)
class Difference:
    """Where an answer first differs from the reference.

    Attributes:
        quantity: the name of the returned value.
        problem: one sentence, such as "has shape (3, 1), expected (3,)".
        index: index of the element shown, () for a scalar, None if none is shown.
        step: the entry of a trajectory, counted from 0, or None.
        expected, got: the two values at that index, or None.
        expected_array, got_array: the whole quantity (of that step), as text in
            rows, when small enough to stand side by side; otherwise empty.
        inputs: the case's inputs as (name, text) pairs.
    """

    quantity: str
    problem: str
    index: tuple[int, ...] | None = None
    step: int | None = None
    expected: float | None = None
    got: float | None = None
    expected_array: tuple[tuple[str, ...], ...] = ()
    got_array: tuple[tuple[str, ...], ...] = ()
    inputs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The outcome of one exercise in one framework.

    Attributes:
        summary: one sentence for the learner.
        difference: for ``wrong``; None otherwise.
        diagnosis: the mistake, if it was recognised.
        next_step: what to try, for every status; "" if there is nothing to do.
        note: a further remark, such as another thing that was noticed.
    """

    exercise: str
    framework: str | None
    status: Status
    summary: str
    difference: Difference | None = None
    diagnosis: Diagnosis | None = None
    next_step: str = ""
    note: str = ""

    @property
    def correct(self) -> bool:
        """Whether the status is ``correct``; only then the points are earned."""
        return self.status is Status.CORRECT

    def to_dict(self) -> dict[str, object]:
        """Plain data, ready for JSON."""
        return asdict(self)
