"""Kernels that start fast, forked off a process that has imported the frameworks.

``zygote`` is that process, and ``warm`` its other end. ``forked`` starts kernels for
anyone's own notebooks; ``provisioner`` starts graded ones, each in a ``jail``.
"""
