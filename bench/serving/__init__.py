"""Measures the server of lesson 11, and BentoML beside it."""
