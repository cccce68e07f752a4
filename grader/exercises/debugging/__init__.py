"""The exercises of ``09_debugging``, in the order of its notebook."""

from grader.exercises.debugging.diagnose import DIAGNOSE
from grader.exercises.debugging.first_bad import FIRST_BAD
from grader.exercises.debugging.first_loss import FIRST_LOSS
from grader.exercises.debugging.gradient_check import GRADIENT_CHECK
from grader.exercises.debugging.kept_bytes import KEPT_BYTES
from grader.exercises.debugging.leak import LEAK
from grader.exercises.debugging.masked_loss import MASKED_LOSS
from grader.exercises.debugging.optimizer_state import OPTIMIZER_STATE
from grader.exercises.debugging.traces import TRACES
from grader.exercises.debugging.who_changes import WHO_CHANGES

NOTEBOOK = "09_debugging"
EXERCISES = (
    FIRST_LOSS,
    OPTIMIZER_STATE,
    KEPT_BYTES,
    LEAK,
    TRACES,
    FIRST_BAD,
    MASKED_LOSS,
    GRADIENT_CHECK,
    WHO_CHANGES,
    DIAGNOSE,
)
READING = (
    (
        None,
        "A. Karpathy: a recipe for training neural networks",
        "https://karpathy.github.io/2019/04/25/recipe/",
    ),
    (
        "torch",
        "PyTorch: autograd mechanics",
        "https://docs.pytorch.org/docs/stable/notes/autograd.html",
    ),
    (
        "tensorflow",
        "TensorFlow: better performance with tf.function",
        "https://www.tensorflow.org/guide/function",
    ),
)
