"""Which versions of a model are served, and which of them answers a request."""

import asyncio
import zlib
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from grader.production.serving.batching import Batcher
from grader.production.serving.loaded import Loaded, load
from grader.production.serving.numbered import numbers

POLL = 0.2
"""After so many seconds the folder is looked at again."""


@dataclass(frozen=True)
class Canary:
    """A version that a share of the users tries.

    Attributes:
        version: its number.
        percent: how many of 100 users get it.
    """

    version: int
    percent: int


def bucket(user: str) -> int:
    """Return the user's place among 100 buckets, the same on each machine and day."""
    return zlib.crc32(user.encode("utf-8")) % 100


def pick(
    served: Collection[int],
    asked: str,
    canary: Canary | None,
    user: str | None,
) -> int | None:
    """Return the version that answers a request; None if there is no such version.

    Args:
        served: the versions that are loaded.
        asked: what the path asks for: "versions/3", "labels/stable",
            "labels/canary", or nothing, "".
        canary: the version on trial, if there is one.
        user: who asks, if that is known; without a name there is no canary.
    """
    trial = canary.version if canary and canary.version in served else None
    stable = max((n for n in served if not canary or n != canary.version), default=None)
    if not asked:
        if trial is None or canary is None or user is None:
            return stable
        return trial if bucket(user) < canary.percent else stable
    kind, _, name = asked.partition("/")
    if kind == "versions":
        return int(name) if int(name) in served else None
    return {"stable": stable, "canary": trial}.get(name)


@dataclass(frozen=True)
class Version:
    """A version that is served."""

    loaded: Loaded
    batcher: Batcher


class Versions:
    """The versions of one model, kept like its folder.

    Each folder in it whose name is a whole number is a version. Others are ignored. So
    a version is written under another name, and appears, complete, by being renamed.

    Args:
        folder: the model's folder; its name is the model's.
        keep: so many of the newest versions are served.
        most: see ``Batcher``.
        wait: see ``Batcher``, in seconds.

    Attributes:
        served: the loaded versions by number.
        failed: number -> why it could not be loaded.
        canary: the version on trial.
    """

    def __init__(self, folder: Path, keep: int, most: int, wait: float) -> None:
        self.folder, self.keep = folder, keep
        self.served: dict[int, Version] = {}
        self.failed: dict[int, str] = {}
        self.canary: Canary | None = None
        worker = ThreadPoolExecutor(1)
        self._batcher: Callable[[Loaded], Batcher] = lambda loaded: Batcher(
            loaded.predict, most, wait, worker
        )

    def pick(self, asked: str, user: str | None) -> int | None:
        """Return which of the served versions answers; see the function ``pick``."""
        return pick(self.served, asked, self.canary, user)

    async def watch(self) -> None:
        """Keep what is served like the folder, for ever."""
        while True:
            await self.refresh()
            await asyncio.sleep(POLL)

    async def refresh(self) -> None:
        """Load versions that are new, then let go of those that are gone or too old."""
        found = numbers(self.folder)
        self.failed = {n: why for n, why in self.failed.items() if n in found}
        kept: list[int] = []
        for number in reversed(found):
            if len(kept) == self.keep:
                break
            if number not in self.served and number not in self.failed:
                await self._open(number)
            if number in self.served:
                kept.append(number)
        for number in [n for n in self.served if n not in kept]:
            await self.served.pop(number).batcher.close()

    async def _open(self, number: int) -> None:
        loop = asyncio.get_running_loop()
        try:
            # Beside the worker, which goes on to answer.
            loaded = await loop.run_in_executor(None, load, self.folder / str(number))
        except Exception as error:  # whatever is wrong with it, the others are served
            self.failed[number] = f"{type(error).__name__}: {error}"
        else:
            self.served[number] = Version(loaded, self._batcher(loaded))
