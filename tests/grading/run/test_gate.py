"""What a hostile kernel sends is measured before it is read."""

import pytest

from grader.grading.run.gate import FRAME_COST, Meter, TooMuch

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x01" + bytes(52)
MORE, LONG, COMMAND = 1, 2, 4


def frame(size, flags=0):
    if flags & LONG:
        return bytes([flags]) + size.to_bytes(8, "big") + bytes(size)
    return bytes([flags, size]) + bytes(size)


def fed(*pieces, most=1000, at_once=True):
    meter = Meter(most)
    stream = b"".join(pieces)
    step = len(stream) if at_once else 1
    for place in range(0, len(stream), step):
        meter.feed(stream[place : place + step])


@pytest.mark.parametrize("at_once", [True, False])
def test_messages_of_a_size_pass_however_many(at_once):
    message = frame(100, MORE) + frame(300, MORE | LONG) + frame(0)
    command = frame(9, COMMAND)
    fed(GREETING, command, *[message] * 20, at_once=at_once)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_message_of_many_parts_does_not(at_once):
    with pytest.raises(TooMuch):
        fed(GREETING, *[frame(200, MORE)] * 5, at_once=at_once)


def test_nor_one_of_many_empty_parts():
    with pytest.raises(TooMuch):
        fed(GREETING, *[frame(0, MORE)] * (1000 // FRAME_COST + 1))


def test_a_size_is_refused_before_its_bytes_have_come():
    with pytest.raises(TooMuch):
        fed(GREETING, b"\x02" + (2**40).to_bytes(8, "big"))


def test_a_command_in_between_hides_no_part():
    parts = frame(200, MORE), frame(1, COMMAND)
    with pytest.raises(TooMuch):
        fed(GREETING, *parts * 5)


def test_other_protocols_are_refused():
    for greeting in (bytes(64), b"\xff" + bytes(63), b"\x01" * 64):
        with pytest.raises(TooMuch):
            fed(greeting)
