"""The exercises of the course: a folder per lesson, with each one's inputs, right
values, mistakes and hints.

``catalogue`` finds them. What authors prove them with lies beside them, in
``variants/``, and is in no installed package.
"""
