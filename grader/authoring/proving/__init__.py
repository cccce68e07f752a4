"""Proves that an exercise tells right answers from mistakes."""
