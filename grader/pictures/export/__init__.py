"""What lesson 10 draws, and the model that leaves Python in it."""
