"""Where a learner's code runs: a kernel that can reach nothing but itself.

``enter`` enters the layers in order, ``supervise`` watches what came of it, ``probe``
says which of them this machine has. Linux only; elsewhere every layer is missing and
grading refuses to run unless told otherwise.
"""
