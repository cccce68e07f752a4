"""All that a learner's kernel ever imports.

In a graded run these modules are present and the grader's other half is not:
so nothing here imports ``grader.judging`` or ``grader.references`` at the top of
a module, and what a kernel says is never taken for a verdict.
"""
