"""Runs small programs of their own: one without memory, one started again."""

import os
import subprocess
import sys

# {0}: imports and a first tensor; {1}: the limit in MiB; {2}: one expression.
_PROGRAM = """
import resource
{0}
pages = int(open("/proc/self/statm").read().split()[0])
most = pages * resource.getpagesize() + {1} * 2**20
resource.setrlimit(resource.RLIMIT_AS, (most, most))
try:
    {2}
    print("there was room")
except Exception as error:
    print(type(error).__name__ + ": " + str(error))
"""
# The CPU, TensorFlow's usual allocator on it, and no log.
_PLAIN = {
    "CUDA_VISIBLE_DEVICES": "",
    "TF_CPU_ALLOCATOR_USE_BFC": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
POSSIBLE = sys.platform == "linux"


def out_of_memory(begin: str, expression: str, mebibytes: int) -> str:
    """What a framework says when a tensor doesn't fit.

    Args:
        begin: imports the framework and makes a small tensor.
        expression: makes the large tensor.
        mebibytes: how much more address space the process may take after ``begin``.

    Returns:
        The error's class and message, or that there was room. Where no process can be
        limited in this way (other systems than Linux), a sentence that says so.
    """
    if not POSSIBLE:
        return "Only Linux limits a process like this: see the course's own output."
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(begin, mebibytes, expression)],
        env=os.environ | _PLAIN,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip() or f"the process ended with code {done.returncode}"


def restarted(program: str, hash_seed: int) -> str:
    """What a Python program prints in a new process.

    Args:
        program: its text.
        hash_seed: from 1 on. Python draws one at each start, unless it is told.
    """
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONHASHSEED": str(hash_seed)},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()
