"""A layer of isolation counts where it was tried; without all of them, no kernel."""

import dataclasses
import json
import os
import subprocess
import sys
import tempfile

import pytest

from grader.common.bounds import MIB
from grader.kernels.jail import probe, supervise
from grader.kernels.jail.enter import Level
from grader.kernels.jail.layers.limits import Limits
from grader.kernels.jail.layers.trial import NAMESPACES as OWN_NAMESPACES
from grader.kernels.jail.layers.trial import Layer
from grader.kernels.jail.layers.view import view
from grader.kernels.jail.watch import Ended
from tests.kernels import hosts

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux has these layers"
)
NAMESPACES, LANDLOCK = Level.NAMESPACES, Level.LANDLOCK
BOTH = (NAMESPACES, LANDLOCK)
TELL = """
import json
from grader.kernels.jail import doctor, probe
from grader.kernels.jail.enter import Level
print(json.dumps({
    "missing": {level: list(probe.tried(level).missing) for level in Level},
    "rows": {row.layer: row.here for row in doctor.rows()},
}))
"""
AS_ROOT, AS_USER = False, True
USERS = [AS_USER] if os.getuid() else [AS_ROOT, AS_USER]
# What a host lacks: the layer that must be named, and the levels it belongs to; of a
# pair of layers the first is root's.
HOSTS = {
    "landlock": (Layer.LANDLOCK, BOTH),
    "landlock-disabled": (Layer.LANDLOCK, BOTH),
    "landlock-in-docker": (Layer.LANDLOCK, BOTH),
    "seccomp": (Layer.SECCOMP, BOTH),
    "namespaces": ((Layer.PROCESSES, Layer.USERS), (NAMESPACES,)),
    "truth-about-landlock": (Layer.LANDLOCK, BOTH),
    "truth-about-seccomp": (Layer.SECCOMP, BOTH),
    "truth-about-namespaces": ((Layer.NETWORK, Layer.USERS), (NAMESPACES,)),
    "truth-about-limits": (Layer.LIMITS, BOTH),
}
FOR_ROOT = {
    "truth-about-users": (Layer.OWN_USER, BOTH),
    "truth-about-privileges": (Layer.LANDLOCK, BOTH),  # which asks for it
}
FOR_USERS = {"truth-about-capabilities": (Layer.RIGHTS, (NAMESPACES,))}


def told(lacks, user):
    done = hosts.run([sys.executable, "-c", TELL], lacks, user, cwd=hosts.ROOT)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def cases():
    for user in USERS:
        name = "user" if user else "root"
        for lack, (layer, levels) in (
            HOSTS | (FOR_USERS if user else FOR_ROOT)
        ).items():
            one = layer[user] if isinstance(layer, tuple) else layer
            yield pytest.param(lack, user, one, levels, id=f"{name} without {lack}")


@pytest.mark.parametrize("user", USERS, ids=["user" if u else "root" for u in USERS])
def test_where_nothing_is_missing_every_layer_holds(user):
    found = told([], user)
    assert found["missing"] == {level: [] for level in Level}
    assert set(found["rows"].values()) == {"yes"}


@pytest.mark.parametrize(("lack", "user", "layer", "levels"), list(cases()))
def test_a_layer_that_does_not_hold_is_named_and_its_levels_refused(
    lack, user, layer, levels
):
    found = told([lack], user)
    expected = {level: [layer] if level in levels else [] for level in Level}
    assert found["missing"] == expected
    graded = [level for level in Level if not found["missing"][level]]
    if not graded or layer in (*OWN_NAMESPACES, Layer.USERS):
        assert found["rows"][layer] == "no"


@pytest.mark.parametrize("user", USERS, ids=["user" if u else "root" for u in USERS])
def test_a_host_with_neither_has_no_level(user):
    found = told(["namespaces", "landlock"], user)
    assert all(found["missing"].values())
    assert found["rows"][Layer.LANDLOCK] == "no"
    assert "yes" not in found["rows"].values()


FILLS = """
import sys, time
with open(sys.argv[1], "wb") as file:
    for _ in range(int(sys.argv[2])):
        file.write(bytes(2**20))
time.sleep(2)  # longer than the supervisor looks away
"""


def ended(source, *words, **seen):
    """How a program ends that may use 100 MiB in a jail."""
    limits = Limits(memory=100 * MIB, scratch=300 * MIB)
    program = [sys.executable, "-I", "-c", source, *words]
    with tempfile.TemporaryDirectory(prefix="kernel-", dir="/var/tmp") as folder:
        shown = dataclasses.replace(view(folder), **seen)
        order = supervise.order(NAMESPACES, shown, limits, program)
        done = subprocess.run(supervise.command(order), cwd="/", capture_output=True)
        return done.returncode


@pytest.mark.skipif(bool(probe.refusal(NAMESPACES)), reason="needs namespaces")
@pytest.mark.parametrize("place", ["/dev/shm/x", "/tmp/x"])
def test_files_in_memory_count_as_memory(place):
    assert ended(FILLS, place, "20") == 0
    assert ended(FILLS, place, "120") == Ended.MEMORY


MAPS = """
import mmap, sys, time
with open("/dev/shm/x", "w+b") as file:
    file.truncate(60 * 2**20)
    with mmap.mmap(file.fileno(), 0) as mapped:
        for at in range(0, len(mapped), 4096):
            mapped[at] = 1
        time.sleep(2)
"""


@pytest.mark.skipif(bool(probe.refusal(NAMESPACES)), reason="needs namespaces")
def test_a_file_in_memory_that_is_mapped_counts_once():
    assert ended(MAPS) == 0


RUNS = """
import shutil, subprocess, sys
shutil.copy("/bin/true", sys.argv[1])
try:
    subprocess.run([sys.argv[1]], check=True)
except PermissionError:
    sys.exit(7)
"""


@pytest.mark.skipif(bool(probe.refusal(NAMESPACES)), reason="needs namespaces")
def test_what_is_written_runs_only_where_something_compiles():
    assert ended(RUNS, "/tmp/x", programs=True) == 0
    assert ended(RUNS, "/tmp/x", programs=False) == 7
    assert ended(RUNS, "/dev/shm/x", programs=True) == 7


IS_ALONE = """
import os, sys
with open("/proc/self/uid_map") as file:
    inside, outside, number = map(int, file.read().split())
same = os.readlink("/proc/self/ns/user") == sys.argv[1]
sys.exit(0 if (inside, number) == (os.getuid(), 1) and not same else 7)
"""


@pytest.mark.skipif(bool(probe.refusal(NAMESPACES)), reason="needs namespaces")
def test_in_a_kernels_user_namespace_is_its_user_alone():
    assert ended(IS_ALONE, os.readlink("/proc/self/ns/user")) == 0


# What a kernel may signal, where nothing but its supervisor decides it.
SIGNALS = """
import os, signal, subprocess, sys, threading
for pid in (int(sys.argv[1]), os.getppid(), 1, 0, -1, -os.getppid()):
    try:
        os.kill(pid, 0)
        sys.exit(f"sent {pid} a signal")
    except PermissionError:
        pass
child = subprocess.Popen(["sleep", "60"])
child.terminate()
assert child.wait(10) == -signal.SIGTERM
group = subprocess.Popen(["sh", "-c", "sleep 60 & wait"], start_new_session=True)
os.killpg(group.pid, signal.SIGKILL)
assert group.wait(10) == -signal.SIGKILL
signal.signal(signal.SIGUSR1, lambda *_: print("heard"))
os.kill(os.getpid(), signal.SIGUSR1)
signal.raise_signal(signal.SIGUSR1)
signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
try:
    os.kill(2**22 + 1, 0)
except ProcessLookupError:
    print("done")
"""
SUPERVISOR = """
import os, socket, sys, tempfile
from grader.kernels.jail import supervise
from grader.kernels.jail.enter import Level
from grader.kernels.jail.layers.limits import Limits
from grader.kernels.jail.layers.view import view
ours, theirs = socket.socketpair()
program = [sys.executable, "-I", "-c", sys.argv[1], str(os.getppid())]
level, limits = Level.LANDLOCK, Limits(processes=40)
others = supervise.others_of_user(level, limits)
with tempfile.TemporaryDirectory(prefix="kernel-", dir="/var/tmp") as folder:
    order = supervise.order(level, view(folder), limits, program, others=others)
    ended = supervise.main(order, grader=ours.fileno())
    if isinstance(ended, supervise.Command):
        os.execve(program[0], program, ended.environment)
sys.exit(ended)
"""
OLDER = """
from grader.kernels.jail.layers import landlock
landlock.abi = lambda: 5  # without rules for signals
"""
CROWD = """
import atexit, subprocess
for _ in range(60):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    atexit.register(subprocess.Popen(["sleep", "60"], **quiet).kill)
"""
CHILDREN = """
import os, time
for _ in range({}):
    if not os.fork():
        time.sleep(30)
        os._exit(0)
print("started", flush=True)
time.sleep(5)
"""
BY_LANDLOCK = pytest.mark.skipif(
    bool(probe.refusal(LANDLOCK)) and os.getuid(), reason="no Landlock"
)


@BY_LANDLOCK
def test_before_landlocks_abi_6_a_users_kernel_signals_its_own_processes_alone():
    command = [sys.executable, "-c", OLDER + SUPERVISOR, SIGNALS]
    done = hosts.run(command, ["namespaces"], user=True, cwd=hosts.ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == ["heard"] * 3 + ["done"]


@BY_LANDLOCK
@pytest.mark.parametrize(("children", "ended"), [(20, 0), (60, Ended.PROCESSES)])
def test_a_users_kernel_is_held_by_its_own_processes_alone(children, ended):
    """Others of the user, such as a neighbour's fork bomb, take none from it."""
    program = CHILDREN.format(children)
    command = [sys.executable, "-c", CROWD + SUPERVISOR, program]
    done = hosts.run(command, ["namespaces"], user=True, cwd=hosts.ROOT)
    assert (done.returncode, done.stderr) == (ended, "")
    assert done.stdout.split() == ["started"]
