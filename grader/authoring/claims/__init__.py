"""What lessons claim, and the cells that show it."""
