"""A process that has imported the frameworks, and forks a kernel for each order.

    python -c PROGRAM SOCKET MODULE...

Importing both frameworks takes most of a submission's time. This process imports them
once and runs none of their operations: after one, a forked child would hang in it.
Orders arrive on one socket, each with its own channel for the answer. The process ends
when nobody holds the other end of the socket.
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
import threading
import time
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from grader.kernels.jail import supervise
from grader.kernels.jail.descendants import retitle
from grader.kernels.jail.layers.view import PACKAGE, site_packages
from grader.kernels.jail.supervise import Command
from grader.kernels.jail.watch import Ended

# Settings that are read at import; lessons set them before they import TensorFlow.
ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "PYDEVD_USE_FRAME_EVAL": "NO",  # as ipykernel sets it on its way
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
# A fork copies the page tables; huge pages make them a hundredth of the size.
HUGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", "PYTHONMALLOC": "malloc"}
# Not matplotlib's inline backend: imported before IPython runs, it shows nothing.
PRELOADED = (
    *("torch", "tensorflow", "keras", "matplotlib.pyplot", "scipy", "sklearn.datasets"),
    # torch imports the first when a training loop needs it; it is the larger half.
    *("torch._dynamo", "matplotlib.backends.backend_agg"),
    # What a kernel imports on its way to the first plot and the first traceback.
    *("ipykernel.kernelapp", "ipykernel.debugger", "tornado.queues", "sqlite3"),
    "tornado.platform.asyncio",
    *("IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger"),
    *("IPython.core.oinspect", "IPython.core.pylabtools", "stack_data"),
    *("IPython.extensions.storemagic", "pygments.formatters.terminal256"),
)
# A kernel returns from main and continues here, with no stack frame of ours below it.
PROGRAM = """\
import sys
from grader.kernels.zygote import main
main(int(sys.argv[1]), sys.argv[2:])
del main, sys
from ipykernel import kernelapp
kernelapp.launch_new_instance()
__import__("os")._exit(0)
"""
ORDER_BYTES = 2**18
CANARY_SECONDS = 60


def main(handle: int, preloaded: list[str]) -> None:
    """Serve orders until no process is left that could send one.

    It returns only in a kernel, which then knows nothing of this process.
    """
    grader = socket.socket(fileno=handle)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, _reap)
    if not sys.flags.safe_path:
        del sys.path[0]  # the folder it was started in
    gc.disable()  # all that imports make stays: searching it again and again is waste
    for name in preloaded:
        if _installed(name):
            importlib.import_module(name)
    _ours()
    gc.enable()
    gc.collect()
    gc.freeze()  # the collector leaves these objects alone, so their pages stay shared
    problem = _canary()
    grader.send(json.dumps({"problem": problem}).encode())
    while problem is None:
        data, handles, _, _ = socket.recv_fds(grader, ORDER_BYTES, 4)
        if not data:
            break
        if not os.fork():
            grader.close()
            _become(_serve(json.loads(data), handles))
            return
        for spare in handles:
            os.close(spare)
    os._exit(0)  # an orderly end of the frameworks would take long


@cache
def _ours() -> list[str]:
    """This package's modules in this process; a kernel imports its own copies.

    The search runs before any fork: a child that went through thousands of names would
    copy the memory pages that hold them.
    """
    return [name for name in sys.modules if name.partition(".")[0] == PACKAGE.name]


def _installed(name: str) -> bool:
    return find_spec(name.partition(".")[0]) is not None


def _reap(*_: object) -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _serve(order: dict[str, Any], handles: list[int]) -> Command:
    """Carry out an order in this new process; return the kernel that it becomes."""
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _tell(handles[0], os.getpid())
        if "jail" in order:
            return _supervise(order["jail"], *handles)
        return _open_kernel(order, handles)
    except BaseException:
        os._exit(1)


def _supervise(order: str, channel: int, work: int | None = None) -> Command:
    """Be the supervisor, which at its end sends its kernel's exit status."""
    kernel: Command | int = Ended.REFUSED
    try:
        kernel = supervise.main(order, work, channel)
    except SystemExit as leaving:
        kernel = leaving.code if isinstance(leaving.code, int) else 1
    finally:
        if not isinstance(kernel, Command):
            with suppress(OSError):  # nobody may be left to read it
                _tell(channel, int(kernel))
            os._exit(0)
    os.close(channel)
    modules = kernel.environment["PYTHONPATH"]
    # sys.path in the kernel must not name a checkout. An installed package lies in the
    # folder of all packages, which stays.
    hidden = {modules, str(PACKAGE.parent)} - set(site_packages())
    rest = [path for path in sys.path if path not in hidden]
    sys.path[:] = [modules, *rest]
    return Command(kernel.argv, ENVIRONMENT | kernel.environment)


def _tell(channel: int, number: int) -> None:
    os.write(channel, str(number).encode())


def _open_kernel(order: dict[str, Any], handles: list[int]) -> Command:
    """A kernel with all rights of this process, as Jupyter starts them."""
    channel, *streams = handles
    os.close(channel)
    for number, handle in enumerate(streams):
        os.dup2(handle, number)
        os.close(handle)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(order["folder"])
    # The kernel ends with its parent: this zygote, not the process that ordered it.
    parent = str(os.getppid())
    argv = [*order["argv"], f"--IPKernelApp.parent_handle={parent}"]
    return Command(argv, order["environment"] | {"JPY_PARENT_PID": parent})


def _become(kernel: Command) -> None:
    """Make this process look as if it had just been started as an IPython kernel.

    This package's modules are emptied. So nothing that the kernel can still find shows
    the order, or where the grader is.
    """
    os.environ.clear()
    os.environ.update(kernel.environment)
    tempfile.tempdir = None
    _reseed()
    argv = kernel.argv
    sys.orig_argv = argv
    module = argv.index("-m") + 1
    found = find_spec(argv[module])
    file = found.origin if found and found.origin else argv[module]
    sys.argv = [file, *argv[module + 1 :]]
    sys.modules["__mp_main__"] = sys.modules["__main__"] = ModuleType("__main__")
    sys.path_importer_cache.clear()
    retitle(kernel.argv)
    # From here on, this module has no names left to use.
    for ours in [sys.modules.pop(name) for name in _ours()]:
        vars(ours).clear()


def _reseed() -> None:
    """Give each kernel its own random numbers, as if it had started by itself."""
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    if "torch" in sys.modules:
        sys.modules["torch"].seed()


def _canary() -> str | None:
    """Why children of this process can't compute; None when they can."""
    torch = sys.modules.get("torch")
    if torch and torch.cuda.is_initialized():
        return "CUDA is initialised"
    if threading.active_count() > 1:
        return "a thread runs that a forked child would not have"
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
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
    try:
        for _ in range(10 * CANARY_SECONDS):
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return None if status == 0 else "a forked child could not compute"
            time.sleep(0.1)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return "a forked child hung"
    finally:
        signal.signal(signal.SIGCHLD, _reap)
