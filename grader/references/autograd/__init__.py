"""The exercises of ``02_autograd``, in the order of its notebook."""

from grader.references.autograd.chain_rule import CHAIN_RULE
from grader.references.autograd.hvp import HVP
from grader.references.autograd.jvp import JVP
from grader.references.autograd.mse_gradient import MSE_GRADIENT
from grader.references.autograd.softmax_cross_entropy import SOFTMAX_CROSS_ENTROPY
from grader.references.autograd.straight_through import STRAIGHT_THROUGH

NOTEBOOK = "02_autograd"
EXERCISES = (
    CHAIN_RULE,
    MSE_GRADIENT,
    SOFTMAX_CROSS_ENTROPY,
    JVP,
    HVP,
    STRAIGHT_THROUGH,
)
