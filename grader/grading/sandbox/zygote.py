"""A process that has imported the frameworks, and forks a kernel for each order.

Importing both frameworks is nearly all that a submission costs. This process does it
once and runs no operation of theirs: after one, a forked child would hang in it. It
talks with the grader over one socket: orders in, process ids out.
"""

import gc
import importlib
import json
import os
import random
import signal
import socket
import sys
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec

from grader.grading.sandbox import launch
from grader.grading.sandbox.launch import Ended
from grader.grading.sandbox.view import PACKAGE

# Read at import: what lessons and exercises set before they import TensorFlow.
ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
PRELOADED = (
    *("torch", "tensorflow", "keras", "matplotlib.pyplot", "scipy", "sklearn.datasets"),
    *("ipykernel.kernelapp", "matplotlib_inline.backend_inline"),
)
ORDER_BYTES = 2**18
CANARY_SECONDS = 60


def main(handle: int) -> None:
    """Serve orders until the grader hangs up."""
    grader = socket.socket(fileno=handle)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in PRELOADED:
        if find_spec(name.partition(".")[0]):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # what is never freed again stays shared
    problem = _canary()
    grader.send(json.dumps({"problem": problem}).encode())
    if problem:
        return
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # supervisors tell their own end
    while True:
        data, handles, _, _ = socket.recv_fds(grader, ORDER_BYTES, 1)
        if not data:
            return
        child = os.fork()
        if not child:
            grader.close()
            _supervise(data.decode(), handles[0])
        os.close(handles[0])
        grader.send(json.dumps({"pid": child}).encode())


def _supervise(order: str, status: int) -> None:
    """A supervisor; its last act is to write its kernel's exit status."""
    code = int(Ended.REFUSED)
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        code = launch.main(order, _Kernel(status))
    except SystemExit as leaving:
        code = leaving.code
    finally:
        with suppress(OSError):  # nobody is there to be told
            os.write(status, str(code).encode())
        os._exit(0)


class _Kernel:
    """Becomes an IPython kernel in this process, as if it had just started."""

    def __init__(self, status: int) -> None:
        self.status = status

    def __call__(self, argv: list[str], environment: dict[str, str]) -> None:
        os.close(self.status)
        os.environ.clear()
        os.environ.update(ENVIRONMENT | environment)
        tempfile.tempdir = None
        _forget_the_grader(environment["PYTHONPATH"])
        _reseed()
        sys.argv = ["ipykernel_launcher", *argv[3:]]
        from ipykernel import kernelapp

        kernelapp.launch_new_instance()
        os._exit(0)


def _forget_the_grader(modules: str) -> None:
    """Leave the learner's half alone importable, from where the kernel has it."""
    outside = str(PACKAGE.parent)
    for name in [n for n in sys.modules if n.partition(".")[0] == PACKAGE.name]:
        del sys.modules[name]
    sys.path[:] = [modules, *(p for p in sys.path if p not in ("", outside, modules))]
    importlib.invalidate_caches()


def _reseed() -> None:
    """Every kernel its own random numbers, as after a start of its own."""
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    if "torch" in sys.modules:
        sys.modules["torch"].seed()


def _canary() -> str:
    """Why children of this process can't compute; "" when they can."""
    torch = sys.modules.get("torch")
    if torch and torch.cuda.is_initialized():
        return "CUDA is initialised"
    child = os.fork()
    if not child:
        try:
            if torch:
                torch.ones(64, 64) @ torch.ones(64, 64)
            if "tensorflow" in sys.modules:
                tf = sys.modules["tensorflow"]
                tf.function(lambda x: x @ x)(tf.ones((64, 64)))
            os._exit(0)
        finally:
            os._exit(1)
    for _ in range(10 * CANARY_SECONDS):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return "" if status == 0 else "a forked child could not compute"
        time.sleep(0.1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "a forked child hung"


if __name__ == "__main__":
    main(int(sys.argv[1]))
