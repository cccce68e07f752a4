"""What None in place of a value means: a missing return, or a lost gradient."""

from grader.judging.compare import Fault
from grader.judging.exercise import Exercise
from grader.judging.verdict import Diagnosis
from grader.judging.wire import Raised, Reply

RETURN = "End your function with return and the values that the exercise asks for."
FORGOTTEN = Diagnosis(
    "nothing is returned",
    "A function without return gives None back, whatever it has computed: print only "
    "shows a value.",
    RETURN,
)
SOMEWHERE = Diagnosis(
    "None is returned",
    "Either your function ended without coming to a return, or what it returns is "
    "None: the result of print or of list.sort, or a gradient that the framework did "
    "not record.",
    "Print what you return, in the line before the return. Is that line reached?",
)
NO_GRADIENT = Diagnosis(
    "no gradient (None)",
    "The framework found no path from this value back to the variable.",
    "Is the variable tracked before it is used (requires_grad in PyTorch, watch in "
    "TensorFlow)? Do you ask for the gradient of that very variable, and not of a "
    "copy? Is every step in between an operation of the framework on floating-point "
    "tensors?",
)
INSIDE = Diagnosis(
    "a value is None",
    "One of the values that you return is None. A function of yours that has no "
    "return gives None, and so does a gradient that the framework did not record.",
    "Go back from the return to the line in which this value was made, and print it "
    "there.",
)


def of_value(
    exercise: Exercise, quantity: str, fault: Fault, reply: Reply
) -> Diagnosis | None:
    """The diagnosis of an answer that is or holds None; None for any other fault."""
    if fault is Fault.INSIDE:
        return NO_GRADIENT if quantity in exercise.derivatives else INSIDE
    if fault is not Fault.NOTHING:
        return None
    if reply.no_return:
        return FORGOTTEN
    alone = exercise.derivatives == exercise.returns
    return NO_GRADIENT if alone and reply.no_return is False else SOMEWHERE


def of_operand(raised: Raised, lost_gradient: bool) -> Diagnosis:
    """The diagnosis of an operand that was None in the line that failed."""
    name = raised.operand[:80]
    if lost_gradient:
        return Diagnosis(
            NO_GRADIENT.name,
            f"{name} is None in this line. {NO_GRADIENT.message}",
            NO_GRADIENT.next_step,
        )
    return Diagnosis(
        "a value is None",
        f"{name} is None in this line. A function that has no return gives None.",
        f"Print {name} before this line, and go back to where it was made.",
    )
