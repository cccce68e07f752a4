"""Kernels that start fast: a process that has imported the frameworks forks them.

``zygote`` is that process, and ``warm`` talks to it. ``forked`` starts kernels for
anyone's own notebooks; ``provisioner`` starts graded ones, each in a ``jail``.
"""
