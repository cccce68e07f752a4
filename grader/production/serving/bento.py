"""The same model in BentoML, which the course's extra ``serve`` installs.

    TANDEM_MODEL=models/digits/1 bentoml serve grader.production.serving.bento:Digits

serves one version, a folder as ``loaded.load`` reads it, at port 3000. BentoML writes
the rest: paths from the methods' names, batches, checks of shape and type, metrics, a
page with all paths.
"""

import os
from pathlib import Path
from typing import Annotated

import bentoml
import numpy as np
from bentoml.validators import DType, Shape

from grader.production.serving.loaded import load

Rows = Annotated[np.ndarray, DType("float32"), Shape((-1, 64))]


@bentoml.service(workers=1, traffic={"timeout": 60})
class Digits:
    """A version of the digits model."""

    def __init__(self) -> None:
        self.loaded = load(Path(os.environ["TANDEM_MODEL"]))

    @bentoml.api
    def single(self, instances: Rows) -> np.ndarray:
        """Answer each request by itself."""
        return self.loaded.predict(instances)

    @bentoml.api(batchable=True, batch_dim=0, max_batch_size=32, max_latency_ms=1000)
    def batched(self, instances: Rows) -> np.ndarray:
        """Answer requests in batches, whose size BentoML adapts to the traffic."""
        return self.loaded.predict(instances)
