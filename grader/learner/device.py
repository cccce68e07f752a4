"""Where tensors of a framework should live."""

from grader.common.frameworks import adapter


def device(framework: str) -> str:
    """The fastest device here, by the framework's own name.

    Args:
        framework: ``"torch"`` or ``"tensorflow"``.

    Returns:
        ``"cuda"`` or ``"cpu"`` for torch, ``"/GPU:0"`` or ``"/CPU:0"`` for
        TensorFlow. This also makes TensorFlow take GPU memory only as needed, so that
        both frameworks can share one card.
    """
    return adapter(framework).device()
