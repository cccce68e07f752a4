"""The exercises of ``02_autograd``, in the order of its notebook."""

from grader.references.autograd.mse_gradient import MSE_GRADIENT

EXERCISES = (MSE_GRADIENT,)
