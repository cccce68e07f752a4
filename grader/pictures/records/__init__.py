"""Pictures of the lesson on records, and what was measured for it beforehand."""
