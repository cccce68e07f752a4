"""A matrix read out of a file's bytes, and written back transposed."""

from functools import partial

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Outcome = tuple[np.ndarray, np.ndarray]


def _draw(rng: np.random.Generator, dtype: str) -> Case:
    rows, columns = rng.choice([2, 3, 4, 5], size=2, replace=False).tolist()
    matrix = rng.uniform(1, 90, size=(rows, columns)) * rng.choice([-1, 1])
    stored = matrix.astype(np.dtype(dtype).newbyteorder("<")).tobytes()
    # At an odd place, as behind a header; enough behind for a wrong offset too.
    offset = 2 * int(rng.integers(2, 6)) + 1
    before, behind = rng.integers(0, 60, size=(2, 60), dtype=np.uint8)
    parts = [before[:offset], np.frombuffer(stored, dtype=np.uint8), behind]
    return {
        "data": np.concatenate(parts),
        "dtype": dtype,
        "shape": [rows, columns],
        "offset": offset,
    }


def _little(dtype: str) -> np.dtype:
    return np.dtype(dtype).newbyteorder("<")


def _read(
    data: np.ndarray, dtype: np.dtype, shape: list[int], offset: int
) -> np.ndarray:
    count = int(np.prod(shape))
    return np.frombuffer(data.tobytes(), dtype, count, offset).reshape(shape)


def _written(data: np.ndarray, matrix: np.ndarray, offset: int) -> np.ndarray:
    """The bytes with a matrix, row by row and in its own dtype, at an offset."""
    new = np.frombuffer(matrix.tobytes(), dtype=np.uint8)
    return np.concatenate([data[:offset], new, data[offset + len(new) :]])


def _reference(data: np.ndarray, dtype: str, shape: list[int], offset: int) -> Outcome:
    """(matrix, file): (rows, columns), and the bytes with it transposed."""
    matrix = _read(data, _little(dtype), shape, offset)
    return matrix, _written(data, np.ascontiguousarray(matrix.T), offset)


def _big_endian(data: np.ndarray, dtype: str, shape: list[int], offset: int) -> Outcome:
    matrix = _read(data, np.dtype(dtype).newbyteorder(">"), shape, offset)
    return matrix, _written(data, np.ascontiguousarray(matrix.T), offset)


def _elements(data: np.ndarray, dtype: str, shape: list[int], offset: int) -> Outcome:
    return _reference(data, dtype, shape, offset * np.dtype(dtype).itemsize)


def _from_the_start(
    data: np.ndarray, dtype: str, shape: list[int], offset: int
) -> Outcome:
    return _reference(data, dtype, shape, 0)


def _columns_first(
    data: np.ndarray, dtype: str, shape: list[int], offset: int
) -> Outcome:
    matrix = _read(data, _little(dtype), shape[::-1], offset).T
    return matrix, _written(data, np.ascontiguousarray(matrix.T), offset)


def _not_written(
    data: np.ndarray, dtype: str, shape: list[int], offset: int
) -> Outcome:
    return _reference(data, dtype, shape, offset)[0], data


def _matrix_alone(
    data: np.ndarray, dtype: str, shape: list[int], offset: int
) -> Outcome:
    matrix, file = _reference(data, dtype, shape, offset)
    return matrix, file[offset : offset + matrix.nbytes]


def _cut_behind(data: np.ndarray, dtype: str, shape: list[int], offset: int) -> Outcome:
    matrix, file = _reference(data, dtype, shape, offset)
    return matrix, file[: offset + matrix.nbytes]


def _returns_transposed(
    data: np.ndarray, dtype: str, shape: list[int], offset: int
) -> Outcome:
    matrix, file = _reference(data, dtype, shape, offset)
    return matrix.T, file


_MISTAKES = (
    Mistake(
        "the bytes of a number in the wrong order",
        "You read each number with its most important byte first. Files of weights "
        "have it last: they are little-endian.",
        'What do "<" and ">" mean in front of a dtype?',
        compute=_big_endian,
    ),
    Mistake(
        "the offset is counted in elements",
        "You begin too far behind: the offset counts bytes, and you take it for "
        "elements.",
        "How many bytes stand before the matrix?",
        compute=_elements,
    ),
    Mistake(
        "read from the start",
        "You read from the first byte of the file. The matrix begins at the offset.",
        "What else may stand in a file of weights, before this matrix?",
        compute=_from_the_start,
    ),
    Mistake(
        "column by column",
        "You read the numbers down the columns. They are stored row by row.",
        "Which of the two axes varies fastest in the file?",
        compute=_columns_first,
    ),
    Mistake(
        "the file is as it was",
        "Your matrix is right. Your file still holds it untransposed. (A reshape moves "
        "no number.)",
        "Print the bytes that you write, next to those that you have read.",
        compute=_not_written,
    ),
    Mistake(
        "the matrix's bytes alone",
        "Your matrix is right. Your file holds nothing but its transpose; the bytes "
        "before it and behind it are lost.",
        "What else may stand in a file of weights? It stays as it is.",
        compute=_matrix_alone,
    ),
    Mistake(
        "the file ends behind the matrix",
        "Your matrix is right. The bytes that stood behind it in the file are lost.",
        "How long must the file be after the matrix was written?",
        compute=_cut_behind,
    ),
    Mistake(
        "the transpose is returned",
        "Your file is right. Your matrix is the transpose.",
        "Which of the two does the exercise ask for as `matrix`?",
        compute=_returns_transposed,
    ),
)

RAW_BYTES = Exercise(
    id="export.raw_bytes",
    title="From bytes to a tensor and back",
    points=2,
    neutral=True,
    cases=tuple(
        separated(partial(_draw, dtype=dtype), _reference, _MISTAKES)
        for dtype in ("float32", "int16", "float16")
    ),
    reference=_reference,
    returns=("matrix", "file"),
    mistakes=_MISTAKES,
    hints=(
        "A matrix in a file is its numbers, row by row, each as a few bytes. Cut its "
        "bytes out, read them as numbers, and put other bytes of the same number in "
        "their place.",
        'np.dtype(dtype).newbyteorder("<") is the dtype, little-endian; '
        "np.frombuffer(data.tobytes(), dtype, count, offset) reads; "
        "matrix.T.tobytes() are the bytes of the transpose, row by row; "
        "np.concatenate joins",
        "matrix = rows * columns numbers from the offset on, in its shape\n"
        "new = bytes of its transpose, as an array of uint8\n"
        "file = bytes before it, new, bytes behind it",
    ),
)
