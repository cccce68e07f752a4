"""What the timeline of loading is drawn from: a slow data set, and times of its use."""

import time
from collections.abc import Iterable

import numpy as np

LOAD = 0.01  # seconds for each example
STEP = 0.03  # seconds for each batch


class SlowExamples:
    """A data set whose examples are the times of their own loading.

    Loading is a pause, which stands for a slow disk. The class can be imported, so that
    a worker process finds it however it was started.

    Args:
        n: how many examples there are.
    """

    def __init__(self, n: int) -> None:
        self._n = n

    def __len__(self) -> int:
        return self._n

    def __getitem__(self, index: int) -> np.ndarray:
        """Begin and end of loading, in seconds of ``time.perf_counter``; float64, (2,).

        Raises:
            IndexError: there is no such example.
        """
        if not 0 <= index < self._n:
            raise IndexError(f"there is no example {index} among {self._n}")
        begin = time.perf_counter()
        time.sleep(LOAD)
        return np.array([begin, time.perf_counter()])


def watched(loader: Iterable[object]) -> np.ndarray:
    """Take each batch of :class:`SlowExamples`, and pause as if it were trained on.

    Args:
        loader: a loader of batches, each of shape (examples, 2).

    Returns:
        Times in seconds, float64, of shape (batches, 4): for each batch the begin and
        end of loading, and the begin and end of training.
    """
    times = []
    for batch in loader:
        loaded = np.asarray(batch)
        begin = time.perf_counter()
        time.sleep(STEP)
        times.append([loaded.min(), loaded.max(), begin, time.perf_counter()])
    return np.array(times)


def loaded_ahead(times: np.ndarray) -> int:
    """How many batches began to load before the step on the one before had ended.

    Args:
        times: shape (batches, 4), as :func:`watched` returns them.
    """
    return int(np.sum(times[1:, 0] < times[:-1, 3]))
