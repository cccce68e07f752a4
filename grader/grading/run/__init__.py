"""A submission's kernel, as the grader talks to it."""
