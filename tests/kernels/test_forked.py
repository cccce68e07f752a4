"""The kernel ``tandem``, for the learner's own notebooks in any Jupyter."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager, start_new_kernel
from nbformat.v4 import new_code_cell, new_notebook

from grader.authoring.running.environments import environment
from grader.grading.run.graded_kernel import set_up, socket_folder
from grader.kernels import forked
from grader.kernels.forked import ZYGOTE
from grader.kernels.open_kernel import surroundings
from grader.kernels.warm import OpenProcess, Warm

pytestmark = pytest.mark.slow
KERNEL = "tandem"


@pytest.fixture
def kernel(tmp_path):
    """Starts kernels; gives what runs code in one and its manager."""
    running = []

    def started(**options):
        manager, client = start_new_kernel(
            kernel_name=KERNEL, cwd=str(tmp_path), startup_timeout=120, **options
        )
        running.append((manager, client))
        return manager, client, lambda code: run(client, code)

    yield started
    for manager, client in running:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def run(client, code):
    """What a cell prints, or the name of what it raises."""
    printed = []

    def hook(message):
        content = message["content"]
        printed.append(content.get("text") or content.get("ename") or "")

    client.execute_interactive(code, output_hook=hook, timeout=120, allow_stdin=False)
    return "".join(printed).strip()


def test_it_is_the_learners_own_process(kernel, tmp_path, monkeypatch):
    monkeypatch.setenv("OF_THE_LEARNER", "1")
    (tmp_path / "mine.py").write_text("VALUE = 7")
    manager, _, cell = kernel()
    assert isinstance(manager.provisioner.process, OpenProcess)
    told = cell(
        "import os, sys, mine\n"
        "print(os.getcwd(), os.path.expanduser('~'), os.getuid(), mine.VALUE,"
        " os.environ['OF_THE_LEARNER'], sys.executable, os.environ.get('PYTHONMALLOC'))"
    )
    home = os.path.expanduser("~")
    expected = f"{tmp_path} {home} {os.getuid()} 7 1 {sys.executable} None"
    assert told == expected
    assert cell("import grader.judging; print(grader.__file__)")
    ready = "import time, torch, tensorflow; print(time.process_time() < 1)"
    assert cell(ready) == "True"


def test_it_restarts_and_is_interrupted(kernel):
    manager, client, cell = kernel()
    first = manager.provisioner.process.pid
    cell("kept = 1")
    manager.restart_kernel(now=True)
    client.wait_for_ready(timeout=120)
    assert manager.provisioner.process.pid != first
    assert cell("print(kept)") == "NameError"

    # The next cell goes out when this one is idle, as a front end's does: until then
    # a kernel drops what follows an error.
    def interrupt(message):
        if message["msg_type"] == "stream":
            manager.interrupt_kernel()

    code = "import time\nprint('begun', flush=True)\nwhile True:\n    time.sleep(60)"
    reply = client.execute_interactive(code, output_hook=interrupt, timeout=120)
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert cell("print(6 * 7)") == "42"


def test_a_kernel_that_ends_is_noticed(kernel):
    manager, _, _ = kernel()
    pid = manager.provisioner.process.pid
    assert manager.is_alive()
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while manager.is_alive():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_where_it_cannot_be_forked_it_starts_as_usual(kernel, monkeypatch):
    monkeypatch.setenv(ZYGOTE, "999")
    manager, _, cell = kernel()
    assert isinstance(manager.provisioner.process, subprocess.Popen)
    assert cell(f"import os; print(6 * 7, os.environ.get('{ZYGOTE}'))") == "42 None"


def test_on_another_system_it_starts_as_usual():
    # Windows has no such modules; what jupyter_client does there is left as it is here.
    code = (
        "import sys\n"
        "from jupyter_client.manager import start_new_kernel\n"
        "sys.modules.update(fcntl=None, resource=None)\n"
        "sys.platform = 'darwin'\n"
        f"manager, client = start_new_kernel(kernel_name='{KERNEL}')\n"
        "client.execute_interactive('print(6 * 7)', allow_stdin=False)\n"
        "manager.shutdown_kernel(now=True)\n"
        "print(type(manager.provisioner).__name__)\n"
        "print([name for name in sys.modules if name.startswith('grader.kernels.')])\n"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True)
    told = ["42", "ForkedProvisioner", "['grader.kernels.forked']"]
    assert done.stdout.splitlines() == told, done.stderr


@pytest.mark.parametrize(
    ("source", "kind"),
    [("2 + 2", OpenProcess), ("environ['OMP_NUM_THREADS'] = '1'", subprocess.Popen)],
    ids=["forked", "sets what imports read"],
)
def test_a_submission_with_all_rights_is_run_in_one(source, kind):
    manager, notebook = KernelManager(), new_notebook(cells=[new_code_cell(source)])
    with socket_folder() as folder:
        set_up(manager, notebook, folder, unsafe=True)
        manager.start_kernel()
        try:
            assert type(manager.provisioner.process) is kind
        finally:
            manager.shutdown_kernel(now=True)


def test_the_other_framework_is_hidden_in_a_track_of_one(kernel):
    track = environment("torch")
    warm = Warm(surroundings(track))
    try:
        named = {ZYGOTE: str(warm.socket.fileno())}
        manager, _, cell = kernel(env=track | named)
        assert isinstance(manager.provisioner.process, OpenProcess)
        assert cell("import torch; print(torch.ones(2).sum().item())") == "2.0"
        assert cell("import tensorflow") == "ModuleNotFoundError"
    finally:
        warm.close()


def test_kernels_end_with_the_process_that_ordered_them(tmp_path):
    code = (
        "import os\n"
        "from jupyter_client.manager import start_new_kernel\n"
        f"manager, _ = start_new_kernel(kernel_name='{KERNEL}', startup_timeout=120)\n"
        "print(manager.provisioner.process.pid, flush=True)\n"
        "os._exit(0)"
    )
    # It need not wait for what such kernels import.
    without = environment("torch") | {"TANDEM_HIDE": "torch,tensorflow,keras"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=without,
    )
    pid = int(done.stdout)
    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_its_specification_names_an_installed_provisioner():
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.provisioning import KernelProvisionerFactory

    spec = KernelSpecManager().get_kernel_spec(KERNEL)
    assert KernelProvisionerFactory.instance().is_provisioner_available(spec)
    shipped = Path(forked.__file__).parents[1] / "copy/jupyter/kernels/tandem"
    assert spec.argv == json.loads((shipped / "kernel.json").read_text())["argv"]
