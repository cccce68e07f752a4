"""Lessons and solutions, run in every way and track."""
