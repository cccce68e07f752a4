"""Where a learner's code runs: a kernel that can reach nothing but itself.

``enter`` enters the layers in order, ``supervise`` watches the processes inside, and
``probe`` finds which layers this machine has. Linux only: elsewhere every layer is
missing, and grading refuses to run unless the instructor allows it (``--unsafe``).
"""
