"""The defaults of PyTorch and Keras: read from the running libraries, and measured.

    python -m bench.defaults table            reads the rows, writes page and data
    python -m bench.defaults table --check    reads the rows, says which have moved
    python -m bench.defaults runs             trains a small net with each default

A row compares one setting. ``rows`` has a module for each group of them; ``reading``
runs what a row says; ``page`` writes ``docs/defaults.md``. ``twin/defaults.json`` has
the same as data: ``twin.audit`` takes its texts from there. ``experiments`` names the
nets that ``runs`` trains; ``grader.pictures.defaults_runs`` keeps and reads what came
of them, since a lesson draws it.
"""

from bench import ROOT

PAGE = ROOT / "docs" / "defaults.md"
DATA = ROOT / "twin" / "defaults.json"
