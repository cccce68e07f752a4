"""Tests that a lesson asks for memory growth before TensorFlow uses a device."""

from grader.common.frameworks import installed


def watch() -> None:
    """From here on, the first ``device("tensorflow")`` raises if it comes too late.

    Once TensorFlow has used any device, it has taken all memory of the GPU. It then
    refuses the setting, and ``device`` ignores this. Without a GPU, no memory is taken
    and nothing is refused. So this checks only the order.
    """
    if not installed("tensorflow"):
        return
    from tensorflow.python.eager import context

    from grader.common import tensorflow_adapter

    usual = tensorflow_adapter.device

    def device() -> str:
        tensorflow_adapter.device = usual
        if context.context()._context_handle is not None:
            raise RuntimeError(
                "TensorFlow has used a device before device('tensorflow') is called, "
                "too late for memory growth on a GPU; call it before"
            )
        return usual()

    tensorflow_adapter.device = device
