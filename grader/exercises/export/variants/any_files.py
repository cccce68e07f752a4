"""Answers about files of weights: how large they are, and where what lies."""

import numpy as np

from grader.judging.variant import right, wrong


@right("model_bytes")
def four_sums(kernels, least):
    single = half = weights_only = whole = 0
    for shape in kernels:
        weights, outputs = int(np.prod(shape)), shape[0]
        single += 4 * weights + 4 * outputs
        half += 2 * weights + 2 * outputs
        eight = weights + 4 * outputs + 4 * outputs
        weights_only += eight if weights >= least else 4 * weights + 4 * outputs
        whole += eight
    return [single, half, weights_only, whole + 5 * (len(kernels) + 1)]


@right("model_bytes")
def arrays_of_layers(kernels, least):
    weights = np.array([np.prod(shape) for shape in kernels])
    outputs = np.array([shape[0] for shape in kernels])
    single = 4 * (weights + outputs)
    eight = weights + 8 * outputs
    mixed = np.where(weights < least, single, eight)
    total = [single.sum(), single.sum() / 2, mixed.sum(), eight.sum()]
    return np.array(total) + [0, 0, 0, 5 + 5 * len(weights)]


@right("model_bytes")
def a_function_of_a_layer(kernels, least):
    def layer(shape):
        weights = 1
        for size in shape:
            weights *= size
        bias, scales = 4 * shape[0], 4 * shape[0]
        small = weights < least
        return (
            4 * weights + bias,
            2 * weights + bias // 2,
            4 * weights + bias if small else weights + bias + scales,
            weights + bias + scales + 5,
        )

    single, half, mixed, eight = (
        sum(c) for c in zip(*map(layer, kernels), strict=True)
    )
    return single, half, mixed, eight + 5


@wrong("model_bytes", "the biases have 8 bits too")
def biases_in_int8(kernels, least):
    totals = np.array([0, 0, 0, 5 * (len(kernels) + 1)])
    for shape in kernels:
        w, o = np.prod(shape), shape[0]
        mixed = 4 * w + o if w < least else w + 4 * o + o
        totals += [4 * w + 4 * o, 2 * w + 2 * o, mixed, w + 4 * o + o]
    return totals


@wrong("model_bytes", "the biases are left out")
def kernels_alone(kernels, least):
    totals = np.array([0, 0, 0, 5 * (len(kernels) + 1)])
    for shape in kernels:
        w, o = np.prod(shape), shape[0]
        mixed = 4 * w if w < least else w + 4 * o
        totals += [4 * w, 2 * w, mixed, w + 4 * o]
    return totals


@wrong("model_bytes", "the biases of float16 have four bytes")
def wide_biases(kernels, least):
    totals = np.array([0, 0, 0, 5 * (len(kernels) + 1)])
    for shape in kernels:
        w, o = np.prod(shape), shape[0]
        mixed = 4 * w + 4 * o if w < least else w + 8 * o
        totals += [4 * w + 4 * o, 2 * w + 4 * o, mixed, w + 8 * o]
    return totals


@wrong("model_bytes", "the scales are left out")
def no_scales(kernels, least):
    totals = np.array([0, 0, 0, 5 * (len(kernels) + 1)])
    for shape in kernels:
        w, o = np.prod(shape), shape[0]
        mixed = 4 * w + 4 * o if w < least else w + 4 * o
        totals += [4 * w + 4 * o, 2 * w + 2 * o, mixed, w + 4 * o]
    return totals


@wrong("model_bytes", "one scale for each kernel")
def per_tensor(kernels, least):
    totals = np.array([0, 0, 0, 5 * (len(kernels) + 1)])
    for shape in kernels:
        w, o = np.prod(shape), shape[0]
        mixed = 4 * w + 4 * o if w < least else w + 4 * o + 4
        totals += [4 * w + 4 * o, 2 * w + 2 * o, mixed, w + 4 * o + 4]
    return totals


@wrong("model_bytes", "a scale for each channel that comes in")
def scales_of_inputs(kernels, least):
    totals = np.array([0, 0, 0, 5 * (len(kernels) + 1)])
    for shape in kernels:
        w, o, i = np.prod(shape), shape[0], shape[1]
        mixed = 4 * w + 4 * o if w < least else w + 4 * o + 4 * i
        totals += [4 * w + 4 * o, 2 * w + 2 * o, mixed, w + 4 * o + 4 * i]
    return totals


@wrong("model_bytes", "the activations are left out")
def weights_alone(kernels, least):
    totals = np.zeros(4, dtype=int)
    for shape in kernels:
        w, o = np.prod(shape), shape[0]
        mixed = 4 * w + 4 * o if w < least else w + 8 * o
        totals += [4 * w + 4 * o, 2 * w + 2 * o, mixed, w + 8 * o]
    return totals


@wrong("model_bytes", "the network's input is left out")
def outputs_of_layers(kernels, least):
    totals = np.array([0, 0, 0, 5 * len(kernels)])
    for shape in kernels:
        w, o = np.prod(shape), shape[0]
        mixed = 4 * w + 4 * o if w < least else w + 8 * o
        totals += [4 * w + 4 * o, 2 * w + 2 * o, mixed, w + 8 * o]
    return totals


@wrong("model_bytes", "no zero points")
def scales_of_activations(kernels, least):
    totals = np.array([0, 0, 0, 4 * (len(kernels) + 1)])
    for shape in kernels:
        w, o = np.prod(shape), shape[0]
        mixed = 4 * w + 4 * o if w < least else w + 8 * o
        totals += [4 * w + 4 * o, 2 * w + 2 * o, mixed, w + 8 * o]
    return totals


@wrong("model_bytes", "small kernels in 8 bits too")
def least_unused(kernels, least):
    totals = np.array([0, 0, 0, 5 * (len(kernels) + 1)])
    for shape in kernels:
        w, o = np.prod(shape), shape[0]
        totals += [4 * w + 4 * o, 2 * w + 2 * o, w + 8 * o, w + 8 * o]
    return totals


@wrong("model_bytes", "a kernel of just that size")
def at_most_least(kernels, least):
    totals = np.array([0, 0, 0, 5 * (len(kernels) + 1)])
    for shape in kernels:
        w, o = np.prod(shape), shape[0]
        mixed = 4 * w + 4 * o if w <= least else w + 8 * o
        totals += [4 * w + 4 * o, 2 * w + 2 * o, mixed, w + 8 * o]
    return totals


@wrong("model_bytes", "small kernels stay in float32 throughout")
def least_twice(kernels, least):
    totals = np.array([0, 0, 0, 5 * (len(kernels) + 1)])
    for shape in kernels:
        w, o = np.prod(shape), shape[0]
        mixed = 4 * w + 4 * o if w < least else w + 8 * o
        totals += [4 * w + 4 * o, 2 * w + 2 * o, mixed, mixed]
    return totals


@wrong("model_bytes", "scales of kernels in float32")
def scales_always(kernels, least):
    totals = np.array([0, 0, 0, 5 * (len(kernels) + 1)])
    for shape in kernels:
        w, o = np.prod(shape), shape[0]
        mixed = (4 * w if w < least else w) + 8 * o
        totals += [4 * w + 4 * o, 2 * w + 2 * o, mixed, w + 8 * o]
    return totals


@right("manifest_offsets")
def moved_up(tensors, alignment):
    offsets, free = [], 0
    for dtype, shape in tensors:
        free = -(-free // alignment) * alignment
        offsets.append(free)
        free += np.dtype(dtype).itemsize * int(np.prod(shape))
    return offsets, free


@right("manifest_offsets")
def padding_by_remainder(tensors, alignment):
    sizes = {"float32": 4, "float16": 2, "int8": 1, "int64": 8}
    offsets, end = [], 0
    for dtype, shape in tensors:
        if end % alignment:
            end += alignment - end % alignment
        offsets.append(end)
        count = 1
        for n in shape:
            count *= n
        end += count * sizes[dtype]
    return np.array(offsets), end


@right("manifest_offsets")
def real_arrays(tensors, alignment):
    file, offsets = b"", []
    for dtype, shape in tensors:
        file += bytes(-len(file) % alignment)
        offsets.append(len(file))
        file += np.zeros(shape, dtype=dtype).tobytes()
    return offsets, len(file)


@wrong("manifest_offsets", "no alignment")
def side_by_side(tensors, alignment):
    offsets, free = [], 0
    for dtype, shape in tensors:
        offsets.append(free)
        free += np.dtype(dtype).itemsize * int(np.prod(shape))
    return offsets, free


@wrong("manifest_offsets", "the end is padded")
def padded_behind(tensors, alignment):
    offsets, free = [], 0
    for dtype, shape in tensors:
        offsets.append(free)
        free += np.dtype(dtype).itemsize * int(np.prod(shape))
        free = -(-free // alignment) * alignment
    return offsets, free


@wrong("manifest_offsets", "padding where none is needed")
def always_padded(tensors, alignment):
    offsets, end = [], 0
    for dtype, shape in tensors:
        if offsets:
            end += alignment - end % alignment
        offsets.append(end)
        end += np.dtype(dtype).itemsize * int(np.prod(shape))
    return offsets, end


@wrong("manifest_offsets", "where each tensor ends")
def ends(tensors, alignment):
    offsets, free = [], 0
    for dtype, shape in tensors:
        free = -(-free // alignment) * alignment
        free += np.dtype(dtype).itemsize * int(np.prod(shape))
        offsets.append(free)
    return offsets, free


@wrong("manifest_offsets", "a total without the padding")
def sum_of_sizes(tensors, alignment):
    offsets, free, total = [], 0, 0
    for dtype, shape in tensors:
        free = -(-free // alignment) * alignment
        offsets.append(free)
        size = np.dtype(dtype).itemsize * int(np.prod(shape))
        free, total = free + size, total + size
    return offsets, total


@wrong("manifest_offsets", "elements instead of bytes")
def counted(tensors, alignment):
    offsets, free = [], 0
    for _, shape in tensors:
        free = -(-free // alignment) * alignment
        offsets.append(free)
        free += int(np.prod(shape))
    return offsets, free


@wrong("manifest_offsets", "four bytes for every element")
def all_float32(tensors, alignment):
    offsets, free = [], 0
    for _, shape in tensors:
        free = -(-free // alignment) * alignment
        offsets.append(free)
        free += 4 * int(np.prod(shape))
    return offsets, free


@wrong("manifest_offsets", "bits instead of bytes")
def digits_of_the_name(tensors, alignment):
    offsets, free = [], 0
    for dtype, shape in tensors:
        free = -(-free // alignment) * alignment
        offsets.append(free)
        bits = int("".join(letter for letter in dtype if letter.isdigit()))
        free += bits * int(np.prod(shape))
    return offsets, free


@wrong("manifest_offsets", "a number without axes takes no room")
def sizes_multiplied(tensors, alignment):
    offsets, free = [], 0
    for dtype, shape in tensors:
        free = -(-free // alignment) * alignment
        offsets.append(free)
        count = shape[0] if shape else 0
        for n in shape[1:]:
            count *= n
        free += np.dtype(dtype).itemsize * count
    return offsets, free


@wrong("manifest_offsets", "an empty tensor takes room")
def at_least_one(tensors, alignment):
    offsets, free = [], 0
    for dtype, shape in tensors:
        free = -(-free // alignment) * alignment
        offsets.append(free)
        free += np.dtype(dtype).itemsize * int(np.prod([max(n, 1) for n in shape]))
    return offsets, free


@right("raw_bytes")
def frombuffer(data, dtype, shape, offset):
    little = np.dtype(dtype).newbyteorder("<")
    rows, columns = shape
    matrix = np.frombuffer(data.tobytes(), little, rows * columns, offset)
    matrix = matrix.reshape(shape)
    new = np.frombuffer(matrix.T.tobytes(), np.uint8)
    return matrix, np.concatenate([data[:offset], new, data[offset + len(new) :]])


@right("raw_bytes")
def view_of_a_copy(data, dtype, shape, offset):
    file = data.copy()
    size = np.dtype(dtype).itemsize * shape[0] * shape[1]
    numbers = file[offset : offset + size].view(np.dtype(dtype).newbyteorder("<"))
    matrix = numbers.reshape(shape).copy()
    numbers[:] = matrix.T.ravel()
    return matrix, file


@right("raw_bytes")
def bytes_moved(data, dtype, shape, offset):
    rows, columns = shape
    size = {"float32": 4, "float16": 2, "int16": 2}[dtype]
    inside = data[offset : offset + rows * columns * size].reshape(rows, columns, size)
    file = data.tolist()
    file[offset : offset + inside.size] = inside.swapaxes(0, 1).ravel().tolist()
    little = np.dtype(dtype).newbyteorder("<")
    return np.ascontiguousarray(inside).view(little)[..., 0], file


@wrong("raw_bytes", "the bytes of a number in the wrong order")
def big_endian(data, dtype, shape, offset):
    rows, columns = shape
    big = np.dtype(dtype).newbyteorder(">")
    matrix = np.frombuffer(data.tobytes(), big, rows * columns, offset).reshape(shape)
    new = np.frombuffer(matrix.T.tobytes(), np.uint8)
    return matrix, np.concatenate([data[:offset], new, data[offset + len(new) :]])


@wrong("raw_bytes", "the offset is counted in elements")
def times_itemsize(data, dtype, shape, offset):
    rows, columns = shape
    start = offset * np.dtype(dtype).itemsize
    matrix = np.frombuffer(data.tobytes(), dtype, rows * columns, start).reshape(shape)
    new = np.frombuffer(matrix.T.tobytes(), np.uint8)
    return matrix, np.concatenate([data[:start], new, data[start + len(new) :]])


@wrong("raw_bytes", "read from the start")
def no_offset(data, dtype, shape, offset):
    rows, columns = shape
    matrix = np.frombuffer(data.tobytes(), dtype, rows * columns).reshape(shape)
    new = np.frombuffer(matrix.T.tobytes(), np.uint8)
    return matrix, np.concatenate([new, data[len(new) :]])


@wrong("raw_bytes", "column by column")
def fortran_order(data, dtype, shape, offset):
    rows, columns = shape
    matrix = np.frombuffer(data.tobytes(), dtype, rows * columns, offset)
    matrix = matrix.reshape(shape, order="F")
    new = np.frombuffer(matrix.T.tobytes(), np.uint8)
    return matrix, np.concatenate([data[:offset], new, data[offset + len(new) :]])


@wrong("raw_bytes", "the file is as it was")
def reshaped(data, dtype, shape, offset):
    rows, columns = shape
    matrix = np.frombuffer(data.tobytes(), dtype, rows * columns, offset).reshape(shape)
    new = np.frombuffer(matrix.reshape(columns, rows).tobytes(), np.uint8)
    return matrix, np.concatenate([data[:offset], new, data[offset + len(new) :]])


@wrong("raw_bytes", "the matrix's bytes alone")
def new_bytes(data, dtype, shape, offset):
    rows, columns = shape
    matrix = np.frombuffer(data.tobytes(), dtype, rows * columns, offset).reshape(shape)
    return matrix, np.frombuffer(matrix.T.tobytes(), np.uint8)


@wrong("raw_bytes", "the file ends behind the matrix")
def nothing_behind(data, dtype, shape, offset):
    rows, columns = shape
    matrix = np.frombuffer(data.tobytes(), dtype, rows * columns, offset).reshape(shape)
    new = np.frombuffer(matrix.T.tobytes(), np.uint8)
    return matrix, np.concatenate([data[:offset], new])


@wrong("raw_bytes", "the transpose is returned")
def matrix_of_the_file(data, dtype, shape, offset):
    rows, columns = shape
    matrix = np.frombuffer(data.tobytes(), dtype, rows * columns, offset).reshape(shape)
    new = np.frombuffer(matrix.T.tobytes(), np.uint8)
    return matrix.T, np.concatenate([data[:offset], new, data[offset + len(new) :]])
