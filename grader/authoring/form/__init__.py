"""The form that lessons have since 06_data: what is asked, answered, shown and folded.

``OLDER`` are lessons that were written before it. A lesson that has been rewritten
leaves this set, until the set is empty.
"""

OLDER = frozenset(
    {
        "00_start_here",
        "01_tensors",
        "02_autograd",
        "03_graphs",
        "04_initialization",
        "05_training_loops",
    }
)
