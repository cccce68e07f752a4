"""Global switches of a kernel that are not as they were when it began."""

import warnings

import numpy as np

from grader.common.frameworks import adapter


def switches(framework: str | None) -> list[str]:
    """The names of those that change what every later cell does."""
    found = [] if framework is None else adapter(framework).switches()
    if {"raise", "call"} & set(np.geterr().values()):
        found.append("np.seterr")
    # Python's own say which warnings; one for all was set by somebody.
    if any(w[0] == "error" and w[2] is Warning for w in warnings.filters):
        found.append("warnings.simplefilter")
    return found
