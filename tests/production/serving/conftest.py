"""A model that needs no training, in a folder as the server reads it."""

import numpy as np
import pytest

from grader.production.serving.numbered import publish


@pytest.fixture(scope="session")
def version():
    """Make a version whose one output is a constant plus the sum of three inputs."""
    torch = pytest.importorskip("torch")

    def made(folder, constant: float):
        layer = torch.nn.Linear(3, 1)
        torch.nn.init.ones_(layer.weight)
        torch.nn.init.constant_(layer.bias, constant)
        batch = ({0: torch.export.Dim("batch")},)
        program = torch.export.export(layer, (torch.zeros(2, 3),), dynamic_shapes=batch)
        folder.mkdir()
        torch.export.save(program, folder / "model.pt2")
        return folder

    return made


@pytest.fixture(scope="session")
def model(tmp_path_factory, version):
    """Make a folder of two versions, 1 and 2."""
    base = tmp_path_factory.mktemp("models")
    for number in (1, 2):
        publish(version(base / "made", 1000 * number), base / "sums", number)
    return base / "sums"


@pytest.fixture
def rows():
    return np.arange(12, dtype=np.float32).reshape(4, 3)
