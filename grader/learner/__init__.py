"""What a learner calls: checks, hints, predictions, the model solution, progress.

A graded run has only this folder, ``common`` and ``pictures``, not the grader's half.
So no module here imports ``grader.judging`` or ``grader.exercises`` at its top. And the
grader never takes a kernel's output for a verdict.
"""
