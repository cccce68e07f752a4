"""What is read of PyTorch's objects."""
