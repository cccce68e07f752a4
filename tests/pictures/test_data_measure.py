"""What the times of loading are, and when a batch counts as loaded ahead."""

import numpy as np
import pytest

from grader.pictures.data_measure import SlowExamples, loaded_ahead, watched


def test_an_example_is_the_time_of_its_own_loading():
    slow = SlowExamples(2)
    (begin, end), (later, _) = slow[0], slow[1]
    assert len(slow) == 2
    assert begin < end <= later


def test_a_data_set_ends_so_that_it_can_be_iterated():
    assert len(list(SlowExamples(2))) == 2
    with pytest.raises(IndexError, match="no example 2 among 2"):
        SlowExamples(2)[2]


def test_a_plain_loop_loads_each_batch_after_the_step_before_it():
    slow = SlowExamples(3)
    times = watched(slow[index][None] for index in range(3))
    assert times.shape == (3, 4)
    assert (np.diff(times.ravel()) >= 0).all()
    assert loaded_ahead(times) == 0


def test_a_batch_that_begins_during_a_step_is_ahead():
    times = np.array([[0, 1, 1, 3], [2, 3, 3, 5], [5, 6, 6, 8.0]])
    assert loaded_ahead(times) == 1
