"""HTML of a stranger's, made so that it does nothing."""
