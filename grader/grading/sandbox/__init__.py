"""Where a learner's code runs: a kernel that can reach nothing but itself.

``jail`` enters the layers in order, ``provisioner`` starts a kernel in them,
``probe`` says which of them this machine has. Linux only; elsewhere every layer is
missing and grading refuses to run unless told otherwise.
"""
