"""What is read of Keras's objects."""
