"""Which system calls notebooks make: ``python -m tests.kernels.measure_calls [WORD]``.

Runs every workload, or those with a word in their name, in a cold kernel of the
grader's own sandbox, under strace, and notes what the kernel calls from the moment it
is confined. ``tests/workloads/measured.json`` keeps it, which the tests hold the
allow-list against. Status 1 if something is called that the sandbox refuses.
"""

import argparse
import json
import re
import shutil
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from unittest import mock

from grader.kernels.jail import supervise
from tests.kernels import graded_kernel
from tests.kernels.filters import refusal
from tests.kernels.graded_kernel import Session
from tests.workloads import GOES_WITHOUT, MEASURED, workloads

SECONDS = 3600
# Made by every program all the time; not written down, for they are most of it.
ALWAYS = "futex,read,write,close,lseek,mmap,munmap,madvise,mprotect,brk,gettid,getpid"
# Those of the arguments that the filter looks at, as strace shows them.
TOLD = {
    **dict.fromkeys(("prctl", "prlimit64", "sched_setaffinity"), (0,)),
    **dict.fromkeys(("fcntl", "ioctl", "mknod", "open"), (1,)),
    **dict.fromkeys(("mknodat", "openat"), (2,)),
    **dict.fromkeys(("socket", "socketpair"), (0, 1, 2)),
    "setpriority": (0, 1),
    "sched_setscheduler": (1,),
}
# Without what strace shows of a call that was interrupted and goes on.
LINE = re.compile(r"(\d+) +(?!syscall_)([a-z]\w*)\((.*)")
FLAGS = re.compile(r"flags=(\w+)")
NUMBER = re.compile(r"-?\w+")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*")
    words = parser.parse_args().words
    strace = shutil.which("strace")
    if not strace:
        print("This needs strace: apt-get install strace", file=sys.stderr)
        return 2
    graded_kernel.SECONDS = SECONDS
    found: dict[str, set[str]] = defaultdict(set)
    for name, cells in workloads().items():
        if words and not any(word in name for word in words):
            continue
        print(name, file=sys.stderr, flush=True)
        for call in _traced(strace, cells):
            found[call].add(name)
    if not words:
        told = {call: sorted(found[call]) for call in sorted(found)}
        MEASURED.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    asked = [call for call in sorted(found) if call not in GOES_WITHOUT]
    refused = {call: why for call in asked if (why := refusal(call))}
    for call, why in refused.items():
        print(f"{call}: {why}; called by {', '.join(sorted(found[call]))}")
    print(f"{len(found)} calls, of which {len(refused)} are refused")
    return 1 if refused else 0


def _traced(strace: str, cells: list[str]) -> set[str]:
    """The calls of one kernel that runs ``cells``."""
    plain = supervise.command
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        # -D: the supervisor stays the child of the process that started it.
        traced = [strace, "-D", "-f", "-qq", "-s", "0", "-X", "raw", "-o", str(log)]
        traced += ["-e", f"trace=!{ALWAYS}", "-e", "signal=none"]
        with (
            mock.patch.object(supervise, "command", lambda text: traced + plain(text)),
            Session(False) as session,
        ):
            for cell in cells:
                shown = session.run(cell)
                if shown.raised:
                    print(f"   {shown.raised[:100]}", file=sys.stderr)
        return _confined(log)


def _confined(log: Path) -> set[str]:
    """The calls in a log from the first filter on, without the supervisor's."""
    found, outside, inside = set(), set(), False
    with log.open(errors="replace") as lines:
        for line in lines:
            match = LINE.match(line)
            if not match:
                continue
            process, call, rest = match.groups()
            if not inside:
                outside.add(process)
                if call == "prctl" and rest.startswith("0x16,"):  # PR_SET_SECCOMP
                    inside = True
                    outside.discard(process)
            elif process not in outside:
                found.add(_told(call, rest))
    return found


def _told(call: str, rest: str) -> str:
    """A call with the arguments that count, as numbers."""
    words = rest.split(", ")
    arguments = [words[place] for place in TOLD.get(call, ())]
    if call == "clone":
        arguments = FLAGS.findall(rest)
    # Modes are octal, as in C.
    shown = [NUMBER.match(word)[0] for word in arguments]
    numbers = [int(n, 8 if re.match("0[0-7]", n) else 0) for n in shown]
    return " ".join([call, *map(str, numbers)])


if __name__ == "__main__":
    sys.exit(main())
