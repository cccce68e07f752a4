"""``course doctor``: each layer of isolation, present or missing, and how to get it."""

import os
import sys
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from grader.grading.sandbox import landlock, probe, seccomp
from grader.grading.sandbox.jail import Level

GET_NAMESPACES = (
    "grade as root, or allow user namespaces: sysctl user.max_user_namespaces above 0 "
    "and, on Ubuntu, kernel.apparmor_restrict_unprivileged_userns=0; in Docker, "
    "--security-opt seccomp=unconfined --security-opt systempaths=unconfined"
)
GET_LANDLOCK = "use Linux 5.13 or newer with landlock in /sys/kernel/security/lsm"
GET_PYTHON = "install Python and the course where other users may read them"


@dataclass(frozen=True)
class Layer:
    """One layer: what it keeps apart, whether it is here, and how to get it."""

    name: str
    keeps: str
    present: bool
    remedy: str


def layers() -> list[Layer]:
    """Every layer, tried on this machine now."""
    linux = sys.platform.startswith("linux")
    refused = probe.refusal(Level.NAMESPACES)
    apart = not refused
    confined = apart or not probe.refusal(Level.LANDLOCK)
    version = landlock.abi() if linux else 0
    remedy = f"{GET_NAMESPACES} (now: {refused})" if linux else "grade on Linux"
    return [
        Layer(
            "namespaces",
            "files, processes, network, memory of others do not exist",
            apart,
            remedy,
        ),
        Layer(
            "Landlock",
            "files outside can't be opened" + (f" (ABI {version})" if version else ""),
            version > 0,
            GET_LANDLOCK if linux else "grade on Linux",
        ),
        Layer(
            "seccomp",
            "system calls that escapes are made of are refused",
            linux and seccomp.available() and confined,
            "grade on Linux on x86_64 or aarch64",
        ),
        Layer(
            "own user",
            "a user without files or rights, another for each kernel",
            confined and not os.getuid(),
            GET_PYTHON if linux and not os.getuid() else "grade as root",
        ),
        Layer(
            "limits",
            "time, memory, processes, files and output are bounded",
            confined,
            "comes with namespaces or Landlock",
        ),
    ]


def main(console: Console) -> int:
    """Print the layers; 0 when grading is isolated here, otherwise 1."""
    table = Table("layer", "what it does", "here", "how to get it", box=SIMPLE_HEAD)
    for layer in layers():
        here, remedy = ("yes", "") if layer.present else ("no", layer.remedy)
        table.add_row(layer.name, layer.keeps, here, remedy)
    console.print(table)
    try:
        console.print(f"Submissions run isolated by {probe.level()}.")
    except probe.NotIsolated as error:
        console.print(str(error), soft_wrap=True)
        return 1
    return 0
