"""Models run once, and what goes into and comes out of each layer."""
