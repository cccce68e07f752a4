"""The references of the exercises on data, by other means."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from grader.common.frameworks import adapter
from grader.exercises.catalogue import find
from grader.judging.exercise import Exercise, widened

SEEDS = range(10)  # 0 stands for the public cases; `course check` draws more
SOURCE = Path(__file__).parents[2] / "sources/exercises/06_data.py"


def drawn(exercise: Exercise, seed: int) -> list[dict[str, object]]:
    return exercise.fresh_cases(seed) if seed else exercise.public_cases()


def wide(name: str) -> list[dict[str, object]]:
    """Inputs of many cases in float64."""
    exercise = find(f"data.{name}")
    return [widened(case) for seed in SEEDS for case in drawn(exercise, seed)]


def agree(name: str, by_hand: Callable[..., object]) -> None:
    """The reference gives what ``by_hand`` gives, in every case."""
    exercise = find(f"data.{name}")
    for case in wide(name):
        got = exercise.values(exercise.reference(**case))
        wanted = exercise.values(by_hand(**case))
        for one, other in zip(got, wanted, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


def test_shuffle_buffer_lets_no_example_leave_before_it_has_arrived():
    reference = find("data.shuffle_buffer").reference
    for case in wide("shuffle_buffer"):
        order, moved = reference(**case)
        assert sorted(order) == list(range(len(order)))
        assert moved.min() >= 1 - case["size"]
        assert [order[i + move] for i, move in enumerate(moved)] == sorted(order)


def test_shuffle_buffer_is_the_table_of_the_exercise():
    text = SOURCE.read_text(encoding="utf-8")
    rows = re.findall(r"^# \| (\d) \| [\d ]+ \| (\d) \|", text, re.M)
    draws, leaves = np.array(rows, int).T
    order, moved = find("data.shuffle_buffer").reference(list(draws), 3)
    assert order.tolist() == leaves.tolist()
    said = f"`order` is {', '.join(map(str, order))}, and `moved` is "
    assert said + ", ".join(map(str, moved)).replace("-", "−") in text


def test_a_buffer_of_uniform_draws_can_reach_every_order_of_its_examples():
    reference = find("data.shuffle_buffer").reference
    orders = {
        tuple(reference([a, b, c, 0], 3)[0])
        for a in range(3)
        for b in range(3)
        for c in range(2)
    }
    # 3 choices for each of the first two places, and 2 for the third.
    assert len(orders) == 3 * 3 * 2


def test_batch_sizes_are_those_of_tf_data():
    import tensorflow as tf

    def by_hand(n, size, epochs, drop_last):
        epoch = tf.data.Dataset.range(n)
        after = epoch.batch(size, drop_last).repeat(epochs)
        numbered = tf.data.Dataset.range(n * epochs).map(lambda i: i // n)
        before = [batch.numpy() for batch in numbered.batch(size, drop_last)]
        joined = epoch.repeat(epochs).batch(size, drop_last)
        assert [len(batch) for batch in joined] == [len(batch) for batch in before]
        mixed = sum(len(set(batch)) > 1 for batch in before)
        return [len(batch) for batch in after], [len(b) for b in before], mixed

    agree("batch_sizes", by_hand)


def test_an_epoch_after_the_other_is_what_a_data_loader_serves():
    from torch.utils.data import DataLoader

    reference = find("data.batch_sizes").reference
    for case in wide("batch_sizes"):
        loader = DataLoader(range(case["n"]), case["size"], drop_last=case["drop_last"])
        sizes = [len(batch) for _ in range(case["epochs"]) for batch in loader]
        assert reference(**case)[0] == sizes


def test_one_batch_ends_where_an_epoch_ends_in_every_case():
    for case in wide("batch_sizes"):
        assert find("data.batch_sizes").reference(**case)[2] < case["epochs"] - 1


def test_epoch_mean_is_the_mean_of_all_examples_so_far():
    def by_hand(losses, sizes):
        examples = np.repeat(losses, sizes)
        return [examples[:end].mean() for end in np.cumsum(sizes)]

    agree("epoch_mean", by_hand)


def test_epoch_mean_is_what_keras_shows():
    import keras

    for case in wide("epoch_mean"):
        mean = keras.metrics.Mean()
        shown = []
        for loss, size in zip(case["losses"], case["sizes"], strict=True):
            mean.update_state(loss, size)
            shown.append(float(mean.result()))
        wanted = find("data.epoch_mean").reference(**case)
        np.testing.assert_allclose(shown, wanted, rtol=1e-6)


def test_stage_order_is_what_tf_data_serves():
    import tensorflow as tf

    def by_hand(x, noise, orders):
        def pipeline(*steps):
            numbers, epochs = iter(noise), iter(orders)

            def add(value):
                drawn = tf.numpy_function(lambda: next(numbers), [], tf.float64)
                return value + tf.ensure_shape(drawn, [])

            def shuffle(values):
                def order():
                    return next(epochs)

                places = tf.numpy_function(order, [], tf.int64)
                return tf.gather(values, tf.ensure_shape(places, [len(x)]))

            data = tf.data.Dataset.from_tensor_slices(x)
            for step in steps:
                if step == "noise":
                    data = data.map(add)
                elif step == "cache":
                    data = data.cache()
                else:
                    data = data.batch(len(x)).map(shuffle).unbatch()
            return [list(data.as_numpy_iterator()) for _ in orders]

        return (
            pipeline("noise", "cache", "shuffle"),
            pipeline("cache", "noise", "shuffle"),
            pipeline("cache", "shuffle", "noise"),
        )

    agree("stage_order", by_hand)


class Noisy:
    """A worker's number, and the next number of its stream, for each example."""

    def __init__(self, streams):
        self.streams = [iter(stream) for stream in streams.tolist()]

    def __getitem__(self, index):
        from torch.utils.data import get_worker_info

        worker = get_worker_info().id
        return index, worker, next(self.streams[worker])


def test_worker_noise_is_what_the_workers_of_a_data_loader_serve():
    from torch.utils.data import DataLoader

    reference = find("data.worker_noise").reference
    # More workers than a small machine's processors bring a warning.
    for case in [c for c in wide("worker_noise") if c["workers"] == 2][:2]:
        loader = DataLoader(
            Noisy(case["streams"]),
            case["size"],
            sampler=case["order"].tolist(),
            num_workers=case["workers"],
            timeout=60,
        )
        served = sorted(
            zip(
                *(np.concatenate(parts) for parts in zip(*loader, strict=True)),
                strict=True,
            )
        )
        worker, noise = reference(**case)
        assert [w for _, w, _ in served] == worker.tolist()
        np.testing.assert_allclose([number for *_, number in served], noise)


def test_the_hash_of_the_exercise_is_the_one_that_it_shows():
    text = SOURCE.read_text(encoding="utf-8")
    (shown,) = re.findall(r"`mix\(1\)` is (\d+)", text)
    # mix(0) is 0, so that the seed and the epoch drop out.
    u, _ = find("data.random_by_index").reference(np.array([1]), 0, 0, 0.5)
    assert u[0] * 2**32 == int(shown)


def test_random_by_index_looks_random():
    reference = find("data.random_by_index").reference
    indices = np.arange(4000)
    epochs = np.array([reference(indices, e, 7, 0.25)[0] for e in range(4)])
    assert epochs.min() >= 0
    assert epochs.max() < 1
    counts = np.array([np.histogram(u, 10, (0, 1))[0] for u in epochs])
    # 400 are expected in each tenth, with a standard deviation of 19.
    assert np.abs(counts - 400).max() < 5 * 19
    for one, other in pairwise(epochs):
        # The standard deviation of this correlation is 1 / sqrt(4000) = 0.016.
        assert abs(np.corrcoef(one, other)[0, 1]) < 5 * 0.016


def test_to_model_is_what_scikit_learn_makes():
    def by_hand(train, images):
        scaler = StandardScaler().fit(train.reshape(-1, 3) / 255)
        scaled = scaler.transform(images.reshape(-1, 3) / 255).reshape(images.shape)
        return np.stack([scaled[..., c] for c in range(3)], axis=1)

    agree("to_model", by_hand)


def test_pad_batch_is_what_keras_makes_with_other_defaults():
    from keras.utils import pad_sequences

    def by_hand(sequences, most, side):
        width = min(most, max(map(len, sequences)))
        options = {
            "maxlen": width,
            "padding": {"left": "pre", "right": "post"}[side],
            "truncating": "post",
        }
        # No real id is -1.
        mask = pad_sequences(sequences, value=-1, **options) != -1
        return pad_sequences(sequences, **options), mask

    agree("pad_batch", by_hand)


def test_ids_of_0_stand_in_every_batch():
    for case in wide("pad_batch"):
        assert all(0 in sequence for sequence in case["sequences"])


def test_masked_mean_is_that_of_masked_arrays():
    def by_hand(x, mask):
        hidden = np.broadcast_to(mask[:, :, None] == 0, x.shape)
        return np.ma.masked_array(x, hidden).mean(axis=1).filled(0)

    agree("masked_mean", by_hand)


def test_every_case_of_masked_mean_has_an_empty_row_and_nan_in_another():
    for case in wide("masked_mean"):
        real = case["mask"].sum(axis=1)
        assert (real == 0).sum() == 1
        assert np.isnan(case["x"][real > 0]).any()
        assert not np.isnan(case["x"][case["mask"] == 1]).any()


def test_resize_is_what_pytorch_makes_in_float64():
    import torch

    def by_hand(image, height, width):
        return tuple(
            torch.nn.functional.interpolate(
                torch.tensor(image)[None, None],
                size=(height, width),
                mode="bilinear",
                antialias=antialias,
            )[0, 0]
            for antialias in (False, True)
        )

    agree("resize", by_hand)


def test_crop_has_a_pixel_of_the_image_or_a_zero():
    def by_hand(images, tops, lefts, pad, size):
        n, height, width, channels = images.shape
        crops = np.zeros((n, size, size, channels))
        for i, r, c in np.ndindex(n, size, size):
            row, column = tops[i] + r - pad, lefts[i] + c - pad
            if 0 <= row < height and 0 <= column < width:
                crops[i, r, c] = images[i, row, column]
        return crops

    agree("crop", by_hand)


def test_flip_is_what_kornia_makes():
    import torch
    from kornia.geometry import hflip, vflip

    def by_hand(images, left_right, up_down):
        x = torch.tensor(images)
        for i, coins in enumerate(zip(left_right, up_down, strict=True)):
            x[i] = hflip(x[i]) if coins[0] else x[i]
            x[i] = vflip(x[i]) if coins[1] else x[i]
        return x

    agree("flip", by_hand)


def test_find_the_bug_serves_each_image_with_its_label_and_coin():
    def by_hand(images, labels, order, coins, size, mean, std):
        xs = []
        for image, coin in zip(images[order], coins[order], strict=True):
            scaled = (image / 255 - mean) / std
            xs.append(np.fliplr(scaled) if coin else scaled)
        return xs, [labels[i] for i in order]

    agree("find_the_bug", by_hand)


@pytest.mark.parametrize("framework", ["torch", "tensorflow"])
def test_the_loop_that_is_shown_has_all_three_bugs(framework):
    exercise = find("data.find_the_bug")
    (unmended,) = (m for m in exercise.mistakes if m.name.startswith("all three"))
    text = SOURCE.read_text(encoding="utf-8")
    (helper,) = re.findall(r"^def batches.*?\n\n", text, re.M | re.S)
    (buggy,) = re.findall(
        rf'tags=\["{framework}"\] pair="buggy_epoch"\n(.*?)\n\n', text, re.S
    )
    module = pytest.importorskip(framework)
    cell = {{"torch": "torch", "tensorflow": "tf"}[framework]: module}
    exec(helper + buggy, cell)
    for seed in SEEDS:
        for case in drawn(exercise, seed):
            tensors = {
                name: adapter(framework).from_numpy(value)
                if isinstance(value, np.ndarray)
                else value
                for name, value in case.items()
            }
            got = cell["buggy_epoch"](**tensors)
            for one, other in zip(got, unmended.compute(**case), strict=True):
                np.testing.assert_allclose(np.asarray(one), other, rtol=1e-4, atol=1e-6)
