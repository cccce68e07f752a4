"""The learner's own copy of the course: made, opened, updated, reset and checked.

``server`` gives JupyterLab's panel the outline of the copy.
"""
