"""Attacks that read: references, solutions, secrets, other people's files."""

from tests.attacks.attack import UNSAFE, Attack

LOOK = """
import glob, os
def read(path):
    if os.path.isdir(path):
        return os.listdir(path)
    with open(path, "rb") as file:
        return file.read(20000)
"""

ATTACKS = (
    Attack(
        "references imported",
        "grader.exercises, grader.judging and grader.grading by import",
        """
import importlib, sys
sys.path += ["@REPO@", "/tmp/course/grader"]
for name in ("exercises", "judging", "judging.judge", "grading", "authoring"):
    attempt(importlib.import_module, "grader." + name)
""",
        proof=UNSAFE,
    ),
    Attack(
        "references by path",
        "the package's files, wherever Python may have been installed from",
        LOOK
        + """
import sys, sysconfig
roots = ["@REPO@", sysconfig.get_path("purelib"), sys.prefix, "/usr/lib/python3"]
for root in roots:
    for part in ("exercises", "judging", "grading"):
        attempt(read, f"{root}/grader/{part}/__init__.py")
for found in glob.glob(f"{sys.prefix}/lib/**/autograd/mse_gradient.py", recursive=True):
    succeeded(found)
""",
        proof=UNSAFE,
    ),
    Attack(
        "the course's folder",
        "solutions, gradebook, notes and all other submissions",
        LOOK
        + """
for path in ("@COURSE@", "@COURSE@/notes.txt", "@COURSE@/gradebook.db"):
    attempt(read, path)
for part in ("solutions", "submitted", "autograded", "feedback"):
    for folder, _, names in os.walk("@COURSE@/" + part):
        for name in names:
            show(read, os.path.join(folder, name))
        succeeded(folder)
""",
        proof=UNSAFE,
    ),
    Attack(
        "the gradebook as a database",
        "marks of the class, through SQLite",
        """
import sqlite3
def marks():
    with sqlite3.connect("file:@COURSE@/gradebook.db?mode=ro", uri=True) as database:
        return database.execute("SELECT * FROM student").fetchall()
attempt(marks)
""",
        proof=UNSAFE,
    ),
    Attack(
        "the instructor's home",
        "keys and passwords under the home folder, by every name it has",
        LOOK
        + """
import pwd
homes = {"@HOME@", "/root", os.path.expanduser("~root"), *glob.glob("/home/*")}
homes |= {user.pw_dir for user in pwd.getpwall()} - {os.environ["HOME"], "/"}
for home in homes:
    for name in (".netrc", ".ssh", ".ssh/id_ed25519", ".bash_history", ".jupyter"):
        attempt(read, os.path.join(home, name))
""",
        proof=UNSAFE,
    ),
    Attack(
        "environment variables",
        "tokens in the environment of the kernel and all above it",
        LOOK
        + """
print(dict(os.environ))
for path in glob.glob("/proc/[0-9]*/environ"):
    show(read, path)
""",
        proof=UNSAFE,
    ),
    Attack(
        "the grader in /proc",
        "memory, environment, files and folders of the grader and process 1",
        LOOK
        + """
def memory(pid):
    import re
    found = []
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as mem:
        for line in maps:
            if "[heap]" in line:
                begin, end = (int(x, 16) for x in line.split()[0].split("-"))
                mem.seek(begin)
                return len(mem.read(min(end - begin, 4096)))
    return 0
for pid in ("1", "@GRADER@", "@SIBLING@", "@VICTIM@"):
    attempt(memory, pid)
    for name in ("root/etc/shadow", "root@COURSE@/notes.txt", "cwd/notes.txt",
                 "fd/0", "fd/3", "environ", "auxv", "io", "stack", "syscall"):
        attempt(read, f"/proc/{pid}/{name}")
    attempt(os.readlink, f"/proc/{pid}/exe")
""",
        proof=UNSAFE,
    ),
    Attack(
        "own root through /proc",
        "ways back to the old root: mounts, .., /.old and own processes",
        LOOK
        + """
for path in ("/.old", "/proc/self/root/.old", "/../../@COURSE@", "/proc/1/cwd/..",
             "/proc/self/root@COURSE@", "/proc/self/cwd/../../..@COURSE@"):
    attempt(read, path)
attempt(os.chroot, "/")
with open("/proc/self/mounts") as mounts:
    for line in mounts:
        place = line.split()[1].replace("\\\\040", " ")
        for name in ("@COURSE@", "@COURSE@/notes.txt", "/etc/shadow"):
            attempt(read, place.rstrip("/") + name)
""",
    ),
    Attack(
        "inherited descriptors",
        "files and folders that the supervisor left open",
        LOOK
        + """
import stat
for name in os.listdir("/proc/self/fd"):
    try:
        number, about = int(name), os.fstat(int(name))
    except OSError:
        continue
    if stat.S_ISDIR(about.st_mode):
        attempt(os.listdir, f"/proc/self/fd/{name}/..")
    elif stat.S_ISREG(about.st_mode) and number > 2:
        target = os.readlink(f"/proc/self/fd/{name}")
        if not target.startswith(("/tmp/", "/usr", __import__("sys").prefix)):
            succeeded(target)
""",
    ),
    Attack(
        "orders of the supervisors",
        "command lines on this machine, which name folders and limits",
        LOOK
        + """
for path in glob.glob("/proc/[0-9]*/cmdline"):
    text = read(path)
    if b"@SUPERVISOR@" in text or b"@RUN@" in text:
        succeeded(text)
""",
        proof=UNSAFE,
        namespaces=True,
    ),
    Attack(
        "other kernels' keys",
        "connection files of other kernels, to speak in their name",
        LOOK
        + """
own = open(get_ipython().config.IPKernelApp.connection_file).read()
places = ("@TMP@", "@BASE@", "/tmp", "/run", os.path.dirname("@TMP@"))
for place in places:
    for path in glob.glob(f"{place}/kernel-*/*.json"):
        if open(path).read() != own:
            succeeded(path)
""",
    ),
    Attack(
        "core files",
        "a crash of another program that leaves its memory on disk",
        LOOK
        + """
import resource, signal, subprocess, sys
attempt(lambda: resource.setrlimit(resource.RLIMIT_CORE, (2**20, 2**20)))
subprocess.run([sys.executable, "-c", "import os; os.abort()"], cwd=os.environ["HOME"])
for path in glob.glob("core*") + glob.glob("/tmp/core*") + glob.glob("/var/crash/*"):
    succeeded(path)
""",
    ),
    Attack(
        "setuid programs",
        "su, sudo, mount, passwd and their like, to become someone else",
        LOOK
        + """
import stat, subprocess
print(os.getuid(), os.geteuid())
if os.getuid() == 0:
    succeeded("root")
for folder in ("/usr/bin", "/bin", "/usr/sbin", "/usr/local/bin"):
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.stat(path).st_mode & stat.S_ISUID:
            if not os.statvfs(path).f_flag & os.ST_NOSUID:
                print(path, "is on a mount that honours setuid")
status = open("/proc/self/status").read()
if "NoNewPrivs:\\t1" not in status or "CapEff:\\t0000000000000000" not in status:
    succeeded(status)
done = subprocess.run("su -c id root || sudo -n id", shell=True, text=True,
                      stdin=subprocess.DEVNULL, capture_output=True)
if "uid=0" in done.stdout:
    succeeded(done.stdout)
for become in (os.setuid, os.setgid, os.seteuid):
    attempt(become, 0)
attempt(os.setgroups, [0])
""",
        proof=UNSAFE,
    ),
    Attack(
        "devices",
        "disks, memory and the kernel's log as devices",
        LOOK
        + """
for path in glob.glob("/dev/*"):
    if path.rpartition("/")[2] in ("null", "zero", "full", "random", "urandom", "shm"):
        continue
    if path not in ("/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr"):
        attempt(os.open, path, os.O_RDONLY | os.O_NONBLOCK)
for kind in (0o060000, 0o020000):
    attempt(os.mknod, "/tmp/device", kind | 0o600, os.makedev(1, 1))
for path in ("/proc/kmsg", "/proc/kcore"):
    try:
        if read(path):  # an empty file may lie over it
            succeeded(path)
    except OSError as error:
        print(error)
""",
    ),
    Attack(
        "the order in frames",
        "what started the kernel: frames of all threads, and all that gc knows",
        LOOK
        + """
import gc, re, sys
# Not as it stands here, where it would find itself.
sought = re.compile("@COURSE[:-1]@[e]|[.]grading/|@SUPERVISOR[.]@")
def said(value):
    try:
        return sought.search(value) if isinstance(value, str) else None
    except Exception:
        return None
def strings(objects):
    for one in objects:
        if isinstance(one, dict):
            yield from (s for pair in list(one.items()) for s in pair)
        elif isinstance(one, (list, tuple, set)):
            yield from list(one)
for frame in sys._current_frames().values():
    while frame:
        for name, value in list(frame.f_locals.items()):
            if said(value if isinstance(value, str) else repr(value)[:100000]):
                if "sought" not in frame.f_globals:
                    succeeded((frame.f_code.co_name, name))
        frame = frame.f_back
for value in strings(gc.get_objects()):
    if said(value) and "BROKE" not in value and "sought" not in value:
        succeeded(value)
""",
        proof=UNSAFE,
    ),
    Attack(
        "the order in memory",
        "its own memory, byte by byte, for the folder of the course",
        LOOK
        + """
import ctypes, re
sought = re.compile(b"@COURSE[:-1]@[e]/[.]")
def found():
    total = 0
    with open("/proc/self/maps") as maps:
        regions = [line.split() for line in maps]
    for region in regions:
        if "rw" not in region[1] or region[-1].startswith("["):
            if region[-1] not in ("[heap]", "[stack]"):
                continue
        begin, end = (int(x, 16) for x in region[0].split("-"))
        for at in range(begin, end, 2**22):
            room = ctypes.string_at(at, min(2**22, end - at))
            hit = sought.search(room)
            if hit:
                return room[hit.start():hit.start() + 200]
for hit in filter(None, [found()]):
    succeeded(hit)
""",
    ),
    Attack(
        "how it was started",
        "command line, environment, arguments and descriptors of its own process",
        LOOK
        + """
import re, sys
sought = re.compile("@COURSE[:-1]@[e]|[.]grading/|@SUPERVISOR[.]@|@ZYGOTE[.]@")
texts = [str(sys.argv), str(sys.orig_argv), str(dict(os.environ)), str(sys.path)]
for name in ("cmdline", "environ", "auxv", "comm", "cwd"):
    try:
        texts.append(str(read(f"/proc/self/{name}")))
    except OSError as error:
        print(name, error)
texts += [repr(value) for value in vars(sys.modules["__main__"]).values()
          if "sought" not in repr(value)]
for name in os.listdir("/proc/self/fd"):
    try:
        texts.append(os.readlink(f"/proc/self/fd/{name}"))
    except OSError:
        pass
for text in texts:
    if sought.search(text):
        succeeded(text)
""",
        proof=UNSAFE,
    ),
    Attack(
        "the machine in /proc",
        "disks, drivers, interrupts, symbols and how it was started",
        LOOK
        + """
for name in ("cmdline", "config.gz", "consoles", "crypto", "devices", "diskstats",
             "interrupts", "iomem", "kallsyms", "kcore", "key-users", "keys", "kmsg",
             "modules", "partitions", "sched_debug", "slabinfo", "softirqs", "swaps",
             "sysrq-trigger", "timer_list", "vmallocinfo", "bus", "driver", "fs",
             "irq", "sysvipc", "tty"):
    path = f"/proc/{name}"
    if os.path.exists(path):
        try:
            if read(path):
                succeeded(path)
        except OSError as error:
            print(path, error)
""",
        proof=UNSAFE,
        namespaces=True,
    ),
    Attack(
        "what is there outside",
        "which files and processes exist, without opening any",
        """
import os
for path in ("@COURSE@/notes.txt", "@HOME@/.ssh/id_ed25519", "@REPO@/pyproject.toml"):
    attempt(os.lstat, path)
if os.getpid() > 50:
    succeeded("sees the ids outside")
for pid in (@TARGETS@):
    attempt(os.lstat, f"/proc/{pid}")
""",
        proof=UNSAFE,
        namespaces=True,
    ),
)
