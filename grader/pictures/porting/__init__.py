"""What the lesson on porting computes beside its pictures: in NumPy, and elsewhere."""
