"""Which layers of isolation this machine has, tried from inside rather than guessed."""

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from grader.common.bounds import MIB
from grader.common.errors import CourseError
from grader.kernels.jail.enter import Level, layers
from grader.kernels.jail.layers import groups, trial
from grader.kernels.jail.layers.groups import Group
from grader.kernels.jail.layers.limits import Limits
from grader.kernels.jail.layers.trial import NAMESPACES, Layer, Outside
from grader.kernels.jail.layers.view import PACKAGE, place_of_sockets, view
from grader.kernels.jail.supervise import command, order, others_of_user
from grader.kernels.jail.watch import Ended

SECONDS = 60
TRIAL = Limits(memory=64 * MIB, processes=32)  # of a group; it is soon used up
_choosing = threading.Lock()


class NotIsolated(CourseError):
    """This machine can't keep a learner's code apart."""


@dataclass(frozen=True)
class Tried:
    """What came of a jail at one level.

    Attributes:
        missing: by layer, why it is missing; under "" what concerns no single layer.
        held: the layers that forbade what they have to forbid.
    """

    missing: dict[str, str] = field(default_factory=dict)
    held: frozenset[Layer] = frozenset()

    @property
    def refusal(self) -> str | None:
        """All that is missing, in words; None where nothing is."""
        if not self.missing:
            return None
        return "; ".join(f"{a}: {b}" if a else b for a, b in self.missing.items())


@cache
def tried(level: Level) -> Tried:
    """Run a program in a jail that tries each layer, and read its result."""
    if not sys.platform.startswith("linux"):
        return Tried({"": "only Linux has it"})
    limits, wanted = Limits(), layers(level)
    with _bait() as (folder, outside):
        others = others_of_user(level, limits)
        ruled = {str(number): most for number, most in limits.ruled(others).items()}
        outside |= {"layers": wanted, "limits": ruled}
        told = level, view(folder), limits, _program(outside)
        return _told(order(*told, others=others), wanted)


def _program(outside: Outside) -> list[str]:
    source = Path(trial.__file__).read_text(encoding="utf-8")
    return [sys.executable, "-I", "-c", source, json.dumps(outside)]


def _told(text: str, wanted: list[Layer]) -> Tried:
    """The result of a trial of the ``wanted`` layers; a group shows by ending it."""
    try:
        done = subprocess.run(
            command(text),
            cwd="/",
            env={"PYTHONPATH": str(PACKAGE.parent)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return Tried({"": f"no answer in {SECONDS} s"})
    if done.returncode == Ended.REFUSED:
        told = _object(done.stderr.splitlines()[-1:])
        return Tried({told.get("layer", ""): told.get("why", "refused")})
    if done.returncode == Ended.MEMORY and wanted == [Layer.GROUP]:
        return Tried({}, frozenset(wanted))
    told = _object(done.stdout.splitlines()[-1:])
    if set(told) != set(wanted):
        return Tried({"": f"the trial ended with exit status {done.returncode}"})
    missing = {layer: why for layer, why in told.items() if why}
    return Tried(missing, frozenset(wanted) - missing.keys())


def _object(lines: list[bytes]) -> dict[str, str]:
    try:
        value = json.loads(lines[0])
    except (IndexError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


@contextmanager
def _bait() -> Iterator[tuple[str, Outside]]:
    """A folder for sockets, and things outside that a trial tries to reach.

    Any user may use all of them. So if a trial can't, the layer forbade it and not
    the rights of a file.
    """
    with ExitStack() as opened:
        place = place_of_sockets()
        folder = opened.enter_context(
            tempfile.TemporaryDirectory(prefix="kernel-", dir=place)
        )
        beside = opened.enter_context(
            tempfile.TemporaryDirectory(prefix="tandem-trial-", dir=place)
        )
        os.chmod(beside, 0o1777)
        bait, path = Path(beside, "bait"), os.path.join(beside, "listener")
        bait.write_text("bait")
        bait.chmod(0o644)
        abstract = secrets.token_hex(12)
        port = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
        for address in (path, f"\0{abstract}"):
            local = opened.enter_context(socket.socket(socket.AF_UNIX))
            local.bind(address)
            local.listen()
        os.chmod(path, 0o777)
        yield (
            folder,
            {
                "bait": str(bait),
                "sockets": folder,
                "port": port.getsockname()[1],
                "path": path,
                "abstract": abstract,
                "pid": os.getpid(),
                "uid": os.getuid(),
                "namespaces": {
                    name: os.readlink(f"/proc/self/ns/{name}")
                    for name in NAMESPACES.values()
                },
            },
        )


def refusal(level: Level) -> str | None:
    """Why a kernel can't be held at ``level`` here; None when it can."""
    return tried(level).refusal


@cache
def level() -> Level:
    """The strongest level that works here.

    Raises:
        NotIsolated: none does.
    """
    for candidate in Level:
        if refusal(candidate) is None:
            return candidate
    reasons = "; ".join(f"{one}: {refusal(one)}" for one in Level)
    raise NotIsolated(
        f"this machine can't isolate learners' code ({reasons}). course doctor says "
        "what is missing; course grade --unsafe runs it with your own rights."
    )


@dataclass(frozen=True)
class Bounds:
    """What bounds a kernel's memory and processes.

    Attributes:
        above: the control group in which each kernel gets its own; None where the
            supervisor measures the kernel instead.
        why: the reason why there are no groups; None where there are.
    """

    above: Path | None
    why: str | None = None

    def __str__(self) -> str:
        return "control group" if self.above else "polling"

    def new_group(self) -> Group | None:
        """The group of the next kernel."""
        return Group.new(self.above) if self.above else None


def bounds() -> Bounds:
    """Control groups, if they can be made and a trial shows that one limits a kernel.

    It is found once for the whole process, whose threads start kernels.
    """
    with _choosing:
        return _bounds()


@cache
def _bounds() -> Bounds:
    try:
        above = groups.above()
    except groups.NotDelegated as error:
        return Bounds(None, str(error))
    group = Group.new(above)
    with tempfile.TemporaryDirectory(prefix="kernel-", dir=place_of_sockets()) as own:
        outside: Outside = {
            "layers": [Layer.GROUP],
            "groups": [str(above), str(above / groups.LEAF), str(group.folder)],
            "memory": TRIAL.memory,
            "processes": TRIAL.processes,
        }
        text = order(level(), view(own), TRIAL, _program(outside), group=group)
        refusal = _told(text, [Layer.GROUP]).refusal
    return Bounds(above if refusal is None else None, refusal)
