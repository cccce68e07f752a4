"""The references of the exercises on porting, by the frameworks themselves."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
import scipy.special

from grader.authoring.proving.variants import cell, load
from grader.authoring.running.tf32.rounding import rounded
from grader.exercises.catalogue import find
from grader.judging.exercise import widened
from tests.exercises import many_cases

FRAMEWORKS = ("torch", "tensorflow")
SOURCE = Path(__file__).parents[2] / "sources/exercises/08_porting.py"
EXACT = {"rtol": 1e-10, "atol": 1e-10}

each_framework = pytest.mark.parametrize("framework", FRAMEWORKS)


pytestmark = pytest.mark.usefixtures("one_thread")
wide = partial(many_cases.wide, "porting")
reference = partial(many_cases.reference, "porting")


def loaded(module, **arrays: np.ndarray):
    """A torch module in float64 and evaluation, with these weights."""
    import torch

    state = {name: torch.tensor(array) for name, array in arrays.items()}
    module.double().load_state_dict(state, strict=False)
    return module.eval()


def built(layer, shape: tuple[int | None, ...], weights: list[np.ndarray]):
    """A Keras layer with these weights; made with dtype="float64"."""
    layer.build(shape)
    layer.set_weights(weights)
    return layer


def samples(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=shape)


def torch_output(module, x: np.ndarray) -> np.ndarray:
    import torch

    with torch.no_grad():
        return module(torch.tensor(x)).numpy()


def test_flatten_rows_gives_the_dense_layer_the_same_output():
    for case in wide("flatten_rows"):
        sizes = case["channels"], case["height"], case["width"]
        kernel = reference("flatten_rows", case)
        maps = samples(5, *sizes)
        extra = samples(5, len(kernel) - int(np.prod(sizes)))
        ours = np.hstack([maps.reshape(5, -1), extra]) @ case["weight"].T
        last = np.moveaxis(maps, 1, -1).reshape(5, -1)
        np.testing.assert_allclose(np.hstack([last, extra]) @ kernel, ours, **EXACT)


def test_conv_kernels_give_keras_pytorchs_outputs():
    import torch
    from keras import layers

    for case in wide("conv_kernels"):
        one, other = reference("conv_kernels", case)
        channels = case["channels"]
        filters, _, *size = case["depthwise"].shape
        x = samples(2, channels, 7, 6)
        ours = torch_output(
            loaded(
                torch.nn.Conv2d(channels, filters, size, groups=channels, bias=False),
                weight=case["depthwise"],
            ),
            x,
        )
        layer = layers.DepthwiseConv2D(
            size,
            depth_multiplier=filters // channels,
            use_bias=False,
            dtype="float64",
        )
        x = np.moveaxis(x, 1, -1)
        theirs = built(layer, (None, 7, 6, channels), [one])(x)
        np.testing.assert_allclose(np.moveaxis(theirs, -1, 1), ours, **EXACT)

        inward, outward, *size = case["transposed"].shape
        x = samples(2, inward, 4, 5)
        ours = torch_output(
            loaded(
                torch.nn.ConvTranspose2d(inward, outward, size, stride=2, bias=False),
                weight=case["transposed"],
            ),
            x,
        )
        layer = layers.Conv2DTranspose(
            outward, size, strides=2, use_bias=False, dtype="float64"
        )
        x = np.moveaxis(x, 1, -1)
        theirs = np.moveaxis(built(layer, (None, 4, 5, inward), [other])(x), -1, 1)
        # A window smaller than the stride: Keras adds what PyTorch leaves out, zeros.
        fitting = theirs[:, :, : ours.shape[2], : ours.shape[3]]
        np.testing.assert_allclose(fitting, ours, **EXACT)
        assert not theirs[:, :, ours.shape[2] :].any()
        assert not theirs[:, :, :, ours.shape[3] :].any()


def test_two_paddings_are_keras_same_and_pytorchs_padding():
    import torch
    from keras import layers

    for case in wide("two_paddings"):
        x, first, second = case["x"], case["first"], case["second"]
        same = layers.Conv2D(
            first.shape[3],
            len(first),
            2,
            padding="same",
            use_bias=False,
            dtype="float64",
        )
        hidden = np.moveaxis(built(same, x.shape, [first])(x), -1, 1)
        o, m, size, _ = second.shape
        even = torch.nn.Conv2d(m, o, size, stride=2, padding=1, bias=False)
        out = torch_output(loaded(even, weight=second), hidden)
        np.testing.assert_allclose(
            reference("two_paddings", case), np.moveaxis(out, 1, -1), **EXACT
        )


def test_what_two_paddings_multiplies_fits_into_tf32():
    for case in wide("two_paddings"):
        # A window can hold no more than all entries of the kernel times the largest.
        assert 2 * np.abs(case["first"]).sum(axis=(0, 1, 2)).max() < 2**10
        for values in case.values():
            np.testing.assert_array_equal(rounded(values.astype("float32")), values)


def test_batch_norm_has_pytorchs_output_under_keras_epsilon():
    import torch
    from keras import layers

    for case in wide("batch_norm"):
        weights, momentum = reference("batch_norm", case)
        c = weights.shape[1]
        norm = torch.nn.BatchNorm1d(c, eps=case["eps"], momentum=case["momentum"])
        names = ("weight", "bias", "running_mean", "running_var")
        norm = loaded(norm, **{name: case[name] for name in names})
        layer = layers.BatchNormalization(
            epsilon=case["epsilon"], momentum=momentum, dtype="float64"
        )
        layer = built(layer, (None, c), list(weights))
        x = samples(5, c)
        np.testing.assert_allclose(layer(x), torch_output(norm, x), **EXACT)

        # One batch in training moves both means by the same.
        torch_output(norm.train(), x)
        layer(x, training=True)
        np.testing.assert_allclose(layer.moving_mean, norm.running_mean, **EXACT)


def test_lstm_weights_give_keras_pytorchs_output():
    import torch
    from keras import layers

    for case in wide("lstm_weights"):
        weights = list(reference("lstm_weights", case))
        d, h = case["weight_ih"].shape[1], case["weight_hh"].shape[1]
        order = [case["order"].index(gate) for gate in "ifgo"]
        state = {
            f"{name}_l0": np.concatenate([np.split(array, 4)[at] for at in order])
            for name, array in case.items()
            if name != "order"
        }
        module = loaded(torch.nn.LSTM(d, h, batch_first=True), **state)
        x = samples(3, 4, d)
        layer = layers.LSTM(h, return_sequences=True, dtype="float64")
        theirs = built(layer, (None, None, d), weights)(x)
        ours = torch_output(lambda x, module=module: module(x)[0], x)
        np.testing.assert_allclose(theirs, ours, **EXACT)


def test_lstm_orders_are_ones_whose_way_back_is_another():
    for case in wide("lstm_weights"):
        there = ["ifgo".index(gate) for gate in case["order"]]
        back = [case["order"].index(gate) for gate in "ifgo"]
        assert case["order"] == "ifgo" or there != back


def test_gru_weights_give_pytorch_keras_output():
    import torch
    from keras import layers

    for case in wide("gru_weights"):
        d, h = len(case["kernel"]), len(case["recurrent_kernel"])
        names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
        state = dict(zip(names, reference("gru_weights", case), strict=True))
        module = loaded(torch.nn.GRU(d, h, batch_first=True), **state)
        x = samples(3, 4, d)
        layer = layers.GRU(h, return_sequences=True, dtype="float64")
        theirs = built(layer, (None, None, d), list(case.values()))(x)
        ours = torch_output(lambda x, module=module: module(x)[0], x)
        np.testing.assert_allclose(theirs, ours, **EXACT)


def test_attention_heads_give_pytorch_keras_output():
    import torch
    from keras import layers

    for case in wide("attention_heads"):
        in_weight, in_bias, out_weight = reference("attention_heads", case)
        _, e, heads, size = case["kernels"].shape
        last = samples(e)
        module = loaded(
            torch.nn.MultiheadAttention(e, heads, batch_first=True),
            in_proj_weight=in_weight,
            in_proj_bias=in_bias,
            **{"out_proj.weight": out_weight, "out_proj.bias": last},
        )
        x = samples(2, 3, e)
        ours = torch_output(lambda x, module=module: module(x, x, x)[0], x)
        theirs = attention(x, case["kernels"], case["biases"], case["output"]) + last
        np.testing.assert_allclose(theirs, ours, **EXACT)

        layer = layers.MultiHeadAttention(heads, key_dim=size, dtype="float64")
        layer.build(x.shape, x.shape)
        parts = zip(case["kernels"], case["biases"], strict=True)
        layer.set_weights([*sum(parts, ()), case["output"], last])
        # Keras 3.15 rounds 1 / sqrt(s) to float32, in a layer of float64 too.
        np.testing.assert_allclose(layer(x, x), ours, rtol=1e-6, atol=1e-6)


def attention(
    x: np.ndarray, kernels: np.ndarray, biases: np.ndarray, output: np.ndarray
) -> np.ndarray:
    """The formula in Keras's layout, without the last bias."""
    query, key, value = (
        np.einsum("nte,ehs->nths", x, kernel) + bias
        for kernel, bias in zip(kernels, biases, strict=True)
    )
    scores = np.einsum("nths,nuhs->nhtu", query, key) / np.sqrt(query.shape[-1])
    shares = scipy.special.softmax(scores, axis=-1)
    return np.einsum("nhtu,nuhs,hse->nte", shares, value, output)


def test_layer_gate_is_its_sentence_entry_by_entry():
    for case in wide("layer_gate"):
        errors, first = reference("layer_gate", case)
        pairs = zip(case["torch_outputs"], case["keras_outputs"], strict=True)
        for error, (ours, theirs) in zip(errors, pairs, strict=True):
            if ours.ndim == 4:
                gaps = [
                    abs(ours[n, c, i, j] - theirs[n, i, j, c])
                    for n, c, i, j in np.ndindex(ours.shape)
                ]
            elif ours.shape != theirs.shape or np.isnan(theirs).any():
                assert error == np.inf
                continue
            else:
                gaps = np.abs(ours - theirs).ravel()
            scale = max(abs(value) for value in ours.ravel())
            assert error == pytest.approx(max(gaps) / (scale or 1))
        beyond = [n for n, error in enumerate(errors) if error > case["tolerance"]]
        assert first == (beyond[0] if beyond else -1)


@pytest.mark.parametrize("name", ["layer_gate", "first_divergence", "drift_verdict"])
def test_one_case_of_a_draw_has_nothing_to_find(name: str):
    for seed in many_cases.SEEDS:
        exercise = find(f"porting.{name}")
        found = [
            exercise.reference(**widened(case))[1]
            for case in many_cases.drawn(exercise, seed)
        ]
        assert [one < 0 for one in found].count(True) == 1


def test_layer_gate_meets_every_special_case_that_its_text_names():
    for seed in many_cases.SEEDS:
        cases = many_cases.drawn(find("porting.layer_gate"), seed)
        pairs = [
            pair
            for case in cases
            for pair in zip(case["torch_outputs"], case["keras_outputs"], strict=True)
        ]
        assert any(not ours.any() for ours, _ in pairs)
        assert any(np.isnan(theirs).any() for _, theirs in pairs)
        assert any(theirs.shape[1:] == (1,) != ours.shape[1:] for ours, theirs in pairs)


def test_first_divergence_is_its_rule_step_by_step():
    for case in wide("first_divergence"):
        steps, culprit = reference("first_divergence", case)
        found: dict[int, int] = {}
        pairs = zip(case["torch_log"], case["keras_log"], strict=True)
        for step, rows in enumerate(pairs):
            for column, (a, b) in enumerate(zip(*rows, strict=True)):
                if not abs(a - b) <= case["tolerance"] * max(abs(a), abs(b)):
                    found.setdefault(column, step)
        assert steps.tolist() == [found.get(n, -1) for n in range(len(steps))]
        # Columns came in by step, and within a step from left to right.
        assert culprit == next(iter(found), -1)


def test_no_number_of_first_divergence_lies_near_its_tolerance():
    for case in wide("first_divergence"):
        a, b = case["torch_log"], case["keras_log"]
        with np.errstate(invalid="ignore"):
            share = np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))
        share = share[np.isfinite(share)] / case["tolerance"]
        assert not ((share > 0.1) & (share < 3)).any()


def test_free_weights_are_free_in_every_step_of_both_runs():
    for case in wide("free_weights"):
        free = reference("free_weights", case)
        for weight in range(len(free)):
            small = [
                row[weight] <= case["share"] * max(row)
                for log in (case["torch_log"], case["keras_log"])
                for row in log
            ]
            assert free[weight] == all(small)


def test_a_bias_before_batch_norm_is_free_and_its_kernel_is_not():
    """What the exercise says of a bias, in a model."""
    import torch

    model = torch.nn.Sequential(
        torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 1)
    )
    model(torch.tensor(samples(8, 3), dtype=torch.float32)).square().mean().backward()
    sizes = [[float(weight.grad.abs().max()) for weight in model.parameters()]]
    free = find("porting.free_weights").reference(
        np.array(sizes), np.array(sizes), 1e-6
    )
    assert free.tolist() == [False, True, False, False, False, False]


def test_drift_verdict_blames_the_first_step_beyond_what_equals_reached():
    for case in wide("drift_verdict"):
        limit, first = reference("drift_verdict", case)
        control, port = case["control"], case["port"]
        for step in range(len(port)):
            reached = control[:, : step + 1].max()
            assert limit[step] == pytest.approx(case["factor"] * reached)
        beyond = [n for n, drift in enumerate(port) if not drift <= limit[n]]
        assert first == (beyond[0] if beyond else -1)


def test_name_the_bug_finds_in_pytorch_what_was_planted():
    import torch

    for case in wide("name_the_bug"):
        x = torch.tensor(case["x"])
        W1, b1, gamma, beta, mean, var, W2, b2 = map(torch.tensor, case["weights"])

        def run(bug, x=x, parts=(W1, b1, gamma, beta, mean, var, W2, b2)):
            W1, b1, gamma, beta, mean, var, W2, b2 = parts
            flat = (x.permute(0, 2, 3, 1) if bug == 0 else x).flatten(1)
            z = torch.nn.functional.linear(flat, W1, None if bug == 2 else b1)
            if bug == 5:
                mean, var = torch.zeros_like(mean), torch.ones_like(var)
            z = torch.nn.functional.batch_norm(
                z, mean, var, gamma, beta, eps=1e-3 if bug == 3 else 1e-5
            )
            z = z if bug == 4 else z.relu()
            return torch.nn.functional.linear(z, W2.T if bug == 1 else W2, b2).numpy()

        largest = np.abs(case["ports"]).max()
        numbers = reference("name_the_bug", case)
        assert set(numbers) == {-1, 0, 1, 2, 3, 4, 5}
        for number, port in zip(numbers, case["ports"], strict=True):
            assert np.abs(run(number) - port).max() < 2e-6 * largest
            others = {-1, 0, 1, 2, 3, 4, 5} - {number}
            for other in others:
                assert np.abs(run(other) - port).max() > 1e-3 * largest


def test_find_the_bug_is_pytorchs_gru_and_keras_batch_norm():
    import torch
    from keras import layers

    for case in wide("find_the_bug"):
        state, output = reference("find_the_bug", case)
        names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
        arrays = (case[name] for name in "WUbc")
        d, h = case["W"].shape[1], case["U"].shape[1]
        module = loaded(
            torch.nn.GRU(d, h, batch_first=True),
            **dict(zip(names, arrays, strict=True)),
        )
        last = torch_output(lambda x, module=module: module(x)[1][0], case["x"])
        np.testing.assert_allclose(state, last, **EXACT)
        norm = layers.BatchNormalization(epsilon=case["epsilon"], dtype="float64")
        norm = built(norm, last.shape, list(case["norm"]))
        np.testing.assert_allclose(output, norm(last, training=False), **EXACT)


@each_framework
def test_the_notebook_shows_the_bugs_that_the_mistake_names(framework: str):
    (unmended,) = (
        variant
        for variant in load("porting", framework)
        if variant.mistake == "all three bugs are still there"
    )
    shown = cell(unmended).replace("def find_the_bug", "def buggy_port")
    assert shown in SOURCE.read_text(encoding="utf-8")
