"""What came of an assignment, and what is still to do."""
