"""Lessons, run in every way and track."""
