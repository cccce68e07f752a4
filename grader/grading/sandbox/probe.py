"""Which layers of isolation this machine has, tried from inside rather than guessed."""

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from grader.errors import CourseError
from grader.grading.sandbox import trial
from grader.grading.sandbox.jail import Level, layers
from grader.grading.sandbox.launch import Ended, command, order
from grader.grading.sandbox.limits import Limits
from grader.grading.sandbox.trial import NAMESPACES, Layer
from grader.grading.sandbox.view import PACKAGE, place_of_sockets, view

SECONDS = 60


class NotIsolated(CourseError):
    """This machine can't keep a learner's code apart."""


@dataclass(frozen=True)
class Tried:
    """What came of a jail at one level.

    Attributes:
        missing: why it can't be had, by layer; by "" where it is none of them.
        held: the layers that forbade what they are there for.
    """

    missing: dict[str, str] = field(default_factory=dict)
    held: frozenset[Layer] = frozenset()

    @property
    def refusal(self) -> str:
        """All that is missing, in words; "" where nothing is."""
        return "; ".join(f"{a}: {b}" if a else b for a, b in self.missing.items())


@cache
def tried(level: Level) -> Tried:
    """Put a program into a jail that tries each layer, and read what it tells."""
    if not sys.platform.startswith("linux"):
        return Tried({"": "only Linux has it"})
    limits, wanted = Limits(), layers(level)
    with _bait() as (folder, outside):
        outside |= {"layers": wanted, "limits": limits.ruled}
        source = Path(trial.__file__).read_text(encoding="utf-8")
        program = [sys.executable, "-I", "-c", source, json.dumps(outside)]
        jailed = command(order(level, view(folder), limits, program))
        try:
            done = subprocess.run(
                jailed,
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
def _bait() -> Iterator[tuple[str, dict]]:
    """A folder for sockets, and what a trial is to reach outside.

    All of it is where any user may have it: a layer is not to hold because the rights
    of a file do.
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


def refusal(level: Level) -> str:
    """Why a kernel can't be held at ``level`` here; "" when it can."""
    return tried(level).refusal


@cache
def level() -> Level:
    """The strongest level that works here.

    Raises:
        NotIsolated: none does.
    """
    for candidate in Level:
        if not refusal(candidate):
            return candidate
    reasons = "; ".join(f"{one}: {refusal(one)}" for one in Level)
    raise NotIsolated(
        f"this machine can't isolate learners' code ({reasons}). course doctor says "
        "what is missing; course grade --unsafe runs it with your own rights."
    )
