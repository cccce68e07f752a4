"""The lessons' pictures, and readers of live tensors and graphs for them."""
