"""The exercises of the course: a folder for each lesson, a module for each exercise.

A module has an exercise's inputs, right values, mistakes and hints.
``catalogue`` finds them. What authors prove them with lies beside them, in
``variants/``, and is in no installed package.
"""
