"""The settings in which a measuring process computes, and how to enter each."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from itertools import cycle

from grader.common.frameworks import NEUTRAL, TITLES

Setting = tuple[str, Callable[[], AbstractContextManager[object]]]


def on_cpu(framework: str, threads: list[int]) -> Iterator[Setting]:
    """One setting for each number of threads; PyTorch also with and without oneDNN.

    NumPy, for neutral exercises, has a single one. TensorFlow takes one number of
    threads in a process, and reads its oneDNN switch from the environment.
    """
    if framework == NEUTRAL:
        yield TITLES[NEUTRAL], nullcontext
    elif framework == "torch":
        yield from _torch(threads)
    else:
        yield from _tensorflow(threads)


def on_device(framework: str, device: str, tf32: bool) -> Setting:
    """Everything on one device, with or without TF32 for float32 products.

    A learner's function gets its tensors on the device and makes its own ones there.
    Its answers are read back from there: the adapter's ``from_numpy`` and ``to_numpy``
    use the device that is entered.

    Args:
        device: by the framework's own name, as ``grader.device`` returns it.
    """
    name = f"{device}, TF32 {'on' if tf32 else 'off'}"
    if framework == "torch":
        import torch

        torch.backends.cuda.matmul.allow_tf32 = tf32
        torch.backends.cudnn.allow_tf32 = tf32
        return name, lambda: torch.device(device)
    import tensorflow as tf

    tf.config.experimental.enable_tensor_float_32_execution(tf32)
    return name, lambda: tf.device(device)


def _torch(threads: list[int]) -> Iterator[Setting]:
    import torch

    def entering(count: int, onednn: bool) -> AbstractContextManager[object]:
        torch.set_num_threads(count)
        return torch.backends.mkldnn.flags(enabled=onednn)

    # These cover each value of each setting, but not every combination.
    for count, onednn in zip(threads, cycle((True, False)), strict=False):
        name = f"{count} threads, oneDNN {'on' if onednn else 'off'}"
        yield name, partial(entering, count, onednn)


def _tensorflow(threads: list[int]) -> Iterator[Setting]:
    import tensorflow as tf

    (count,) = threads
    tf.config.threading.set_intra_op_parallelism_threads(count)
    tf.config.threading.set_inter_op_parallelism_threads(count)
    yield f"{count} threads", lambda: tf.device("/CPU:0")
