"""The lessons' pictures, and what they read from live tensors and graphs."""
