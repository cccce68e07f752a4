"""All windows of an image as rows of a matrix (im2col)."""

from functools import partial

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

# Windows that overlap and windows with gaps, in turn: neither number can be guessed.
SIZES_AND_STEPS = (((3, 2),), ((2, 3),), ((2, 5), (4, 2)))
FITTING = (0, 1, 0)  # the axis along which the last window ends at the edge, in turn
Corners = list[tuple[int, int]]


def _draw(
    rng: np.random.Generator, choices: tuple[tuple[int, int], ...], fitting: int
) -> Case:
    size, step = rng.choice(choices)
    fits = [False, False]
    while fits[1 - fitting] or not fits[fitting]:
        height, width = rng.choice(np.arange(7, 10), size=2, replace=False)
        fits = [(n - size) % step == 0 for n in (height, width)]
    # The hundreds set the image apart from padding; tens and ones tell the place.
    hundreds = 100 * rng.integers(1, 4)
    image = hundreds + 10 * np.arange(height)[:, None] + np.arange(width)
    return {
        "image": image.astype(np.float32),
        "size": int(size),
        "step": int(step),
    }


def _corners(image: np.ndarray, extent: int, step: int) -> Corners:
    """Upper left corners of all windows of ``extent`` that fit, row by row."""
    rows, columns = (range(0, n - extent + 1, step) for n in image.shape)
    return [(r, c) for r in rows for c in columns]


def _cut(image: np.ndarray, corners: Corners, size: int) -> np.ndarray:
    """The windows of ``size`` by ``size`` at these corners, as rows."""
    windows = [image[r : r + size, c : c + size] for r, c in corners]
    return np.array(windows).reshape(len(windows), size * size)


def _reference(image: np.ndarray, size: int, step: int) -> np.ndarray:
    """im2col: every window that fits, each as a row of (windows, size * size).

    They begin ``step`` pixels apart and come row by row; image (H, W) is float64.
    """
    return _cut(image, _corners(image, size, step), size)


def _columns_first(image: np.ndarray, size: int, step: int) -> np.ndarray:
    corners = _corners(image, size, step)
    return _cut(image, sorted(corners, key=lambda corner: corner[1]), size)


def _on_their_side(image: np.ndarray, size: int, step: int) -> np.ndarray:
    windows = _reference(image, size, step).reshape(-1, size, size)
    return windows.swapaxes(1, 2).reshape(-1, size * size)


def _dilated(image: np.ndarray, size: int, step: int) -> np.ndarray:
    extent = (size - 1) * step + 1
    windows = [
        image[r : r + extent : step, c : c + extent : step]
        for r, c in _corners(image, extent, 1)
    ]
    return np.array(windows).reshape(len(windows), size * size)


def _no_last(image: np.ndarray, size: int, step: int) -> np.ndarray:
    corners = _corners(image, size, step)
    last = max(corners)
    kept = [(r, c) for r, c in corners if r < last[0] and c < last[1]]
    return _cut(image, kept, size)


def _none_at_edge(image: np.ndarray, size: int, step: int) -> np.ndarray:
    return _cut(image, _corners(image, size + 1, step), size)


def _padded(image: np.ndarray, size: int, step: int) -> np.ndarray:
    # TensorFlow's SAME: ceil(n / step) windows, the larger half of the zeros behind.
    widths = []
    for n in image.shape:
        total = max((-(-n // step) - 1) * step + size - n, 0)
        widths.append((total // 2, total - total // 2))
    return _reference(np.pad(image, widths), size, step)


_MISTAKES = (
    Mistake(
        "the step is left out",
        "Your windows begin at every pixel.",
        "Is step used in your function?",
        compute=lambda image, size, step: _reference(image, size, 1),
    ),
    Mistake(
        "side by side",
        "Your windows begin size pixels apart, so that they never overlap or leave a "
        "gap.",
        "Which of the two arguments says how far it is to the next window?",
        compute=lambda image, size, step: _reference(image, size, size),
    ),
    Mistake(
        "down the columns",
        "Your windows are right, and come in another order: down the first column of "
        "windows, then the next.",
        "Which of your two loops (or axes) runs faster?",
        compute=_columns_first,
    ),
    Mistake(
        "each window lies on its side",
        "Your windows begin at the right places; within each, the pixels are read "
        "column by column.",
        "Write the first window on paper. Which pixel comes second in your row?",
        compute=_on_their_side,
    ),
    Mistake(
        "the step goes inside",
        "Your windows leave out pixels: they take every step-th one, and begin at "
        "every pixel.",
        "Pixels of one window are neighbours. The step lies between windows: which "
        "argument of your function says so?",
        compute=_dilated,
    ),
    Mistake(
        "the border is padded",
        "Your image has a border of zeros, and windows reach into it.",
        "A window has to lie inside the image. Which padding does your function use?",
        compute=_padded,
    ),
    Mistake(
        "the window at the edge is missing",
        "Where a window ends just at the edge, you leave it out.",
        "Which is the last place where a window of 3 pixels can begin, in 3 pixels? "
        "And in 4? Put these numbers into your formula.",
        compute=_none_at_edge,
    ),
    Mistake(
        "the last ones are missing",
        "In each direction there is one window too few.",
        "How many windows of 3 pixels fit into 3 pixels? Put these numbers into your "
        "formula.",
        compute=_no_last,
    ),
)

WINDOWS = Exercise(
    id="tensors.windows",
    title="The windows of an image",
    points=3,
    cases=tuple(
        separated(partial(_draw, choices=choices, fitting=axis), _reference, _MISTAKES)
        for choices, axis in zip(SIZES_AND_STEPS, FITTING, strict=True)
    ),
    reference=_reference,
    returns=("windows",),
    mistakes=_MISTAKES,
    hints=(
        "Find out where the windows begin, in each direction: 0, step, 2 step, as "
        "long as the whole window fits. Then read them, row by row.",
        "torch: Tensor.unfold(dim, size, step) adds an axis for each direction; or "
        "two loops with slices and torch.stack\n"
        "TensorFlow: tf.image.extract_patches takes (1, H, W, 1); or two loops with "
        "slices and tf.stack",
        "rows, columns = where the windows begin in each direction\n"
        "for each of rows, and within it for each of columns:\n"
        "    cut the window out, flatten it\n"
        "stack them: shape (number of windows, size * size)",
    ),
)
