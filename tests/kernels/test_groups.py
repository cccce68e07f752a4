"""A kernel's control group: who may make one, what it holds, and that it goes.

What needs a group runs where one is delegated: ``systemd-run --user --scope -p
Delegate=yes make test``, without ``--user`` as root.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.common.bounds import MIB
from grader.kernels.jail import probe, supervise
from grader.kernels.jail.enter import Level
from grader.kernels.jail.layers import groups, trial
from grader.kernels.jail.layers.groups import Group, NotDelegated
from grader.kernels.jail.layers.limits import Limits
from grader.kernels.jail.layers.trial import Layer
from grader.kernels.jail.layers.view import PACKAGE, view
from grader.kernels.jail.watch import Ended
from tests.kernels.graded_kernel import Session

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux has control groups"
)

# --- whose a group is, told by files --------------------------------------------------

MOUNTED = "30 23 0:26 {root} {place} rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
HYBRID = (
    "29 23 0:25 / /sys/fs/cgroup ro - tmpfs tmpfs ro\n"
    "31 29 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
)


@pytest.fixture
def standing(monkeypatch, tmp_path):
    """Makes this process stand in a group, by what /proc and its folder tell."""

    def stand(own, mountinfo, **files):
        proc, folder = tmp_path / "proc", tmp_path / "own"
        for place in (proc, folder):
            place.mkdir(exist_ok=True)
        (proc / "cgroup").write_text(own)
        (proc / "mountinfo").write_text(mountinfo)
        for name, text in files.items():
            (folder / name.replace("_", ".", 1)).write_text(text)
        monkeypatch.setattr(groups, "PROC", proc)
        return folder

    return stand


@pytest.mark.parametrize(
    ("own", "mountinfo", "found"),
    [
        ("0::/a/b\n", MOUNTED.format(root="/", place="/g"), "/g/a/b"),
        ("0::/\n", MOUNTED.format(root="/", place="/g"), "/g"),
        ("0::/docker/x\n", MOUNTED.format(root="/docker/x", place="/g"), "/g"),
        (
            "4:memory:/m\n0::/a\n",
            HYBRID + MOUNTED.format(root="/", place="/g/unified"),
            "/g/unified/a",
        ),
    ],
    ids=["usual", "at the root", "bound into a container", "beside version 1"],
)
def test_the_folder_of_this_process_s_group(standing, own, mountinfo, found):
    standing(own, mountinfo)
    assert groups._own() == Path(found)


@pytest.mark.parametrize(
    ("own", "mountinfo"),
    [
        ("4:memory:/m\n", HYBRID),
        ("0::/../other\n", MOUNTED.format(root="/", place="/g")),
        ("0::/a\n", MOUNTED.format(root="/docker/x", place="/g")),
    ],
    ids=["version 1 alone", "outside this namespace", "outside what is mounted"],
)
def test_without_a_folder_it_says_so(standing, own, mountinfo):
    standing(own, mountinfo)
    with pytest.raises(NotDelegated, match="no control groups of version 2"):
        groups.above()


def at(folder):
    """Where this process stands, in a folder that is no root."""
    return "0::/own\n", MOUNTED.format(root="/", place=folder)


BOTH = "cpu memory pids\n"


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"cgroup_controllers": "cpu pids\n"}, "no controller of memory"),
        ({"cgroup_controllers": BOTH}, "is not delegated"),
    ],
    ids=["no controller", "no mark"],
)
def test_why_no_group_can_be_made(standing, tmp_path, files, why):
    standing(*at(tmp_path), **files)
    with pytest.raises(NotDelegated, match=why):
        groups.above()


def test_a_group_is_ours_by_its_mark(standing, tmp_path):
    events = {"cgroup_events": "populated 1\n", "cgroup_controllers": BOTH}
    folder = standing(*at(tmp_path), **events)
    assert not groups._is_ours(folder)
    try:
        os.setxattr(folder, "user.delegate", b"1")
    except OSError:
        pytest.skip("this file system keeps no marks")
    assert groups._is_ours(folder)
    with pytest.raises(NotDelegated, match=r"older than 5\.14"):
        groups.above()


@pytest.mark.parametrize(
    ("delegate", "path", "found"),
    [("yes", "/own", True), ("no", "/own", False), ("yes", "", False)]
    + [("yes", "/other", False)],
    ids=["it is", "it is not", "no such unit", "another of its name"],
)
def test_or_by_the_word_of_a_user_s_manager(
    standing, tmp_path, monkeypatch, delegate, path, found
):
    folder = standing(*at(tmp_path), cgroup_events="populated 1\n")
    command = tmp_path / "bin" / "systemctl"
    command.parent.mkdir()
    command.write_text(
        f"#!/bin/sh\necho Delegate={delegate}\necho ControlGroup={path}\n"
    )
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(command.parent))
    assert groups._is_ours(folder) == found


def test_so_is_the_root_of_a_container_and_not_that_of_the_machine(standing, tmp_path):
    mounted = MOUNTED.format(root="/", place=tmp_path / "own")
    folder = standing("0::/\n", mounted)
    assert not groups._is_ours(folder)
    (folder / "cgroup.events").write_text("populated 1\n")
    assert groups._is_ours(folder)


@pytest.mark.parametrize(
    ("events", "found"),
    [
        ("max 40\noom 0\noom_kill 0\n", False),
        ("max 40\noom 2\noom_kill 3\n", True),
        ("max 0\noom 0\noom_kill 3\n", False),
    ],
    ids=["it could make room", "its own limit", "the machine's"],
)
def test_memory_ends_a_kernel_where_it_is_its_own_limit(tmp_path, events, found):
    (tmp_path / "memory.events").write_text(events)
    assert Group(tmp_path).out_of_memory == found


def test_a_trial_tells_files_of_groups_that_it_may_write(tmp_path):
    (tmp_path / "memory.max").write_text("max")
    outside = {"groups": [str(tmp_path)], "processes": 2, "memory": MIB}
    assert trial._group(outside) == [
        f"it can write {tmp_path}/memory.max",
        "it started 2 processes",
    ]


# --- what a group holds ---------------------------------------------------------------

LEVELS = [level for level in Level if not probe.refusal(level)]
BOUNDS = probe.bounds() if LEVELS else probe.Bounds(None, "no jail can be had")
LIMITS = Limits(memory=100 * MIB, processes=40, scratch=300 * MIB)
delegated = pytest.mark.skipif(not BOUNDS.above, reason=f"no group: {BOUNDS.why}")
at_each_level = pytest.mark.parametrize("level", LEVELS)


@contextmanager
def running(source, *words, level=LEVELS[0] if LEVELS else None, **more):
    """A program in a jail with a group; both are gone afterwards."""
    group = more.pop("group", None) or BOUNDS.new_group()
    program = [sys.executable, "-I", "-c", source, *words]
    with tempfile.TemporaryDirectory(prefix="kernel-", dir="/var/tmp") as folder:
        order = supervise.order(
            level, view(folder), LIMITS, program, group=group, **more
        )
        jailed = subprocess.Popen(
            supervise.command(order),
            cwd="/",
            env={"PYTHONPATH": str(PACKAGE.parent)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield jailed, group
        finally:
            jailed.terminate()
            jailed.communicate()
    assert not group.folder.exists()


def ended(source, *words, **more):
    """How a program ended, and what it printed."""
    with running(source, *words, **more) as (jailed, _):
        printed, _ = jailed.communicate(timeout=60)
        return jailed.returncode, printed


FILLS = """
import mmap, os, sys, time
def fill(size, shared=True):
    if not shared:
        return b"x" * (size << 20)
    mapped = mmap.mmap(-1, size << 20)
    for at in range(0, len(mapped), mmap.PAGESIZE):
        mapped[at] = 1
    return mapped
"""


@delegated
@at_each_level
def test_memory_counts_at_each_moment(level):
    begun = time.monotonic()
    source = FILLS + "fill(120)"  # and ends, before anybody would look
    assert ended(source, level=level) == (Ended.MEMORY, "")
    assert ended(FILLS + "fill(50)", level=level)[0] == 0
    assert time.monotonic() - begun < 60


FAMILY = (
    FILLS
    + """
children = []
for _ in range(4):
    child = os.fork()
    if not child:
        kept = fill(int(sys.argv[1]), shared=False)
        time.sleep(1)
        os._exit(0)
    children.append(child)
for child in children:
    os.waitpid(child, 0)
"""
)


@delegated
@at_each_level
def test_memory_counts_over_all_processes(level):
    assert ended(FAMILY, "10", level=level)[0] == 0
    assert ended(FAMILY, "30", level=level)[0] == Ended.MEMORY


FILE = """
import sys
with open(sys.argv[1], "wb") as file:
    for _ in range(int(sys.argv[2])):
        file.write(bytes(2**20))
"""


@delegated
@pytest.mark.skipif(Level.NAMESPACES not in LEVELS, reason="needs namespaces")
@pytest.mark.parametrize("place", ["/dev/shm/x", "/tmp/x"])
def test_files_in_memory_count(place):
    assert ended(FILE, place, "20")[0] == 0
    assert ended(FILE, place, "120")[0] == Ended.MEMORY


SOCKETS = """
import socket
kept = []
for _ in range(1000):
    one, other = socket.socketpair()
    one.setblocking(False)
    try:
        while True:
            one.send(bytes(65536))
    except BlockingIOError:
        kept += [one, other]
"""


@delegated
def test_what_waits_in_sockets_counts():
    assert ended(SOCKETS)[0] == Ended.MEMORY


def swap_used():
    lines = Path("/proc/meminfo").read_text().splitlines()
    told = {line.split()[0]: int(line.split()[1]) for line in lines}
    return told["SwapTotal:"], told["SwapTotal:"] - told["SwapFree:"]


@delegated
@pytest.mark.skipif(
    sys.platform.startswith("linux") and not swap_used()[0],
    reason="there is no swap here",
)
def test_nothing_of_it_is_swapped_out():
    before = swap_used()[1]
    assert ended(FILLS + "fill(120)")[0] == Ended.MEMORY
    assert swap_used()[1] - before < 20 * 1024


FORKS = """
import os, sys, time
number = 0
try:
    while number < 200:
        if not os.fork():
            time.sleep(60)
            os._exit(0)
        number += 1
except OSError:
    pass
print(number)
sys.exit(int(sys.argv[1]))
"""


@delegated
@at_each_level
def test_processes_are_refused_beyond_their_number(level):
    status, printed = ended(FORKS, "0", level=level)
    assert status == 0
    # Its own, and in namespaces the one that holds their process ids.
    assert int(printed) in (LIMITS.processes - 1, LIMITS.processes - 2)
    # What fails after that fails for want of them.
    assert ended(FORKS, "3", level=level)[0] == Ended.PROCESSES


@delegated
def test_a_failure_of_its_own_keeps_its_status():
    assert ended("raise SystemExit(3)")[0] == 3


WAITS = "import time; print('ready', flush=True); time.sleep(60)"


@delegated
def test_of_two_only_the_one_that_takes_too_much_ends():
    with running(WAITS) as (other, group):
        assert other.stdout.readline() == "ready\n"
        assert ended(FILLS + "fill(120)")[0] == Ended.MEMORY
        assert ended(FORKS, "3")[0] == Ended.PROCESSES
        assert other.poll() is None
        assert not group.out_of_memory and not group.out_of_processes


LEAVES = """
import os, signal, time
for _ in range(5):
    if not os.fork():
        os.setsid()
        if not os.fork():
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            null = os.open("/dev/null", os.O_RDWR)
            for number in range(3):
                os.dup2(null, number)
            time.sleep(600)
        os._exit(0)
    os.wait()
print("ready", flush=True)
"""


@delegated
@at_each_level
@pytest.mark.parametrize("killed", [False, True], ids=["it ends", "it is killed"])
def test_nothing_outlives_it(level, killed):
    source = f"{LEAVES}time.sleep({60 if killed else 1})"
    with running(source, level=level) as (jailed, group):
        assert jailed.stdout.readline() == "ready\n"
        inside = groups._processes(group.folder)
        assert len(inside) == 6 + (level is Level.NAMESPACES)
        if killed:
            jailed.kill()  # its supervisor, which can't end anything now
            jailed.wait()
            group.end()  # as the provisioner does
        jailed.wait(60)
        assert not any(Path("/proc", str(pid)).exists() for pid in inside)


@delegated
def test_a_group_that_cannot_be_made_is_one_submission_s_failure():
    nowhere = Group.new(BOUNDS.above / "nowhere")
    with running(WAITS, group=nowhere) as (jailed, _):
        told = json.loads(jailed.communicate(timeout=60)[1])
    assert jailed.returncode == Ended.REFUSED
    assert told["layer"] == Layer.GROUP and "No such file" in told["why"]
    assert ended("print(1)") == (0, "1\n")


@delegated
def test_when_the_machine_is_out_of_memory_it_is_not_its_fault():
    above = BOUNDS.above / "test-of-the-machine"
    above.mkdir()
    try:
        (above / "memory.max").write_text(str(60 * MIB))
        (above / "cgroup.subtree_control").write_text("+memory +pids")
        status, _ = ended(FILLS + "fill(90)", group=Group.new(above))
    finally:
        above.rmdir()
    assert status == 256 - signal.SIGKILL


@delegated
@pytest.mark.parametrize(
    ("processes", "found"),
    [(10, "it started 10 processes"), (1000, "it used 20 MiB of memory")],
)
def test_a_trial_notices_a_group_that_does_not_hold_it(processes, found):
    source = Path(trial.__file__).read_text(encoding="utf-8")
    asked = {"layers": [Layer.GROUP], "groups": [], "memory": 10 * MIB}
    told = json.dumps(asked | {"processes": processes})
    status, printed = ended(source, told)  # in a group with room for more
    assert (status, json.loads(printed)) == (0, {Layer.GROUP: found})


@pytest.mark.slow
@delegated
def test_a_forked_kernel_is_charged_for_what_it_writes_alone():
    with Session(True) as session:
        group = session.manager.provisioner._group
        session.run("import torch; x = torch.ones(1000)")
        charged = int((group.folder / "memory.current").read_text())
        shown = session.run("import psutil; print(psutil.Process().memory_info().rss)")
        assert charged < int(shown.stdout) / 2
    assert not group.folder.exists()


@pytest.mark.slow
@delegated
@pytest.mark.parametrize("warm", [False, True], ids=["cold", "warm"])
def test_why_a_kernel_ended_is_told(warm):
    with Session(warm, memory=1024) as session:
        session.send(FILLS + "fill(1200)")
        provisioner = session.manager.provisioner
        assert provisioner.process.wait() == Ended.MEMORY
        assert provisioner.excess() == "it used more than 1024 MiB of memory"
