"""Judging: answers against references, in NumPy alone.

Nothing here knows a framework, a kernel or nbgrader. Inputs, reference values
and answers are plain data: NumPy arrays, numbers, strings, lists and dicts.
"""

from grader.judging.exercise import Case, Compute, Exercise, Mistake

__all__ = ["Case", "Compute", "Exercise", "Mistake"]
