"""Both models on the same numbers, layer by layer."""
