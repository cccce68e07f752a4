"""TF32 on a machine without a GPU: factors lose the bits that a GPU would drop.

TF32 multiplies float32 matrices, and convolves, with factors that have 10 bits of
mantissa after the leading 1; it sums in float32. :func:`emulate` makes a process do the
same on its CPU: eagerly, in backward passes and in graphs.
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
