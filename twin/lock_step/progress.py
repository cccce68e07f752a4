"""How far a training is."""

import sys
import time

_SECONDS = 5.0


class Progress:
    """A line to standard error from time to time, in trainings that take long.

    Args:
        steps: how many there will be; None if that is not known.
    """

    def __init__(self, steps: int | None) -> None:
        self._of = f" of {steps}" if steps else ""
        self._told = time.monotonic()

    def tell(self, step: int, error: float) -> None:
        """Say which step was made, if it is time.

        Args:
            step: from 1.
            error: the largest relative difference of this step.
        """
        if time.monotonic() - self._told > _SECONDS:
            self._told = time.monotonic()
            line = f"twin: step {step}{self._of}, largest difference {error:.1e}"
            print(line, file=sys.stderr, flush=True)
