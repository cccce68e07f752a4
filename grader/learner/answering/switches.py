"""Global switches that are no longer as they were when the kernel started."""

import warnings

import numpy as np

from grader.common.frameworks import adapter


def switches(framework: str | None) -> list[str]:
    """The names of changed switches, which affect every later cell."""
    found = [] if framework is None else adapter(framework).switches()
    if {"raise", "call"} & set(np.geterr().values()):
        found.append("np.seterr")
    # Python's own filters are for some warnings; a filter for all was set in a cell.
    if any(w[0] == "error" and w[2] is Warning for w in warnings.filters):
        found.append("warnings.simplefilter")
    return found
