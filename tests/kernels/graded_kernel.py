"""A graded kernel, warm or cold, as tests talk to it: a cell in, what it showed out."""

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass, field

from jupyter_client.manager import KernelManager
from nbformat.v4 import new_notebook

from grader.grading.run.graded_kernel import set_up

SECONDS = 180


@dataclass
class Shown:
    """What one cell showed."""

    stdout: str = ""
    stderr: str = ""
    result: str = ""
    raised: str = ""
    kinds: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        parts = [self.stdout, self.result, *self.kinds, self.stderr, self.raised]
        return "\n".join(part.strip() for part in parts if part.strip())


class Session:
    """A running kernel in the grader's sandbox, with settings of its provisioner."""

    def __init__(self, warm: bool, **settings: int) -> None:
        self._sockets = tempfile.TemporaryDirectory(prefix="kernel-")
        self.manager = KernelManager()
        set_up(self.manager, new_notebook(), self._sockets.name, unsafe=False)
        self.manager.kernel_spec_manager.settings = {"warm": warm} | settings
        silent = subprocess.DEVNULL
        self.manager.start_kernel(stdout=silent, stderr=silent)
        self.connect()

    def connect(self) -> None:
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=SECONDS)

    def restart(self) -> None:
        self.client.stop_channels()
        self.manager.restart_kernel(now=True)
        self.connect()

    def send(self, code: str) -> str:
        return self.client.execute(code, allow_stdin=False)

    def receive(self, request: str) -> Shown:
        """What the cell of this request showed, once it is done."""
        shown, deadline = Shown(), time.monotonic() + SECONDS
        while True:
            message = self.client.get_iopub_msg(timeout=deadline - time.monotonic())
            if message["parent_header"].get("msg_id") != request:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                name = content["name"]
                setattr(shown, name, getattr(shown, name) + content["text"])
            elif kind == "execute_result":
                shown.result = content["data"].get("text/plain", "")
            elif kind == "display_data":
                shown.kinds.append(" ".join(sorted(content["data"])))
            elif kind == "error":
                shown.raised = f"{content['ename']}: {content['evalue']}"
            elif kind == "status" and content["execution_state"] == "idle":
                break
        self.client.get_shell_msg(timeout=SECONDS)
        return shown

    def run(self, code: str) -> Shown:
        return self.receive(self.send(code))

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self._sockets.cleanup()

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def children(pid: int) -> list[int]:
    """Process ids of the children of a process."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as file:
                    fields = file.read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == pid:
                found.append(int(name))
    return found
