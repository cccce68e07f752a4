"""The references of the exercises on debugging, by the frameworks themselves."""

import weakref
from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from tests.exercises import many_cases

pytestmark = pytest.mark.usefixtures("one_thread")
wide = partial(many_cases.wide, "debugging")
reference = partial(many_cases.reference, "debugging")


def test_first_loss_is_what_pytorch_gives_for_these_predictions():
    import torch

    for case in wide("first_loss"):
        labels, targets = torch.tensor(case["labels"]), torch.tensor(case["targets"])
        n, k = len(labels), case["classes"]
        shares = torch.bincount(labels, minlength=k).double() / n
        entropy, mse = torch.nn.functional.cross_entropy, torch.nn.functional.mse_loss
        losses = (
            entropy(torch.zeros(n, k), labels),
            entropy(shares.log().expand(n, k), labels),
            mse(torch.zeros_like(targets), targets),
            mse(targets.mean().expand(n), targets),
        )
        np.testing.assert_allclose(reference("first_loss", case), losses, rtol=1e-6)


def test_no_constant_prediction_beats_that_of_first_loss():
    for case in wide("first_loss"):
        _, constant, _, constant_square = reference("first_loss", case)
        rng = np.random.default_rng(1)
        shares = np.bincount(case["labels"], minlength=case["classes"]) + 1e-9
        for other in rng.dirichlet(20 * shares / shares.sum() + 1e-3, size=50):
            assert -np.mean(np.log(other[case["labels"]] + 1e-300)) > constant
        middle = case["targets"].mean()
        for moved in (middle - 0.1, middle + 0.1):
            assert np.mean((case["targets"] - moved) ** 2) > constant_square


def test_some_class_of_first_loss_has_no_label():
    for case in wide("first_loss"):
        assert len(set(case["labels"])) < case["classes"]


def test_optimizer_state_is_the_live_optimizers():
    """Beside the variants, with settings as a learner would write them."""
    import torch

    optim = torch.optim
    kinds = {
        "sgd": optim.SGD,
        "momentum": lambda p: optim.SGD(p, 0.1, momentum=0.9),
        "rmsprop": optim.RMSprop,
        "adam": optim.Adam,
        "adadelta": optim.Adadelta,
        "amsgrad": lambda p: optim.Adam(p, amsgrad=True),
    }
    for case in wide("optimizer_state"):
        kind = getattr(torch, case["dtype"])
        live = [torch.zeros(s, dtype=kind, requires_grad=True) for s in case["trained"]]
        fixed = [torch.zeros(s, dtype=kind) for s in case["frozen"]]
        sum(weight.sum() for weight in live).backward()
        optimizer = kinds[case["optimizer"]](live)
        optimizer.step()
        found = [a for kept in optimizer.state.values() for a in kept.values()]
        state = sum(a.nbytes for a in found if a.ndim)
        arrays = [*live, *fixed, *(weight.grad for weight in live)]
        total = state + sum(a.nbytes for a in arrays)
        assert reference("optimizer_state", case) == (state, total)


def test_kept_bytes_is_what_pytorch_saves():
    import torch

    for case in wide("kept_bytes"):
        net, x = dense_layers(**case)
        outside = {p.untyped_storage()._cdata for p in [*net.parameters(), x]}
        saved = {}

        def pack(tensor, outside=outside, saved=saved):
            storage = tensor.untyped_storage()
            if storage._cdata not in outside:
                saved[storage._cdata] = storage
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
            net(x)
        kept = sum(storage.nbytes() for storage in saved.values())
        assert reference("kept_bytes", case) == kept


def dense_layers(sizes, frozen, activation, batch, dtype):
    """The network of the exercise, and a batch for it."""
    import torch
    from torch import nn

    names = {"relu": "ReLU", "gelu": "GELU", "silu": "SiLU", "leaky_relu": "LeakyReLU"}
    kind = getattr(nn, names.get(activation, activation.capitalize()))
    net = nn.Sequential()
    for layer, pair in enumerate(pairwise(sizes)):
        net.append(nn.Linear(*pair).requires_grad_(layer >= frozen)).append(kind())
    net = net[:-1].to(getattr(torch, dtype))
    return net, torch.ones(batch, sizes[0], dtype=getattr(torch, dtype))


class Packed:
    """What a graph holds in place of a tensor; it goes when the graph lets it go."""

    def __init__(self, tensor) -> None:
        self.tensor = tensor


def test_leak_is_what_pytorch_holds_while_the_lines_run():
    import torch
    from torch import nn

    for case in wide("leak"):
        net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 5), nn.Tanh())
        alive: dict[int, Packed] = weakref.WeakValueDictionary()
        names = {"total": 0.0, "losses": []}

        def pack(tensor, alive=alive):
            # One tensor that two operations save is kept once. Detached: an output that
            # refers to its graph, which holds it, would go only when Python looks for
            # circles.
            return alive.setdefault(tensor.data_ptr(), Packed(tensor.detach()))

        def held(alive=alive, net=net):
            found = {key: packed.tensor.nbytes for key, packed in alive.items()}
            for parameter in net.parameters():
                found.pop(parameter.data_ptr(), None)
            return sum(found.values())

        during, after, kept = [], [], []
        for rows, lines in zip(case["kept"], case["lines"], strict=True):
            x = torch.ones(rows, 3)
            with torch.autograd.graph.saved_tensors_hooks(pack, lambda p: p.tensor):
                new = net(x).mean()
            del alive[x.data_ptr()]
            during.append(held())
            names["loss"] = new
            del new
            kept.append(rows * 4 * (4 + 5))
            for line in lines:
                exec(line, {}, names)
            after.append(held())
        ours = reference("leak", {"kept": kept, "lines": case["lines"]})
        np.testing.assert_array_equal(ours, (during, after))


def test_traces_are_those_that_both_frameworks_make():
    import tensorflow as tf
    import torch

    graphs = []

    def counting(graph, _):
        graphs.append(graph)
        return graph.forward

    for case in wide("traces")[:6]:  # traces take time
        found = []
        for how in ({}, {"reduce_retracing": True}):
            fast = tf.function(lambda x, k: x * k, **how)
            count = fast.experimental_get_tracing_count
            found.append(
                [
                    (fast(tf.ones((rows, 3), dtype), k), count())[1]
                    for dtype, rows, k in case["calls"]
                ]
            )
        torch.compiler.reset()
        graphs.clear()
        fast = torch.compile(lambda x, k: x * k, backend=counting)
        found.append(
            [
                (fast(torch.ones(rows, 3, dtype=getattr(torch, dtype)), k), len(graphs))
                for dtype, rows, k in case["calls"]
            ]
        )
        found[2] = [count for _, count in found[2]]
        np.testing.assert_array_equal(reference("traces", case), found)


def test_first_bad_blames_the_first_row_that_spoils_good_numbers_in_pytorch():
    import torch

    for case in wide("first_bad"):
        row, kind = reference("first_bad", case)
        outputs = []
        for name, *operands in case["program"]:
            if name == "value":
                outputs.append(torch.tensor(operands[0]))
            else:
                operation = getattr(torch, name)
                outputs.append(operation(*(outputs[n] for n in operands)))
        bad = [not torch.isfinite(output).all() for output in outputs]
        blamed = [
            n
            for n, (name, *operands) in enumerate(case["program"])
            if name != "value" and bad[n] and not any(bad[m] for m in operands)
        ]
        assert row == (blamed[0] if blamed else -1)
        lost = bool(blamed) and bool(outputs[row].isnan().any())
        assert kind == (2 - lost if blamed else 0)


def test_masked_loss_is_pytorchs_over_the_real_rows():
    import torch

    for case in wide("masked_loss"):
        w, x, y, mask = (torch.tensor(value) for value in case.values())
        loss, gradient = reference("masked_loss", case)
        real, padding = mask == 1, mask == 0
        assert (x[padding] @ w <= 0).all() and (x[padding] @ w == 0).any()
        if not real.any():
            assert loss == 0 and not gradient.any()
            continue
        w.requires_grad_()
        ours = torch.nn.functional.poisson_nll_loss(
            x[real] @ w, y[real], log_input=False, eps=0
        )
        ours.backward()
        np.testing.assert_allclose(loss, ours.item(), rtol=1e-10)
        np.testing.assert_allclose(gradient, w.grad, rtol=1e-9)


def test_gradient_check_judges_claims_by_pytorchs_gradient():
    import torch

    for case in wide("gradient_check"):
        w, X, y = (torch.tensor(case[name]) for name in "wXy")
        w.requires_grad_()
        torch.nn.functional.softplus(-y * (X @ w)).mean().backward()
        numeric, wrong = reference("gradient_check", case)
        np.testing.assert_allclose(numeric, w.grad, rtol=1e-10)
        for slope, claim, found in zip(numeric, case["claimed"], wrong, strict=True):
            scale = max(abs(slope), abs(claim)) if claim == claim else 1
            assert found == (not abs(slope - claim) <= case["tolerance"] * scale)
        small = case["w"].astype(np.float32)
        assert (small + np.float32(case["step"]) == small).all()
        assert (small - np.float32(case["step"]) == small).all()


def test_who_changes_finds_what_the_notebooks_layers_do():
    """By the given cell of each framework, and by the letters of the reference."""
    from grader.exercises.debugging.variants import tensorflow_eval, torch_eval

    for case in wide("who_changes")[:6]:
        right = reference("who_changes", case)
        for module in (torch_eval, tensorflow_eval):
            found = module.layer_by_layer(**case)
            np.testing.assert_array_equal(np.array(found, float), right)


def test_diagnose_meets_every_cause_and_each_rule_clearly():
    for case in wide("diagnose"):
        causes = reference("diagnose", case)
        assert set(causes) == set(range(7))
        ratios = []
        for train, validation in zip(case["train"], case["validation"], strict=True):
            ratios += [
                train[-1] / train[0],
                train[-1] / (0.9 * train[0]),
                train[0] / (2 * case["start"]),
                abs(train[-1] - case["constant"]) / (0.05 * case["constant"]),
                validation[-1] / (1.2 * validation.min()),
            ]
        # Only a run that stands still has two equal losses.
        near = [r for r in ratios if abs(r - 1) < 1e-3 and r != 1]
        assert not near
