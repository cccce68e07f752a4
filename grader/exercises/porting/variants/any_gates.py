"""Answers about the gates of a port: outputs compared, and the logs of two runs."""

import numpy as np

from grader.judging.variant import right, wrong


@right("layer_gate")
def one_layer_after_another(torch_outputs, keras_outputs, tolerance):
    errors, first = [], -1
    for number, (ours, theirs) in enumerate(
        zip(torch_outputs, keras_outputs, strict=True)
    ):
        if ours.ndim == 4:
            ours = ours.transpose(0, 2, 3, 1)
        if ours.shape != theirs.shape:
            error = np.inf
        elif np.isnan(ours).any() or np.isnan(theirs).any():
            error = np.inf
        else:
            scale = np.abs(ours).max()
            error = np.abs(ours - theirs).max() / (scale if scale else 1)
        if first < 0 and error > tolerance:
            first = number
        errors.append(error)
    return errors, first


@right("layer_gate")
def channels_to_the_front(torch_outputs, keras_outputs, tolerance):
    def error(ours, theirs):
        if theirs.ndim == 4:
            theirs = np.moveaxis(theirs, -1, 1)
        if ours.shape != theirs.shape:
            return float("inf")
        largest = np.max(np.abs(ours - theirs))
        if np.isnan(largest):
            return float("inf")
        scale = np.max(np.abs(ours))
        return largest / scale if scale > 0 else largest

    errors = list(map(error, torch_outputs, keras_outputs))
    failing = [number for number, e in enumerate(errors) if e > tolerance]
    return errors, min(failing, default=-1)


@right("layer_gate")
def array_of_errors(torch_outputs, keras_outputs, tolerance):
    errors = np.full(len(torch_outputs), np.inf)
    for i, (a, b) in enumerate(zip(torch_outputs, keras_outputs, strict=True)):
        a = np.einsum("nchw->nhwc", a) if a.ndim == 4 else a
        if a.shape == b.shape and np.isfinite(a).all() and np.isfinite(b).all():
            errors[i] = np.linalg.norm((a - b).ravel(), np.inf)
            errors[i] /= np.abs(a).max() or 1
    beyond = errors > tolerance
    return errors, np.argmax(beyond) if beyond.any() else -1


@wrong("layer_gate", "the maps are in two orders")
def as_they_lie(torch_outputs, keras_outputs, tolerance):
    errors = []
    for a, b in zip(torch_outputs, keras_outputs, strict=True):
        if a.shape != b.shape or np.isnan(a).any() or np.isnan(b).any():
            errors.append(np.inf)
        else:
            errors.append(np.abs(a - b).max() / (np.abs(a).max() or 1))
    beyond = np.array(errors) > tolerance
    return errors, np.argmax(beyond) if beyond.any() else -1


@wrong("layer_gate", "the maps are in two orders")
def keras_to_torch(torch_outputs, keras_outputs, tolerance):
    errors = []
    for a, b in zip(torch_outputs, keras_outputs, strict=True):
        a = a.transpose(0, 3, 1, 2) if a.ndim == 4 else a
        if a.shape != b.shape or np.isnan(a).any() or np.isnan(b).any():
            errors.append(np.inf)
        else:
            errors.append(np.abs(a - b).max() / (np.abs(a).max() or 1))
    beyond = np.array(errors) > tolerance
    return errors, np.argmax(beyond) if beyond.any() else -1


@wrong("layer_gate", "the maps lie on their side")
def swapped_axes(torch_outputs, keras_outputs, tolerance):
    errors = []
    for a, b in zip(torch_outputs, keras_outputs, strict=True):
        a = a.swapaxes(1, 3) if a.ndim == 4 else a
        if a.shape != b.shape or np.isnan(a).any() or np.isnan(b).any():
            errors.append(np.inf)
        else:
            errors.append(np.abs(a - b).max() / (np.abs(a).max() or 1))
    beyond = np.array(errors) > tolerance
    return errors, np.argmax(beyond) if beyond.any() else -1


@wrong("layer_gate", "NaN is left out")
def nanmax(torch_outputs, keras_outputs, tolerance):
    errors = []
    for a, b in zip(torch_outputs, keras_outputs, strict=True):
        a = a.transpose(0, 2, 3, 1) if a.ndim == 4 else a
        if a.shape != b.shape:
            errors.append(np.inf)
        else:
            errors.append(np.nanmax(np.abs(a - b)) / (np.nanmax(np.abs(a)) or 1))
    beyond = np.array(errors) > tolerance
    return errors, np.argmax(beyond) if beyond.any() else -1


@wrong("layer_gate", "NaN stays NaN")
def nan_in_errors(torch_outputs, keras_outputs, tolerance):
    errors = []
    for a, b in zip(torch_outputs, keras_outputs, strict=True):
        a = a.transpose(0, 2, 3, 1) if a.ndim == 4 else a
        if a.shape != b.shape:
            errors.append(np.inf)
        else:
            errors.append(np.abs(a - b).max() / (np.abs(a).max() or 1))
    beyond = np.array(errors) > tolerance
    return errors, np.argmax(beyond) if beyond.any() else -1


@wrong("layer_gate", "the shapes are stretched to fit")
def broadcast(torch_outputs, keras_outputs, tolerance):
    errors = []
    for a, b in zip(torch_outputs, keras_outputs, strict=True):
        a = a.transpose(0, 2, 3, 1) if a.ndim == 4 else a
        try:
            error = np.abs(a - b).max() / (np.abs(a).max() or 1)
        except ValueError:
            error = np.inf
        errors.append(np.inf if np.isnan(error) else error)
    beyond = np.array(errors) > tolerance
    return errors, np.argmax(beyond) if beyond.any() else -1


@wrong("layer_gate", "absolute differences")
def differences_alone(torch_outputs, keras_outputs, tolerance):
    errors = []
    for a, b in zip(torch_outputs, keras_outputs, strict=True):
        a = a.transpose(0, 2, 3, 1) if a.ndim == 4 else a
        if a.shape != b.shape or np.isnan(a).any() or np.isnan(b).any():
            errors.append(np.inf)
        else:
            errors.append(np.abs(a - b).max())
    beyond = np.array(errors) > tolerance
    return errors, np.argmax(beyond) if beyond.any() else -1


@wrong("layer_gate", "each entry by its own size")
def elementwise(torch_outputs, keras_outputs, tolerance):
    errors = []
    for a, b in zip(torch_outputs, keras_outputs, strict=True):
        a = a.transpose(0, 2, 3, 1) if a.ndim == 4 else a
        if a.shape != b.shape or np.isnan(a).any() or np.isnan(b).any():
            errors.append(np.inf)
        else:
            scale = np.where(a == 0, 1, np.abs(a))
            errors.append((np.abs(a - b) / scale).max())
    beyond = np.array(errors) > tolerance
    return errors, np.argmax(beyond) if beyond.any() else -1


@wrong("layer_gate", "the mean difference")
def mean_of_layer(torch_outputs, keras_outputs, tolerance):
    errors = []
    for a, b in zip(torch_outputs, keras_outputs, strict=True):
        a = a.transpose(0, 2, 3, 1) if a.ndim == 4 else a
        if a.shape != b.shape or np.isnan(a).any() or np.isnan(b).any():
            errors.append(np.inf)
        else:
            errors.append(np.abs(a - b).mean() / (np.abs(a).max() or 1))
    beyond = np.array(errors) > tolerance
    return errors, np.argmax(beyond) if beyond.any() else -1


@wrong("layer_gate", "the scale of Keras's output")
def divided_by_theirs(torch_outputs, keras_outputs, tolerance):
    errors = []
    for a, b in zip(torch_outputs, keras_outputs, strict=True):
        a = a.transpose(0, 2, 3, 1) if a.ndim == 4 else a
        if a.shape != b.shape or np.isnan(a).any() or np.isnan(b).any():
            errors.append(np.inf)
        else:
            errors.append(np.abs(a - b).max() / (np.abs(b).max() or 1))
    beyond = np.array(errors) > tolerance
    return errors, np.argmax(beyond) if beyond.any() else -1


@wrong("layer_gate", "a silent layer counts as different")
def zero_by_zero(torch_outputs, keras_outputs, tolerance):
    errors = []
    for a, b in zip(torch_outputs, keras_outputs, strict=True):
        a = a.transpose(0, 2, 3, 1) if a.ndim == 4 else a
        if a.shape != b.shape:
            errors.append(np.inf)
            continue
        with np.errstate(invalid="ignore"):
            error = np.abs(a - b).max() / np.abs(a).max()
        errors.append(np.inf if np.isnan(error) else error)
    beyond = np.array(errors) > tolerance
    return errors, np.argmax(beyond) if beyond.any() else -1


@wrong("layer_gate", "a silent layer is NaN")
def zero_by_zero_kept(torch_outputs, keras_outputs, tolerance):
    errors = []
    for a, b in zip(torch_outputs, keras_outputs, strict=True):
        a = a.transpose(0, 2, 3, 1) if a.ndim == 4 else a
        if a.shape != b.shape or np.isnan(a).any() or np.isnan(b).any():
            errors.append(np.inf)
            continue
        with np.errstate(invalid="ignore"):
            errors.append(np.abs(a - b).max() / np.abs(a).max())
    beyond = np.array(errors) > tolerance
    return errors, np.argmax(beyond) if beyond.any() else -1


@wrong("layer_gate", "the worst layer, not the first")
def argmax_of_errors(torch_outputs, keras_outputs, tolerance):
    errors = []
    for a, b in zip(torch_outputs, keras_outputs, strict=True):
        a = a.transpose(0, 2, 3, 1) if a.ndim == 4 else a
        if a.shape != b.shape or np.isnan(a).any() or np.isnan(b).any():
            errors.append(np.inf)
        else:
            errors.append(np.abs(a - b).max() / (np.abs(a).max() or 1))
    return errors, np.argmax(errors) if max(errors) > tolerance else -1


@wrong("layer_gate", "none becomes layer 0")
def argmax_of_nothing(torch_outputs, keras_outputs, tolerance):
    errors = []
    for a, b in zip(torch_outputs, keras_outputs, strict=True):
        a = a.transpose(0, 2, 3, 1) if a.ndim == 4 else a
        if a.shape != b.shape or np.isnan(a).any() or np.isnan(b).any():
            errors.append(np.inf)
        else:
            errors.append(np.abs(a - b).max() / (np.abs(a).max() or 1))
    return errors, np.argmax(np.array(errors) > tolerance)


@wrong("layer_gate", "layers counted from 1")
def enumerated_from_one(torch_outputs, keras_outputs, tolerance):
    errors, first = [], -1
    pairs = zip(torch_outputs, keras_outputs, strict=True)
    for number, (a, b) in enumerate(pairs, start=1):
        a = a.transpose(0, 2, 3, 1) if a.ndim == 4 else a
        if a.shape != b.shape or np.isnan(a).any() or np.isnan(b).any():
            errors.append(np.inf)
        else:
            errors.append(np.abs(a - b).max() / (np.abs(a).max() or 1))
        if first == -1 and errors[-1] > tolerance:
            first = number
    return errors, first
