"""The learner's own copy of the course: made, opened, updated, reset and checked.

``server`` tells JupyterLab's panel what is in it.
"""
