"""The references of the exercises on serving, by other means."""

import json
import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from grader.exercises.catalogue import find
from grader.judging.exercise import Exercise, widened

SEEDS = range(8)  # 0 stands for the public cases; `course check` draws more


def drawn(exercise: Exercise, seed: int) -> list[dict[str, object]]:
    return exercise.fresh_cases(seed) if seed else exercise.public_cases()


def wide(name: str) -> list[dict[str, object]]:
    """Inputs of many cases in float64."""
    exercise = find(f"serving.{name}")
    return [widened(case) for seed in SEEDS for case in drawn(exercise, seed)]


def reference(name: str, case: dict[str, object]):
    return find(f"serving.{name}").reference(**case)


def test_simulate_batching_is_what_a_clock_with_half_milliseconds_gives():
    """All times are multiples of half a millisecond: look at each of them."""
    for case in wide("simulate_batching"):
        latencies, sizes = reference("simulate_batching", case)
        arrivals = [Fraction(float(a)) for a in case["arrivals"]]
        wait, most = Fraction(case["wait"]), case["most"]
        answers: list[tuple[Fraction, int]] = []
        now, free = Fraction(0), Fraction(0)
        while len(answers) < len(arrivals):
            waiting = [a for a in arrivals[len(answers) :] if a <= now]
            due = waiting and (len(waiting) >= most or now - waiting[0] >= wait)
            if due and free <= now:
                batch = waiting[:most]
                free = now + Fraction(case["fixed"] + case["per_row"] * len(batch))
                answers += [(free - a, len(batch)) for a in batch]
            else:
                now += Fraction(1, 2)
        assert [(float(a), s) for a, s in answers] == list(
            zip(latencies, sizes, strict=True)
        )


def test_simulate_batching_meets_every_case_that_its_text_names():
    for case in wide("simulate_batching"):
        latencies, sizes = reference("simulate_batching", case)
        took = case["fixed"] + case["per_row"] * sizes
        waited = latencies - took
        starts = case["arrivals"] + waited
        assert (sizes == 1).any()  # a lone client, who waits
        assert (waited[sizes == 1] == case["wait"]).any()
        assert ((sizes == case["most"]) & (waited < case["wait"])).any()
        assert (waited > case["wait"]).any()  # the worker was busy
        assert (waited == 0).any()  # arrives as the batch starts
        batches = sorted({(s, t) for s, t in zip(starts, took, strict=True)})
        assert all(b[0] >= a[0] + a[1] for a, b in pairwise(batches))


def test_load_report_is_the_smallest_latency_that_enough_do_not_exceed():
    for case in wide("load_report"):
        throughput, latency = reference("load_report", case)
        pairs = sorted(zip(case["arrivals"], case["finishes"], strict=True))
        pairs = pairs[case["warmup"] :]
        latencies = [math.inf if np.isnan(f) else f - a for a, f in pairs]

        def enough(value: float, found=latencies, percent=case["percent"]) -> bool:
            within = sum(one <= value for one in found)
            return within * 100 >= percent * len(found)

        assert latency == min(value for value in latencies if enough(value))
        ends = [f for _, f in pairs if not np.isnan(f)]
        assert throughput == pytest.approx(len(ends) / (max(ends) - pairs[0][0]))


def test_load_report_has_ranks_that_are_rounded_and_clients_without_an_answer():
    for seed in SEEDS:
        cases = drawn(find("serving.load_report"), seed)
        ranks = [c["percent"] * (len(c["arrivals"]) - c["warmup"]) / 100 for c in cases]
        assert any(rank == int(rank) for rank in ranks)
        assert any(rank != int(rank) for rank in ranks)
        latencies = [reference("load_report", widened(case))[1] for case in cases]
        assert [math.isinf(one) for one in latencies].count(True) == 1
        counts = [len(c["arrivals"]) - c["warmup"] for c in cases]
        floats = [
            math.ceil(case["percent"] / 100 * count)
            for case, count in zip(cases, counts, strict=True)
        ]
        assert floats != [math.ceil(rank) for rank in ranks]
        assert all(np.isnan(case["finishes"]).any() for case in cases)


def test_queue_load_is_stable_where_a_simulated_queue_is():
    """A queue of full batches: with a load below 1 it empties, with 1 it never does."""
    for case in wide("queue_load"):
        utilisation, smallest, number = reference("queue_load", case)
        for size, load in enumerate(utilisation, start=1):
            period = size / case["rate"]  # a batch is full so often
            behind = 1.0
            for _ in range(2000):
                if behind <= 0:
                    break
                behind += case["times"][size - 1] - period
            assert (behind <= 0) == (load < 1)
        stable = [n for n, load in enumerate(utilisation, start=1) if load < 1]
        assert smallest == (stable[0] if stable else -1)
        little = case["rate"] * case["latency"]
        assert number == (pytest.approx(little) if stable else math.inf)
        assert 1.0 in utilisation.astype(np.float32)


@pytest.mark.parametrize("framework", ["torch", "tensorflow"])
def test_pad_to_sizes_gives_the_answers_of_the_whole_batch(framework: str):
    for case in wide("pad_to_sizes"):
        outputs, runs = reference("pad_to_sizes", case)
        if framework == "torch":
            import torch

            x, weight = torch.tensor(case["x"]), torch.tensor(case["weight"])
            whole = torch.softmax(x @ weight, dim=1).numpy()
        else:
            import tensorflow as tf

            whole = tf.nn.softmax(case["x"] @ case["weight"]).numpy()
        np.testing.assert_allclose(outputs, whole, rtol=1e-12)
        assert set(runs) <= set(case["sizes"])
        missing = sum(runs) - len(case["x"])
        assert 0 <= missing < case["sizes"][-1]
        # A run before the last is full, and the last could not be smaller.
        assert all(size == case["sizes"][-1] for size in runs[:-1])
        smaller = [size for size in case["sizes"] if size < runs[-1]]
        assert all(size < runs[-1] - missing for size in smaller)


def test_pad_to_sizes_has_a_rest_an_allowed_size_and_whole_chunks():
    for seed in SEEDS:
        kinds = [
            (len(case["x"]) > case["sizes"][-1], len(case["x"]) % case["sizes"][-1])
            for case in drawn(find("serving.pad_to_sizes"), seed)
        ]
        assert [large for large, _ in kinds] == [True, False, True]
        assert kinds[2][1] == 0 < kinds[0][1]


def test_what_pad_to_sizes_multiplies_fits_into_tf32():
    for case in wide("pad_to_sizes"):
        for name in ("x", "weight"):
            assert np.abs(case[name] * 4).max() < 2**10
            assert (case[name] * 4 == np.round(case[name] * 4)).all()


def test_pick_version_answers_each_request_by_the_rules():
    for case in wide("pick_version"):
        statuses, versions = reference("pick_version", case)
        on_disk = {
            int(name)
            for name in case["folders"]
            if set(name) <= set("0123456789") and not name.startswith("0")
        }
        served = on_disk & set(case["specific"])
        if not case["specific"]:
            served = {v for v in on_disk if sum(w > v for w in on_disk) < 2}
            assert case["latest"] == 2
        labels = dict(zip(case["labels"], case["numbers"], strict=True))
        for request, status, version in zip(
            case["asked"], statuses, versions, strict=True
        ):
            possible = set(served)
            if request.startswith("versions/"):
                possible &= {int(request[9:])}
            elif request.startswith("labels/"):
                possible &= {labels.get(request[7:])}
            assert status == (200 if possible else 404)
            assert version == max(possible, default=-1)


def test_one_case_of_pick_version_serves_nothing():
    for seed in SEEDS:
        cases = drawn(find("serving.pick_version"), seed)
        found = [200 in reference("pick_version", widened(case))[0] for case in cases]
        assert found == [True, True, False]


def test_canary_only_adds_clients_when_its_share_grows():
    for case in wide("canary"):
        buckets, chosen = reference("canary", case)
        assert case["share"] in buckets
        before: set[str] = set()
        for share in range(101):
            _, flags = find("serving.canary").reference(case["keys"], share)
            now = {key for key, flag in zip(case["keys"], flags, strict=True) if flag}
            assert before <= now
            before = now
            if share == 0:
                assert not now
        assert before == set(case["keys"])
        assert 0 < chosen.sum() < len(chosen)


def test_parity_gate_is_its_definition_row_by_row():
    for case in wide("parity_gate"):
        old, found = case["old"], reference("parity_gate", case)
        for new, difference, broken, flips, passed in zip(
            case["candidates"], *found, strict=True
        ):
            whole = [i for i, row in enumerate(new) if all(map(math.isfinite, row))]
            gap = max(abs(a - b) for i in whole for a, b in zip(old[i], new[i]))  # noqa: B905
            scale = max(abs(value) for i in whole for value in old[i])
            assert difference == pytest.approx(gap / scale)
            assert broken == len(old) - len(whole)
            best = [list(old[i]).index(max(old[i])) for i in whole]
            now = [list(new[i]).index(max(new[i])) for i in whole]
            assert flips == sum(a != b for a, b in zip(best, now, strict=True))
            good = difference <= case["tolerance"] and flips <= case["most_flips"]
            assert passed == (good and not broken)
        assert sorted(found[3]) == [0, 0, 0, 0, 1]


def test_no_difference_of_parity_gate_lies_near_its_tolerance():
    for case in wide("parity_gate"):
        share = reference("parity_gate", case)[0] / case["tolerance"]
        assert ((share < 0.5) | (share > 2)).all()


def test_parse_requests_lets_through_what_a_model_can_take():
    for case in wide("parse_requests"):
        statuses, batch = reference("parse_requests", case)
        rows = []
        for body, status in zip(case["bodies"], statuses, strict=True):
            if status == 200:
                rows += json.loads(body)["instances"]
        np.testing.assert_array_equal(batch, np.array(rows, np.float32))
        assert batch.shape == (len(rows), case["width"])
        assert np.isfinite(batch).all()
        assert list(statuses).count(200) >= 3
        assert set(statuses) == {200, 400, 413}
