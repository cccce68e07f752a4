"""The course folder: its settings, its gradebook, and where grading works in it."""
