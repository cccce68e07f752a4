"""Reads TensorFlow's own count of the bytes that its tensors occupy."""

import gc
import os
from typing import Self

import tensorflow as tf

# On the CPU, TensorFlow counts only with the allocator that it has for GPUs, and reads
# this variable when it makes its first tensor.
SWITCH = "TF_CPU_ALLOCATOR_USE_BFC"


def count_on_cpu() -> None:
    """Have TensorFlow count on the CPU, too; call it before the first tensor."""
    os.environ[SWITCH] = "true"


class Meter:
    """Counts the bytes of tensors that are made inside of ``with Meter() as meter:``.

    It counts what TensorFlow allocates, in pieces of 256 bytes, on the device on which
    new tensors are made.

    Attributes:
        peak: the most bytes that were alive, more than at the beginning.
    """

    def __enter__(self) -> Self:
        """Begin to count.

        Raises:
            RuntimeError: TensorFlow made a tensor before ``count_on_cpu`` was called.
        """
        gc.collect()  # what nobody uses must not be freed, and subtracted, later on
        self._device = tf.zeros(1).device.rpartition("device:")[2]
        self._before = self._now()["current"]
        tf.config.experimental.reset_memory_stats(self._device)
        return self

    def __exit__(self, *error: object) -> None:
        """What is alive keeps being counted."""
        self.peak = self._now()["peak"] - self._before

    def __str__(self) -> str:
        """Both numbers, as a lesson prints them."""
        return f"{self.alive / 2**20:.1f} MiB alive, {self.peak / 2**20:.1f} at most"

    @property
    def alive(self) -> int:
        """Bytes more than at the beginning that are alive now."""
        return self._now()["current"] - self._before

    def _now(self) -> dict[str, int]:
        try:
            return tf.config.experimental.get_memory_info(self._device)
        except ValueError as refused:
            raise RuntimeError(
                f"TensorFlow does not count on {self._device}: restart the kernel, and "
                "run the notebook from its first cell"
            ) from refused
