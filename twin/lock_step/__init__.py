"""Both models trained side by side, on the same batches."""
