"""``course doctor``: each layer of isolation, present or missing, and how to get it."""

import os
import sys
from dataclasses import dataclass
from enum import StrEnum

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from grader.kernels.jail import probe
from grader.kernels.jail.enter import Level, layers
from grader.kernels.jail.layers.trial import NAMESPACES, Layer
from grader.kernels.jail.watch import INTERVAL

LINUX = "grade on Linux"
GET_NAMESPACES = (
    "grade as root, or allow user namespaces: sysctl user.max_user_namespaces above 0 "
    "and, on Ubuntu, kernel.apparmor_restrict_unprivileged_userns=0; in Docker, "
    "--security-opt seccomp=unconfined --security-opt systempaths=unconfined"
)
GET_PYTHON = (
    "install Python and the course where other users may read them, and let TMPDIR be "
    "where they may enter"
)
BY_GROUP = "Memory and processes of a submission are bounded by its own control group."
BY_LOOKS = (
    "Memory and processes of a submission are looked at every {interval} s, for it "
    "gets no control group: {why}. Where systemd manages them: systemd-run --user "
    "--scope -p Delegate=yes course grade ..., without --user as root."
)
KEEPS = {
    Layer.USERS: "rights in namespaces without rights outside",
    Layer.FILES: "files of others do not exist",
    Layer.PROCESSES: "processes of others do not exist",
    Layer.NETWORK: "there is no network",
    Layer.MEMORY: "shared memory and queues of others do not exist",
    Layer.NAME: "the host's name can't be changed",
    Layer.GROUPS: "the host's control groups are not seen",
    Layer.LANDLOCK: "files outside can't be opened or made",
    Layer.SECCOMP: "system calls that no notebook needs are refused",
    Layer.OWN_USER: "a user without files or rights, another for each kernel",
    Layer.RIGHTS: "no rights of root's, and no way to get any",
    Layer.LIMITS: "memory, processes, files and processor time are bounded",
}
REMEDIES = dict.fromkeys((Layer.USERS, *NAMESPACES), GET_NAMESPACES) | {
    Layer.LANDLOCK: "use Linux 5.13 or newer with landlock in "
    "/sys/kernel/security/lsm, and a container that lets it through",
    Layer.SECCOMP: "grade on x86_64 or aarch64",
    Layer.OWN_USER: GET_PYTHON,
    Layer.RIGHTS: "",
    Layer.LIMITS: "",
}


class Here(StrEnum):
    """What was found of a layer."""

    YES = "yes"
    NO = "no"
    UNTRIED = "not tried"


@dataclass(frozen=True)
class Row:
    """One layer: whether it held, and if not, what was seen and how to get it."""

    layer: Layer
    here: Here
    found: str = ""
    remedy: str = ""


def rows() -> list[Row]:
    """Every layer that can hold a kernel here, tried on this machine now.

    A layer is here if it held in a jail at the level that grades. If no level can
    grade, any level counts. Layers after the first missing one can't be tried.
    """
    chosen = [level for level in Level if probe.refusal(level) is None][:1]
    seen = [probe.tried(level) for level in chosen or Level]
    wanted = {layer for level in Level for layer in layers(level)}
    return [_row(layer, seen) for layer in Layer if layer in wanted]


def _row(layer: Layer, seen: list[probe.Tried]) -> Row:
    missing = [one.missing[layer] for one in seen if layer in one.missing]
    if missing:
        return Row(layer, Here.NO, missing[0], REMEDIES[layer])
    if any(layer in one.held for one in seen):
        return Row(layer, Here.YES)
    # The level that grades does not use this layer; the stronger level tried it.
    stronger = probe.tried(Level.NAMESPACES)
    if layer in stronger.missing:
        return Row(layer, Here.NO, stronger.missing[layer], REMEDIES[layer])
    return Row(layer, Here.UNTRIED)


def main(console: Console) -> int:
    """Print the layers; 0 when grading is isolated here, otherwise 1."""
    if not sys.platform.startswith("linux"):
        console.print(f"Nothing isolates learners' code here: {LINUX}.")
        return 1
    table = Table("layer", "what it does", "here", "how to get it", box=SIMPLE_HEAD)
    for row in rows():
        hint = f"{row.remedy} (now: {row.found})" if row.found else row.remedy
        table.add_row(row.layer, KEEPS[row.layer], row.here, hint)
    console.print(table)
    if os.getuid():
        console.print(
            "Kernels run as your own user. Grade as root, and each gets one of its own."
        )
    try:
        level = probe.level()
        console.print(f"Submissions run isolated by {level}.")
        if level is not Level.NAMESPACES:
            why = probe.refusal(Level.NAMESPACES)
            console.print(f"Not by namespaces: {why}.", soft_wrap=True)
        bounds = probe.bounds()
        by_looks = BY_LOOKS.format(interval=INTERVAL, why=bounds.why)
        console.print(BY_GROUP if bounds.above else by_looks, soft_wrap=True)
    except probe.NotIsolated as error:
        console.print(str(error), soft_wrap=True)
        return 1
    return 0
