"""Attacks by quantity: memory, disk, descriptors, output. Each has its own bound."""

import nbformat
from nbformat.v4 import new_code_cell

from tests.attacks.attack import RIGHT_TOTAL, Attack

MIB = "M = 2**20\n"
SOCKETS = """
import os
own = os.path.dirname(get_ipython().config.IPKernelApp.connection_file)
"""
CHANNELS = """
import time
kernel = get_ipython().kernel
kernel = getattr(kernel, "kernel", kernel)
def pile(socket, number=12):
    ident = kernel._parent_ident.get("shell") or list(kernel._parent_ident.values())[0]
    for _ in range(number):
        kernel.session.send(socket, "input_request", {"prompt": "x" * (60 * M)},
                            parent=kernel.get_parent(), ident=ident)
        time.sleep(0.1)
    time.sleep(1)
"""


def _many_prints(notebook: nbformat.NotebookNode) -> None:
    for _ in range(200):
        notebook.cells.append(new_code_cell("print('x' * 2**20)"))


def flood(name: str, tries: str, code: str, **more: object) -> Attack:
    """One after which a right exercise may count, if its kernel lived through it."""
    return Attack(name, tries, MIB + code, total=RIGHT_TOTAL, worth=3, **more)


ATTACKS = (
    flood(
        "memory",
        "3 GB of memory, written to",
        """
import time
kept = []
try:
    for _ in range(30):
        kept.append(bytearray(100 * M))
    succeeded(len(kept))
except MemoryError:
    print("no more after", len(kept))
del kept
""",
    ),
    flood(
        "memory of many processes",
        "ten processes with 300 MB each",
        """
import os, time
reading, writing = os.pipe()
for _ in range(10):
    if os.fork() == 0:
        kept = bytearray(b"x" * (300 * M))
        os.write(writing, b"x")
        time.sleep(20)
        os._exit(0)
for _ in range(10):  # however busy the machine is
    os.read(reading, 1)
succeeded()
""",
    ),
    flood(
        "memory as files",
        "memfd_create, shared memory and System V segments",
        """
import ctypes, mmap, os
libc = ctypes.CDLL(None, use_errno=True)
attempt(os.memfd_create, "@MARK@")
if libc.shmget(0, 64 * M, 0o1600) >= 0:
    succeeded("shmget")
if libc.msgget(0, 0o1600) >= 0:
    succeeded("msgget")
kept = []
for _ in range(20):
    shared = mmap.mmap(-1, 100 * M)
    for place in range(0, 100 * M, 4096):
        shared[place] = 1
    kept.append(shared)
succeeded("shared memory")
""",
    ),
    flood(
        "disk",
        "200 MB in each folder that it may write",
        """
import os, time
for place in (os.environ["HOME"], "/tmp", "/dev/shm"):
    written = 0
    try:
        with open(place + "/big-@MARK@", "wb") as file:
            for _ in range(200):
                file.write(bytes(M))
                written += 1
        time.sleep(1)  # what Landlock alone lets through, the supervisor ends
        succeeded(place)
    except OSError as error:
        print(place, written, error)
""",
    ),
    flood(
        "disk through the socket folder",
        "200 MB beside the sockets, which lie on the instructor's disk",
        SOCKETS
        + """
try:
    for number in range(20):
        with open(f"{own}/{number}", "wb") as file:
            file.write(bytes(10 * M))
    succeeded()
except OSError as error:
    print(error)
""",
    ),
    flood(
        "number of files",
        "fifty thousand files, and sockets where the grader's are",
        SOCKETS
        + """
import socket, time
try:
    for number in range(50_000):
        open(f"{os.environ['HOME']}/{number}", "w").close()
    succeeded("files")
except OSError as error:
    print(number, error)
try:
    for number in range(50_000):
        one = socket.socket(socket.AF_UNIX)
        one.bind(f"{own}/{number}")
        one.close()
    succeeded("sockets")
except OSError as error:
    print(number, error)
""",
    ),
    flood(
        "descriptors",
        "twenty thousand open files, and as many pipes",
        """
import os
kept = []
try:
    for _ in range(10_000):
        kept.append(os.pipe())
    succeeded(len(kept))
except OSError as error:
    print(len(kept), error)
for pair in kept:
    os.close(pair[0]), os.close(pair[1])
""",
    ),
    flood(
        "buffers of sockets",
        "400 MB in sockets of many processes, which no process is charged for",
        """
import os, socket, time
def fill():
    kept = []
    for _ in range(200):
        one, other = socket.socketpair()
        one.setblocking(False)
        try:
            while True:
                one.send(bytes(65536))
        except BlockingIOError:
            pass
        kept += [one, other]
    return kept
for _ in range(10):
    if os.fork() == 0:
        kept = fill()
        time.sleep(10)
        os._exit(0)
time.sleep(6)
""",
    ),
    flood(
        "printing",
        "300 MB of lines to stdout and stderr",
        """
import sys
for number in range(300):
    print("x" * 999 + "\\n" * 1, end="", file=(sys.stdout, sys.stderr)[number % 2])
    sys.stdout.write(("y" * 99 + "\\n") * 10_000)
""",
        keeps=3,
    ),
    flood(
        "one long line",
        "a line of 200 MB, and a value as large",
        'print("x" * (200 * M))\ndisplay("y" * (100 * M))',
    ),
    flood(
        "descriptors 1 and 2",
        "200 MB written to the process's own output, past Python",
        """
import os, sys
for _ in range(200):
    os.write(1, b"z" * M)
    os.write(2, b"z" * M)
    sys.__stdout__.write("z" * M)
""",
    ),
    flood(
        "displays",
        "ten thousand displays, updates and clears",
        """
from IPython.display import display, clear_output, update_display
handle = display("a", display_id="@MARK@")
for number in range(10_000):
    display({"text/plain": "x" * 5000, "image/png": "iVBOR"}, raw=True)
    if number % 100 == 0:
        handle.update("y" * 5000)
        clear_output(wait=True)
""",
        shows=False,
    ),
    flood(
        "errors",
        "an exception with a message of 50 MB and a deep traceback",
        """
def fall(depth):
    if not depth:
        raise ValueError("@MARK@" * (2 * M))
    fall(depth - 1)
""",
        function="\nfall(400)\n",
    ),
    flood(
        "widgets",
        "400 MB of widget states, which no cell shows",
        """
kernel = get_ipython().kernel
state = {"_model_name": "OutputModel", "_model_module": "@jupyter-widgets/output",
         "_view_module": "@jupyter-widgets/output", "outputs": ["x" * (4 * M)]}
for number in range(100):
    content = {"comm_id": f"w{number}", "target_name": "jupyter.widget",
               "data": {"state": state}}
    kernel.session.send(kernel.iopub_socket, "comm_open", content,
                        parent=kernel.get_parent(), ident=b"comm")
    import time
    time.sleep(0.03)
""",
    ),
    flood(
        "a message of many parts",
        "one message of 800 MB, each of its parts small enough",
        """
import time, zmq
part, kernel = bytes(16 * M), get_ipython().kernel
parts = [part] * 50
kernel.iopub_thread.socket.send_multipart([b"x"] + parts, copy=False)
time.sleep(4)
""",
        shows=False,
    ),
    flood(
        "parts on the shell socket",
        "the same as a reply, where answers are waited for",
        """
import time
kernel = get_ipython().kernel
part = bytes(16 * M)
real = type(kernel.session).send
def send(self, stream, kind, content=None, *rest, **named):
    if kind == "execute_reply" and content.get("user_expressions"):
        ident = named.get("ident") or rest[1]
        stream.send_multipart([*ident, *[part] * 50], copy=False)
        time.sleep(3)
    return real(self, stream, kind, content, *rest, **named)
type(kernel.session).send = send
""",
    ),
    Attack(
        "a reply of 200 MB",
        "an answer that no list of arrays would fill",
        """
from grader.learner.answering import answers
class Huge:
    def _repr_json_(self):
        return {"replies": ["x" * 200_000_000]}
answers.collect = lambda *a: Huge()
""",
        total=RIGHT_TOTAL,
        worth=3,
    ),
    Attack(
        "a reply of many parts",
        "25 MB of small JSON objects, which Python keeps as a gigabyte",
        """
from grader.learner.answering import answers
class Many:
    def _repr_json_(self):
        return {"replies": [{}] * 8_000_000}
answers.collect = lambda *a: Many()
""",
        total=RIGHT_TOTAL,
        worth=3,
    ),
    Attack(
        "processor time",
        "both cores busy for as long as they let it",
        """
import os, time
for _ in range(4):
    if os.fork() == 0:
        while True:
            pass
end = time.time() + 9
while time.time() < end:
    pass
""",
        total=RIGHT_TOTAL,
        worth=3,
    ),
    flood(
        "the channel for input",
        "700 MB of requests for input, which nobody answers",
        CHANNELS + "pile(kernel.stdin_socket)",
        keeps=3,
    ),
    flood(
        "the channel for control",
        "700 MB on the channel that interrupts and shutdowns would use",
        CHANNELS + "pile(get_ipython().parent.parent.control_socket)",
        keeps=3,
    ),
    flood(
        "a socket of its own for control",
        "the end that the grader's manager holds, given 700 MB by another socket",
        CHANNELS
        + """
import glob, os, zmq
app = kernel.parent
path = app.control_socket.getsockopt(zmq.LAST_ENDPOINT).decode().strip(chr(0))
context = zmq.Context()
try:
    os.unlink(path.removeprefix("ipc://"))
    app.control_socket.close(linger=0)
    other = context.socket(zmq.DEALER)
    other.sndtimeo = 2000
    other.bind(path)
    for _ in range(12):
        other.send(b"x" * (60 * M), copy=False)
        time.sleep(0.3)
    time.sleep(2)
except (OSError, zmq.ZMQError) as error:
    print(error)
""",
        keeps=3,
    ),
    flood(
        "replies nobody asked for",
        "1 GB of replies to no request, sent while answers are judged",
        CHANNELS + "pile(kernel.shell_stream.socket, 30)",
    ),
    flood(
        "outputs of no cell",
        "1 GB of outputs that belong to no request, sent at all times",
        """
import threading, time
kernel = get_ipython().kernel
def send():
    for number in range(40):
        kernel.session.send(kernel.iopub_socket, "stream",
                            {"name": "stdout", "text": "x" * (30 * M)})
        time.sleep(0.05)
threading.Thread(target=send).start()
""",
    ),
    flood(
        "one display in many places",
        "a display shown two thousand times, and then made a megabyte",
        """
from IPython.display import display, update_display
for _ in range(2000):
    display({"text/plain": "x"}, raw=True, display_id="@MARK@")
update_display({"text/plain": "y" * (M // 2)}, raw=True, display_id="@MARK@")
""",
        keeps=3,
    ),
    Attack(
        "a megabyte from each cell",
        "200 cells that each print as much as one cell may",
        "print()",
        total=RIGHT_TOTAL,
        change=_many_prints,
        worth=3,
        keeps=3,
    ),
    Attack(
        "a million statements",
        "a cell of a megabyte that is no Python at its very end",
        total="x;" * 500_000 + "]",
    ),
    Attack(
        "a reply with an emoji",
        "an answer of 60 MB with one emoji, of which Python makes four times as much",
        """
from grader.learner.answering import answers
class Many:
    def _repr_json_(self):
        return {"replies": ["x" * 60_000_000 + chr(0x1f600)]}
answers.collect = lambda *a: Many()
""",
        total=RIGHT_TOTAL,
        worth=3,
    ),
)
