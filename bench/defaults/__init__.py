"""The defaults of PyTorch and Keras: read from the running libraries, and measured.

    python -m bench.defaults table            reads the rows, writes page and data
    python -m bench.defaults table --check    reads the rows, says which have moved

A row compares one setting. ``rows`` has a module for each group of them; ``reading``
runs what a row says; ``page`` writes ``docs/defaults.md``. ``twin/defaults.json`` has
the same as data: ``twin.audit`` takes its texts from there.
"""

from bench import ROOT

PAGE = ROOT / "docs" / "defaults.md"
DATA = ROOT / "twin" / "defaults.json"
RESULTS = ROOT / "bench" / "defaults" / "results.json"
