"""Runs a learner's function on given inputs, and packs what it gives as data."""
