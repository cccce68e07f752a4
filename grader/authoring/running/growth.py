"""Whether a lesson asks for memory growth while TensorFlow can still grant it."""

from grader.common.frameworks import installed


def watch() -> None:
    """From here on, the first ``device("tensorflow")`` raises where it is too late.

    Once TensorFlow has used any device it has taken all memory of a GPU, and the
    setting is refused, which ``device`` passes over. Without a GPU nothing is taken,
    and nothing refused: here the order alone is looked at.
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
