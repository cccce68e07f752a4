"""Kernels that start fast, forked off a process that has imported the frameworks."""
