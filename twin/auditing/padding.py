"""How many zeros a layer sets around its input."""

from collections.abc import Sequence

from twin.auditing.facts import BORDER, Fact


def border(
    padding: str | Sequence[int],
    sizes: Sequence[int],
    dilations: Sequence[int],
    before: Sequence[int],
) -> Fact:
    """The zeros that PyTorch's layer sets before and after each axis.

    Args:
        padding: the layer's: numbers, "same" or "valid".
        sizes: of the kernel or window.
        dilations: of the kernel.
        before: what a layer of zeros before it has added, the last axis first.
    """
    if padding == "same":
        spread = [
            d * (k - 1) for d, k in zip(_all(dilations, sizes), sizes, strict=True)
        ]
        amounts = [(one // 2, one - one // 2) for one in spread]
    elif padding == "valid":
        amounts = [(0, 0)] * len(sizes)
    else:
        numbers = [int(one) for one in padding]
        amounts = [(one, one) for one in _all(numbers, sizes)]
    added = list(zip(before[::2], before[1::2], strict=True))[::-1]
    for axis, (first, last) in enumerate(added[-len(amounts) :]):
        amounts[axis] = amounts[axis][0] + first, amounts[axis][1] + last
    return _fact(amounts)


def keras_border(
    padding: str,
    sizes: Sequence[int],
    dilations: Sequence[int],
    strides: Sequence[int],
    space: Sequence[int | None],
    before: Sequence[tuple[int, int]],
    row: str,
) -> Fact | None:
    """The zeros that Keras's layer sets; None where the size of its input decides.

    The formula is TensorFlow's: https://www.tensorflow.org/api_docs/python/tf/nn.

    Args:
        padding: "valid" or "same".
        sizes: of the kernel or window.
        dilations: of the kernel.
        strides: in each axis.
        space: the input's sizes, where they are known.
        before: what a layer of zeros before it has added, for each axis.
        row: of the table, on zeros that are not the same before and after.
    """
    added = list(before) or [(0, 0)] * len(sizes)
    if padding == "valid":
        return _fact(added)
    if padding != "same":
        return None
    amounts: list[tuple[int, int]] = []
    for size, dilation, stride, length in zip(
        sizes, _all(dilations, sizes), strides, space, strict=True
    ):
        reach = dilation * (size - 1) + 1
        if stride == 1:
            total = reach - 1
        elif length is None:
            return None
        else:
            total = max((-(-length // stride) - 1) * stride + reach - length, 0)
        first, last = added[len(amounts)]
        amounts.append((first + total // 2, last + total - total // 2))
    uneven = any(first != last for first, last in amounts)
    return _fact(amounts, row if uneven else "")


def _all(numbers: Sequence[int], axes: Sequence[int]) -> list[int]:
    """One number for each axis, where one stands for all."""
    return list(numbers) * len(axes) if len(numbers) == 1 else list(numbers)


def _fact(amounts: Sequence[tuple[int, int]], row: str = "") -> Fact:
    alike = len(set(amounts)) == 1
    shown = [f"{first} before, {last} after" for first, last in amounts]
    text = shown[0] if alike else "; ".join(shown)
    return Fact(BORDER, tuple(amounts), row, text)
