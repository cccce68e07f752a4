"""Takes lesson 10's PyTorch model to phones, in environments of their own."""
