"""What the learner's half and the grader's half both need; it imports neither."""
