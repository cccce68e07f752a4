"""The sandbox lets the system calls through that notebooks make, and no others."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.kernels.jail.layers import seccomp
from grader.kernels.jail.layers.calls import ALLOWED, FILTERED
from tests.kernels.filters import answer, number_of, refusal, run
from tests.workloads import GOES_WITHOUT, MEASURED, workloads

I386 = 0x40000003  # linux/audit.h


def measured():
    return json.loads(MEASURED.read_text(encoding="utf-8"))


def test_every_workload_was_measured():
    by = {name for names in measured().values() for name in names}
    assert by == set(workloads())


@pytest.mark.parametrize("call", measured())
def test_a_call_that_notebooks_make_is_allowed(call):
    """The name of the test is the call and its arguments that a notebook would lack."""
    if call in GOES_WITHOUT:
        assert refusal(call) != "", "it is allowed now: say so"
        return
    assert refusal(call) == "", f"made by {', '.join(measured()[call])}"
    if number_of(call.split()[0], "aarch64") is not None:
        assert refusal(call, "aarch64") == ""


# (x86_64, aarch64) and arguments; what each is good for stands in the drills.
REFUSED = {
    "F_SETLEASE": ((72, 25), (3, 1024, 1)),
    "F_NOTIFY": ((72, 25), (3, 1026, 1)),
    "F_SETOWN": ((72, 25), (3, 8, 1)),
    "sched_setscheduler IDLE": ((144, 119), (0, 5)),
    "sched_setparam": ((142, 118), ()),
    "sched_setattr": ((314, 274), ()),
    "ioprio_set": ((251, 30), (1, 0, 0x6000)),
    "personality": ((135, 92), (0xFFFFFFFF,)),
    "shmget": ((29, 194), ()),
    "semget": ((64, 190), ()),
    "msgget": ((68, 186), ()),
    "mq_open": ((240, 180), ()),
    "netlink of another family": ((41, 198), (16, 3, 9)),
    "netlink of uevents": ((41, 198), (16, 3, 15)),
    "SCTP": ((41, 198), (2, 1, 132)),
    "MPTCP": ((41, 198), (2, 1, 262)),
    "ping": ((41, 198), (2, 2, 1)),
    "raw": ((41, 198), (2, 3, 1)),
    "AF_ALG": ((41, 198), (38, 5, 0)),
    "a pair of AF_TIPC": ((53, 199), (30, 1, 0)),
    "TIOCSTI": ((16, 29), (0, 0x5412)),
    "TIOCLINUX": ((16, 29), (0, 0x541C)),
    "PR_SET_MM": ((157, 167), (35,)),
    "PR_SET_PTRACER": ((157, 167), (0x59616D61,)),
    "a block device": ((259, 33), (3, 0, 0o060600)),
    "clone into a user namespace": ((56, 220), (0x10000011,)),
    "unshare": ((272, 97), (0,)),
    "mount": ((165, 40), ()),
    "ptrace": ((101, 117), ()),
    "bpf": ((321, 280), ()),
    "fspick": ((433, 433), ()),
    "statmount": ((457, 457), ()),
    "listmount": ((458, 458), ()),
    "io_uring_setup": ((425, 425), ()),
    "openat2": ((437, 437), ()),
    "fanotify_init": ((300, 262), ()),
    "inotify_init1": ((294, 26), ()),
    "setxattr": ((188, 5), ()),
    "sync": ((162, 81), ()),
    "vmsplice": ((278, 75), ()),
    "modify_ldt": ((154, 9999), ()),
}
OF_OTHERS = {
    "truncate": ((76, 45), ()),
    "opened to be cut off": ((257, 56), (-100, 0, 0o1000)),
    "limits of another": ((302, 261), (1,)),
    "processors of another": ((203, 122), (1,)),
    "priority of another": ((141, 140), (0, 1)),
    "priority of all": ((141, 140), (2, 0)),
}
CHANGES = {
    "chmod": (268, 53),
    "fchmod": (91, 52),
    "chown": (260, 54),
    "utimensat": (280, 88),
}
MACHINES = list(seccomp.AUDIT_ARCH)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("name", REFUSED)
def test_a_call_that_no_notebook_makes_is_refused(name, machine):
    numbers, arguments = REFUSED[name]
    number = numbers[MACHINES.index(machine)]
    for alone, apart in ((True, True), (False, True), (False, False)):
        assert answer(machine, number, *arguments, alone=alone, apart=apart)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("name", OF_OTHERS)
def test_what_is_the_graders_own_can_be_neither_named_nor_changed(name, machine):
    numbers, arguments = OF_OTHERS[name]
    number = numbers[MACHINES.index(machine)]
    assert answer(machine, number, *arguments, alone=False, apart=False) == "EPERM"
    assert answer(machine, number, *arguments) == ""


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("name", CHANGES)
def test_modes_and_times_of_the_graders_files_stay(name, machine):
    number = CHANGES[name][MACHINES.index(machine)]
    assert answer(machine, number, alone=False, apart=False) == "not made"
    assert answer(machine, number) == ""


@given(st.integers(463, 2**30 - 1), st.sampled_from(MACHINES))
def test_what_the_next_kernel_brings_is_not_there(number, machine):
    assert answer(machine, number) == "ENOSYS"


@pytest.mark.parametrize("number", [272, 41, 59])
def test_the_x32_abi_is_refused(number):
    assert answer("x86_64", seccomp.X32 + number) == "EPERM"


@pytest.mark.parametrize("machine", MACHINES)
def test_the_calls_of_another_machine_end_the_process(machine):
    code = seccomp.program([seccomp.ALLOWING])
    assert run(code, I386, 0, ()) == seccomp.KILL


HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


@pytest.mark.parametrize("machine", MACHINES)
def test_numbers_are_those_of_linuxs_headers(machine):
    if not HEADERS[machine].exists():
        pytest.skip(f"{HEADERS[machine]} is not here: install linux-libc-dev")
    text = HEADERS[machine].read_text()
    defined = dict(re.findall(r"^#define (__NR\w+) (\w+)", text, re.MULTILINE))
    wrong = {}
    for name in ALLOWED | FILTERED:
        found = defined.get(f"__NR_{name}")
        while found in defined:  # by way of a name for both lengths of a word
            found = defined[found]
        number = int(found) if found and found.isdigit() else None
        if number_of(name, machine) != number:
            wrong[name] = found
    assert wrong == {}
