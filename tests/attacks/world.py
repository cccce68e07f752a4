"""Everything around a class that is graded, which no submission may read or change."""

import gc
import glob
import hashlib
import os
import resource
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import psutil
from jupyter_client.manager import KernelManager
from nbclient.util import run_sync
from nbformat.v4 import new_markdown_cell

from grader.grading.run.graded_kernel import set_up
from grader.kernels import zygote
from grader.kernels.jail import supervise
from tests.classes import toy_course as toy

# What grading itself writes.
WRITTEN = (
    *("course/gradebook.db", "course/autograded/", "course/feedback/"),
    "course/.grading",
    "tmp/tandem-zygote-",  # there for all grading of this process
)
SHARED = ("/tmp", "/var/tmp", "/dev/shm", "/run", "/dev", "/")


class World:
    """An instructor's machine in small: a course, a home, secrets, neighbours.

    Attributes:
        loot: a random text that stands in each place a learner must not read.
        run: a random text in each name that an attack leaves outside.
    """

    def __init__(self) -> None:
        self.loot, self.run = secrets.token_hex(12), secrets.token_hex(6)
        # As far from a kernel's own folders as the sockets of a real run are.
        self.base = Path(tempfile.mkdtemp(prefix="drill-", dir="/var/tmp"))
        self.base.chmod(0o755)
        self.home, self.temporary = self.base / "home", self.base / "tmp"
        self.course = self.base / "course"
        for folder in (self.home, self.temporary, self.course):
            folder.mkdir()
        self._environment = dict(os.environ)
        self._temporary = tempfile.tempdir
        tempfile.tempdir = str(self.temporary)
        os.environ.update(
            HOME=str(self.home), TMPDIR=str(self.temporary), DRILL_SECRET=self.loot
        )
        # A child of its own, as an instructor's other programs are.
        self.victim = subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(3600)", self.run]
        )
        self._standing = self._standing_of_victim()
        self.received: list[bytes] = []
        self._sockets: list[socket.socket] = []
        self._listen()
        self._sibling: tuple | None = None

    def _standing_of_victim(self) -> tuple:
        """What the instructor's other program has of the machine."""
        pid = self.victim.pid
        return (
            os.getpriority(os.PRIO_PROCESS, pid),
            os.sched_getscheduler(pid),
            os.sched_getaffinity(pid),
            resource.prlimit(pid, resource.RLIMIT_CORE),
        )

    def fill(self) -> None:
        """A course with the loot in it."""
        toy.make_course(self.course)
        source = next((self.course / "solutions").glob("*/*.ipynb"))
        notebook = nbformat.read(source, as_version=4)
        notebook.cells.insert(0, new_markdown_cell(f"Solutions: {self.loot}"))
        nbformat.write(notebook, source)
        (self.course / "notes.txt").write_text(self.loot)
        (self.home / ".netrc").write_text(f"machine lms password {self.loot}")
        (self.home / ".ssh").mkdir(mode=0o700)
        (self.home / ".ssh" / "id_ed25519").write_text(self.loot)
        (self.home / ".ssh" / "id_ed25519").chmod(0o600)

    def start_sibling(self) -> None:
        """A second sandboxed kernel, at work on another submission all the while."""
        folder = tempfile.mkdtemp(prefix="kernel-", dir=self.base)
        manager = KernelManager()
        set_up(manager, toy.source_notebook(), folder, False)
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        run_sync(manager._async_start_kernel)(**silent)
        client = manager.client()
        client.start_channels()
        run_sync(client._async_wait_for_ready)(timeout=60)
        self._sibling = manager, client
        assert self._ask(f"loot = {self.loot!r}", "loot") == repr(self.loot)

    def _ask(self, code: str, expression: str) -> str:
        _, client = self._sibling
        request = client.execute(
            code, silent=True, user_expressions={"value": expression}
        )
        end = time.monotonic() + 60
        while time.monotonic() < end:
            reply = run_sync(client._async_get_shell_msg)(timeout=60)
            if reply["parent_header"].get("msg_id") == request:
                value = reply["content"]["user_expressions"]["value"]
                return value["data"]["text/plain"]
        return "no answer"

    @property
    def known(self) -> dict[str, str]:
        """What the attackers know: more than real ones would."""
        victim = str(self.victim.pid)
        targets, sibling = [victim], victim
        if self._sibling:  # without a sandbox, the victim is enough
            sibling = str(self._sibling[0].provisioner.pid)
            targets += [sibling, str(os.getpid())]
        return {
            "BASE": str(self.base),
            "COURSE": str(self.course),
            "COURSE[:-1]": str(self.course)[:-1],
            "HOME": str(self.home),
            "TMP": str(self.temporary),
            "REPO": str(Path(__file__).parents[2]),
            "GRADER": str(os.getpid()),
            "SIBLING": sibling,
            "VICTIM": victim,
            "TARGETS": ", ".join([*targets, ""]),
            "RUN": self.run,
            # As in a command line, and as a pattern that does not match itself.
            "SUPERVISOR": supervise.__name__,
            "SUPERVISOR[.]": supervise.__name__.replace(".", "[.]"),
            "ZYGOTE[.]": zygote.__name__.replace(".", "[.]"),
            "PORT": str(self._port),
            "UNIX": self._path,
            "ABSTRACT": self._abstract,
        }

    def _listen(self) -> None:
        stream = socket.create_server(("127.0.0.1", 0))
        self._port = stream.getsockname()[1]
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagrams.bind(("127.0.0.1", self._port))
        self._path = str(self.base / "listener")
        self._abstract = f"drill-{self.run}"
        for address in (self._path, f"\0{self._abstract}"):
            local = socket.socket(socket.AF_UNIX)
            local.bind(address)
            local.listen()
            self._sockets.append(local)
        os.chmod(self._path, 0o777)
        self._sockets += [stream, datagrams]
        for one in self._sockets:
            threading.Thread(target=self._hear, args=(one,), daemon=True).start()

    def _hear(self, listener: socket.socket) -> None:
        while True:
            try:
                if listener.type == socket.SOCK_DGRAM:
                    self.received.append(listener.recv(1000))
                    continue
                caller, _ = listener.accept()
                with caller:
                    caller.settimeout(5)
                    self.received.append(caller.recv(1000))
            except TimeoutError:
                self.received.append(b"a connection")
            except OSError:
                return

    def snapshot(self) -> dict[str, str]:
        """Each file outside with its kind, rights and content."""
        found = {}
        for folder, folders, names in os.walk(self.base):
            for name in [*folders, *names]:
                path = os.path.join(folder, name)
                inside = os.path.relpath(path, self.base)
                if inside.startswith("tmp/kernel-"):  # one is harm enough
                    folders.clear()
                if inside.startswith((*WRITTEN, "kernel-")) or inside in (
                    "course/autograded",
                    "course/feedback",
                ):
                    continue
                about = os.lstat(path)
                found[inside] = f"{about.st_mode:o} {about.st_uid}"
                if os.path.islink(path):
                    found[inside] += f" {os.readlink(path)}"
                elif os.path.isfile(path):
                    content = Path(path).read_bytes()
                    found[inside] += f" {hashlib.sha256(content).hexdigest()}"
        return found

    def harm(self, before: dict[str, str]) -> list[str]:
        """What is not as it should be outside, the first of each kind."""
        gc.collect()  # a kernel's socket folder goes with its executor
        found: list[str] = []
        after = self.snapshot()
        for path in sorted(before.keys() | after.keys()):
            if before.get(path) != after.get(path):
                kind = "changed" if path in before and path in after else "made"
                found.append(f"{kind if path in after else 'deleted'}: {path[:80]}")
        for folder in SHARED:
            found += [
                f"left: {path}"
                for path in glob.glob(f"{folder}/*{self.run}*")
                if path != str(self.base)
            ]
        found += [f"received: {data[:80]!r}" for data in self.received]
        found += [f"still runs: {p.pid}" for p in self._left_running()]
        if self.victim.poll() is not None:
            found.append("a process of the instructor's was killed")
        elif self._standing_of_victim() != self._standing:
            found.append("a process of the instructor's has another priority")
        if self._sibling and self._ask("", "loot") != repr(self.loot):
            found.append("another submission's kernel was changed")
        return found

    def marks_by_hand(self) -> list[tuple]:
        """Manual scores in the gradebook; nobody gave any."""
        with sqlite3.connect(self.course / "gradebook.db") as database:
            query = "SELECT id FROM grade WHERE manual_score IS NOT NULL"
            return database.execute(query).fetchall()

    def _left_running(self) -> list[psutil.Process]:
        """Processes that attacks named, or that live in a kernel's folder."""
        found = []
        ours = {self.victim.pid}
        if self._sibling:
            supervisor = psutil.Process(self._sibling[0].provisioner.pid)
            ours |= {supervisor.pid}
            ours |= {child.pid for child in supervisor.children(recursive=True)}
        signs = (self.run, f"{self.temporary}/kernel-")
        for process in psutil.process_iter():
            try:
                words = " ".join(process.cmdline())
            except psutil.Error:
                continue
            if process.pid not in ours and any(sign in words for sign in signs):
                found.append(process)
        return found

    def close(self) -> None:
        """End what was started here, by id, and delete the rest."""
        if self._sibling:
            manager, client = self._sibling
            client.stop_channels()
            run_sync(manager._async_shutdown_kernel)(now=True)
            self._sibling = None
        for process in self._left_running():
            process.kill()
        self.victim.kill()
        self.victim.wait()
        for one in self._sockets:
            one.close()
        os.environ.clear()
        os.environ.update(self._environment)
        tempfile.tempdir = self._temporary
        for folder in SHARED:
            for path in glob.glob(f"{folder}/*{self.run}*"):
                os.unlink(path)
        # Python's own rmtree can't delete what one of the attacks tries to make.
        subprocess.run(["rm", "-rf", str(self.base)], check=True)
