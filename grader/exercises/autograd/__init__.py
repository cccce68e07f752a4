"""The exercises of ``02_autograd``, in the order of its notebook."""

from grader.exercises.autograd.accumulation import ACCUMULATION
from grader.exercises.autograd.chain_rule import CHAIN_RULE
from grader.exercises.autograd.find_the_bug import FIND_THE_BUG
from grader.exercises.autograd.gradient_penalty import GRADIENT_PENALTY
from grader.exercises.autograd.hvp import HVP
from grader.exercises.autograd.jvp import JVP
from grader.exercises.autograd.line_fit import LINE_FIT
from grader.exercises.autograd.mse_gradient import MSE_GRADIENT
from grader.exercises.autograd.numerical_gradient import NUMERICAL_GRADIENT
from grader.exercises.autograd.softmax_cross_entropy import SOFTMAX_CROSS_ENTROPY
from grader.exercises.autograd.stop_gradient import STOP_GRADIENT
from grader.exercises.autograd.straight_through import STRAIGHT_THROUGH

NOTEBOOK = "02_autograd"
EXERCISES = (
    CHAIN_RULE,
    MSE_GRADIENT,
    SOFTMAX_CROSS_ENTROPY,
    JVP,
    HVP,
    STRAIGHT_THROUGH,
    ACCUMULATION,
    STOP_GRADIENT,
    GRADIENT_PENALTY,
    NUMERICAL_GRADIENT,
    LINE_FIT,
    FIND_THE_BUG,
)
READING = (
    (
        "torch",
        "PyTorch: autograd mechanics",
        "https://pytorch.org/docs/stable/notes/autograd.html",
    ),
    (
        "tensorflow",
        "TensorFlow: automatic differentiation",
        "https://www.tensorflow.org/guide/autodiff",
    ),
    (
        "tensorflow",
        "TensorFlow: advanced differentiation",
        "https://www.tensorflow.org/guide/advanced_autodiff",
    ),
    (None, "Baydin and others: a survey", "https://arxiv.org/abs/1502.05767"),
)
