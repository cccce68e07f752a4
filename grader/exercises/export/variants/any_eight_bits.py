"""Answers about numbers in 8 bits: scales, zero points and kernels."""

import numpy as np

from grader.judging.variant import right, wrong


@right("scale_zero_point")
def from_the_low_end(lows, highs):
    lows, highs = np.minimum(lows, 0), np.maximum(highs, 0)
    scales = (highs - lows) / 255
    return scales, np.round(-128 - lows / scales)


@right("scale_zero_point")
def from_the_high_end(lows, highs):
    scales, zero_points = [], []
    for low, high in zip(lows, highs, strict=True):
        low, high = min(float(low), 0.0), max(float(high), 0.0)
        scale = (high - low) / 255
        scales.append(scale)
        zero_points.append(round(127 - high / scale))
    return scales, zero_points


@right("scale_zero_point")
def clipped_range(lows, highs):
    low, high = np.clip(lows, None, 0), np.clip(highs, 0, None)
    share = -low / (high - low)  # of the range that lies below 0
    return (high - low) / np.float32(255), np.rint(255 * share).astype(int) - 128


@wrong("scale_zero_point", "the range is not widened")
def as_observed(lows, highs):
    scales = (highs - lows) / 255
    return scales, np.round(-128 - lows / scales)


@wrong("scale_zero_point", "the zero point is clipped instead")
def clipped_zero_point(lows, highs):
    scales = (highs - lows) / 255
    return scales, np.clip(np.round(-128 - lows / scales), -128, 127)


@wrong("scale_zero_point", "256 steps")
def by_256(lows, highs):
    lows, highs = np.minimum(lows, 0), np.maximum(highs, 0)
    scales = (highs - lows) / 256
    return scales, np.round(-128 - lows / scales)


@wrong("scale_zero_point", "the zero points of uint8")
def from_zero_to_255(lows, highs):
    lows, highs = np.minimum(lows, 0), np.maximum(highs, 0)
    scales = (highs - lows) / 255
    return scales, np.round(-lows / scales)


@wrong("scale_zero_point", "the low end with the wrong sign")
def low_added(lows, highs):
    lows, highs = np.minimum(lows, 0), np.maximum(highs, 0)
    scales = (highs - lows) / 255
    return scales, np.round(-128 + lows / scales)


@wrong("scale_zero_point", "the zero point is cut off")
def astype_int(lows, highs):
    lows, highs = np.minimum(lows, 0), np.maximum(highs, 0)
    scales = (highs - lows) / 255
    return scales, (-128 - lows / scales).astype(int)


@wrong("scale_zero_point", "the zero point is not rounded")
def a_fraction(lows, highs):
    lows, highs = np.minimum(lows, 0), np.maximum(highs, 0)
    scales = (highs - lows) / 255
    return scales, -128 - lows / scales


@wrong("scale_zero_point", "symmetric scales")
def as_for_weights(lows, highs):
    scales = np.maximum(np.abs(lows), np.abs(highs)) / 127
    return scales, np.zeros(len(lows))


@right("quantize_kernel")
def largest_kept(kernel, axis):
    others = tuple(a for a in range(kernel.ndim) if a != axis)
    largest = np.abs(kernel).max(axis=others, keepdims=True)
    scales = np.where(largest == 0, 1, largest / 127)
    return scales.ravel(), np.round(kernel / scales).astype(np.int8)


@right("quantize_kernel")
def channels_first(kernel, axis):
    moved = np.moveaxis(kernel, axis, 0)
    scales = np.abs(moved).reshape(len(moved), -1).max(axis=1) / np.float32(127)
    scales[scales == 0] = 1
    q = np.rint((moved.T / scales).T)
    return scales, np.moveaxis(q, 0, axis)


@right("quantize_kernel")
def channel_by_channel(kernel, axis):
    scales, quantized = [], np.zeros(kernel.shape, dtype=int)
    for c in range(kernel.shape[axis]):
        at = [slice(None)] * kernel.ndim
        at[axis] = c
        weights = kernel[tuple(at)].astype(float)
        largest = max(weights.max(), -weights.min())
        scale = largest / 127 if largest > 0 else 1.0
        scales.append(scale)
        quantized[tuple(at)] = np.clip(np.round(weights / scale), -127, 127)
    return scales, quantized


@wrong("quantize_kernel", "a scale for each place of the last axis")
def as_in_keras(kernel, axis):
    largest = np.abs(kernel).reshape(-1, kernel.shape[-1]).max(axis=0)
    scales = np.where(largest == 0, 1, largest / 127)
    return scales, np.round(kernel / scales)


@wrong("quantize_kernel", "a scale for each place of the first axis")
def as_in_torch(kernel, axis):
    largest = np.abs(kernel).reshape(len(kernel), -1).max(axis=1)
    scales = np.where(largest == 0, 1, largest / 127)
    shape = [-1] + [1] * (kernel.ndim - 1)
    return scales, np.round(kernel / scales.reshape(shape))


@wrong("quantize_kernel", "one scale for all channels")
def per_tensor(kernel, axis):
    scale = np.abs(kernel).max() / 127
    return np.full(kernel.shape[axis], scale), np.round(kernel / scale)


@wrong("quantize_kernel", "the largest along the channels' axis")
def axis_taken_literally(kernel, axis):
    largest = np.abs(kernel).max(axis=axis)
    scales = np.where(largest == 0, 1, largest / 127)
    return scales, np.round(kernel / scales)


@wrong("quantize_kernel", "the largest along the channels' axis, as a vector")
def axis_kept_with_length_1(kernel, axis):
    largest = np.abs(kernel).max(axis=axis, keepdims=True)
    scales = np.where(largest == 0, 1, largest / 127)
    return scales.ravel(), np.round(kernel / scales)


@wrong("quantize_kernel", "128 steps")
def by_128(kernel, axis):
    others = tuple(a for a in range(kernel.ndim) if a != axis)
    largest = np.abs(kernel).max(axis=others, keepdims=True)
    scales = np.where(largest == 0, 1, largest / 128)
    return scales.ravel(), np.clip(np.round(kernel / scales), -127, 127)


@wrong("quantize_kernel", "the largest weight with its sign")
def no_absolute_value(kernel, axis):
    others = tuple(a for a in range(kernel.ndim) if a != axis)
    largest = kernel.max(axis=others, keepdims=True)
    scales = np.where(largest == 0, 1, largest / 127)
    return scales.ravel(), np.clip(np.round(kernel / scales), -127, 127)


@wrong("quantize_kernel", "the width of the range")
def as_for_activations(kernel, axis):
    others = tuple(a for a in range(kernel.ndim) if a != axis)
    width = kernel.max(others, keepdims=True) - kernel.min(others, keepdims=True)
    scales = np.where(width == 0, 1, width / 255)
    return scales.ravel(), np.clip(np.round(kernel / scales), -127, 127)


@wrong("quantize_kernel", "cut off instead of rounded")
def astype_int8(kernel, axis):
    others = tuple(a for a in range(kernel.ndim) if a != axis)
    largest = np.abs(kernel).max(axis=others, keepdims=True)
    scales = np.where(largest == 0, 1, largest / 127)
    return scales.ravel(), (kernel / scales).astype(np.int8)


@wrong("quantize_kernel", "halves are rounded up")
def floor_of_a_half_more(kernel, axis):
    others = tuple(a for a in range(kernel.ndim) if a != axis)
    largest = np.abs(kernel).max(axis=others, keepdims=True)
    scales = np.where(largest == 0, 1, largest / 127)
    return scales.ravel(), np.floor(kernel / scales + 0.5)


@wrong("quantize_kernel", "a channel of zeros has scale 0")
def zero_for_zeros(kernel, axis):
    others = tuple(a for a in range(kernel.ndim) if a != axis)
    scales = np.abs(kernel).max(axis=others, keepdims=True) / 127
    q = np.round(kernel / np.where(scales == 0, 1, scales))
    return scales.ravel(), q


@wrong("quantize_kernel", "0/0 in a channel of zeros")
def divided_by_zero(kernel, axis):
    others = tuple(a for a in range(kernel.ndim) if a != axis)
    scales = np.abs(kernel).max(axis=others, keepdims=True) / 127
    with np.errstate(invalid="ignore"):
        return scales.ravel(), np.round(kernel / scales)


@right("requantize")
def whole_numbers(x, x_scale, x_zero, weights, w_scales, bias, y_scale, y_zero):
    wide = x.astype(np.int64) - x_zero
    total = wide @ weights.astype(np.int64).T + bias
    real = x_scale * np.array(w_scales) / y_scale
    whole = np.round(real * 2**31).astype(np.int64)
    y = (total * whole + 2**30) >> 31
    return np.clip(y + y_zero, -128, 127).astype(np.int8)


@right("requantize")
def plain_python(x, x_scale, x_zero, weights, w_scales, bias, y_scale, y_zero):
    y = []
    for row in x.tolist():
        y.append([])
        for w_row, w_scale, b in zip(
            weights.tolist(), w_scales, bias.tolist(), strict=True
        ):
            total = b + sum((q - x_zero) * w for q, w in zip(row, w_row, strict=True))
            whole = round(x_scale * w_scale / y_scale * 2**31)
            scaled = (total * whole + 2**30) // 2**31
            y[-1].append(min(max(scaled + y_zero, -128), 127))
    return y


@right("requantize")
def zero_point_taken_out(x, x_scale, x_zero, weights, w_scales, bias, y_scale, y_zero):
    total = np.einsum("ni,oi->no", x, weights, dtype=np.int32)
    total = total - x_zero * weights.sum(axis=1, dtype=np.int32) + bias
    scaled = total * (np.array(w_scales) * (x_scale / y_scale))
    y = np.floor(scaled + 0.5) + y_zero
    return np.minimum(np.maximum(y, -128), 127)


@wrong("requantize", "summed up in int8")
def nothing_widened(x, x_scale, x_zero, weights, w_scales, bias, y_scale, y_zero):
    total = (x - np.int8(x_zero)) @ weights.T + bias
    whole = np.round(x_scale * np.array(w_scales) / y_scale * 2**31).astype(np.int64)
    return np.clip(((total * whole + 2**30) >> 31) + y_zero, -128, 127)


@wrong("requantize", "the difference in int8")
def widened_late(x, x_scale, x_zero, weights, w_scales, bias, y_scale, y_zero):
    total = (x - x_zero).astype(np.int32) @ weights.astype(np.int32).T + bias
    whole = np.round(x_scale * np.array(w_scales) / y_scale * 2**31).astype(np.int64)
    return np.clip(((total * whole + 2**30) >> 31) + y_zero, -128, 127)


@wrong("requantize", "the zero point of x is left out")
def no_x_zero(x, x_scale, x_zero, weights, w_scales, bias, y_scale, y_zero):
    total = x.astype(np.int64) @ weights.astype(np.int64).T + bias
    whole = np.round(x_scale * np.array(w_scales) / y_scale * 2**31).astype(np.int64)
    return np.clip(((total * whole + 2**30) >> 31) + y_zero, -128, 127)


@wrong("requantize", "the bias is left out")
def no_bias(x, x_scale, x_zero, weights, w_scales, bias, y_scale, y_zero):
    total = (x.astype(np.int64) - x_zero) @ weights.astype(np.int64).T
    whole = np.round(x_scale * np.array(w_scales) / y_scale * 2**31).astype(np.int64)
    return np.clip(((total * whole + 2**30) >> 31) + y_zero, -128, 127)


@wrong("requantize", "the zero point of y is left out")
def no_y_zero(x, x_scale, x_zero, weights, w_scales, bias, y_scale, y_zero):
    total = (x.astype(np.int64) - x_zero) @ weights.astype(np.int64).T + bias
    whole = np.round(x_scale * np.array(w_scales) / y_scale * 2**31).astype(np.int64)
    return np.clip((total * whole + 2**30) >> 31, -128, 127)


@wrong("requantize", "the zero point of y comes after the clip")
def clipped_first(x, x_scale, x_zero, weights, w_scales, bias, y_scale, y_zero):
    total = (x.astype(np.int64) - x_zero) @ weights.astype(np.int64).T + bias
    whole = np.round(x_scale * np.array(w_scales) / y_scale * 2**31).astype(np.int64)
    return np.clip((total * whole + 2**30) >> 31, -128, 127) + y_zero


@wrong("requantize", "the first scale for all outputs")
def one_scale(x, x_scale, x_zero, weights, w_scales, bias, y_scale, y_zero):
    total = (x.astype(np.int64) - x_zero) @ weights.astype(np.int64).T + bias
    whole = round(x_scale * w_scales[0] / y_scale * 2**31)
    return np.clip(((total * whole + 2**30) >> 31) + y_zero, -128, 127)


@wrong("requantize", "the scales lie along the rows")
def row_by_row(x, x_scale, x_zero, weights, w_scales, bias, y_scale, y_zero):
    total = (x.astype(np.int64) - x_zero) @ weights.astype(np.int64).T + bias
    y = []
    for row, w_scale in zip(total, w_scales, strict=True):
        whole = round(x_scale * w_scale / y_scale * 2**31)
        y.append(np.clip(((row * whole + 2**30) >> 31) + y_zero, -128, 127))
    return y


@wrong("requantize", "the weights are not transposed")
def as_stored(x, x_scale, x_zero, weights, w_scales, bias, y_scale, y_zero):
    total = (x.astype(np.int64) - x_zero) @ weights.astype(np.int64) + bias
    whole = np.round(x_scale * np.array(w_scales) / y_scale * 2**31).astype(np.int64)
    return np.clip(((total * whole + 2**30) >> 31) + y_zero, -128, 127)


@wrong("requantize", "halves go to the even number")
def in_floats(x, x_scale, x_zero, weights, w_scales, bias, y_scale, y_zero):
    total = (x.astype(np.int64) - x_zero) @ weights.astype(np.int64).T + bias
    y = np.round(total * (x_scale * np.array(w_scales) / y_scale)) + y_zero
    return np.clip(y, -128, 127)


@wrong("requantize", "rounded down")
def shifted_alone(x, x_scale, x_zero, weights, w_scales, bias, y_scale, y_zero):
    total = (x.astype(np.int64) - x_zero) @ weights.astype(np.int64).T + bias
    whole = np.round(x_scale * np.array(w_scales) / y_scale * 2**31).astype(np.int64)
    return np.clip(((total * whole) >> 31) + y_zero, -128, 127)


@wrong("requantize", "not clipped")
def no_limits(x, x_scale, x_zero, weights, w_scales, bias, y_scale, y_zero):
    total = (x.astype(np.int64) - x_zero) @ weights.astype(np.int64).T + bias
    whole = np.round(x_scale * np.array(w_scales) / y_scale * 2**31).astype(np.int64)
    return ((total * whole + 2**30) >> 31) + y_zero


@wrong("requantize", "wrapped instead of clipped")
def upper_bits_dropped(x, x_scale, x_zero, weights, w_scales, bias, y_scale, y_zero):
    total = (x.astype(np.int64) - x_zero) @ weights.astype(np.int64).T + bias
    whole = np.round(x_scale * np.array(w_scales) / y_scale * 2**31).astype(np.int64)
    return (((total * whole + 2**30) >> 31) + y_zero).astype(np.int8)


@right("saturated_share")
def there_and_back(calibration, values):
    low, high = min(calibration.min(), 0), max(calibration.max(), 0)
    share = np.mean((values < low) | (values > high))
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale)
    q = np.clip(np.round(values / scale) + zero_point, -128, 127)
    return share, np.abs(scale * (q - zero_point) - values).max()


@right("saturated_share")
def value_by_value(calibration, values):
    low = min([0.0, *calibration.tolist()])
    high = max([0.0, *calibration.tolist()])
    scale = (high - low) / 255
    zero_point = round(-128 - low / scale)
    outside, worst = 0, 0.0
    for value in values.ravel().tolist():
        outside += not low <= value <= high
        q = min(max(round(value / scale) + zero_point, -128), 127)
        worst = max(worst, abs(value - scale * (q - zero_point)))
    return outside / values.size, worst


@right("saturated_share")
def limits_in_real_numbers(calibration, values):
    ends = np.append(calibration, np.float32(0))
    low, high = ends.min(), ends.max()
    inside = (values >= low) & (values <= high)
    scale = (high - low) / 255
    zero_point = np.rint(127 - high / scale)
    steps = np.clip(np.rint(values / scale), -128 - zero_point, 127 - zero_point)
    return 1 - inside.mean(), np.max(np.abs(values - steps * scale))


@wrong("saturated_share", "the range is not widened")
def smallest_and_largest(calibration, values):
    low, high = calibration.min(), calibration.max()
    share = np.mean((values < low) | (values > high))
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale)
    q = np.clip(np.round(values / scale) + zero_point, -128, 127)
    return share, np.abs(scale * (q - zero_point) - values).max()


@wrong("saturated_share", "the ends are counted")
def or_equal(calibration, values):
    low, high = min(calibration.min(), 0), max(calibration.max(), 0)
    share = np.mean((values <= low) | (values >= high))
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale)
    q = np.clip(np.round(values / scale) + zero_point, -128, 127)
    return share, np.abs(scale * (q - zero_point) - values).max()


@wrong("saturated_share", "the last whole numbers are counted")
def at_the_limits(calibration, values):
    low, high = min(calibration.min(), 0), max(calibration.max(), 0)
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale)
    q = np.clip(np.round(values / scale) + zero_point, -128, 127)
    share = np.mean((q == -128) | (q == 127))
    return share, np.abs(scale * (q - zero_point) - values).max()


@wrong("saturated_share", "the range of the values")
def calibration_unused(calibration, values):
    low, high = min(values.min(), 0), max(values.max(), 0)
    share = np.mean((values < low) | (values > high))
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale)
    q = np.clip(np.round(values / scale) + zero_point, -128, 127)
    return share, np.abs(scale * (q - zero_point) - values).max()


@wrong("saturated_share", "one end alone")
def above_the_range(calibration, values):
    low, high = min(calibration.min(), 0), max(calibration.max(), 0)
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale)
    q = np.clip(np.round(values / scale) + zero_point, -128, 127)
    return np.mean(values > high), np.abs(scale * (q - zero_point) - values).max()


@wrong("saturated_share", "percent")
def of_a_hundred(calibration, values):
    low, high = min(calibration.min(), 0), max(calibration.max(), 0)
    share = 100 * np.mean((values < low) | (values > high))
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale)
    q = np.clip(np.round(values / scale) + zero_point, -128, 127)
    return share, np.abs(scale * (q - zero_point) - values).max()


@wrong("saturated_share", "a number instead of a share")
def sum_of_truth_values(calibration, values):
    low, high = min(calibration.min(), 0), max(calibration.max(), 0)
    share = np.sum((values < low) | (values > high))
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale)
    q = np.clip(np.round(values / scale) + zero_point, -128, 127)
    return share, np.abs(scale * (q - zero_point) - values).max()


@wrong("saturated_share", "the mean error")
def average(calibration, values):
    low, high = min(calibration.min(), 0), max(calibration.max(), 0)
    share = np.mean((values < low) | (values > high))
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale)
    q = np.clip(np.round(values / scale) + zero_point, -128, 127)
    return share, np.abs(scale * (q - zero_point) - values).mean()


@wrong("saturated_share", "the error without clipping")
def no_limits_of_int8(calibration, values):
    low, high = min(calibration.min(), 0), max(calibration.max(), 0)
    share = np.mean((values < low) | (values > high))
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale)
    q = np.round(values / scale) + zero_point
    return share, np.abs(scale * (q - zero_point) - values).max()
