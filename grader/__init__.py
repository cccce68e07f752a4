"""What a learner's notebook imports: ``from grader import check, hint``.

Names are loaded on first use, so that importing the package costs little and
never imports a deep-learning framework.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.learner.agree import agree
    from grader.learner.check import check
    from grader.learner.device import device
    from grader.learner.hints import hint
    from grader.learner.needs import needs
    from grader.learner.overview import progress
    from grader.learner.predictions import predict, reveal
    from grader.learner.solution import solution

__all__ = [
    "agree",
    "check",
    "device",
    "hint",
    "needs",
    "predict",
    "progress",
    "reveal",
    "solution",
]

_HOMES = {
    "agree": "grader.learner.agree",
    "check": "grader.learner.check",
    "device": "grader.learner.device",
    "hint": "grader.learner.hints",
    "needs": "grader.learner.needs",
    "predict": "grader.learner.predictions",
    "progress": "grader.learner.overview",
    "reveal": "grader.learner.predictions",
    "solution": "grader.learner.solution",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'grader' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
