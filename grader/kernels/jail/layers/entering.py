"""The error for a layer of isolation that can't be entered."""

from collections.abc import Iterator
from contextlib import contextmanager

from grader.kernels.jail.layers.trial import Layer


class Refused(Exception):
    """A layer could not be entered; the error names the layer and the reason."""

    def __init__(self, layer: str, why: str) -> None:
        super().__init__(f"{layer}: {why}")
        self.layer, self.why = layer, why


@contextmanager
def entering(layer: Layer) -> Iterator[None]:
    """Turn an OSError in the block into ``Refused`` for this layer."""
    try:
        yield
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        raise Refused(layer, f"{error.strerror}{where}") from error
