"""What the lesson on debugging shows: commands, traces, bytes, spans and curves."""
