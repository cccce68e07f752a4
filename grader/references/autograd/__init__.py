"""The exercises of ``02_autograd``, in the order of its notebook."""

from grader.references.autograd.accumulation import ACCUMULATION
from grader.references.autograd.chain_rule import CHAIN_RULE
from grader.references.autograd.find_the_bug import FIND_THE_BUG
from grader.references.autograd.gradient_penalty import GRADIENT_PENALTY
from grader.references.autograd.hvp import HVP
from grader.references.autograd.jvp import JVP
from grader.references.autograd.line_fit import LINE_FIT
from grader.references.autograd.mse_gradient import MSE_GRADIENT
from grader.references.autograd.numerical_gradient import NUMERICAL_GRADIENT
from grader.references.autograd.softmax_cross_entropy import SOFTMAX_CROSS_ENTROPY
from grader.references.autograd.stop_gradient import STOP_GRADIENT
from grader.references.autograd.straight_through import STRAIGHT_THROUGH

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
