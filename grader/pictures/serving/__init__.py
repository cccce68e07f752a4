"""What the lesson on serving draws, and the net that it serves."""
