"""The references of the exercises on training loops, by other means."""

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from grader.authoring.proving.variants import cell, load
from grader.exercises.catalogue import find
from grader.judging.exercise import Exercise, widened

FRAMEWORKS = ("torch", "tensorflow")
SEEDS = range(10)  # 0 stands for the public cases; `course check` draws more
SOURCE = Path(__file__).parents[2] / "sources/exercises/05_training_loops.py"

each_framework = pytest.mark.parametrize("framework", FRAMEWORKS)


def drawn(exercise: Exercise, seed: int) -> list[dict[str, object]]:
    return exercise.fresh_cases(seed) if seed else exercise.public_cases()


def wide(name: str) -> list[dict[str, object]]:
    """Inputs of many cases in float64."""
    exercise = find(f"loops.{name}")
    return [widened(case) for seed in SEEDS for case in drawn(exercise, seed)]


def agree(name: str, by_hand) -> None:
    """The reference gives what ``by_hand`` gives, in every case."""
    reference = find(f"loops.{name}").reference
    for case in wide(name):
        got, wanted = reference(**case), by_hand(**case)
        parts = (
            zip(got, wanted, strict=True) if isinstance(got, tuple) else [(got, wanted)]
        )
        for one, other in parts:
            np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)


# Each reference against its formula, element by element, or another library.


def test_logits_loss_is_minus_the_mean_log_probability():
    def by_hand(logits, labels):
        losses = []
        for z, label in zip(logits.tolist(), labels.tolist(), strict=True):
            top = max(z)
            total = math.fsum(math.exp(x - top) for x in z)
            losses.append(math.log(total) + top - z[label])
        return math.fsum(losses) / len(losses)

    agree("logits_loss", by_hand)


def test_logits_loss_always_has_a_confident_mistake():
    for case in wide("logits_loss"):
        z, labels = case["logits"], case["labels"]
        behind = z.max(axis=1) - z[np.arange(len(labels)), labels]
        assert 28 <= behind.max() <= 45


def test_cosine_schedule_climbs_to_its_peak_and_falls_towards_its_floor():
    def by_hand(peak, floor, warmup, total):
        rates = [peak * (t + 1) / warmup for t in range(warmup)]
        for t in range(warmup, total):
            share = math.cos(math.pi * (t - warmup) / (total - warmup) / 2) ** 2
            rates.append(share * peak + (1 - share) * floor)
        return rates

    agree("cosine_schedule", by_hand)


def test_early_stopping_is_the_first_epoch_that_far_from_its_best():
    def by_hand(losses, patience):
        for stop in range(len(losses)):
            best = int(np.argmin(losses[: stop + 1]))  # the first of equal ones
            if stop - best == patience:
                return best, stop
        raise AssertionError("the exercise promises that training always stops")

    agree("early_stopping", by_hand)


def test_early_stopping_has_ties_and_small_improvements_in_each_case():
    for case in wide("early_stopping"):
        losses, patience = case["losses"], case["patience"]
        best, stop = find("loops.early_stopping").reference(losses, patience)
        lowest = np.minimum.accumulate(losses)
        gains = -np.diff(lowest[: best + 1])
        assert ((gains > 1e-4) & (gains < 1e-3)).any()
        assert losses[best] in losses[best + 1 : stop + 1]  # a tie
        assert losses[stop + 1] < losses[best]  # too late


def test_early_stopping_has_another_patience_in_each_case_of_a_draw():
    exercise = find("loops.early_stopping")
    for cases in (exercise.public_cases(), exercise.fresh_cases(1)):
        assert len({case["patience"] for case in cases}) == len(cases)


def test_no_batch_of_the_running_statistics_has_as_many_rows_as_the_last():
    for case in wide("batch_norm_stats"):
        sizes = [len(batch) for batch in case["batches"]]
        assert all(one != other for one, other in pairwise(sizes))


def _with_optimizer(make):
    """A loop with an optimizer of PyTorch in float64."""
    import torch

    def by_hand(w, X, y, **rest):
        w, X, y = (torch.tensor(value, dtype=torch.float64) for value in (w, X, y))
        w.requires_grad_()
        optimizer = make(torch.optim, [w], rest)
        losses, ws = [], []
        for rate in rest.get("rates") or [rest["rate"]] * rest["steps"]:
            optimizer.param_groups[0]["lr"] = rate
            optimizer.zero_grad()
            loss = ((X @ w - y) ** 2).mean()
            loss.backward()
            losses.append(loss.item())
            ws.append(w.tolist())
            optimizer.step()
        return losses, ws

    return by_hand


def _betas(given: dict[str, object]) -> dict[str, object]:
    return {"betas": (given["beta1"], given["beta2"]), "eps": given["eps"]}


OPTIMIZERS = {
    "sgd_momentum": lambda optim, w, given: optim.SGD(w, momentum=given["mu"]),
    "nesterov": lambda optim, w, given: optim.SGD(
        w, momentum=given["mu"], nesterov=True
    ),
    "rmsprop": lambda optim, w, given: optim.RMSprop(
        w, alpha=given["alpha"], eps=given["eps"]
    ),
    "adam": lambda optim, w, given: optim.Adam(w, **_betas(given)),
    "adamw": lambda optim, w, given: optim.AdamW(
        w, **_betas(given), weight_decay=given["lam"]
    ),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_follows_pytorchs(name: str):
    agree(name, _with_optimizer(OPTIMIZERS[name]))


def test_clip_by_norm_never_moves_further_than_its_limit():
    for case in wide("clip_by_norm"):
        losses, ws, bs = find("loops.clip_by_norm").reference(**case)
        A = np.column_stack([case["X"], np.ones(len(case["y"]))])
        points = np.column_stack([ws, bs])
        np.testing.assert_allclose(
            losses, np.mean((points @ A.T - case["y"]) ** 2, axis=1)
        )
        clipped = 0
        for before, after in pairwise(points):
            g = 2 * A.T @ (A @ before - case["y"]) / len(A)
            size = np.linalg.norm(g)
            clipped += size > case["max_norm"]
            move = case["rate"] * min(size, case["max_norm"]) * g / size
            np.testing.assert_allclose(before - after, move, atol=1e-12)
        assert 0 < clipped < len(points) - 1


def test_batch_norm_stats_are_pytorchs():
    import torch

    def by_hand(mean, var, batches, momentum):
        layer = torch.nn.BatchNorm1d(len(mean), momentum=momentum).double()
        layer.running_mean.copy_(torch.from_numpy(mean))
        layer.running_var.copy_(torch.from_numpy(var))
        rows = []
        for batch in batches:
            layer(torch.from_numpy(batch))
            rows.append([layer.running_mean.tolist(), layer.running_var.tolist()])
        return np.array(rows).swapaxes(0, 1)

    agree("batch_norm_stats", by_hand)


def test_resume_goes_on_as_a_run_that_never_stopped():
    reference = find("loops.resume").reference
    for case in wide("resume"):
        start = {**case, "done": 0, "v": np.zeros_like(case["v"])}
        whole = reference(**{**start, "steps": case["done"] + case["steps"]})
        # The velocity when it stopped, from the last move.
        t, before = case["done"] - 1, whole[1][case["done"] - 1]
        w = whole[1][case["done"]]
        v = (before - w) * np.sqrt(t + 1) / case["rate"]
        again = reference(**{**case, "w": w, "v": v})
        for one, other in zip(again, whole, strict=True):
            np.testing.assert_allclose(one, other[case["done"] :], rtol=1e-9)


def test_find_the_bug_is_descent_row_by_row():
    def by_hand(w, X, y, size, rate, decay, epochs):
        losses, ws = [], []
        for epoch in range(epochs):
            errors = []
            for start in range(0, len(y), size):
                rows = range(start, min(start + size, len(y)))
                residuals = [X[i] @ w - y[i] for i in rows]
                errors += [r**2 for r in residuals]
                g = sum(2 * r * X[i] for r, i in zip(residuals, rows, strict=True))
                w = w - rate * decay**epoch * g / len(rows)
            losses.append(sum(errors) / len(y))
            ws.append(w)
        return losses, ws

    agree("find_the_bug", by_hand)


def test_find_the_bug_always_has_a_smaller_last_batch():
    for case in wide("find_the_bug"):
        assert 0 < len(case["y"]) % case["size"] < case["size"]


@each_framework
def test_the_notebook_shows_the_bugs_that_the_mistake_names(framework: str):
    (unmended,) = (
        variant
        for variant in load("loops", framework)
        if variant.mistake == "all three bugs are still there"
    )
    shown = cell(unmended).replace("def find_the_bug", "def buggy_training")
    assert shown in SOURCE.read_text(encoding="utf-8")
