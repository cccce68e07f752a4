"""The digits network is the same for everybody, in both layouts."""

import numpy as np
import pytest

from grader.pictures.export import digits_cnn


def test_it_reads_nearly_all_test_images():
    _, _, test, labels = digits_cnn.images()
    found = digits_cnn.logits(digits_cnn.weights(), test).argmax(axis=1)
    assert test.shape == (597, 1, 8, 8)
    assert np.mean(found == labels) == pytest.approx(0.9866, abs=0.003)


def test_no_test_image_is_trained_on():
    train, _, test, _ = digits_cnn.images()
    seen = {image.tobytes() for image in train}
    assert len(seen) == 1200
    assert not any(image.tobytes() in seen for image in test)


def test_keras_gets_the_same_weights_in_its_own_layout():
    arrays = digits_cnn.weights()
    moved = digits_cnn.for_keras(arrays)
    assert [a.shape for a in moved][:3] == [(3, 3, 1, 8), (8,), (8,)]
    assert moved[6].shape == (3, 3, 8, 32)
    maps = digits_cnn.features(arrays, digits_cnn.images()[2][:5])
    by_place = np.moveaxis(maps.reshape(5, 32, 4, 4), 1, -1).reshape(5, 512)
    here = by_place @ moved[-2]
    there = maps @ arrays["dense.weight"].T
    np.testing.assert_allclose(here, there, rtol=1e-6, atol=1e-6)
