"""Attacks by system calls that escapes are made of."""

from tests.attacks.attack import Attack

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
        "files of /proc/sys and /sys, its own limits and filters lifted",
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
attempt(write, "/proc/self/oom_score_adj", "-1000")
for kind in ("NPROC", "DATA", "FSIZE", "CPU", "NOFILE", "CORE"):
    number = getattr(resource, "RLIMIT_" + kind)
    limit = resource.RLIM_INFINITY if kind != "NOFILE" else 10**6
    attempt(resource.setrlimit, number, (limit, limit))
""",
    ),
)
