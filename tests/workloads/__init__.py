"""What notebooks do, to see which system calls they make and whether all are allowed.

A workload is a list of cells for one kernel: the lessons, the solutions, the cells of
``warm_probes``, and the modules of this package, each a cell: what a learner may well
write that none of the others does. Lessons on production are left out: they start Java
and servers, which no submission has to.
"""

from pathlib import Path

import nbformat

from tests.kernels.warm_probes import PROBES

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MEASURED = HERE / "measured.json"
PRODUCTION = "grader.production"
# Refused on purpose: what their callers do instead.
GOES_WITHOUT = {
    "clone3": "the C library calls clone",
    "fsetxattr": "cp copies without attributes",
    "io_uring_setup": "libuv polls",
    "ioctl 1074041865": "cp copies what it can't share",  # FICLONE
}


def workloads() -> dict[str, list[str]]:
    """Cells by the name of what they come from."""
    found = {"cells that are tried warm and cold": list(PROBES.values())}
    for path in sorted(HERE.glob("[!_]*.py")):
        found[path.stem.strip("_")] = [path.read_text(encoding="utf-8")]
    for kind in ("notebooks", "solutions"):
        for path in sorted(ROOT.glob(f"{kind}/**/*.ipynb")):
            cells = nbformat.read(path, as_version=4).cells
            sources = [cell.source for cell in cells if cell.cell_type == "code"]
            if any(PRODUCTION in source for source in sources):
                continue
            found[f"{kind}: {path.stem}"] = sources
    return found
