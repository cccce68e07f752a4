"""Attacks by quantity: memory, disk, descriptors, output. Each has its own bound."""

from tests.attacks.attack import RIGHT_TOTAL, Attack

MIB = "M = 2**20\n"
SOCKETS = """
import os
own = os.path.dirname(get_ipython().config.IPKernelApp.connection_file)
"""


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
for _ in range(10):
    if os.fork() == 0:
        kept = bytearray(b"x" * (300 * M))
        time.sleep(20)
        os._exit(0)
time.sleep(8)
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
import os
for place in (os.environ["HOME"], "/tmp", "/dev/shm"):
    written = 0
    try:
        with open(place + "/big-@MARK@", "wb") as file:
            for _ in range(200):
                file.write(bytes(M))
                written += 1
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
from grader.learner import answers
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
from grader.learner import answers
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
)
