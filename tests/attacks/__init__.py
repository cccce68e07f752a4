"""Attack drills: submissions that try to gain marks or to harm, graded for real.

Each family of attacks is a module with ``ATTACKS``. ``python -m tests.attacks``
grades them all in one class and prints what came of each.
"""
