"""Attacks by system calls that escapes are made of."""

from tests.attacks.attack import UNSAFE, Attack

CALL = """
import ctypes, os, platform
libc = ctypes.CDLL(None, use_errno=True)
first = platform.machine() == "x86_64"
def call(name, numbers, *arguments):
    done = libc.syscall(numbers[0 if first else 1], *arguments)
    if done < 0:
        raise OSError(ctypes.get_errno(), name)
    return name
room = ctypes.create_string_buffer(4096)
"""

ATTACKS = (
    Attack(
        "new namespaces",
        "unshare, setns and clone, to have rights in a world of its own",
        CALL
        + """
for flag in (0x10000000, 0x20000, 0x40000000, 0x20000000, 0x10020000):
    attempt(call, "unshare", (272, 97), flag)
for name in ("user", "mnt", "net", "pid"):
    def enter(name=name):
        return call("setns", (308, 268), os.open(f"/proc/self/ns/{name}", 0), 0)
    attempt(enter)
done = libc.syscall(56 if first else 220, 0x10000000 | 17, 0, 0, 0, 0)
if done == 0:
    os._exit(0)
if done > 0:
    succeeded("clone")
""",
    ),
    Attack(
        "mounts",
        "mount, umount, pivot_root, and the newer calls for them",
        CALL
        + """
attempt(call, "mount", (165, 40), b"tmpfs", b"/tmp", b"tmpfs", 0, None)
attempt(call, "bind", (165, 40), b"/", b"/tmp", None, 4096, None)
for path in (b"/proc", b"/tmp", b"/"):
    attempt(call, "umount", (166, 39), path, 2)
attempt(call, "pivot_root", (155, 41), b"/tmp", b"/tmp")
attempt(call, "fsopen", (430, 430), b"tmpfs", 0)
attempt(call, "open_tree", (428, 428), -100, b"/", 1)
attempt(call, "move_mount", (429, 429), -1, b"", -100, b"/tmp", 4)
attempt(call, "chroot", (161, 51), b"/tmp")
""",
    ),
    Attack(
        "other processes' memory",
        "ptrace, process_vm_readv, pidfd_getfd and kcmp on other processes",
        CALL
        + """
for pid in (1, @VICTIM@, @SIBLING@):
    attempt(call, "ptrace", (101, 117), 16, pid, 0, 0)
    attempt(call, "process_vm_readv", (310, 270), pid, room, 1, room, 1, 0)
    attempt(call, "kcmp", (312, 272), os.getpid(), pid, 0, 0, 0)
def stolen():
    handle = os.pidfd_open(1)
    return call("pidfd_getfd", (438, 438), handle, 0, 0)
attempt(stolen)
""",
    ),
    Attack(
        "ways into the kernel",
        "bpf, io_uring, userfaultfd, perf, keys, modules, packets of BPF",
        CALL
        + """
attempt(call, "bpf", (321, 280), 0, room, 48)
attempt(call, "io_uring", (425, 425), 4, room)
attempt(call, "userfaultfd", (323, 282), 1)
attempt(call, "perf_event_open", (298, 241), room, 0, -1, -1, 0)
attempt(call, "keyctl", (250, 219), 0, -3, 1)
attempt(call, "add_key", (248, 217), b"user", b"@MARK@", b"x", 1, -3)
attempt(call, "init_module", (175, 105), room, 10, b"")
attempt(call, "open_by_handle_at", (304, 265), -100, room, 0)
attempt(call, "syslog", (103, 116), 3, room, 4096)
attempt(call, "quotactl", (179, 60), 0, None, 0, None)
attempt(call, "settimeofday", (164, 170), None, room)
""",
    ),
    Attack(
        "other calling conventions",
        "system calls of the x32 and 32-bit ABIs, which filters may forget",
        CALL
        + """
import subprocess, sys
attempt(call, "x32 unshare", (0x40000000 + 272, 9999), 0x10000000)
# int 0x80 in memory that may be run: 32-bit unshare is 310.
code = '''
import ctypes, mmap, sys
memory = mmap.mmap(-1, 4096, prot=7)
memory.write(b"\\\\x53\\\\xb8\\\\x36\\\\x01\\\\x00\\\\x00\\\\xbb\\\\x00\\\\x00\\\\x00\\\\x10"
             b"\\\\xcd\\\\x80\\\\x5b\\\\xc3")
start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
run = ctypes.CFUNCTYPE(ctypes.c_int)(start)
sys.exit(0 if run() == 0 else 1)
'''
if first and subprocess.run([sys.executable, "-c", code]).returncode == 0:
    succeeded("int 0x80")
""",
    ),
    Attack(
        "settings of the kernel",
        "files of /proc/sys and /sys, its own limits, groups and filters lifted",
        """
import os, resource
def write(path, text):
    with open(path, "w") as file:
        file.write(text)
for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname",
             "/proc/sysrq-trigger-@MARK@", "/proc/sys/vm/drop_caches",
             "/proc/self/uid_map", "/sys/kernel/uevent_helper",
             "/proc/@GRADER@/oom_score_adj", "/sys/fs/cgroup/cgroup.procs"):
    attempt(write, path, "1")
with open("/proc/self/cgroup") as groups:
    for group in groups:
        own = "/sys/fs/cgroup" + group.strip().split(":", 2)[2]
        for name in ("memory.max", "pids.max", "cgroup.procs", "../cgroup.procs"):
            attempt(write, f"{own}/{name}", "0" if "procs" in name else "max")
attempt(write, "/proc/self/oom_score_adj", "-1000")
for kind in ("NPROC", "DATA", "FSIZE", "CPU", "NOFILE", "CORE"):
    number = getattr(resource, "RLIMIT_" + kind)
    limit = resource.RLIM_INFINITY if kind != "NOFILE" else 10**6
    attempt(resource.setrlimit, number, (limit, limit))
""",
    ),
    Attack(
        "leases",
        "F_SETLEASE on packages' files, so that a neighbour's import waits",
        """
import fcntl, numpy
for path in (numpy.__file__, "@COURSE@/notes.txt"):
    def lease(path=path):
        with open(path) as file:
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    attempt(lease)
""",
        proof=UNSAFE,
    ),
    Attack(
        "notices of what others open",
        "F_NOTIFY, inotify and fanotify on the folders of packages",
        CALL
        + """
import fcntl, numpy
folder = os.open(os.path.dirname(numpy.__file__), os.O_RDONLY)
attempt(fcntl.fcntl, folder, fcntl.F_NOTIFY, fcntl.DN_ACCESS)
attempt(call, "inotify_init1", (294, 26), 0)
attempt(call, "fanotify_init", (300, 262), 0, 0)
""",
        proof=UNSAFE,
    ),
    Attack(
        "signals by way of files",
        "a pipe of its own that is owned by another process, which gets its signals",
        CALL
        + """
import fcntl, signal
reading, writing = os.pipe()
for pid in (@TARGETS@):
    attempt(fcntl.fcntl, reading, fcntl.F_SETOWN, pid)
attempt(fcntl.fcntl, reading, 10, signal.SIGKILL)  # F_SETSIG
""",
        proof=UNSAFE,
    ),
    Attack(
        "other processes' processors",
        "the grader's threads made idle, or moved to one processor",
        CALL
        + """
for pid in (@TARGETS@):
    attempt(os.sched_setscheduler, pid, os.SCHED_IDLE, os.sched_param(0))
    attempt(os.sched_setscheduler, pid, os.SCHED_BATCH, os.sched_param(0))
    attempt(os.sched_setaffinity, pid, {0})
    attempt(call, "sched_setparam", (142, 118), pid, ctypes.byref(ctypes.c_int(0)))
    attempt(os.setpriority, os.PRIO_PROCESS, pid, 19)
attempt(call, "sched_setattr", (314, 274), 0, room, 0)
""",
        proof=UNSAFE,
    ),
    Attack(
        "other processes' disks",
        "ioprio_set: the grader's reads last of all, its own first",
        CALL
        + """
for pid in (@TARGETS@):
    attempt(call, "idle", (251, 30), 1, pid, 3 << 13)
attempt(call, "real time", (251, 30), 1, 0, 1 << 13)
""",
        proof=UNSAFE,
    ),
    Attack(
        "limits of others",
        "prlimit on the grader, to let it open no file any more",
        """
import resource
for pid in (@TARGETS@):
    attempt(resource.prlimit, pid, resource.RLIMIT_CORE)
    attempt(resource.prlimit, pid, resource.RLIMIT_CORE, (0, 0))
""",
        proof=UNSAFE,
    ),
    Attack(
        "signals",
        "kill and its kin, tried with the signal that does nothing",
        CALL
        + """
import signal
for pid in (@TARGETS@):
    attempt(os.kill, pid, 0)
    attempt(call, "tkill", (200, 130), pid, 0)
    attempt(call, "tgkill", (234, 131), pid, pid, 0)
    attempt(call, "rt_sigqueueinfo", (129, 138), pid, 0, room)
    def by_descriptor(pid=pid):
        signal.pidfd_send_signal(os.pidfd_open(pid), 0)
    attempt(by_descriptor)
    try:
        group = os.getpgid(pid)
    except OSError:
        continue
    if group != os.getpgrp():
        attempt(os.killpg, group, 0)
""",
        proof=UNSAFE,
    ),
    Attack(
        "personality",
        "addresses that are not drawn at random, in all programs it starts",
        CALL
        + """
attempt(call, "personality", (135, 92), 0x0040000)
attempt(call, "asked", (135, 92), 0xFFFFFFFF)
""",
        proof=UNSAFE,
    ),
    Attack(
        "System V",
        "shared memory, semaphores and queues, which outlive their processes",
        CALL
        + """
for name, numbers, remove, arguments in (
    ("shmget", (29, 194), (31, 195), (0, 4096, 0o1600)),
    ("msgget", (68, 186), (71, 187), (0, 0o1600)),
    ("semget", (64, 190), (66, 191), (0, 1, 0o1600)),
):
    made = libc.syscall(numbers[0 if first else 1], *arguments)
    if made >= 0:
        succeeded(name)
        if name == "semget":
            libc.syscall(remove[0 if first else 1], made, 0, 0)
        else:
            libc.syscall(remove[0 if first else 1], made, 0, None)
""",
        proof=UNSAFE,
    ),
    Attack(
        "POSIX queues",
        "mq_open, a queue that others can find by its name",
        CALL
        + """
name = b"@MARK@"
attempt(call, "mq_open", (240, 180), name, os.O_CREAT | os.O_RDWR, 0o600, None)
libc.syscall(241 if first else 181, name)
""",
        proof=UNSAFE,
    ),
    Attack(
        "newer calls for mounts",
        "fspick, statmount, listmount: mounts looked through without /proc",
        CALL
        + """
import struct
request = struct.pack("=IIQQ", 24, 0, 2**64 - 1, 0)
attempt(call, "listmount", (458, 458), request, room, 8, 0)
attempt(call, "statmount", (457, 457), request, room, 4096, 0)
attempt(call, "fspick", (433, 433), -100, b"/", 0)
attempt(call, "mount_setattr", (442, 442), -100, b"/", 0, room, 32)
""",
        proof=UNSAFE,
    ),
    Attack(
        "calls that are yet to come",
        "every number above those that were known when the list was made",
        CALL
        + """
import errno
# Most want arguments: anything but "no such call" shows that the kernel looked at it.
for number in range(463, 600):
    if libc.syscall(number, -1, 0, 0, 0, 0, 0) >= 0 or (
        ctypes.get_errno() != errno.ENOSYS
    ):
        succeeded(number)
""",
        proof=UNSAFE,
    ),
    Attack(
        "namespaces by clone3",
        "the call whose flags no filter can see, and time of its own",
        CALL
        + """
import struct
flags = 0x10000000 | 0x00020000
done = libc.syscall(435, struct.pack("=8Q", flags, 0, 0, 0, 17, 0, 0, 0), 64)
if done == 0:
    os._exit(0)
if done > 0:
    succeeded("clone3")
attempt(call, "time", (272, 97), 0x80)
""",
        proof=UNSAFE,
    ),
    Attack(
        "memory without a name",
        "memfd_create and memfd_secret, which no limit of files counts",
        CALL
        + """
attempt(call, "memfd_create", (319, 279), b"@MARK@", 0)
attempt(call, "memfd_secret", (447, 447), 0)
""",
        proof=UNSAFE,
    ),
    Attack(
        "handles of files",
        "name_to_handle_at, to open files by number on any mount",
        CALL
        + """
handle = ctypes.create_string_buffer(b"\\x80\\0\\0\\0", 200)
mount = ctypes.c_int()
here = ctypes.byref(mount)
attempt(call, "name_to_handle_at", (303, 264), -100, b"/tmp", handle, here, 0)
attempt(call, "open_by_handle_at", (304, 265), -100, handle, 0)
""",
        proof=UNSAFE,
    ),
    Attack(
        "pages moved into pipes",
        "splice, vmsplice and tee, by which files once could be overwritten",
        CALL
        + """
reading, writing = os.pipe()
other, end = os.pipe()
os.write(writing, b"x")
attempt(call, "tee", (276, 77), reading, end, 1, 2)
attempt(call, "splice", (275, 76), reading, None, end, None, 1, 2)
part = (ctypes.c_void_p * 2)(ctypes.addressof(room), 10)
attempt(call, "vmsplice", (278, 75), end, part, 1, 2)
""",
        proof=UNSAFE,
    ),
    Attack(
        "filters and settings of its own",
        "seccomp, keeping rights, being traced, memory maps moved about",
        CALL
        + """
def control(*arguments):
    return call("prctl", (157, 167), *arguments, 0, 0)
for arguments in ((8, 1), (4, 1), (36, 1), (35, 0, 0), (0x59616D61, -1)):
    attempt(control, *arguments)
attempt(call, "seccomp", (317, 277), 2, 0, ctypes.byref(ctypes.c_uint(0x7FFF0000)))
""",
        proof=UNSAFE,
    ),
    Attack(
        "attributes",
        "setxattr on files of others, which no mode shows",
        """
import os
attempt(os.setxattr, "@COURSE@/notes.txt", "user.@MARK@", b"x")
mine = os.path.join(os.environ.get("TMPDIR", "/tmp"), "@MARK@")
with open(mine, "w") as file:
    attempt(os.setxattr, file.fileno(), "user.mine", b"x")
os.unlink(mine)
""",
        proof=UNSAFE,
    ),
    Attack(
        "all disks flushed",
        "sync, over and over, which everyone waits for",
        CALL
        + """
attempt(call, "sync", (162, 81))
attempt(call, "syncfs", (306, 267), 1)
""",
        proof=UNSAFE,
    ),
)
