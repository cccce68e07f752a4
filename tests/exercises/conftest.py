"""What tests of references against live frameworks share."""

import pytest


@pytest.fixture
def one_thread():
    """Small layers: more threads only wait for each other."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
