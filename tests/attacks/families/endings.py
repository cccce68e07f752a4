"""Attacks on processes: signals, crashes, endless work, what outlives the verdict."""

from tests.attacks.attack import RIGHT, RIGHT_TOTAL, UNSAFE, Attack

# A process that looks for the verdict to be over, and then tries its luck.
LATER = """
import os, subprocess, sys, time
LATER = '''
import os, socket, sys, time
time.sleep({seconds})
for path in ("@COURSE@/later-@MARK@", "/tmp/later-@MARK@", "@TMP@/later-@MARK@"):
    try:
        open(path, "w").close()
    except OSError:
        pass
try:
    socket.create_connection(("127.0.0.1", @PORT@), 1).send(b"later @MARK@")
except OSError:
    pass
time.sleep(300)
'''
"""

ATTACKS = (
    Attack(
        "kills by id",
        "signals to the grader, a sibling's supervisor and others",
        """
import os, signal
for pid in (@TARGETS@):
    for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGKILL):
        attempt(os.kill, pid, number)
""",
        proof=UNSAFE,
    ),
    Attack(
        "kills its parents",
        "the processes above it, group by group, and process 1",
        """
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGSTOP, signal.SIGKILL):
    for pid in {1, os.getppid()} - {0}:
        try:
            os.kill(pid, number)
        except OSError as error:
            print(error)
print("still here")
""",
        total=RIGHT_TOTAL,
        worth=3,
        keeps=3,
    ),
    Attack(
        "kills all it may",
        "kill -9 -1, which takes itself and whoever shares its user",
        "import os, signal, time\ntime.sleep(1)\nos.kill(-1, signal.SIGKILL)\n"
        "os.killpg(0, signal.SIGKILL)",
        total=RIGHT_TOTAL,
        worth=3,
        keeps=3,
    ),
    Attack(
        "slows the others",
        "priorities, and limits set on other processes",
        """
import os, resource
attempt(os.nice, -20)
for pid in (@TARGETS@):
    attempt(os.setpriority, os.PRIO_PROCESS, pid, 19)
    attempt(resource.prlimit, pid, resource.RLIMIT_CORE, (0, 0))
try:
    os.setpriority(os.PRIO_USER, os.getuid(), 19)  # seen outside, if it reaches there
except OSError as error:
    print(error)
attempt(os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(99))
""",
    ),
    Attack(
        "daemon after the verdict",
        "a process with a session of its own that waits for the end",
        LATER
        + """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        null = os.open("/dev/null", os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        os.execv(sys.executable, [sys.executable, "-c",
                 LATER.format(seconds=1), "@MARK@"])
    os._exit(0)
os.wait()
""",
        proof=UNSAFE,
    ),
    Attack(
        "atexit and threads",
        "work left for the kernel's end: atexit, threads, signal handlers",
        LATER
        + """
import atexit, signal, threading
def late():
    exec(LATER.format(seconds=0))
atexit.register(late)
signal.signal(signal.SIGTERM, lambda *a: late())
threading.Thread(target=lambda: exec(LATER.format(seconds=1))).start()
class Late:
    def __del__(self):
        late()
kept = Late()
""",
    ),
    Attack(
        "fork bomb",
        "processes that start processes, up to a thousand",
        """
import os, time
number = 0
for _ in range(1000):
    try:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
    except OSError as error:
        print(error)
        break
    number += 1
if number >= 900:
    succeeded(number)
print(number)
time.sleep(1)
""",
        total=RIGHT_TOTAL,
        worth=3,
    ),
    Attack(
        "thread bomb",
        "threads without end, up to two thousand",
        """
import threading, time
number = 0
try:
    for _ in range(2000):
        threading.Thread(target=time.sleep, args=(20,), daemon=True).start()
        number += 1
except RuntimeError as error:
    print(error)
if number >= 1500:
    succeeded(number)
""",
        total=RIGHT_TOTAL,
        worth=3,
    ),
    Attack(
        "blocks interrupts",
        "SIGINT and SIGTERM ignored, BaseException caught, forever",
        "import signal, time",
        """
def double(x):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    while True:
        try:
            time.sleep(5)
        except BaseException:
            pass
""",
        total=RIGHT_TOTAL,
        worth=3,
        keeps=3,
    ),
    Attack(
        "endless loop in a cell",
        "a cell that never ends, before a right exercise",
        "while True:\n    try:\n        while True: pass\n"
        "    except KeyboardInterrupt:\n        break",
        total=RIGHT_TOTAL,
        worth=3,
        keeps=3,
    ),
    Attack(
        "stops itself",
        "SIGSTOP to its own process, so that nothing answers",
        "import os, signal, time\ntime.sleep(1)\nos.kill(os.getpid(), signal.SIGSTOP)",
        total=RIGHT_TOTAL,
        worth=3,
        keeps=3,
    ),
    Attack(
        "ends Python",
        "os._exit in the function that is graded",
        "import os",
        "\ndef double(x):\n    os._exit(0)\n",
        total=RIGHT_TOTAL,
        worth=3,
        keeps=3,
    ),
    Attack(
        "exit() and BaseException",
        "exit() in one function, an exception that none expects in the other",
        "",
        "def double(x):\n    exit(0)",
        total="""
class Strange(BaseException):
    pass
def total(x):
    raise Strange("correct")
""",
    ),
    Attack(
        "endless recursion",
        "a stack without end, with Python's limit lifted",
        "import sys\nsys.setrecursionlimit(10**9)",
        "\ndef double(x):\n    return (lambda f: f(f))(lambda f: f(f))\n",
        total=RIGHT_TOTAL,
        worth=3,
        keeps=3,
    ),
    Attack(
        "crash in C",
        "a read at address 0",
        "import ctypes, time\ntime.sleep(1)\nctypes.string_at(0)",
        total=RIGHT_TOTAL,
        worth=3,
        keeps=3,
    ),
    Attack(
        "dies again and again",
        "every cell ends the kernel, to use up the new ones",
        "import os, time\ntime.sleep(1)\nos._exit(3)",
        total="import os\nos._exit(3)\n",
    ),
    Attack(
        "never starts",
        "a startup file that never ends, beside right answers",
        files={".ipython/profile_default/startup/00.py": "while True: pass"},
        function=RIGHT,
        total=RIGHT_TOTAL,
        worth=5,
        keeps=5,
    ),
    Attack(
        "settings that never end",
        "IPython's settings files, which are programs, for the start to wait for",
        files=dict.fromkeys(
            (
                ".ipython/profile_default/ipython_kernel_config.py",
                ".ipython/profile_default/ipython_config.py",
                ".jupyter/jupyter_config.py",
                "ipython_config.py",
            ),
            "import time\ntime.sleep(10**6)\n",
        ),
        function=RIGHT,
        total=RIGHT_TOTAL,
        worth=5,
        keeps=5,
    ),
    Attack(
        "a launcher that never ends",
        "a kernel of its own because of a setting, and a launcher beside it that hangs",
        files=dict.fromkeys(
            (
                *("ipykernel_launcher.py", "runpy.py", "usercustomize.py"),
                ".local/lib/python3.11/site-packages/usercustomize.py",
            ),
            "import time\ntime.sleep(10**6)\n",
        ),
        function="# KERAS_BACKEND\n" + RIGHT,
        total=RIGHT_TOTAL,
        worth=5,  # without marks where a cold kernel takes longer than a cell may
    ),
)
