"""Runs a learner's function on given inputs, and packs the results as data."""
