"""Has the pieces of a page made in a process apart, which is ended when it takes long.

A page has so much time and room; what they do not suffice for is shown as plain text.
"""

import atexit
import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from typing import IO

PIECE_SECONDS = 3.0  # of processor time
PAGE_SECONDS = 8.0
PATIENCE = 60.0  # seconds on the clock, on a machine that has no time for it
PAGE_ROOM = 6 * 2**20  # characters of a page that come from a submission
PLAIN = 20_000  # characters of a text that is shown as it is
COMMON = 10_000  # characters of a text that may be in many submissions
MOST_COMMON = 1_000


class Apart:
    """The process; started at first need and whenever it was ended."""

    def __init__(self) -> None:
        self._alone = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def do(
        self, task: str, seconds: float, *arguments: object
    ) -> tuple[str | None, float]:
        """A piece as HTML and the processor time it took, in seconds.

        The piece is None where it could not be made.
        """
        request = json.dumps([task, seconds, arguments]).encode() + b"\n"
        with self._alone:
            process = self._running()
            requests, replies = _pipes(process)
            timer = threading.Timer(PATIENCE, process.kill)
            timer.start()
            try:
                requests.write(request)
                requests.flush()
                made, spent = json.loads(replies.readline())
            except (OSError, ValueError):  # it was ended
                self.close()
                return None, seconds
            finally:
                timer.cancel()
        return made, spent

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "grader.grading.markup.pieces"],
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                },
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            atexit.register(self.close)
        return self._process

    def close(self) -> None:
        """End the process, if there is one."""
        atexit.unregister(self.close)
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            requests, replies = _pipes(process)
            with suppress(OSError):  # a request that it never read
                requests.close()
            replies.close()
            process.wait()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin and process.stdout  # it was started with both
    return process.stdin, process.stdout


_apart = Apart()
_common: dict[tuple[str, str], str] = {}


@dataclass
class Page:
    """What one page may still cost."""

    seconds: float = PAGE_SECONDS
    room: int = PAGE_ROOM

    def made(self, task: str, text: str, *arguments: object) -> str | None:
        """A piece of the page as HTML; None where it can't be made for that."""
        known = (task, text) if len(text) <= COMMON and not any(arguments) else None
        html = _common.get(known) if known else None
        if html is None and self.seconds > 0 and len(text) <= self.room:
            seconds = min(PIECE_SECONDS, self.seconds)
            html, spent = _apart.do(task, seconds, text, *arguments)
            self.seconds -= spent
        if html is None or len(html) > self.room:
            return None
        if known and len(_common) < MOST_COMMON:
            _common[known] = html
        self.room -= len(html)
        return html

    def plain(self, text: str) -> str:
        """The beginning of a text as it is."""
        return f"<pre>{self.escaped(text, PLAIN)}</pre>"

    def escaped(self, text: str, most: int = PAGE_ROOM) -> str:
        """At most so much of a text as HTML, with a note where it goes on."""
        fitting = max(0, min(most, self.room // 6))  # escaped, a sign may take six
        shown = escape(text[:fitting])
        self.room -= len(shown)
        if len(text) > fitting:
            shown += f"\n[{len(text):,} characters in all; the notebook has them]"
        return shown
