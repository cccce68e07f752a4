"""The learner's own copy of the course, and the commands that keep it."""
