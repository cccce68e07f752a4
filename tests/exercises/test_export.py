"""The references of the exercises on export, by the frameworks and by ONNX."""

import struct
import warnings
from fractions import Fraction
from functools import partial
from math import floor

import numpy as np
import pytest

from grader.exercises.catalogue import find
from grader.judging.exercise import widened
from tests.exercises import many_cases

EXACT = {"rtol": 1e-10, "atol": 1e-10}


pytestmark = pytest.mark.usefixtures("one_thread")
wide = partial(many_cases.wide, "export")
reference = partial(many_cases.reference, "export")


def accepted_by_torch(program, call: list[list[object]]) -> bool:
    import torch

    tensors = [torch.zeros(shape, dtype=getattr(torch, d)) for d, shape in call]
    try:
        program(*tensors)
    except Exception:  # each kind of guard raises its own
        return False
    return True


def exported(inputs: list[list[object]], dims: list[list[object]]):
    """A program of PyTorch with this signature."""
    import torch

    limits = {
        name: torch.export.Dim(name, min=low, **({} if high < 0 else {"max": high}))
        for name, low, high in dims
    }
    # A size of its own for each name, within its limits.
    sizes = {name: low + 2 + n for n, (name, low, _) in enumerate(dims)}

    class Program(torch.nn.Module):
        def forward(self, a, b, c):
            return a.sum() + b.sum() + c.sum()

    example = tuple(
        torch.zeros([sizes.get(d, d) for d in asked], dtype=getattr(torch, dtype))
        for dtype, asked in inputs
    )
    shapes = tuple(
        {axis: limits[d] for axis, d in enumerate(asked) if d in limits}
        for _, asked in inputs
    )
    return torch.export.export(Program(), example, dynamic_shapes=shapes).module()


def kinds(arrays: list[list[object]]) -> list[tuple[object, int]]:
    """The dtype and the number of axes of each input."""
    return [(dtype, len(sizes)) for dtype, sizes in arrays]


def test_accepted_sizes_are_those_that_torch_accepts():
    """A program of torch.export looks at sizes, and neither at dtypes nor at ranks."""
    for case in wide("accepted_calls")[:3]:
        program = exported(case["inputs"], case["dims"])
        found = reference("accepted_calls", case)
        for call, accepted in zip(case["calls"], found, strict=True):
            if kinds(call) == kinds(case["inputs"]):
                assert accepted_by_torch(program, call) == accepted, call
            else:
                assert not accepted


def test_a_signature_of_tensorflow_looks_at_dtypes_ranks_and_fixed_sizes():
    import tensorflow as tf

    for case in wide("accepted_calls")[:3]:
        signature = [
            tf.TensorSpec([d if isinstance(d, int) else None for d in asked], dtype)
            for dtype, asked in case["inputs"]
        ]
        program = tf.function(lambda *inputs: 0, input_signature=signature)
        for call, accepted in zip(
            case["calls"], reference("accepted_calls", case), strict=True
        ):
            tensors = [tf.zeros(shape, dtype) for dtype, shape in call]
            fits = all(map(tf.TensorSpec.is_compatible_with, signature, tensors))
            if fits:
                program(*tensors)
                continue
            assert not accepted
            with pytest.raises(TypeError):
                program(*tensors)


def test_each_rule_of_accepted_calls_is_broken_once():
    for case in wide("accepted_calls"):
        assert reference("accepted_calls", case).tolist().count(False) == 8


def test_frozen_values_are_what_a_recorder_returns():
    import torch

    for case in wide("frozen_values"):
        factor = case["before"]

        def model(x):
            peak = x.abs().max()
            rows = len(x)
            y = x - factor  # noqa: B023
            if x.sum() > 0:
                y = factor * x  # noqa: B023
            return y.sum(dim=0) / (rows * peak)

        with warnings.catch_warnings():
            # The recorder is deprecated, and warns of each value that it freezes.
            warnings.simplefilter("ignore")
            recording = torch.jit.trace(
                model, torch.tensor(case["example"]), check_trace=False
            )
        factor = case["after"]
        for found, x in zip(
            reference("frozen_values", case), case["others"], strict=True
        ):
            np.testing.assert_allclose(found, recording(torch.tensor(x)), **EXACT)


def test_one_export_is_the_function_as_python_runs_it():
    for case in wide("one_export"):
        outputs, runs = reference("one_export", case)
        assert runs == 1
        calls = zip(outputs, case["xs"], case["factors"], strict=True)
        for output, x, factor in calls:
            y = factor * x if x.sum() > 0 else x - factor
            np.testing.assert_allclose(output, y.sum(axis=0) / len(x), **EXACT)


def test_one_export_meets_both_branches_after_the_first_call():
    for case in wide("one_export"):
        signs = {float(np.sign(x.sum())) for x in case["xs"][1:]}
        assert signs == {1.0, -1.0}


def test_a_folded_batch_norm_gives_what_both_layers_gave():
    import torch
    from keras import layers

    rng = np.random.default_rng(1)
    for case in wide("fold_batch_norm"):
        channels = len(case["bias"])
        x = rng.normal(size=(2, channels, 6, 6))
        kernel, bias = reference("fold_batch_norm", case)
        statistics = [case[n] for n in ("gamma", "beta", "mean", "variance")]
        if case["axis"] == 3:
            last = np.moveaxis(x, 1, -1)
            conv = layers.Conv2D(channels, channels, dtype="float64")
            conv.build(last.shape)
            conv.set_weights([case["kernel"], case["bias"]])
            norm = layers.BatchNormalization(epsilon=case["epsilon"], dtype="float64")
            norm.build(conv.compute_output_shape(last.shape))
            norm.set_weights(statistics)
            both = norm(conv(last), training=False).numpy()
            conv.set_weights([kernel, bias])
            np.testing.assert_allclose(conv(last).numpy(), both, **EXACT)
            continue
        functional = torch.nn.functional
        layer = functional.conv2d if case["axis"] == 0 else functional.conv_transpose2d
        tensor = torch.tensor(x)
        gamma, beta, mean, variance = map(torch.tensor, statistics)
        both = functional.batch_norm(
            layer(tensor, torch.tensor(case["kernel"]), torch.tensor(case["bias"])),
            *(mean, variance, gamma, beta),
            eps=case["epsilon"],
        )
        folded = layer(tensor, torch.tensor(kernel), torch.tensor(bias))
        np.testing.assert_allclose(folded, both, **EXACT)


def test_scale_and_zero_point_store_zero_and_the_whole_range():
    for case in wide("scale_zero_point"):
        scales, zero_points = reference("scale_zero_point", case)
        assert (zero_points == np.round(zero_points)).all()
        assert ((zero_points >= -128) & (zero_points <= 127)).all()
        lowest, highest = scales * (-128 - zero_points), scales * (127 - zero_points)
        assert (lowest <= np.minimum(case["lows"], 0) + 0.51 * scales).all()
        assert (highest >= np.maximum(case["highs"], 0) - 0.51 * scales).all()
        widths = np.maximum(case["highs"], 0) - np.minimum(case["lows"], 0)
        np.testing.assert_allclose(highest - lowest, widths, **EXACT)


def test_quantize_kernel_is_pytorchs_fake_quantisation():
    import torch

    for case in wide("quantize_kernel"):
        scales, q = reference("quantize_kernel", case)
        axis = case["axis"]
        assert np.abs(q).max() == 127 and (q == np.round(q)).all()
        kernel = torch.tensor(case["kernel"], dtype=torch.float32)
        zeros = torch.zeros(len(scales), dtype=torch.int32)
        scale = torch.tensor(scales, dtype=torch.float32)
        stored = torch.fake_quantize_per_channel_affine(
            kernel, scale, zeros, axis, -127, 127
        )
        shape = [1] * q.ndim
        shape[axis] = -1
        np.testing.assert_allclose(q * scales.reshape(shape), stored, rtol=1e-6)


def test_one_channel_of_each_kernel_is_dead_and_one_lies_on_halves():
    for case in wide("quantize_kernel"):
        scales, _ = reference("quantize_kernel", case)
        channels = np.moveaxis(case["kernel"], case["axis"], 0)
        assert [not channel.any() for channel in channels].count(True) == 1
        halves = [
            np.mod(c / s, 1) == 0.5 for c, s in zip(channels, scales, strict=True)
        ]
        assert sum(bool(half.sum() >= half.size - 1) for half in halves) == 1


def test_requantize_is_exact_arithmetic():
    for case in wide("requantize"):
        y = reference("requantize", case)
        for n, o in np.ndindex(y.shape):
            total = int(case["bias"][o]) + sum(
                (int(q) - case["x_zero"]) * int(w)
                for q, w in zip(case["x"][n], case["weights"][o], strict=True)
            )
            assert abs(total) < 2**31
            multiplier = case["x_scale"] * case["w_scales"][o] / case["y_scale"]
            assert 0 < multiplier < 1
            exact = Fraction(total) * round(multiplier * 2**31) / 2**31
            rounded = floor(exact + Fraction(1, 2)) + case["y_zero"]
            assert y[n, o] == min(max(rounded, -128), 127)


def test_requantize_is_near_the_layer_in_real_numbers():
    for case in wide("requantize"):
        y = reference("requantize", case)
        scales = np.array(case["w_scales"])
        x = case["x_scale"] * (case["x"].astype(float) - case["x_zero"])
        bias = case["bias"] * case["x_scale"] * scales
        real = x @ (case["weights"] * scales[:, None]).T + bias
        stored = case["y_scale"] * (y - case["y_zero"])
        inside = (y > -128) & (y < 127)
        assert np.abs(real - stored)[inside].max() < 0.501 * case["y_scale"]


def test_saturated_share_comes_back_as_pytorchs_fake_quantisation():
    import torch

    for case in wide("saturated_share"):
        share, error = reference("saturated_share", case)
        values, calibration = case["values"], case["calibration"]
        scales, zero_points = find("export.scale_zero_point").reference(
            calibration.min(keepdims=True), calibration.max(keepdims=True)
        )
        back = torch.fake_quantize_per_tensor_affine(
            torch.tensor(values, dtype=torch.float32),
            *(float(scales[0]), int(zero_points[0]), -128, 127),
        )
        assert error == pytest.approx(np.abs(back.numpy() - values).max(), rel=1e-4)
        low, high = min(calibration.min(), 0), max(calibration.max(), 0)
        outside = [not low <= value <= high for value in values.ravel()]
        assert share == pytest.approx(sum(outside) / values.size)


def test_one_case_of_saturated_share_saturates_nothing():
    for seed in many_cases.SEEDS:
        cases = many_cases.drawn(find("export.saturated_share"), seed)
        shares = [reference("saturated_share", widened(case))[0] for case in cases]
        assert [share == 0 for share in shares] == [False, False, True]


def test_model_bytes_are_those_of_real_arrays():
    for case in wide("model_bytes"):
        kernels = case["kernels"]

        def arrays(dtype: str, bias: str, scaled: list[bool], kernels=kernels) -> int:
            total = 0
            for shape, small in zip(kernels, scaled, strict=True):
                total += np.zeros(shape, dtype=dtype if small else "float32").nbytes
                total += np.zeros(shape[0], dtype=bias).nbytes
                total += np.zeros(shape[0], dtype="float32").nbytes
                if dtype.startswith("float") or not small:
                    total -= np.zeros(shape[0], dtype="float32").nbytes
            return total

        every = [True] * len(kernels)
        large = [np.zeros(shape).size >= case["least"] for shape in kernels]
        activations = np.zeros(len(kernels) + 1, dtype=[("s", "f4"), ("z", "i1")])
        assert reference("model_bytes", case).tolist() == [
            arrays("float32", "float32", every),
            arrays("float16", "float16", every),
            arrays("int8", "float32", large),
            arrays("int8", "int32", every) + activations.nbytes,
        ]
        assert any(large) and not all(large)


def test_litert_leaves_a_kernel_of_fewer_than_1024_weights_in_float32(tmp_path):
    """What the text of model_bytes says of LiteRT's converter."""
    litert = pytest.importorskip("ai_edge_litert.interpreter")
    import keras
    import tensorflow as tf

    sizes = 11, 93, 32, 32  # kernels of 1023, 2976 and 1024 weights
    dense = [keras.layers.Dense(size) for size in sizes[1:]]
    model = keras.Sequential([keras.Input((sizes[0],)), *dense])
    file = tmp_path / "model.tflite"
    options = {"optimizations": [tf.lite.Optimize.DEFAULT]}
    model.export(file, format="litert", verbose=False, **options)
    reader = litert.Interpreter(str(file))
    kernels = [d for d in reader.get_tensor_details() if d["shape"].prod() > 1000]
    found = {tuple(d["shape"].tolist()): d["dtype"].__name__ for d in kernels}
    assert found == {(93, 11): "float32", (32, 93): "int8", (32, 32): "int8"}
    scales = [len(d["quantization_parameters"]["scales"]) for d in kernels]
    assert sorted(scales) == [0, 32, 32]


def test_a_file_made_by_manifest_offsets_is_read_back():
    rng = np.random.default_rng(1)
    for case in wide("manifest_offsets"):
        offsets, total = reference("manifest_offsets", case)
        arrays = [
            np.asarray(rng.integers(1, 100, size=shape)).astype(dtype)
            for dtype, shape in case["tensors"]
        ]
        file = bytearray(total)
        for offset, array in zip(offsets, arrays, strict=True):
            assert offset % case["alignment"] == 0
            assert not any(file[offset:])
            file[offset : offset + array.nbytes] = array.tobytes()
        assert len(file) == total and file[-1]
        for offset, array in zip(offsets, arrays, strict=True):
            read = np.frombuffer(file, array.dtype, array.size, offset)
            np.testing.assert_array_equal(read.reshape(array.shape), array)


def test_raw_bytes_are_what_struct_reads():
    letters = {"float32": "f", "float16": "e", "int16": "h"}
    for case in wide("raw_bytes"):
        matrix, file = reference("raw_bytes", case)
        rows, columns = case["shape"]
        form = f"<{rows * columns}{letters[case['dtype']]}"
        offset = case["offset"]
        before = struct.unpack_from(form, case["data"].tobytes(), offset)
        after = struct.unpack_from(form, file.tobytes(), offset)
        np.testing.assert_array_equal(matrix, np.reshape(before, (rows, columns)))
        np.testing.assert_array_equal(matrix.T, np.reshape(after, (columns, rows)))
        behind = offset + struct.calcsize(form)
        np.testing.assert_array_equal(file[:offset], case["data"][:offset])
        np.testing.assert_array_equal(file[behind:], case["data"][behind:])


def test_run_graph_is_what_onnx_computes():
    onnx = pytest.importorskip("onnx")
    from onnx import helper, numpy_helper
    from onnx.reference import ReferenceEvaluator

    for case in wide("run_graph"):
        values = dict(case["values"])
        nodes = [
            helper.make_node(operator, inputs, outputs, **dict(attributes))
            for operator, inputs, outputs, attributes in case["nodes"]
        ]
        graph = helper.make_graph(
            nodes,
            "graph",
            [],
            [helper.make_tensor_value_info(case["output"], 11, [3, 3])],
            [numpy_helper.from_array(array, name) for name, array in values.items()],
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9
        )
        onnx.checker.check_model(model)
        (found,) = ReferenceEvaluator(model).run(None, {})
        np.testing.assert_allclose(reference("run_graph", case), found, **EXACT)
