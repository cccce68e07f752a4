"""TF32 on a machine without a GPU: factors lose the bits that a GPU would drop.

TF32 multiplies float32 matrices, and convolves, with factors of 10 bits of mantissa
beside the leading 1, and adds up in float32. :func:`emulate` has a process do so on its
CPU: eagerly, on the way back and in graphs.
"""

from importlib import import_module

from grader.common.frameworks import FRAMEWORKS, installed


def emulate() -> None:
    """From here on, this process multiplies float32 factors as TF32 does.

    As on a GPU, each framework's own switch says whether it does. By default PyTorch's
    is on for convolutions and off for matrices, and TensorFlow's on for both.
    """
    for name in FRAMEWORKS:
        if installed(name):
            import_module(f"{__name__}.{name}_adapter").emulate()
