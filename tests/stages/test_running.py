"""Stages run in order, stop at the first failure and leave no process behind."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.stages import running
from tests.stages.recipe import Stage
from tests.stages.running import FAILED, INTERRUPTED, run

# Waits until the file that another stage writes is there.
WAIT = """
import pathlib, sys, time
wanted = pathlib.Path(sys.argv[1])
while not wanted.exists():
    time.sleep(0.01)
"""
# Starts a process that hears no interrupt, in a session of its own, writes its number
# and its own to a file, and never ends by itself.
STUBBORN = """
import os, pathlib, subprocess, sys, time
deaf = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); "
deaf += "print(flush=True); time.sleep(600)"
child = subprocess.Popen(
    [sys.executable, "-c", deaf], start_new_session=True, stdout=subprocess.PIPE
)
child.stdout.readline()
told = pathlib.Path(sys.argv[1])
part = told.with_suffix(".part")
part.write_text(f"{os.getpid()} {child.pid}")
part.rename(told)
try:
    time.sleep(600)
except KeyboardInterrupt:
    told.with_suffix(".cleaned").touch()
"""
RUNNER = f"""
import sys
from tests.stages import __main__ as command, running
from tests.stages.recipe import Stage
running.PATIENCE = 1
command.STAGES = (
    Stage("stubborn", "Stubborn", (sys.executable, "-c", {STUBBORN!r}, sys.argv[1])),
    Stage("never", "Never", (sys.executable, "-c", "print('ran')")),
)
sys.exit(command.main([]))
"""


def stage(name: str, code: str, *arguments: object, **options: object) -> Stage:
    command = (sys.executable, "-c", code, *map(str, arguments))
    return Stage(name, name.title(), command, **options)


def saying(name: str, **options: object) -> Stage:
    return stage(name, f"print('I am {name}')", **options)


def places(text: str, *parts: str) -> list[int]:
    return [text.index(part) for part in parts]


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "waited for a minute"
        time.sleep(0.01)


def gone(told: Path) -> bool:
    """Whether neither of the two processes that ``STUBBORN`` told runs any more."""
    return not any(map(runs, map(int, told.read_text().split())))


def runs(number: int) -> bool:
    try:
        return psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_all_run_in_order_and_their_times_are_shown(capfd):
    assert run([saying("one"), saying("two")]) == 0
    shown = capfd.readouterr().out
    order = places(shown, "=== One", "I am one", "=== Two", "I am two", "Run times")
    assert order == sorted(order)
    rows = shown[order[-1] :].split("\n")[1:]
    assert [row.split("s  ")[-1] for row in rows] == ["One", "Two", "in all", ""]


def test_the_first_that_fails_ends_it(capfd):
    assert run([stage("one", "raise SystemExit(3)"), saying("two")]) == FAILED
    shown = capfd.readouterr().out
    assert 'Stopped: "One" failed' in shown
    assert "I am two" not in shown and "Run times" not in shown


def test_one_beside_another_runs_with_it_and_is_shown_after_it(tmp_path, capfd):
    """Each waits for the other: neither would end alone."""
    here, there = tmp_path / "here", tmp_path / "there"
    meet = "import pathlib, sys; pathlib.Path(sys.argv[2]).touch()" + WAIT
    beside = stage("other", meet + "print('other')", here, there, beside="main")
    main = stage("main", meet + "print('main')", there, here)
    assert run([beside, main, saying("last")]) == 0
    shown = capfd.readouterr().out
    order = places(shown, "=== Main", "main\n", "=== Other", "other\n", "=== Last")
    assert order == sorted(order)
    assert "Other (beside the one above)" in shown


def test_one_beside_another_that_fails_ends_it(capfd):
    beside = stage("other", "print('why'); raise SystemExit(1)", beside="main")
    assert run([beside, saying("main"), saying("last")]) == FAILED
    shown = capfd.readouterr().out
    assert "why" in shown and 'Stopped: "Other" failed' in shown
    assert "I am last" not in shown


def test_one_that_fails_leaves_none_running_beside_it(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(running, "PATIENCE", 1)
    told = tmp_path / "told"
    beside = stage("other", STUBBORN, told, beside="main")
    main = stage("main", WAIT + "sys.exit(1)", told)
    assert run([beside, main]) == FAILED
    wait_until(lambda: gone(told))
    assert told.with_suffix(".cleaned").exists(), "it was killed, not asked to end"
    assert 'Stopped: "Main" failed' in capfd.readouterr().out


def test_one_that_lacks_something_is_left_out_with_a_line(capfd):
    lacking = saying("main", lacking=lambda: "no browser is here")
    assert run([saying("other", beside="main"), lacking, saying("last")]) == 0
    shown = capfd.readouterr().out
    assert "I am main" not in shown
    assert "=== Main: left out, no browser is here" in shown
    assert "-    Main: left out, no browser is here" in shown
    order = places(shown, "=== Other", "I am other", "=== Main", "I am last")
    assert order == sorted(order)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_it_leaves_nothing_running(number, tmp_path):
    told = tmp_path / "told"
    with subprocess.Popen(
        [sys.executable, "-c", RUNNER, told],
        cwd=running.ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as runner:
        wait_until(told.exists)
        runner.send_signal(number)
        shown, _ = runner.communicate()
    assert runner.returncode == INTERRUPTED
    assert "Stopped: interrupted." in shown and "ran" not in shown
    assert told.with_suffix(".cleaned").exists(), "it was killed, not asked to end"
    wait_until(lambda: gone(told))
