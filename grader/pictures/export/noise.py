"""Silences what exporters and runtimes tell beside their work."""

import io
import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

from IPython.core.getipython import get_ipython


def silence() -> None:
    """Hide logs, warnings and C++ messages for the rest of the process.

    Exceptions, and what Python prints, are shown as before. C++ libraries write past
    Python, to the process's own standard error; in a notebook, where Python's goes
    through Jupyter, that one is closed.
    """
    warnings.filterwarnings("ignore")
    logging.disable(logging.ERROR)
    if hasattr(get_ipython(), "kernel"):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)


@contextmanager
def hidden() -> Iterator[None]:
    """Hide what is printed meanwhile, such as the graph up to an exporter's error."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        yield
