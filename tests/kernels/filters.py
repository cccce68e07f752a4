"""The sandbox's filter of system calls, run on a call as the kernel would run it."""

import errno
import struct
from unittest import mock

from grader.kernels.jail.layers import libc, seccomp
from grader.kernels.jail.layers.calls import ALLOWED, FILTERED

# Which argument the numbers told with a call are; see ``measure_calls``.
PLACES = {
    **dict.fromkeys(("fcntl", "ioctl", "mknod", "open", "sched_setscheduler"), (1,)),
    **dict.fromkeys(("mknodat", "openat"), (2,)),
}
ALLOW, ERRNO = seccomp.ALLOW, seccomp.ERRNO


def run(code: bytes, machine: int, number: int, arguments: tuple[int, ...]) -> int:
    """What a filter returns for one call on a machine by its AUDIT_ARCH number."""
    data = struct.pack("=IIQ", number, machine, 0)
    data += b"".join(struct.pack("=Q", value & 2**64 - 1) for value in arguments)
    data = data.ljust(64, b"\0")
    lines = [struct.unpack_from("=HBBI", code, at) for at in range(0, len(code), 8)]
    held = place = 0
    while True:
        kind, if_true, if_false, value = lines[place]
        place += 1
        if kind == seccomp.LOAD:
            (held,) = struct.unpack_from("=I", data, value)
        elif kind == seccomp.AND:
            held &= value
        elif kind == seccomp.RETURN:
            return value
        else:
            true = {
                seccomp.EQUAL: held == value,
                seccomp.GREATER_EQUAL: held >= value,
                seccomp.ANY_BIT: bool(held & value),
            }[kind]
            place += if_true if true else if_false


def answer(
    machine: str,
    number: int,
    *arguments: int,
    alone: bool = True,
    apart: bool = True,
) -> str:
    """ "" if the sandbox lets a call through on ``machine``, else the error's name."""
    with mock.patch.object(libc, "MACHINE", machine):
        code = seccomp.program(seccomp.calls(alone, apart))
    told = run(code, seccomp.AUDIT_ARCH[machine], number, arguments)
    if told == ALLOW:
        return ""
    if told == ERRNO:
        return "not made"
    return errno.errorcode[told - ERRNO] if told & ~0xFFFF == ERRNO else "killed"


def number_of(call: str, machine: str) -> int | None:
    """The number of a call that the sandbox knows by name."""
    numbers = (ALLOWED | FILTERED).get(call)
    return numbers and numbers[list(seccomp.AUDIT_ARCH).index(machine)]


def refusal(told: str, machine: str = "x86_64") -> str:
    """Why a call, as measured, would be refused; "" if it is not."""
    call, *numbers = told.split()
    number = number_of(call, machine)
    if number is None:
        return "not on the list"
    arguments = [0] * 6
    places = PLACES.get(call, range(6))
    for place, value in zip(places, numbers, strict=False):
        arguments[place] = int(value)
    return answer(machine, number, *arguments)
