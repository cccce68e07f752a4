"""What a learner calls: checks, hints, predictions, the model solution, progress.

In a graded run this folder is present, with ``common`` and ``pictures``, and the
grader's half is not. So nothing here imports ``grader.judging`` or ``grader.exercises``
at the top of a module, and what a kernel says is never taken for a verdict.
"""
